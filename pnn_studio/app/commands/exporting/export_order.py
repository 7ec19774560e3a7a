"""Files of export orders: made of one value, and written all or none.

The worker of the window and the command line call the same functions, so they write the same bytes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pnn_studio.app.analysis import plot_values, summaries
from pnn_studio.app.analysis.yield_words import yield_summary
from pnn_studio.app.commands.exporting.export import design_files
from pnn_studio.app.commands.exporting.making import Making
from pnn_studio.app.commands.outputs import check_spares
from pnn_studio.domain.export_kinds import KINDS, FileFormat
from pnn_studio.domain.export_options import ExportOptions
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.provenance import Provenance, provenance_of
from pnn_studio.domain.units import count_of
from pnn_studio.storage.files import write_together
from pnn_studio.storage.stamps import BESIDE, SIDECAR, sidecar_json, stamped
from pnn_studio.storage.tables import rows_csv

# told the name of the file that is made next, its number from 0, and how many there are
Follow = Callable[[str, int, int], None]
_MOST_IN_PIXELS = 500  # resistors
_OF_FAMILY = frozenset({"front", "designs"})
_TABLES: Mapping[str, tuple[Callable[[ExportSubject], Any], Callable[[Any], Iterable[Any]]]] = {
    "front": (plot_values.front_plot, plot_values.front_rows),
    "curves": (plot_values.curves_plot, plot_values.curves_rows),
    "check": (plot_values.check_plot, plot_values.check_rows),
    "yield": (plot_values.yield_plot, plot_values.yield_rows),
}


def provenance_for(subject: ExportSubject, kind: str) -> Provenance:
    """Say where a file of that kind comes from."""
    whole = subject.family if kind in _OF_FAMILY else None
    return provenance_of(
        KINDS[kind].name, subject.design, subject.verification, whole, len(subject.checks)
    )


def make_files(
    subject: ExportSubject,
    order: ExportOrder,
    file_format: FileFormat,
    name: str,
    making: Making | None = None,
) -> dict[str, bytes]:
    """Make the file of one format of an order, and those that belong to it.

    Parameters
    ----------
    subject : ExportSubject
        What it is of.
    order : ExportOrder
        What is asked for.
    file_format : FileFormat
        One of the formats of its kind.
    name : str
        Name of the file, with its ending.
    making : Making, optional
        Of several files of one subject: what it knows is not drawn again.

    Returns
    -------
    dict of str to bytes
        By name: the file itself, further sheets or symbols, and beside a table its provenance.

    Raises
    ------
    PnnError
        Where it cannot be made of what is known.
    """
    provenance, making = provenance_for(subject, order.kind), making or Making()
    if file_format.of_design is not None:
        files = design_files(
            subject, file_format.of_design, name, order.options, provenance, making
        )
    else:
        content = _content(subject, order, file_format.id, making)
        files = {name: stamped(file_format.ending, content, provenance)}
    if file_format.ending in BESIDE:
        files |= {f"{name}{SIDECAR}": sidecar_json(provenance)}
    return files


def _content(subject: ExportSubject, order: ExportOrder, ending: str, making: Making) -> bytes:
    kind, options = order.kind, order.options
    if kind == "report":
        # draws with matplotlib, which takes most of a second to load, and tables do without
        from pnn_studio.app.commands.exporting.report import report_html

        return report_html(subject, provenance_for(subject, kind), making).encode()
    if kind == "designs":
        return rows_csv(plot_values.designs_rows(subject)).encode()
    if ending in ("csv", "json"):
        values, rows = _TABLES[kind]
        plot = values(subject)  # says what is not known
        if ending == "csv":
            return rows_csv(rows(plot)).encode()
        return _check_json(subject) if kind == "check" else _yield_json(subject)
    # as above
    from pnn_studio.app.commands.exporting.drawn_plots import drawn_plot

    return drawn_plot(subject, kind, ending, options.figure, making)


def _check_json(subject: ExportSubject) -> bytes:
    found = subject.verification
    assert found is not None  # the plot of it was made
    summary = summaries.check_summary(subject.design, found)
    del summary["seconds"]  # which are others each time
    summary["provenance"] = dict(provenance_for(subject, "check").entries)
    return f"{summaries.json_text(summary)}\n".encode()


def _yield_json(subject: ExportSubject) -> bytes:
    report = subject.prints
    assert report is not None  # the plot of it was made
    summary = yield_summary(report)
    del summary["seconds"]  # which are others each time
    summary["provenance"] = dict(provenance_for(subject, "yield").entries)
    return f"{summaries.json_text(summary)}\n".encode()


def write_orders(
    subject: ExportSubject,
    orders: Sequence[tuple[ExportOrder, Path]],
    follow: Follow | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Path, ...]:
    """Write the files of orders, all of them or none.

    Parameters
    ----------
    subject : ExportSubject
        What they are of.
    orders : sequence of (ExportOrder, Path)
        What, and where to: a path without an ending.
    follow : callable, optional
        Told of each file before it is made.
    cancelled : callable, optional
        Asked a few times a second whether to stop.

    Returns
    -------
    tuple of Path
        What was written.

    Raises
    ------
    Cancelled
        Where it was stopped; nothing is written then.
    PnnError
        Where a file cannot be made or written; nothing is written then.
    """
    wanted = [(order, each, path) for order, path in orders for each in order.files]
    for _, file_format, path in wanted:
        check_spares(_named(path, file_format), subject.design.data)

    making = Making(cancelled)

    def files() -> Iterator[tuple[Path, bytes]]:
        for number, (order, file_format, path) in enumerate(wanted):
            making.go_on()
            target = _named(path, file_format)
            if follow is not None:
                follow(target.name, number, len(wanted))
            made = make_files(subject, order, file_format, target.name, making)
            yield from ((target.with_name(name), content) for name, content in made.items())
        making.go_on()

    return write_together(files())


def _named(path: Path, file_format: FileFormat) -> Path:
    return path.with_name(f"{path.name}{file_format.ending}")


def all_orders(
    subject: ExportSubject, folder: Path, options: ExportOptions
) -> list[tuple[ExportOrder, Path]]:
    """Order every kind in every format, as far as what is known of a design allows.

    Of a large network the schematic is metres long: pixels are left out then.
    """
    large = subject.design.layout.resistor_sites > _MOST_IN_PIXELS
    return [
        (
            ExportOrder(
                kind.id,
                tuple(
                    each.id
                    for each in kind.formats
                    if not (large and kind.id == "schematic" and each.id == "png")
                ),
                options,
            ),
            folder / f"{subject.stem}{kind.suffix}",
        )
        for kind in KINDS.values()
        if not kind.lacks(subject)
    ]


def written_words(files: Sequence[Path]) -> str:
    """Say how many files were written, and how large they are.

    Examples
    --------
    >>> written_words(())
    '0 files, 0 kB'
    """
    size = sum(each.stat().st_size for each in files)
    return f"{count_of(len(files), 'file')}, {-(-size // 1000):,} kB"
