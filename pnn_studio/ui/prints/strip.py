"""The strip of the Yield tab: what prints are drawn from, what they keep, and how far a run is."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from pnn_studio.domain.print_report import YieldPlan
from pnn_studio.domain.yields import Limit
from pnn_studio.ui.widgets.controls import ElidedLabel, Segments, describe, label
from pnn_studio.ui.widgets.spins import Spin
from pnn_studio.ui.widgets.theme import Appearance

_TECHNOLOGY, _TEN, _CUSTOM = range(3)


class PrintsStrip(QWidget):
    """Spread, keep, prints, Run, and a line that says how far it is."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._spread = _TECHNOLOGY
        self.spread = Segments(
            "Spread",
            ("technology", "10 %", "custom"),
            (
                "All that the technology says of its spread",
                "Each printed resistor, W and L by 10 %, and nothing else",
                "Each printed resistor, W and L by the share that is set here",
            ),
        )
        self.spread.choose(self._spread)
        self.spread.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.share = _spin(appearance, "Spread of each resistor, W and L", 1, 100, 15)
        self.share.setSuffix(" %")
        self.keep = _spin(appearance, "Share of the accuracy as drawn that is kept", 50, 100, 95)
        self.keep.setSuffix(" %")
        self.count = _spin(appearance, "Prints", 100, 100_000, 10_000, 1000)
        self.run = QPushButton("Run")
        self.run.setProperty("kind", "outline")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(64)  # there is no more in a window of 1280 px
        self.bar.setRange(0, 100)
        self.bar.setAccessibleName("Progress of the prints")
        self.line = ElidedLabel("label")
        self.setFixedHeight(48)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        for text, parts in (
            ("spread", (self.spread, self.share)),
            ("keep", (self.keep,)),
            ("prints", (self.count,)),
        ):
            row.addWidget(label(text, "label"))
            for part in parts:
                row.addWidget(part)
            row.addSpacing(8)
        row.addWidget(self.run)
        row.addWidget(self.bar)
        row.addWidget(self.line, 1)
        self.spread.chosen.connect(self._take_spread)
        self._take_spread(self._spread)

    def plan(self, spice: int = 0) -> YieldPlan:
        """Return what is asked for, `spice` of the prints simulated in ngspice."""
        shares = {_TECHNOLOGY: None, _TEN: 0.1, _CUSTOM: self.share.value() / 100}
        limit = Limit(self.keep.value() / 100)
        return YieldPlan(self.count.value(), limit, shares[self._spread], spice)

    def show_run(self, what: str, tip: str) -> None:
        """Have the button say what it does now."""
        self.run.setText(what)
        describe(self.run, what, tip)

    @Slot(int)
    def _take_spread(self, which: int) -> None:
        self._spread = which
        self.share.setVisible(which == _CUSTOM)


def _spin(
    appearance: Appearance, name: str, low: int, high: int, value: int, step: int = 1
) -> Spin:
    made = Spin(appearance, low, high, step)
    made.setValue(value)
    made.setGroupSeparatorShown(True)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    describe(made, name, name)
    return made
