"""The current design session: what is being designed, what was trained, what was checked.

Frozen values in, frozen values out; undo keeps the old ones. The window shows this and holds no
truth of its own. No Qt, no torch.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from pnn_studio.app.analysis.design_choice import choose_design
from pnn_studio.app.session.checks import CheckResults, Evaluated
from pnn_studio.app.session.curves import Curves, DesignCurves
from pnn_studio.app.session.runs import Run, Runs
from pnn_studio.app.session.technologies import Technologies
from pnn_studio.app.session.undo import Steps
from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import Evaluation
from pnn_studio.domain.family import Family
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.print_process import Kit
from pnn_studio.domain.project import Project, ProjectRun, RunState, View
from pnn_studio.domain.run import EpochRecord, FamilyPlan
from pnn_studio.domain.settings import SeedChoice, Settings
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import LayoutError

# What a change was about, so that a view follows only what it shows.
Change = Literal["settings", "records", "family", "run", "verification", "view"]


class Session:
    """The state that the window shows.

    `on_change` is called after every change, in the thread that made it, with what changed.
    """

    def __init__(self, on_change: Callable[[Change], None] | None = None) -> None:
        self._steps = Steps()
        self._datasets: dict[DataReference, Dataset] = {}
        self._runs = Runs()
        self.technologies = Technologies()
        self.checks = CheckResults()
        self.designs: tuple[TrainedDesign, ...] = ()
        self.view = View()
        self._shown: tuple[Family, int, TrainedDesign] | None = None
        self._chosen: tuple[tuple[Family, float, SeedChoice], int | None] | None = None
        self._evaluated = Evaluated()
        self._on_change = on_change

    # --- settings and undo -------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The current settings."""
        return self._steps.now

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
        LayoutError, UsageError
            Where nothing could be trained like that; nothing is changed then.
        """
        if settings == self.settings:
            return
        settings.check()
        self._layout_of(settings)
        self._steps.take(settings, step)
        self._changed("settings")

    def end_step(self) -> None:
        """Close the step that is being edited: the next edit is a step of its own."""
        self._steps.end()

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return self._steps.back > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return self._steps.ahead > 0

    def undo(self) -> None:
        """Go one step back."""
        if self.can_undo:
            self._steps.undo()
            self._changed("settings")

    def redo(self) -> None:
        """Go one step forward again."""
        if self.can_redo:
            self._steps.redo()
            self._changed("settings")

    # --- data and layout ---------------------------------------------------------------------

    def choose_data(self, dataset: Dataset, kit: Kit | None = None) -> None:
        """Take loaded data as one step of undo; data once loaded stay at hand for undo.

        With a `kit` that is chosen in the same step: for its input voltages they were read.

        Raises
        ------
        LayoutError
            Where no circuit can have that many inputs or classes; nothing is changed then.
        """
        self._datasets[dataset.reference] = dataset
        self.edit(replace(self.settings, data=dataset.reference, kit=kit or self.settings.kit))

    @property
    def dataset(self) -> Dataset | None:
        """The samples of the chosen data; None before data are chosen."""
        chosen = self.settings.data
        return self._datasets.get(chosen) if chosen is not None else None

    def _layout_of(self, settings: Settings) -> Layout | None:
        dataset = self._datasets.get(settings.data) if settings.data is not None else None
        if dataset is None:
            return None
        return settings.layout(dataset)

    @property
    def layout(self) -> Layout | None:
        """The layout as it would be trained; None before there are data."""
        return self._layout_of(self.settings)

    def plan(self) -> FamilyPlan:
        """Plan the family that Train would train.

        Raises
        ------
        LayoutError
            Where no data are chosen yet.
        """
        dataset = self.dataset
        if dataset is None:
            raise LayoutError("Choose a data set first: inputs and outputs follow from it.")
        return self.settings.plan(dataset)

    # --- runs --------------------------------------------------------------------------------

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs, the latest one last."""
        return self._runs.all

    def queue_run(self, plan: FamilyPlan) -> int:
        """Put a training into the history that is to begin when those before it are over.

        Returns its place in the history. Unless it has to wait it is shown as soon as it begins.
        """
        reference = self.settings.data
        name = reference.title if reference else ""
        if not self.is_training and not self.queue:
            self._show_run(None)
        run = Run(plan, self.settings, f"{name} {plan.layout}", Curves(plan.designs))
        place = self._runs.add(replace(run, state="queued"))
        self._changed("run")
        return place

    def resume_runs(self, *places: int) -> None:
        """Queue runs that were interrupted before all others; the first one is shown from then on.

        In the order in which they are to go on.
        """
        self._runs.requeue(places)
        later = (self.runs[each] for each in self.kept_runs if each > places[0])
        if self.settings.run is not None or any(run.family is not None for run in later):
            self._show_run(places[0])  # else it is shown as soon as it has designs
        self._changed("run")

    def _show_run(self, place: int | None) -> None:
        self._steps.now = replace(self.settings, run=place)  # no step: nothing was chosen

    @property
    def queue(self) -> tuple[int, ...]:
        """Places of the runs that wait, the next one first."""
        return self._runs.queue

    @property
    def resumable(self) -> tuple[int, ...]:
        """Places of the runs that can go on: they ended early, and their data are at hand."""
        return tuple(
            place
            for place in reversed(self.kept_runs)
            if self.runs[place].is_open and self.data_of_run(self.runs[place]) is not None
        )

    @property
    def interrupted(self) -> tuple[int, ...]:
        """Places of the runs that can go on and that nothing speaks against."""
        return tuple(each for each in self.resumable if self.runs[each].state == "interrupted")

    def data_of_run(self, run: Run) -> Dataset | None:
        """Return the samples that a run was started with; None while they are not at hand."""
        reference = run.settings.data
        return None if reference is None else self._datasets.get(reference)

    def take_record(self, record: EpochRecord, place: int = -1) -> None:
        """Append a point to the curves of a run, of the latest one if no other is named."""
        self._runs.take_record(place % len(self.runs), record)
        self._changed("records")

    def take_family(self, family: Family, place: int = -1) -> None:
        """Take the best designs so far of a run."""
        if self._runs.take_family(place % len(self.runs), family):
            self._changed("family")

    def set_run_state(self, state: RunState, place: int = -1) -> None:
        """Note how a run stands."""
        self._runs.set_state(place % len(self.runs), state)
        self._changed("run")

    @property
    def kept_runs(self) -> tuple[int, ...]:
        """Places of the runs that are in the history, the latest first."""
        gone = self.settings.deleted_runs
        return tuple(place for place in reversed(range(len(self.runs))) if place not in gone)

    @property
    def kept_designs(self) -> tuple[int, ...]:
        """Places of added designs in the history, the latest first; -1 is the first of all."""
        gone = self.settings.deleted_runs
        return tuple(place for place in range(-len(self._runs.added), 0) if place not in gone)

    def run_at(self, place: int) -> Run | None:
        """Return the run, or the added design as a run of its own, at a place of the history."""
        if place in self.kept_runs:
            return self.runs[place]
        return self._runs.added[-1 - place] if place in self.kept_designs else None

    @property
    def run(self) -> Run | None:
        """The run that is shown; None before there is one."""
        place = self.shown_place
        return None if place is None else self.run_at(place)

    @property
    def shown_place(self) -> int | None:
        """Place of the run that is shown: the chosen one, else the latest that has designs.

        A run that has just begun has none yet; the slider answers from the one before until then.
        """
        chosen = self.settings.run
        if chosen is not None and self.run_at(chosen) is not None:
            return chosen
        usable = (place for place in self.kept_runs if self.runs[place].family is not None)
        begun = (place for place in self.kept_runs if place not in self.queue)
        return next(usable, next(iter((*begun, *self.kept_designs)), None))

    @property
    def training(self) -> Run | None:
        """The run that trains or is paused."""
        place = self._runs.current
        return None if place is None else self.runs[place]

    @property
    def is_training(self) -> bool:
        """Whether a run trains or is paused."""
        return self._runs.current is not None

    # --- the design that the window shows ----------------------------------------------------

    @property
    def design_index(self) -> int | None:
        """Index in the family of the design nearest to the slider, by the choice of seed."""
        run, settings = self.run, self.settings
        if run is None or run.family is None:
            return None
        asked = (run.family, settings.alpha, settings.seed)
        if self._chosen is None or self._chosen[0] != asked:
            self._chosen = (asked, choose_design(*asked))
        return self._chosen[1]

    @property
    def design(self) -> TrainedDesign | None:
        """The design at the slider, the same value until it changes; None before any is trained."""
        index, run = self.design_index, self.run
        if index is None or run is None or run.family is None:
            return None
        if self._shown is None or self._shown[0] is not run.family or self._shown[1] != index:
            self._shown = (run.family, index, run.family.design(index))
        return self._shown[2]

    @property
    def drawn_design(self) -> TrainedDesign | None:
        """The design at the slider, None where it was trained for another network than is drawn."""
        design, settings = self.design, self.settings
        drawn = (self.layout, settings.data, settings.kit)
        if design is None or (design.layout, design.data, self.shown_kit) != drawn:
            return None
        return design

    @property
    def shown_kit(self) -> Kit:
        """What the design at the slider is printed with; before there is one, what is chosen."""
        run = self.run
        return self.settings.kit if run is None or run.family is None else run.settings.kit

    @property
    def technology(self) -> Technology | None:
        """What the design at the slider is printed with; None where that cannot be read."""
        return self.technologies.of_design(self.design, self.shown_kit)

    @property
    def design_curves(self) -> DesignCurves | None:
        """Curves of the design at the slider; its nearest alpha's first seed before a family."""
        run = self.run
        if run is None:
            return None
        index, family = self.design_index, run.family
        if index is None or family is None:
            index = int(np.argmin(np.abs(np.asarray(run.plan.alphas) - self.settings.alpha)))
        return run.curves.design(index)

    def evaluation(self, design: TrainedDesign) -> Evaluation | None:
        """Voltages and powers over the test split; None while the data are not at hand."""
        return self._evaluated.of(design, self.data_of(design))

    def data_of(self, design: TrainedDesign) -> Dataset | None:
        """Return the samples that `design` was trained on; None while they are not at hand."""
        return self._datasets.get(design.data)

    def take_verification(self, design: TrainedDesign, verification: Verification) -> None:
        """Keep what ngspice said of `design`."""
        self.checks.take(design, verification)
        self._changed("verification")

    def verification(self, design: TrainedDesign) -> Verification | None:
        """Return what ngspice said of exactly this design; None if it was not checked."""
        return self.checks.of(design)

    def changed_since_check(self, design: TrainedDesign) -> bool:
        """Whether the design of that layout, alpha and seed was checked, but is another one now."""
        return self.checks.changed_since(design)

    # --- the whole as a project --------------------------------------------------------------

    def set_view(self, view: View) -> None:
        """Note what the window shows; no step of undo."""
        if view != self.view:
            self.view = view
            self._changed("view")

    def project(self) -> Project:
        """Return all of it as one frozen value; what did not change is the same object as ever."""
        return Project(
            steps=self._steps.all,
            current=self._steps.back,
            datasets=tuple(self._datasets.values()),
            runs=tuple(ProjectRun(run.head, run.family) for run in self.runs),
            checks=self.checks.all,
            designs=self.designs,
            view=self.view,
        )

    def restore(self, project: Project) -> None:
        """Take up a project in place of what there is; runs that were under way are interrupted."""
        self._steps = Steps(project.steps, project.current)
        self._datasets = {each.reference: each for each in project.datasets}
        self._runs = Runs(project.runs, project.designs)
        self.checks = CheckResults(project.checks)
        self.designs = project.designs
        self.view = project.view
        self._shown = None
        for change in get_args(Change):
            self._changed(change)

    def _changed(self, change: Change) -> None:
        if self._on_change is not None:
            self._on_change(change)
