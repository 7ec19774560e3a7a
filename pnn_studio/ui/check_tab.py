"""The Check tab: the model against ngspice by node, and accuracy and power of both."""

import math

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.confusion import confusions
from pnn_studio.app.selection import NodeItem, node_of
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.units import format_si
from pnn_studio.domain.verification import Verification
from pnn_studio.ui import words
from pnn_studio.ui.check_figures import (
    NodeFigures,
    NodeKind,
    node_figures,
    points_of,
    residual_bins,
)
from pnn_studio.ui.confusion_view import ConfusionView
from pnn_studio.ui.controls import ElidedLabel, label, restyle
from pnn_studio.ui.empty_state import EmptyState
from pnn_studio.ui.legend import Legend
from pnn_studio.ui.node_table import NodeTable
from pnn_studio.ui.plot import Axes, Plot, nice_ceiling
from pnn_studio.ui.power_bars import PowerBars
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance

_VOLTS = (-1.5, 1.1)
_LINE = (-10.0, 10.0)  # longer than any range
_KINDS: tuple[tuple[NodeKind, str], ...] = (
    ("negation", "negation_fill"),
    ("column", "crossbar_fill"),
    ("ptanh", "activation_fill"),
)
_SAME_SHOWN_LAYERS = 2


class _Scatter(Plot):
    """Voltages of ngspice over those of the model."""

    def __init__(self, appearance: Appearance, title: str) -> None:
        super().__init__(
            appearance, Axes(title, "model, V", "ngspice, V", square=True, ground="canvas")
        )
        self.add_line(_LINE, _LINE)
        self._points = {kind: self.add_points(role) for kind, role in _KINDS}
        self._ring = self.add_ring("text")

    def ring(self, verification: Verification, node: NodeFigures | None) -> None:
        """Ring where a node is farthest off."""
        if node is None:
            self._ring.setData([], [])
            return
        place = (node.sample, node.index)
        self._ring.setData([verification.model[place]], [verification.spice[place]])

    def show_layers(
        self, verification: Verification, figures: tuple[NodeFigures, ...], layers: range
    ) -> None:
        """Draw the nodes of these layers."""
        for kind, points in self._points.items():
            points.setData(*points_of(verification, figures, kind, layers))
        chosen = [each for each in figures if each.layer in layers]
        rms = (sum(each.rms**2 for each in chosen) / max(len(chosen), 1)) ** 0.5
        count = len(chosen) * verification.samples
        lowest = min(float(verification.model.min()), float(verification.spice.min()), _VOLTS[0])
        volts = (math.floor(lowest * 4) / 4, _VOLTS[1])
        self.set_ranges(volts, volts)
        self.note.setText(f"rms {format_si(rms, 'V')}, {count} points")


class CheckTab(QWidget):
    """What ngspice said of the design at the slider."""

    def __init__(self, studio: Studio, appearance: Appearance, check: QAction) -> None:
        super().__init__()
        self._studio = studio
        self._shown: Verification | None = None
        self._figures: tuple[NodeFigures, ...] = ()
        self.summary = ElidedLabel("label")
        self.hidden = _Scatter(appearance, "Hidden nodes")
        self.outputs = _Scatter(appearance, "Outputs")
        self._residual = Plot(appearance, Axes("Residual", "ngspice − model, mV", ground="canvas"))
        # Stacked, drawn from the sum down.
        self._bars = [self._residual.add_curve("", role) for _, role in reversed(_KINDS)]
        self.table = NodeTable(appearance)
        self.answers = ConfusionView(appearance)
        self.power = PowerBars(appearance)
        self._difference = label("", "heading")
        self._empty = EmptyState(appearance, words.NOT_CHECKED)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._make_page(appearance, check))
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._pages)
        studio.changed.connect(self._take_change)
        studio.activity.connect(self.refresh)
        studio.picks.changed.connect(self._follow_selection)
        self.table.chosen.connect(self._choose)
        self.refresh()

    def _make_page(self, appearance: Appearance, check: QAction) -> QWidget:
        again = QToolButton()
        again.setDefaultAction(check)
        again.setProperty("kind", "outline")
        again.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        again.setStyleSheet("padding: 0 8px;")
        again.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        again.setAccessibleName("Check again")
        strip = QHBoxLayout()
        strip.setContentsMargins(16, 0, 16, 0)
        strip.setSpacing(16)
        strip.addWidget(self.summary, 1)
        nodes = tuple((kind, role) for kind, role in _KINDS)
        strip.addWidget(Legend(appearance, nodes))
        strip.addWidget(again)
        head = QWidget()
        head.setFixedHeight(48)
        head.setLayout(strip)
        plots = QHBoxLayout()
        plots.setSpacing(0)
        for plot in (self.hidden, self.outputs, self._residual):
            plots.addWidget(plot, 1)
        drawn = QWidget()
        column = QVBoxLayout(drawn)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(plots, 11)
        column.addWidget(self._make_bottom(appearance), 10)
        return drawn

    def _make_bottom(self, appearance: Appearance) -> QWidget:
        bottom = QFrame()
        bottom.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bottom.setProperty("edge", "top")
        nodes = QVBoxLayout()
        nodes.setContentsMargins(16, 12, 8, 8)
        nodes.setSpacing(4)
        nodes.addWidget(label("Worst nodes", "heading"))
        nodes.addWidget(self.table, 1)
        both = QFrame()
        both.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        both.setProperty("edge", "left")
        figures = QVBoxLayout(both)
        figures.setContentsMargins(16, 12, 16, 8)
        figures.setSpacing(8)
        figures.addWidget(self.answers)
        title = QHBoxLayout()
        title.addWidget(label("Power", "heading"))
        title.addStretch()
        title.addWidget(self._difference)
        figures.addLayout(title)
        figures.addWidget(self.power)
        parts = tuple((part, f"{part}_fill") for part in ("negation", "activation", "crossbar"))
        figures.addWidget(Legend(appearance, parts), 0, Qt.AlignmentFlag.AlignRight)
        figures.addStretch()
        row = QHBoxLayout(bottom)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(nodes, 11)
        row.addWidget(both, 9)
        return bottom

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change != "records":
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what is known of the design at the slider."""
        session = self._studio.session
        design = session.design
        verification = session.verification(design) if design else None
        self._pages.setCurrentIndex(0 if verification is None else 1)
        if verification is None:
            self._empty.text.setText(self._what_is_missing())
            self._shown = None
        elif verification is not self._shown and design is not None:
            self._shown = verification
            self._show(verification, design)
        self._follow_selection()

    def _what_is_missing(self) -> str:
        if self._studio.is_checking:
            return "Checking…"
        design = self._studio.session.design
        if design is None:
            return words.NOT_TRAINED
        if self._studio.session.changed_since_check(design):
            return "Changed since the check. Check again with F7."
        return words.NOT_CHECKED

    @Slot(object)
    def _choose(self, node: NodeFigures) -> None:
        if self._shown is not None:
            self._studio.picks.select(NodeItem(self._shown.nodes[node.index]))

    @Slot()
    def _follow_selection(self) -> None:
        """Mark the node of what was selected elsewhere, in the table and in its scatter."""
        verification, item = self._shown, self._studio.picks.item
        if verification is None:
            return
        name = node_of(item) if item is not None else None
        chosen = next((f for f in self._figures if verification.nodes[f.index] == name), None)
        self.table.choose(chosen)
        ringed = chosen or next(iter(self._figures), None)
        last = len(verification.layer_errors)
        self.hidden.ring(verification, ringed if ringed and ringed.layer < last else None)
        self.outputs.ring(verification, ringed if ringed and ringed.layer == last else None)

    def _show(self, verification: Verification, design: TrainedDesign) -> None:
        self._figures = figures = node_figures(verification)
        layers = len(verification.layer_errors)
        self.summary.set_whole(
            f"{verification.samples} test samples, {len(verification.nodes)} nodes, "
            f"{verification.simulator}, {format_si(verification.seconds, 's')}"
        )
        two = layers == _SAME_SHOWN_LAYERS
        self.hidden.title.setText("Layer 1" if two else f"Layers 1 to {layers - 1}")
        self.outputs.title.setText(f"Layer {layers}, outputs")
        self.hidden.show_layers(verification, figures, range(1, layers))
        self.outputs.show_layers(verification, figures, range(layers, layers + 1))
        kinds = tuple(kind for kind, _ in _KINDS)
        edges, counts, beyond = residual_bins(verification, figures, kinds)
        sums = np.cumsum(counts, axis=0)
        self._residual.set_ranges((-250.0, 250.0), (0.0, nice_ceiling(max(int(sums.max()), 1))))
        for bars, heights in zip(self._bars, sums[::-1], strict=True):
            bars.setData(edges * 1e3, heights, stepMode="center")
        self._residual.note.setText(f"{beyond} beyond ±250 mV" if beyond else "")
        self.table.show_figures(figures)
        same = round(verification.agreement * verification.samples)
        agree = f"{same} of {verification.samples} answers agree"
        both = tuple(zip(("Model", "ngspice"), confusions(verification), strict=True))
        foot = f"rows: true class, columns: answer; {agree}"
        self.answers.show_answers(both, design.class_names, foot)
        difference = words.power_difference(verification)
        self._difference.setText(f"ngspice {words.signed_percent(difference)}")
        restyle(self._difference, tone="warn" if abs(difference) > words.POWER_TOLERANCE else "ok")
        powers = (("model", verification.model_power), ("ngspice", verification.spice_power))
        self.power.show_powers(powers)
