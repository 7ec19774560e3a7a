"""How runs are told apart in one plot: by the shape of their marks and the dash of their front."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

# by the place of a run among those that are drawn: first that of the run that is shown
SHAPES = ("circle", "square", "triangle", "square")
DASHES: tuple[tuple[float, ...], ...] = ((), (6, 4), (1.5, 3.5), (8, 3, 2, 3))  # px
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
