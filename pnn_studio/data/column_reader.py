"""What a column of a file is: numbers, categories, a split, or something in the way."""

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pnn_studio.data.numerals import (
    LARGEST,
    Style,
    is_date,
    is_number,
    missing_cells,
    numbers,
    quantities,
    unit_of,
    usual_unit,
)
from pnn_studio.data.table import MOST_LINES, Table
from pnn_studio.domain.dataset import SPLITS
from pnn_studio.domain.importing import Category, Coding, Help, ImportOptions, Kind, Problem

_SPLITS = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "val": "valid",
    "validation": "valid",
    "test": "test",
}
_MOST_DETECTED = 20  # more different texts than that are no categories unless one says so
_MOST_CATEGORIES = 256
_LEAST_REPEATS = 2
_LEAST_COUNTED = 20

_UNITS = 200  # cells that are looked at for a unit
_MOSTLY = 0.9  # of the cells of a column that must have it
_MOSTLY_DIFFERENT = 0.9  # of the whole numbers that tell patients apart
_LEAST_NUMBER = 1000  # a number without a name that would say so is one from here on
_NUMBER_NAME = re.compile(
    r"(?:^|[\W_])(?:id|no|nr|num|number|idx|index|key)\W*$"
    r"|^(?:patient|subject|record|row|case|sample)s?(?:$|[\W_]|id|no|nr|number)",
    re.IGNORECASE,
)
_CAMEL_NAME = re.compile(r"[a-z](?:ID|Id|No|Nr|Index|Number)$")

_LEAVE_OUT = "leave the column out (--leave-out)"


@dataclass(frozen=True)
class _Remedy:
    """What can be done about a problem: in words, and with one click."""

    words: str
    helps: tuple[Help, ...]


_DROP = _Remedy("fill it in, or drop such rows (--missing drop)", ("drop missing",))
_DROP_SIGN = _Remedy(
    "drop such rows (--missing drop), or write it another way in the file if it is a class",
    ("drop missing",),
)
_MISSING = _Remedy(
    "drop such rows or fill in the median (--missing drop or --missing median)",
    ("drop missing", "median", "leave out"),
)
_NUMBER = _Remedy(
    "correct it, choose how numbers are written (--decimal, --thousands), or drop such rows "
    "(--unreadable drop)",
    ("drop unreadable", "leave out"),
)
_OTHER_STYLE = replace(_NUMBER, helps=("decimal", *_NUMBER.helps))
_CORRECT = _Remedy(
    f"correct it, {_LEAVE_OUT}, or drop such rows (--unreadable drop)", _NUMBER.helps
)
_ALL_WRONG = _Remedy(f"correct it, or {_LEAVE_OUT}", ("leave out",))
_EMPTY = _Remedy(_LEAVE_OUT, ("leave out",))
_DATE = _Remedy(f"{_LEAVE_OUT} or write it as a number", ("leave out",))
_UNIT = _Remedy(
    "code it if it is a text (--category COLUMN=one-hot), or leave it out (--leave-out)",
    ("one-hot", "leave out"),
)
_UNITS_DIFFER = _Remedy(
    "write them in one unit if they are numbers, or leave it out (--leave-out)", ("leave out",)
)
_NO_INPUT = _Remedy("leave the column out if it is no input (--leave-out)", ("leave out",))
_TEXT = _Remedy(f"{_LEAVE_OUT} or code it (--category COLUMN=one-hot)", ("leave out", "one-hot"))


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a table and what it is taken for.

    Attributes
    ----------
    name : str
        As in the table.
    cells : list of str
        As they stand there.
    kind : str
        What it is used as.
    missing : bool array, shape (rows,)
        Where there is no value.
    values : float array, shape (rows,)
        Numbers, or indices of categories or splits; nan where there is none. Empty for others.
    coding : {"", "number", "one-hot", "ordinal"}
        How it becomes inputs; empty where it does not.
    categories : tuple of str
        In order of their indices.
    unreadable : bool array, shape (rows,) or (0,)
        Where there is something that cannot be read; empty where all can.
    unit : str
        What stands beside every number; empty: nothing.
    """

    name: str
    cells: list[str]
    kind: Kind
    missing: NDArray[np.bool_]
    values: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    coding: Literal["", "number", "one-hot", "ordinal"] = ""
    categories: tuple[str, ...] = ()
    unreadable: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))
    unit: str = ""

    @property
    def inputs(self) -> int:
        """Number of inputs that it gives."""
        if self.coding == "one-hot":
            return len(self.categories)
        return 1 if self.coding else 0


class ColumnReader:
    """Reads the columns of one table, and keeps the problems that it meets.

    Parameters
    ----------
    table : Table
        Cells and their lines.
    style : Style
        How numbers are written.
    options : ImportOptions
        What is chosen.
    """

    def __init__(self, table: Table, style: Style, options: ImportOptions) -> None:
        self._table, self._style, self._options = table, style, options
        self.problems: list[Problem] = []

    def left_out(self, name: str, cells: list[str]) -> Column:
        """Take a column for nothing."""
        return Column(name, cells, "left out", np.zeros(len(cells), dtype=bool))

    def label(self, name: str, cells: list[str]) -> Column:
        """Read the column of the classes."""
        missing = missing_cells(cells)
        if self._options.missing != "drop":
            sign = missing.any() and cells[int(missing.argmax())].strip()
            remedy = _DROP_SIGN if sign else _DROP
            self._report(name, cells, missing, _missing_label, remedy)
        return Column(name, cells, "label", missing)

    def split(self, name: str, cells: list[str]) -> Column:
        """Read a column of train, valid and test."""
        index: dict[str, float] = {word: SPLITS.index(split) for word, split in _SPLITS.items()}
        values = np.array([index.get(cell.strip().lower(), np.nan) for cell in cells], dtype=float)
        wrong = np.isnan(values)
        what = "is not train, valid or test"
        self._report(name, cells, wrong, lambda cell: f"{cell.lower()!r:.40} {what}", _CORRECT)
        missing = np.zeros(len(cells), dtype=bool)
        return Column(name, cells, "split", missing, values, unreadable=wrong)

    def input(self, name: str, cells: list[str]) -> Column:
        """Read a column that may become inputs."""
        chosen = next((each for each in self._options.categories if each.column == name), None)
        declared = self._table.declared.get(name)
        if chosen is None and declared is None:
            if name in self._table.ignored:
                return self.left_out(name, cells)
            return self._detected(name, cells)
        order = declared or _categories(cells)
        category = chosen or Category(name, _usual_coding(len(order)))
        if not category.order:
            category = replace(category, order=order)
        return self._category(name, cells, category)

    def _detected(self, name: str, cells: list[str]) -> Column:
        values, unit = numbers(cells, self._style), ""
        unread = np.isnan(values)
        missing = np.zeros(len(cells), dtype=bool)
        if not cells:  # all rows are of another width
            return self._empty(name, cells, missing)
        if unread.any():
            missing = missing_cells(cells) & unread
            if missing.all():
                return self._empty(name, cells, missing)
            values, unit = self._quantities(cells, values, unread & ~missing)
        text = np.isnan(values) & ~missing
        if np.count_nonzero(text) == np.count_nonzero(~missing):
            return self._text(name, cells, missing)
        with np.errstate(invalid="ignore"):  # nan is not large
            huge = np.abs(values) >= LARGEST
        what, remedy = "is not a number", _NUMBER
        if unit:
            what, remedy = f"is not a number with {unit} like the others", _CORRECT
        elif text.any() and is_number(cells[int(text.argmax())]):
            remedy = _OTHER_STYLE
        self._report(name, cells, huge, lambda cell: f"{cell!r:.40} is too large", _CORRECT)
        self._report(name, cells, text, lambda cell: f"{cell!r:.40} {what}", remedy)
        self._report_missing(name, cells, missing)
        self._look_at(name, values)
        if unit:
            self._note(name, f"its numbers have the unit {unit}, as all others must", _UNIT)
        return Column(
            name, cells, "number", missing, values, "number", unreadable=huge | text, unit=unit
        )

    def _quantities(
        self, cells: list[str], values: NDArray[np.float64], text: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], str]:
        """Read numbers with a unit, if nearly all that is there are such."""
        told = [cells[row] for row in itertools.islice(np.flatnonzero(text).tolist(), _UNITS)]
        unit = usual_unit(told)
        if not unit:
            return values, ""
        with_unit = quantities(cells, self._style, unit)
        known = np.count_nonzero(text | ~np.isnan(values))
        if np.count_nonzero(~np.isnan(with_unit)) < _MOSTLY * known:
            return values, ""
        return with_unit, unit

    def _empty(self, name: str, cells: list[str], missing: NDArray[np.bool_]) -> Column:
        if name in self._table.unnamed:
            return self.left_out(name, cells)
        self._report(name, cells, missing, missing_words, _EMPTY)
        return Column(name, cells, "empty", missing)

    def _text(self, name: str, cells: list[str], missing: NDArray[np.bool_]) -> Column:
        """Take a column without a single number for categories if its texts come again."""
        known = [cell.strip() for cell, gone in zip(cells, missing, strict=True) if not gone]
        count = len(set(known))
        kind: Kind = "text"
        what, remedy = "is not a number", _TEXT if count <= _MOST_CATEGORIES else _EMPTY
        if is_date(known[0]):
            kind, what, remedy = "date", "is a date or time, not a number", _DATE
        elif 1 < count <= min(_MOST_DETECTED, len(known) // _LEAST_REPEATS):
            if all(map(unit_of, set(known))):
                self._note(name, "its numbers have different units and are coded", _UNITS_DIFFER)
            return self._category(name, cells, Category(name, _usual_coding(count)))
        self._report(name, cells, ~missing, lambda cell: f"{cell!r:.40} {what}", remedy)
        return Column(name, cells, kind, missing)

    def _category(self, name: str, cells: list[str], category: Category) -> Column:
        order = category.order or _categories(cells)
        if not 1 <= len(order) <= _MOST_CATEGORIES:
            what = f"it has {len(order)} different texts, and 1 to {_MOST_CATEGORIES} can be coded"
            self._report(name, cells, np.ones(len(cells), dtype=bool), lambda _: what, _EMPTY)
            return Column(name, cells, "text", np.zeros(len(cells), dtype=bool))
        values, missing = category_values(cells, order)
        wrong = np.isnan(values) & ~missing
        what = f"is not among the categories {', '.join(order):.80}"
        self._report(name, cells, wrong, lambda cell: f"{cell!r:.40} {what}", _CORRECT)
        self._report_missing(name, cells, missing)
        coding = category.coding
        return Column(name, cells, "category", missing, values, coding, order, unreadable=wrong)

    def _report(
        self,
        name: str,
        cells: Sequence[str],
        where: NDArray[np.bool_],
        what: Callable[[str], str],
        remedy: _Remedy,
    ) -> None:
        """Keep a problem at the first cell that is marked, if any is."""
        rows = np.flatnonzero(where)
        if len(rows):
            if remedy is _CORRECT and len(rows) == len(cells):
                remedy = _ALL_WRONG  # nobody is advised to drop all of them
            lines = tuple(self._table.lines[row] for row in rows[:MOST_LINES].tolist())
            told = what(cells[int(rows[0])].strip())
            self.problems.append(
                Problem(
                    lines[0], name, told, len(rows), remedy.words, lines=lines, helps=remedy.helps
                )
            )

    def _report_missing(self, name: str, cells: list[str], missing: NDArray[np.bool_]) -> None:
        if self._options.missing == "refuse":
            self._report(name, cells, missing, missing_words, _MISSING)

    def _look_at(self, name: str, values: NDArray[np.float64]) -> None:
        """Tell of numbers that hardly were measured."""
        with np.errstate(invalid="ignore", over="ignore"):  # such are told of already
            steps = np.diff(values)
        if len(values) >= _LEAST_COUNTED and values[0] in (0, 1) and np.all(steps == 1):
            self._note(name, "it counts the rows", _NO_INPUT)
        elif len(values) > 1 and np.all(steps == 0):
            self._note(name, "every row has the same value", _NO_INPUT)
        elif self._tells_apart(name, values[np.isfinite(values)]):
            what = "it looks like a number of patients, parts or rows, which hardly repeats"
            self._note(name, what, _NO_INPUT)

    def _tells_apart(self, name: str, values: NDArray[np.float64]) -> bool:
        """Whether whole numbers stand for whatever the rows are about: they differ in nearly all.

        What looks so besides must be called so, or stand first and be large or rise.
        """
        if len(values) < _LEAST_COUNTED or (values != np.floor(values)).any():
            return False
        if len(np.unique(values)) < _MOSTLY_DIFFERENT * len(values):
            return False
        if _NUMBER_NAME.search(name) or _CAMEL_NAME.search(name):
            return True
        rises = bool((values[1:] > values[:-1]).all())
        return name == self._table.names[0] and (rises or values.min() >= _LEAST_NUMBER)

    def _note(self, name: str, what: str, remedy: _Remedy) -> None:
        """Keep what is worth a look, and does not stand in the way."""
        lines, rows = tuple(self._table.lines[:MOST_LINES]), len(self._table.lines)
        self.problems.append(
            Problem(lines[0], name, what, rows, remedy.words, False, lines, remedy.helps)
        )


def _missing_label(cell: str) -> str:
    return f"{cell!r:.40} says that the label is missing" if cell else "the label is missing"


def _categories(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the different texts of a column, in order."""
    gone = missing_cells(cells)
    return in_order(cell.strip() for cell, missing in zip(cells, gone, strict=True) if not missing)


def without_useless_help(problems: Sequence[Problem], columns: Sequence[Column]) -> list[Problem]:
    """Advise nobody to drop all rows: where each lacks some value, that is no remedy."""
    used = [column.missing for column in columns if column.coding or column.kind == "label"]
    if not used or not np.logical_or.reduce(used).all():
        return list(problems)
    words = "every row lacks some value: fill in the median (--missing median) or leave the column "
    return [
        replace(each, remedy=f"{words}out (--leave-out)", helps=("median", "leave out"))
        if "median" in each.helps
        else each
        for each in problems
    ]


def missing_words(cell: str) -> str:
    """Say that a cell holds no value."""
    return f"{cell!r:.40} is not a number" if cell else "the value is missing"


def _usual_coding(categories: int) -> Coding:
    """Two categories need one input only."""
    return "ordinal" if categories == 2 else "one-hot"  # noqa: PLR2004 - said above


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Sort different names: by value where all are numbers, else by letter."""
    ordered = sorted(set(names))
    if np.isfinite(numbers(ordered, Style())).all():
        ordered.sort(key=float)
    return tuple(ordered)


def category_values(
    cells: Sequence[str], categories: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the index of each cell's category (nan without one), and which values are missing."""
    index = {category: float(number) for number, category in enumerate(categories)}
    values = np.array([index.get(cell.strip(), np.nan) for cell in cells], dtype=float)
    unknown = np.isnan(values)
    missing = missing_cells(cells) & unknown if unknown.any() else np.zeros(len(cells), dtype=bool)
    return values, missing
