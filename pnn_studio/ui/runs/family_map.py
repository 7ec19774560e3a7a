"""All designs of a family as cells, alphas across and seeds upwards: how each one stands."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from pnn_studio.app.analysis.family_grid import FamilyGrid
from pnn_studio.domain.run import DIVERGED, IMPROVING
from pnn_studio.domain.units import format_percent
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.colormap import share_color
from pnn_studio.ui.widgets.theme import Appearance

_LEFT, _TOP, _RIGHT, _BOTTOM = 36.0, 8.0, 12.0, 34.0
_CELL = (5.0, 10.0)  # least px across and up, one of them a gap
_LARGEST = (28.0, 24.0)
_MARK, _WIDE_MARK = 40, 64  # px of an alpha at the axis, and of a power limit
_RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (1, 0),
    Qt.Key.Key_Down: (-1, 0),
}


class FamilyMap(QWidget):
    """The cells. Filled is finished, hollow still improves; the colour is the accuracy.

    Notes
    -----
    Signals: `told` (what is under the pointer), `chosen` (design).
    """

    told = Signal(str)
    chosen = Signal(int)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._grid: FamilyGrid | None = None
        self._current: int | None = None
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(220, 90)
        self.setAccessibleName("Map of the designs")
        self.setToolTip("Click a design to show it; arrows go to the next one")
        appearance.changed.connect(self.update)

    def show_grid(self, grid: FamilyGrid, current: int | None) -> None:
        """Show how a family stands, and ring the current design."""
        self._grid, self._current = grid, current
        finished, improving, diverged = grid.counts
        told = f"{finished} finished, {improving} still improving, {diverged} diverged"
        if current is not None:
            told += f". Current: {grid.describe(current)}"
        self.setAccessibleDescription(told)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for 51 x 10 designs."""
        return QSize(320, 150)

    @property
    def _pitch(self) -> tuple[float, float]:
        if self._grid is None:
            return _CELL
        rows, columns = self._grid.designs.shape
        across = (self.width() - _LEFT - _RIGHT) / columns
        up = (self.height() - _TOP - _BOTTOM) / rows
        return min(across, _LARGEST[0]), min(up, _LARGEST[1])

    def _cell(self, row: int, column: int) -> QRectF:
        wide, high = self._pitch
        bottom = self.height() - _BOTTOM
        x, y = _LEFT + column * wide, bottom - (row + 1) * high
        # One px between cells, as long as there is more to a cell.
        return QRectF(x, y, max(wide - 1, 1.0), max(high - 1, 1.0))

    def _design_at(self, position: QPointF) -> int | None:
        if self._grid is None:
            return None
        rows, columns = self._grid.designs.shape
        wide, high = self._pitch
        column = int((position.x() - _LEFT) // wide)
        row = int((self.height() - _BOTTOM - position.y()) // high)
        if not (0 <= row < rows and 0 <= column < columns):
            return None
        design = int(self._grid.designs[row, column])
        return design if design >= 0 else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the pointer."""
        self._hover(self._design_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is."""
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, design: int | None) -> None:
        if design != self._hovered and self._grid is not None:
            self._hovered = design
            self.told.emit("" if design is None else self._grid.describe(design))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the design that was clicked."""
        design = self._design_at(event.position())
        if design is not None:
            self._choose(design)

    def _choose(self, design: int) -> None:
        self._current = design  # the ring is redrawn with the curves, a little later
        self.update()
        self.chosen.emit(design)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the design beside by arrows."""
        key = Qt.Key(event.key())
        cell = None
        if self._grid is not None and self._current is not None and key in _KEYS:
            cell = self._grid.cell_of(self._current)
        if self._grid is None or cell is None:
            super().keyPressEvent(event)
            return
        rows, columns = self._grid.designs.shape
        up, right = _KEYS[key]
        row = min(max(cell[0] + up, 0), rows - 1)
        column = min(max(cell[1] + right, 0), columns - 1)
        design = int(self._grid.designs[row, column])
        if design >= 0 and design != self._current:
            self._choose(design)
            self.told.emit(self._grid.describe(design))

    # --- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint cells, axes, and a ring around the current design."""
        grid, theme = self._grid, self._appearance.theme
        if grid is None:
            return
        painter = QPainter(self)
        shares, status = grid.shares, grid.record.status
        ground, error = theme.color("panel"), theme.color("error")
        muted = theme.color("disabled")
        rows, columns = grid.designs.shape
        for row in range(rows):
            for column in range(columns):
                design = int(grid.designs[row, column])
                if design < 0:
                    continue
                cell, share = self._cell(row, column), float(shares[design])
                if status[design] == DIVERGED:
                    self._paint_cross(painter, cell, error)
                    continue
                color = muted if math.isnan(share) else share_color(share)
                painter.fillRect(cell, color)
                if status[design] == IMPROVING:
                    painter.fillRect(cell.adjusted(1, 1, -1, -1), ground)
        self._paint_axes(painter, grid)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_rings(painter, grid)
        painter.end()

    @staticmethod
    def _paint_cross(painter: QPainter, cell: QRectF, color: QColor) -> None:
        painter.setPen(QPen(color, 1))
        painter.drawLine(cell.topLeft(), cell.bottomRight())
        painter.drawLine(cell.bottomLeft(), cell.topRight())

    def _paint_rings(self, painter: QPainter, grid: FamilyGrid) -> None:
        theme = self._appearance.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for design, role, width in ((self._hovered, "accent", 1.0), (self._current, "text", 2.0)):
            cell = grid.cell_of(design) if design is not None else None
            if cell is not None:
                painter.setPen(QPen(theme.color(role), width))
                painter.drawRect(self._cell(*cell).adjusted(-1.5, -1.5, 1.5, 1.5))
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _paint_axes(self, painter: QPainter, grid: FamilyGrid) -> None:
        theme = self._appearance.theme
        painter.setFont(looks.font(looks.CAPTION_PX))
        painter.setPen(theme.color("text2"))
        rows, columns = grid.designs.shape
        for row in {0, rows - 1}:
            cell = self._cell(row, 0)
            text = QRectF(0, cell.center().y() - 8, _LEFT - 6, 16)
            painter.drawText(text, _RIGHT_MIDDLE, str(grid.seeds[row]))
        bottom = self.height() - _BOTTOM
        middle = self._cell(rows // 2, 0).center().y()
        if rows > 3:  # noqa: PLR2004 - there is room between the first and the last
            painter.drawText(QRectF(0, middle - 8, _LEFT - 6, 16), _RIGHT_MIDDLE, "seed")
        wide, _ = self._pitch
        marks = {round(share * (columns - 1)) for share in (0, 0.25, 0.5, 0.75, 1)}
        if wide * columns < 5 * (_MARK if grid.axis == "α" else _WIDE_MARK):
            marks = {0, columns - 1}
        for column in marks:
            x = self._cell(0, column).center().x()
            text = QRectF(x - _WIDE_MARK / 2, bottom + 2, _WIDE_MARK, 14)
            painter.drawText(text, Qt.AlignmentFlag.AlignCenter, grid.mark(column))
        low, high = grid.range
        line = QRectF(_LEFT, bottom + 17, self.width() - _LEFT - _RIGHT, 16)
        painter.drawText(
            line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, grid.axis
        )
        self._paint_scale(painter, line, format_percent(low), format_percent(high))

    def _paint_scale(self, painter: QPainter, line: QRectF, low: str, high: str) -> None:
        """Explain the colours at the right: accuracy of the worst and of the best design."""
        metrics = painter.fontMetrics()
        words = f"accuracy, valid {low}"
        right = line.right() - metrics.horizontalAdvance(high)
        bar = QRectF(right - 48, line.top() + 5, 42, 6)
        painter.drawText(line, _RIGHT_MIDDLE, high)
        rest = QRectF(line.left() + 16, line.top(), bar.left() - line.left() - 22, line.height())
        short = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(rest.width()))
        painter.drawText(rest, _RIGHT_MIDDLE, short)
        steps = 14
        for step in range(steps):
            part = QRectF(bar.left() + 3 * step, bar.top(), 3, bar.height())
            painter.fillRect(part, share_color(step / (steps - 1)))
