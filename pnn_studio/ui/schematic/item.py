"""Paints a schematic value as one item: everything, or the symbols without their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from pnn_studio.domain.schematic import Role, Schematic, Symbol, Text, Wire
from pnn_studio.domain.units import MINUS, format_si
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Appearance, Theme

# Text keeps this many px on the screen, and lines this width, however small the drawing is.
LEAST_TEXT, _LEAST_LINE = 11, 1.0
_LINES: Mapping[Role, str] = {
    "plain": "wire",
    "label": "text2",
    "negative": "negative_ink",
    "positive": "positive_ink",
    "negation": "negation_ink",
    "activation": "activation_ink",
    "muted": "disabled",
}
_LEAST_NAMED = 0.75  # scale below which what stands inside symbols is too small to read
_TILE = 600.0  # side in scene units
_Points = NDArray[np.float64]
_INKS: Mapping[Role, str] = {**_LINES, "plain": "text"}


@dataclass
class _Tile:
    """Wires of one look that lie near each other, as one path."""

    role: Role
    dotted: bool
    path: QPainterPath
    rect: QRectF


def _tiles(wires: Sequence[Wire]) -> tuple[_Tile, ...]:
    """Gather wires by look and place; those that are longer than a tile stand alone."""
    tiles: dict[tuple[object, ...], _Tile] = {}
    for index, wire in enumerate(wires):
        polygon = QPolygonF([QPointF(x, y) for x, y in wire.points])
        rect = polygon.boundingRect().adjusted(-1, -1, 1, 1)
        long = max(rect.width(), rect.height()) > _TILE
        place = (index,) if long else (rect.center().x() // _TILE, rect.center().y() // _TILE)
        key = (wire.role, wire.dotted, *place)
        tile = tiles.setdefault(key, _Tile(wire.role, wire.dotted, QPainterPath(), rect))
        tile.path.addPolygon(polygon)
        tile.rect = tile.rect.united(rect)
    return tuple(tiles.values())


class SchematicItem(QGraphicsItem):
    """One layer's crossbar."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._schematic: Schematic | None = None
        self._tiles: tuple[_Tile, ...] = ()
        self._places: Mapping[str, _Points] = {}
        self.hovered: Symbol | None = None
        self.picked: frozenset[str] = frozenset()
        self.values = True
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def show_schematic(self, schematic: Schematic) -> None:
        """Paint this one."""
        self.prepareGeometryChange()
        self._schematic = schematic
        self.hovered = None
        self._tiles = _tiles(schematic.wires)
        self._places = {
            name: np.array([(each.x, each.y) for each in things], dtype=float).reshape(-1, 2)
            for name, things in (
                ("dots", schematic.dots), ("symbols", schematic.symbols),
                ("texts", schematic.texts),
            )
        }  # fmt: skip
        self.update()

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The placed components."""
        return self._schematic.symbols if self._schematic else ()

    def symbol_at(self, point: QPointF) -> Symbol | None:
        """Return the component at a point, with some margin around it."""
        for symbol in self.symbols:
            reach_x, reach_y = symbol.width / 2 + 6, symbol.height / 2 + 8
            near = abs(point.x() - symbol.x) <= reach_x and abs(point.y() - symbol.y) <= reach_y
            if symbol.ref and near:
                return symbol
        return None

    def text_places(self, seen: QRectF, scale: float) -> list[tuple[Text, QRectF]]:
        """Return the texts in a rectangle with their places (scene units).

        None where no values are drawn.
        """
        if self._schematic is None or not self.values:
            return []
        places = []
        for at in self._seen("texts", seen):
            text = _legible(self._schematic.texts[at], scale)
            bounds = QFontMetricsF(looks.font(text.size, bold=text.bold)).boundingRect(text.text)
            share = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor]
            places.append((text, bounds.translated(text.x - share * bounds.width(), text.y)))
        return places

    def boundingRect(self) -> QRectF:
        """Cover the extent of the scene."""
        if self._schematic is None:
            return QRectF()
        return QRectF(0, 0, self._schematic.width, self._schematic.height)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw wires, dots, symbols and texts, in this order."""
        if self._schematic is None:
            return
        theme = self._appearance.theme
        scale = painter.worldTransform().m11()
        self.paint_on(painter, option.exposedRect, theme, scale, values=self.values)

    def paint_on(
        self, painter: QPainter, exposed: QRectF, theme: Theme, scale: float, *, values: bool
    ) -> None:
        """Draw what lies in `exposed` (scene units); `scale` is px for each unit.

        Without `values` only what is under the pointer or selected has its value.
        """
        assert self._schematic is not None
        seen = exposed.adjusted(-100, -30, 100, 30)
        marked = [
            each for each in self.symbols
            if each.ref and (each is self.hovered or each.ref in self.picked)
        ]  # fmt: skip
        for symbol in marked:
            width = (2 if symbol.ref in self.picked else 1) / min(scale, 1.0)
            self._paint_halo(painter, symbol, theme, width)
        self._paint_wires(painter, seen, theme, scale)
        painter.setPen(Qt.PenStyle.NoPen)
        for at in self._seen("dots", seen):
            dot = self._schematic.dots[at]
            painter.setBrush(theme.color(_LINES[dot.role]))
            painter.drawEllipse(QPointF(dot.x, dot.y), 3, 3)
        width, named = max(1.5, _LEAST_LINE / scale), values and scale >= _LEAST_NAMED
        for at in self._seen("symbols", seen):
            _paint_symbol(painter, self._schematic.symbols[at], theme, width, named=named)
        if values:
            for at in self._seen("texts", seen):
                write_text(painter, _legible(self._schematic.texts[at], scale), theme)
        else:
            self._name(painter, marked, theme, scale)

    def _name(
        self, painter: QPainter, symbols: Sequence[Symbol], theme: Theme, scale: float
    ) -> None:
        """Write value or name of what is under the pointer or selected."""
        written: list[QRectF] = []
        # what is under the pointer is named before what is selected beside it
        for symbol in sorted(symbols, key=lambda each: each is not self.hovered):
            text = format_si(symbol.value, "Ω") if symbol.kind == "resistor" else symbol.name
            size = round(LEAST_TEXT / scale)
            below = symbol.y + symbol.height / 2 + 2 + 0.8 * size
            font = looks.font(size, bold=True)
            wide = QFontMetricsF(font).horizontalAdvance(text)
            ground = QRectF(symbol.x - wide / 2 - 3, below - 0.9 * size, wide + 6, 1.2 * size)
            if any(ground.intersects(other) for other in written):
                continue
            written.append(ground)
            painter.fillRect(ground, theme.color("soft"))
            write_text(painter, Text(symbol.x, below, text, size, "middle", bold=True), theme)

    def _seen(self, name: str, seen: QRectF) -> list[int]:
        """Return which dots, symbols or texts lie in a rectangle."""
        x, y = self._places[name].T
        inside = (x >= seen.left()) & (x <= seen.right()) & (y >= seen.top()) & (y <= seen.bottom())
        return [int(at) for at in np.flatnonzero(inside)]

    def _paint_wires(self, painter: QPainter, seen: QRectF, theme: Theme, scale: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for tile in self._tiles:
            if tile.rect.intersects(seen):
                pen = QPen(theme.color(_LINES[tile.role]), max(1.5, _LEAST_LINE / scale))
                if tile.dotted:
                    pen.setStyle(Qt.PenStyle.DotLine)
                painter.setPen(pen)
                painter.drawPath(tile.path)

    @staticmethod
    def _paint_halo(painter: QPainter, symbol: Symbol, theme: Theme, width: float) -> None:
        painter.setPen(QPen(theme.color("accent"), width))
        painter.setBrush(theme.color("soft"))
        wide, above, below = symbol.width / 2 + 6, symbol.height / 2 + 6, symbol.height / 2 + 6
        if symbol.kind == "resistor":
            wide, below = symbol.width / 2 + 12, symbol.height / 2 + 19  # with its value
        rect = QRectF(symbol.x - wide, symbol.y - above, 2 * wide, above + below)
        painter.drawRoundedRect(rect, 4, 4)


def _paint_symbol(
    painter: QPainter, symbol: Symbol, theme: Theme, width: float, *, named: bool
) -> None:
    painter.save()
    painter.translate(symbol.x, symbol.y)
    painter.setPen(QPen(theme.color(_LINES[symbol.role]), width))
    painter.setBrush(theme.color("canvas"))
    if symbol.kind in ("terminal", "open_terminal"):
        painter.drawEllipse(QPointF(0, 0), symbol.width / 2, symbol.height / 2)
    elif symbol.kind == "negation" and not named:
        half_wide, half_high = symbol.width / 2, symbol.height / 2
        painter.drawPolygon(
            [QPointF(-half_wide, -half_high), QPointF(-half_wide, half_high), QPointF(half_wide, 0)]
        )
    else:
        radius = 0 if symbol.kind == "resistor" else 3
        rect = QRectF(-symbol.width / 2, -symbol.height / 2, symbol.width, symbol.height)
        painter.drawRoundedRect(rect, radius, radius)
        if symbol.kind == "negation":
            _paint_inverter(painter, symbol, theme)
        elif symbol.kind == "activation":
            _paint_curve(painter, symbol, theme, named=named)
    painter.restore()


def _paint_inverter(painter: QPainter, symbol: Symbol, theme: Theme) -> None:
    """Draw a triangle and −1; the box of a single weight is half as large, and so are they."""
    large = symbol.width > 24  # noqa: PLR2004 - the box of a single weight
    left, right, half, size = (-15.0, -3.0, 7.0, 12) if large else (-9.0, -3.0, 3.5, 7)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon([QPointF(left, -half), QPointF(left, half), QPointF(right, 0)])
    text = Text(right + 3, 0.36 * size, f"{MINUS}1", size, bold=True, role="negation")
    write_text(painter, text, theme)


def _paint_curve(painter: QPainter, symbol: Symbol, theme: Theme, *, named: bool) -> None:
    """Draw the transfer curve in the left half of the body, the reference in the right one."""
    left, width, half = -symbol.width / 2 + 7, 22.0, 10.0
    steps = max(len(symbol.curve) - 1, 1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(
        [
            QPointF(left + width * step / steps, -min(max(volts, -1.0), 1.0) * half)
            for step, volts in enumerate(symbol.curve)
        ]
    )
    if named:
        text = Text(15, 4, symbol.ref, 11, "middle", bold=True, role="activation")
        write_text(painter, text, theme)


def _legible(text: Text, scale: float) -> Text:
    """Return a text in letters that are legible at a scale; what hangs grows down."""
    size = max(text.size, round(LEAST_TEXT / scale))
    if size == text.size:
        return text
    down = 0.75 * (size - text.size) if text.hangs else 0.0
    return replace(text, size=size, y=text.y + down)


def write_text(painter: QPainter, text: Text, theme: Theme) -> None:
    """Write a line of text in the colour of its role."""
    font = looks.font(text.size, bold=text.bold)
    painter.setFont(font)
    painter.setPen(theme.color(_INKS[text.role]))
    x = text.x
    if text.anchor != "start":
        width = QFontMetricsF(font).horizontalAdvance(text.text)
        x -= width / 2 if text.anchor == "middle" else width
    painter.drawText(QPointF(x, text.y), text.text)
