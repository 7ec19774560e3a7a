"""What the command line shows of a person's own data."""

from pathlib import Path

from pnn_studio.app.cli.console import plain_table, stdout_console
from pnn_studio.domain.importing import NO_COMMENT, Preview
from pnn_studio.domain.prediction import Predictions
from pnn_studio.domain.units import count_of, format_percent, format_si
from pnn_studio.errors import one_line

_COLUMNS, _ROWS, _CELL = 8, 6, 16
_CLASSES, _LISTED, _PREDICTIONS = 12, 60, 20
_SIGNS = {"\t": "tab", " ": "space", "": "none"}


def _short(text: str, length: int = _CELL) -> str:
    """Text of a stranger as a cell of a table on the terminal."""
    shown = one_line(text)
    return shown if len(shown) <= length else f"{shown[: length - 1]}…"


def show_preview(preview: Preview) -> None:
    """Print how a file was read, its columns, first rows, classes and problems."""
    console = stdout_console()
    console.print(f"{one_line(preview.title)}: {', '.join(_reading(preview))}")
    dropped = f", {preview.dropped} rows left out" if preview.dropped else ""
    console.print(f"{preview.samples} samples{dropped}, {preview.inputs} inputs")
    table = plain_table("column", "kind", "missing", "different", "values")
    for column in preview.columns[:_LISTED]:
        counts = (str(column.missing), str(column.distinct))
        table.add_row(_short(column.name, 30), column.kind, *counts, _short(column.detail, 50))
    console.print(table)
    if len(preview.columns) > _LISTED:
        console.print(f"… and {len(preview.columns) - _LISTED} columns more")
    console.print("")
    shown = preview.columns[:_COLUMNS]
    more = ["…"] if len(preview.columns) > _COLUMNS else []
    rows = plain_table("line", *(_short(column.name) for column in shown), *more)
    for line, cells in zip(preview.lines[:_ROWS], preview.rows, strict=False):
        rows.add_row(str(line), *(_short(cell) for cell in cells[:_COLUMNS]), *more)
    console.print(rows)
    console.print("")
    _show_classes(preview)
    if preview.clipped:
        console.print(f"Note: {preview.clipped_words}.")
    for problem in preview.problems:
        console.print(f"{'Problem' if problem.blocking else 'Note'}: {one_line(str(problem))}")
    console.print("It can be imported." if preview.importable else "It cannot be imported so.")


def _reading(preview: Preview) -> list[str]:
    """Say how a file was read; what hardly any file has is said where it has it."""
    read = preview.options
    words = [read.encoding, f"delimiter {_SIGNS.get(read.delimiter, read.delimiter)}"]
    if preview.sheets:
        others = len(preview.sheets) - 1
        more = f" ({count_of(others, 'sheet')} more, --sheet)" if others else ""
        words = [f"sheet {_short(read.sheet, 30)}{more}"]
    words.append(f"decimal {read.decimal}")
    words.append(f"thousands {_SIGNS.get(read.thousands, read.thousands)}")
    words.append(f"{'with' if read.header else 'without'} header")
    if read.skip_lines:
        words.append(f"{count_of(read.skip_lines, 'line')} skipped")
    if read.comment != NO_COMMENT:
        words.append(f"comments begin with {read.comment}")
    return words


def _show_classes(preview: Preview) -> None:
    console, total = stdout_console(), max(preview.samples, 1)
    split = ("train", "valid", "test") if preview.parts else ()
    table = plain_table("class", "samples", "share", *split)
    for at, (name, count) in enumerate(preview.classes[:_CLASSES]):
        parts = map(str, preview.parts[at]) if preview.parts else ()
        table.add_row(_short(name, 30), str(count), format_percent(count / total), *parts)
    console.print(table)
    if len(preview.classes) > _CLASSES:
        console.print(f"… and {len(preview.classes) - _CLASSES} classes more")


def show_predictions(predictions: Predictions, path: Path | None) -> None:
    """Print answers and outputs row by row."""
    console = stdout_console()
    names = [_short(name) for name in predictions.class_names]
    table = plain_table("line", "class", "measurable", *names)
    for row, line in enumerate(predictions.lines[:_PREDICTIONS]):
        volts = (format_si(volt, "V") for volt in predictions.outputs[row])
        said = "yes" if predictions.measurable[row] else "no"
        table.add_row(str(line), names[predictions.classes[row]], said, *volts)
    console.print(table)
    count = len(predictions.lines)
    if count > _PREDICTIONS:
        console.print(f"… and {count - _PREDICTIONS} rows more; --out writes all of them")
    share = format_percent(float(predictions.measurable.mean()))
    clipped = f"; {predictions.clipped} values clipped" if predictions.clipped else ""
    console.print(f"{count} rows, {share} with a measurable answer{clipped}")
    if path is not None:
        console.print(f"Wrote {path}")
