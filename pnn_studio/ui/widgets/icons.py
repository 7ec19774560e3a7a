"""Icons as paths: 16 px, one stroke of 1.5 px, in the colour of their text, crisp at any scale."""

from collections.abc import Callable, Mapping
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from pnn_studio.ui.widgets.theme import Theme

SIZE = 16
_SCALES = (1, 2, 3)
_FILLED = ("play", "stop")


def _lines(*polylines: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for points in polylines:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    return path


def _undo() -> QPainterPath:
    path = _lines(((5.5, 2.5), (2.5, 5.5), (5.5, 8.5)))
    path.moveTo(2.5, 5.5)
    path.lineTo(9.5, 5.5)
    path.arcTo(QRectF(5.5, 5.5, 8, 8), 90, -180)
    path.lineTo(6, 13.5)
    return path


def _redo() -> QPainterPath:
    path = _lines(((10.5, 2.5), (13.5, 5.5), (10.5, 8.5)))
    path.moveTo(13.5, 5.5)
    path.lineTo(6.5, 5.5)
    path.arcTo(QRectF(2.5, 5.5, 8, 8), 90, 180)
    path.lineTo(10, 13.5)
    return path


def _play() -> QPainterPath:
    path = _lines(((4.5, 2.5), (12.5, 8), (4.5, 13.5)))
    path.closeSubpath()
    return path


def _stop() -> QPainterPath:
    path = QPainterPath()
    path.addRect(QRectF(4, 4, 8, 8))
    return path


def _folder() -> QPainterPath:
    path = _lines(((2, 13), (2, 3.5), (6, 3.5), (7.5, 5.5), (14, 5.5), (14, 13)))
    path.closeSubpath()
    return path


def _info() -> QPainterPath:
    path = _lines(((8, 7.5), (8, 11)), ((8, 5), (8, 5.1)))
    path.addEllipse(QPointF(8, 8), 6, 6)
    return path


def _help() -> QPainterPath:
    path = _lines(((8, 11.2), (8, 11.3)))
    path.addEllipse(QPointF(8, 8), 6, 6)
    path.moveTo(6, 6.6)
    path.arcTo(QRectF(6, 4.4, 4, 4), 180, -225)
    path.lineTo(8, 9.2)
    return path


def _warn() -> QPainterPath:
    path = _lines(((8, 2.5), (14, 13.2), (2, 13.2)))
    path.closeSubpath()
    path.addPath(_lines(((8, 6.5), (8, 9.5)), ((8, 11.2), (8, 11.3))))
    return path


def _busy() -> QPainterPath:
    path = QPainterPath()
    path.arcMoveTo(QRectF(2.5, 2.5, 11, 11), 30)
    path.arcTo(QRectF(2.5, 2.5, 11, 11), 30, 290)
    path.addPath(_lines(((13.5, 1.8), (13.2, 5.2), (9.8, 4.9))))
    return path


def _search() -> QPainterPath:
    path = _lines(((10.2, 10.2), (13.8, 13.8)))
    path.addEllipse(QPointF(6.8, 6.8), 4.6, 4.6)
    return path


def _fit() -> QPainterPath:
    return _lines(
        ((2.5, 6), (2.5, 2.5), (6, 2.5)),
        ((10, 2.5), (13.5, 2.5), (13.5, 6)),
        ((13.5, 10), (13.5, 13.5), (10, 13.5)),
        ((6, 13.5), (2.5, 13.5), (2.5, 10)),
    )


_DRAWN: Mapping[str, Callable[[], QPainterPath]] = {
    "undo": _undo,
    "redo": _redo,
    "play": _play,
    "pause": lambda: _lines(((5, 3), (5, 13)), ((11, 3), (11, 13))),
    "stop": _stop,
    "check": lambda: _lines(((2.5, 8.5), (6, 12), (13.5, 3.5))),
    "export": lambda: _lines(
        ((8, 10), (8, 2)), ((4.8, 5), (8, 1.9), (11.2, 5)),
        ((2.5, 9), (2.5, 13.5), (13.5, 13.5), (13.5, 9)),
    ),
    "folder": _folder,
    "plus": lambda: _lines(((8, 3), (8, 13)), ((3, 8), (13, 8))),
    "minus": lambda: _lines(((3, 8), (13, 8))),
    "close": lambda: _lines(((4, 4), (12, 12)), ((12, 4), (4, 12))),
    "down": lambda: _lines(((4.5, 6.5), (8, 10), (11.5, 6.5))),
    "right": lambda: _lines(((6.5, 4.5), (10, 8), (6.5, 11.5))),
    "left": lambda: _lines(((9.5, 4.5), (6, 8), (9.5, 11.5))),
    "search": _search,
    "fit": _fit,
    "info": _info,
    "help": _help,
    "warn": _warn,
    "error": _warn,
    "busy": _busy,
}  # fmt: skip


@cache
def icon_path(name: str) -> QPainterPath:
    """Return the path of an icon in a square of 16."""
    return _DRAWN[name]()


def paint_icon(painter: QPainter, name: str, x: float, y: float, color: QColor) -> None:
    """Draw an icon with its upper left corner at (x, y)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(x, y)
    pen = QPen(color, 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(color if name in _FILLED else Qt.BrushStyle.NoBrush)
    painter.drawPath(icon_path(name))
    painter.restore()


def _pixmap(name: str, color: QColor, scale: int) -> QPixmap:
    pixmap = QPixmap(SIZE * scale, SIZE * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, name, 0, 0, color)
    painter.end()
    return pixmap


def icon(name: str, theme: Theme, role: str = "text") -> QIcon:
    """Make an icon in the colour of `role`, dimmed where its button is disabled."""
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(_pixmap(name, theme.color(role), scale), QIcon.Mode.Normal)
        made.addPixmap(_pixmap(name, theme.color("disabled"), scale), QIcon.Mode.Disabled)
    return made
