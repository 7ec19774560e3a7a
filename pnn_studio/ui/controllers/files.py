"""Files that go into a project or through a design: designs, sweeps, and rows to be predicted."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.analysis.design_choice import design_name
from pnn_studio.app.jobs.protocol import (
    Done,
    Job,
    Predict,
    ReadTrained,
    SavePredictions,
    Trained,
)
from pnn_studio.app.project.openable import sweeps_of
from pnn_studio.app.session.added import add_trained
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.prediction import Predictions
from pnn_studio.domain.study import STUDY_FILE
from pnn_studio.domain.units import count_of
from pnn_studio.ui.controllers.studio import Studio


@dataclass(frozen=True, eq=False)
class Predicted:
    """What a design answers to the rows of a file.

    Attributes
    ----------
    design : TrainedDesign
        Which design.
    name : str
        What it is called, with its run.
    path : str
        The file with the rows.
    predictions : Predictions
        Its answers.
    """

    design: TrainedDesign
    name: str
    path: str
    predictions: Predictions


class FileController(QObject):
    """Has the worker read such files, and keeps what the last of them gave.

    Notes
    -----
    Signals: `opened` (id of a run that was added), `predicted` (a `Predicted`), `forgotten` when
    another project is there, where nothing of it holds any more.
    """

    opened = Signal(int)
    predicted = Signal(object)
    forgotten = Signal()

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._bridge = studio, studio.bridge
        self.folders = studio.project.folders
        self._names: dict[Predict, str] = {}
        self.latest: Predicted | None = None
        studio.changed.connect(self._take_change)
        self._bridge.trained.connect(self._take_trained)
        self._bridge.predictions.connect(self._take_predictions)
        self._bridge.done.connect(self._take_done)

    def design_name(self) -> str:
        """Name the design that would predict, with its run; empty where there is none."""
        session = self._studio.session
        run, index = session.run, session.design_index
        if run is None or index is None:
            return ""
        return f"{design_name(run.plan, index)} of {run.name}"

    def open_trained(self, path: str) -> None:
        """Add a design or sweep file to the project, and show it."""
        self._submit(ReadTrained(path), f"Opening {Path(path).name}")

    def open_study(self, folder: str) -> None:
        """Add all sweeps in the folder of a study to the project."""
        sweeps = sweeps_of(Path(folder))
        if not sweeps:
            text = (
                f"{Path(folder).name} is no folder of a study: it has no {STUDY_FILE}, or no sweep."
            )
            self._studio.refuse(text)
        for each in sweeps:
            self._submit(ReadTrained(str(each)), f"Opening {count_of(len(sweeps), 'sweep')}")

    def predict(self, path: str) -> None:
        """Classify the rows of a file with the design that is shown."""
        session = self._studio.session
        if session.design is None:
            self._studio.status.emit("Train a design first: it is what predicts.")
            return
        job = Predict(session.design, path, session.shown_process.technology)
        self._names[job] = self.design_name()
        self._submit(job, f"Predicting {Path(path).name}")

    def save(self, path: str) -> None:
        """Write what was predicted last to a CSV file, as `pnn-studio predict --out` does."""
        latest = self.latest
        if latest is not None:
            data = latest.design.data
            inputs = (latest.path, data.source) if data.is_file else (latest.path,)
            job = SavePredictions(latest.predictions, path, inputs)
            self._submit(job, f"Writing {Path(path).name}")

    def _submit(self, job: Job, what: str) -> None:
        self._studio.message.emit(None)
        self._studio.status.emit(self._bridge.begin(job, what))

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change == "project":
            self.latest = None
            self._names.clear()
            self.forgotten.emit()

    @Slot(object, object)
    def _take_trained(self, job: ReadTrained, trained: Trained) -> None:
        self.opened.emit(add_trained(self._studio.session, trained.item, trained.data))
        self._studio.status.emit(f"Added {Path(job.path).name} to the project")

    @Slot(object, object)
    def _take_predictions(self, job: Predict, predictions: Predictions) -> None:
        name = self._names.pop(job, "")
        if not name:
            return  # asked for in another project
        self.latest = Predicted(job.design, name, job.path, predictions)
        self._studio.status.emit(f"Predicted {len(predictions.lines)} rows with {name}")
        self.predicted.emit(self.latest)

    @Slot(object, object)
    def _take_done(self, job: Job | None, done: Done) -> None:
        if isinstance(job, SavePredictions):
            self._studio.status.emit(done.outcome)
