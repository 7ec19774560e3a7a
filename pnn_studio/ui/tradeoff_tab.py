"""The Trade-off tab: every design by power and accuracy, what is kept of it, and a limit."""

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.choice import design_of, pin_of, toggled
from pnn_studio.app.messages import Message
from pnn_studio.app.selection import DesignItem
from pnn_studio.app.tradeoff import Tradeoff, pinned_rows, table_text, tradeoff
from pnn_studio.domain.dataset import Split
from pnn_studio.domain.run import IMPROVING
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.ui import words
from pnn_studio.ui.controls import Combo, IconButton, describe, label
from pnn_studio.ui.empty_state import EmptyState
from pnn_studio.ui.fields import CheckBox, QuantityEntry
from pnn_studio.ui.pinned_table import PinnedTable
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance
from pnn_studio.ui.tradeoff_legend import TradeoffLegend
from pnn_studio.ui.tradeoff_plot import Marks, TradeoffPlot

_SPLITS: tuple[Split, ...] = ("test", "valid")
_FILTERS = (
    ("designs", "Every trained design, by alpha and seed"),
    ("mean per α", "The mean over the seeds of each alpha"),
    ("front", "The designs that no other beats in both power and accuracy"),
    ("best95", "The least mean power that keeps 95 % of the mean accuracy at α 0"),
)
_REDRAW_MS = 66


class TradeoffTab(QWidget):
    """Filters, the plot, its legend, and the table of pinned designs.

    Notes
    -----
    Signal `limit_answered` after the limit or what it is compared with has changed.
    """

    limit_answered = Signal()

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self._split: Split = "test"
        self._chose_split = False
        self.view: Tradeoff | None = None
        self.filters = [CheckBox(appearance, text, tip) for text, tip in _FILTERS]
        for each in self.filters:
            each.setChecked(True)
            each.toggled.connect(self.refresh)
        self.split = Combo(appearance)
        self.split.addItems([f"accuracy, {split}" for split in _SPLITS])
        self.split.setFixedWidth(128)
        describe(self.split, "y axis", "Which split's accuracy stands at the left")
        self.limit = QuantityEntry(appearance, "W")
        self.limit.setFixedWidth(84)
        self.limit.setPlaceholderText("none")
        describe(self.limit, "Power limit", "For example 5 mW; empty for none. Drag its line, too.")
        self.pin = QPushButton("Pin")
        self.pin.setProperty("kind", "outline")
        self.pin.setMinimumWidth(64)
        describe(self.pin, "Pin this design", "Keep the current design for comparison (Ctrl+D)")
        self.pin.setShortcut("Ctrl+D")
        self.plot = TradeoffPlot(appearance)
        self.legend = TradeoffLegend(appearance)
        self.table = PinnedTable(appearance)
        self._pinned = self._make_pinned()
        self._pages = QStackedWidget()
        self._pages.addWidget(
            EmptyState(appearance, "Designs appear here while they train. Press Train (Ctrl+T).")
        )
        self._pages.addWidget(self._make_page(appearance))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_REDRAW_MS)
        self._later.timeout.connect(self.refresh)
        self._connect()

    def _make_page(self, appearance: Appearance) -> QWidget:
        fit = IconButton(appearance, "fit")
        describe(fit, "Show all designs", "Show all designs (0, or double-click)")
        fit.clicked.connect(self.plot.fit)
        strip = QHBoxLayout()
        strip.setContentsMargins(16, 0, 16, 0)
        strip.setSpacing(12)
        for box in self.filters:
            strip.addWidget(box)
        strip.addStretch()
        for name, field in (("y", self.split), ("limit", self.limit)):
            caption = label(name, "label")
            caption.setBuddy(field)
            strip.addWidget(caption)
            strip.addWidget(field)
            strip.setSpacing(8)
        strip.addWidget(self.pin)
        strip.addWidget(fit)
        head = QWidget()
        head.setFixedHeight(48)
        head.setLayout(strip)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.plot, 1)
        column.addWidget(self.legend)
        column.addWidget(self._pinned)
        return page

    def _make_pinned(self) -> QFrame:
        self._copy = QPushButton("Copy table")
        self._copy.setProperty("kind", "outline")
        describe(self._copy, "Copy table", "Copy the table as tab-separated values")
        self._unpin = QPushButton("Clear pins")
        self._unpin.setProperty("kind", "outline")
        describe(self._unpin, "Clear pins", "Take all pins away")
        head = QHBoxLayout()
        head.addWidget(label("Pinned designs", "heading"))
        head.addStretch()
        head.addWidget(self._unpin)
        head.addWidget(self._copy)
        frame = QFrame()
        frame.setProperty("edge", "top")
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.table)
        return frame

    def _connect(self) -> None:
        studio = self._studio
        self.split.activated.connect(self._take_split)
        self.limit.entered.connect(self._enter_limit)
        self.limit.refused.connect(self._refuse)
        self.pin.clicked.connect(self.toggle_pin)
        self._copy.clicked.connect(self._copy_table)
        self._unpin.clicked.connect(self._clear_pins)
        self.plot.hovered.connect(self._tell)
        self.plot.chosen.connect(self.choose)
        self.plot.limit_moved.connect(self._move_limit)
        self.plot.limit_released.connect(studio.session.end_step)
        self.table.chosen.connect(self.choose)
        studio.changed.connect(self._take_change)
        self.refresh()

    # --- what the person does ------------------------------------------------------------------

    @Slot(int)
    def _take_split(self, index: int) -> None:
        self._split, self._chose_split = _SPLITS[index], True
        self.view = None
        self.refresh()

    @Slot(object)
    def _enter_limit(self, watts: float | None) -> None:
        if watts is not None and watts <= 0:
            self._refuse("A power limit is a positive power, for example 5 mW.")
            self.limit.show_value(self._studio.session.settings.limit)
            return
        self._studio.edit(replace(self._studio.session.settings, limit=watts))

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self._studio.message.emit(Message("error", why))

    @Slot(float)
    def _move_limit(self, watts: float) -> None:
        self._studio.edit(replace(self._studio.session.settings, limit=watts), step="limit")

    @Slot(int)
    def choose(self, design: int) -> None:
        """Make the whole window show that design."""
        run, settings = self._studio.session.run, self._studio.session.settings
        if run is None or run.family is None:
            return
        alpha, seed = pin_of(run.family, design)
        self._studio.edit(replace(settings, alpha=alpha, seed=seed))
        self._studio.picks.select(DesignItem(design))

    @Slot()
    def toggle_pin(self) -> None:
        """Pin the current design, or take its pin away."""
        session = self._studio.session
        index = session.design_index
        if index is None or session.run is None or session.run.family is None:
            return
        pins = toggled(session.settings.pins, pin_of(session.run.family, index))
        self._studio.edit(replace(session.settings, pins=pins))

    @Slot()
    def _clear_pins(self) -> None:
        self._studio.edit(replace(self._studio.session.settings, pins=()))

    @Slot()
    def _copy_table(self) -> None:
        QGuiApplication.clipboard().setText(table_text(self.table.designs.rows, self._split))
        self._studio.status.emit("Copied the table of pinned designs")

    @Slot(int)
    def _tell(self, place: int) -> None:
        view = self.view
        if view is None or place < 0:
            self._studio.hint.emit("")
            return
        cloud = view.cloud
        design = int(cloud.designs[place])
        alpha, seed = pin_of(view.family, design)
        state = ", still improving" if view.family.status[design] == IMPROVING else ""
        self._studio.hint.emit(
            f"α {alpha:.2f}, seed {seed}: {format_percent(float(cloud.accuracy[place]))}, "
            f"{format_si(float(cloud.power[place]), 'W')}{state}; click to show"
        )

    # --- what is shown -------------------------------------------------------------------------

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change == "family" and not self._later.isActive():
            self._later.start()
        elif change in ("settings", "run"):
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while another tab was shown."""
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Draw what there is now; nothing while hidden."""
        if not self.isVisible():
            return
        session = self._studio.session
        family = session.run.family if session.run else None
        usable = family is not None and session.design_index is not None
        self._pages.setCurrentIndex(1 if usable else 0)
        if family is None or not usable:
            return
        if not self._chose_split:
            self._split = "valid" if session.is_training else "test"
        self.split.setCurrentIndex(_SPLITS.index(self._split))
        view = self.view
        if view is None or view.family is not family or view.split != self._split:
            design = session.design
            dataset = session.data_of(design) if design else None
            self.view = view = tradeoff(family, self._split, dataset)
        self._show(view)

    def _show(self, view: Tradeoff) -> None:
        settings, current = self._studio.session.settings, self._studio.session.design_index
        pins = [
            (letter, view.place_of(design_of(view.family, pin)))
            for letter, pin in zip("ABC", settings.pins, strict=False)
        ]
        designs, means, front, best = (box.isChecked() for box in self.filters)
        marks = Marks(
            view.place_of(current),
            tuple((letter, place) for letter, place in pins if place is not None),
            settings.limit,
            designs=designs,
            means=means,
            front=front,
            best95=best,
        )
        self.plot.show_view(view, marks)
        self.plot.setAccessibleDescription(words.tradeoff_line(view, current))
        self.legend.show_view(view, self.plot.below, self.plot.ranges[1][0])
        self.limit.show_value(settings.limit)
        rows = pinned_rows(view.family, view.split, settings.pins, current)
        self.table.designs.show_rows(rows, view.split)
        self.table.setFixedHeight(26 + 28 * max(len(rows), 1))
        self._pinned.setVisible(len(rows) > 1)
        is_pinned = current is not None and pin_of(view.family, current) in settings.pins
        self.pin.setText("Unpin" if is_pinned else "Pin")
        self.limit_answered.emit()
