"""``surrogates build`` and ``surrogates report``."""

from pathlib import Path

import click

from pnn_studio.app.cli import options
from pnn_studio.app.cli.clusters import Tls, work_of
from pnn_studio.app.cli.numbers import Count
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.technology import DEFAULT_TECHNOLOGY


@click.group(no_args_is_help=False)  # what is missing is told in one line, as everywhere
def surrogates() -> None:
    """Build the surrogates of the nonlinear circuits, or report on them."""


@surrogates.command()
@click.option("--out", type=options.FILE, help="Folder [surrogates/ID of the technology].")
@click.option("--circuits", type=Count(200), default=2000, help="Of each kind [2000].")
@click.option("--seed", type=options.SEEDS, default=0, help="Seed of the samples [0].")
@click.option(
    "--data", type=options.FILE, help="Folder of the simulated tables: kept there, used again."
)
@options.cluster
@options.technology
@options.as_json
def build(
    out: Path | None,
    circuits: int,
    seed: int,
    data: Path | None,
    cluster: str | None,
    cluster_tls: Tls | None,
    technology: str,
    as_json: bool,
) -> None:
    """Simulate circuits in ngspice and fit surrogates on them."""
    # loads torch, which --help does not need
    from pnn_studio.app.cli import console
    from pnn_studio.app.commands import surrogate_build

    with work_of(cluster, cluster_tls) as work, console.work_progress() as follow:
        folder, reports = surrogate_build.build(
            technology,
            out,
            circuits=circuits,
            seed=seed,
            data=data,
            follow=follow,
            elsewhere=None if work is None else work.simulate,
        )
    answer = {"folder": str(folder), "held_out": reports}
    options.answer(answer, as_json, lambda: console.show_surrogates(reports))


@surrogates.command()
@click.option("--surrogates", "folder", default="", metavar="DIR", help="Folder [those that ship].")
@options.technology
@options.as_json
def report(folder: str, technology: str, as_json: bool) -> None:
    """Show the held-out errors that the cards state."""
    # loads torch, which --help does not need
    from pnn_studio.app.cli import console
    from pnn_studio.app.commands.models import load_models

    models = load_models(PrintProcess(technology or DEFAULT_TECHNOLOGY, folder))
    reports = {name: each.card.get("held_out", {}) for name, each in models.surrogates.items()}
    options.answer({"held_out": reports}, as_json, lambda: console.show_surrogates(reports))
