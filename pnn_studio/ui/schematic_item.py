"""Paints a schematic value as one item; what is too small to read is left out."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from pnn_studio.domain.schematic import Role, Schematic, Symbol, Text
from pnn_studio.domain.units import MINUS
from pnn_studio.ui import theme as looks
from pnn_studio.ui.theme import Appearance, Theme

# Below these scales no text, and no names of symbols, is drawn.
_TEXT_SCALE = 0.45
_LINES: Mapping[Role, str] = {
    "plain": "wire",
    "label": "text2",
    "negative": "negative_ink",
    "positive": "positive_ink",
    "negation": "negation_ink",
    "activation": "activation_ink",
    "muted": "disabled",
}
_INKS: Mapping[Role, str] = {**_LINES, "plain": "text"}


class SchematicItem(QGraphicsItem):
    """One layer's crossbar."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._schematic: Schematic | None = None
        self._wires: dict[tuple[Role, bool], QPainterPath] = {}
        self.hovered: Symbol | None = None
        self.picked: frozenset[str] = frozenset()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def show_schematic(self, schematic: Schematic) -> None:
        """Paint this one."""
        self.prepareGeometryChange()
        self._schematic = schematic
        self.hovered = None
        self._wires = {}
        for wire in schematic.wires:
            path = self._wires.setdefault((wire.role, wire.dotted), QPainterPath())
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in wire.points]))
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
        scale = painter.worldTransform().m11() / painter.device().devicePixelRatio()
        seen = option.exposedRect.adjusted(-100, -30, 100, 30)
        for symbol in self.symbols:
            if symbol.ref and (symbol is self.hovered or symbol.ref in self.picked):
                self._paint_halo(
                    painter, symbol, theme, width=2 if symbol.ref in self.picked else 1
                )
        self._paint_wires(painter, theme)
        painter.setPen(Qt.PenStyle.NoPen)
        for dot in self._schematic.dots:
            if seen.contains(dot.x, dot.y):
                painter.setBrush(theme.color(_LINES[dot.role]))
                painter.drawEllipse(QPointF(dot.x, dot.y), 3, 3)
        for symbol in self._schematic.symbols:
            if seen.contains(symbol.x, symbol.y):
                _paint_symbol(painter, symbol, theme, named=scale >= _TEXT_SCALE)
        if scale >= _TEXT_SCALE:
            for text in (each for each in self._schematic.texts if seen.contains(each.x, each.y)):
                _write(painter, text, theme)

    def _paint_wires(self, painter: QPainter, theme: Theme) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for (role, dotted), path in self._wires.items():
            pen = QPen(theme.color(_LINES[role]), 1.5)
            if dotted:
                pen.setStyle(Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawPath(path)

    @staticmethod
    def _paint_halo(painter: QPainter, symbol: Symbol, theme: Theme, width: int) -> None:
        painter.setPen(QPen(theme.color("accent"), width))
        painter.setBrush(theme.color("soft"))
        wide, above, below = symbol.width / 2 + 6, symbol.height / 2 + 6, symbol.height / 2 + 6
        if symbol.kind == "resistor":
            wide, below = symbol.width / 2 + 12, symbol.height / 2 + 19  # with its value
        rect = QRectF(symbol.x - wide, symbol.y - above, 2 * wide, above + below)
        painter.drawRoundedRect(rect, 4, 4)


def _paint_symbol(painter: QPainter, symbol: Symbol, theme: Theme, *, named: bool) -> None:
    painter.save()
    painter.translate(symbol.x, symbol.y)
    painter.setPen(QPen(theme.color(_LINES[symbol.role]), 1.5))
    painter.setBrush(theme.color("canvas"))
    if symbol.kind in ("terminal", "open_terminal"):
        painter.drawEllipse(QPointF(0, 0), symbol.width / 2, symbol.height / 2)
    else:
        radius = 0 if symbol.kind == "resistor" else 3
        rect = QRectF(-symbol.width / 2, -symbol.height / 2, symbol.width, symbol.height)
        painter.drawRoundedRect(rect, radius, radius)
        if symbol.kind == "negation":
            _paint_inverter(painter, symbol, theme, named=named)
        elif symbol.kind == "ptanh":
            _paint_curve(painter, symbol, theme, named=named)
    painter.restore()


def _paint_inverter(painter: QPainter, symbol: Symbol, theme: Theme, *, named: bool) -> None:
    """Draw a triangle and −1; the box of a single weight is half as large, and so are they."""
    large = symbol.width > 24  # noqa: PLR2004 - the box of a single weight
    left, right, half, size = (-15.0, -3.0, 7.0, 12) if large else (-9.0, -3.0, 3.5, 7)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon([QPointF(left, -half), QPointF(left, half), QPointF(right, 0)])
    if named:
        text = Text(right + 3, 0.36 * size, f"{MINUS}1", size, bold=True, role="negation")
        _write(painter, text, theme)


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
        _write(painter, text, theme)


def _write(painter: QPainter, text: Text, theme: Theme) -> None:
    font = looks.font(text.size, bold=text.bold)
    painter.setFont(font)
    painter.setPen(theme.color(_INKS[text.role]))
    x = text.x
    if text.anchor != "start":
        width = QFontMetricsF(font).horizontalAdvance(text.text)
        x -= width / 2 if text.anchor == "middle" else width
    painter.drawText(QPointF(x, text.y), text.text)
