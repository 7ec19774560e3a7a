"""The plot of the trade-off: designs, means, front, pins and the power limit."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent

from pnn_studio.app.analysis.tradeoff import Shown, Tradeoff
from pnn_studio.app.session.compared import ComparedRun
from pnn_studio.ui.plots.curve_plot import Range, nice_ceiling
from pnn_studio.ui.tradeoff.labels import Labels
from pnn_studio.ui.tradeoff.marks import paint_color_bar, paint_limit, paint_marks
from pnn_studio.ui.tradeoff.scene import Marks, TradeoffScene
from pnn_studio.ui.widgets.colormap import alpha_color
from pnn_studio.ui.widgets.theme import Appearance

Array = NDArray[np.float64]

_REACH = 12.0  # px around the pointer in which a design is found
_GRAB = 5.0
_LIMIT_STEP = 0.05e-3  # watt, by an arrow key
# share of the designs that may lie below the axis; of few designs three, as one alpha has seeds
_CROWD, _FEW, _MOST_OF_FEW = 0.06, 3, 0.2
_MOST_BELOW = 200  # that are marked one by one
_DOT, _SPRITE = 3.0, 10
_MARGIN_SHARE = 0.5  # of the area, that is painted beyond it to pan without painting anew


class TradeoffPlot(TradeoffScene):
    """Accuracy over power of all designs.

    Notes
    -----
    Signals: `hovered` (point of the cloud, or -1), `chosen` (design), `other_hovered` and
    `other_chosen` (a `ComparedRun` and a point of its cloud), `limit_moved` (watt),
    `limit_released`. x is in milliwatt, y in percent.
    """

    hovered = Signal(int)
    chosen = Signal(int)
    other_hovered = Signal(object, int)
    other_chosen = Signal(object, int)
    limit_moved = Signal(float)
    limit_released = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance)
        self.below = 0
        self.labels = Labels()
        self.run_name = ""
        self._other_pointed: tuple[ComparedRun, int] | None = None
        self._dragging = False
        self._cloud: QImage | None = None
        self._cloud_at: tuple[Range, Range] = self.ranges
        self._cloud_theme = appearance.theme
        self.setMinimumHeight(160)  # so that the pinned designs have room below
        self.setAccessibleName("Trade-off: accuracy over power of all designs")

    def show_view(self, view: Tradeoff, shown: Shown, marks: Marks) -> None:
        """Show these designs with these marks."""
        if view is not self.view:
            same_run = self.view is not None and self.view.family.plan is view.family.plan
            if not same_run or self.view is None or _axes(self.view) != _axes(view):
                self._moved_by_hand = False
            self.view, self.shown = view, None
            self.spread_mw_percent = np.stack(
                [view.cloud.power * 1e3, view.cloud.spread * 100], axis=1
            )
            self.under_pointer, self._cloud = None, None
            self.x_title, self.y_title = _axes(view)
        if self.shown is None or not np.array_equal(shown.mask, self.shown.mask):
            self._cloud, self.under_pointer = None, None
        if marks.designs != self.marks.designs:
            self._cloud = None
        self.marks, self.shown = marks, shown
        self.refit()
        self._count_below()
        self.update()

    def show_others(self, runs: tuple[ComparedRun, ...], name: str) -> None:
        """Show these runs beside the one of `name`, from the next `show_view` on."""
        self._other_pointed = None
        self.run_name = name
        if self.others.take(runs):
            self.labels.forget_positions()

    def _count_below(self) -> None:
        self.below = len(self._points_below())
        lies = "1 design lies" if self.below == 1 else f"{self.below} designs lie"
        notes = [f"{lies} below {self.ranges[1][0]:.3g} %"] if self.below else []
        spread = self.view is not None and self.view.samples > 0
        notes += ["equal accuracies are spread by seed"] if spread else []
        self.note = "; ".join(notes)

    def _points_below(self) -> NDArray[np.int64]:
        """Return the points of the designs that are shown and lie under the axis."""
        low = self.spread_mw_percent[:, 1] < self.ranges[1][0]
        return np.flatnonzero(low if self.shown is None else low & self.shown.mask)

    def fitted(self) -> tuple[Range, Range]:
        """Show all powers, and the accuracies of all but a few designs."""
        if not len(self.spread_mw_percent):
            return (0.0, 1.0), (0.0, 100.0)
        every = np.concatenate([self.spread_mw_percent, self.others.shown_mw_percent()])
        most = float(every[:, 0].max()) * 1.02
        if self.marks.limit is not None:
            most = max(most, min(self.marks.limit * 1.05e3, 1.5 * most))
        right = nice_ceiling(most, 8)
        if self.view is not None and self.view.training and self._x[1] > right:
            right = self._x[1]  # axes never shrink during a run
        y = every[:, 1]
        share = max(_CROWD, min(_FEW / len(y), _MOST_OF_FEW))
        crowd = float(np.quantile(y, share, method="higher"))
        top = 100.0 if y.max() <= 100 else 101.0  # noqa: PLR2004 - spread above all right answers
        step = 4.0 if top - crowd < 30 else 10.0  # noqa: PLR2004 - percent
        low = max(math.floor((crowd - step / 2) / step) * step, 0.0)
        return (0.0, right), (min(low, 96.0), top)

    # --- the pointer ---------------------------------------------------------------------------

    def nearest(self, position: QPointF) -> int | None:
        """Return the point of the design under the pointer."""
        shown = self.shown
        if shown is None or not shown.mask.any() or not self.marks.designs:
            return None
        area = self.area
        (left, right), (low, high) = self.ranges
        scale = np.array([area.width() / (right - left), area.height() / (high - low)])
        at = np.array(
            [self.value_at(position.x()), low + (area.bottom() - position.y()) / scale[1]]
        )
        distance = np.hypot(*((self.spread_mw_percent - at) * scale).T)
        distance[~shown.mask] = np.inf
        found = int(np.argmin(distance))
        return found if distance[found] <= _REACH else None

    def pointed_at(self, position: QPointF | None) -> None:
        """Tell which design is under the pointer."""
        found = self.nearest(position) if position is not None else None
        near_limit = position is not None and self._is_at_limit(position)
        shape = Qt.CursorShape.SizeHorCursor if near_limit else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        if found != self.under_pointer:
            self.under_pointer = found
            self.hovered.emit(-1 if found is None else found)
            self.update()
        other = None if position is None or found is not None else self._other_at(position)
        if other != self._other_pointed:
            self._other_pointed = other
            if other is not None:
                self.other_hovered.emit(*other)
            elif found is None:
                self.hovered.emit(-1)

    def _other_at(self, position: QPointF) -> tuple[ComparedRun, int] | None:
        return self.others.nearest(self, position) if self.marks.designs else None

    def _is_at_limit(self, position: QPointF) -> bool:
        limit = self.marks.limit
        if limit is None:
            return False
        x = self.x_of(limit * 1e3)
        flag = QRectF(x - 46, self.area.top() - 26, 92, 22)
        return abs(position.x() - x) <= _GRAB or flag.contains(position)

    def clicked_at(self, position: QPointF) -> None:
        """Choose the design under the pointer."""
        found = self.nearest(position)
        if found is not None and self.view is not None:
            self.chosen.emit(int(self.view.cloud.designs[found]))
        elif (other := self._other_at(position)) is not None:
            self.other_chosen.emit(*other)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the limit line, or begin to pan."""
        if event.button() == Qt.MouseButton.LeftButton and self._is_at_limit(event.position()):
            self._dragging = True
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the limit line, pan, or point."""
        if self._dragging:
            watts = max(self.value_at(event.position().x()), 0.0) * 1e-3
            self.limit_moved.emit(max(round(watts, 5), 1e-5))
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what was dragged."""
        if self._dragging:
            self._dragging = False
            self.limit_released.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the limit by left and right, go along the front by up and down, fit by 0."""
        limit, key = self.marks.limit, event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and limit is not None:
            by = _LIMIT_STEP if key == Qt.Key.Key_Right else -_LIMIT_STEP
            self.limit_moved.emit(max(round(limit + by, 8), _LIMIT_STEP))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step_on_front(1 if key == Qt.Key.Key_Up else -1)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End a move by key as one step of undo."""
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self.limit_released.emit()

    def _step_on_front(self, by: int) -> None:
        view, shown = self.view, self.shown
        if view is None or shown is None or not len(shown.front):
            return
        front = [int(each) for each in shown.front]
        here = self.marks.current
        if here in front:
            at = min(max(front.index(here) + by, 0), len(front) - 1)
        else:  # to the design of the front that needs hardly less power
            power = view.cloud.power[here] if here is not None else 0.0
            at = max(int(np.searchsorted(view.cloud.power[shown.front], power)) - 1, 0)
        self.chosen.emit(int(view.cloud.designs[front[at]]))

    # --- painting ------------------------------------------------------------------------------

    @Slot()
    def redraw(self) -> None:
        """Paint anew in another theme or range."""
        self._count_below()
        if self._cloud is not None and not self._is_cloud_usable():
            self._cloud = None
            self.labels.forget_positions()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the cloud for another size."""
        super().resizeEvent(event)
        self._cloud = None
        self.labels.forget_positions()

    def _is_cloud_usable(self) -> bool:
        """Whether the painted cloud only needs to be moved."""
        (left, right), (low, high) = self.ranges
        (left0, right0), (low0, high0) = self._cloud_at
        same_scale = math.isclose(right - left, right0 - left0, rel_tol=1e-9) and math.isclose(
            high - low, high0 - low0, rel_tol=1e-9
        )
        near = abs(left - left0) < _MARGIN_SHARE * (right - left) and (
            abs(low - low0) < _MARGIN_SHARE * (high - low)
        )
        return same_scale and near and self._cloud_theme is self._appearance.theme

    def _paint_cloud(self) -> None:
        """Paint all designs once, with a margin to pan in."""
        assert self.view is not None
        theme, area, cloud = self._appearance.theme, self.area, self.view.cloud
        ratio = self.devicePixelRatioF()
        margin = QPointF(area.width() * _MARGIN_SHARE, area.height() * _MARGIN_SHARE)
        width, height = area.width() + 2 * margin.x(), area.height() + 2 * margin.y()
        image = QImage(
            round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied
        )
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        (left, right), (low, high) = self.ranges
        x = (self.spread_mw_percent[:, 0] - left) / (right - left) * area.width() + margin.x()
        y = (high - self.spread_mw_percent[:, 1]) / (high - low) * area.height() + margin.y()
        seen = np.ones(len(x), bool) if self.shown is None else self.shown.mask
        seen = (
            seen & (x > -_SPRITE) & (x < width + _SPRITE) & (y > -_SPRITE) & (y < height + _SPRITE)
        )
        painter = QPainter(image)
        sprites: dict[tuple[int, bool], QImage] = {}
        half = _SPRITE / 2
        shades = np.round(cloud.alpha * 255).astype(int)
        for point in np.flatnonzero(seen):
            key = (int(shades[point]), bool(cloud.improving[point]))
            if key not in sprites:
                color = alpha_color(key[0] / 255, theme)
                sprites[key] = _sprite(color, hollow=key[1], ratio=ratio)
            painter.drawImage(QPointF(x[point] - half, y[point] - half), sprites[key])
        painter.end()
        self._cloud, self._cloud_at, self._cloud_theme = image, self.ranges, theme

    def paint_inside(self, painter: QPainter) -> None:
        """Paint the cloud, moved to where it belongs, and what lies over it."""
        if self.view is None:
            return
        self.others.paint(painter, self)
        if self.marks.designs:
            if self._cloud is None:
                self._paint_cloud()
            assert self._cloud is not None
            area, (left0, _), (low0, _) = self.area, *self._cloud_at
            (left, right), (low, high) = self.ranges
            x = area.left() - (left - left0) / (right - left) * area.width()
            y = area.top() + (low - low0) / (high - low) * area.height()
            x -= area.width() * _MARGIN_SHARE
            y -= area.height() * _MARGIN_SHARE
            painter.drawImage(QPointF(round(x), round(y)), self._cloud)
            self._paint_below(painter)
        paint_marks(painter, self, self.labels)
        self.others.paint_names(painter, self, self.labels, self.run_name)

    def _paint_below(self, painter: QPainter) -> None:
        """Mark designs under the axis by a triangle on it."""
        view = self.view
        if view is None or not self.below:
            return
        bottom = self.area.bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        for point in self._points_below()[:_MOST_BELOW]:
            x = self.x_of(float(self.spread_mw_percent[point, 0]))
            painter.setBrush(alpha_color(float(view.cloud.alpha[point]), self._appearance.theme))
            tip = [QPointF(x - 4, bottom - 8), QPointF(x + 4, bottom - 8), QPointF(x, bottom - 1)]
            painter.drawPolygon(tip)

    def paint_over(self, painter: QPainter) -> None:
        """Paint the limit with its flag, and the scale of alpha."""
        paint_color_bar(painter, self)
        if self.marks.limit is not None:
            paint_limit(painter, self, dragged=self._dragging)


def _axes(view: Tradeoff) -> tuple[str, str]:
    where = " in ngspice" if view.simulated else ""
    return f"power{where}, mW", f"accuracy{where}, {view.split}, %"


def _sprite(color: QColor, *, hollow: bool, ratio: float) -> QImage:
    """Paint one design: a dot, or a ring while it is still improving."""
    size = math.ceil(_SPRITE * ratio)
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    color = QColor(color)
    if hollow:
        painter.setPen(QPen(color, 1.2))
        painter.drawEllipse(QPointF(_SPRITE / 2, _SPRITE / 2), _DOT - 0.4, _DOT - 0.4)
    else:
        color.setAlphaF(0.55)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(_SPRITE / 2, _SPRITE / 2), _DOT, _DOT)
    painter.end()
    return image
