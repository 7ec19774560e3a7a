"""Schematics as a PDF to print: what the SVG shows, a page of A4 a layer, upright or lying.

Lines stay lines and text stays text, its font is in the file, and the same schematics are the same
bytes: no time is written.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.patches import Circle, FancyBboxPatch, Patch, PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from pnn_studio.domain.schematic import Schematic, Text
from pnn_studio.storage.svg import INKS, draw

_A4 = (210 / 25.4, 297 / 25.4)  # inch
_MARGIN = 12 / 25.4
_PER_INCH, _POINT = 96.0, 96 / 72  # px in an inch and in a point
_HEADING = 34.0  # px, for the title over the drawing
# Letters are no smaller on paper, as far as a slot has room for them.
_LEAST_PX, _LEAST_SCALE = 6.0 * _POINT, 0.4
_NAMES_GROWTH = 24.0  # scene units left of the drawing, for names that grow so
_FONT = "DejaVu Sans"  # comes with matplotlib
_STYLE: Any = {"font.family": [_FONT], "pdf.fonttype": 42, "text.usetex": False}
# of elements that are inside a group and do not say it themselves
_Look = Mapping[str, str]


def design_pdf(schematics: Sequence[Schematic]) -> bytes:
    """Write the schematics of a design as PDF, one a page, each as large as fits.

    Parameters
    ----------
    schematics : sequence of Schematic
        One a layer; at least one.
    """
    buffer = io.BytesIO()
    letters = _Letters.of(_letters(schematics))
    title = letters.known("; ".join(each.title for each in schematics))
    about = {"Title": title, "Creator": "pNN Studio", "CreationDate": None}
    with mpl.rc_context(), PdfPages(buffer, metadata=about) as pages:
        mpl.rcdefaults()  # what a person has set for plots of their own is not meant for this
        mpl.rcParams.update(_STYLE)
        for schematic in schematics:
            pages.savefig(_page(schematic, letters))
    return buffer.getvalue()


def _page(schematic: Schematic, letters: "_Letters") -> Figure:
    short, long = ((side - 2 * _MARGIN) * _PER_INCH for side in _A4)
    upright = min(short / schematic.width, long / schematic.height)
    lying = min(long / schematic.width, short / schematic.height)
    size, (width, height) = _A4, (short, long)
    if upright < lying:
        size, (width, height) = _A4[::-1], (long, short)
    growth = _NAMES_GROWTH / _LEAST_SCALE
    wide = width / (schematic.width + growth)
    scale = min(wide, (height - _HEADING) / schematic.height, 1.0)
    left = max((width - scale * schematic.width) / 2, scale * growth)
    figure = Figure(size)
    margin = _MARGIN * _PER_INCH
    paper = _Paper(figure, letters, 1.0, margin, margin)
    paper.write(0, 14, schematic.title, 13, INKS["plain"], bold=True)
    least = round(_LEAST_PX / max(scale, _LEAST_SCALE))
    texts = tuple(_legible(text, least) for text in schematic.texts)
    drawing = draw(replace(schematic, texts=texts))
    replace(paper, scale=scale, left=margin + left, top=margin + _HEADING).draw(drawing, {})
    return figure


def _legible(text: Text, least: int) -> Text:
    """Return a text in letters that are no smaller than that; what hangs grows down."""
    size = max(text.size, least)
    down = 0.75 * (size - text.size) if text.hangs else 0.0
    return replace(text, size=size, y=text.y + down)


@dataclass(frozen=True)
class _Paper:
    """A place on a page where elements of SVG are drawn; `left` and `top` in px of the page."""

    figure: Figure
    letters: "_Letters"
    scale: float
    left: float
    top: float

    def draw(self, element: ET.Element, look: _Look) -> None:
        """Draw an element with all that is in it."""
        look = {**look, **element.attrib}
        if element.tag == "g":
            paper = self._moved(look.pop("transform", ""))
            for inner in element:
                paper.draw(inner, look)
        elif element.tag == "text":
            self.write(
                float(look["x"]), float(look["y"]), element.text or "", float(look["font-size"]),
                look["fill"], anchor=look.get("text-anchor", "start"), bold="font-weight" in look,
            )  # fmt: skip
        elif element.tag != "title":
            self._outline(_patch(element.tag, look), look)

    def write(
        self, x: float, y: float, text: str, size: float, ink: str, *,
        anchor: str = "start", bold: bool = False,
    ) -> None:  # fmt: skip
        """Write a line of text, `size` scene units high."""
        text = self.letters.known(text)
        across = {"start": "left", "middle": "center", "end": "right"}[anchor]
        across_page, up = self._place().transform((x, y))
        self.figure.text(
            across_page, up, text,
            transform=self.figure.dpi_scale_trans, font=self.letters.font(text, bold=bold),
            fontsize=size * self.scale / _POINT, color=ink, ha=across, va="baseline",
            parse_math=False,
        )  # fmt: skip

    def _outline(self, patch: Patch, look: _Look) -> None:
        patch.set_transform(self._place() + self.figure.dpi_scale_trans)
        patch.set_facecolor(look.get("fill", "none"))
        patch.set_edgecolor(look.get("stroke", "none"))
        width = float(look.get("stroke-width", "1")) * self.scale / _POINT
        patch.set_linewidth(width)
        if "stroke-dasharray" in look:
            # in line widths, as SVG has them in px
            dashes = (float(each) / float(look["stroke-width"]) for each in
                      look["stroke-dasharray"].split())  # fmt: skip
            patch.set_linestyle((0, tuple(dashes)))
        if "stroke-linecap" in look:
            patch.set_capstyle("round")
        self.figure.add_artist(patch)

    def _moved(self, transform: str) -> "_Paper":
        x, y = map(float, transform.removeprefix("translate(").removesuffix(")").split() or (0, 0))
        return replace(self, left=self.left + x * self.scale, top=self.top + y * self.scale)

    def _place(self) -> Affine2D:
        """From scene units to inches of the page, which count from below."""
        per_inch = self.scale / _PER_INCH
        height = self.figure.get_figheight()
        moved = (self.left / _PER_INCH, height - self.top / _PER_INCH)
        return Affine2D().scale(per_inch, -per_inch).translate(*moved)


def _patch(tag: str, look: _Look) -> Patch:
    """Return the outline of an element, in scene units."""
    number = {name: float(look.get(name, "0")) for name in ("x", "y", "cx", "cy", "r", "rx")}
    if tag == "circle":
        return Circle((number["cx"], number["cy"]), number["r"])
    if tag == "rect":
        corner, width, height = (
            (number["x"], number["y"]),
            float(look["width"]),
            float(look["height"]),
        )
        if not number["rx"]:
            return Rectangle(corner, width, height)
        style = f"round,pad=0,rounding_size={number['rx']}"
        return FancyBboxPatch(corner, width, height, boxstyle=style)
    points = [tuple(map(float, each.split(","))) for each in look["points"].split()]
    if tag == "polygon":
        return PathPatch(Outline([*points, points[0]], closed=True))
    return PathPatch(Outline(points))


def _letters(schematics: Sequence[Schematic]) -> set[str]:
    """Return all that is written."""
    return {
        letter
        for each in schematics
        for text in (each.title, *(text.text for text in each.texts),
                     *(symbol.ref for symbol in each.symbols))
        for letter in text
    }  # fmt: skip


@dataclass(frozen=True)
class _Letters:
    """Which fonts letters are written in.

    Attributes
    ----------
    foreign : frozenset of str
        Letters that the first font lacks, which are those of other scripts.
    families : tuple of str
        Fonts that have them.
    lost : mapping from int to str
        What replaces letters that none has.
    """

    foreign: frozenset[str]
    families: tuple[str, ...]
    lost: Mapping[int, str]

    @staticmethod
    def of(letters: set[str]) -> "_Letters":
        """Look for fonts on this computer that have what the first one lacks."""
        visible = {each for each in letters if each.isprintable()}
        foreign = missing = _lacking(visible, fontManager.findfont(_FONT))
        families = []
        for entry in sorted(fontManager.ttflist, key=lambda each: (each.name, each.fname)):
            if not missing:
                break
            plain = (entry.style, entry.weight) == ("normal", 400)
            # only TrueType can be put into the file as it is; the other draws boxes
            if plain and entry.fname.endswith(".ttf") and not entry.name.startswith("Last Resort"):
                left = _lacking(missing, entry.fname)
                if left != missing:
                    families.append(entry.name)
                    missing = left
        lost = {ord(each): "\N{REPLACEMENT CHARACTER}" for each in missing | (letters - visible)}
        return _Letters(frozenset(foreign), (_FONT, *families), lost)

    def known(self, text: str) -> str:
        """Return a text with what can be written."""
        return text.translate(self.lost)

    def font(self, text: str, *, bold: bool) -> FontProperties:
        """Return the font of a text; other scripts are not written bold."""
        if self.foreign.isdisjoint(text):
            return FontProperties(family=[_FONT], weight="bold" if bold else "normal")
        return FontProperties(family=list(self.families))


def _lacking(letters: set[str], font: str) -> set[str]:
    """Return the letters that a font does not have."""
    opened = get_font(font)
    return {each for each in letters if not opened.get_char_index(ord(each))}
