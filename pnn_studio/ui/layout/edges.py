"""The edges of the layout canvas as one item: drawn together, and found under the pointer."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from pnn_studio.ui.layout.picture import Edge
from pnn_studio.ui.widgets.theme import Appearance

_MOST_UNTRAINED = 2000
_SAMPLES = 17  # points of a curve, among which the nearest to the pointer is looked for
_FULL, _SHOWN, _FAINT = 1.0, 0.75, 0.32


class EdgesItem(QGraphicsItem):
    """All edges; the related ones of a selection stand out, others fade."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._paths: list[tuple[QPainterPath, float, int, float]] = []
        self._extent = QRectF()
        self._edges: tuple[Edge, ...] = ()
        self._points = _sampled(())
        self._drawn: tuple[object, ...] = ()
        self.marked: Edge | None = None
        self.setZValue(-1)

    def show_edges(
        self, edges: tuple[Edge, ...], extent: QRectF, related: frozenset[tuple[int, int, int]]
    ) -> None:
        """Draw these; those of (layer, row, column) in `related` in full, if there are any."""
        drawn = (edges, extent, related)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self.prepareGeometryChange()
        self._extent, self._edges, self.marked = extent, edges, None
        self._points = _sampled(edges)
        self._paths = []
        if any(edge.sign for edge in edges):
            by_weight = sorted(edges, key=lambda edge: -edge.weight)
            stands_out = [(edge.layer, edge.row, edge.column) in related for edge in by_weight]
            for pass_related in (False, True):
                for edge, out in zip(by_weight, stands_out, strict=True):
                    if out != pass_related:
                        continue
                    path = QPainterPath()
                    _add_curve(path, edge)
                    share = _FULL if out else (_FAINT if related else _SHOWN)
                    self._paths.append((path, _width(edge), edge.sign, share))
        elif len(edges) <= _MOST_UNTRAINED:
            for share in (0.55, _FULL):
                path = QPainterPath()
                for edge in edges:
                    place = (edge.layer, edge.row, edge.column)
                    if (place in related) == (share == _FULL):
                        _add_curve(path, edge)
                self._paths.append((path, 1.0, 0, share))
        self.update()

    def edge_at(self, point: QPointF, reach: float) -> Edge | None:
        """Return the edge that passes within `reach` scene units (or its width) of a point."""
        if not len(self._edges):
            return None
        first, last = self._edges[0].start[0], max(edge.end[0] for edge in self._edges)
        if not first <= point.x() <= last:
            return None
        away = self._points - np.array([point.x(), point.y()])
        steps = self._points[:, 1:] - self._points[:, :-1]
        length = np.maximum((steps**2).sum(axis=2), 1e-9)
        along = np.clip(-(away[:, :-1] * steps).sum(axis=2) / length, 0, 1)
        distance = np.hypot(*np.moveaxis(away[:, :-1] + along[..., None] * steps, 2, 0)).min(axis=1)
        widths = np.array([_width(edge) / 2 if edge.sign else 0.5 for edge in self._edges])
        found = int(np.argmin(distance - widths))
        return self._edges[found] if distance[found] <= max(reach, widths[found]) else None

    def boundingRect(self) -> QRectF:
        """Cover the whole picture."""
        return self._extent

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw wide edges first, so that thin ones stay visible."""
        theme = self._appearance.theme
        roles = {1: "positive_fill", -1: "negative_fill", 0: "control"}
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # Opaque: wide lines that let others shine through take eight times as long to draw.
        for path, width, sign, share in self._paths:
            pen = QPen(theme.blend(roles[sign], "canvas", share), width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawPath(path)
        if self.marked is not None:
            path = QPainterPath()
            _add_curve(path, self.marked)
            halo = QPen(theme.color("accent"), _width(self.marked) + 4)
            halo.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(halo)
            painter.drawPath(path)
            painter.setPen(QPen(theme.color(roles[self.marked.sign]), _width(self.marked)))
            painter.drawPath(path)


def _width(edge: Edge) -> float:
    return min(1 + 15 * edge.weight, 10.0)


def _sampled(edges: tuple[Edge, ...]) -> NDArray[np.float64]:
    if not edges:
        return np.zeros((0, _SAMPLES, 2))
    start = np.array([edge.start for edge in edges])[:, None, :]
    end = np.array([edge.end for edge in edges])[:, None, :]
    t = np.linspace(0.0, 1.0, _SAMPLES)[None, :, None]
    middle = (start[..., :1] + end[..., :1]) / 2
    second = np.concatenate([middle, start[..., 1:]], axis=2)
    third = np.concatenate([middle, end[..., 1:]], axis=2)
    rest = 1 - t
    outer = rest**3 * start + t**3 * end
    return np.asarray(outer + 3 * rest * t * (rest * second + t * third))


def _add_curve(path: QPainterPath, edge: Edge) -> None:
    (x0, y0), (x1, y1) = edge.start, edge.end
    middle = (x0 + x1) / 2
    path.moveTo(x0, y0)
    path.cubicTo(middle, y0, middle, y1, x1, y1)
