"""Printed schematics as PNG, drawn by matplotlib.

The same sheets are the same bytes: no time is written.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from pnn_studio.domain.sheet import POINT_MM, Disc, Line, Sheet, Writing
from pnn_studio.errors import UsageError
from pnn_studio.storage.figure_ink import ink
from pnn_studio.storage.glyphs import Letters

_INCH = 25.4
_MOST_PIXELS, _MOST_SIDE = 150_000_000, 60_000
_AT_ONCE = 200  # texts between two looks at whether to stop, and lines in one path


def _on() -> None:
    """Nobody stops it."""


def sheet_png(sheet: Sheet, dpi: int, title: str, go_on: Callable[[], None] = _on) -> bytes:
    """Write a sheet as PNG.

    Parameters
    ----------
    sheet : Sheet
        What is drawn.
    dpi : int
        Resolution.
    title : str
        Of the document.
    go_on : callable
        Called a few times a second; raises where it is to stop.

    Raises
    ------
    UsageError
        Where it would be too large to be shown anywhere.
    """
    sides = [side / _INCH * dpi for side in (sheet.width, sheet.height)]
    if max(sides) > _MOST_SIDE or sides[0] * sides[1] > _MOST_PIXELS:
        fit = min(_MOST_SIDE / max(sides), (_MOST_PIXELS / (sides[0] * sides[1])) ** 0.5)
        raise UsageError(
            f"At {dpi} dpi the picture would have {sides[0]:.0f} x {sides[1]:.0f} pixels; "
            f"choose {max(1, int(dpi * fit))} dpi or less, pages, or a layer."
        )
    buffer, letters = io.BytesIO(), Letters.of(text.text for text in sheet.writings)
    about = {"Title": title, "Software": "pNN Studio"}
    with mpl.rc_context():
        mpl.rcdefaults()
        figure = _figure(sheet, letters, go_on)
        written = {key: each.encode("utf-8", "replace").decode() for key, each in about.items()}
        figure.savefig(
            buffer, format="png", dpi=dpi, metadata=written, pil_kwargs={"compress_level": 3}
        )
    return buffer.getvalue()


def _figure(sheet: Sheet, letters: Letters, go_on: Callable[[], None]) -> Figure:
    figure = Figure((sheet.width / _INCH, sheet.height / _INCH), facecolor="white")
    figure.add_artist(_Drawn(sheet, letters, go_on))
    return figure


class _Drawn(Artist):  # type: ignore[misc,unused-ignore]
    """Draws a sheet with a renderer itself: thousands of artists would take long."""

    def __init__(self, sheet: Sheet, letters: Letters, go_on: Callable[[], None]) -> None:
        super().__init__()
        self._sheet, self._letters, self._go_on = sheet, letters, go_on

    def draw(self, renderer: RendererBase) -> None:
        """Draw all, lines first: no text lies under one."""
        sheet, self._renderer = self._sheet, renderer
        self._per_mm = float(np.asarray(renderer.points_to_pixels(1.0))) / POINT_MM
        self._place = Affine2D().scale(1, -1).translate(0, sheet.height).scale(self._per_mm)
        self._lines(sheet.lines)
        self._lines(line for part in sheet.parts for line in part.lines)
        for disc in sheet.discs:
            self._disc(disc)
        for number, text in enumerate(sheet.writings):
            if number % _AT_ONCE == 0:
                self._go_on()
            self._text(text)

    def _lines(self, lines: Iterable[Line]) -> None:
        """Draw lines that look alike as one path: it costs a fraction."""
        alike: dict[tuple[object, ...], list[Line]] = {}
        for line in lines:
            look = (line.role, line.width, line.dotted, line.filled)
            alike.setdefault(look, []).append(line)
        for some in alike.values():
            for first in range(0, len(some), _AT_ONCE):
                self._go_on()
                self._path(some[first : first + _AT_ONCE])

    def _pen(self, colour: str, width: float) -> GraphicsContextBase:
        pen = self._renderer.new_gc()
        pen.set_foreground(colour)
        pen.set_linewidth(width / POINT_MM)
        pen.set_joinstyle("miter")
        pen.set_capstyle("butt")
        pen.set_snap(False)
        return pen

    def _path(self, lines: Sequence[Line]) -> None:
        line = lines[0]
        colour = ink(line.role, colour=self._sheet.colour)
        pen = self._pen(colour, line.width)
        if line.dotted:
            pen.set_capstyle("round")
            pen.set_dashes(0, [0.01 / POINT_MM, 1.2 / POINT_MM])
        points: list[tuple[float, float]] = []
        codes: list[Any] = []
        for each in lines:
            points += [*each.points, each.points[0]] if each.closed else each.points
            codes += [Outline.MOVETO, *[Outline.LINETO] * (len(points) - len(codes) - 1)]
            if each.closed:
                codes[-1] = Outline.CLOSEPOLY
        fill = to_rgba(colour) if line.filled else None
        self._renderer.draw_path(pen, Outline(points, codes), self._place, fill)

    def _disc(self, disc: Disc) -> None:
        colour = ink(disc.role, colour=self._sheet.colour)
        pen = self._pen(colour, 0.0 if disc.filled else 0.25)
        fill = to_rgba(colour if disc.filled else "white")
        circle = Outline.circle((disc.x, disc.y), disc.radius)
        self._renderer.draw_path(pen, circle, self._place, fill)

    def _text(self, text: Writing) -> None:
        said, letters = self._letters.known(text.text), self._letters
        scale, pen = text.size * POINT_MM, self._pen(ink(text.role, colour=self._sheet.colour), 0)
        x = letters.start(text)
        fill = to_rgba(ink(text.role, colour=self._sheet.colour))
        outlines, at = [], 0.0
        for letter in said:
            glyph = letters.glyph(letter, bold=text.bold)
            if len(glyph.points):
                outlines.append(glyph.outline(at))
            at += glyph.advance
        if outlines:
            place = Affine2D().scale(scale, -scale).translate(x, text.y) + self._place
            whole = Outline.make_compound_path(*outlines)
            self._renderer.draw_path(pen, whole, place, fill)
