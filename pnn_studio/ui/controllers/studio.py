"""What the window can do: gives jobs to the bridge and puts their answers into the session.

Views read `session`, call these methods, and refresh on `changed`; they hold no truth of their own.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.analysis.training_time import RunTimes
from pnn_studio.app.jobs.clusters import AskCluster
from pnn_studio.app.jobs.process import Worker, WorkerProcess
from pnn_studio.app.jobs.protocol import Failed, Job, LoadData, Train
from pnn_studio.app.project.places import Places, user_folder
from pnn_studio.app.session import history, layout_edits, messages
from pnn_studio.app.session.messages import Message, Remedy
from pnn_studio.app.session.session import Change, Session
from pnn_studio.app.session.technologies import inputs_of
from pnn_studio.domain.dataset import SHIPPED_DATASETS, DataReference, Dataset
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.settings import Recipe, Settings, Shown
from pnn_studio.errors import PnnError
from pnn_studio.ui.controllers.checks import CheckController
from pnn_studio.ui.controllers.exports import EXPORTING, ExportController
from pnn_studio.ui.controllers.faults import FaultController
from pnn_studio.ui.controllers.layout_study import LayoutStudy
from pnn_studio.ui.controllers.project import ProjectController
from pnn_studio.ui.controllers.retraining import Retraining
from pnn_studio.ui.controllers.selection import SelectionController
from pnn_studio.ui.controllers.training_time import RunClock
from pnn_studio.ui.controllers.trainings import Trainings
from pnn_studio.ui.jobs.bridge import JobBridge
from pnn_studio.ui.jobs.computing import Computing
from pnn_studio.ui.jobs.simulator import SimulatorChoice


class Studio(QObject):
    """The session, the bridge, and every command that the window offers.

    Notes
    -----
    Signals: `changed` (what, a `Change`), `activity` (which jobs run or wait), `sample_changed`,
    `message` (a `Message`, or None to clear), `recalled` (a `Message` that holds no more), `status`
    (left end of the status bar), `hint` (right end: what is under the pointer).
    """

    changed = Signal(str)
    activity = Signal()
    sample_changed = Signal()
    message = Signal(object)
    recalled = Signal(object)
    status = Signal(str)
    hint = Signal(str)

    def __init__(
        self,
        start_worker: Callable[[], Worker] = WorkerProcess,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.session = Session(self._session_changed)
        self.project = ProjectController(self.session, Places(), self)
        self.bridge = JobBridge(start_worker, self)
        self.simulator_choice = SimulatorChoice(self.bridge, self.project.folders, self)
        self.trainings = Trainings(self.session, self.bridge, self.project, self)
        self.computing = Computing(self.bridge, self)
        self.computing.changed.connect(self._compute_there)
        self.layouts = LayoutStudy(self.session, self.trainings, self)
        self.checks = CheckController(self.session, self.bridge, self)
        prints = self.checks.prints
        self.exports = ExportController(self.session, self.bridge, self.project, prints, self)
        self.checks.status.connect(self.status)
        self.checks.moved.connect(self.activity)
        self.trainings.recalled.connect(self.recalled)
        self.trainings.status.connect(self.status)
        self.project.is_busy = lambda: bool(self.bridge.jobs)
        self.project.failed.connect(self.refuse)
        self.project.said.connect(self.status)
        self.project.resume_wanted.connect(self.resume)
        self.selection = SelectionController(self)
        self.faults = FaultController(self.session, self)
        for part in (self.checks.front, self.trainings, self.faults, self.layouts):
            part.message.connect(self.message)
        self.clock = RunClock(self.session, RunTimes(user_folder() / "training-times.json"), self)
        self.trainings.finished.connect(self.clock.take_finished)
        self.retraining = Retraining(self.session, self.trainings, self.clock, self.faults, self)
        self.changed.connect(self.retraining.follow)
        self.simulator = ""
        self._told: Message | None = None
        self.message.connect(self._remember)
        self._loading: LoadData | None = None
        self._loading_process: PrintProcess | None = None  # chosen with the data that are read
        for signal, slot in (
            (self.bridge.ready, self._take_ready),
            (self.bridge.dataset, self._take_dataset),
            (self.bridge.failed, self._take_failure),
            (self.bridge.lost, self._take_loss),
            (self.bridge.activity, self.activity),
        ):
            signal.connect(slot)

    def _session_changed(self, change: Change) -> None:
        if change == "project":
            self._forget_project()
        if change in ("settings", "family", "run"):
            self._keep_sample_in_range()
        if change == "settings" and self.session.dataset is not None:
            self.bridge.prepare_training()
        self.project.note(change)
        self.changed.emit(change)

    def _forget_project(self) -> None:
        """Let go of what was told and selected in the project before: it is not in this one."""
        self.selection.select()
        self.faults.forget()
        self.message.emit(None)
        self.status.emit("Ready")
        self.hint.emit("")
        self.sample_changed.emit()

    # --- what runs ---------------------------------------------------------------------------

    @property
    def loading(self) -> DataReference | None:
        """The data that are being read."""
        return self._loading.reference if self._loading else None

    @property
    def is_training(self) -> bool:
        """Whether a training runs, is paused or waits for its turn."""
        return self.trainings.is_busy

    @property
    def is_checking(self) -> bool:
        """Whether the check of a single design runs or waits for its turn."""
        return self.checks.job is not None

    @property
    def is_paused(self) -> bool:
        """Whether the training is paused."""
        return self.trainings.is_paused

    def _submit(self, job: Job, what: str) -> None:
        self.status.emit(self.bridge.begin(job, what))

    # --- data and layout ---------------------------------------------------------------------

    def load_data(self, source: str) -> None:
        """Read a shipped data set or a file as it is detected; it is chosen once it is read."""
        self.load_reference(DataReference(source))

    def load_reference(
        self, reference: DataReference, print_process: PrintProcess | None = None
    ) -> None:
        """Read data with the choices of an import; they are chosen once they are read.

        With a print process for its input voltages: both are chosen together then.
        """
        source, recipe = reference.source, self.session.recipe
        if self._loading is not None:
            self.bridge.withdraw(self._loading)
        again = recipe.data is not None and recipe.data.source == source in SHIPPED_DATASETS
        if again and print_process is None:
            self._loading = None
            self.changed.emit("settings")
            return
        self._loading_process = print_process
        self._loading = LoadData(reference, (print_process or recipe.print_process).technology)
        self.bridge.prepare_training()
        self.message.emit(None)
        self.changed.emit("settings")
        self._submit(self._loading, f"Reading {SHIPPED_DATASETS.get(source, Path(source).name)}")

    def edit(self, part: Settings | Recipe | Shown, step: str | None = None) -> None:
        """Take an edit as one step of undo; says why where no circuit can be like that."""
        try:
            self.session.edit(part, step)
        except PnnError as error:
            self.faults.refuse(part, error)
            self.changed.emit("settings")  # the control shows what is true again
        else:
            self._forget_refusal()

    def apply(self, recipe: Recipe) -> None:
        """Take the recipe of a cure."""
        if recipe.print_process != self.session.recipe.print_process:
            self.choose_process(recipe.print_process)
        else:
            self.edit(recipe)

    def _forget_refusal(self) -> None:
        """Take away what an edit has made old; what offers a remedy stays until it is closed."""
        self.faults.forget()
        if self._told is not None and not self._told.remedies:
            self.message.emit(None)

    @Slot(object)
    def _remember(self, message: Message | None) -> None:
        self._told = message

    def choose_process(self, print_process: PrintProcess) -> None:
        """Choose what is printed with; data are read again where inputs have other voltages."""
        session = self.session
        at_hand, now, dataset = session.technologies, session.recipe, session.dataset
        try:
            new = at_hand.technology(print_process)
        except PnnError as error:
            self.faults.refuse(replace(now, print_process=print_process), error)
            self.changed.emit("settings")  # the control shows what is true again
            return
        old = at_hand.of_design(None, now.print_process)
        same = old is not None and inputs_of(old) == inputs_of(new)
        if dataset is None or same:
            self.edit(replace(now, print_process=print_process))
        else:
            self.load_reference(dataset.reference, print_process)

    def set_alpha(self, alpha: float) -> None:
        """Move the slider; moves that follow each other are one step."""
        self.edit(replace(self.session.shown, alpha=alpha), step="alpha")

    def set_neurons(self, layer: int, neurons: int) -> None:
        """Give hidden layer `layer` (0 is the first) another size."""
        self.edit(layout_edits.resize_layer(self.session.recipe, layer, neurons))

    def add_layer(self, at: int | None = None) -> None:
        """Insert a hidden layer before hidden layer `at`; the last one if it is None."""
        recipe = self.session.recipe
        at = len(recipe.hidden) if at is None else at
        self.edit(layout_edits.insert_layers(recipe, at))

    def remove_layer(self, layer: int) -> None:
        """Take hidden layer `layer` out."""
        self.edit(layout_edits.remove_layers(self.session.recipe, [layer]))

    def set_crossbar(self, crossbar: Crossbar) -> None:
        """Choose which crossbar the loss counts."""
        self.edit(replace(self.session.recipe, crossbar=crossbar))

    def undo(self) -> None:
        """Go one step back."""
        self._forget_refusal()
        self.session.undo()

    def redo(self) -> None:
        """Go one step forward again."""
        self._forget_refusal()
        self.session.redo()

    # --- the sample that schematic, layout and export show -------------------------------------

    @property
    def sample(self) -> int:
        """Index into the test split."""
        return self.session.view.sample

    @property
    def samples(self) -> int:
        """Number of test samples of the design that is shown; 0 without one."""
        dataset = self.shown_data
        return dataset.counts["test"] if dataset else 0

    @property
    def shown_data(self) -> Dataset | None:
        """The data of the design that is shown, else the chosen data."""
        design = self.session.design
        dataset = self.session.data_of(design) if design else None
        return dataset or self.session.dataset

    def set_sample(self, sample: int) -> None:
        """Show another test sample."""
        if sample != self.sample and 0 <= sample < self.samples:
            self.session.set_view(replace(self.session.view, sample=sample))
            self.sample_changed.emit()

    def _keep_sample_in_range(self) -> None:
        if self.sample >= max(self.samples, 1):
            self.session.set_view(replace(self.session.view, sample=0))
            self.sample_changed.emit()

    # --- training, checking --------------------------------------------------------------------

    def train(self) -> None:
        """Train the family that the recipe asks for, after the runs that train or wait."""
        fault = self.faults.blocking
        if fault is not None and self.session.dataset is not None:
            self.message.emit(messages.of_fault(fault))
        else:
            self.trainings.train()

    @Slot()
    def resume(self) -> None:
        """Go on with all runs that were interrupted."""
        self.trainings.resume(*self.session.interrupted)

    def toggle_pause(self) -> None:
        """Pause the training after its epoch, or go on."""
        self.trainings.toggle_pause()

    def stop(self) -> None:
        """End the training and keep what is trained; the next run begins."""
        self.trainings.stop()

    def check(self) -> None:
        """Simulate the design at the slider in ngspice."""
        if self.checks.check():
            self.message.emit(None)

    def stop_check(self) -> None:
        """Cancel the check, of a single design first."""
        self.checks.stop()

    def show_netlist(self) -> None:
        """Show the design at the slider as SPICE, driven by the chosen sample."""
        if self.session.design is not None:
            self.checks.show_netlist(self.session.design, self.sample)

    def copy_netlist(self) -> None:
        """Copy the design at the slider as SPICE, driven by the chosen sample."""
        if self.session.design is not None:
            self.checks.copy_netlist(self.session.design, self.sample)

    @Slot()
    def _compute_there(self) -> None:
        self.trainings.cluster = self.computing.address

    # --- answers -------------------------------------------------------------------------------

    @Slot(str)
    def _take_ready(self, simulator: str) -> None:
        self.simulator = simulator
        self.status.emit("Ready")
        self.hint.emit(f"{simulator} found" if simulator else "ngspice was not found")

    @Slot(object, object)
    def _take_dataset(self, job: LoadData, dataset: Dataset) -> None:
        if job is not self._loading:
            return  # others were asked for in the meantime, or these with other choices
        self._loading = None
        try:
            self.session.choose_data(dataset, self._loading_process)
        except PnnError as error:
            self.message.emit(Message("error", str(error)))
        self.changed.emit("settings")
        clipped = f"; {dataset.clipped_words}" if dataset.clipped else ""
        dropped = f"; {dataset.dropped} rows left out" if dataset.dropped else ""
        self.status.emit(f"{dataset.title}: {len(dataset.classes)} samples{dropped}{clipped}")

    @Slot(object, object)
    def _take_failure(self, job: Job | None, failed: Failed) -> None:
        if not isinstance(job, (Train, AskCluster, *EXPORTING)):  # their own controllers do that
            self._give_up(job)
            self.message.emit(messages.of_failure(job, failed))
            self.status.emit("Ready")

    @Slot(object, str)
    def _take_loss(self, job: Job | None, text: str) -> None:
        if not isinstance(job, (Train, *EXPORTING)):
            self._give_up(job)
            self.message.emit(Message("error", text, remedies=messages.again(job)))

    def _give_up(self, job: Job | None) -> None:
        if isinstance(job, LoadData) and job is self._loading:
            self._loading = None
            self.changed.emit("settings")

    def remedy(self, remedy: Remedy) -> None:
        """Do again what failed, or let a run go on."""
        if remedy.recipe is not None:
            self.apply(remedy.recipe)
        elif remedy.run is not None:
            self.trainings.resume(remedy.run)
        elif remedy.design is not None:
            self.edit(history.show_design(self.session, remedy.design))
        elif remedy.job is not None:
            self.message.emit(None)
            if isinstance(remedy.job, LoadData):
                self.load_reference(remedy.job.reference, self._loading_process)
            else:
                self._submit(remedy.job, "Trying again")

    @Slot(str)
    def refuse(self, text: str) -> None:
        """Tell what is wrong, in the bar of errors."""
        self.message.emit(Message("error", text))

    def close(self) -> None:
        """End the worker and save what is left."""
        self.bridge.close()
        self.project.close()
