"""Where a table begins, and what names its columns.

What people put above a table: nothing, one line of names, a title or a preamble of an instrument,
names behind a comment sign (NumPy), one name less than there are columns (R, whose rows have names
themselves) or one more, or three lines with names, types and roles (Orange).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pnn_studio.data.numerals import is_date, is_missing, is_number
from pnn_studio.data.table import Row, Table, drop_blank_columns, name_columns, stripped
from pnn_studio.domain.importing import Problem

_LEAST_AGREEING = 5  # rows that must have one width before a header is corrected by it
_TITLE = 1  # cells of a line that is a title rather than a row
_MOSTLY = 0.5
# https://orange3.readthedocs.io/projects/orange-visual-programming/en/latest/loading-your-data
_TYPES = {
    **dict.fromkeys(("continuous", "c", "numeric", "n"), "number"),
    **dict.fromkeys(("discrete", "d", "categorical"), "category"),
    **dict.fromkeys(("string", "s", "text", "time", "t"), "ignored"),
}
_LONG_TYPES = frozenset(("continuous", "discrete", "string"))
_ROLES = {
    **dict.fromkeys(("class", "c"), "class"),
    **dict.fromkeys(("meta", "m", "ignore", "i", "weight", "w"), "ignored"),
}


@dataclass(frozen=True)
class Head:
    """What stands above the samples.

    Attributes
    ----------
    names : list of str
        One a column; empty where nothing names it.
    header : bool
        Whether anything names the columns.
    body : int
        Number of rows above the first sample.
    line : int
        Where the names stand, or the first sample.
    skipped : int
        Lines above all this.
    row_names : bool
        Whether the first column holds the names of rows.
    categories : dict of int to tuple of str
        Columns that are declared as categories, which are told or not.
    label : int or None
        Column that is declared as the classes.
    ignored : tuple of int
        Columns that are declared as no inputs.
    notes : tuple of Problem
        What may be taken another way.
    """

    names: list[str]
    header: bool
    body: int
    line: int
    skipped: int = 0
    row_names: bool = False
    categories: dict[int, tuple[str, ...]] = field(default_factory=dict)
    label: int | None = None
    ignored: tuple[int, ...] = ()
    notes: tuple[Problem, ...] = ()


def find_head(
    sample: Sequence[Row],
    header: bool | None,
    *,
    known: Sequence[str] = (),
    commented: Row | None = None,
    skips: bool = True,
    padded: bool = False,
) -> Head:
    """Find where a table begins and what names its columns.

    Parameters
    ----------
    sample : sequence of (int, list of str)
        The first rows, at least one.
    header : bool or None
        Whether the first line names the columns; None to detect it.
    known : sequence of str
        Names of columns that are looked for: a line with all of them is a header.
    commented : (int, list of str), optional
        The last line before the first row, where it is a comment, as cells.
    skips : bool
        Whether there may be lines above the table.
    padded : bool
        Whether short rows are filled up with blank cells, as in spreadsheets.
    """
    rows = [stripped(cells) if padded else cells for _, cells in sample]
    start = first_row(rows, padded=padded) if skips else 0
    if known and header is not False:
        wanted = set(known)
        named = (place for place, row in enumerate(rows) if wanted <= {c.strip() for c in row})
        found = next(named, None)
        if found is not None:
            start, header = found, True
    line, first = sample[start]
    notes: list[Problem] = []
    skipped = sample[start - 1][0] if start else 0
    if start:
        what = f"{_lines(skipped)} above the table {'is' if skipped == 1 else 'are'} not read"
        remedy = "if that is wrong, choose how many lines come before it (--skip-lines)"
        notes.append(Problem(1, "", what, 1, remedy, blocking=False))
    orange = _orange(sample[start:]) if header is not False else None
    if orange is not None:
        return replace(
            orange, body=start + orange.body, skipped=skipped, notes=(*notes, *orange.notes)
        )
    is_a_sample, sure = sample_verdict(rows[start:])
    if header is not False and is_a_sample and commented is not None:
        names = [cell.strip() for cell in commented[1]]
        if len(names) == len(first) and not any(is_number(name) or not name for name in names):
            what = "the columns are named by this comment"
            remedy = "if it names none, say that there is no header (--no-header)"
            notes.append(
                Problem(commented[0], "", what, 1, remedy, blocking=False, helps=("no header",))
            )
            return Head(names, True, start, commented[0], skipped, notes=tuple(notes))
    if header is None:
        header = not is_a_sample
        if not sure:
            notes.append(_asked(line, header=header))
    if not header:
        return Head([""] * len(first), False, start, line, skipped, notes=tuple(notes))
    head = Head([c.strip() for c in first], True, start + 1, line, skipped, notes=tuple(notes))
    return head if padded else _corrected(head, rows[start:])


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _asked(line: int, *, header: bool) -> Problem:
    if header:
        what = "this line is taken for the names of the columns, though it has values of samples"
        remedy = "if it is a sample, say so (--no-header)"
        return Problem(line, "", what, 1, remedy, blocking=False, helps=("no header",))
    what = "this line is taken for a sample, because its texts come again below it"
    remedy = "if it names the columns, say so (--header)"
    return Problem(line, "", what, 1, remedy, blocking=False, helps=("header",))


def _corrected(head: Head, rows: Sequence[Sequence[str]]) -> Head:
    """Correct a header by the width of the rows where all of them agree."""
    names, body = list(stripped(head.names)), rows[1:]
    widths = {len(row) for row in body}
    if len(body) < _LEAST_AGREEING or len(widths) > 1:
        return head
    width, firsts = widths.pop(), [row[0].strip() for row in body]
    unique = len(set(firsts)) == len(firsts) and all(firsts)
    one_less = len(names) == width - 1 and any(row[-1].strip() for row in body)
    nameless = len(names) == width and not names[0] and not any(map(is_number, firsts))
    if unique and (one_less or nameless):
        what = "no name stands above the first column, which holds the names of the rows"
        remedy = "if it is an input, give it a name in the file"
        note = Problem(head.line, "", what, 1, remedy, blocking=False)
        names = ["", *names] if one_less else names
        return replace(head, names=names, row_names=True, notes=(*head.notes, note))
    if len(names) == width + 1:
        what = f"{len(names)} names, but every row has {width} values: the last name, "
        what += f"{names[-1]!r:.40}, is left away"
        remedy = "correct the header if another one belongs to no column"
        note = Problem(head.line, "", what, 1, remedy, blocking=False)
        return replace(head, names=names[:-1], notes=(*head.notes, note))
    return head


def make_table(title: str, head: Head) -> Table:
    """Begin a table with what stands above its samples."""
    table = Table(title, "", "", head.header, list(head.names))
    table.skipped = head.skipped
    table.problems.extend(head.notes)
    return table


def finish(table: Table, head: Head) -> None:
    """Name the columns of a table that is read, with what is known of each."""
    drop_blank_columns(table)
    name_columns(table, head.line)
    for place, categories in head.categories.items():
        table.declared[table.names[place]] = categories
    table.label = "" if head.label is None else table.names[head.label]
    table.ignored = {table.names[place] for place in head.ignored}
    if head.row_names:
        table.ignored.add(table.names[0])


# --- where the table begins --------------------------------------------------------------------


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells most rows of the second half have; what precedes a table has others."""
    widths = Counter(map(len, rows[len(rows) // 2 :]))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def first_row(rows: Sequence[Sequence[str]], *, padded: bool = False) -> int:
    """Return how many rows stand above the table.

    Rows of another width at the top do, where a header of the table's width follows them, or where
    each is one text alone. Rows of numbers never do: they rather are samples with a cell too many.
    """
    if len(set(map(len, rows))) == 1:  # a spreadsheet fills up what it saves as text
        rows, padded = list(map(stripped, rows)), True
    width = usual_width(rows)

    def fits(row: Sequence[str]) -> bool:
        return len(row) >= width if padded else width in (len(row), len(stripped(row)))

    start = next((place for place, row in enumerate(rows) if fits(row)), 0)
    above = rows[:start]
    cells = [cell for row in above for cell in row if cell.strip()]
    few = sum(map(fits, rows)) < _LEAST_AGREEING
    if not start or few or sum(map(is_number, cells)) > _MOSTLY * len(cells):
        return 0
    if not sample_verdict(rows[start:])[0]:
        return start
    last = above[-1]
    titles = all(len(stripped(row)) <= _TITLE for row in above)
    if abs(len(last) - width) == 1 and width > 2 and not any(map(is_number, last)):  # noqa: PLR2004
        return start - 1  # a header that is one name short or long
    return start if titles else 0


def sample_verdict(rows: Sequence[Sequence[str]]) -> tuple[bool, bool]:
    """Whether the first row is a sample like those below it rather than a header, and how surely.

    Texts that come again below in the same column speak for a sample, and others speak against it,
    unless no text comes again in that column. Names of columns do not come again.

    Returns
    -------
    sample : bool
        Whether it is one.
    sure : bool
        Whether everything speaks for that.
    """
    first, body = stripped(rows[0]), rows[1:]
    told = Counter(
        _evidence(cell.strip(), [row[place].strip() for row in body if place < len(row)])
        for place, cell in enumerate(first)
    )
    numbers, again, strange = told["number"], told["again"], told["strange"]
    # a sign for a missing number may stand among numbers, again and again
    names = told["name"] + (0 if numbers else told["sign"])
    if told["alien"] or names:
        return False, bool(told["alien"]) or not numbers
    if again or strange:
        is_a_sample = again > strange
        return is_a_sample, numbers > 0 and not strange if is_a_sample else not (again or numbers)
    return numbers > 0, True


def _evidence(cell: str, below: Sequence[str]) -> str:
    """Return what a cell of the first row is beside those below it."""
    known = [each for each in below if not is_missing(each)]
    if is_missing(cell) or not known:
        return ""
    numeric = sum(map(is_number, known))
    if is_number(cell):
        return "number" if numeric else "alien"
    if is_date(cell) and any(map(is_date, known)):
        return "number"
    if numeric > _MOSTLY * len(known):
        return "sign" if cell in known else "name"
    if cell in known:
        return "again"
    return "strange" if len(set(known)) < len(known) else ""


# --- Orange ------------------------------------------------------------------------------------


def _orange(sample: Sequence[Row]) -> Head | None:
    """Read Orange's three lines: names, types, and what each column is for."""
    if len(sample) < 2:  # noqa: PLR2004 - names and types
        return None
    (line, first), (_, second) = sample[:2]
    names = [cell.strip() for cell in first]
    types = [cell.strip() for cell in second]
    if len(types) != len(names) or not _LONG_TYPES & set(types) or not all(map(_type_of, types)):
        return None
    roles: list[str] = []
    # a line without any roles is blank, and blank lines are no rows
    if len(sample) > 2 and {c.strip() for c in sample[2][1]} <= {"", *_ROLES}:  # noqa: PLR2004
        roles = [cell.strip() for cell in sample[2][1]]
    purposes = [_ROLES.get(role, "") for role in roles] + [""] * (len(names) - len(roles))
    kinds = [_type_of(each) for each in types]
    what = "lines with types and roles follow the names, as Orange writes them"
    label = purposes.index("class") if "class" in purposes else None
    categories = {
        place: tuple(types[place].split()) if types[place] not in _TYPES else ()
        for place, kind in enumerate(kinds)
        if kind == "category" and place != label
    }
    ignored = tuple(
        place
        for place in range(len(names))
        if "ignored" in (kinds[place], purposes[place]) and place != label
    )
    note = Problem(line, "", what, blocking=False)
    body = 3 if roles else 2
    return Head(
        names, True, body, line, categories=categories, label=label, ignored=ignored, notes=(note,)
    )


def _type_of(text: str) -> str:
    """Return what a type of Orange means, empty if it is none; a list of values is one, too."""
    return _TYPES.get(text, "category" if len(text.split()) > 1 else "")
