"""The family as a whole: its median loss, power at a few alphas, and a map of its designs."""

from collections.abc import Collection, Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pnn_studio.app.analysis.family_grid import FamilyGrid
from pnn_studio.app.session.curves import Curves
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.units import format_si
from pnn_studio.ui.plots.curve_plot import Axes, Plot
from pnn_studio.ui.plots.density_image import DensityImage
from pnn_studio.ui.plots.scales import Array, decimate, nice_ceiling
from pnn_studio.ui.runs.curve_plots import LEAST_EPOCHS, extremes, log_loss
from pnn_studio.ui.runs.family_map import FamilyMap
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.colormap import alpha_color
from pnn_studio.ui.widgets.controls import label
from pnn_studio.ui.widgets.graph_items import pg
from pnn_studio.ui.widgets.legend import Legend
from pnn_studio.ui.widgets.theme import Appearance

_ALPHAS, _POINTS = 4, 160
_SHARES = (0.0, 0.3, 0.6, 0.9)
_ROOM = 1.14  # of the axis at its right end for the names of the curves


def shown_columns(grid: FamilyGrid) -> list[int]:
    """Choose the columns of a grid whose power is drawn: at most four, evenly spread."""
    last = len(grid.goals) - 1
    return sorted({round(share * last) for share in _SHARES} | {last if last < _ALPHAS else 0})


class FamilyPlots(QWidget):
    """Median loss, power over the epochs by alpha, map.

    Notes
    -----
    Signals: `told` (what is under the pointer), `chosen` (design).
    """

    told = Signal(str)
    chosen = Signal(int)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        splits = (("train", "control"), ("valid", "text"))
        self.loss = Plot(
            appearance, Axes("Loss, V", "epoch", log=True), (("designs", "border"), *splits)
        )
        self.loss.note.setText("median")
        self.power = Plot(appearance, Axes("Power, mW", "epoch"))
        self._clouds = (
            DensityImage(appearance, self.loss, "loss"),
            DensityImage(appearance, self.power, "power"),
        )
        self._loss = [self.loss.add_curve(role) for _, role in splits]
        self._power = [self.power.add_curve("text") for _ in range(_ALPHAS + 1)]
        self._names = [pg.TextItem(anchor=(0, 0.5)) for _ in self._power]
        for name in self._names:
            name.setFont(looks.font(looks.CAPTION_PX))
            self.power.add_item(name)
        self.map = FamilyMap(appearance)
        self._curves: Curves | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for index, part in enumerate((self.loss, self.power, self._make_map(appearance))):
            if index:
                part.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
                part.setProperty("edge", "left")
            row.addWidget(part, 1)
        self.loss.hovered.connect(self._tell)
        self.power.hovered.connect(self._tell)
        self.map.told.connect(self.told)
        self.map.chosen.connect(self.chosen)

    def _make_map(self, appearance: Appearance) -> QWidget:
        part = QWidget()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label("Designs", "heading"))
        self._counts = label("", "caption")
        head.addWidget(self._counts)
        head.addStretch()
        head.addWidget(Legend(appearance, (("diverged", "error"),)))
        column = QVBoxLayout(part)
        column.setContentsMargins(16, 8, 12, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.map, 1)
        return part

    @Slot(float)
    def _tell(self, epoch: float) -> None:
        median = self._curves.median if self._curves is not None else None
        if median is None or not len(median.epochs):
            return
        at = int(np.argmin(np.abs(median.epochs - epoch)))
        losses = ", ".join(format_si(float(each[at]), "V") for each in median.losses)
        watts = format_si(float(median.power[at].sum()), "W")
        self.told.emit(
            f"epoch {median.epochs[at]:.0f}, median of the family, train and valid: {losses}; "
            f"power {watts}"
        )

    def show_family(
        self,
        plan: FamilyPlan,
        curves: Curves,
        current: int | None,
        parts: Collection[int],
        *,
        live: bool,
    ) -> None:
        """Draw how a family stands; `parts` says which: 0 loss, 1 power, 2 map."""
        record = curves.latest
        if record is None:
            return
        self._curves = curves
        grid = FamilyGrid.of(plan, record)
        median = curves.median
        last = nice_ceiling(max(float(record.epoch), LEAST_EPOCHS))
        if 0 in parts:
            logs = [log_loss(each) for each in median.losses]
            low, high = extremes(np.concatenate([*logs, log_loss(record.valid_loss)]), (-1.0, 0.0))
            bottom, top = float(np.floor(min(low, -1.0))), float(np.ceil(max(high, 0.0)))
            self.loss.set_ranges((0.0, last), (bottom, top))
            self._clouds[0].show_family(curves, live=live)
            for curve, values in zip(self._loss, logs, strict=True):
                curve.setData(*decimate(median.epochs, values, self.loss.pixels))
        if 1 in parts:
            self._show_power(grid, curves, last, live=live)
        if 2 in parts:  # noqa: PLR2004 - the third one
            finished, improving, _ = grid.counts
            self._counts.setText(f"{finished} finished, {improving} improving")
            self.map.show_grid(grid, current)

    def _show_power(self, grid: FamilyGrid, curves: Curves, last: float, *, live: bool) -> None:
        theme = self._appearance.theme
        self.power.note.setText(f"median at each {grid.axis}")
        columns = shown_columns(grid)
        lines: list[tuple[Array, Array]] = []
        for column in columns:
            designs = [int(each) for each in grid.designs[:, column] if each >= 0]
            epochs, watts = curves.median_power(designs, _POINTS)
            lines.append((epochs, watts * np.float32(1e3)))
        whole = grid.record.power.sum(axis=1) * 1e3
        most = extremes(np.concatenate([*(watts for _, watts in lines), whole]), (0.0, 1.0))[1]
        self.power.set_ranges((0.0, last * _ROOM), (0.0, nice_ceiling(max(most, 1e-3))))
        self._clouds[1].show_family(curves, live=live)
        ends = [float(watts[-1]) if len(watts) else np.nan for _, watts in lines]
        places = _spread(ends, 12 * self.power.ranges[1][1] / self.power.pixels_high)
        for index, (curve, name) in enumerate(zip(self._power, self._names, strict=True)):
            shown = index < len(lines)
            curve.setVisible(shown)
            name.setVisible(shown)
            if not shown:
                continue
            epochs, watts = lines[index]
            color = alpha_color(grid.weight(columns[index]), theme)
            curve.setPen(pg.mkPen(color, width=1))
            curve.setData(epochs, watts)
            if len(watts) and np.isfinite(places[index]):
                name.setText(grid.short_name(columns[index]), color=theme.color("text2"))
                name.setPos(float(epochs[-1]), places[index])


def _spread(values: Sequence[float], gap: float) -> list[float]:
    """Move values that lie closer than `gap` up, so that their names do not overlap."""
    moved, below = list(values), -np.inf
    for at in sorted(range(len(values)), key=lambda each: values[each]):
        if np.isfinite(moved[at]):
            moved[at] = below = max(moved[at], below + gap)
    return moved
