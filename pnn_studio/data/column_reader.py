"""What a column of a file is: numbers, categories, a split, or something in the way."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pnn_studio.data.numerals import LARGEST, Style, is_date, is_missing, is_number, numbers
from pnn_studio.data.text_table import MOST_LINES, Table
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

_LEAVE_OUT = "leave the column out (--leave-out)"


@dataclass(frozen=True)
class _Remedy:
    """What can be done about a problem: in words, and with one click."""

    words: str
    helps: tuple[Help, ...]


_DROP = _Remedy("fill it in, or drop such rows (--missing drop)", ("drop missing",))
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
_EMPTY = _Remedy(_LEAVE_OUT, ("leave out",))
_DATE = _Remedy(f"{_LEAVE_OUT} or write it as a number", ("leave out",))
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
    """

    name: str
    cells: list[str]
    kind: Kind
    missing: NDArray[np.bool_]
    values: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    coding: Literal["", "number", "one-hot", "ordinal"] = ""
    categories: tuple[str, ...] = ()
    unreadable: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))

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
        missing = np.array([not cell.strip() for cell in cells], dtype=bool)
        if self._options.missing != "drop":
            self._report(name, cells, missing, lambda _: "the label is missing", _DROP)
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
            return self._detected(name, cells)
        category = chosen or Category(name, _usual_coding(len(declared or ())))
        if declared is not None and not category.order:
            category = replace(category, order=declared)
        return self._category(name, cells, category)

    def _detected(self, name: str, cells: list[str]) -> Column:
        values = numbers(cells, self._style)
        unread = np.isnan(values)
        missing = np.zeros(len(cells), dtype=bool)
        rows = np.flatnonzero(unread)
        missing[rows] = [is_missing(cells[row]) for row in rows]
        if missing.all():
            return self._empty(name, cells, missing)
        text = unread & ~missing
        if np.count_nonzero(text) == np.count_nonzero(~missing):
            return self._text(name, cells, missing)
        with np.errstate(invalid="ignore"):  # nan is not large
            huge = np.abs(values) >= LARGEST
        foreign = text.any() and is_number(cells[int(text.argmax())])
        remedy = _OTHER_STYLE if foreign else _NUMBER
        self._report(name, cells, huge, lambda cell: f"{cell!r:.40} is too large", _CORRECT)
        self._report(name, cells, text, lambda cell: f"{cell!r:.40} is not a number", remedy)
        self._report_missing(name, cells, missing)
        self._look_at(name, values)
        return Column(name, cells, "number", missing, values, "number", unreadable=huge | text)

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
            return self._category(name, cells, Category(name, _usual_coding(count)))
        self._report(name, cells, ~missing, lambda cell: f"{cell!r:.40} {what}", remedy)
        return Column(name, cells, kind, missing)

    def _category(self, name: str, cells: list[str], category: Category) -> Column:
        order = category.order or in_order(cell.strip() for cell in cells if not is_missing(cell))
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
        with np.errstate(invalid="ignore"):  # infinite ones are told of already
            steps = np.diff(values)
        if len(values) >= _LEAST_COUNTED and values[0] in (0, 1) and np.all(steps == 1):
            what = "it counts the rows"
        elif len(values) > 1 and np.all(steps == 0):
            what = "every row has the same value"
        else:
            return
        remedy = "leave the column out if it is no input (--leave-out)"
        lines, rows = tuple(self._table.lines[:MOST_LINES]), len(values)
        self.problems.append(
            Problem(lines[0], name, what, rows, remedy, False, lines, ("leave out",))
        )


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
    missing = np.zeros(len(cells), dtype=bool)
    unknown = np.flatnonzero(np.isnan(values)).tolist()
    missing[unknown] = [is_missing(cells[row]) for row in unknown]
    return values, missing
