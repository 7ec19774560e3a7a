"""The current design session: what is being designed, what was trained, what was checked.

Frozen values in and out; undo keeps the old ones. The window holds no truth of its own.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeVar, get_args

from pnn_studio.app.analysis.design_choice import choose_design
from pnn_studio.app.analysis.family_plan import family_plan
from pnn_studio.app.session.checks import CheckResults, Evaluated
from pnn_studio.app.session.curves import DesignCurves
from pnn_studio.app.session.runs import Run, Runs
from pnn_studio.app.session.technologies import Technologies
from pnn_studio.app.session.undo import Steps
from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.evaluation import Evaluation
from pnn_studio.domain.family import Family
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.project import Project, ProjectRun, RunState, View
from pnn_studio.domain.run import EpochRecord, FamilyPlan
from pnn_studio.domain.settings import Recipe, SeedChoice, Settings, Shown
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import LayoutError

_T = TypeVar("_T")
# What a change was about, so that a view follows only what it shows. "project": another one is
# there; all others follow, so that it is for what a project does not hold.
Change = Literal["project", "settings", "records", "family", "run", "verification", "view"]


class Session:
    """The state that the window shows.

    `on_change` is called after every change, in the thread that made it, with what changed.
    """

    def __init__(self, on_change: Callable[[Change], None] | None = None) -> None:
        self._steps = Steps()
        self._datasets: dict[DataReference, Dataset] = {}
        self._runs = Runs()
        self.technologies = Technologies()
        self.checks = CheckResults(self._runs)
        self.view = View()
        self._chosen: tuple[tuple[Family, float, SeedChoice], int | None] | None = None
        self._evaluated = Evaluated()
        self._on_change = on_change

    # --- settings and undo -------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The current settings."""
        return self._steps.now

    @property
    def recipe(self) -> Recipe:
        """What would be trained."""
        return self.settings.recipe

    @property
    def shown(self) -> Shown:
        """What is to be shown of what was trained."""
        return self.settings.shown

    def edit(self, part: Settings | Recipe | Shown, step: str | None = None) -> None:
        """Take new settings, or a part of them, as one step of undo.

        Edits of the same `step` that follow each other become one (a slider drag) until `end_step`.

        Raises
        ------
        LayoutError, UsageError
            Where nothing could be trained like that; nothing is changed then.
        """
        settings = self.settings.taking(part)
        if settings == self.settings:
            return
        settings.recipe.check()
        self._layout_of(settings.recipe)
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
        self._steps.undo()
        self._changed("settings")

    def redo(self) -> None:
        """Go one step forward again."""
        self._steps.redo()
        self._changed("settings")

    # --- data and layout ---------------------------------------------------------------------

    def choose_data(self, dataset: Dataset, print_process: PrintProcess | None = None) -> None:
        """Take loaded data as one step of undo; data once loaded stay at hand for undo.

        With a print process that is chosen in the same step: for its input voltages they were read.

        Raises
        ------
        LayoutError
            Where no circuit can have that many inputs or classes; nothing is changed then.
        """
        self._datasets[dataset.reference] = dataset
        process = print_process or self.recipe.print_process
        self.edit(replace(self.recipe, data=dataset.reference, print_process=process))

    @property
    def dataset(self) -> Dataset | None:
        """The samples of the chosen data; None before data are chosen."""
        chosen = self.recipe.data
        return self._datasets.get(chosen) if chosen is not None else None

    def keep_data(self, dataset: Dataset) -> None:
        """Have data at hand that some run was trained on, without choosing them."""
        self._datasets.setdefault(dataset.reference, dataset)

    def _layout_of(self, recipe: Recipe) -> Layout | None:
        dataset = self._datasets.get(recipe.data) if recipe.data is not None else None
        return None if dataset is None else recipe.layout(dataset)

    @property
    def layout(self) -> Layout | None:
        """The layout as it would be trained; None before there are data."""
        return self._layout_of(self.recipe)

    def plan(self) -> FamilyPlan:
        """Plan the family that Train would train.

        Raises
        ------
        LayoutError, TechnologyError
            Where no data are chosen yet, or the technology cannot be read.
        """
        dataset, recipe = self.dataset, self.recipe
        if dataset is None:
            raise LayoutError("Choose a data set first: inputs and outputs follow from it.")
        technology = self.technologies.technology(recipe.print_process)
        return family_plan(recipe, technology, dataset)

    # --- runs --------------------------------------------------------------------------------

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs that were asked for, the latest one last; each at the index that is its id."""
        return self._runs.all

    def queue_run(self, plan: FamilyPlan) -> RunId:
        """Put a training into the history that is to begin when those before it are over.

        Unless it has to wait it is shown as soon as it begins.
        """
        if not self.is_training and not self.queue:
            self._put_in_view(None)
        run = self._runs.queue_new(plan, self.recipe)
        self._changed("run")
        return run

    def change_runs(self, change: Callable[[Runs], _T]) -> _T:
        """Let `change` change what is in the history or waits; returns what it returns."""
        found = change(self._runs)
        self._changed("run")
        return found

    def resume_runs(self, *runs: RunId) -> None:
        """Queue interrupted runs in this order, before all others; the first is shown from then."""
        self._runs.requeue(runs)
        later = (self.runs[each] for each in self.kept_runs if each > runs[0])
        if self.shown.run is not None or any(run.family is not None for run in later):
            self._put_in_view(runs[0])  # else it is shown as soon as it has designs
        self._changed("run")

    def show_run(self, run: RunId) -> None:
        """Show a run; no step of undo, for nobody chose it."""
        if self.run is None or self.run.id != run:
            self._put_in_view(run)
            self._changed("settings")

    def _put_in_view(self, run: RunId | None) -> None:
        self._steps.now = self.settings.taking(replace(self.shown, run=run))

    def drop_run(self, run: RunId) -> None:
        """Take a run that nobody asked for out of the history, at every step of undo."""
        self._steps.change(lambda each: each.taking(each.shown.without_run(run)))
        self._changed("settings")

    @property
    def queue(self) -> tuple[RunId, ...]:
        """The runs that wait, the next one first."""
        return self._runs.queue

    @property
    def resumable(self) -> tuple[RunId, ...]:
        """The runs that can go on: they ended early, and their data are at hand."""
        return tuple(
            run
            for run in reversed(self.kept_runs)
            if self.runs[run].is_open and self.data_of_run(self.runs[run]) is not None
        )

    @property
    def interrupted(self) -> tuple[RunId, ...]:
        """The runs that can go on and that nothing speaks against."""
        return tuple(each for each in self.resumable if self.runs[each].state == "interrupted")

    def data_of_run(self, run: Run) -> Dataset | None:
        """Return the samples that a run was started with; None while they are not at hand."""
        reference = run.recipe.data
        return None if reference is None else self._datasets.get(reference)

    def take_record(self, record: EpochRecord, run: RunId | None = None) -> None:
        """Append a point to the curves of a run, of the latest one if no other is named."""
        self._runs.take_record(self._or_latest(run), record)
        self._changed("records")

    def take_family(self, family: Family, run: RunId | None = None) -> None:
        """Take the best designs so far of a run."""
        if self._runs.take_family(self._or_latest(run), family):
            self._changed("family")

    def set_run_state(self, state: RunState, run: RunId | None = None) -> None:
        """Note how a run stands."""
        self._runs.set_state(self._or_latest(run), state)
        self._changed("run")

    def _or_latest(self, run: RunId | None) -> RunId:
        return len(self.runs) - 1 if run is None else run

    @property
    def kept_runs(self) -> tuple[RunId, ...]:
        """The runs that are in the history, the latest first."""
        return tuple(run.id for run in self._runs.kept(self.shown))

    @property
    def kept_designs(self) -> tuple[RunId, ...]:
        """Added designs in the history, the latest first; -1 is the first of all."""
        return tuple(run.id for run in self._runs.kept_added(self.shown))

    def find_run(self, run: RunId) -> Run | None:
        """Return the run, or the added design as a run of its own; None where it was deleted."""
        return self._runs.find_kept(run, self.shown)

    @property
    def run(self) -> Run | None:
        """The run that is shown: the chosen one, else the latest that has designs.

        A run that has just begun has none yet; the slider answers from the one before until then.
        """
        return self._runs.to_show(self.shown)

    @property
    def training(self) -> Run | None:
        """The run that trains or is paused."""
        return next((run for run in self.runs if run.goes_on), None)

    @property
    def is_training(self) -> bool:
        """Whether a run trains or is paused."""
        return self.training is not None

    # --- the design that the window shows ----------------------------------------------------

    @property
    def design_index(self) -> int | None:
        """Index in the family of the design nearest to the slider, by the choice of seed."""
        run, shown = self.run, self.shown
        if run is None or run.family is None:
            return None
        asked = (run.family, shown.alpha, shown.seed)
        if self._chosen is None or self._chosen[0] != asked:
            self._chosen = (asked, choose_design(*asked))
        return self._chosen[1]

    @property
    def design_ref(self) -> DesignRef | None:
        """Which design that is."""
        index, run = self.design_index, self.run
        return None if index is None or run is None else DesignRef(run.id, index)

    @property
    def design(self) -> TrainedDesign | None:
        """The design at the slider; None before any is trained."""
        index, run = self.design_index, self.run
        return None if index is None or run is None else run.design(index)

    @property
    def drawn_design(self) -> TrainedDesign | None:
        """The design at the slider, None where it was trained for another network than is drawn."""
        design, recipe, model = self.design, self.recipe, self.technologies.model_of(self.recipe)
        drawn = (self.layout, recipe.data, recipe.print_process, model)
        if design and (design.layout, design.data, self.shown_process, design.model) == drawn:
            return design
        return None

    @property
    def shown_process(self) -> PrintProcess:
        """What the design at the slider is printed with; before there is one, what is chosen."""
        run = self.run
        recipe = self.recipe if run is None or run.family is None else run.recipe
        return recipe.print_process

    @property
    def technology(self) -> Technology | None:
        """What the design at the slider is printed with; None where that cannot be read."""
        return self.technologies.of_design(self.design, self.shown_process)

    @property
    def design_curves(self) -> DesignCurves | None:
        """Curves of the design at the slider; its nearest alpha's first seed before a family."""
        run = self.run
        return None if run is None else run.curves_of(self.design_index, self.shown.alpha)

    def evaluation(self, design: TrainedDesign) -> Evaluation | None:
        """Voltages and powers over the test split; None while the data are not at hand."""
        technology = self.technologies.of_design(design, self.shown_process)
        return self._evaluated.of(design, self.data_of(design), technology)

    def data_of(self, design: TrainedDesign) -> Dataset | None:
        """Return the samples that `design` was trained on; None while they are not at hand."""
        return self._datasets.get(design.data)

    def take_verification(
        self, ref: DesignRef, design: TrainedDesign, verification: Verification
    ) -> None:
        """Keep what ngspice said of `design`, as the design of that name was when it was asked."""
        self.checks.take(ref, design, verification)
        self._changed("verification")

    def verification(self, design: TrainedDesign) -> Verification | None:
        """Return what ngspice said of exactly this design; None if it was not checked."""
        return self.checks.of(design)

    @property
    def changed_since_check(self) -> bool:
        """Whether a design of the name of the shown one was checked, but is another one now."""
        ref, design = self.design_ref, self.design
        return ref is not None and design is not None and self.checks.changed_since(ref, design)

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
            designs=self._runs.designs,
            view=self.view,
        )

    def restore(self, project: Project) -> None:
        """Take up a project in place of what there is; runs that were under way are interrupted."""
        self._steps = Steps(project.steps, project.current)
        self._datasets = {each.reference: each for each in project.datasets}
        self._runs = Runs(project.runs, project.designs)
        self.checks = CheckResults(self._runs, project.checks)
        self.view = project.view
        self._chosen, self._evaluated = None, Evaluated()
        for change in get_args(Change):
            self._changed(change)

    def _changed(self, change: Change) -> None:
        self._runs.take_labels(self.shown.labels)
        if self._on_change is not None:
            self._on_change(change)
