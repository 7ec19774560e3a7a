"""One click to a trained and checked design: loads data, trains, picks, and checks."""

from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.analysis.example import Example, pick
from pnn_studio.app.session.runs import Run
from pnn_studio.ui.controllers.studio import Studio


class ExampleRunner(QObject):
    """Goes on from step to step as the answers come; any other command of the person ends it.

    Notes
    -----
    Signals: `started` by a person, `trained` when the family is there and a design of it is shown,
    `finished` when that was checked. The rest of the front is checked after it.
    """

    started = Signal()
    trained = Signal()
    finished = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._example: Example | None = None
        self._run = -1
        self._step: Literal["", "data", "training", "check"] = ""
        studio.changed.connect(self._go_on)
        studio.activity.connect(self._take_activity)

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
        elif self._step == "check" and change == "verification":
            self._check_front()

    def _take_run(self, run: Run) -> None:
        if run.goes_on or run.state == "queued":
            return
        if run.state != "finished" or run.family is None:
            self._end()
            return
        self._step = "check"
        self._studio.edit(pick(self._studio.session.shown, run.family))
        self.trained.emit()
        if self._studio.simulator:
            self._studio.check()
        else:
            self._end()
            self.finished.emit()

    @Slot()
    def _take_activity(self) -> None:
        if self._step == "check" and not self._studio.is_checking:
            self._end()  # the check failed, or was ended

    def _check_front(self) -> None:
        """Check the others behind what is shown, which is checked now."""
        self._end()
        self.finished.emit()
        self._studio.checks.front.check()

    def _end(self) -> None:
        self._example, self._step = None, ""
