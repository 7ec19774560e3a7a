"""Plots of a check: model against ngspice layer by layer, and how often they differ by how much."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from pnn_studio.domain.units import format_si
from pnn_studio.domain.verification import Verification
from pnn_studio.ui.check.figures import KINDS, NodeFigures, nearest, points_of, residual_bins
from pnn_studio.ui.plots.curve_plot import Axes, Plot
from pnn_studio.ui.plots.scales import nice_ceiling
from pnn_studio.ui.widgets.theme import Appearance

_VOLTS = (-1.5, 1.1)
_LINE = (-10.0, 10.0)  # longer than any range
_REACH_PX = 12.0
_ROOMY = 200
_LEAST_WIDTH = 156  # four layers and the residuals fit at 1440 px


class Scatter(Plot):
    """Voltages of ngspice over those of the model, in one layer.

    Notes
    -----
    Signals: `told` (what is under the pointer), `chosen` (NodeFigures).
    """

    told = Signal(str)
    chosen = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(
            appearance, Axes("Layer", "model, V", "ngspice, V", square=True, ground="canvas")
        )
        self._shown: tuple[Verification, tuple[NodeFigures, ...]] | None = None
        self.setMinimumWidth(_LEAST_WIDTH)
        self.add_line(_LINE, _LINE)
        self._points = {kind: self.add_points(role) for kind, role in KINDS}
        self._ring = self.add_ring("text")
        self.pointed.connect(self._tell)
        self.clicked.connect(self._choose)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the error to the tooltip of the title where there is little room."""
        super().resizeEvent(event)
        self.note.setVisible(self.width() >= _ROOMY)

    def ring(self, node: NodeFigures | None) -> None:
        """Ring where a node of this layer is farthest off."""
        if self._shown is None or node is None or node not in self._shown[1]:
            self._ring.setData([], [])
            return
        verification, place = self._shown[0], (node.sample, node.index)
        self._ring.setData([verification.model[place]], [verification.spice[place]])

    def has(self, node: NodeFigures) -> bool:
        """Whether a node is drawn here."""
        return not self.isHidden() and self._shown is not None and node in self._shown[1]

    def show_nodes(
        self, title: str, verification: Verification, figures: tuple[NodeFigures, ...]
    ) -> None:
        """Draw these nodes."""
        self._shown = verification, figures
        self.title.setText(title)
        for kind, points in self._points.items():
            points.setData(*points_of(verification, figures, kind))
        rms = (sum(each.rms**2 for each in figures) / max(len(figures), 1)) ** 0.5
        lowest = min(float(verification.model.min()), float(verification.spice.min()), _VOLTS[0])
        volts = (math.floor(lowest * 4) / 4, _VOLTS[1])
        self.set_ranges(volts, volts)
        self.note.setText(f"rms {format_si(rms, 'V')}")
        counted = f"{len(figures)} nodes, {verification.samples} samples"
        self.note.setToolTip(counted)
        self.title.setToolTip(f"rms {format_si(rms, 'V')} over {counted}")

    def _nearest(self, x: float, y: float) -> tuple[NodeFigures, int] | None:
        if self._shown is None:
            return None
        (left, right), (low, high) = self.ranges
        reach = (
            _REACH_PX * (right - left) / self.pixels,
            _REACH_PX * (high - low) / self.pixels_high,
        )
        return nearest(*self._shown, (x, y), reach)

    @Slot(float, float)
    def _tell(self, x: float, y: float) -> None:
        found = self._nearest(x, y)
        if found is None or self._shown is None:
            self.told.emit("")
            return
        (node, sample), verification = found, self._shown[0]
        model, spice = (
            format_si(float(volts[sample, node.index]), "V")
            for volts in (verification.model, verification.spice)
        )
        self.told.emit(f"{node.name} at sample {sample + 1}: model {model}, ngspice {spice}")

    @Slot(float, float)
    def _choose(self, x: float, y: float) -> None:
        found = self._nearest(x, y)
        if found is not None:
            self.chosen.emit(found[0])


class Residuals(Plot):
    """How many differences there are of each size, stacked by kind of node."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, Axes("Residual", "ngspice − model, mV",
                                          ground="canvas"))  # fmt: skip
        self.setMinimumWidth(_LEAST_WIDTH + 24)
        # Stacked, drawn from the sum down.
        self._bars = [self.add_curve("", role) for _, role in reversed(KINDS)]

    def show_nodes(self, verification: Verification, figures: tuple[NodeFigures, ...]) -> None:
        """Count the differences of these nodes."""
        edges, counts, beyond = residual_bins(
            verification, figures, tuple(kind for kind, _ in KINDS)
        )
        sums = np.cumsum(counts, axis=0)
        self.set_ranges((-250.0, 250.0), (0.0, nice_ceiling(max(int(sums.max()), 1))))
        for bars, heights in zip(self._bars, sums[::-1], strict=True):
            bars.setData(edges * 1e3, heights, stepMode="center")
        self.note.setText(f"{beyond} beyond ±250 mV" if beyond else "")


class CheckPlots(QWidget):
    """A scatter for each layer and the residuals; where not all fit, hidden layers are scrolled.

    Notes
    -----
    Signals: `told` (what is under the pointer), `chosen` (NodeFigures).
    """

    told = Signal(str)
    chosen = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._hidden: list[Scatter] = []
        self._count = 1
        self.outputs = self._made()
        self.outputs.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.outputs.setProperty("edge", "left")
        self.residuals = Residuals(appearance)
        self.residuals.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.residuals.setProperty("edge", "left")
        inside = QWidget()
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._scroll.setAccessibleName("Model against ngspice, layer by layer")
        self._scroll.setProperty("ground", "canvas")
        inside.setProperty("ground", "canvas")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._scroll, 1)
        row.addWidget(self.outputs, 1)
        row.addWidget(self.residuals, 1)

    def _made(self) -> Scatter:
        scatter = Scatter(self._appearance)
        scatter.told.connect(self.told)
        scatter.chosen.connect(self.chosen)
        return scatter

    @property
    def controls(self) -> list[QWidget]:
        """What Tab reaches."""
        return [self._scroll]

    @property
    def scatters(self) -> tuple[Scatter, ...]:
        """The scatters that are shown, one a layer; the outputs are the last."""
        return (*self._hidden[: self._count - 1], self.outputs)

    def show_nodes(
        self,
        verification: Verification,
        figures: tuple[NodeFigures, ...],
        layers: Sequence[tuple[int, str]],
    ) -> None:
        """Draw these nodes, a scatter for each of `layers` (number, title)."""
        self._count = len(layers)
        while len(self._hidden) < len(layers) - 1:
            self._hidden.append(self._made())
            self._row.addWidget(self._hidden[-1], 1)
        for scatter in self._hidden[len(layers) - 1 :]:
            scatter.hide()
        for scatter, (number, title) in zip(self.scatters, layers, strict=False):
            chosen = tuple(each for each in figures if each.layer == number)
            scatter.show()
            scatter.show_nodes(title, verification, chosen)
        self.residuals.show_nodes(verification, figures)
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.setStretch(0, len(layers) - 1)
        self._scroll.setVisible(len(layers) > 1)

    def ring(self, node: NodeFigures | None) -> None:
        """Ring a node in its layer, and bring that into view."""
        for scatter in self.scatters:
            scatter.ring(node)
            inside = scatter is not self.outputs
            if node is not None and inside and scatter.has(node):
                self._scroll.ensureWidgetVisible(scatter, 0, 0)
