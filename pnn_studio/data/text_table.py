"""Cells out of a text file: delimiter, header, and the line of every row.

The csv module splits the lines; charset-normalizer finds the encoding. pandas 3.1 and polars 2.1
were tried in its place, on the files of the tests and on 100,000 rows of 50 numbers:

- Neither tells in which line a row stands. Both fill up rows that are too short without a word,
  as if their values were missing; of rows that are too long pandas tells the first only, polars
  cuts them off or gives no line. What is wrong could not be shown at its cell.
- pandas takes ``"5"x`` for ``5x``; polars has no escape character (ARFF) and cannot read a single
  quotation mark inside of a text (``5" pipe``) or lines that end in CR alone.
- As text, which labels, categories and messages need, pandas is no faster (0.82 s against 0.89 s,
  352 MB against 353 MB). Straight to numbers it would be (0.3 s), but which style they are written
  in is known only once all is read. polars is (0.14 s), and takes as long as that to be imported.
"""

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pnn_studio.data import arff
from pnn_studio.data.decoding import read_bytes, text_of
from pnn_studio.data.numerals import is_date, is_missing, is_number
from pnn_studio.domain.importing import DELIMITERS, ImportOptions, Problem
from pnn_studio.errors import DatasetError

# told the share of the work that is done
Follow = Callable[[float], None]

MAX_COLUMNS = 16_384  # as many as a spreadsheet can have
MAX_CELLS = 50_000_000
MOST_LINES = 20  # of a problem that are told
_SAMPLE_LINES = 200
_CHUNK = 200  # rows that stay in the processor's cache while they are sorted into columns
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)  # Excel's own first line


@dataclass(eq=False)
class Table:
    """A text file as cells.

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
        Categories that an ARFF file declares, by column.
    problems : list of Problem
        Rows that are no rows, and names that come twice.
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
    columns: list[list[str]]
    lines: list[int]
    unnamed: set[str] = field(default_factory=set)
    declared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    uneven: dict[int, list[str]] = field(default_factory=dict)
    uneven_rows: int = 0


@dataclass(frozen=True)
class _Dialect:
    """What the csv module is told."""

    delimiter: str
    quote: str = '"'
    escape: str | None = None

    def read(self, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        """Go through the rows that are not blank, each with the line where it ends."""
        reader = csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            strict=True,
        )
        for cells in reader:
            # most rows begin with something: the rest is looked at where one does not
            if cells and (cells[0].strip() or any(map(str.strip, cells))):
                yield reader.line_num, cells


def read_table(
    path: Path,
    options: ImportOptions,
    follow: Follow | None = None,
    known: Sequence[str] = (),
) -> Table:
    """Read a CSV, TSV or ARFF file.

    Parameters
    ----------
    path : Path
        The file; it is only read.
    options : ImportOptions
        Encoding, delimiter and header, as far as they are chosen.
    follow : callable, optional
        Told the share that is read.
    known : sequence of str
        Names of columns that are looked for: a first line with all of them is a header.

    Raises
    ------
    DatasetError
        Where there are no rows, or too many of them, or it is no text.
    """
    content = read_bytes(path)
    stream, source, encoding = text_of(content, options.encoding, path.name)

    def progress() -> None:
        if follow is not None:
            follow(source.tell() / max(len(content), 1))

    begin = stream.read(1 << 16)
    if "\0" in begin:
        raise DatasetError(
            f"{path.name} is not {encoding} text: it holds null characters. Choose the encoding "
            "that it was saved in (--encoding)."
        )
    stream.seek(0)
    try:
        if arff.is_arff(begin):
            return _read_arff(path.name, stream, encoding, progress)
        return _read_csv(path.name, stream, begin, encoding, options, known, progress)
    except csv.Error as error:
        raise DatasetError(f"{path.name}: {error}.") from error


def _read_csv(
    title: str,
    stream: io.TextIOWrapper,
    begin: str,
    encoding: str,
    options: ImportOptions,
    known: Sequence[str],
    progress: Callable[[], None],
) -> Table:
    told = _SEPARATOR_LINE.match(begin.partition("\n")[0])
    skipped = 0
    if told is not None:
        skipped = 1
        stream.readline()
        begin = begin.partition("\n")[2]
    delimiter = options.delimiter or (told[1] if told else _detect_delimiter(begin))
    rows = _numbered(title, _Dialect(delimiter), stream, skipped)
    sample = list(itertools.islice(rows, _SAMPLE_LINES))
    if not sample:
        raise DatasetError(
            f"{title} is empty: a header line and one line for each sample are needed."
        )
    first = [cell.strip() for cell in sample[0][1]]
    header = options.header
    if header is None:
        named = bool(known) and set(known) <= set(first)
        header = named or not _is_sample([cells for _, cells in sample])
    body = itertools.chain(sample[1:] if header else sample, rows)
    names = first if header else [""] * len(first)
    table = Table(title, encoding, delimiter, header, names, [], [])
    _collect(table, body, progress)
    _drop_blank_columns(table)
    _name_columns(table, sample[0][0])
    if not table.lines and not table.problems:
        raise DatasetError(
            f"{title} is empty: a header line and one line for each sample are needed."
        )
    return table


def _numbered(
    title: str, dialect: _Dialect, stream: Iterator[str], skipped: int
) -> Iterator[tuple[int, list[str]]]:
    line = skipped
    try:
        for number, cells in dialect.read(stream):
            line = skipped + number
            yield line, cells
    except csv.Error as error:
        raise DatasetError(f"{title}, line {line + 1}: {error}.") from error


def _read_arff(
    title: str, stream: io.TextIOWrapper, encoding: str, progress: Callable[[], None]
) -> Table:
    head = arff.read_head(stream, title)
    quote, escape = arff.quoting(head.sample)
    lines = arff.data_lines(itertools.chain(head.sample, stream))
    names = [each.name for each in head.attributes]
    declared = {each.name: each.categories for each in head.attributes if each.categories}
    table = Table(title, encoding, ",", True, names, [], [], declared=declared)
    rows = _numbered(title, _Dialect(",", quote, escape), lines, head.lines)
    _collect(table, rows, progress)
    if not table.lines and not table.problems:
        raise DatasetError(f"{title} is empty: no samples follow @data.")
    for column in table.columns:
        column[:] = ["" if cell.strip() == "?" else cell for cell in column]
    _name_columns(table, 1)
    return table


# --- delimiter and header --------------------------------------------------------------------


def _detect_delimiter(begin: str) -> str:
    """Choose the delimiter that gives rows of one width, of several columns, full of numbers."""
    # the last line of the sample may be cut off
    whole = begin.rpartition("\n")[0] if begin.count("\n") > _SAMPLE_LINES else begin
    best, best_score = ",", (False, 0.0, 0.0, 0)
    for delimiter in DELIMITERS:
        rows = []
        try:
            for _, cells in _Dialect(delimiter).read(io.StringIO(whole, newline="")):
                rows.append(cells)
                if len(rows) >= _SAMPLE_LINES:
                    break
        except csv.Error:
            pass  # what was read until there tells enough
        score = _delimiter_score(rows, delimiter)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _delimiter_score(
    rows: Sequence[Sequence[str]], delimiter: str
) -> tuple[bool, float, float, int]:
    width = len(rows[0]) if rows else 0
    if width < 2:  # noqa: PLR2004 - it does not occur in the first line
        return (False, 0.0, 0.0, 0)
    body = rows[1:] or rows
    fitting = sum(len(_stripped(row)) <= width and len(row) >= width - 1 for row in body)
    cells = [cell for row in body for cell in row]
    readable = sum(is_number(cell) for cell in cells) / max(len(cells), 1)
    # a space also stands inside of texts
    return (delimiter != " ", round(fitting / len(body), 1), round(readable, 2), width)


def _stripped(row: Sequence[str]) -> Sequence[str]:
    """Leave out what is blank at the end of a row."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def _is_sample(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is a sample like those below it rather than a header.

    Every text in it must come again below, in the same column: names of columns do not.
    """
    first, body = _stripped(rows[0]), rows[1:]
    numbers = 0
    for place, cell in enumerate(first):
        if is_missing(cell):
            continue
        below = [row[place].strip() for row in body if place < len(row)]
        if is_number(cell):
            if not any(map(is_number, below)):
                return False
            numbers += 1
        elif cell.strip() not in below and not (is_date(cell) and any(map(is_date, below))):
            return False
    return numbers > 0


# --- rows ------------------------------------------------------------------------------------


def _collect(
    table: Table, rows: Iterator[tuple[int, list[str]]], progress: Callable[[], None]
) -> None:
    """Sort the cells of all rows into columns; rows of another width become a problem."""
    width, named = len(table.names), len(_stripped(table.names)) or len(table.names)
    if width > MAX_COLUMNS:
        raise DatasetError(f"{table.title} has {width} columns; at most {MAX_COLUMNS} are read.")
    most = MAX_CELLS // width
    table.columns = [[] for _ in range(width)]
    while chunk := list(itertools.islice(rows, _CHUNK)):
        fitting = []
        for line, cells in chunk:
            fitted = cells if len(cells) == width else _fitted(cells, width, named)
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
        progress()
    if table.uneven:
        line, cells = next(iter(table.uneven.items()))
        who = "the header names" if table.header else "the first line has"
        table.problems.append(
            Problem(
                line,
                "",
                f"{len(cells)} values, but {who} {named} columns",
                table.uneven_rows,
                "complete the line, put cells that hold the delimiter in quotes, choose another "
                "delimiter (--delimiter), or drop such rows (--unreadable drop)",
                lines=tuple(table.uneven),
                helps=("drop unreadable", "detect"),
            )
        )


def _fitted(cells: list[str], width: int, named: int) -> list[str] | None:
    """Make a row `width` cells wide if only blank ones are too many or too few; None if not."""
    found = len(cells)
    if found > width:
        return None if any(map(str.strip, cells[width:])) else cells[:width]
    return cells + [""] * (width - found) if found >= named else None


def _drop_blank_columns(table: Table) -> None:
    """Leave out columns at the end without name and values: the lines end in a delimiter."""
    while len(table.names) > 1 and not table.names[-1]:
        if any(map(str.strip, table.columns[-1])):
            break
        if not table.header and not table.columns[-1]:
            break
        table.names.pop()
        table.columns.pop()


def _name_columns(table: Table, line: int) -> None:
    """Name what has no name, and tell names apart that come twice."""
    taken: set[str] = set()
    for place, name in enumerate(table.names):
        named = name or f"column {place + 1}"
        if not name:
            table.unnamed.add(named)
        if named in taken:
            copies = (f"{named} ({number})" for number in itertools.count(2))
            named = next(each for each in copies if each not in taken)
            what = f"the column {name!r:.40} stands there twice"
            remedy = "rename one, or leave one out"
            table.problems.append(
                Problem(line, named, what, 1, f"{remedy} (--leave-out)", helps=("leave out",))
            )
        taken.add(named)
        table.names[place] = named
