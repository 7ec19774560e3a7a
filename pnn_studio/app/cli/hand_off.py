"""``export --what`` and ``export --all``: kinds of content, in one format or several."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from pnn_studio.app.cli import options
from pnn_studio.app.cli.export_source import Which
from pnn_studio.domain.export_kinds import KINDS
from pnn_studio.domain.export_options import ExportOptions
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.print_report import PrintReport, YieldPlan
from pnn_studio.errors import UsageError

_OF_PRINTS = ("yield", "report")  # kinds that show prints


def export_what(
    source: Path,
    which: Which,
    what: str | None,
    formats: str | None,
    out: Path,
    chosen: ExportOptions,
    *,
    prints: YieldPlan | None = None,
    check: bool,
    data: str,
    technology: str,
    as_json: bool,
) -> None:
    """Write a kind of content, or with `what` None all there is into the folder `out`.

    Parameters
    ----------
    source : Path
        Design, sweep or project file.
    which : Which
        Which design of it.
    what : str or None
        Id of a kind.
    formats : str or None
        Its formats with commas; None for what the ending of `out` says, else the first.
    out : Path
        File; without its ending where there are several formats.
    chosen : ExportOptions
        Choices of figures and files.
    prints : YieldPlan or None
        Which prints are computed for what shows them; None for the usual ones where it must.
    check : bool
        Whether to check the design in ngspice where that is not known.
    data, technology
        As for every export.
    as_json : bool
        Whether the answer is one JSON object.
    """
    # these load NumPy and more, which --help does not need
    from pnn_studio.app.cli.export_source import load_subject
    from pnn_studio.app.commands.exporting.export_order import all_orders, write_orders
    from pnn_studio.app.commands.outputs import check_output
    from pnn_studio.storage.files import make_folder

    order, path = None, out
    if what is not None:
        order, path = _order_of(what, formats, out, chosen)
    elif formats:
        raise UsageError("--all writes every format; leave out --format.")
    if prints is not None and what not in (None, *_OF_PRINTS):
        raise UsageError("--prints, --keep and --variation are for --what yield, report and --all.")
    subject = load_subject(source, which, technology=technology, data=data)
    if prints is not None or what == "yield":
        subject = replace(subject, prints=_computed(subject, prints or YieldPlan()))
    if check:
        # loads what makes netlists
        from pnn_studio.app.commands.check import checked_subject

        subject = checked_subject(subject)
    if order is None:
        make_folder(out)
        orders = all_orders(subject, out, chosen)
    else:
        for each in order.files:
            written = path.with_name(f"{path.name}{each.ending}")
            check_output(written, source, data, technology)
        orders = [(order, path)]
    with _following() as follow:
        written_files = write_orders(subject, orders, follow)
    answer = {
        "files": [str(each) for each in written_files],
        "alpha": subject.design.alpha,
        "seed": subject.design.seed,
        "checked": subject.verification is not None,
    }
    options.answer(answer, as_json, lambda: _tell(written_files))


def _computed(subject: ExportSubject, plan: YieldPlan) -> PrintReport:
    """Compute the prints of a design."""
    # these load torch, which --help does not need
    from pnn_studio.app.cli import console
    from pnn_studio.app.commands.own_data import data_of, technology_of
    from pnn_studio.app.prints.yield_run import run_yield

    technology = technology_of(subject.design, subject.technology)
    data = subject.data or data_of(subject.design, technology)
    with console.ended_by_ctrl_c() as (tell, cancelled):
        return run_yield(subject.design, technology, data, plan, cancelled=cancelled, tell=tell)


def _order_of(
    what: str, formats: str | None, out: Path, chosen: ExportOptions
) -> tuple[ExportOrder, Path]:
    """Read what is asked for; the ending of a file goes with its format."""
    kind = KINDS[what]
    named = kind.format(out.suffix.removeprefix("."))
    usual = kind.formats[0] if named is None else named
    names = [usual.id] if formats is None else formats.lower().split(",")
    order = ExportOrder(what, tuple(each.strip() for each in names), chosen)
    if len(order.files) == 1 and out.suffix == order.files[0].ending:
        out = out.with_suffix("")
    return order, out


@contextmanager
def _following() -> Iterator[Callable[[str, int, int], None]]:
    """Show on a terminal how many of the files are made."""
    # rich takes a while to load
    from pnn_studio.app.cli import console

    with console.work_progress() as follow:
        yield lambda _, number, count: follow("Writing", number / count)


def _tell(files: tuple[Path, ...]) -> None:
    for each in files:
        click.echo(f"Wrote {each}")
