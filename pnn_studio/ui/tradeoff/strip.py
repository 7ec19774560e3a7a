"""What stands over the trade-off: which layers and designs are shown, the limit, and the pins."""

from dataclasses import replace
from typing import Literal

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pnn_studio.domain.settings import TradeoffSwitches
from pnn_studio.ui.tradeoff.legend import BEST95, BEST95_IN_NGSPICE
from pnn_studio.ui.widgets.controls import Combo, ElidedLabel, IconButton, describe, label
from pnn_studio.ui.widgets.fields import CheckBox, QuantityEntry
from pnn_studio.ui.widgets.theme import Appearance

_Y: tuple[Literal["test", "valid", "ngspice"], ...] = ("test", "valid", "ngspice")
_LAYERS = (
    ("designs", "Every trained design, by alpha and seed"),
    ("mean per α", "The mean over the seeds of each alpha, where all designs are shown"),
    ("front", "Of the designs that are shown: those that no other beats in power and accuracy"),
    ("best95", BEST95),
)
_NO_LIMIT = "Only designs within the power limit; type a limit first"


class TradeoffStrip(QWidget):
    """Two lines of controls, which show what is chosen and hold none of it.

    Notes
    -----
    Signal `chosen` (`TradeoffSwitches`) where a person asks for other things to be shown.
    """

    chosen = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._switches = TradeoffSwitches()
        self.layers = [CheckBox(appearance, text, tip) for text, tip in _LAYERS]
        self.checked = CheckBox(
            appearance, "checked", "Only designs that ngspice has simulated as they are now"
        )
        self.within = CheckBox(appearance, "within limit", _NO_LIMIT)
        self.within.setEnabled(False)
        for each in self.layers:
            each.setChecked(True)
        for each in (*self.layers, self.checked, self.within):
            each.toggled.connect(self._take)
        self.count = ElidedLabel("label")
        self.split = Combo(appearance)
        self.split.addItems([f"accuracy, {each}" for each in _Y])
        self.split.setFixedWidth(140)
        describe(
            self.split,
            "y axis",
            "Which split's accuracy stands at the left; or accuracy and power of the checked "
            "designs in ngspice, on the test split",
        )
        self.split.activated.connect(self._take_split)
        self.limit = QuantityEntry(appearance, "W")
        self.limit.setFixedWidth(84)
        self.limit.setPlaceholderText("none")
        describe(self.limit, "Power limit", "For example 5 mW; empty for none. Drag its line, too.")
        self.front = _button("Check front")
        self.compare = _button("Compare")
        self.pin = _button("Pin")
        describe(self.pin, "Pin this design", "Keep the current design for comparison (Ctrl+D)")
        self.fit = IconButton(appearance, "fit")
        describe(self.fit, "Show all designs", "Show all designs (0, or double-click)")
        self._lay_out()

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(10)
        first.addWidget(label("show", "label"))
        for box in self.layers:
            first.addWidget(box)
        first.addStretch()
        for name, field in (("y", self.split), ("limit", self.limit)):
            caption = label(name, "label")
            caption.setBuddy(field)
            first.addWidget(caption)
            first.addWidget(field)
        second.addWidget(label("only", "label"))
        second.addWidget(self.checked)
        second.addWidget(self.within)
        second.addSpacing(8)
        second.addWidget(self.count, 1)
        for button in (self.front, self.pin, self.compare, self.fit):
            second.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 8)
        column.setSpacing(8)
        column.addLayout(first)
        column.addLayout(second)

    @Slot()
    def _take(self) -> None:
        designs, means, front, best95 = (box.isChecked() for box in self.layers)
        chosen = replace(
            self._switches, designs=designs, means=means, front=front, best95=best95,
            checked=self.checked.isChecked(), within=self.within.isChecked(),
        )  # fmt: skip
        if chosen != self._switches:
            self.chosen.emit(chosen)

    @Slot(int)
    def _take_split(self, index: int) -> None:
        self.chosen.emit(replace(self._switches, y=_Y[index]))

    def show_switches(
        self, switches: TradeoffSwitches, y: Literal["test", "valid", "ngspice"]
    ) -> None:
        """Show what is chosen, and whose accuracy stands at the left."""
        self._switches = switches
        kinds = (switches.designs, switches.means, switches.front, switches.best95)
        boxes = (*self.layers, self.checked, self.within)
        for box, on in zip(boxes, (*kinds, switches.checked, switches.within), strict=True):
            blocked = box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(blocked)
        self.split.setCurrentIndex(_Y.index(y))

    def show_limit(self, limit: float | None) -> None:
        """Show the power limit, without which nothing can be within it."""
        self.limit.show_value(limit)
        self.within.setEnabled(limit is not None)
        self.within.setToolTip(
            _NO_LIMIT if limit is None else "Only designs that need no more than the power limit"
        )

    def show_simulated(self, *, simulated: bool) -> None:
        """Show whether designs are drawn as they are in ngspice: not all seeds are simulated."""
        _, means, _, best = self.layers
        means.setEnabled(not simulated)
        tips = dict(_LAYERS)
        means.setToolTip(
            "Not all seeds of an alpha are simulated" if simulated else tips["mean per α"]
        )
        best.setToolTip(BEST95_IN_NGSPICE if simulated else tips["best95"])

    def show_front(self, *, can_check: bool, checking: bool) -> None:
        """Show whether the front can be checked, or a check of it be ended."""
        self.front.setText("Cancel" if checking else "Check front")
        self.front.setEnabled(can_check or checking)
        tip = (
            "End the check of the front; what is checked is kept"
            if checking
            else "Simulate the best designs of every α in ngspice (Shift+F7)"
        )
        describe(self.front, "Cancel the check" if checking else "Check the front", tip)

    def show_pins(self, count: int, *, is_pinned: bool) -> None:
        """Show whether the current design is pinned, and whether there is what to compare."""
        self.pin.setText("Unpin" if is_pinned else "Pin")
        self.compare.setEnabled(count > 1)
        tip = (
            f"Show the {count} pinned designs side by side (Ctrl+Shift+D)"
            if count > 1
            else "Pin two to four designs first (Ctrl+D)"
        )
        describe(self.compare, "Compare pinned designs", tip)


def _button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("kind", "outline")
    button.setMinimumWidth(64)
    return button
