"""Tables as CSV text (RFC 4180): components and predictions."""

import csv
import io
import math
from collections.abc import Iterable

from pnn_studio.domain.components import PrintedPart
from pnn_studio.domain.prediction import Predictions

_HEADER = (
    "ref",
    "kind",
    "layer",
    "belongs_to",
    "circuit",
    "node_1",
    "node_2",
    "node_3",
    "resistance_ohm",
    "width_m",
    "length_m",
    "name_1",
    "name_2",
    "name_3",
    "label",
)
_NODES = 3


def parts_csv(parts: Iterable[PrintedPart]) -> str:
    r"""Write a component table.

    Parameters
    ----------
    parts : iterable of PrintedPart
        One line each. The nodes of a transistor are drain, gate and source; what people call them
        stands at the end of the line, and last the label of the part in drawings.

    Returns
    -------
    str
        Lines end in ``\r\n`` as RFC 4180 has it, so write it without newline translation. Numbers
        are in ohm and metre to 9 digits; what a part does not have is an empty cell. Text that a
        spreadsheet would run as a formula has an apostrophe in front.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(_HEADER)
    for part in parts:
        nodes, names = ((*each, *[""] * (_NODES - len(each))) for each in (part.nodes, part.names))
        texts = (part.ref, part.kind, str(part.layer), part.belongs_to, part.circuit or "", *nodes)
        numbers = (part.resistance, part.width, part.length)
        writer.writerow(
            [*map(_harmless, texts), *map(_number, numbers), *map(_harmless, (*names, part.label))]
        )
    return lines.getvalue()


def predictions_csv(predictions: Predictions) -> str:
    r"""Write what a design answers, one line a row, its outputs in volt.

    Lines and text as in `parts_csv`; ``measurable`` is yes or no.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    names = [_harmless(name) for name in predictions.class_names]
    writer.writerow(["line", "class", "measurable", *(f"output_v {name}" for name in names)])
    for line, answer, measurable, outputs in zip(
        predictions.lines,
        predictions.classes,
        predictions.measurable,
        predictions.outputs,
        strict=True,
    ):
        said = "yes" if measurable else "no"
        writer.writerow([line, names[answer], said, *map(_number, outputs)])
    return lines.getvalue()


def rows_csv(rows: Iterable[Iterable[str | float]]) -> str:
    r"""Write rows of texts and numbers; lines and cells as in `parts_csv`."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    for row in rows:
        writer.writerow(
            [_harmless(cell) if isinstance(cell, str) else _number(cell) for cell in row]
        )
    return lines.getvalue()


def _number(value: float) -> str:
    return f"{value:.9g}" if math.isfinite(value) else ""


def _harmless(text: str) -> str:
    """Keep spreadsheets from reading a cell as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
