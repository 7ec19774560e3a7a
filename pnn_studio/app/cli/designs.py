"""``check`` and ``export``."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pnn_studio.app.cli import options
from pnn_studio.app.cli.clusters import Tls, work_of
from pnn_studio.app.cli.figure_options import export_options
from pnn_studio.app.cli.numbers import Count, Number, Quantity
from pnn_studio.app.cli.printing import (
    made_printable,
    printable_summary,
    prints_options,
    show_printable,
)
from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.export_kinds import KINDS
from pnn_studio.domain.export_options import ExportOptions
from pnn_studio.domain.family import Family
from pnn_studio.domain.formats import EXPORTS, ExportFormat, export_words
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.print_report import YieldPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import UsageError
from pnn_studio.storage.files import write_atomically
from pnn_studio.storage.tables import rows_csv

if TYPE_CHECKING:  # --help does not need it
    from pnn_studio.app.commands.front_run import Check


@click.command()
@click.argument("file", type=options.FILE)
@click.option("--data", default="", metavar="CSV", help="Where its data are now, if they moved.")
@click.option("--timeout", type=Number(0.1), default=120.0, help="Seconds [120].")
@click.option("--out", type=options.FILE, help="Report to write: .json, or .csv of a sweep.")
@click.option(
    "--crossbar",
    type=click.Choice(["modified", "original"]),
    help="Structure to simulate the same weights in [its own].",
)
@click.option(
    "--printable", is_flag=True, help="Name what cannot be printed, round to what can, check that."
)
@click.option("--rounded", type=options.FILE, help="With --printable: design file to write.")
@options.cluster
@options.print_process
@options.as_json
def check(
    file: Path,
    data: str,
    timeout: float,
    out: Path | None,
    crossbar: Crossbar | None,
    printable: bool,
    rounded: Path | None,
    cluster: str | None,
    cluster_tls: Tls | None,
    technology: str,
    surrogates: str,
    as_json: bool,
) -> None:
    """Simulate a design, or the front of a sweep, whole in ngspice over its test split.

    Of a sweep file it checks for each alpha the best seed, and all designs that no other one beats;
    it picks the one of least power that keeps 95 % of the best accuracy in ngspice. Ctrl-C keeps
    what is checked. Where ngspice fails its netlist is kept beside the report, or here.
    """
    # --help does not need them
    from pnn_studio.app.commands.front_run import check_designs
    from pnn_studio.app.commands.outputs import check_output, check_spares
    from pnn_studio.app.commands.own_data import data_of, technology_of
    from pnn_studio.storage.design_file import load_design
    from pnn_studio.storage.sweep_file import is_sweep, load_sweep

    check_output(out, file, data, technology, surrogates)
    check_output(rounded, file, data, technology, surrogates)
    sweep = is_sweep(file)
    if cluster is not None and not sweep:
        raise UsageError("A single design is simulated here: leave out --cluster, or name a sweep.")
    if rounded is not None and (not printable or sweep):
        raise UsageError("--rounded writes the rounded design: give it with --printable, of one.")
    formats = (".json", ".csv") if sweep else (".json",)
    if out is not None and out.suffix not in formats:
        raise UsageError(f"{out} must end in {' or '.join(formats)}, which says how it is written.")
    family = load_sweep(file) if sweep else None
    trained = family.design(0) if family is not None else load_design(file)
    chosen = technology_of(trained, technology)
    recomputed = _recomputed(surrogates, chosen)
    dataset = data_of(trained, chosen, data)
    check_spares(out, dataset.reference)
    work = click.get_current_context().with_resource(work_of(cluster, cluster_tls))
    asked = _Asked(
        *(file, out, crossbar, timeout, chosen, dataset, recomputed, printable, rounded),
        check=check_designs if work is None else work.check_designs,
    )
    summary, show = asked.design(trained) if family is None else asked.front(family, trained.model)
    options.answer(summary, as_json, show)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What a check was asked for; each way to check returns a summary, and what shows it."""

    file: Path
    out: Path | None
    crossbar: Crossbar | None
    timeout: float
    technology: Technology
    dataset: Dataset
    recomputed: Callable[[TrainedDesign], TrainedDesign]
    printable: bool
    rounded: Path | None
    check: "Check"

    def _drawn(self, design: TrainedDesign) -> TrainedDesign:
        # --help does not need it
        from pnn_studio.app.commands.check import in_crossbar

        return self.recomputed(in_crossbar(design, self.crossbar))

    def _change(self, design: TrainedDesign, *, quiet: bool = False) -> TrainedDesign:
        drawn = self._drawn(design)
        if not self.printable:
            return drawn
        return made_printable(drawn, self.technology, self.dataset, quiet=quiet)

    def design(self, trained: TrainedDesign) -> tuple[dict[str, Any], Callable[[], None]]:
        """Check a design, and where it is rounded what it was before."""
        # --help does not need them
        from pnn_studio.app.analysis import summaries
        from pnn_studio.app.cli import console
        from pnn_studio.app.commands.check import check_design
        from pnn_studio.app.commands.failed_netlists import netlist_kept
        from pnn_studio.storage.design_file import save_design

        chosen, dataset = self.technology, self.dataset
        with netlist_kept(self.file, self.out):
            design = self._change(trained)
            found = check_design(design, chosen, dataset, timeout_s=self.timeout)
            summary = summaries.check_summary(design, found)
            if self.printable:
                drawn = self._drawn(trained)
                before = check_design(drawn, chosen, dataset, timeout_s=self.timeout)
                summary["printable"] = printable_summary(drawn, chosen, before, found)
        if self.rounded is not None:
            save_design(self.rounded, design)
        self._write(summaries.json_text(summary))

        def show() -> None:
            console.show_verification(design, found)
            if self.printable:
                show_printable(summary["printable"], self.rounded)
            self._show_end(trained.model, (found,))

        return summary, show

    def front(self, family: Family, model: ModelName) -> tuple[dict[str, Any], Callable[[], None]]:
        """Check the front of a sweep."""
        # --help does not need them
        from pnn_studio.app.analysis import summaries
        from pnn_studio.app.cli import console
        from pnn_studio.app.commands.failed_netlists import keep_netlists, netlist_kept
        from pnn_studio.app.commands.front_run import check_front

        with (
            netlist_kept(self.file, self.out),
            console.checking_progress() as (follow, cancelled),
        ):
            front = check_front(
                family,
                self.technology,
                self.dataset,
                timeout_s=self.timeout,
                change=partial(self._change, quiet=True),
                cancelled=cancelled,
                follow=follow,
                check=self.check,
            )
        kept = keep_netlists(front, self.file, self.out)
        summary = summaries.front_summary(front, self.crossbar, kept)
        as_csv = self.out is not None and self.out.suffix == ".csv"
        rows = summaries.front_rows(front) if as_csv else None
        self._write(rows_csv(rows) if rows else summaries.json_text(summary))

        def show() -> None:
            console.show_front(front, kept)
            self._show_end(model, tuple(front.checked.values()))

        return summary, show

    def _write(self, text: str) -> None:
        if self.out is not None:
            write_atomically(self.out, text.encode())

    def _show_end(self, model: ModelName, checked: tuple[Verification, ...]) -> None:
        # --help does not need it
        from pnn_studio.app.analysis.check_words import ideal_sentence

        if model == "ideal":
            click.echo(ideal_sentence(checked, self.technology))
        if self.out is not None:
            click.echo(f"Wrote {self.out}")


def _recomputed(
    surrogates: str, technology: Technology
) -> Callable[[TrainedDesign], TrainedDesign]:
    """Return what takes eta and power of a design from a folder of surrogates, if there is one."""
    if not surrogates:
        return lambda design: design
    # loads torch, which other checks do not need
    from pnn_studio.app.commands.models import load_surrogates, with_surrogates

    loaded = load_surrogates(Path(surrogates), technology)
    return lambda design: with_surrogates(design, loaded)


class _Formats(click.ParamType[str]):
    """The name of an entry of `EXPORTS`; with ``--what`` one format of that kind or several."""

    name = "FORMAT"
    choices = tuple(EXPORTS)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the text as it is given; what it must be depends on ``--what``."""
        return str(value)


def _check_format(file_format: str | None) -> ExportFormat:
    for each in EXPORTS:
        if each == file_format:
            return each
    wrong = "Give" if file_format is None else f"{file_format!r:.30} is no format; give"
    raise UsageError(
        f"{wrong} --format with one of {', '.join(EXPORTS)}, or --what with one of "
        f"{', '.join(KINDS)}, or --all."
    )


@click.command(
    help=f"Write a design as {export_words()}.\n\nWith --what it writes that kind of content, of a "
    "design file, a sweep or a project, in one format or several (svg,pdf); with --all every kind "
    "in every format into a folder. All files are written, or none."
)
@click.argument("design", type=options.FILE, required=False)
@click.option("--what", type=click.Choice(list(KINDS)), help="Kind of content.")
@click.option("--all", "everything", is_flag=True, help="All there is, into the folder --out.")
@click.option("--check", is_flag=True, help="With --what or --all: check it in ngspice first.")
@click.option("--run", default="", metavar="NAME", help="Of a project: run-1, design-1 [shown].")
@click.option(
    "--from", "sweep_file", type=options.FILE, help="Take the design out of a sweep file."
)
@click.option("--alpha", type=Number(), help="With --from: which alpha (the nearest).")
@click.option("--power-limit", type=Quantity("W"), help="With --from: which limit.")
@click.option("--seed", type=Count(0), help="With --from: which seed [best validation loss].")
@click.option(
    "--format",
    "file_format",
    type=_Formats(),
    help=f"What to write: {export_words()}. With --what: svg, pdf, png, csv ... of that kind.",
)
@click.option("--out", type=options.FILE, required=True, help="File to write, or folder.")
@click.option("--data", default="", metavar="CSV", help="Where its data are now, if they moved.")
@export_options
@prints_options
@options.technology
@options.as_json
def export(
    design: Path | None,
    what: str | None,
    everything: bool,
    check: bool,
    run: str,
    sweep_file: Path | None,
    alpha: float | None,
    power_limit: float | None,
    seed: int | None,
    file_format: str | None,
    out: Path,
    data: str,
    chosen: ExportOptions,
    plan: YieldPlan | None,
    technology: str,
    as_json: bool,
) -> None:
    """Write a design as a file of any format of `domain.formats`."""
    if what or everything:
        # loads NumPy, which --help does not need
        from pnn_studio.app.cli.export_source import Which
        from pnn_studio.app.cli.hand_off import export_what

        if what and everything:
            raise UsageError("Give either --what or --all.")
        source = design or sweep_file
        if source is None or (design is not None and sweep_file is not None):
            raise UsageError("Give a design file, a sweep or a project to export from.")
        export_what(
            source,
            Which(run, alpha, power_limit, seed),
            what,
            file_format,
            out,
            chosen,
            prints=plan,
            check=check,
            data=data,
            technology=technology,
            as_json=as_json,
        )
        return
    if check:
        raise UsageError("--check is for --what and --all; leave it out.")
    chosen_format = _check_format(file_format)
    # loads torch, which --help does not need
    from pnn_studio.app.commands.exporting.export import export_with_its_data
    from pnn_studio.app.commands.outputs import check_output
    from pnn_studio.app.commands.train import pick_design
    from pnn_studio.storage.design_file import load_design
    from pnn_studio.storage.sweep_file import load_sweep

    check_output(out, design, sweep_file, data, technology)
    if (design is None) == (sweep_file is None):
        raise UsageError("Give either a design file or --from with a sweep file.")
    if sweep_file is None and any(each is not None for each in (alpha, power_limit, seed)):
        raise UsageError(
            "--alpha, --power-limit and --seed choose from a sweep file; give it with --from."
        )
    if design is not None:
        trained = load_design(design)
    else:
        assert sweep_file is not None
        family = load_sweep(sweep_file)
        trained = pick_design(family, alpha, power_limit, seed)
    lacks = export_with_its_data(
        trained, chosen_format, out, technology=technology, data=data, options=chosen
    )
    answer: dict[str, Any] = {"file": str(out), "format": chosen_format}
    answer |= {"alpha": trained.alpha, "seed": trained.seed}
    if lacks:
        answer["lacks"] = lacks.removeprefix(", ")
    options.answer(answer, as_json, lambda: click.echo(f"Wrote {out}{lacks}"))
