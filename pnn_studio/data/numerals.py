"""Numbers as people write them: which sign stands before the fraction, and which between thousands.

Conversion ends in Python's own ``float``, so that a file gives the same bits on every machine.
"""

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SPACES = " \u00a0\u202f\u2009"
_APOSTROPHES = "'\u2019"
_GROUPED = re.compile(
    rf"[+-]?\d{{1,3}}(?:(?P<sep>[.,{_APOSTROPHES}{_SPACES}])\d{{3}})(?:(?P=sep)\d{{3}})*"
    r"(?:(?P<decimal>[.,])\d*)?"
)
_COMMA = re.compile(r"[+-]?(?:\d+,\d*|,\d+)(?:[eE][+-]?\d+)?")
_POINT = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?")
_DATE = re.compile(
    r"\d{4}([-/.])\d{1,2}\1\d{1,2}(?:[T ]\d{1,2}:\d{2}.*)?"
    r"|\d{1,2}([-/.])\d{1,2}\2\d{2,4}(?: +\d{1,2}:\d{2}.*)?"
    r"|\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r"|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}"
)
_MISSING = frozenset(
    {
        *("", "?", "-", ".", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "null"),
        *("\N{EN DASH}", "\N{EM DASH}"),
    }
)
# a number with what stands behind it, or a currency before it
_QUANTITY = re.compile(
    rf"(?P<sign>[+-]?)(?P<before>[$€£¥]?)[{_SPACES}]*"
    rf"(?P<number>[+-]?(?:\d[\d.,{_APOSTROPHES}{_SPACES}]*|[.,]\d+)(?:[eE][+-]?\d+)?)"
    rf"[{_SPACES}]*(?P<after>(?:[%‰$€£¥°Ωµ]|[^\W\d_])[\w%°Ωµ/·²³^*-]{{0,11}}|[%‰])?"
)

LARGEST = 1e100  # beyond it differences and squares overflow


@dataclass(frozen=True)
class Style:
    """How numbers are written.

    Attributes
    ----------
    decimal : {".", ","}
        Before the fraction.
    thousands : {"", ",", ".", "'", " "}
        Between thousands; ' stands for ’ too, a space for every kind of space.
    ambiguous : bool
        Whether the file would as well make sense with another style.
    """

    decimal: str = "."
    thousands: str = ""
    ambiguous: bool = False

    def reader(self) -> Callable[[str], float]:
        """Return what reads a cell: its number, or nan where it holds none."""
        if (self.decimal, self.thousands) == (".", ""):
            return _plain
        signs = {"'": _APOSTROPHES, " ": _SPACES}.get(self.thousands, self.thousands)
        table = str.maketrans(
            dict.fromkeys(signs, "") | ({",": "."} if self.decimal == "," else {})
        )
        grouped = None
        if signs:
            decimal = re.escape(self.decimal)
            grouped = re.compile(
                rf"[+-]?\d{{1,3}}(?:[{re.escape(signs)}]\d{{3}})+(?:{decimal}\d*)?(?:[eE][+-]?\d+)?"
            )
        foreign = "." if self.decimal == "," and self.thousands != "." else ""

        def read(cell: str) -> float:
            cell = cell.strip()
            if foreign and foreign in cell:
                return math.nan
            if grouped is not None and any(sign in cell for sign in signs):
                if not grouped.fullmatch(cell):
                    return math.nan
            return _plain(cell.translate(table))

        return read


def missing_cells(cells: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which cells of a column say that there is no value. Shape (cells,).

    A minus alone does, unless there is a plus alone, too: then both are values.
    """
    told = [cell.strip().lower() for cell in cells]
    signs = "+" in told
    return np.fromiter(
        (each in _MISSING and not (signs and each == "-") for each in told), bool, len(told)
    )


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().lower() in _MISSING


def is_date(cell: str) -> bool:
    """Whether a cell looks like a date or a time of day."""
    return _DATE.fullmatch(cell.strip()) is not None


def is_number(cell: str) -> bool:
    """Whether a cell is a finite number in any style."""
    cell = cell.strip()
    return math.isfinite(_plain(cell)) or bool(_COMMA.fullmatch(cell) or _GROUPED.fullmatch(cell))


def numbers(cells: Sequence[str], style: Style) -> NDArray[np.float64]:
    """Read a column; nan where a cell holds no number. Shape (cells,)."""
    if (style.decimal, style.thousands) == (".", "") and "_" not in "".join(cells):
        try:
            return np.fromiter(map(float, cells), float, len(cells))
        except ValueError:
            pass  # read one by one
    return np.fromiter(map(style.reader(), cells), float, len(cells))


def _plain(cell: str) -> float:
    try:
        # 1_1 is a number to Python, and a code to people
        return math.nan if "_" in cell else float(cell)
    except ValueError:
        return math.nan


def unit_of(cell: str) -> str:
    """Return what stands behind the number of a cell, or a currency before it; empty: nothing.

    Examples
    --------
    >>> unit_of("0,25 %"), unit_of("1.7k"), unit_of("$ 5"), unit_of("A1"), unit_of("12")
    ('%', 'k', '$', '', '')
    """
    found = _QUANTITY.fullmatch(cell.strip())
    if found is None or (found["before"] and found["after"]):
        return ""
    return found["before"] or found["after"] or ""


def usual_unit(cells: Iterable[str]) -> str:
    """Return the unit that most of the cells have; empty: none."""
    units = Counter(map(unit_of, cells))
    return max(units, key=units.__getitem__, default="")


def number_with(cell: str, unit: str) -> str:
    """Return the number of a cell without its unit; empty where it does not have this one."""
    found = _QUANTITY.fullmatch(cell.strip())
    if found is None or unit != (found["before"] or found["after"]):
        return ""
    return found["sign"] + found["number"].strip()


def quantities(cells: Iterable[str], style: Style, unit: str) -> NDArray[np.float64]:
    """Read numbers that have a unit; nan where a cell does not. Shape (cells,)."""
    read = style.reader()
    return np.array([read(number_with(cell, unit)) for cell in cells], dtype=float)


def detect_style(cells: Iterable[str], delimiter: str, decimal: str, thousands: str) -> Style:
    """Find the style that the numbers among `cells` are written in.

    Parameters
    ----------
    cells : iterable of str
        A sample of the file.
    delimiter : str
        What stands between cells: with a semicolon, ``1,234`` is rather 1.234 than 1234.
    decimal, thousands : str
        What is chosen already; empty to detect it.
    """
    evidence = _Evidence()
    for cell in cells:
        evidence.weigh(cell.strip())
    found = evidence.decide(delimiter)
    if decimal or thousands:
        chosen = decimal or ("," if thousands == "." else ".")
        groups = thousands or (found.thousands if found.thousands != chosen else "")
        return Style(chosen, groups)
    return found


class _Evidence:
    """Counts what speaks for each sign before the fraction and between thousands."""

    def __init__(self) -> None:
        self._decimal = {".": 0, ",": 0}
        self._thousands = {".": 0, ",": 0, "'": 0, " ": 0}
        self._either = {".": 0, ",": 0}

    def weigh(self, cell: str) -> None:
        """Take one cell into account."""
        match = _GROUPED.fullmatch(cell)
        if match is not None:
            sign, fraction = match["sep"], match["decimal"]
            sign = "'" if sign in _APOSTROPHES else " " if sign in _SPACES else sign
            if fraction and fraction != sign:
                self._decimal[fraction] += 1
                self._thousands[sign] += 1
            elif sign in "' " or len(cell.split(sign)) > 2:  # noqa: PLR2004 - two signs, 1.234.567
                self._thousands[sign] += 1
            elif cell.lstrip("+-").startswith("0"):
                self._decimal[sign] += 1  # nobody groups 0,123
            else:
                self._either[sign] += 1  # 1,234 may be either
        elif _COMMA.fullmatch(cell):
            self._decimal[","] += 1
        elif _POINT.fullmatch(cell):
            self._decimal["."] += 1
        elif unit := unit_of(cell):
            self.weigh(number_with(cell, unit))

    def decide(self, delimiter: str) -> Style:
        """Choose the style with the most evidence; without any it is the plain one."""
        comma, point = self._decimal[","], self._decimal["."]
        if comma == point == 0:
            return self._decide_by_thousands(delimiter)
        decimal = "," if comma > point else "."
        other = "." if decimal == "," else ","
        groups = self._thousands | {other: self._thousands[other] + self._either[other]}
        del groups[decimal]
        best = max(groups, key=groups.__getitem__)
        return Style(decimal, best if groups[best] else "")

    def _decide_by_thousands(self, delimiter: str) -> Style:
        best = max(self._thousands, key=self._thousands.__getitem__)
        if self._thousands[best]:
            decimal = "," if best == "." or (best != "," and self._either[","]) else "."
            return Style(decimal, best)
        if self._either[","]:
            # 1,234 and nothing else: where commas separate cells they hardly are decimal too
            if delimiter == ",":
                return Style(".", ",", ambiguous=True)
            return Style(",", "", ambiguous=True)
        return Style()  # 1.234 is what every program writes


def sample_of(columns: Sequence[Sequence[str]], most: int = 20_000) -> Iterable[str]:
    """Take cells from the beginning of all columns, and evenly from the rest."""
    each = max(most // max(len(columns), 1) // 2, 10)
    for cells in columns:
        step = max(len(cells) // each, 1)
        yield from itertools.islice(cells, each)
        yield from itertools.islice(cells, each, None, step)
