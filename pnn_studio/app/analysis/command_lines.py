"""Commands as a person would type them: the one that trains a design, and the one that exports."""

import shlex
from pathlib import Path

from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.export_options import ExportOptions, FigureOptions
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.importing import DETECT, ImportOptions
from pnn_studio.domain.print_report import YieldPlan
from pnn_studio.domain.run import Schedule
from pnn_studio.domain.technology import Technology

PROGRAM = "pnn-studio"
_NAMED = {"\t": "tab", " ": "space"}


def quoted(words: list[str]) -> str:
    """Write words so that a shell reads them as they are."""
    return shlex.join(words)


def train_command(subject: ExportSubject, technology: Technology) -> list[str]:
    """Return the command that trains a design again.

    Its numbers are the same, bit for bit, on a processor of the same kind. What a design file does
    not tell, the schedule, is taken to be the default.

    Parameters
    ----------
    subject : ExportSubject
        The design, and its family where that is known.
    technology : Technology
        The one that it was trained for.
    """
    design, layout = subject.design, subject.design.layout
    words = [PROGRAM, "train", *data_words(design.data), "--alpha", f"{design.alpha:.9g}"]
    family = subject.family
    schedule = Schedule() if family is None else family.plan.schedule
    limits = None if family is None else family.plan.limits
    limit = None if limits is None or subject.index is None else limits[subject.index]
    if limit is not None:
        words += ["--power-limit", f"{limit:.9g}W"]
    words += ["--seed", str(design.seed), "--hidden", ",".join(map(str, layout.hidden))]
    words += ["--crossbar", layout.crossbar, "--circuits", layout.sharing, "--model", design.model]
    if design.variation is not None:
        choice = design.variation.choice
        share = f"{100 * choice:.9g}%" if isinstance(choice, float) else str(choice)
        words += ["--variation", share]
    if schedule.starts == Schedule.paper().starts:
        words += ["--schedule", "paper"]
        usual = Schedule.paper().max_epochs
    else:
        usual = Schedule().max_epochs
    if schedule.max_epochs != usual:
        words += ["--epochs", str(schedule.max_epochs)]
    if subject.technology and subject.technology != design.technology:
        words += ["--technology", subject.technology]
    if abs(design.g_min / technology.g_min - 1) > 1e-9:  # noqa: PLR2004 - a rounding
        words += ["--largest-r", f"{1 / design.g_min:.9g}"]
    return [*words, "--out", f"{subject.stem}.json"]


def data_words(data: DataReference) -> list[str]:
    """Return data as words of a command, with what was chosen at their import."""
    words = [data.source]
    if data.label is not None:
        words += ["--label", data.label]
    if data.split_seed:
        words += ["--split-seed", str(data.split_seed)]
    return words + _import_words(data.options)


def _import_words(chosen: ImportOptions) -> list[str]:
    words: list[str] = []
    for name in ("encoding", "delimiter", "decimal", "thousands", "split_column"):
        if value := getattr(chosen, name):
            words += [f"--{name.replace('_', '-')}", _NAMED.get(value, value)]
    for name in ("missing", "unreadable", "scaling"):
        if (value := getattr(chosen, name)) != getattr(DETECT, name):
            words += [f"--{name}", value]
    if chosen.header is not None:
        words.append("--header" if chosen.header else "--no-header")
    words += _column_words(chosen)
    if chosen.ratio != DETECT.ratio:
        words += ["--ratio", "/".join(f"{share:.9g}" for share in chosen.ratio)]
    return words if chosen.stratified else [*words, "--no-stratified"]


def _column_words(chosen: ImportOptions) -> list[str]:
    words: list[str] = []
    for column in chosen.left_out:
        words += ["--leave-out", column]
    for each in chosen.categories:
        order = f":{','.join(each.order)}" if each.order else ""
        words += ["--category", f"{each.column}={each.coding}{order}"]
    for limits in chosen.limits:
        column = f"{limits.column}=" if limits.column else ""
        words += ["--limits", f"{column}{limits.low:.9g}..{limits.high:.9g}"]
    return words


def source_words(subject: ExportSubject, source: Path, run: str) -> list[str]:
    """Return which design of a file is meant, as words of a command.

    Parameters
    ----------
    subject : ExportSubject
        The design.
    source : Path
        The project, sweep or design file that holds it.
    run : str
        Its run in a project, for example ``run-1``; empty for another file.
    """
    words, design = [str(source)], subject.design
    if run:
        words += ["--run", run]
    if subject.family is not None:
        limits, index = subject.family.plan.limits, subject.index
        if limits is not None and index is not None and limits[index] is not None:
            words += ["--power-limit", f"{limits[index]:.9g}W"]
        else:
            words += ["--alpha", f"{design.alpha:.9g}"]
        words += ["--seed", str(design.seed)]
    return words


def export_command(
    subject: ExportSubject, order: ExportOrder, source: Path, run: str, out: Path
) -> list[str]:
    """Return the command that writes the same files; choices that are the default are left out.

    Parameters
    ----------
    subject, source, run
        As in `source_words`.
    order : ExportOrder
        What is written.
    out : Path
        Where to, without an ending.
    """
    words = [PROGRAM, "export", *source_words(subject, source, run), "--what", order.kind]
    names = [each.id for each in order.files]
    words += ["--format", ",".join(names)]
    path = str(out) if len(names) > 1 else f"{out}{order.files[0].ending}"
    return [*words, *option_words(order), *_print_words(subject, order), "--out", path]


def _print_words(subject: ExportSubject, order: ExportOrder) -> list[str]:
    """Return how the prints are drawn that a file shows, as far as that is not the default."""
    report, usual, words = subject.prints, YieldPlan(), []
    if report is None or order.kind not in ("yield", "report"):
        return []
    test = report.test
    if test.prints != usual.prints or order.kind == "report":
        words += ["--prints", str(test.prints)]
    if test.limit != usual.limit:
        words += ["--keep", f"{100 * test.limit.share:g}%"]
    if report.variation != "technology":
        words += ["--variation", report.variation.replace(" ", "")]
    return words


def option_words(order: ExportOrder) -> list[str]:
    """Return the choices of an order that are not the default, as far as they concern it."""
    options, usual = order.options, ExportOptions()
    kind, figure, words = order.kind, options.figure, []
    if order.what.of_design and options.crossbar is not None:
        words += ["--crossbar", options.crossbar]
    if options.sample and (kind == "netlist" or (kind == "schematic" and figure.voltages)):
        words += ["--sample", str(options.sample)]
    if kind == "netlist" and options.bench != usual.bench:
        words += ["--bench", options.bench]
    if order.what.drawn:
        words += _figure_words(order, usual.figure)
    return words


def _figure_words(order: ExportOrder, usual: FigureOptions) -> list[str]:
    figure, words = order.options.figure, []
    if figure.width_mm != usual.width_mm:
        words += ["--width", "free" if figure.width_mm is None else f"{figure.width_mm:g}"]
    if not figure.colour:
        words.append("--bw")
    if order.kind == "schematic":
        if figure.style != usual.style:
            words += ["--style", figure.style]
        if figure.layer is not None:
            words += ["--layer", str(figure.layer + 1)]
        words += [] if figure.cells else ["--no-cells"]
        words += ["--voltages"] if figure.voltages else []
        words += ["--pages"] if figure.pages else []
    if figure.dpi != usual.dpi and "png" in order.formats:
        words += ["--dpi", str(figure.dpi)]
    return words
