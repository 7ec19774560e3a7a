"""Tables as CSV text (RFC 4180): components and predictions."""

import math
import re
from collections.abc import Iterable

from pnn_studio.domain.components import PrintedPart
from pnn_studio.domain.prediction import Predictions
from pnn_studio.errors import visible

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
# a cell in quotes is one whatever signs a spreadsheet divides cells at
_QUOTED = re.compile(r'[,;|"\t\r\n]|^\s|\s$')
# what a spreadsheet takes for a formula; also where it divides cells at semicolons or tabs
_FORMULA = re.compile(r"^(?=[=+\-@\t\r\n])|(?<=;)(?=\s*[=+\-@])|(?<=[^\n]\t)(?=[=+\-@])")


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
        spreadsheet would run as a formula has an apostrophe in front; what would steer a terminal
        is written as an escape.
    """
    lines = [_line(_HEADER)]
    for part in parts:
        nodes, names = ((*each, *[""] * (_NODES - len(each))) for each in (part.nodes, part.names))
        texts = (part.ref, part.kind, str(part.layer), part.belongs_to, part.circuit or "", *nodes)
        numbers = (part.resistance, part.width, part.length)
        lines.append(_line([*texts, *numbers, *names, part.label]))
    return "".join(lines)


def predictions_csv(predictions: Predictions) -> str:
    r"""Write what a design answers, one line a row, its outputs in volt.

    Lines and text as in `parts_csv`; ``measurable`` is yes or no.
    """
    names = predictions.class_names
    lines = [_line(["line", "class", "measurable", *(f"output_v {name}" for name in names)])]
    for line, answer, measurable, outputs in zip(
        predictions.lines,
        predictions.classes,
        predictions.measurable,
        predictions.outputs,
        strict=True,
    ):
        said = "yes" if measurable else "no"
        lines.append(_line([str(line), names[answer], said, *outputs]))
    return "".join(lines)


def rows_csv(rows: Iterable[Iterable[str | float]]) -> str:
    r"""Write rows of texts and numbers; lines and cells as in `parts_csv`."""
    return "".join(map(_line, rows))


def _line(cells: Iterable[str | float]) -> str:
    """Write a line of texts and numbers."""
    written = (_cell(each) if isinstance(each, str) else _number(each) for each in cells)
    return ",".join(written) + "\r\n"


def _cell(text: str) -> str:
    """Write a text so that no spreadsheet runs it, and it is one cell in all."""
    shown = _FORMULA.sub("'", visible(text))
    return '"' + shown.replace('"', '""') + '"' if _QUOTED.search(shown) else shown


def _number(value: float) -> str:
    return f"{value:.9g}" if math.isfinite(value) else ""
