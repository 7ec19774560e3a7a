"""A printed schematic as a stand-alone SVG, in millimetres, its letters as outlines."""

from io import StringIO
from xml.sax.saxutils import escape, quoteattr

from matplotlib.path import Path as Outline

from pnn_studio.domain.sheet import POINT_MM, DrawnPart, Line, Sheet, Writing
from pnn_studio.errors import one_line
from pnn_studio.storage.figure_ink import ink
from pnn_studio.storage.glyphs import Glyph, Letters

_DOTTED = ' stroke-dasharray="0.01 1.2" stroke-linecap="round"'


def sheet_svg(sheet: Sheet, title: str) -> str:
    """Write a sheet as an SVG document.

    Parameters
    ----------
    sheet : Sheet
        What is drawn.
    title : str
        Of the document.

    Returns
    -------
    str
        Stand-alone SVG 1.1 that needs no font. Components are groups with the reference as their
        ``id`` and a ``title`` that a viewer shows under the pointer; texts are groups whose
        ``aria-label`` is what they say.
    """
    letters = Letters.of(each.text for each in sheet.writings)
    body = _Body(sheet, letters)
    for line in sheet.lines:
        body.line(line)
    for part in sheet.parts:
        body.part(part)
    for disc in sheet.discs:
        colour = ink(disc.role, colour=sheet.colour)
        look = f'fill="{colour}"' if disc.filled else f'fill="#FFFFFF" stroke="{colour}"'
        place = f'cx="{_number(disc.x)}" cy="{_number(disc.y)}" r="{_number(disc.radius)}"'
        body.out.write(f"<circle {place} {look}/>\n")
    for text in sheet.texts:
        body.text(text)
    side = f'width="{_number(sheet.width)}" height="{_number(sheet.height)}"'
    size = f'width="{_number(sheet.width)}mm" height="{_number(sheet.height)}mm"'
    box = f'viewBox="0 0 {_number(sheet.width)} {_number(sheet.height)}"'
    glyphs = "".join(
        f'<path id="{each.name}" d="{_outline(each.outline())}"/>\n' for each in body.used.values()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'version="1.1" {size} {box}>\n<title>{_legal(title)}</title>\n'
        f"<defs>\n{glyphs}</defs>\n"
        f'<rect {side} fill="#FFFFFF"/>\n'
        f'<g fill="none" stroke-width="0.25" stroke-linejoin="miter">\n{body.out.getvalue()}</g>\n'
        "</svg>\n"
    )


class _Body:
    """Writes what is drawn, and keeps which glyphs that takes."""

    def __init__(self, sheet: Sheet, letters: Letters) -> None:
        self.sheet, self.letters = sheet, letters
        self.out = StringIO()
        self.used: dict[str, Glyph] = {}

    def line(self, line: Line) -> None:
        colour = ink(line.role, colour=self.sheet.colour)
        points = " ".join(f"{_number(x)},{_number(y)}" for x, y in line.points)
        look = f'stroke="{colour}"'
        if line.width != 0.25:  # noqa: PLR2004 - that of the group around
            look += f' stroke-width="{_number(line.width)}"'
        if line.filled:
            look += f' fill="{colour}"'
        tag = "polygon" if line.closed else "polyline"
        self.out.write(f'<{tag} points="{points}" {look}{_DOTTED if line.dotted else ""}/>\n')

    def part(self, part: DrawnPart) -> None:
        self.out.write(
            f"<g id={quoteattr(one_line(part.ref))}><title>{_legal(part.title)}</title>\n"
        )
        for line in part.lines:
            self.line(line)
        for text in part.texts:
            self.text(text)
        self.out.write("</g>\n")

    def text(self, text: Writing) -> None:
        said = self.letters.known(text.text)
        scale = text.size * POINT_MM
        glyphs = [self.letters.glyph(letter, bold=text.bold) for letter in said]
        x = self.letters.start(text)
        place = f"translate({_number(x)} {_number(text.y)}) scale({scale:.4f} {-scale:.4f})"
        colour = ink(text.role, colour=self.sheet.colour)
        self.out.write(
            f'<g aria-label={quoteattr(one_line(said))} role="img" fill="{colour}" stroke="none" '
            f'transform="{place}">'
        )
        at = 0.0
        for glyph in glyphs:
            if len(glyph.points):
                self.used[glyph.name] = glyph
                self.out.write(f'<use xlink:href="#{glyph.name}" x="{at:.3f}"/>')
            at += glyph.advance
        self.out.write("</g>\n")


def _outline(path: Outline) -> str:
    pieces = []
    for vertices, code in path.iter_segments(curves=True, simplify=False):
        if code == Outline.CLOSEPOLY:
            pieces.append("Z")
            continue
        letter = {Outline.MOVETO: "M", Outline.LINETO: "L", Outline.CURVE3: "Q"}.get(code, "C")
        pieces.append(letter + " ".join(f"{value:.3f}" for value in vertices))
    return "".join(pieces)


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _legal(text: str) -> str:
    """Return a name of a stranger as text of XML, on one line."""
    return escape(one_line(text))
