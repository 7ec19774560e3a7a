"""Curves of the design at the slider over its epochs, the whole family faintly behind them."""

from collections.abc import Collection

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pnn_studio.app.session.curves import Curves, DesignCurves
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.ui.plots.curve_plot import Axes, Plot
from pnn_studio.ui.plots.density_image import DensityImage
from pnn_studio.ui.plots.scales import Array, decimate, nice_ceiling
from pnn_studio.ui.widgets.theme import Appearance

_LEAST_LOSS, LEAST_EPOCHS = 1e-6, 20.0
_LOSS_TOP = 0.0  # 1 V
_ACCURACY_STEP = 25.0


def log_loss(loss: Array) -> Array:
    """Return the exponent of ten of a loss in volt."""
    return np.log10(np.maximum(loss, _LEAST_LOSS))


def extremes(values: Array, otherwise: tuple[float, float]) -> tuple[float, float]:
    """Return the least and the largest value; a design that diverged may have none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else otherwise


def describe_point(curves: DesignCurves, epoch: float) -> str:
    """Say how the design stood at the point that is nearest to `epoch`; empty without points."""
    if not len(curves.epochs):
        return ""
    at = int(np.argmin(np.abs(curves.epochs - epoch)))
    losses = ", ".join(format_si(float(each[at]), "V") for each in curves.losses)
    shares = ", ".join(format_percent(float(each[at])) for each in curves.accuracies)
    watts = format_si(float(curves.power[at].sum()), "W")
    return f"epoch {curves.epochs[at]:.0f}, train and valid: {losses}; {shares}; power {watts}"


class CurvePlots(QWidget):
    """Loss, accuracy and power by part over the epochs.

    Notes
    -----
    Signal `told` (text): what is under the pointer.
    """

    told = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        splits = (("family", "border"), ("train", "control"), ("valid", "text"))
        parts = (
            ("crossbar", "crossbar_fill"),
            ("negation", "negation_fill"),
            ("activation", "activation_fill"),
        )
        self.loss = Plot(appearance, Axes("Loss, V", "epoch", log=True), splits)
        self.accuracy = Plot(
            appearance, Axes("Accuracy, %", "epoch", y_step=_ACCURACY_STEP), splits
        )
        self.power = Plot(appearance, Axes("Power, mW", "epoch"), parts)
        self._clouds = (
            DensityImage(appearance, self.loss, "loss"),
            DensityImage(appearance, self.accuracy, "accuracy"),
            DensityImage(appearance, self.power, "power"),
        )
        self._loss = [self.loss.add_curve(role) for _, role in splits[1:]]
        self._accuracy = [self.accuracy.add_curve(role) for _, role in splits[1:]]
        # Stacked, drawn from the sum down: each area covers what belongs to the parts below it.
        inks = ("crossbar_ink", "negation_ink", "activation_ink")
        self._power = [
            self.power.add_curve(ink, fill) for ink, (_, fill) in zip(inks, parts, strict=True)
        ]
        self._shown: tuple[float, float, float, float] | None = None
        self._design: DesignCurves | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for index, plot in enumerate((self.loss, self.accuracy, self.power)):
            if index:
                plot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
                plot.setProperty("edge", "left")
            row.addWidget(plot, 1)
            plot.hovered.connect(self._tell)

    @Slot(float)
    def _tell(self, epoch: float) -> None:
        if self._design is not None:
            self.told.emit(describe_point(self._design, epoch))

    def forget(self) -> None:
        """Let the axes start anew; during a run they only grow."""
        self._shown = None

    def show_curves(
        self,
        design: DesignCurves,
        family: Curves,
        parts: Collection[int],
        *,
        live: bool = False,
    ) -> None:
        """Draw the curves of a design, and faintly those of all designs of its family.

        `parts` says which plots: 0 loss, 1 accuracy, 2 power; `live` that they still grow.
        """
        epochs = design.epochs
        if not len(epochs):
            return
        self._design = design
        logs = [log_loss(each) for each in design.losses]
        milliwatts = design.power * 1e3
        self._show_ranges(family, float(epochs[-1]), logs, design.accuracies, milliwatts)
        if 0 in parts:
            for curve, values in zip(self._loss, logs, strict=True):
                curve.setData(*decimate(epochs, values, self.loss.pixels))
        if 1 in parts:
            for curve, values in zip(self._accuracy, design.accuracies, strict=True):
                curve.setData(*decimate(epochs, values * 100, self.accuracy.pixels))
        if 2 in parts:  # noqa: PLR2004 - the third plot
            self._show_power(epochs, milliwatts)
        for part in parts:
            self._clouds[part].show_family(family, live=live)
        beyond = self._clouds[2].beyond
        self.power.note.setText(f"{beyond} reach above" if beyond else "")
        self.power.note.setToolTip("Designs of the family that needed more at some time")

    def _show_power(self, epochs: Array, milliwatts: Array) -> None:
        crossbar, activation, negation = milliwatts.T
        sums = (activation + negation + crossbar, activation + negation, activation)
        for curve, values in zip(self._power, sums, strict=True):
            curve.setData(*decimate(epochs, values, self.power.pixels))

    def _show_ranges(
        self,
        family: Curves,
        epoch: float,
        logs: list[Array],
        shares: tuple[Array, ...],
        milliwatts: Array,
    ) -> None:
        record = family.latest
        assert record is not None  # there are curves
        last = nice_ceiling(max(epoch, LEAST_EPOCHS))
        lowest, highest = extremes(np.concatenate(logs), (-1.0, _LOSS_TOP))
        lowest = min(lowest, extremes(log_loss(record.valid_loss), (lowest, 0.0))[0])
        worst = extremes(np.concatenate(shares), (0.0, 1.0))[0] * 100
        most = extremes(milliwatts.sum(axis=1), (0.0, 1.0))[1]
        most = max(most, extremes(record.power.sum(axis=1) * 1e3, (0.0, most))[1])
        largest = nice_ceiling(max(most, 1e-3))
        wanted = (
            last,
            float(np.floor(min(lowest, -1.0))),
            float(np.floor(worst / _ACCURACY_STEP) * _ACCURACY_STEP),
            largest,
        )
        shown = self._shown or wanted
        last = max(wanted[0], shown[0])
        bottom, least = min(wanted[1], shown[1]), min(wanted[2], shown[2])
        largest = max(wanted[3], shown[3])
        self._shown = (last, bottom, least, largest)
        top = _LOSS_TOP if highest <= _LOSS_TOP else float(np.ceil(highest))
        self.loss.set_ranges((0.0, last), (bottom, top))
        self.accuracy.set_ranges((0.0, last), (min(least, 75.0), 101.0))
        self.power.set_ranges((0.0, last), (0.0, largest))
