"""``train`` and ``sweep``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pnn_studio.app.cli import options
from pnn_studio.app.cli.numbers import Count, Number, Quantity
from pnn_studio.app.cli.printing import TECHNOLOGY, Share
from pnn_studio.app.commands import project_items
from pnn_studio.domain.circuit_model import MODELS, ModelName, model_for, why_not_loaded
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.settings import Recipe
from pnn_studio.errors import UsageError, one_line
from pnn_studio.storage.project_open import SUFFIX

if TYPE_CHECKING:  # loads torch, see train
    from collections.abc import Mapping

    from pnn_studio.app.cli.clusters import Tls
    from pnn_studio.app.commands.models import Models
    from pnn_studio.domain.dataset import Dataset
    from pnn_studio.domain.importing import ImportOptions
    from pnn_studio.domain.variation import VariationChoice

_WATT = Quantity("W")
_variation = click.option(
    "--variation",
    type=Share("technology"),
    help="Train for prints: spread of each printed resistor, W and L, e.g. 10%; or that of the "
    "technology [none].",
)


@click.command()
@options.data
@click.option("--alpha", type=Number(), help="Weight of power, 0..1 [0.5; 0 with a limit].")
@click.option("--power-limit", type=_WATT, metavar="P", help="Best accuracy within, e.g. 5mW.")
@options.network
@click.option("--seed", type=options.SEEDS, default=0, help="Seed of the initialisation [0].")
@options.model
@_variation
@click.option("--out", type=options.FILE, help="Design file to write.")
@click.option("--printable", is_flag=True, help="Round it to values that can be printed.")
@options.printing
@options.as_json
def train(
    alpha: float | None,
    power_limit: float | None,
    seed: int,
    model: ModelName | None,
    variation: float | None,
    out: Path | None,
    printable: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Train one design, for a weight of power or within a power limit.

    Its numbers are those that it has in every family, bit for bit, also in that of a project.
    """
    # torch and scikit-learn are loaded for commands alone; so in every command below
    from pnn_studio.app.analysis import summaries
    from pnn_studio.app.cli import console
    from pnn_studio.app.cli.printing import made_printable
    from pnn_studio.app.commands.models import with_surrogates
    from pnn_studio.app.commands.outputs import check_output, check_spares, write_result
    from pnn_studio.app.commands.train import (
        check_alpha,
        train_family,
        trained_design,
        with_model,
    )
    from pnn_studio.storage.design_file import save_design
    from pnn_studio.storage.project_lock import only_writer

    check_output(out, asked["data"], asked["technology"], asked["surrogates"])
    click.get_current_context().with_resource(only_writer(out))
    # a limit takes the place of alpha, unless both are asked for
    default = 0.5 if power_limit is None else 0.0
    weight = check_alpha(default if alpha is None else alpha)
    setup = _set_up(**asked)
    check_spares(out, setup.dataset.reference)
    limits = None if power_limit is None else (power_limit,)
    plan = FamilyPlan(setup.layout, (weight,), (seed,), setup.schedule, limits)
    spread = setup.variation(variation)
    plan = with_model(plan, setup.model(model), setup.models.technology, spread)
    with console.training_progress("Training", plan.designs, plan.model) as follow:
        family = train_family(plan, setup.dataset, setup.models, follow)
    design = trained_design(family, 0)
    if printable:
        technology, surrogates = setup.models.technology, setup.models.surrogates
        design = made_printable(
            design, technology, setup.dataset, lambda each: with_surrogates(each, surrogates)
        )
    if out is not None:
        write_result(
            out,
            lambda path: save_design(path, design),
            "Make room, and give the same command again.",
        )
    setup.tell_clipped()
    summary = summaries.design_summary(design) | summaries.finish_summary(family)
    summary |= summaries.limit_summary(design, power_limit) | {"clipped": setup.dataset.clipped}
    stopped = console.stopped_words(family)
    options.answer(summary, as_json, lambda: console.show_design(design, out, power_limit, stopped))


@click.command()
@options.data
@click.option("--alphas", type=Count(1), help="Values of alpha [51].")
@click.option("--power-limits", type=Count(1), help="Power limits instead of alphas.")
@click.option("--seeds", type=Count(1), help="Seeds for each [10].")
@options.model
@_variation
@options.network
@click.option("--out", type=options.FILE, help="Sweep file (npz) to write.")
@click.option(
    "--extend", type=options.FILE, metavar="SWEEP", help="Keep its designs, and train the others."
)
@click.option("--fresh", is_flag=True, help="Begin anew where an unfinished run left its state.")
@options.cluster
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    help="Who trains: processors, by compiled code, or a CUDA device, by PyTorch [cpu].",
)
@options.printing
@options.as_json
def sweep(
    alphas: int | None,
    power_limits: int | None,
    seeds: int | None,
    model: ModelName | None,
    variation: float | None,
    out: Path | None,
    extend: Path | None,
    fresh: bool,
    cluster: str | None,
    cluster_tls: Tls | None,
    device: str,
    as_json: bool,
    **asked: Any,
) -> None:
    """Train the whole trade-off between accuracy and power as one family.

    With --out the state is kept beside it while it trains, at most 5 s old: the same command goes
    on from there. Ctrl-C stops and keeps what there is. A project's family is the one that the
    window trains, as large as chosen there unless said otherwise. With --extend a sweep file gives
    its designs, layout, model and schedule, and only those that it lacks are trained. With
    --cluster workers of Dask train it, a few designs at a time, to the same numbers.
    """
    # loads torch, see train
    from pnn_studio.app.analysis import summaries
    from pnn_studio.app.analysis.family_plan import designs_of
    from pnn_studio.app.cli import console
    from pnn_studio.app.cli.clusters import transport_of
    from pnn_studio.app.commands.grown import check_extendable, extended_plan
    from pnn_studio.app.commands.on_cuda import OnCuda
    from pnn_studio.app.commands.outputs import check_output, check_spares
    from pnn_studio.app.commands.train import (
        limits_plan,
        state_of,
        train_family,
        train_kept,
        with_model,
    )
    from pnn_studio.storage.project_lock import only_writer
    from pnn_studio.storage.sweep_file import load_sweep

    for each in (out, None if out is None else state_of(out)):
        check_output(each, asked["data"], asked["technology"], asked["surrogates"])
    click.get_current_context().with_resource(only_writer(out))
    if alphas is not None and power_limits is not None:
        raise UsageError("Give either --alphas or --power-limits.")
    known = None
    if extend is not None:
        _check_extension(power_limits, model, variation, asked)
        known = load_sweep(extend)
        layout = known.plan.layout
        asked |= {"hidden": layout.hidden, "crossbar": layout.crossbar, "sharing": layout.sharing}
        model = known.plan.model
    setup = _set_up(**asked)
    for each in (out, None if out is None else state_of(out)):
        check_spares(each, setup.dataset.reference)
    dataset, models, named = setup.dataset, setup.models, setup.model(model)
    if cluster is not None and device == "cuda":
        raise UsageError("Workers of a cluster train on what they have: leave out --device.")
    transport = click.get_current_context().with_resource(transport_of(cluster, cluster_tls))
    transport = OnCuda() if device == "cuda" else transport
    if known is not None:
        engine = None if transport is None else transport.engine
        check_extendable(known, dataset, models.technology, engine)
        plan = extended_plan(known, alphas, seeds)
    elif power_limits is None:
        asked_for = replace(setup.chosen, seeds=seeds or setup.chosen.seeds)
        if alphas is not None:  # in place of a power limit of the project, too
            asked_for = replace(asked_for, alphas=alphas, power_limit=None)
        plan = designs_of(asked_for, setup.layout, setup.schedule)
        plan = with_model(plan, named, models.technology, setup.variation(variation))
    else:
        seeds = seeds or setup.chosen.seeds
        start = FamilyPlan(setup.layout, (0.0,) * seeds, tuple(range(seeds)), setup.schedule)
        start = with_model(start, named, models.technology, setup.variation(variation))
        with console.training_progress("Power at alpha 0", seeds) as follow:
            plan = limits_plan(
                start,
                power_limits,
                dataset,
                models,
                partial(train_family, on_record=follow, transport=transport),
            )
    with console.training_progress("Training", plan.designs, plan.model) as follow:
        family = train_kept(
            plan, dataset, models, out, follow, fresh=fresh, known=known, transport=transport
        )
    setup.tell_clipped()
    summary = summaries.sweep_summary(family) | {"clipped": dataset.clipped}
    options.answer(summary, as_json, lambda: console.show_sweep(family, out))


def _check_extension(
    power_limits: int | None,
    model: ModelName | None,
    variation: float | None,
    asked: Mapping[str, Any],
) -> None:
    """Refuse what the sweep that is extended has chosen already."""
    given = {
        "--power-limits": power_limits,
        "--model": model,
        "--variation": variation,
        "--hidden": asked["hidden"],
        "--crossbar": asked["crossbar"],
        "--circuits": asked["sharing"],
        "--epochs": asked["epochs"],
        "--schedule": None if asked["schedule"] == "default" else asked["schedule"],
    }
    chosen = [name for name, value in given.items() if value is not None]
    if chosen:
        raise UsageError(
            f"The sweep that is extended says what is trained; leave out {', '.join(chosen)}."
        )


@dataclass(frozen=True)
class _Setup:
    """What the options and the project, if there is one, come to."""

    models: Models
    dataset: Dataset
    layout: Layout
    schedule: Schedule
    chosen: Recipe

    def model(self, asked: ModelName | None) -> ModelName:
        """Return the circuit model: the one asked for, else that of the project, or of new work.

        Where it would be loaded, but the technology has no equations, a sentence says why not.
        """
        technology, chosen = self.models.technology, self.chosen.model
        if asked is None and chosen == "loaded" and (reason := why_not_loaded(technology)):
            click.echo(reason, err=True)
        return asked or model_for(chosen, technology)

    def variation(self, asked: float | None) -> VariationChoice:
        """Return the spread that is trained for: the one asked for, else that of the project."""
        if asked is None:
            return self.chosen.variation
        return "technology" if asked == TECHNOLOGY else asked

    def tell_clipped(self) -> None:
        """Say how many values are clipped, once nothing can be refused any more."""
        if self.dataset.clipped:
            click.echo(f"{one_line(self.dataset.title)}: {self.dataset.clipped_words}.", err=True)


def _set_up(
    data: str,
    label: str | None,
    split_seed: int,
    choices: ImportOptions,
    technology: str,
    surrogates: str,
    largest_r: float | None,
    hidden: tuple[int, ...] | None,
    crossbar: Any,
    sharing: Any,
    schedule: str,
    epochs: int | None,
) -> _Setup:
    """Load models and data, and make the layout and schedule that were asked for.

    A project gives its data, and its layout, bound on epochs, technology and surrogates where they
    are not asked for.
    """
    # loads torch, see train
    from pnn_studio.app.cli import console
    from pnn_studio.app.commands.models import load_models
    from pnn_studio.app.commands.own_data import load_data
    from pnn_studio.app.commands.train import schedule_of

    chosen, dataset = Recipe(), None
    if data.endswith(SUFFIX):
        chosen, dataset = project_items.chosen_data(Path(data))
        epochs = chosen.max_epochs if epochs is None and schedule == "default" else epochs
    hidden, crossbar = hidden or chosen.hidden, crossbar or chosen.crossbar
    sharing = sharing or chosen.sharing
    Layout(1, hidden, 2, crossbar, sharing)  # refuses what is wrong before any work
    models = load_models(_print_process(chosen.print_process, technology, surrogates, largest_r))
    if dataset is None:
        with console.work_progress() as follow:
            dataset = load_data(
                data,
                models.technology,
                label,
                split_seed,
                choices,
                lambda share: follow("Reading", share),
            )
    layout = Layout(dataset.voltages.shape[1], hidden, len(dataset.class_names), crossbar, sharing)
    return _Setup(models, dataset, layout, schedule_of(schedule, epochs), chosen)


def _print_process(
    chosen: PrintProcess, technology: str, surrogates: str, largest_r: float | None
) -> PrintProcess:
    """Take what was asked for; another technology brings its own surrogates and limits."""
    if technology:
        chosen = PrintProcess(technology)
    return PrintProcess(
        chosen.technology,
        surrogates or chosen.surrogates,
        chosen.largest_r if largest_r is None else largest_r,
    )


@click.command()
@click.argument("data", nargs=-1, required=True)
@click.option("--published", type=options.FILE, help="Published results, a CSV file.")
@click.option("--out", type=options.FILE, required=True, help="Folder for report and figures.")
@click.option("--alphas", type=Count(2), default=51, help="Values of alpha [51].")
@click.option("--seeds", type=Count(1), default=10, help="Seeds for each [10].")
@click.option("--model", type=click.Choice(list(MODELS)), help="Only this circuit model [both].")
@options.cluster
@options.schedule
@options.as_json
def reproduce(
    data: tuple[str, ...],
    published: Path | None,
    out: Path,
    alphas: int,
    seeds: int,
    model: ModelName | None,
    cluster: str | None,
    cluster_tls: Tls | None,
    schedule: str,
    as_json: bool,
) -> None:
    """Sweep over data sets, simulate the designs in ngspice, and compare with published results.

    What is told first of a sweep are figures from ngspice. Finished sweeps and simulations are kept
    in the folder: the same command goes on where it was interrupted.
    """
    # loads torch, see train
    from pnn_studio.app.cli import console
    from pnn_studio.app.cli.clusters import both_of
    from pnn_studio.app.commands import reproduce
    from pnn_studio.app.commands.front_run import check_designs
    from pnn_studio.app.commands.train import schedule_of
    from pnn_studio.storage.files import make_folder
    from pnn_studio.storage.project_lock import only_writer

    known = reproduce.read_published(published) if published else {}
    make_folder(out)
    click.get_current_context().with_resource(only_writer(out / "report.md"))
    asked = reproduce.Asked(
        alphas, seeds, schedule_of(schedule), tuple(MODELS) if model is None else (model,)
    )
    with both_of(cluster, cluster_tls) as (transport, work):
        results = reproduce.reproduce(
            data,
            known,
            out,
            asked,
            follow=console.training_progress,
            follow_checks=console.checking_progress,
            check=check_designs if work is None else work.check_designs,
            transport=transport,
        )
    summary = {each.name: each.answer() for each in results}
    options.answer(summary, as_json, lambda: click.echo(f"Wrote {out / 'report.md'}"))
