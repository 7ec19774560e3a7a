"""The plot of the trade-off: designs, means, front, pins and the power limit."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QToolTip

from pnn_studio.app.analysis.tradeoff import Shown, Tradeoff
from pnn_studio.app.session.compared import ComparedRun
from pnn_studio.ui.plots.scales import Range, nice_ceiling
from pnn_studio.ui.tradeoff.cloud import Cloud
from pnn_studio.ui.tradeoff.crowds import crowds_of, rows_with_room
from pnn_studio.ui.tradeoff.labels import Labels
from pnn_studio.ui.tradeoff.legend import BEST95, BEST95_IN_NGSPICE
from pnn_studio.ui.tradeoff.marks import paint_color_bar, paint_ground, paint_limit, paint_marks
from pnn_studio.ui.tradeoff.other_runs import OtherRuns
from pnn_studio.ui.tradeoff.scene import Marks, TradeoffScene
from pnn_studio.ui.widgets.colormap import alpha_color
from pnn_studio.ui.widgets.theme import Appearance

Array = NDArray[np.float64]

_REACH = 12.0  # px around the pointer in which a design is found
_GRAB = 5.0
_LIMIT_STEP = 0.05e-3  # watt, by an arrow key
# share of the designs that may lie below the axis; of few designs three, as one alpha has seeds
_CROWD, _FEW, _MOST_OF_FEW = 0.06, 3, 0.2
_HEADROOM = 12.0  # px over all right answers, so that marks there are whole
_MOST_BELOW = 200  # that are marked one by one


_TOWARDS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class TradeoffPlot(TradeoffScene):
    """Accuracy over power of all designs.

    Notes
    -----
    Signals: `hovered` (point of the cloud, or -1), `chosen` (design), `listed` (designs that share
    a mark, for one to be chosen), `other_hovered` and `other_chosen` (a `ComparedRun` and a point
    of its cloud), `limit_moved` (watt), `limit_released`. x is in milliwatt, y in percent.
    """

    hovered = Signal(int)
    chosen = Signal(int)
    listed = Signal(object)
    other_hovered = Signal(object, int)
    other_chosen = Signal(object, int)
    limit_moved = Signal(float)
    limit_released = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance)
        self.below = 0
        self.labels = Labels()
        self.others, self.run_name = OtherRuns(), ""
        self._other_pointed: tuple[ComparedRun, int] | None = None
        self._dragging = False
        self._missing = ""
        self._cloud: Cloud | None = None
        self.setMinimumHeight(160)  # so that the pinned designs have room below
        self.setAccessibleName("Trade-off: accuracy over power of all designs")

    def show_view(self, view: Tradeoff, shown: Shown, marks: Marks, missing: str = "") -> None:
        """Show these designs with these marks; `missing` says what they lack."""
        self._missing = missing
        if view is not self.view:
            same_run = self.view is not None and self.view.family.plan is view.family.plan
            if not same_run or self.view is None or _axes(self.view) != _axes(view):
                self._moved_by_hand = False
            self.view, self.shown = view, None
            self.mw_percent = np.stack([view.cloud.power * 1e3, view.cloud.accuracy * 100], axis=1)
            self.point_at(None)
            self._cloud = None
            self.x_title, self.y_title = _axes(view)
        if self.shown is None or not np.array_equal(shown.mask, self.shown.mask):
            self._cloud = None
            self.point_at(None)
        if marks.designs != self.marks.designs:
            self._cloud = None
        self.marks, self.shown = marks, shown
        self.refit()
        self._count_below()
        if self._cloud is None:
            self._join()
        self.update()

    def show_others(self, runs: tuple[ComparedRun, ...], name: str) -> None:
        """Show these runs beside the one of `name`, from the next `show_view` on."""
        self._other_pointed = None
        self.run_name = name
        if self.others.take(runs):
            self.beside_mw_percent = self.others.shown_mw_percent()
            self.labels.forget_positions()

    def show_missing(self, missing: str) -> None:
        """Say something else of what is lacking."""
        if missing != self._missing:
            self._missing = missing
            self._count_below()
            self.update()

    def _join(self) -> None:
        """Find out which designs share a mark at this scale."""
        if self.view is None:
            return
        cloud, (left, right) = self.view.cloud, self.ranges[0]
        mask = np.ones(len(cloud.power), bool) if self.shown is None else self.shown.mask
        kinds = np.where(cloud.modelled, 2, np.where(cloud.improving, 1, 0))
        self.crowds = crowds_of(self.mw_percent, kinds, mask, self.area.width() / (right - left))

    def _count_below(self) -> None:
        self.below = len(self._points_below())
        lies = "1 design lies" if self.below == 1 else f"{self.below} designs lie"
        notes = [self._missing] if self._missing else []
        notes += [f"{lies} below {self.ranges[1][0]:.3g} %"] if self.below else []
        if any(len(each.points) > 1 for each in self.crowds.all):
            notes.append("a number in a mark counts its designs")
            (low, high), height = self.ranges[1], self.area.height()
            if len(rows_with_room(self.mw_percent[:, 1], height / (high - low))) > 1:
                notes[-1] += ", ticks under a row show each one"
        self.note = "; ".join(notes)

    def _points_below(self) -> NDArray[np.int64]:
        """Return the points of the designs that are shown and lie under the axis."""
        low = self.mw_percent[:, 1] < self.ranges[1][0]
        return np.flatnonzero(low if self.shown is None else low & self.shown.mask)

    def fitted(self) -> tuple[Range, Range]:
        """Show all powers, and the accuracies of all but a few designs."""
        if not len(self.mw_percent):
            return (0.0, 1.0), (0.0, 100.0)
        every = np.concatenate([self.mw_percent, self.beside_mw_percent])
        most = float(every[:, 0].max()) * 1.02
        if self.marks.limit is not None:
            most = max(most, min(self.marks.limit * 1.05e3, 1.5 * most))
        right = nice_ceiling(most, 8)
        if self.view is not None and self.view.training and self._x[1] > right:
            right = self._x[1]  # axes never shrink during a run
        y = every[:, 1]
        share = max(_CROWD, min(_FEW / len(y), _MOST_OF_FEW))
        crowd = float(np.quantile(y, share, method="higher"))
        step = 4.0 if 100.0 - crowd < 30 else 10.0  # noqa: PLR2004 - percent
        low = max(math.floor((crowd - step / 2) / step) * step, 0.0)
        low = min(low, 96.0)
        height = max(self.area.height(), 2 * _HEADROOM)
        return (0.0, right), (low, low + (100.0 - low) * height / (height - _HEADROOM))

    # --- the pointer ---------------------------------------------------------------------------

    def nearest(self, position: QPointF) -> int | None:
        """Return the point of the design under the pointer; of those in one mark the nearest."""
        shown = self.shown
        if shown is None or not shown.mask.any() or not self.marks.designs:
            return None
        if not self.crowds.all:
            return None
        x, y = self.pixels(self.crowds.places)
        distance = np.hypot(x - position.x(), y - position.y())
        found = int(np.argmin(distance))
        if distance[found] > _REACH:
            return None
        crowd = list(self.crowds.all[found].points)
        off = np.abs(self.mw_percent[crowd, 0] - self.value_at(position.x()))
        return crowd[int(np.argmin(off))]

    def pointed_at(self, position: QPointF | None) -> None:
        """Tell which design is under the pointer."""
        found = self.nearest(position) if position is not None else None
        near_limit = position is not None and self._is_at_limit(position)
        shape = Qt.CursorShape.SizeHorCursor if near_limit else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.point_at(found)
        other = None if position is None or found is not None else self._other_at(position)
        if other != self._other_pointed:
            self._other_pointed = other
            if other is not None:
                self.other_hovered.emit(*other)
            elif found is None:
                self.hovered.emit(-1)

    def point_at(self, point: int | None) -> None:
        """Point at a design, or at none: it is marked and told."""
        if point != self.under_pointer:
            self.under_pointer = point
            self.hovered.emit(-1 if point is None else point)
            self.update()

    def _other_at(self, position: QPointF) -> tuple[ComparedRun, int] | None:
        return self.others.nearest(self, position) if self.marks.designs else None

    def keep_off(self) -> tuple[QRectF, ...]:
        """Return what a card must not cover: the flag of the limit, and the current design."""
        found = []
        if self.marks.limit is not None:
            found.append(
                QRectF(self.x_of(self.marks.limit * 1e3) - 46, self.area.top() - 26, 92, 22)
            )
        for point in (self.marks.current, self.under_pointer):
            if point is not None:
                at = self.mark_of(point)[0]
                found.append(QRectF(at.x() - 11, at.y() - 11, 22, 22))
        return tuple(found)

    def _is_at_limit(self, position: QPointF) -> bool:
        limit = self.marks.limit
        if limit is None:
            return False
        x = self.x_of(limit * 1e3)
        flag = QRectF(x - 46, self.area.top() - 26, 92, 22)
        return abs(position.x() - x) <= _GRAB or flag.contains(position)

    def clicked_at(self, position: QPointF) -> None:
        """Choose the design under the pointer, or list those that share its mark."""
        found = self.nearest(position)
        if found is not None:
            self._choose(found)
        elif (other := self._other_at(position)) is not None:
            self.other_chosen.emit(*other)

    def _choose(self, point: int) -> None:
        crowd = self.crowds.of(point)
        if self.view is None:
            return
        if crowd is not None and len(crowd.points) > 1:
            designs = self.view.cloud.designs[list(crowd.points)]
            self.listed.emit(tuple(int(each) for each in designs))
        else:
            self.chosen.emit(int(self.view.cloud.designs[point]))

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
        """Move the limit by left and right, go along the front by up and down, fit by 0.

        With Shift the arrows point at one mark after the other, and Return chooses it.
        """
        limit, key = self.marks.limit, event.key()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and key in _TOWARDS:
            self._point_towards(*_TOWARDS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.under_pointer is not None:
            self._choose(self.under_pointer)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and limit is not None:
            by = _LIMIT_STEP if key == Qt.Key.Key_Right else -_LIMIT_STEP
            self.limit_moved.emit(max(round(limit + by, 8), _LIMIT_STEP))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step_on_front(1 if key == Qt.Key.Key_Up else -1)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def _point_towards(self, dx: int, dy: int) -> None:
        """Point at the next mark in a direction; the first time at that of the current design."""
        here = self.under_pointer if self.under_pointer is not None else self.marks.current
        if not self.crowds.all or not self.marks.designs:
            return
        if self.under_pointer is None and here is not None and self.crowds.of(here) is not None:
            self.point_at(here)
            return
        x, y = self.pixels(self.crowds.places)
        at = self.mark_of(here)[0] if here is not None else QPointF(self.area.center())
        along = (x - at.x()) * dx + (y - at.y()) * dy
        aside = np.abs((x - at.x()) * dy) + np.abs((y - at.y()) * dx)
        cost = np.where(along > 0.5, along + 4 * aside, np.inf)  # noqa: PLR2004 - half a px
        best = int(np.argmin(cost))
        if np.isfinite(cost[best]):
            self.point_at(self.crowds.all[best].points[0])

    def event(self, event: QEvent) -> bool:
        """Tell what the 95 % point is, and under the axis the note that may have had no room."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            best = self.view.best95 if self.view is not None and self.marks.best95 else None
            text = self.note if event.pos().y() > self.area.bottom() else ""
            if best is not None and self.view is not None:
                off = QPointF(event.pos()) - self.at(best.power, self.view.accuracy95)
                near = off.manhattanLength() <= _REACH
                text = (BEST95_IN_NGSPICE if self.view.simulated else BEST95) if near else text
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing by key any more."""
        super().focusOutEvent(event)
        self.point_at(None)

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
        """Paint anew in another theme or range; what was pointed at is elsewhere now."""
        self.point_at(None)
        if self._cloud is not None and not self._cloud.fits(self):
            self._cloud = None
            self.labels.forget_positions()
        if self._cloud is None:
            self._join()
        self._count_below()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the cloud for another size."""
        super().resizeEvent(event)
        self._cloud = None
        self.refit()  # its head room is in px
        self._join()
        self.labels.forget_positions()

    def paint_inside(self, painter: QPainter) -> None:
        """Paint the cloud, moved to where it belongs, and what lies over it."""
        if self.view is None:
            return
        self.others.paint(painter, self)
        paint_ground(painter, self)
        if self.marks.designs:
            if self._cloud is None:
                self._cloud = Cloud(self)
            self._cloud.draw(painter, self)
            self._paint_below(painter)
        space = paint_marks(painter, self, self.labels, self.others.fronts(self))
        self.others.paint_names(painter, self, self.labels, space, self.run_name)

    def _paint_below(self, painter: QPainter) -> None:
        """Mark designs under the axis by a triangle on it."""
        view = self.view
        if view is None or not self.below:
            return
        bottom = self.area.bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        for point in self._points_below()[:_MOST_BELOW]:
            x = self.x_of(float(self.mw_percent[point, 0]))
            painter.setBrush(alpha_color(float(view.cloud.alpha[point]), self._appearance.theme))
            tip = [QPointF(x - 4, bottom - 8), QPointF(x + 4, bottom - 8), QPointF(x, bottom - 1)]
            painter.drawPolygon(tip)

    def paint_over(self, painter: QPainter) -> None:
        """Paint the limit with its flag, and the scale of alpha."""
        paint_color_bar(painter, self)
        if self.marks.limit is not None:
            paint_limit(painter, self, dragged=self._dragging)


def _axes(view: Tradeoff) -> tuple[str, str]:
    return f"power ({view.source}), mW", f"accuracy, {view.split} ({view.source}), %"
