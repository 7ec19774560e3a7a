"""Tells how long Train would take, and learns it from the trainings that end."""

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.analysis.training_time import Estimate, RunTimes
from pnn_studio.app.session.session import Session
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design_ref import RunId
from pnn_studio.domain.run import MAX_DESIGNS, Schedule
from pnn_studio.domain.variation import PRINTS


class RunClock(QObject):
    """Estimates for the recipe of a session.

    Notes
    -----
    Signal `learned` after a training from which something was learned.
    """

    learned = Signal()

    def __init__(self, session: Session, times: RunTimes, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._times = session, times

    def estimate(self) -> Estimate | None:
        """Say how long Train would take; None where it cannot train."""
        layout, dataset = self._session.layout, self._session.dataset
        recipe = self._session.recipe
        designs = recipe.designs
        if layout is None or dataset is None or designs > MAX_DESIGNS:
            return None
        schedule = Schedule(max_epochs=recipe.max_epochs)
        fingerprint = dataset.reference.fingerprint
        model = self._session.technologies.model_of(recipe)
        samples = _samples(dataset)
        prints = 1 if recipe.variation is None or model != "loaded" else PRINTS
        work = (layout, designs, schedule, fingerprint, samples, model, prints)
        return self._times.estimate(*work)

    @Slot(int)
    def take_finished(self, run: RunId) -> None:
        """Learn from a run that was trained to its end."""
        ended = self._session.runs[run]
        dataset, record = self._session.data_of_run(ended), ended.curves.latest
        if dataset is not None and record is not None:
            self._times.note(ended.plan, dataset.reference.fingerprint, _samples(dataset), record)
            self.learned.emit()


def _samples(dataset: Dataset) -> int:
    return dataset.counts["train"] + dataset.counts["valid"]
