"""Printed schematics as PDF: text as text, its fonts inside as far as they are needed.

Drawn by ReportLab, for matplotlib takes milliseconds for every text, and a large network has
thousands. The same sheets are the same bytes: no time is written.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from reportlab.lib.colors import HexColor, white
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFInfo, PDFString
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from pnn_studio.domain.schematic import Role
from pnn_studio.domain.sheet import POINT_MM, Disc, Line, Sheet, Writing
from pnn_studio.storage.figure_ink import ink
from pnn_studio.storage.glyphs import Letters

Drawn = TypeVar("Drawn")

_AT_ONCE = 500  # lines or texts between two looks at whether to stop


def _on() -> None:
    """Nobody stops it."""


class _Undated(PDFInfo):  # type: ignore[misc]  # ReportLab says nothing of types
    """Says of a document what it is, and not when it was written."""

    def format(self, document: object) -> bytes:
        """Write the entries."""
        entries = {"Title": PDFString(self.title), "Creator": PDFString("pNN Studio")}
        return bytes(PDFDictionary(entries).format(document))


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
    buffer = io.BytesIO()
    # a font of its own to begin with, or a page names Helvetica, which is not inside
    first = _font(letters.glyph(" ").file)
    canvas = Canvas(buffer, invariant=1, pageCompression=1, initialFontName=first)
    canvas._doc.info = _Undated()  # there is no other way to it
    canvas.setTitle(letters.known(title))
    for sheet in sheets:
        canvas.setPageSize((sheet.width / POINT_MM, sheet.height / POINT_MM))
        canvas.transform(1 / POINT_MM, 0, 0, -1 / POINT_MM, 0, sheet.height / POINT_MM)
        _Page(canvas, sheet, letters, go_on).draw()
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


class _Page:
    """Draws a sheet in millimetres from its upper left corner."""

    def __init__(
        self, canvas: Canvas, sheet: Sheet, letters: Letters, go_on: Callable[[], None]
    ) -> None:
        self._canvas, self._sheet, self._letters, self._go_on = canvas, sheet, letters, go_on

    def draw(self) -> None:
        """Draw all, lines first: no text lies under one."""
        sheet = self._sheet
        self._lines(sheet.lines)
        self._lines(line for part in sheet.parts for line in part.lines)
        for disc in self._some(sheet.discs):
            self._disc(disc)
        for text in self._some(sheet.writings):
            self._text(text)

    def _some(self, drawn: Iterable[Drawn]) -> Iterator[Drawn]:
        """Pass it on, and look now and then whether to go on."""
        for number, each in enumerate(drawn):
            if number % _AT_ONCE == 0:
                self._go_on()
            yield each

    def _ink(self, role: Role) -> HexColor:
        return HexColor(ink(role, colour=self._sheet.colour))

    def _lines(self, lines: Iterable[Line]) -> None:
        """Draw lines that look alike one after the other: their pen is told once."""
        alike: dict[tuple[Role, float, bool], list[Line]] = {}
        for line in lines:
            alike.setdefault((line.role, line.width, line.dotted), []).append(line)
        for (role, width, dotted), some in alike.items():
            self._canvas.setStrokeColor(self._ink(role))
            self._canvas.setFillColor(self._ink(role))
            self._canvas.setLineWidth(width)
            self._canvas.setLineCap(1 if dotted else 0)
            self._canvas.setDash([0.01, 1.2] if dotted else [])
            for line in self._some(some):
                path = self._canvas.beginPath()
                first, *more = line.points
                path.moveTo(*first)
                for point in more:
                    path.lineTo(*point)
                if line.closed:
                    path.close()
                self._canvas.drawPath(path, stroke=1, fill=int(line.filled))

    def _disc(self, disc: Disc) -> None:
        colour = self._ink(disc.role)
        self._canvas.setFillColor(colour if disc.filled else white)
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(0.25)
        self._canvas.setDash([])
        self._canvas.circle(disc.x, disc.y, disc.radius, stroke=int(not disc.filled), fill=1)

    def _text(self, text: Writing) -> None:
        glyphs = [
            self._letters.glyph(each, bold=text.bold) for each in self._letters.known(text.text)
        ]
        size = text.size * POINT_MM
        x = self._letters.start(text)
        written = self._canvas.beginText()
        written.setFillColor(self._ink(text.role))
        written.setTextTransform(1, 0, 0, -1, x, text.y)  # upright again
        for file, run in groupby(glyphs, key=lambda glyph: glyph.file):
            written.setFont(_font(file), size)
            written.textOut("".join(each.letter for each in run))
        self._canvas.drawText(written)


def _font(file: str) -> str:
    """Return the name by which ReportLab knows a font of this computer."""
    if file not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(file, file))
    return file
