"""Sheets of XLSX and ODS files as tables.

python-calamine reads them. It trusts a file: a cell named XFD1048576 makes it take memory for the
whole sheet before it, and the process ends. So the members that it needs are unpacked here first,
within bounds, each sheet is measured with expat, and calamine gets nothing but what was measured.
"""

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from pnn_studio.data.table import MAX_COLUMNS, Row, Table, collect, empty
from pnn_studio.data.table_head import find_head, finish, make_table
from pnn_studio.domain.importing import ImportOptions
from pnn_studio.errors import DatasetError

MAX_UNPACKED = 128 << 20
MAX_MEMBERS = 4096
MAX_SHEET_CELLS = 5_000_000  # between the first and the last that holds something
MAX_TEXT = 128 << 20  # characters of all cells of a sheet
_ZIP = b"PK\x03\x04"
_CHUNK = 1 << 16
_SAMPLE = 200
_SAVE = "save it as CSV text in UTF-8"
_MARKED = 10**15  # whole numbers below that are written without a fraction
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_NEEDED = re.compile(r"mimetype|.*\.(?:xml|rels)", re.DOTALL)
_MOST_ROWS = 1 << 20


def is_workbook(content: bytes) -> bool:
    """Whether the bytes of a file begin as those of a spreadsheet do."""
    return content.startswith(_ZIP)


def read_workbook(
    title: str, content: bytes, options: ImportOptions, known: Sequence[str] = ()
) -> Table:
    """Read one sheet.

    Parameters
    ----------
    title : str
        Name of the file.
    content : bytes
        The file.
    options : ImportOptions
        Says which sheet, and how many rows stand above the table.
    known : sequence of str
        Names of columns that are looked for.

    Raises
    ------
    DatasetError
        Where it is no spreadsheet, too large, or has no such sheet.
    """
    rows, sheet, sheets = _rows(title, _measured(title, content), options.sheet)
    skipped = options.skip_lines or 0
    rows = [(line, cells) for line, cells in rows if line > skipped and any(map(str.strip, cells))]
    if not rows:
        raise empty(f"{title}, sheet {sheet!r:.40},")
    head = find_head(
        rows[:_SAMPLE],
        options.header,
        known=known,
        skips=options.skip_lines is None,
        padded=True,
    )
    head.names.extend([""] * (len(rows[0][1]) - len(head.names)))
    table = make_table(title, head)
    table.encoding = "utf-8"
    table.skipped = max(table.skipped, skipped)
    table.sheet, table.sheets = sheet, sheets
    collect(table, iter(rows[head.body :]), lambda: None)
    finish(table, head)
    table.delimiter = "\t"  # as it is copied to a text
    if not table.lines:
        raise empty(f"{title}, sheet {sheet!r:.40},")
    return table


def _rows(title: str, content: bytes, wanted: str) -> tuple[list[Row], str, tuple[str, ...]]:
    """Return the rows of a sheet with their numbers, its name, and those of all sheets."""
    # nothing but a spreadsheet needs it
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = tuple(book.sheet_names)
        name = _chosen(title, sheets, wanted)
        sheet = book.get_sheet_by_name(name)
        first = sheet.start[0] + 1 if sheet.start else 1
        rows = [(n, list(map(_text, row))) for n, row in enumerate(sheet.iter_rows(), start=first)]
    except (calamine.CalamineError, ValueError, OverflowError) as error:
        raise _damaged(title, str(error)) from error
    except BaseException as error:
        # a panic of the Rust code is no Exception, and its class cannot be imported
        if type(error).__name__ == "PanicException":
            raise _damaged(title, str(error)) from error
        raise
    return rows, name, sheets


def _damaged(title: str, reason: str) -> DatasetError:
    return DatasetError(f"{title} is a damaged spreadsheet, {reason:.80}; {_SAVE}.")


def _chosen(title: str, sheets: tuple[str, ...], wanted: str) -> str:
    if not sheets:
        raise DatasetError(f"{title} has no sheet; {_SAVE}.")
    if not wanted:
        return sheets[0]
    if wanted in sheets:
        return wanted
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else 0  # noqa: PLR2004
    if 0 < number <= len(sheets):
        return sheets[number - 1]
    names = ", ".join(sheets)
    raise DatasetError(
        f"{title} has no sheet {wanted!r:.40}; its sheets are {names:.200}. Choose one by its name "
        "or number (--sheet)."
    )


def _text(value: Any) -> str:
    """Write a cell as a spreadsheet would save it as text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _MARKED else repr(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


# --- what is unpacked --------------------------------------------------------------------------


def _measured(title: str, content: bytes) -> bytes:
    """Return a ZIP file with the members that are needed, once it is known how large they are."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _unpacked(title, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise DatasetError(
            f"{title} is a ZIP file that cannot be unpacked, {error!s:.60}; {_SAVE}."
        ) from error
    except (RuntimeError, ValueError, OverflowError) as error:  # a password, odd entries
        raise DatasetError(f"{title} cannot be unpacked, {error!s:.80}; {_SAVE}.") from error
    if "xl/workbook.xml" in members:
        _measure_xlsx(title, members)
    elif b"opendocument.spreadsheet" in members.get("mimetype", b"") and "content.xml" in members:
        _Ods(title).measure(members["content.xml"])
    else:
        raise DatasetError(
            f"{title} is a ZIP file and no spreadsheet that can be read (XLSX, ODS); {_SAVE}."
        )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return stream.getvalue()


def _unpacked(title: str, archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MAX_MEMBERS:
        raise DatasetError(
            f"{title} has {len(entries)} members; at most {MAX_MEMBERS} are read; {_SAVE}."
        )
    members: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for entry in entries:
        if not _NEEDED.fullmatch(entry.filename) or entry.filename in members:
            continue
        parts = []
        with archive.open(entry) as member:
            # what an entry says of its size is not believed
            while part := member.read(_CHUNK):
                parts.append(part)
                left -= len(part)
                if left < 0:
                    raise DatasetError(
                        f"{title} is larger than {MAX_UNPACKED >> 20} MiB once it is unpacked; "
                        "thin it out first, or {_SAVE}."
                    )
        members[entry.filename] = b"".join(parts)
    return members


# --- how large sheets are ----------------------------------------------------------------------


def _parse(title: str, content: bytes, parser: expat.XMLParserType) -> None:
    def refuse(*_: object) -> None:
        raise _damaged(title, "its XML declares entities")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _damaged(title, str(error)) from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]


@dataclass
class _Extent:
    """The cells of a sheet that hold something: from which to which, and their characters."""

    title: str
    rows: int = 0
    columns: int = 0
    text: int = 0

    def take(self, row: int, column: int, text: int = 0) -> None:
        """Count one more cell, or several up to this one."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        self.text += text
        if self.columns > MAX_COLUMNS or self.rows > _MOST_ROWS:
            raise _damaged(self.title, "a cell lies outside of every sheet")
        if self.rows * self.columns > MAX_SHEET_CELLS or self.text > MAX_TEXT:
            raise DatasetError(
                f"{self.title}: a sheet spans {self.rows} rows and {self.columns} columns, or its "
                f"texts are too long; at most {MAX_SHEET_CELLS} cells and {MAX_TEXT >> 20} million "
                "characters are read. Delete what stands far away, thin it out, or save it as CSV "
                "text in UTF-8."
            )


def _measure_xlsx(title: str, members: dict[str, bytes]) -> None:
    lengths: list[int] = []
    for name, content in members.items():
        if name.lower() == "xl/sharedstrings.xml":
            lengths = _shared_lengths(title, content)
    for name, content in members.items():
        if name.lower() != "xl/sharedstrings.xml":
            # a sheet may have any name: all that is XML is looked at
            _Xlsx(title, lengths).measure(content)


def _shared_lengths(title: str, content: bytes) -> list[int]:
    lengths: list[int] = []

    def start(name: str, _: dict[str, str]) -> None:
        if _local(name) == "si":
            lengths.append(0)

    def characters(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler = start, characters
    _parse(title, content, parser)
    return lengths


@dataclass
class _Xlsx:
    """Measures a sheet of an XLSX file: ``c`` in ``row``, at places that it names or one by one."""

    title: str
    lengths: list[int]
    row: int = 0
    column: int = 0
    shared: bool = False
    in_cell: bool = False
    inside: bool = False
    value: list[str] = field(default_factory=list)

    def measure(self, content: bytes) -> None:
        """Refuse a sheet that is too large."""
        self.extent = _Extent(self.title)
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        _parse(self.title, content, parser)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "c":
            self._begin_cell(attributes)
        elif local in ("v", "t"):
            self.inside = self.in_cell
        elif local == "row":
            told = attributes.get("r", "")
            if told and not (told.isascii() and told.isdecimal() and len(told) < 8):  # noqa: PLR2004
                raise _damaged(self.title, "a row has no number")
            self.row, self.column = int(told) if told else self.row + 1, 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self.column += 1
        else:
            found = _PLACE.fullmatch(place)
            if found is None:
                raise _damaged(self.title, f"{place!r:.20} is no cell")
            self.column = 0
            for letter in found[1]:
                self.column = self.column * 26 + ord(letter) - 64
            self.row = int(found[2])
        self.shared, self.in_cell = attributes.get("t") == "s", True
        self.value = []

    def _characters(self, text: str) -> None:
        if self.inside:
            self.value.append(text)

    def _end(self, name: str) -> None:
        if _local(name) != "c":
            self.inside = self.inside and _local(name) not in ("v", "t")
            return
        self.inside = self.in_cell = False
        if not self.value:  # it has a colour or so, and nothing else
            return
        text = "".join(self.value).strip()
        length = len(text)
        if self.shared:
            known = text.isascii() and text.isdecimal() and len(text) < 9  # noqa: PLR2004
            if not known or int(text) >= len(self.lengths):
                raise _damaged(self.title, f"there is no text {text!r:.20}")
            length = self.lengths[int(text)]
        self.extent.take(self.row, self.column, length)


@dataclass
class _Ods:
    """Measures the sheets of an ODS file, where rows and cells say how often they come again."""

    title: str
    times: int = 1
    row: int = 0
    column: int = 0
    cell_times: int = 1
    filled: bool = False
    cells: int = 0
    row_text: int = 0
    cell_text: int = 0

    def measure(self, content: bytes) -> None:
        """Refuse a file with a sheet that is too large."""
        self.extent = _Extent(self.title)
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        _parse(self.title, content, parser)

    def _repeated(self, attributes: dict[str, str], what: str) -> int:
        told = attributes.get(f"table:number-{what}-repeated", "1").strip()
        if not (told.isascii() and told.isdecimal() and len(told) < 9):  # noqa: PLR2004
            raise _damaged(self.title, f"{told!r:.20} is no number of {what}")
        return int(told)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self.extent, self.row = _Extent(self.title), 0
        elif name == "table:table-row":
            self.times = self._repeated(attributes, "rows")
            self.column = self.cells = self.row_text = 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.cell_times = self._repeated(attributes, "columns")
            self.filled = any(each.startswith("office:") for each in attributes)
            self.cell_text = sum(map(len, attributes.values())) if self.filled else 0

    def _characters(self, text: str) -> None:
        self.filled = True
        self.cell_text += len(text)

    def _end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell"):
            self.column += self.cell_times
            if self.filled:
                self.cells = self.column
                self.row_text += self.cell_text * self.cell_times
                self.extent.take(self.row + 1, self.cells)
            self.filled, self.cell_text = False, 0
        elif name == "table:table-row":
            self.row += self.times
            if self.cells:
                self.extent.take(self.row, self.cells, self.row_text * self.times)
