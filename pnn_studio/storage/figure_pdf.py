"""Printed schematics as PDF: text as text, its fonts inside as far as they are needed.

Written as ISO 32000-1 has it, for matplotlib takes milliseconds for every text, and a large network
has thousands. The same sheets are the same bytes: no time is written.
"""

import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from fontTools import subset
from matplotlib.font_manager import get_font

from pnn_studio.domain.schematic import Role
from pnn_studio.domain.sheet import POINT_MM, Disc, Line, Sheet, Writing
from pnn_studio.storage.figure_ink import ink
from pnn_studio.storage.glyphs import Glyph, Letters

_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
_AT_ONCE = 500  # lines or texts between two looks at whether to stop
_ARC = 0.5523  # of a quarter of a circle: how far its handles reach
_CIRCLE = (  # of radius 1 from (1, 0) on: two handles and an end each
    ((1, _ARC), (_ARC, 1), (0, 1)),
    ((-_ARC, 1), (-1, _ARC), (-1, 0)),
    ((-1, -_ARC), (-_ARC, -1), (0, -1)),
    ((_ARC, -1), (1, -_ARC), (1, 0)),
)
_IN_BLOCK = 100  # entries that a table of letters may have in one go


def _on() -> None:
    """Nobody stops it."""


def sheets_pdf(sheets: Sequence[Sheet], title: str, go_on: Callable[[], None] = _on) -> bytes:
    """Write sheets as PDF, a page each that is as large as the sheet.

    Parameters
    ----------
    sheets : sequence of Sheet
        At least one.
    title : str
        Of the document.
    go_on : callable
        Called a few times a second; raises where it is to stop.
    """
    letters = Letters.of([*(text.text for sheet in sheets for text in sheet.writings), title])
    document, fonts = _Document(), _Fonts()
    root, pages = document.reserve(), document.reserve()
    drawn = [_Page(sheet, letters, fonts, go_on).content for sheet in sheets]
    used = " ".join(f"/{name} {number} 0 R" for name, number in fonts.written(document))
    kids = []
    for sheet, content in zip(sheets, drawn, strict=True):
        box = f"[ 0 0 {_number(sheet.width / POINT_MM)} {_number(sheet.height / POINT_MM)} ]"
        shown = document.stream("", content)
        kids.append(
            document.add(
                f"<< /Type /Page /Parent {pages} 0 R /MediaBox {box} /Contents {shown} 0 R "
                f"/Resources << /Font << {used} >> >> >>"
            )
        )
    listed = " ".join(f"{each} 0 R" for each in kids)
    document.fill(pages, f"<< /Type /Pages /Count {len(kids)} /Kids [ {listed} ] >>")
    document.fill(root, f"<< /Type /Catalog /Pages {pages} 0 R >>")
    said = _literal(letters.known(title))
    info = document.add(f"<< /Title {said} /Creator (pNN Studio) >>")
    return document.whole(root, info)


class _Document:
    """Objects, numbered from 1, and the table of where they stand."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def reserve(self) -> int:
        """Take a number for what is written later."""
        self._objects.append(b"")
        return len(self._objects)

    def fill(self, number: int, body: str) -> None:
        self._objects[number - 1] = body.encode("ascii")

    def add(self, body: str) -> int:
        number = self.reserve()
        self.fill(number, body)
        return number

    def stream(self, entries: str, content: bytes) -> int:
        packed = zlib.compress(content, 6)
        head = f"<< {entries} /Length {len(packed)} /Filter /FlateDecode >>\nstream\n"
        number = self.reserve()
        self._objects[number - 1] = head.encode("ascii") + packed + b"\nendstream"
        return number

    def whole(self, root: int, info: int) -> bytes:
        out, places = bytearray(b"%PDF-1.5\n%\xac\xdc \xab\xba\n"), []
        for number, body in enumerate(self._objects, start=1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        table, size = len(out), len(places) + 1
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\n" % (size, root, info)
        return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


class _Page:
    """Draws a sheet in millimetres from its upper left corner."""

    def __init__(
        self, sheet: Sheet, letters: Letters, fonts: "_Fonts", go_on: Callable[[], None]
    ) -> None:
        self._sheet, self._letters, self._fonts, self._go_on = sheet, letters, fonts, go_on

    @property
    def content(self) -> bytes:
        """Draw all, lines first: no text lies under one."""
        sheet, scale = self._sheet, 1 / POINT_MM
        out = [f"{scale:.6f} 0 0 {-scale:.6f} 0 {_number(sheet.height * scale)} cm"]
        out += self._some(self._lines(sheet.lines))
        out += self._some(self._lines([line for part in sheet.parts for line in part.lines]))
        out += self._some(map(self._disc, sheet.discs))
        out += self._some(map(self._text, sheet.writings))
        return "\n".join(out).encode("ascii")

    def _some(self, drawn: Iterable[str]) -> Iterator[str]:
        """Pass it on, and look now and then whether to go on."""
        for number, each in enumerate(drawn):
            if number % _AT_ONCE == 0:
                self._go_on()
            yield each

    def _ink(self, role: Role) -> str:
        """Return a colour as three numbers."""
        colour = ink(role, colour=self._sheet.colour)
        return " ".join(_number(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))

    def _lines(self, lines: Iterable[Line]) -> Iterator[str]:
        """Draw lines that look alike one after the other: their pen is told once."""
        alike: dict[tuple[Role, float, bool], list[Line]] = {}
        for line in lines:
            alike.setdefault((line.role, line.width, line.dotted), []).append(line)
        for (role, width, dotted), some in alike.items():
            colour = self._ink(role)
            dashes = "1 J [ 0.01 1.2 ] 0 d" if dotted else "0 J [ ] 0 d"
            yield f"{colour} RG {colour} rg {_number(width)} w {dashes}"
            for line in some:
                first, *more = (f"{_number(x)} {_number(y)}" for x, y in line.points)
                end = ("b" if line.filled else "s") if line.closed else "B" if line.filled else "S"
                yield " ".join([f"{first} m", *(f"{each} l" for each in more), end])

    def _disc(self, disc: Disc) -> str:
        x, y, r, colour = disc.x, disc.y, disc.radius, self._ink(disc.role)
        pen = f"{colour} rg" if disc.filled else f"{colour} RG 1 1 1 rg 0.25 w [ ] 0 d"
        arcs = [
            " ".join(f"{_number(x + a * r)} {_number(y + b * r)}" for a, b in arc) + " c"
            for arc in _CIRCLE
        ]
        end = "f" if disc.filled else "b"
        return f"{pen} {_number(x + r)} {_number(y)} m {' '.join(arcs)} {end}"

    def _text(self, text: Writing) -> str:
        glyphs = [
            self._letters.glyph(each, bold=text.bold) for each in self._letters.known(text.text)
        ]
        size = text.size * POINT_MM
        x = text.x - _ANCHORS[text.anchor] * size * sum(each.advance for each in glyphs)
        out = [f"{self._ink(text.role)} rg BT 1 0 0 -1 {_number(x)} {_number(text.y)} Tm"]
        for file, run in groupby(glyphs, key=lambda glyph: glyph.file):
            name, codes = self._fonts.shown(file, run)
            out.append(f"/{name} {_number(size)} Tf <{codes}> Tj")
        return " ".join([*out, "ET"])


@dataclass
class _Used:
    """What is shown of a font: its letters by their number in it."""

    name: str
    glyphs: dict[int, Glyph] = field(default_factory=dict)


class _Fonts:
    """The fonts of a document, each cut down to the letters that are shown."""

    def __init__(self) -> None:
        self._used: dict[str, _Used] = {}

    def shown(self, file: str, glyphs: Iterable[Glyph]) -> tuple[str, str]:
        """Return the name of a font and what shows these letters, as hexadecimal digits."""
        used = self._used.setdefault(file, _Used(f"F{len(self._used) + 1}"))
        codes = []
        for each in glyphs:
            used.glyphs[each.index] = each
            codes.append(f"{each.index:04X}")
        return used.name, "".join(codes)

    def written(self, document: _Document) -> Iterator[tuple[str, int]]:
        """Write the fonts; give the name and the number of each."""
        for file, used in self._used.items():
            yield used.name, _font(document, file, used.glyphs)


def _font(document: _Document, file: str, glyphs: Mapping[int, Glyph]) -> int:
    """Write a TrueType font whose codes are the numbers of its letters (9.7.4 and 9.8)."""
    numbers = sorted(glyphs)
    opened = get_font(file)
    tag = hashlib.sha256(repr(numbers).encode()).digest()[:6]
    plain = "".join(each for each in opened.postscript_name if each.isascii() and each.isalnum())
    name = f"{''.join(chr(ord('A') + each % 26) for each in tag)}+{plain or 'Font'}"
    content = _cut_down(file, numbers)
    cut = document.stream(f"/Length1 {len(content)}", content)
    em = 1000 / opened.units_per_EM
    box = " ".join(_number(each * em) for each in opened.bbox)
    up, down = _number(opened.ascender * em), _number(opened.descender * em)
    about = document.add(
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [ {box} ] /ItalicAngle 0 "
        f"/Ascent {up} /Descent {down} /CapHeight {up} /StemV 80 /FontFile2 {cut} 0 R >>"
    )
    widths = " ".join(f"{each} [ {_number(glyphs[each].advance * 1000)} ]" for each in numbers)
    below = document.add(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry "
        f"(Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {about} 0 R "
        f"/W [ {widths} ] /CIDToGIDMap /Identity >>"
    )
    letters = document.stream("", _meanings(glyphs))
    return document.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
        f"/DescendantFonts [ {below} 0 R ] /ToUnicode {letters} 0 R >>"
    )


def _cut_down(file: str, numbers: Sequence[int]) -> bytes:
    """Return a font with these letters alone, which keep their numbers."""
    options = subset.Options(
        retain_gids=True, hinting=False, layout_features=[], name_IDs=[], notdef_outline=True
    )
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "kern", "name", "OS/2", "post"]
    buffer, cutter = io.BytesIO(), subset.Subsetter(options)
    cutter.populate(gids=numbers)
    with subset.load_font(file, options) as font:
        cutter.subset(font)
        font.save(buffer, reorderTables=False)
    return buffer.getvalue()


def _meanings(glyphs: Mapping[int, Glyph]) -> bytes:
    """Write which letter each number is, so that text can be searched and copied (9.10.3)."""
    pairs = [
        f"<{number:04X}> <{glyphs[number].letter.encode('utf-16-be').hex().upper()}>"
        for number in sorted(glyphs)
    ]
    blocks = []
    for first in range(0, len(pairs), _IN_BLOCK):
        some = pairs[first : first + _IN_BLOCK]
        blocks += [f"{len(some)} beginbfchar", *some, "endbfchar"]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *blocks,
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode("ascii")


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _literal(text: str) -> str:
    """Write a text of the document's dictionary (7.9.2)."""
    if text.isascii() and text.isprintable():
        return "(" + re.sub(r"([\\()])", r"\\\1", text) + ")"
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
