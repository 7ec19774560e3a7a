"""The runs beside the one that is shown: their designs, fronts and names in the same plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from pnn_studio.domain.pareto import pareto_front
from pnn_studio.ui.plots.run_marks import mark_path, run_pen
from pnn_studio.ui.tradeoff.crowds import Crowds, crowds_of, paint_mark
from pnn_studio.ui.widgets.colormap import alpha_color

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor

    from pnn_studio.app.session.compared import ComparedRun
    from pnn_studio.ui.plots.label_places import FreeSpace
    from pnn_studio.ui.tradeoff.labels import Labels
    from pnn_studio.ui.tradeoff.scene import TradeoffScene

_MARK, _SPRITE = 3.2, 12
_BAND = 15.0  # px, of the front of all fronts
_REACH = 12.0  # px around the pointer in which a design is found
_LONGEST = 34  # characters of a name


class OtherRuns:
    """What is drawn of them; painted into an image once until something of it changes."""

    def __init__(self) -> None:
        self.runs: tuple[ComparedRun, ...] = ()
        self.alike = True  # whether their fronts have one together
        self.mw_percent: tuple[NDArray[np.float64], ...] = ()
        self._image: tuple[tuple[object, ...], QImage] | None = None

    def take(self, runs: tuple[ComparedRun, ...]) -> bool:
        """Draw these runs from now on; returns whether they are others than before."""
        if runs == self.runs:
            return False
        self.runs, self._image = runs, None
        self.mw_percent = tuple(
            np.stack([each.view.cloud.power * 1e3, each.view.cloud.accuracy * 100], axis=1)
            for each in runs
        )
        return True

    def shown_mw_percent(self) -> NDArray[np.float64]:
        """Return power in mW and accuracy in percent of all that are drawn, shape (points, 2)."""
        parts = [
            points[each.shown.mask] for each, points in zip(self.runs, self.mw_percent, strict=True)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, 2))

    def fronts(self, scene: TradeoffScene) -> list[list[QPointF]]:
        """Return the corners of every front in px."""
        return [
            front_corners(scene, each, points)
            for each, points in zip(self.runs, self.mw_percent, strict=True)
            if len(each.shown.front)
        ]

    def nearest(self, scene: TradeoffScene, position: QPointF) -> tuple[ComparedRun, int] | None:
        """Return the run and the point of its cloud that is under the pointer."""
        best: tuple[float, tuple[ComparedRun, int]] | None = None
        for each, points in zip(self.runs, self.mw_percent, strict=True):
            if not each.shown.mask.any():
                continue
            x, y = scene.pixels(points)
            distance = np.hypot(x - position.x(), y - position.y())
            distance[~each.shown.mask] = np.inf
            found = int(np.argmin(distance))
            if distance[found] <= _REACH and (best is None or distance[found] < best[0]):
                best = float(distance[found]), (each, found)
        return None if best is None else best[1]

    def at_one_mark(self, scene: TradeoffScene, run: ComparedRun, point: int) -> tuple[int, ...]:
        """Return the points of a run that share the mark of one of them, by ascending power."""
        crowd = self._crowds(scene, run, self.mw_percent[self.runs.index(run)]).of(point)
        return (point,) if crowd is None else crowd.points

    @staticmethod
    def _crowds(scene: TradeoffScene, run: ComparedRun, points: NDArray[np.float64]) -> Crowds:
        # hollow where the plot is of ngspice and the design is not checked
        kinds = np.where(run.view.cloud.modelled, 2, 0)
        (left, right), width = scene.ranges[0], scene.area.width()
        return crowds_of(points, kinds, run.shown.mask, width / (right - left))

    def paint(self, painter: QPainter, scene: TradeoffScene) -> None:
        """Paint designs and fronts, under all that is drawn of the run that is shown."""
        if not self.runs:
            return
        area, ratio = scene.area, scene.devicePixelRatioF()
        key = (
            *(scene.ranges, area, ratio, scene.theme, scene.marks.designs, scene.marks.front),
            *(scene.shown, self.alike),
        )
        if self._image is None or self._image[0] != key:
            image = QImage(
                round(area.width() * ratio),
                round(area.height() * ratio),
                QImage.Format.Format_ARGB32_Premultiplied,
            )
            image.setDevicePixelRatio(ratio)
            image.fill(Qt.GlobalColor.transparent)
            inside = QPainter(image)
            inside.setRenderHint(QPainter.RenderHint.Antialiasing)
            inside.translate(-area.topLeft())
            if scene.marks.front and self.alike:
                self._paint_best(inside, scene)
            for each, points in zip(self.runs, self.mw_percent, strict=True):
                self._paint_run(inside, scene, each, points)
            inside.end()
            self._image = key, image
        painter.drawImage(area.topLeft(), self._image[1])

    def _paint_best(self, painter: QPainter, scene: TradeoffScene) -> None:
        """Paint the front of all fronts as a broad band, under them."""
        fronts = [
            points[each.shown.front]
            for each, points in zip(self.runs, self.mw_percent, strict=True)
        ]
        if scene.shown is not None:
            fronts.append(scene.mw_percent[scene.shown.front])
        points = np.concatenate(fronts)
        best = points[pareto_front(points[:, 0], points[:, 1])]
        if not len(best):
            return
        xs, ys = scene.pixels(best)
        path = QPainterPath()
        path.addPolygon(_steps(xs, ys, QPointF(xs[0], scene.area.bottom() + 2)))
        pen = QPen(scene.theme.color("accent", 0.3), _BAND)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawPath(path)

    def _paint_run(
        self, painter: QPainter, scene: TradeoffScene, each: ComparedRun,
        points: NDArray[np.float64],
    ) -> None:  # fmt: skip
        theme = scene.theme
        if scene.marks.front and len(each.shown.front):
            path = QPainterPath()
            path.addPolygon(front_corners(scene, each, points))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("plot", 0.8), 5))
            painter.drawPath(path)
            painter.setPen(run_pen(theme.color("text"), each.place))
            painter.drawPath(path)
        if not scene.marks.designs:
            return
        sprites: dict[tuple[int, bool], QImage] = {}
        shades = np.round(each.view.cloud.alpha * 255).astype(int)
        crowds = self._crowds(scene, each, points)
        for crowd, x, y in zip(crowds.all, *scene.pixels(crowds.places), strict=True):
            shade, hollow = int(shades[crowd.points[len(crowd.points) // 2]]), bool(crowd.kind)
            color = theme.color("text2") if hollow else alpha_color(shade / 255, theme)
            if len(crowd.points) > 1:
                at, count = QPointF(x, y), len(crowd.points)
                paint_mark(painter, at, count, color, theme, crowd.kind, each.place)
                continue
            if (shade, hollow) not in sprites:
                ratio = scene.devicePixelRatioF()
                sprites[shade, hollow] = _sprite(color, each.place, ratio, hollow=hollow)
            painter.drawImage(QPointF(x - _SPRITE / 2, y - _SPRITE / 2), sprites[shade, hollow])

    def paint_names(
        self, painter: QPainter, scene: TradeoffScene, labels: Labels, space: FreeSpace,
        current: str,
    ) -> None:  # fmt: skip
        """Write the name of every run at the end of its front, that of the shown one in bold."""
        if not self.runs or not scene.marks.front:
            return
        lines = []
        if scene.shown is not None and len(scene.shown.front):
            end = scene.xy_of(int(scene.shown.front[-1]))
            lines.append(("run 0", QPointF(scene.area.right() - 8, end.y()), current, "text"))
        for each, points in zip(self.runs, self.mw_percent, strict=True):
            if len(each.shown.front):
                end = front_corners(scene, each, points)[-1]
                lines.append((f"run {each.place}", end, each.run.name, "text2"))
        for key, end, name, role in lines:
            short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
            at = QPointF(min(max(end.x(), scene.area.left()), scene.area.right() - 8), end.y())
            labels.write(painter, scene, space, key, at, ((short, role),))


def front_corners(
    scene: TradeoffScene, run: ComparedRun, points: NDArray[np.float64]
) -> list[QPointF]:
    """Return the corners of the steps of a front, from the axis to the last of its designs."""
    xs, ys = scene.pixels(points[run.shown.front])
    corners = _steps(xs, ys, QPointF(xs[0], scene.area.bottom() + 2))
    last = float(scene.x_of(float(points[run.shown.mask, 0].max())))
    return [*corners, QPointF(max(last, float(xs[-1])) + 8, ys[-1])]


def _steps(xs: NDArray[np.float64], ys: NDArray[np.float64], first: QPointF) -> list[QPointF]:
    """Return the corners of steps through points, from a first corner on."""
    corners = [first]
    for x, y in zip(xs, ys, strict=True):
        corners += [QPointF(x, corners[-1].y()), QPointF(x, y)]
    return corners


def _sprite(color: QColor, place: int, ratio: float, *, hollow: bool) -> QImage:
    """Paint one design as the mark of its run."""
    size = round(_SPRITE * ratio)
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(_SPRITE / 2, _SPRITE / 2)
    painter.setPen(QPen(color, 1.2) if hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else color)
    painter.setOpacity(1.0 if hollow else 0.75)
    painter.drawPath(mark_path(place, _MARK))
    painter.end()
    return image
