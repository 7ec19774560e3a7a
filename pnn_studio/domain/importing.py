"""What a person chooses when data come in from a file, and what was found there."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from pnn_studio.domain.units import count_of
from pnn_studio.errors import DatasetError

Coding = Literal["one-hot", "ordinal"]
Missing = Literal["refuse", "drop", "median"]
Unreadable = Literal["refuse", "drop"]
Scaling = Literal["fit", "train"]
Kind = Literal["number", "category", "date", "text", "empty", "label", "split", "left out"]
# what a person can have done about a problem with one click
Help = Literal[
    "leave out",
    "one-hot",
    "drop missing",
    "median",
    "drop unreadable",
    "decimal",
    "detect",
    "random",
    "header",
    "no header",
    "no comments",
    "leave class out",
    "stratify",
]

CODINGS: tuple[Coding, ...] = get_args(Coding)
MISSING: tuple[Missing, ...] = get_args(Missing)
UNREADABLE: tuple[Unreadable, ...] = get_args(Unreadable)
SCALINGS: tuple[Scaling, ...] = get_args(Scaling)
DELIMITERS = (",", ";", "\t", "|", " ")
DECIMALS = (".", ",")
THOUSANDS = (",", ".", "'", " ")
# what files in the wild are written in; a space stands for every kind of space, ' for ’ too
ENCODINGS = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp1250", "cp1251"),
    *("cp1253", "cp1254", "koi8-r", "mac-roman", "cp437", "cp932", "gb18030", "big5", "cp949"),
)
NO_COMMENT = "none"
COMMENTS = ("#", "%", "//", ";", "!", NO_COMMENT)
_MOST_SKIPPED = 1_000_000
_SHARES = 3


@dataclass(frozen=True)
class Category:
    """How a column of texts becomes voltages.

    Attributes
    ----------
    column : str
        Name of the column.
    coding : {"one-hot", "ordinal"}
        One input a category, high where it applies; or one input that counts the categories.
    order : tuple of str
        The categories in order; empty: numbers by value, texts by letter.
    """

    column: str
    coding: Coding
    order: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a coding that there is not."""
        _choice("coding", self.coding, CODINGS)
        if len(set(self.order)) < len(self.order):
            raise DatasetError(f"The categories of {self.column!r:.40} name one of them twice.")


@dataclass(frozen=True)
class Limits:
    """Raw values that become the ends of the input range.

    Attributes
    ----------
    column : str
        Name of the column; empty: every column of numbers without limits of its own.
    low, high : float
        In the column's own unit.
    """

    column: str
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse limits that span nothing."""
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise DatasetError(
                f"Limits need two finite numbers, the lower one first, not {self.low:g} and "
                f"{self.high:g}."
            )


@dataclass(frozen=True)
class ImportOptions:
    """Everything that is chosen when a file is imported; an empty text or None means: detect.

    Attributes
    ----------
    encoding : str
        One of `ENCODINGS`.
    delimiter, decimal, thousands : str
        What stands between cells, before the fraction and between thousands.
    header : bool or None
        Whether the first line names the columns.
    skip_lines : int or None
        Number of lines before the table.
    comment : str
        How lines begin that are no rows, one of `COMMENTS`.
    sheet : str
        Sheet of a workbook, by its name or its number from 1; empty: the first.
    left_out : tuple of str
        Columns that are not read.
    categories : tuple of Category
        How columns of texts are coded. Others with few different texts are one-hot, with two of
        them ordinal, which takes one input instead of two.
    missing : {"refuse", "drop", "median"}
        What becomes of rows that lack a value: they are told of; left out; or get the median of
        the training split, in categories the most frequent one.
    unreadable : {"refuse", "drop"}
        What becomes of rows that have too many or too few cells, or one that cannot be read, such
        as a text among numbers: they are told of, or left out.
    scaling : {"fit", "train"}
        Columns whose training values lie in the input range stay as they are and others are scaled
        to the span of their training values; or all are scaled.
    limits : tuple of Limits
        Raw values to scale by instead.
    split_column : str
        Column with train, valid and test; empty: the one named ``split``, if there is one.
    ratio : tuple of three floats
        Shares of the training, validation and test split, where no column says it.
    stratified : bool
        Whether every split gets its share of every class.
    left_out_classes : tuple of str
        Classes whose rows are not used.
    """

    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    thousands: str = ""
    header: bool | None = None
    skip_lines: int | None = None
    comment: str = ""
    sheet: str = ""
    left_out: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    missing: Missing = "refuse"
    unreadable: Unreadable = "refuse"
    scaling: Scaling = "fit"
    limits: tuple[Limits, ...] = ()
    split_column: str = ""
    ratio: tuple[float, float, float] = (60.0, 20.0, 20.0)
    stratified: bool = True
    left_out_classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse choices that contradict each other, or that there are not."""
        _choice("encoding", self.encoding, ("", *ENCODINGS))
        _choice("delimiter", self.delimiter, ("", *DELIMITERS))
        _choice("decimal", self.decimal, ("", *DECIMALS))
        _choice("thousands", self.thousands, ("", *THOUSANDS))
        _choice("comment", self.comment, ("", *COMMENTS))
        if self.skip_lines is not None and not 0 <= self.skip_lines <= _MOST_SKIPPED:
            raise DatasetError(f"0 to {_MOST_SKIPPED} lines can be skipped, not {self.skip_lines}.")
        _choice("missing", self.missing, MISSING)
        _choice("unreadable", self.unreadable, UNREADABLE)
        _choice("scaling", self.scaling, SCALINGS)
        if self.decimal and self.decimal == self.thousands:
            raise DatasetError(
                f"{self.decimal!r} cannot stand both before the fraction and between thousands."
            )
        shares = all(math.isfinite(share) and share > 0 for share in self.ratio)
        if len(self.ratio) != _SHARES or not shares:
            raise DatasetError("The ratio of the split is three positive numbers: 60/20/20.")
        for what, names in (
            ("category", [each.column for each in self.categories]),
            ("limits", [each.column for each in self.limits]),
        ):
            if len(set(names)) < len(names):
                raise DatasetError(f"One column has two entries of {what}; give one of them.")


def _choice(what: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        offered = ", ".join(repr(each) for each in choices if each)
        raise DatasetError(f"{value!r:.40} is no {what}; there are {offered}.")


DETECT = ImportOptions()


@dataclass(frozen=True)
class InputColumn:
    """A column of the file as the network's inputs came from it: enough to read new rows.

    Attributes
    ----------
    name : str
        Its name in the file.
    coding : {"number", "one-hot", "ordinal"}
        A one-hot column is as many inputs as it has categories, any other is one.
    categories : tuple of str
        In the order of the inputs or of the values 0, 1, 2 ...
    fill : float or None
        Value, or index of the category, that stands in for a missing one.
    unit : str
        What stands behind every number, or before it: ``%``, ``mV``, ``$``.
    """

    name: str
    coding: Literal["number", "one-hot", "ordinal"] = "number"
    categories: tuple[str, ...] = ()
    fill: float | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        """Refuse what no column can be read by."""
        if (self.coding == "number") != (not self.categories):
            raise DatasetError(f"Column {self.name!r:.40}: categories and coding do not match.")
        if self.fill is not None and not (
            math.isfinite(self.fill)
            if self.coding == "number"
            else self.fill in range(len(self.categories))
        ):
            raise DatasetError(f"Column {self.name!r:.40}: {self.fill} cannot stand for a value.")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs that it gives."""
        if self.coding == "one-hot":
            return tuple(f"{self.name}={category}" for category in self.categories)
        return (self.name,)


@dataclass(frozen=True)
class Problem:
    """Something in a file that stands in the way, or that is worth a look.

    Attributes
    ----------
    line : int
        First line concerned, counted from 1; 0: the file as a whole.
    column : str
        Column concerned; empty: the line as a whole.
    what : str
        What is wrong, with what stands there.
    rows : int
        Number of rows concerned.
    remedy : str
        What can be done.
    blocking : bool
        Whether the file cannot be imported with it.
    lines : tuple of int
        The first lines concerned.
    helps : tuple of str
        What can be done about it with one click.
    classes : tuple of str
        Classes concerned.
    """

    line: int
    column: str
    what: str
    rows: int = 1
    remedy: str = ""
    blocking: bool = True
    lines: tuple[int, ...] = ()
    helps: tuple[Help, ...] = ()
    classes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One sentence, for messages."""
        place = [f"line {self.line}"] if self.line else []
        if self.column:
            nameless = self.column.startswith("column ")  # named by its place
            place.append(f"{'' if nameless else 'column '}{self.column:.40}")
        where = f"{', '.join(place)}: " if place else ""
        more = f" (and {count_of(self.rows - 1, 'more row')})" if self.rows > 1 else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{where}{self.what}{more}{remedy}."


@dataclass(frozen=True)
class ColumnSummary:
    """A column as it was understood.

    Attributes
    ----------
    name : str
        As in the header, or ``column 3`` where nothing names it.
    kind : str
        What it is taken for.
    missing, distinct : int
        Number of missing values, and of different ones.
    detail : str
        Its range, or its categories and their coding.
    """

    name: str
    kind: Kind
    missing: int
    distinct: int
    detail: str


@dataclass(frozen=True)
class Preview:
    """A file before it is imported: how it was read, and what is in it.

    Attributes
    ----------
    title : str
        Name of the file.
    options : ImportOptions
        The choices that it was read with, the detected ones filled in.
    samples, dropped : int
        Rows that can be used, and rows left out for a value that is missing or cannot be read, or
        for their class.
    columns : tuple of ColumnSummary
        In the order of the file.
    rows : tuple of tuples of str
        The first rows, and those that problems are in, cell by cell, as long as `columns`.
    lines : tuple of int
        Their lines in the file.
    classes : tuple of (str, int)
        Classes in order, with their number of samples.
    inputs : int
        Number of inputs that the network would have.
    problems : tuple of Problem
        By line.
    sheets : tuple of str
        Sheets of a workbook; empty: it is none.
    parts : tuple of tuples of three int
        Training, validation and test samples of each of `classes`; empty where it cannot be split.
    clipped : int
        How many values lie outside the scale.
    clipped_words : str
        The same in words, and where they lie; empty where none does.
    """

    title: str
    options: ImportOptions
    samples: int
    dropped: int
    columns: tuple[ColumnSummary, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    classes: tuple[tuple[str, int], ...]
    inputs: int
    problems: tuple[Problem, ...]
    sheets: tuple[str, ...] = ()
    parts: tuple[tuple[int, int, int], ...] = ()
    clipped: int = 0
    clipped_words: str = ""

    @property
    def importable(self) -> bool:
        """Whether nothing stands in the way."""
        return not any(problem.blocking for problem in self.problems)
