"""How much room text takes, without loading a font: on the safe side."""

import unicodedata

from pnn_studio.domain.sheet import POINT_MM
from pnn_studio.domain.units import MINUS
from pnn_studio.errors import one_line

# advance widths of DejaVu Sans in 1/1000 em, from the space to the tilde
_ADVANCES = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
)  # fmt: skip
_OTHERS = {"Ω": 764, "µ": 636, MINUS: 838, "×": 838, "…": 1000, "ľ": 375, "Ơ": 913, "Ư": 858}
_FIRST, _LAST = " ", "~"
_WIDEST, _BOLD, _ROUNDED = 1500, 1.15, 1.001
ASCENT, DESCENT = 0.76, 0.24  # em, above and below the baseline
CAPITALS = 0.74


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a line of text is at most, in mm, in letters `size` points high.

    Examples
    --------
    >>> round(text_width("10.0 MΩ", 7), 2)
    10.31
    """
    ems = sum(_advance(letter) for letter in text) / 1000
    return ems * size * POINT_MM * (_BOLD if bold else _ROUNDED)


def _advance(letter: str) -> int:
    if _FIRST <= letter <= _LAST:
        return _ADVANCES[ord(letter) - ord(_FIRST)]
    if letter in _OTHERS:
        return _OTHERS[letter]
    if unicodedata.combining(letter):
        return 0
    base = unicodedata.normalize("NFD", letter)[0]
    return _ADVANCES[ord(base) - ord(_FIRST)] if _FIRST <= base <= _LAST else _WIDEST


def fitted(text: str, width: float, size: float) -> str:
    """Return what of a text fits into `width` mm, elided at the end.

    Examples
    --------
    >>> fitted("sepal length", 30, 7), fitted("mean concave points", 20, 7)
    ('sepal length', 'mean concav…')
    """
    line = one_line(text)
    if text_width(line, size) <= width:
        return line
    while line and text_width(f"{line}…", size) > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


def wrapped(text: str, width: float, size: float) -> tuple[str, ...]:
    """Break a text into lines that fit into `width` mm, at spaces; elide a word that does not."""
    lines: list[str] = []
    for word in one_line(text).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(fitted(word, width, size))
    return tuple(lines)
