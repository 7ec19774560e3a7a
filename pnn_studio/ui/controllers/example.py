"""One click to a trained and checked design: loads data, trains, checks the front, picks."""

from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.analysis.example import Example, pick, pick_checked
from pnn_studio.app.analysis.front_check import FrontCheck
from pnn_studio.app.session.runs import Run
from pnn_studio.ui.controllers.studio import Studio

_STEP = "example"  # undo takes both picks back at once


class ExampleRunner(QObject):
    """Goes on from step to step as the answers come; any other command of the person ends it.

    Notes
    -----
    Signals: `started` by a person, `trained` when the family is there, `finished` when its front
    was checked and the design that ngspice picks is shown.
    """

    started = Signal()
    trained = Signal()
    finished = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._example: Example | None = None
        self._run = -1
        self._picked = self._chosen  # while nobody has chosen another design
        self._step: Literal["", "data", "training", "check"] = ""
        studio.changed.connect(self._go_on)
        studio.checks.front.finished.connect(self._take_front)

    @property
    def _chosen(self) -> tuple[object, ...]:
        """What says which design is shown, and what is being designed."""
        session = self._studio.session
        return session.recipe, session.shown.run, session.shown.alpha, session.shown.seed

    def start(self, example: Example) -> None:
        """Begin with the data."""
        self.started.emit()
        self._example, self._step = example, "data"
        self._studio.load_data(example.source)
        self._go_on("settings")

    @Slot(str)
    def _go_on(self, change: str) -> None:
        example, session = self._example, self._studio.session
        if example is None:
            return
        chosen = session.recipe.data
        if self._studio.loading is not None or chosen is None or chosen.source != example.source:
            if self._step != "data" or self._studio.loading is None:
                self._end()  # other data were chosen, or these could not be read
            return
        if self._step == "data":
            self._step = "training"
            self._studio.edit(example.recipe(session.recipe))
            self._studio.train()
            self._run = len(session.runs) - 1
        elif self._step == "training" and change == "run":
            self._take_run(session.runs[self._run])

    def _take_run(self, run: Run) -> None:
        if run.goes_on or run.state == "queued":
            return
        if run.state != "finished" or run.family is None:
            self._end()
            return
        self._step = "check"
        session, front = self._studio.session, self._studio.checks.front
        self._studio.edit(pick(session.shown, run.family), step=_STEP)
        self._picked = self._chosen
        self.trained.emit()
        if self._studio.simulator and front.can_check:
            front.check()
        else:
            self._end()
            self.finished.emit()

    @Slot(object)
    def _take_front(self, front: FrontCheck) -> None:
        if self._step != "check":
            return
        self._end()
        if self._chosen == self._picked and not front.stopped:
            self._studio.edit(pick_checked(self._studio.session.shown, front), step=_STEP)
            self._studio.session.end_step()
        self.finished.emit()

    def _end(self) -> None:
        self._example, self._step = None, ""
