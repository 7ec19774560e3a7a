"""How runs are told apart in one plot: by the shape of their marks and the dash of their front."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from pnn_studio.ui.widgets.theme import Theme

# by the place of a run among those that are drawn: first that of the run that is shown
SHAPES = ("circle", "square", "triangle", "square")
DASHES: tuple[tuple[float, ...], ...] = ((), (6, 4), (1.5, 3.5), (8, 3, 2, 3))  # px
BOX = 14  # px, of a check box
SWATCH = 28  # px, as wide as a piece of a front with a mark on it


def run_pen(color: QColor, place: int, width: float = 2.0) -> QPen:
    """Return the pen that draws the front of the run at a place."""
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if DASHES[place]:
        pen.setDashPattern([each / width for each in DASHES[place]])
    return pen


def mark_path(place: int, reach: float) -> QPainterPath:
    """Return the shape of a mark of the run at a place, around the origin."""
    path = QPainterPath()
    if SHAPES[place] == "circle":
        path.addEllipse(QPointF(0, 0), reach, reach)
    elif SHAPES[place] == "square":
        side = reach * 0.92
        path.addRect(QRectF(-side, -side, 2 * side, 2 * side))
    else:
        corners = [(0, -1.2 * reach), (1.15 * reach, 0.85 * reach), (-1.15 * reach, 0.85 * reach)]
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
        path.closeSubpath()
    return path


def paint_swatch(
    painter: QPainter, left: float, middle: float, place: int, line: QColor, fill: QColor
) -> None:
    """Paint a piece of the front of the run at a place, with a mark on it."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(run_pen(line, place))
    painter.drawLine(QPointF(left, middle), QPointF(left + SWATCH, middle))
    painter.save()
    painter.translate(left + SWATCH / 2, middle)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPath(mark_path(place, 3.6))
    painter.restore()


def paint_box(
    painter: QPainter, left: float, middle: float, theme: Theme, *, on: bool, fixed: bool
) -> None:
    """Paint the check box of a run; one that is `fixed` cannot be unticked."""
    box = QRectF(left + 0.5, middle - BOX / 2 + 0.5, BOX - 1, BOX - 1)
    role = "disabled" if on and fixed else "accent" if on else "control"
    painter.setPen(QPen(theme.color(role), 1))
    painter.setBrush(theme.color(role if on else "panel"))
    painter.drawRoundedRect(box, 3, 3)
    if on:
        painter.setPen(QPen(theme.color("on_accent"), 1.6))
        x, y = box.left(), box.top()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(
            [QPointF(x + 3, y + 6.8), QPointF(x + 5.6, y + 9.4), QPointF(x + 10, y + 3.8)]
        )
