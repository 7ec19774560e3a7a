"""A file as cells: what every format is read into, and the bounds that hold for all of them."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pnn_studio.domain.importing import Problem
from pnn_studio.errors import DatasetError

MAX_COLUMNS = 16_384  # as many as a spreadsheet can have
MAX_CELLS = 50_000_000
MAX_FILLED = 5_000_000  # cells that stand in no file: sparse rows, and rows that end early
MOST_LINES = 20  # of a problem that are told
MAX_LINE = 4 << 20  # characters
_CHUNK = 200  # rows that stay in the processor's cache while they are sorted into columns

Row = tuple[int, list[str]]  # the line in which it ends, and its cells


@dataclass(eq=False)
class Table:
    """A file as cells.

    Attributes
    ----------
    title : str
        Name of the file.
    encoding, delimiter : str
        As chosen or detected.
    header : bool
        Whether the columns are named by the file.
    names : list of str
        One a column; ``column 3`` where the file gives none.
    columns : list of lists of str
        Cells as they stand there, rows from first to last.
    lines : list of int
        Line in which each row ends.
    unnamed : set of str
        Names of columns that the file gives none.
    declared : dict of str to tuple of str
        Categories that the file itself declares, by column; empty: all that occur.
    label : str
        Column that the file itself declares as the classes; empty: none.
    ignored : set of str
        Columns that hold no inputs by what the file itself says.
    skipped : int
        Lines before the table.
    comment : str
        How lines begin that are no rows; empty: none do.
    sheet : str
        Which sheet of a workbook this is; empty: it is no workbook.
    sheets : tuple of str
        All sheets of the workbook.
    uneven_remedies : tuple of str
        What helps rows of another width in this format, but for dropping them.
    problems : list of Problem
        Rows that are no rows, names that come twice, and what was found out about the layout.
    uneven : dict of int to list of str
        The first rows of another width, by line.
    uneven_rows : int
        How many of them there are.
    """

    title: str
    encoding: str
    delimiter: str
    header: bool
    names: list[str]
    columns: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    unnamed: set[str] = field(default_factory=set)
    declared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    label: str = ""
    ignored: set[str] = field(default_factory=set)
    skipped: int = 0
    comment: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    uneven_remedies: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    uneven: dict[int, list[str]] = field(default_factory=dict)
    uneven_rows: int = 0

    @property
    def blocking(self) -> list[Problem]:
        """What stands in the way of reading it."""
        return [problem for problem in self.problems if problem.blocking]


def stripped(row: Sequence[str]) -> Sequence[str]:
    """Leave out what is blank at the end of a row."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def collect(table: Table, rows: Iterator[Row], progress: Callable[[], None]) -> None:
    """Sort the cells of all rows into columns; rows of another width become a problem.

    Raises
    ------
    DatasetError
        Where there is more than can be held.
    """
    width, named = len(table.names), len(stripped(table.names)) or len(table.names)
    check_width(table.title, width)
    most, filled = MAX_CELLS // width, 0
    table.columns = [[] for _ in range(width)]
    while chunk := list(itertools.islice(rows, _CHUNK)):
        fitting = []
        for line, cells in chunk:
            fitted: list[str] | None = cells
            if len(cells) != width:
                fitted = _fitted(cells, width, named)
                filled += max(width - len(cells), 0)
            if fitted is None:
                table.uneven_rows += 1
                if table.uneven_rows <= MOST_LINES:
                    table.uneven[line] = cells
            else:
                fitting.append(fitted)
                table.lines.append(line)
        for column, values in zip(table.columns, zip(*fitting, strict=True), strict=False):
            column.extend(values)
        if len(table.lines) > most:
            raise DatasetError(
                f"{table.title} has more than {most} rows of {width} columns; at most {MAX_CELLS} "
                "cells are read. Thin it out first."
            )
        if filled > MAX_FILLED:
            raise DatasetError(
                f"{table.title} has rows that are too short for its {width} columns; at most "
                f"{MAX_FILLED} values are left blank. Complete the lines."
            )
        progress()
    if table.uneven:
        table.problems.append(_uneven(table, named))


def check_width(title: str, columns: int) -> None:
    """Refuse a row or a header of too many columns.

    Raises
    ------
    DatasetError
        Naming the file.
    """
    if columns > MAX_COLUMNS:
        raise DatasetError(f"{title} has {columns} columns; at most {MAX_COLUMNS} are read.")


def bounded(lines: Iterable[str], title: str, before: int) -> Iterator[str]:
    """Go through lines, none of which may be too long to be taken apart.

    Parameters
    ----------
    lines : iterable of str
        Lines of a text.
    title : str
        Name of the file.
    before : int
        Number of lines before these.

    Raises
    ------
    DatasetError
        Naming the line that is too long.
    """
    for number, line in enumerate(lines, start=before + 1):
        if len(line) > MAX_LINE:
            raise DatasetError(
                f"{title}, line {number} has {len(line)} characters; at most {MAX_LINE} are read. "
                "Is it a table?"
            )
        yield line


def empty(title: str) -> DatasetError:
    """Say that a file has no samples."""
    return DatasetError(f"{title} is empty: a header line and one line for each sample are needed.")


def _uneven(table: Table, named: int) -> Problem:
    line, cells = next(iter(table.uneven.items()))
    who = "the header names" if table.header else "the first line has"
    remedies = list(table.uneven_remedies)
    few = table.uneven_rows <= len(table.lines)
    if table.delimiter and not few:
        remedies.append("choose how many lines come before the table (--skip-lines)")
    if few:  # nobody is advised to drop nearly all of them
        remedies.append("drop such rows (--unreadable drop)")
    *most, last = remedies
    return Problem(
        line,
        "",
        f"{len(cells)} values, but {who} {named} columns",
        table.uneven_rows,
        f"{', '.join(most)}, or {last}" if most else last,
        lines=tuple(table.uneven),
        helps=("drop unreadable", "detect") if few else ("detect",),
    )


def _fitted(cells: list[str], width: int, named: int) -> list[str] | None:
    """Make a row `width` cells wide if only blank ones are too many or too few; None if not."""
    found = len(cells)
    if found > width:
        return None if any(map(str.strip, cells[width:])) else cells[:width]
    return cells + [""] * (width - found) if found >= named else None


def drop_blank_columns(table: Table) -> None:
    """Leave out columns at the end without name and values: the lines end in a delimiter."""
    while len(table.names) > 1 and not table.names[-1]:
        if any(map(str.strip, table.columns[-1])):
            break
        if not table.header and not table.columns[-1]:
            break
        table.names.pop()
        table.columns.pop()


def name_columns(table: Table, line: int) -> None:
    """Name what has no name, and tell names apart that come twice.

    Parameters
    ----------
    table : Table
        Changed in place.
    line : int
        Where its names stand.
    """
    taken: set[str] = set()
    last: dict[str, int] = {}  # number of the latest copy of a name
    for place, name in enumerate(table.names):
        named = name or f"column {place + 1}"
        if not name:
            table.unnamed.add(named)
        if named in taken:
            original = named
            for number in itertools.count(last.get(original, 1) + 1):
                named, last[original] = f"{original} ({number})", number
                if named not in taken:
                    break
            what = f"the column {name!r:.40} stands there twice"
            remedy = "rename one, or leave one out"
            table.problems.append(
                Problem(line, named, what, 1, f"{remedy} (--leave-out)", helps=("leave out",))
            )
        taken.add(named)
        table.names[place] = named
