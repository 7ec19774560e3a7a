"""``yield``, and what other commands do with printable values."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pnn_studio.app.cli import options
from pnn_studio.app.cli.clusters import Tls, work_of
from pnn_studio.app.cli.numbers import Count
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.print_report import PrintReport, YieldPlan
from pnn_studio.domain.printable import grid_of, violations
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import format_percent, format_si, read_number
from pnn_studio.domain.verification import Verification
from pnn_studio.domain.yields import Limit
from pnn_studio.errors import UsageError

# what `Share` reads the word of the technology as
TECHNOLOGY = -1.0
# values that cannot be printed and are named one by one
_MOST_NAMED = 10


class Share(click.ParamType[float]):
    """A share such as ``95%`` or ``0.95``; with a word in place of it where one is allowed."""

    def __init__(self, word: str = "") -> None:
        self.name = f"{word}|SHARE" if word else "SHARE"
        self._word = word

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read text as the command line gives it."""
        if isinstance(value, float):
            return value
        text = str(value).strip()
        if self._word and text == self._word:
            return TECHNOLOGY
        try:
            number = read_number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except UsageError:
            number = -1.0
        if not 0 <= number <= 1:
            word = f", or {self._word}" if self._word else ""
            self.fail(f"{value!r} is not a share such as 95% or 0.95{word}.", param, ctx)
        return number


def prints_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add which prints an export shows; the command gets a plan, None where nothing is given."""

    @functools.wraps(function)
    def command(
        *, prints: int | None, keep: float | None, variation: float | None, **others: Any
    ) -> Any:
        usual, plan = YieldPlan(), None
        if (prints, keep, variation) != (None, None, None):
            share = None if variation in (None, TECHNOLOGY) else variation
            limit = usual.limit if keep is None else Limit(keep)
            plan = YieldPlan(prints or usual.prints, limit, share)
        return function(**others, plan=plan)

    decorated: Callable[..., Any] = command
    for option in (
        click.option(
            "--variation", type=Share("technology"), help="Of the prints: spread of R, W and L."
        ),
        click.option("--keep", type=Share(), help="Of the accuracy as drawn, by a print [95%]."),
        click.option(
            "--prints", type=Count(1, 10**6),
            help="Compute so many for --what yield [10000] or report.",
        ),
    ):  # fmt: skip
        decorated = option(decorated)
    return decorated


@click.command("yield")
@click.argument("design", type=options.FILE)
@click.option("--prints", type=Count(1, 10**6), default=10_000, help="[10000]")
@click.option("--keep", type=Share(), help="Of the accuracy as drawn [95%].")
@click.option("--least", type=Share(), help="An accuracy to reach, in place of --keep.")
@click.option(
    "--variation",
    type=Share("technology"),
    default="technology",
    help="Spread of each printed resistor, W and L, e.g. 10%; or that of the technology.",
)
@click.option(
    "--spice", type=Count(0, 10_000), default=0, help="Prints to simulate in ngspice [0]."
)
@click.option("--seed", type=options.SEEDS, default=0, help="Of the draws [0].")
@click.option("--data", default="", metavar="CSV", help="Where its data are now, if they moved.")
@click.option("--out", type=options.FILE, help="Report to write, .json.")
@options.cluster
@options.technology
@options.as_json
def yield_(
    design: Path,
    prints: int,
    keep: float | None,
    least: float | None,
    variation: float,
    spice: int,
    seed: int,
    data: str,
    out: Path | None,
    cluster: str | None,
    cluster_tls: Tls | None,
    technology: str,
    as_json: bool,
) -> None:
    """Compute how many prints of a design work, and which components make the others fail.

    Every circuit of a print draws its own component values; prints are solved exactly, as loaded.
    Told are test samples; Ctrl-C keeps what is computed.
    """
    # they load torch, which --help does not need
    from pnn_studio.app.analysis.summaries import json_text
    from pnn_studio.app.analysis.yield_words import yield_summary
    from pnn_studio.app.cli import console
    from pnn_studio.app.commands.outputs import check_output
    from pnn_studio.app.commands.own_data import data_of, technology_of
    from pnn_studio.app.prints.yield_run import run_yield
    from pnn_studio.physics.variation.monte_carlo import run_prints
    from pnn_studio.storage.design_file import load_design
    from pnn_studio.storage.files import write_atomically

    check_output(out, design, data, technology)
    if out is not None and out.suffix != ".json":
        raise UsageError(f"{out} must end in .json.")
    if keep is not None and least is not None:
        raise UsageError("--keep and --least are two ways to say the same; give one of them.")
    limit = Limit(0.0, least) if least is not None else Limit(0.95 if keep is None else keep)
    plan = YieldPlan(prints, limit, None if variation == TECHNOLOGY else variation, spice, seed)
    trained = load_design(design)
    chosen = technology_of(trained, technology)
    dataset = data_of(trained, chosen, data)
    with (
        work_of(cluster, cluster_tls) as work,
        console.ended_by_ctrl_c() as (tell, cancelled),
    ):
        solve = run_prints if work is None else work.run_prints
        report = run_yield(
            trained, chosen, dataset, plan, cancelled=cancelled, tell=tell, solve=solve
        )
    summary = yield_summary(report)
    if out is not None:
        write_atomically(out, json_text(summary).encode())
    options.answer(summary, as_json, lambda: _show(report, out))


def _show(report: PrintReport, out: Path | None) -> None:
    # they load what --help does not need
    from pnn_studio.app.analysis.yield_words import MOST_PARTS, fault_rows, yield_sentences
    from pnn_studio.app.cli import console

    for line in yield_sentences(report):
        click.echo(line)
    screen = console.stdout_console()
    if report.orders:
        table = console.plain_table("component", "share of lost yield", "10 % off, worse side")
        for each in report.harm[:MOST_PARTS]:
            change = f"{100 * each.sensitivity:.1f} points"
            table.add_row(each.ref, format_percent(each.share), change)
        rest = sum(each.share for each in report.harm[MOST_PARTS:])
        table.add_row(f"{len(report.harm) - MOST_PARTS} others", format_percent(rest), "")
        screen.print(table)
    if report.faults:
        table = console.plain_table("fault", "faults", "change an answer", "worst", "accuracy")
        for words, group, count, harmful, worst, accuracy in fault_rows(report):
            row = (f"{group}: {words}", str(count), str(harmful), worst, format_percent(accuracy))
            table.add_row(*row)
        screen.print(table)
    if out is not None:
        click.echo(f"Wrote {out}")


def made_printable(
    design: TrainedDesign,
    technology: Technology,
    dataset: Dataset,
    summed_up: Callable[[TrainedDesign], TrainedDesign] | None = None,
    *,
    quiet: bool = False,
) -> TrainedDesign:
    """Round a design to printable values, its progress on stderr unless `quiet`."""
    # they load torch, which --help does not need
    from pnn_studio.app.cli import console
    from pnn_studio.app.prints.printable import printable_design

    if quiet:
        return printable_design(design, technology, dataset, summed_up)
    with console.work_progress() as follow:
        return printable_design(
            design,
            technology,
            dataset,
            summed_up,
            follow=lambda share: follow("Rounding to printable values", share),
        )


def printable_summary(
    design: TrainedDesign, technology: Technology, before: Verification, after: Verification
) -> dict[str, Any]:
    """Say what of a design cannot be printed, and what rounding it changes, in ngspice."""
    found = violations(design, technology)
    grid = grid_of(technology)
    return {
        "grid": grid.words,
        "assumed": grid.assumed,
        "violations": [
            {
                "component": each.ref,
                "value": each.value,
                "unit": each.unit,
                "why": each.why,
                "outside": each.is_outside,
            }
            for each in found
        ],
        "accuracy": {"before": before.spice_accuracy, "after": after.spice_accuracy},
        "power_w": {"before": before.spice_power.total, "after": after.spice_power.total},
    }


def show_printable(summary: dict[str, Any], rounded: Path | None) -> None:
    """Show what `printable_summary` says."""
    found = summary["violations"]
    assumed = ", assumed" if summary["assumed"] else ""
    click.echo(f"Not printable as drawn ({summary['grid']}{assumed}): {len(found)} values")
    for each in found[:_MOST_NAMED]:
        value = format_si(each["value"], each["unit"])
        click.echo(f"  {each['component']}: {value} {each['why']}")
    if len(found) > _MOST_NAMED:
        click.echo(f"  and {len(found) - _MOST_NAMED} more")
    accuracy, power = summary["accuracy"], summary["power_w"]
    click.echo(
        f"Rounded, in ngspice: accuracy {format_percent(accuracy['before'])} -> "
        f"{format_percent(accuracy['after'])}, power {format_si(power['before'], 'W')} -> "
        f"{format_si(power['after'], 'W')}"
    )
    if rounded is not None:
        click.echo(f"Wrote {rounded}")
