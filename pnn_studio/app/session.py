"""The current design session: what is being designed, what was trained, what was checked.

Frozen values in, frozen values out; undo keeps the old ones. The window shows this and holds no
truth of its own. No Qt, no torch.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pnn_studio.domain.dataset import SHIPPED_DATASETS, DataReference, Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.layout import Crossbar, Layout, Sharing
from pnn_studio.domain.operating_point import LayerState, operating_point
from pnn_studio.domain.run import DIVERGED, EpochRecord, Family, FamilyPlan, Schedule
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import LayoutError

UNDO_STEPS = 500


@dataclass(frozen=True)
class Settings:
    """All that a person chooses before training; every change of it is one step of undo.

    Attributes
    ----------
    data : DataReference or None
        Data set; None before one is chosen.
    hidden : tuple of int
        Neurons of the hidden layers.
    crossbar, sharing : str
        As in `Layout`.
    alphas, seeds : int
        Size of the family.
    max_epochs : int
        Bound for each design.
    alpha : float
        Where the slider stands.
    """

    data: DataReference | None = None
    hidden: tuple[int, ...] = (3,)
    crossbar: Crossbar = "modified"
    sharing: Sharing = "network"
    alphas: int = 51
    seeds: int = 10
    max_epochs: int = Schedule().max_epochs
    alpha: float = 0.5


@dataclass(frozen=True, eq=False)
class Run:
    """One training in the history of the session.

    Attributes
    ----------
    plan : FamilyPlan
        What was asked for.
    settings : Settings
        Settings at its start.
    title : str
        For example ``iris 4-3-3``.
    records : tuple of EpochRecord
        Its curves so far.
    family : Family or None
        The best so far, or the outcome.
    state : str
        ``running``, ``paused``, ``finished``, ``stopped`` or ``failed``.
    """

    plan: FamilyPlan
    settings: Settings
    title: str
    records: tuple[EpochRecord, ...] = ()
    family: Family | None = None
    state: str = "running"


class Session:
    """The state that the window shows.

    `on_change` is called after every change, in the thread that made it.
    """

    def __init__(self, on_change: Callable[[], None] | None = None) -> None:
        self._settings = Settings()
        self._past: list[Settings] = []
        self._future: list[Settings] = []
        self._open_step: str | None = None
        self.dataset: Dataset | None = None
        self.runs: tuple[Run, ...] = ()
        self._verifications: dict[str, Verification] = {}
        self._on_change = on_change

    # --- settings and undo -------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The current settings."""
        return self._settings

    def edit(self, settings: Settings, step: str | None = None) -> None:
        """Take new settings as one step of undo.

        Parameters
        ----------
        settings : Settings
            The new value.
        step : str, optional
            Edits of the same name that follow each other become one step (a slider drag), until
            `end_step`.

        Raises
        ------
        LayoutError
            Where no circuit can have that layout; nothing is changed then.
        """
        if settings == self._settings:
            return
        if self.dataset is not None:
            Layout(self.dataset.voltages.shape[1], settings.hidden, len(self.dataset.class_names))
        if step is None or step != self._open_step:
            self._past = [*self._past, self._settings][-UNDO_STEPS:]
        self._open_step = step
        self._future = []
        self._settings = settings
        self._changed()

    def end_step(self) -> None:
        """Close the step that is being edited: the next edit is a step of its own."""
        self._open_step = None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return bool(self._future)

    def undo(self) -> None:
        """Go one step back."""
        if self._past:
            self._future.append(self._settings)
            self._settings = self._past.pop()
            self._open_step = None
            self._changed()

    def redo(self) -> None:
        """Go one step forward again."""
        if self._future:
            self._past.append(self._settings)
            self._settings = self._future.pop()
            self._open_step = None
            self._changed()

    # --- data and layout ---------------------------------------------------------------------

    def choose_data(self, reference: DataReference) -> None:
        """Choose a data set; its samples follow with `take_dataset` when they are loaded."""
        self.edit(replace(self._settings, data=reference))

    def take_dataset(self, dataset: Dataset) -> None:
        """Take the loaded samples of the chosen data set; others are ignored as outdated."""
        chosen = self._settings.data
        if chosen is not None and dataset.reference.source == chosen.source:
            self.dataset = dataset
            self._changed()

    @property
    def data_is_loaded(self) -> bool:
        """Whether the samples at hand are those of the chosen data set."""
        chosen = self._settings.data
        return self.dataset is not None and chosen is not None and self.dataset.reference.source == chosen.source

    @property
    def layout(self) -> Layout | None:
        """The layout as it would be trained; None before there are data."""
        if self.dataset is None or not self.data_is_loaded:
            return None
        settings = self._settings
        return Layout(self.dataset.voltages.shape[1], settings.hidden, len(self.dataset.class_names),
                      settings.crossbar, settings.sharing)  # fmt: skip

    def plan(self) -> FamilyPlan:
        """Plan the family that Train would train.

        Raises
        ------
        LayoutError
            Where no data are chosen yet.
        """
        layout = self.layout
        if layout is None:
            raise LayoutError("Choose a data set first: inputs and outputs follow from it.")
        settings = self._settings
        return FamilyPlan.grid(layout, settings.alphas, settings.seeds, Schedule(max_epochs=settings.max_epochs))

    # --- runs --------------------------------------------------------------------------------

    def start_run(self, plan: FamilyPlan) -> None:
        """Open a run in the history."""
        reference = self._settings.data
        source = reference.source if reference else ""
        name = SHIPPED_DATASETS.get(source, source.rsplit("/", 1)[-1])
        self.runs = (*self.runs, Run(plan, self._settings, f"{name} {plan.layout}"))
        self._changed()

    def _update_run(self, **changes: object) -> None:
        if self.runs:
            self.runs = (*self.runs[:-1], replace(self.runs[-1], **changes))  # type: ignore[arg-type]
            self._changed()

    def take_record(self, record: EpochRecord) -> None:
        """Append a point to the curves of the current run."""
        if self.runs:
            self._update_run(records=(*self.runs[-1].records, record))

    def take_family(self, family: Family) -> None:
        """Take the best designs so far of the current run."""
        self._update_run(family=family)

    def set_run_state(self, state: str) -> None:
        """Note that the current run is ``running``, ``paused``, ``finished``, ``stopped`` or ``failed``."""
        self._update_run(state=state)

    @property
    def run(self) -> Run | None:
        """The latest run."""
        return self.runs[-1] if self.runs else None

    @property
    def is_training(self) -> bool:
        """Whether the latest run has not ended yet."""
        return self.run is not None and self.run.state in ("running", "paused")

    # --- the design that the window shows ----------------------------------------------------

    @property
    def design_index(self) -> int | None:
        """Index in the family of the design nearest to the slider, best validation seed."""
        run = self.run
        return run.family.best_at(self._settings.alpha) if run and run.family else None

    @property
    def design(self) -> TrainedDesign | None:
        """The design at the slider; None before anything is trained."""
        index, run = self.design_index, self.run
        return run.family.design(index) if index is not None and run and run.family else None

    @property
    def diverged(self) -> int:
        """Number of designs of the latest run that diverged."""
        run = self.run
        return int(np.sum(run.family.status == DIVERGED)) if run and run.family else 0

    def operating_point(self, design: TrainedDesign) -> tuple[LayerState, ...] | None:
        """Voltages of all nodes over the test split; None while the data are not at hand."""
        if self.dataset is None or self.dataset.reference.fingerprint != design.data.fingerprint:
            return None
        return operating_point(design, self.dataset.part("test")[0])

    def _key(self, design: TrainedDesign) -> str:
        theta = b"".join(layer.theta.tobytes() for layer in design.layers)
        return f"{design.data.fingerprint}/{hash(theta)}"

    def take_verification(self, design: TrainedDesign, verification: Verification) -> None:
        """Keep what ngspice said of `design`."""
        self._verifications[self._key(design)] = verification
        self._changed()

    def verification(self, design: TrainedDesign) -> Verification | None:
        """What ngspice said of exactly this design; None if it was not checked or has changed since."""
        return self._verifications.get(self._key(design))

    def _changed(self) -> None:
        if self._on_change is not None:
            self._on_change()
