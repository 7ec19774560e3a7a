"""A crossbar as a map: one cell a resistor site, coloured by sign and size of its conductance."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from pnn_studio.domain.schematic import Schematic, Symbol
from pnn_studio.ui.schematic.levels import CELL
from pnn_studio.ui.widgets.theme import Appearance, Theme

# The least printed conductance keeps that much of its colour, so that it is told from none.
_FAINTEST = 0.3
_TICK = 8.0
_GAP_PX = 1.0


def strengths(schematic: Schematic) -> NDArray[np.float64]:
    """Return sign and size of every conductance of a layer on a logarithmic scale.

    Returns
    -------
    array, shape (rows, columns)
        0 is not printed; else the sign times 0.3 (the least of the layer) to 1 (the largest).
    """
    cells = np.zeros((len(schematic.rows), len(schematic.columns)))
    signs = np.zeros_like(cells)
    for each in schematic.symbols:
        if each.kind == "resistor" and each.row is not None and each.column is not None:
            cells[each.row, each.column] = 1 / each.value
            signs[each.row, each.column] = -1 if each.role == "negative" else 1
    printed = cells > 0
    if not printed.any():
        return signs
    logs = np.log(np.where(printed, cells, 1.0))
    low, high = logs[printed].min(), logs[printed].max()
    share = (logs - low) / max(high - low, 1e-9)
    return np.asarray(signs * (_FAINTEST + (1 - _FAINTEST) * share))


def map_image(values: NDArray[np.float64], theme: Theme) -> QImage:
    """Paint strengths, one px a cell: blue to ground to vermillion, and paler for not printed."""
    ends = (theme.color("negative_fill"), theme.color("grid"), theme.color("positive_fill"))
    negative, ground, positive = (
        np.array([each.red(), each.green(), each.blue()], dtype=float) for each in ends
    )
    share = np.abs(values)[..., None]
    hue = np.where((values < 0)[..., None], negative, positive)
    pixels = np.empty((*values.shape, 4), dtype=np.uint8)
    pixels[..., 2::-1] = np.rint(share * hue + (1 - share) * ground)  # blue, green, red
    pixels[..., 3] = 255
    height, width = values.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32).copy()


class MapItem(QGraphicsItem):
    """The map of one layer, a cell `CELL` units wide and high."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._schematic: Schematic | None = None
        self._image: tuple[Theme, QImage] | None = None
        self._at: dict[tuple[int, int], Symbol] = {}
        self.hovered: Symbol | None = None
        self.picked: frozenset[str] = frozenset()

    def show_schematic(self, schematic: Schematic) -> None:
        """Show this one."""
        self.prepareGeometryChange()
        self._schematic, self._image, self.hovered = schematic, None, None
        self._at = {
            (each.row, each.column): each
            for each in schematic.symbols
            if each.kind == "resistor" and each.row is not None and each.column is not None
        }
        self.update()

    def boundingRect(self) -> QRectF:
        """Cover all cells."""
        if self._schematic is None:
            return QRectF()
        rows, columns = len(self._schematic.rows), len(self._schematic.columns)
        return QRectF(-_TICK, 0, columns * CELL + _TICK, rows * CELL)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return row and column of the cell at a point."""
        row, column = int(point.y() // CELL), int(point.x() // CELL)
        if self._schematic is None:
            return None
        inside = 0 <= row < len(self._schematic.rows) and 0 <= column < len(self._schematic.columns)
        return (row, column) if inside else None

    def symbol_at(self, point: QPointF) -> Symbol | None:
        """Return the resistor of the cell at a point, without a reference where none is printed."""
        cell = self.cell_at(point)
        if cell is None:
            return None
        x, y = (cell[1] + 0.5) * CELL, (cell[0] + 0.5) * CELL
        return self._at.get(cell) or Symbol("resistor", "", x, y, CELL, CELL, "muted", *cell)

    @staticmethod
    def place_of(symbol: Symbol) -> QRectF | None:
        """Return the cell of a component; a negation stands at the left of its row."""
        if symbol.row is None:
            return None
        if symbol.column is None:
            return QRectF(-_TICK, symbol.row * CELL, _TICK, CELL)
        return QRectF(symbol.column * CELL, symbol.row * CELL, CELL, CELL)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw cells, the ticks of negations, and rings."""
        if self._schematic is None:
            return
        theme = self._appearance.theme
        if self._image is None or self._image[0] is not theme:
            self._image = theme, map_image(strengths(self._schematic), theme)
        scale = painter.worldTransform().m11()
        rows, columns = len(self._schematic.rows), len(self._schematic.columns)
        whole = QRectF(0, 0, columns * CELL, rows * CELL)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(whole, self._image[1])
        painter.setPen(QPen(theme.color("canvas"), _GAP_PX / scale))
        lines = [
            *((QPointF(0, row * CELL), QPointF(whole.right(), row * CELL))
              for row in range(rows + 1)),
            *((QPointF(column * CELL, 0), QPointF(column * CELL, whole.bottom()))
              for column in range(columns + 1)),
        ]  # fmt: skip
        for start, end in lines:
            painter.drawLine(start, end)
        self._paint_ticks(painter, theme, scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for symbol in self._schematic.symbols:
            if symbol.ref and (symbol is self.hovered or symbol.ref in self.picked):
                place = self.place_of(symbol)
                if place is not None:
                    width = 2.0 if symbol.ref in self.picked else 1.0
                    painter.setPen(QPen(theme.color("accent"), width / scale))
                    painter.drawRect(place)

    def _paint_ticks(self, painter: QPainter, theme: Theme, scale: float) -> None:
        """Mark negations: of a row left of it, of a single resistor at the left of its cell."""
        assert self._schematic is not None
        wide = max(2.5 / scale, _TICK)
        for symbol in self._schematic.symbols:
            if symbol.kind == "negation" and symbol.row is not None:
                x = -wide if symbol.column is None else symbol.column * CELL + 1 / scale
                tick = wide if symbol.column is None else 2 / scale
                rect = QRectF(x, symbol.row * CELL + 0.15 * CELL, tick, 0.7 * CELL)
                painter.fillRect(rect, theme.color("negation_fill"))
