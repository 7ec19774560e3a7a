"""A plot in the window's looks: left and bottom axis, a light grid, curves 1 px wide."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pnn_studio.ui.plots.scales import Range, decade_ticks, linear_ticks
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.controls import label
from pnn_studio.ui.widgets.graph_items import pg
from pnn_studio.ui.widgets.legend import Legend
from pnn_studio.ui.widgets.theme import Appearance

_LEFT, _BOTTOM, _RIGHT, _HEAD = 42, 34, 18, 40
_SIDES, _ABOVE = 28, 6


@dataclass(frozen=True)
class Axes:
    """What stands at the axes.

    Attributes
    ----------
    title : str
        Over the plot, with its unit.
    x_title, y_title : str
        At the ends of the axes; empty where the title says it.
    log : bool
        Whether y is an exponent of ten.
    square : bool
        Whether the plot is as high as wide.
    y_step : float
        Distance of the ticks at the left; 0 chooses one.
    ground : str
        Colour role of what lies behind.
    """

    title: str
    x_title: str = ""
    y_title: str = ""
    log: bool = False
    square: bool = False
    y_step: float = 0.0
    ground: str = "panel"


class Plot(QWidget):
    """Title line with legend, and a plot that shows exactly the ranges that it is given.

    Parameters
    ----------
    appearance : Appearance
        Gives the colours.
    axes : Axes
        What stands at the axes.
    legend : sequence of (str, str)
        Names and colour roles.

    Notes
    -----
    Signals: `hovered` (x), `pointed` and `clicked` (x, y): what the pointer is over, in the units
    of the axes.
    """

    hovered = Signal(float)
    pointed = Signal(float, float)
    clicked = Signal(float, float)

    def __init__(
        self, appearance: Appearance, axes: Axes, legend: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__()
        self._appearance, self._axes = appearance, axes
        self._ranges: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self._themed: list[Callable[[], None]] = []
        self.title = label(axes.title, "heading")
        self.note = label("", "caption")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.note)
        head.addStretch()
        if legend:
            head.addWidget(Legend(appearance, legend))
        # Without its context menu, which would be a window of its own.
        self._box = pg.ViewBox(enableMenu=False)
        self._box.setMouseEnabled(x=False, y=False)
        self._box.setDefaultPadding(0)
        self._left, self._bottom = pg.AxisItem("left"), pg.AxisItem("bottom")
        # Not a GraphicsLayoutWidget, which leaves a widget without a parent behind.
        self._surface, cells = pg.GraphicsView(), pg.GraphicsLayout()
        self._surface.setCentralItem(cells)
        cells.layout.setContentsMargins(0, _ABOVE, _RIGHT, 0)
        cells.layout.setSpacing(0)
        cells.addItem(self._left, 0, 0)
        cells.addItem(self._box, 0, 1)
        cells.addItem(self._bottom, 1, 1)
        self._surface.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._surface.setAccessibleName(f"Plot: {axes.title}")
        self._left.linkToView(self._box)
        self._bottom.linkToView(self._box)
        self._left.setWidth(_LEFT)
        self._bottom.setHeight(_BOTTOM if axes.x_title else 20)
        self._grid = pg.PlotCurveItem(connect="pairs")
        self._grid.setZValue(-10)
        self._box.addItem(self._grid, ignoreBounds=True)
        self._surface.scene().sigMouseMoved.connect(self._take_pointer)
        self._surface.scene().sigMouseClicked.connect(self._take_click)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, _SIDES - 16, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._surface, 1)
        if axes.square:
            column.addStretch()
        appearance.changed.connect(self._draw)
        self._draw()
        self.set_ranges(*self._ranges)

    # --- what is drawn -------------------------------------------------------------------------

    def add_curve(self, role: str, fill: str = "") -> "pg.PlotCurveItem":
        """Add an empty curve in the colour of `role`; none where it is empty.

        With `fill`, the area down to 0 is filled.
        """
        curve = pg.PlotCurveItem(connect="finite")
        self._box.addItem(curve, ignoreBounds=True)

        def draw() -> None:
            theme = self._appearance.theme
            curve.setPen(_pen(theme.color(role)) if role else None)
            if fill:
                curve.setFillLevel(0.0)
                curve.setBrush(theme.color(fill))

        draw()
        self._themed.append(draw)
        return curve

    def add_points(self, role: str, size: float = 5.0) -> "pg.ScatterPlotItem":
        """Add an empty cloud of points in the colour of `role`."""
        points = pg.ScatterPlotItem(size=size, pen=None)
        self._box.addItem(points, ignoreBounds=True)

        def draw() -> None:
            points.setBrush(self._appearance.theme.color(role, 0.85))

        draw()
        self._themed.append(draw)
        return points

    def add_ring(self, role: str, size: float = 14.0) -> "pg.ScatterPlotItem":
        """Add a ring around points, none as yet, in the colour of `role`."""
        ring = pg.ScatterPlotItem(size=size, brush=None)
        ring.setZValue(10)
        self._box.addItem(ring, ignoreBounds=True)

        def draw() -> None:
            pen = _pen(self._appearance.theme.color(role))
            pen.setWidthF(1.6)
            ring.setPen(pen)

        draw()
        self._themed.append(draw)
        return ring

    def add_item(self, item: "pg.GraphicsObject") -> None:
        """Add something that knows its own place and looks."""
        self._box.addItem(item, ignoreBounds=True)

    def add_line(self, x: Sequence[float], y: Sequence[float], role: str = "control") -> None:
        """Add a fixed line."""
        self.add_curve(role).setData(np.asarray(x, float), np.asarray(y, float))

    def set_ranges(self, x: Range, y: Range) -> None:
        """Show these ranges; ticks and grid follow."""
        if (x, y) == self._ranges and self._grid.xData is not None:
            return
        self._ranges = (x, y)
        self._box.setRange(xRange=x, yRange=y, padding=0)
        bottom, left = linear_ticks(*x), self._left_ticks(*y)
        self._bottom.setTicks([bottom, []])
        self._left.setTicks([left, []])
        lines_x = [end for value, _ in bottom for end in (value, value)] + len(left) * list(x)
        lines_y = len(bottom) * list(y) + [end for value, _ in left for end in (value, value)]
        self._grid.setData(np.asarray(lines_x, float), np.asarray(lines_y, float))

    def _left_ticks(self, low: float, high: float) -> list[tuple[float, str]]:
        if self._axes.log:
            return decade_ticks(low, high)
        return linear_ticks(low, high, step=self._axes.y_step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a square plot square."""
        super().resizeEvent(event)
        if self._axes.square:
            around = self.contentsMargins()
            height = self.height() - _HEAD - _BOTTOM - around.top() - around.bottom()
            width = self.width() - _LEFT - _RIGHT - _SIDES - around.left() - around.right()
            side = max(min(height, width), 40)
            self._surface.setMaximumSize(side + _LEFT + _RIGHT, side + _BOTTOM + _ABOVE)

    @Slot(object)
    def _take_pointer(self, position: QPointF) -> None:
        at = self._box.mapSceneToView(position)
        self.hovered.emit(float(at.x()))
        self.pointed.emit(float(at.x()), float(at.y()))

    @Slot(object)
    def _take_click(self, event: "pg.GraphicsScene.mouseEvents.MouseClickEvent") -> None:
        at = self._box.mapSceneToView(event.scenePos())
        self.clicked.emit(float(at.x()), float(at.y()))

    @property
    def ranges(self) -> tuple[Range, Range]:
        """What is shown of x and of y."""
        return self._ranges

    @property
    def pixels_high(self) -> int:
        """Height of the plot area."""
        return max(int(self._box.height()), 20)

    @property
    def pixels(self) -> int:
        """Width of the plot area."""
        return max(int(self._box.width()), 50)

    @Slot()
    def _draw(self) -> None:
        theme = self._appearance.theme
        self._surface.setBackground(theme.color(self._axes.ground))
        self._grid.setPen(_pen(theme.color("grid")))
        caption = {"color": theme.text2, "font-size": f"{looks.CAPTION_PX}px"}
        titles = ((self._left, self._axes.y_title), (self._bottom, self._axes.x_title))
        for axis, title in titles:
            axis.setPen(_pen(theme.color("control")))
            axis.setTextPen(_pen(theme.color("text2")))
            axis.setStyle(
                tickLength=0,
                tickFont=looks.font(looks.CAPTION_PX),
                tickTextOffset=4,
                hideOverlappingLabels=False,
            )
            if title:
                axis.setLabel(title, **caption)
        for draw in self._themed:
            draw()


def _pen(color: QColor) -> QPen:
    pen = QPen(color)
    pen.setCosmetic(True)
    pen.setWidth(1)
    return pen
