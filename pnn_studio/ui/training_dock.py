"""The bottom dock: how far the training is, and the curves of the design at the slider."""

from collections.abc import Collection

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from pnn_studio.app.curves import DesignCurves
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.ui import words
from pnn_studio.ui.controls import ElidedLabel, IconButton, describe, label
from pnn_studio.ui.empty_state import EmptyState
from pnn_studio.ui.plot import Array, Axes, Plot, decimate, nice_ceiling
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance

HEAD = 32
PARTS = 3
_REDRAW_MS = 22  # a plot at a time, each at most 15 times a second
_LEAST_LOSS, _LEAST_EPOCHS = 1e-6, 20.0
_LOSS_TOP = 0.0  # 1 V
_ACCURACY_STEP = 25.0


def _log(loss: Array) -> Array:
    return np.log10(np.maximum(loss, _LEAST_LOSS))


def _extremes(values: Array, otherwise: tuple[float, float]) -> tuple[float, float]:
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
        self._loss = [self.loss.add_curve(role) for _, role in splits]
        self._accuracy = [self.accuracy.add_curve(role) for _, role in splits]
        # Stacked, drawn from the sum down: each area covers what belongs to the parts below it.
        inks = ("crossbar_ink", "negation_ink", "activation_ink")
        self._power = [
            self.power.add_curve(ink, fill) for ink, (_, fill) in zip(inks, parts, strict=True)
        ]
        self._family_power = self.power.add_curve("control")
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
        self, design: DesignCurves, median: DesignCurves, parts: Collection[int] = range(PARTS)
    ) -> None:
        """Draw the curves of a design, and faintly the median of its family.

        `parts` says which plots: 0 loss, 1 accuracy, 2 power.
        """
        epochs = design.epochs
        if not len(epochs):
            return
        median = median.first(len(epochs))
        self._design = design
        logs = [_log(each) for each in (median.valid_loss, *design.losses)]
        shares = (median.valid_accuracy, *design.accuracies)
        milliwatts = design.power * 1e3
        self._show_ranges(float(epochs[-1]), logs, shares, milliwatts)
        if 0 in parts:
            for curve, values in zip(self._loss, logs, strict=True):
                curve.setData(*decimate(epochs, values, self.loss.pixels))
        if 1 in parts:
            for curve, values in zip(self._accuracy, shares, strict=True):
                curve.setData(*decimate(epochs, values * 100, self.accuracy.pixels))
        if 2 in parts:  # noqa: PLR2004 - the third plot
            self._show_power(epochs, milliwatts, median)

    def _show_power(self, epochs: Array, milliwatts: Array, median: DesignCurves) -> None:
        crossbar, activation, negation = milliwatts.T
        sums = (activation + negation + crossbar, activation + negation, activation)
        for curve, values in zip(self._power, sums, strict=True):
            curve.setData(*decimate(epochs, values, self.power.pixels))
        total = median.power.sum(axis=1) * 1e3
        self._family_power.setData(*decimate(epochs, total, self.power.pixels))

    def _show_ranges(
        self, epoch: float, logs: list[Array], shares: tuple[Array, ...], milliwatts: Array
    ) -> None:
        last = nice_ceiling(max(epoch, _LEAST_EPOCHS))
        lowest, highest = _extremes(np.concatenate(logs[1:]), (-1.0, _LOSS_TOP))
        worst = _extremes(np.concatenate(shares[1:]), (0.0, 1.0))[0] * 100
        most = _extremes(milliwatts.sum(axis=1), (0.0, 1.0))[1]
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


class TrainingDock(QWidget):
    """Head line with progress, and the plots under it; collapses to its head.

    Notes
    -----
    Signal `toggled` (open) after it was opened or closed by its button.
    """

    toggled = Signal(bool)

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self._drawn_run: object = None
        self._part = 0
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self._chevron = IconButton(appearance, "down", "icon")
        describe(self._chevron, "Show or hide the curves", "Show or hide the curves (F8)")
        self._chevron.setShortcut("F8")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(220)
        self._progress.setRange(0, 1000)
        self._progress.setAccessibleName("Progress of the training")
        self._line = ElidedLabel("label")
        head = QWidget()
        head.setFixedHeight(HEAD)
        row = QHBoxLayout(head)
        row.setContentsMargins(6, 0, 16, 0)
        row.setSpacing(8)
        for widget in (self._chevron, label("Training", "title"), self._progress):
            row.addWidget(widget)
        row.addWidget(self._line, 1)
        self.plots = CurvePlots(appearance)
        self._pages = QStackedWidget()
        self._pages.addWidget(EmptyState(appearance, words.NO_CURVES))
        self._pages.addWidget(self.plots)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._pages, 1)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(_REDRAW_MS)
        self._redraw.timeout.connect(self._draw_next)
        self.plots.told.connect(studio.hint)
        self._chevron.clicked.connect(self.toggle)
        studio.changed.connect(self._take_change)
        studio.activity.connect(self._schedule)
        self.draw()

    @property
    def is_open(self) -> bool:
        """Whether the plots are shown."""
        return not self._pages.isHidden()

    def set_open(self, shown: bool) -> None:
        """Show the plots or only the head."""
        self._pages.setVisible(shown)
        self._chevron.set_icon("down" if shown else "right")
        self.setMinimumHeight(160 if shown else HEAD)
        self.setMaximumHeight(16_777_215 if shown else HEAD)
        if shown:
            self._schedule()

    @Slot()
    def toggle(self) -> None:
        """Open or close it."""
        self.set_open(not self.is_open)
        self.toggled.emit(self.is_open)

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change != "verification":
            self._schedule()

    @Slot()
    def _schedule(self) -> None:
        if not self._redraw.isActive():
            self._redraw.start()

    @Slot()
    def _draw_next(self) -> None:
        """Draw one plot after the other, so that no turn of the event loop paints them all."""
        self._draw((self._part,))
        self._part = (self._part + 1) % PARTS
        if self._part:
            self._redraw.start()

    @Slot()
    def draw(self) -> None:
        """Draw what there is now."""
        self._draw(range(PARTS))

    def _draw(self, parts: Collection[int]) -> None:
        session = self._studio.session
        run, curves = session.run, session.design_curves
        self._line.set_whole(words.training_line(self._studio))
        record = run.curves.latest if run else None
        self._progress.setVisible(session.is_training)
        self._progress.setValue(round(1000 * record.progress) if record else 0)
        has_curves = curves is not None and len(curves.epochs) > 0
        self._pages.setCurrentIndex(1 if has_curves else 0)
        if run is None or curves is None or not has_curves or not self.is_open:
            return
        if run.curves is not self._drawn_run or not session.is_training:
            self._drawn_run = run.curves
            self.plots.forget()
        self.plots.show_curves(curves, run.curves.median, parts)
