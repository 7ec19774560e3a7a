"""Trains anew by itself after an edit, where that takes a moment: drawing answers with a front."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Slot

from pnn_studio.app.session import history
from pnn_studio.app.session.session import Session
from pnn_studio.domain.settings import Recipe
from pnn_studio.errors import PnnError
from pnn_studio.ui.controllers.faults import FaultController
from pnn_studio.ui.controllers.training_time import RunClock
from pnn_studio.ui.controllers.trainings import Trainings

# the last training took less, and the next one is not expected to take much longer
QUICK_S, _LONGEST_S = 5.0, 15.0
# edits that follow each other are answered once
_PAUSE_MS = 300


class Retraining(QObject):
    """Follows the edits of what is drawn: layout, technology, model and data.

    A run that it began is a run like any other, to be paused and stopped, and no step of undo. The
    next edit takes its place: what was not finished then leaves the history. A run that a person
    began is let be.

    Parameters
    ----------
    session : Session
        Whose edits; `follow` is told of its changes.
    trainings, clock, faults
        Train, say how long that would take, and whether anything speaks against it.
    parent : QObject
        Owns it.
    """

    def __init__(
        self,
        session: Session,
        trainings: Trainings,
        clock: RunClock,
        faults: FaultController,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._trainings = session, trainings
        self._clock, self._faults = clock, faults
        self._drawn = _drawn(session.recipe)
        self._run: int | None = None  # that it began last
        self._unwanted: set[int] = set()  # that are being stopped for another
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._train)

    @property
    def is_on(self) -> bool:
        """Whether it may begin by itself."""
        return self._session.view.retrains

    def set_on(self, on: bool) -> None:
        """Choose whether it may; it is no step of undo."""
        session = self._session
        session.set_view(replace(session.view, retrains=on))
        if not on:
            self._timer.stop()

    @Slot(str)
    def follow(self, change: str) -> None:
        """Take note of a change of the session."""
        session = self._session
        if change == "project":
            self._drawn, self._run = _drawn(session.recipe), None
            self._unwanted.clear()
            self._timer.stop()
        elif change == "settings":
            before, self._drawn = self._drawn, _drawn(session.recipe)
            if before != self._drawn and self.is_on and history.last_took(session) < QUICK_S:
                self._timer.start()
        elif change == "run":
            gone = {run for run in self._unwanted if not session.runs[run].goes_on}
            self._unwanted -= gone
            for run in gone:
                session.drop_run(run)

    @Slot()
    def _train(self) -> None:
        """Show what is drawn as it was trained, or train it."""
        session = self._session
        try:
            plan = session.plan()
        except PnnError:
            return  # the panel says what is wrong
        active = session.training
        another = active is not None and active.id != self._run
        if session.queue or another or self._faults.blocking:
            return
        if active is None and session.drawn_design is not None:
            return  # a run of the history was chosen, and it is one of what is drawn now
        if active is not None and active.plan == plan:
            return
        if active is not None:
            self._unwanted.add(active.id)
            self._trainings.stop()
        trained, estimate = history.trained_as(session, plan), self._clock.estimate()
        if trained is not None:
            session.show_run(trained)
        elif estimate is None or estimate.seconds <= _LONGEST_S:
            self._run = self._trainings.train()


def _drawn(recipe: Recipe) -> Recipe:
    """Return what of a recipe calls for other designs, rather than for more or fewer of them."""
    plain = Recipe()
    return replace(
        recipe,
        alphas=plain.alphas,
        seeds=plain.seeds,
        power_limit=plain.power_limit,
        max_epochs=plain.max_epochs,
        names=plain.names,
    )
