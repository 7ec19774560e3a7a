"""Which layout should I draw?: trains some, and shows their fronts together."""

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.session import layout_study
from pnn_studio.app.session.messages import Message
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design_ref import RunId
from pnn_studio.errors import PnnError
from pnn_studio.ui.controllers.trainings import Trainings


class LayoutStudy(QObject):
    """Queues a run for each layout, and says which to draw once all have ended.

    Notes
    -----
    Signals: `message` (a `Message`), `answered` once the fronts of all are shown.
    """

    message = Signal(object)
    answered = Signal()

    def __init__(self, session: Session, trainings: Trainings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._trainings = session, trainings
        self._runs: tuple[RunId, ...] = ()
        trainings.finished.connect(self._look)

    @property
    def is_going(self) -> bool:
        """Whether any of its runs trains or waits."""
        return any(map(self._is_under_way, self._runs))

    def _is_under_way(self, run: RunId) -> bool:
        training = self._session.training
        trains = training is not None and training.id == run
        return trains or run in self._session.queue

    def begin(self) -> None:
        """Train what is not trained yet of some layouts; what was stopped goes on."""
        try:
            wanted = layout_study.wanted(self._session)
        except PnnError as error:
            self.message.emit(Message("error", str(error)))
            return
        self.message.emit(None)
        runs, open_ = [], []
        for recipe, plan in wanted:
            run = layout_study.run_of(self._session, recipe, plan)
            if run is None or not (
                layout_study.is_over(run) or run.is_open or self._is_under_way(run.id)
            ):
                runs.append(self._trainings.queue(plan, recipe))
                continue
            runs.append(run.id)
            if run.is_open:
                open_.append(run.id)
        self._runs = tuple(runs)
        self._trainings.resume(*open_)
        self._look(-1)

    def cancel(self) -> None:
        """Train none of them any more; what is trained is kept, and `begin` goes on from it."""
        for run in self._runs:
            self._trainings.remove(run)
        if self.is_going:
            self._trainings.stop()

    @Slot(int)
    def _look(self, _run: RunId) -> None:
        """Show the fronts, and say which layout to draw, once all are trained."""
        runs = [self._session.runs[each] for each in self._runs]
        if not runs or not all(map(layout_study.is_over, runs)):
            return
        self._session.edit(layout_study.side_by_side(self._session, self._runs))
        self._runs = ()
        self.message.emit(Message("note", layout_study.answer(runs)))
        self.answered.emit()
