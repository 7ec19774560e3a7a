"""Cells out of a text file: delimiter, comments, header, and the line of every row.

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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pnn_studio.data import arff, workbook
from pnn_studio.data.decoding import read_bytes, text_of
from pnn_studio.data.numerals import is_number, unit_of
from pnn_studio.data.table import (
    MOST_LINES,
    Row,
    Table,
    bounded,
    check_width,
    collect,
    empty,
    stripped,
)
from pnn_studio.data.table_head import find_head, finish, first_row, make_table, usual_width
from pnn_studio.domain.importing import COMMENTS, DELIMITERS, NO_COMMENT, ImportOptions, Problem
from pnn_studio.domain.units import count_of
from pnn_studio.errors import DatasetError

# told the share of the work that is done
Follow = Callable[[float], None]

_SAMPLE_LINES = 200
_BEGIN = 1 << 16  # characters that are looked at before anything is read
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)  # Excel's own first line
_BLANK = " "  # as a delimiter: any number of blanks and tabs
_DETECTED_COMMENTS = ("#", "%")
_UNEVEN = (
    "complete the line",
    "put cells that hold the delimiter in quotes",
    "choose another delimiter (--delimiter)",
)


@dataclass(frozen=True)
class _Dialect:
    """How lines become cells."""

    delimiter: str
    comment: str = ""

    def read(self, lines: Iterable[str]) -> Iterator[Row]:
        """Go through the rows that are not blank, each with the line where it ends."""
        if self.comment:
            lines = self._without_comments(lines)
        if self.delimiter == _BLANK:
            lines = (f"{line.rstrip()}\n".replace("\t", _BLANK) for line in lines)
        reader = csv.reader(
            lines, delimiter=self.delimiter, skipinitialspace=self.delimiter == _BLANK, strict=True
        )
        for cells in reader:
            # most rows begin with something: the rest is looked at where one does not
            if cells and (cells[0].strip() or any(map(str.strip, cells))):
                yield reader.line_num, cells

    def _without_comments(self, lines: Iterable[str]) -> Iterator[str]:
        """Make comments blank lines, so that line numbers stay."""
        for line in lines:
            yield "\n" if line.lstrip().startswith(self.comment) else line


@dataclass
class _Begin:
    """The first lines of a file, and what is known of it before it is read.

    `lines` are those after the ones that are skipped, `skipped` of them.
    """

    lines: list[str]
    skipped: int
    separator: str
    comment: str = ""

    @property
    def comments(self) -> list[int]:
        """Line numbers of comments."""
        return [
            number
            for number, line in enumerate(self.lines, start=self.skipped + 1)
            if self.comment and line.lstrip().startswith(self.comment)
        ]

    def commented(self, dialect: _Dialect, line: int) -> Row | None:
        """Return what stands in the last line before `line` as cells, where it is a comment."""
        before = line - 1 - self.skipped - 1
        if not self.comment or not 0 <= before < len(self.lines):
            return None
        text = self.lines[before].strip()
        if not text.startswith(self.comment):
            return None
        bare = _Dialect(dialect.delimiter)
        cells = next(bare.read([text.removeprefix(self.comment).strip()]), None)
        return None if cells is None else (line - 1, cells[1])


def read_table(
    path: Path,
    options: ImportOptions,
    follow: Follow | None = None,
    known: Sequence[str] = (),
) -> Table:
    """Read a table of any format: delimited text, ARFF, XLSX or ODS.

    Parameters
    ----------
    path : Path
        The file; it is only read.
    options : ImportOptions
        Encoding, delimiter, header and so on, as far as they are chosen.
    follow : callable, optional
        Told the share that is read.
    known : sequence of str
        Names of columns that are looked for: a line with all of them is a header.

    Raises
    ------
    DatasetError
        Where there are no rows, or too many of them, or it is no table.
    """
    content = read_bytes(path)
    if workbook.is_workbook(content):
        return workbook.read_workbook(path.name, content, options, known)
    stream, source, encoding = text_of(content, options.encoding, path.name)

    def progress() -> None:
        if follow is not None:
            follow(source.tell() / max(len(content), 1))

    begin = stream.read(_BEGIN)
    if "\0" in begin:
        raise DatasetError(
            f"{path.name} is not {encoding} text: it holds null characters. Choose the encoding "
            "that it was saved in (--encoding)."
        )
    stream.seek(0)
    try:
        if arff.is_arff(begin):
            return arff.read_arff(path.name, stream, encoding, progress)
        return _read_text(path.name, stream, begin, encoding, options, known, progress)
    except csv.Error as error:
        raise DatasetError(f"{path.name}: {error}.") from error


def _read_text(
    title: str,
    stream: io.TextIOWrapper,
    text: str,
    encoding: str,
    options: ImportOptions,
    known: Sequence[str],
    progress: Callable[[], None],
) -> Table:
    begin = _look_at(text, options)
    for _ in itertools.islice(stream, begin.skipped):
        pass
    delimiter = options.delimiter or begin.separator or _detect_delimiter(begin)
    dialect = _Dialect(delimiter, begin.comment)
    rows = _numbered(title, dialect, stream, begin.skipped)
    sample = list(itertools.islice(rows, _SAMPLE_LINES))
    if not sample:
        raise empty(title)
    head = find_head(
        sample,
        options.header,
        known=known,
        commented=begin.commented(dialect, sample[0][0]),
        skips=options.skip_lines is None,
    )
    table = make_table(title, head)
    table.encoding, table.delimiter, table.comment = encoding, delimiter, begin.comment
    table.skipped = max(head.skipped, begin.skipped)
    table.uneven_remedies = _UNEVEN
    if begin.comments and not options.comment:
        table.problems.append(_told_comments(begin))
    collect(table, itertools.chain(sample[head.body :], rows), progress)
    finish(table, head)
    if not table.lines and not table.uneven:
        raise empty(title)
    return table


def _numbered(title: str, dialect: _Dialect, lines: Iterable[str], skipped: int) -> Iterator[Row]:
    line = skipped
    try:
        for number, cells in dialect.read(bounded(lines, title, skipped)):
            line = skipped + number
            check_width(title, len(cells))
            yield line, cells
    except csv.Error as error:
        raise DatasetError(f"{title}, line {line + 1}: {error}.") from error


# --- what a file begins with -------------------------------------------------------------------


def _look_at(text: str, options: ImportOptions) -> _Begin:
    lines = list(io.StringIO(text, newline=""))
    if len(text) == _BEGIN and len(lines) > 1:
        lines.pop()  # it is cut off
    told = _SEPARATOR_LINE.match(lines[0]) if lines else None
    skipped = options.skip_lines if options.skip_lines is not None else int(told is not None)
    begin = _Begin(lines[skipped:], skipped, told[1] if told else "")
    if options.comment:
        begin.comment = "" if options.comment == NO_COMMENT else options.comment
    else:
        begin.comment = _detect_comment(begin.lines)
    return begin


def _detect_comment(lines: Sequence[str]) -> str:
    """Return how comments begin: few lines begin with a sign, and others do not."""
    firsts = [line.lstrip()[:1] for line in lines if line.strip()]
    assert set(_DETECTED_COMMENTS) <= set(COMMENTS)
    found = {sign: firsts.count(sign) for sign in _DETECTED_COMMENTS}
    sign = max(found, key=found.__getitem__)
    # more of them above the table are a preamble, and more of them in it are cells
    below = firsts[next((n for n, each in enumerate(firsts) if each != sign), len(firsts)) :]
    return sign if found[sign] and below and below.count(sign) * 2 < len(below) else ""


def _told_comments(begin: _Begin) -> Problem:
    lines = begin.comments
    what = f"{count_of(len(lines), 'line')} that begin with {begin.comment} are comments"
    if len(lines) == 1:
        what = f"this line begins with {begin.comment} and is a comment"
    remedy = "if it holds samples, say that there are no comments (--comment none)"
    shown = ", ".join(map(str, lines[1:MOST_LINES]))
    more = f" (lines {lines[0]}, {shown}{' …' if len(lines) > MOST_LINES else ''})" if shown else ""
    return Problem(lines[0], "", f"{what}{more}", 1, remedy, blocking=False, helps=("no comments",))


# --- delimiter ---------------------------------------------------------------------------------

_Score = tuple[float, bool, float, int]


def _detect_delimiter(begin: _Begin) -> str:
    """Choose the delimiter that gives rows of one width, of several columns, full of numbers."""
    best, best_score = ",", (0.0, False, 0.0, 0)
    for delimiter in DELIMITERS:
        score = _delimiter_score(_tried(begin, delimiter), exact=delimiter == _BLANK)
        # a blank also stands inside of texts: it has to be better, and to fit everywhere
        if delimiter == _BLANK and best_score[0]:
            better = best_score[0] < 1 or score[2] > best_score[2]
            if score[0] == 1 and score[1] >= best_score[1] and better:
                best = delimiter
        elif score > best_score:
            best, best_score = delimiter, score
    return best


def _tried(begin: _Begin, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for _, cells in _Dialect(delimiter, begin.comment).read(begin.lines):
            rows.append(cells)
            if len(rows) >= _SAMPLE_LINES:
                break
    except csv.Error:
        pass  # what was read until there tells enough
    return rows


def _delimiter_score(rows: Sequence[Sequence[str]], *, exact: bool) -> _Score:
    """Return the share of rows that fit, whether none stands above, and the share of numbers."""
    start = first_row(rows) if rows else 0
    width = len(rows[start]) if rows else 0
    if start or abs(width - usual_width(rows)) == 1:
        width = usual_width(rows)  # the header may be one name short or long
    if width < 2 or len(rows[start]) < 2:  # noqa: PLR2004 - it does not occur in the first line
        return (0.0, False, 0.0, 0)
    body = rows[start + 1 :] or rows
    fitting = sum(len(stripped(row)) <= width and len(row) >= width - 1 for row in body)
    share = round(fitting / len(body), 1)
    if exact and any(len(row) != width for row in body):
        share = min(share, 0.9)
    cells = [cell for row in body for cell in row]
    readable = sum(is_number(cell) or bool(unit_of(cell)) for cell in cells) / max(len(cells), 1)
    return (share, not start, round(readable, 2), width)
