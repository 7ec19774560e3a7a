"""The Trade-off tab: every design by power and accuracy, what is kept of it, and a limit."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from pnn_studio.app.analysis.design_choice import at_design
from pnn_studio.app.analysis.tradeoff import (
    Only,
    Tradeoff,
    show_only,
    tradeoff,
    tradeoff_in_ngspice,
)
from pnn_studio.app.session import history, pins
from pnn_studio.app.session.comparison import LEAST, compare
from pnn_studio.app.session.comparison import origin as comparison_origin
from pnn_studio.app.session.messages import Message
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.selection import DesignItem, LayerItem
from pnn_studio.domain.dataset import SPLITS as ALL_SPLITS
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.family import Family
from pnn_studio.domain.settings import TradeoffSwitches
from pnn_studio.domain.units import count_of
from pnn_studio.domain.verification import Verification, answers_that_differ
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.controllers.export_menu import ExportMenu
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.tradeoff.beside import RunsBeside
from pnn_studio.ui.tradeoff.compare import ComparisonView
from pnn_studio.ui.tradeoff.legend import TradeoffLegend
from pnn_studio.ui.tradeoff.pinned_table import PinnedSection
from pnn_studio.ui.tradeoff.plot import TradeoffPlot
from pnn_studio.ui.tradeoff.pointing import Pointing
from pnn_studio.ui.tradeoff.scene import Marks, PinMark
from pnn_studio.ui.tradeoff.strip import TradeoffStrip
from pnn_studio.ui.widgets.empty_state import EmptyState
from pnn_studio.ui.widgets.theme import Appearance

_REDRAW_MS = 66
_EMPTY, _PLOT, _COMPARISON = range(3)  # pages


class TradeoffTab(QWidget):
    """Filters, the plot, its legend, and the table of pinned designs.

    Notes
    -----
    Signals: `limit_answered` after the limit or what it is compared with has changed,
    `schematic_wanted` to go to the schematic of what is selected.
    """

    limit_answered = Signal()
    schematic_wanted = Signal()

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self._checked: object = None  # what was known in ngspice when the view was made
        self.view: Tradeoff | None = None
        self.strip = TradeoffStrip(appearance)
        self.limit = self.strip.limit
        self.plot = TradeoffPlot(appearance)
        self.beside = RunsBeside(studio, self.plot, appearance)
        self.legend = TradeoffLegend(appearance)
        self.pinned = PinnedSection(appearance)
        page = QWidget()
        self.pointing = Pointing(studio, self.plot, page, appearance)
        parts = QVBoxLayout(page)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(0)
        parts.addWidget(self.strip)
        parts.addWidget(self.beside.legend)
        parts.addWidget(self.plot, 1)
        parts.addWidget(self.legend)
        parts.addWidget(self.pinned)
        self._pages = QStackedWidget()
        self._pages.addWidget(
            EmptyState(appearance, "Designs appear here while they train. Press Train (Ctrl+T).")
        )
        self._pages.addWidget(page)
        self.comparison = ComparisonView(studio, appearance)
        self._origin: tuple[object, ...] = ()
        self._pages.addWidget(self.comparison)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_REDRAW_MS)
        self._later.timeout.connect(self.refresh)
        self._connect()

    def _connect(self) -> None:
        studio, strip = self._studio, self.strip
        strip.chosen.connect(self._take_switches)
        strip.limit.entered.connect(self._enter_limit)
        strip.limit.refused.connect(self._refuse)
        strip.front.clicked.connect(self._check_or_cancel)
        studio.activity.connect(self._show_front)
        studio.checks.yields.moved.connect(self.refresh)
        strip.pin.clicked.connect(self.toggle_pin)
        strip.fit.clicked.connect(self.plot.fit)
        strip.compare.clicked.connect(self.toggle_comparison)
        self.comparison.back.connect(self.toggle_comparison)
        self.comparison.shown.connect(self.show_design)
        self.comparison.unpinned.connect(self._unpin)
        self.comparison.opened.connect(self._open_schematic)
        self.pinned.copy.clicked.connect(self._copy_table)
        self.pinned.clear.clicked.connect(self._clear_pins)
        self.pinned.table.chosen.connect(self.show_design)
        ExportMenu(self.plot, studio.exports, ("front", "designs"))
        self.pointing.chosen.connect(self.choose)
        self.plot.chosen.connect(self.choose)
        self.beside.chosen.connect(self.show_design)
        self.plot.limit_moved.connect(self._move_limit)
        self.plot.limit_released.connect(studio.session.end_step)
        studio.changed.connect(self._take_change)
        self.refresh()

    # --- what the person does ------------------------------------------------------------------

    @Slot(object)
    def _take_switches(self, switches: TradeoffSwitches) -> None:
        self._studio.edit(replace(self._studio.session.shown, tradeoff=switches))

    @Slot(object)
    def _enter_limit(self, watts: float | None) -> None:
        if watts is not None and watts <= 0:
            self._refuse("A power limit is a positive power, for example 5 mW.")
            self.limit.show_value(self._studio.session.shown.limit)
            return
        self._studio.edit(replace(self._studio.session.shown, limit=watts))

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self._studio.message.emit(Message("error", why))

    @Slot(float)
    def _move_limit(self, watts: float) -> None:
        self._studio.edit(replace(self._studio.session.shown, limit=watts), step="limit")

    @Slot(int)
    def choose(self, design: int) -> None:
        """Make the whole window show that design of the run that is shown."""
        run, shown = self._studio.session.run, self._studio.session.shown
        if run is None or run.family is None:
            return
        self._studio.edit(at_design(shown, run.plan, design))
        self._studio.selection.select(DesignItem(DesignRef(run.id, design)))

    @Slot(object)
    def show_design(self, ref: DesignRef) -> None:
        """Make the whole window show a design of any run."""
        session = self._studio.session
        if session.run is not None and ref.run == session.run.id:
            self.choose(ref.index)
            return
        self._studio.edit(history.show_design(session, ref))
        self._studio.selection.select(DesignItem(ref))

    @Slot()
    def toggle_pin(self) -> None:
        """Pin the current design, or take its pin away."""
        before = len(self._studio.session.shown.pins)
        self._studio.edit(pins.toggle_current(self._studio.session))
        after = len(self._studio.session.shown.pins)
        if after != before:  # also told where the pins are not in view
            what = "Pinned" if after > before else "Took the pin off"
            self._studio.status.emit(f"{what} this design; pinned now: {after}")

    @Slot()
    def toggle_comparison(self) -> None:
        """Go to the comparison of the pinned designs, or back to the plot."""
        self._compare(not self._studio.session.view.compares)
        if self._studio.session.view.compares:
            self.comparison.return_.setFocus()
        elif self._pages.currentIndex() == _PLOT:
            self.strip.compare.setFocus()

    def _compare(self, on: bool) -> None:
        session = self._studio.session
        session.set_view(replace(session.view, compares=on and self.can_compare))

    @property
    def can_compare(self) -> bool:
        """Whether two pinned designs or more are there."""
        return len(pins.pinned(self._studio.session)) >= LEAST

    @Slot(object)
    def _unpin(self, pin: DesignRef) -> None:
        self._studio.edit(pins.without(self._studio.session.shown, pin))

    @Slot(object, int)
    def _open_schematic(self, ref: DesignRef, layer: int) -> None:
        self.show_design(ref)
        self._studio.selection.select(LayerItem(layer))
        self.schematic_wanted.emit()

    @Slot()
    def _clear_pins(self) -> None:
        self._studio.edit(replace(self._studio.session.shown, pins=()))

    @Slot()
    def _copy_table(self) -> None:
        rows, split = self.pinned.table.designs.rows, self.view.split if self.view else "test"
        QGuiApplication.clipboard().setText(pins.table_text(rows, split))
        self._studio.status.emit("Copied the table of pinned designs")

    # --- what is shown -------------------------------------------------------------------------

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change == "project":
            self.view, self._origin, self.comparison.comparison = None, (), None
        elif change == "family" and not self._later.isActive():
            self._later.start()
        elif change in ("settings", "run", "verification", "view"):
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
        if session.view.compares:
            if self._show_comparison():
                return
            self._compare(False)
        self._pages.setCurrentIndex(_PLOT if usable else _EMPTY)
        if session.run is not None and usable:
            self._show(session.run)

    @property
    def _y(self) -> Literal["test", "valid", "ngspice"]:
        """What stands at the left: the choice, else the split that is the one to watch."""
        session = self._studio.session
        return session.shown.tradeoff.y or ("valid" if session.is_training else "test")

    def _view_of(self, family: Family, checked: Mapping[int, Verification]) -> Tradeoff:
        """Return what is drawn of a family; the same value as long as nothing of it changed."""
        view, session, y = self.view, self._studio.session, self._y
        same = view is not None and view.family is family and view.simulated == (y == "ngspice")
        if y == "ngspice":
            same = same and checked is self._checked
        else:
            same = same and view is not None and view.split == y
        if view is None or not same:
            design = session.design
            dataset = session.data_of(design) if design else None
            if y == "ngspice":
                view = tradeoff_in_ngspice(family, checked, dataset)
            else:
                view = tradeoff(family, y, dataset)
            self.view, self._checked = view, checked
        return view

    def _show_comparison(self) -> bool:
        """Show the pinned designs side by side; False where they are less than two."""
        session = self._studio.session
        origin = comparison_origin(session)
        if origin != self._origin or self.comparison.comparison is None:
            comparison = compare(session)
            if comparison is None:
                return False
            self._origin = origin
            self.comparison.show_comparison(comparison)
        self.comparison.mark_current()
        self._pages.setCurrentIndex(_COMPARISON)
        return True

    def _show(self, run: Run) -> None:
        session, strip = self._studio.session, self.strip
        if run.family is None:
            return
        limit, switches, current = session.shown.limit, session.shown.tradeoff, session.design_index
        checked = session.checks.of_run(run)
        view = self._view_of(run.family, checked)
        strip.show_switches(switches, self._y)
        within = limit if switches.within else None
        only = Only(switches.checked, within)
        shown = show_only(view, only, checked)
        # in ngspice what is not checked is told by its mark
        marked = {} if view.simulated else checked
        differ = (
            (view.point_of(design), answers_that_differ(found)) for design, found in marked.items()
        )
        marks = Marks(
            view.point_of(current),
            self._pin_marks(view),
            tuple((point, count) for point, count in differ if point is not None),
            next((found.samples for found in checked.values()), 0),
            limit,
            self._yields(run, view),
            designs=switches.designs,
            # they are of all seeds, not of a selection
            means=switches.means and bool(shown.mask.all()) and not view.simulated,
            front=switches.front,
            best95=switches.best95,
        )
        self.beside.show(run, self._y, only)
        self.plot.show_view(view, shown, marks, self._what_is_missing(view))
        self.plot.setAccessibleDescription(status_texts.tradeoff_line(view, shown, current))
        self.legend.show_view(view, shown, marks, [each.points for each in self.plot.crowds.all])
        strip.show_limit(limit)
        strip.show_simulated(simulated=view.simulated)
        strip.count.set_whole(shown.text)
        self._show_front()
        known = pins.pinned(session)
        strip.show_pins(len(known), is_pinned=pins.is_pinned(session))
        self.pinned.show_rows(pins.pinned_rows(session, view.split), view.split)
        self.limit_answered.emit()

    def _what_is_missing(self, view: Tradeoff) -> str:
        """Say what the plot lacks in ngspice; empty where it lacks nothing."""
        if not view.simulated or not view.cloud.modelled.any():
            return ""
        if self._studio.checks.front.job is not None:
            return status_texts.checking_line(self._studio)
        left, model = int(view.cloud.modelled.sum()), view.family.plan.model
        if left == len(view.cloud.designs):
            return status_texts.NO_CHECKS
        return f"{count_of(left, 'design')} not checked, hollow: figures of {model}"

    def _yields(self, run: Run, view: Tradeoff) -> tuple[tuple[int, float], ...]:
        """Return the points of designs whose yield is known, and that; in ngspice there is none."""
        known = {} if view.simulated else self._studio.checks.yields.of_run(run)
        places = ((view.point_of(design), found.share) for design, found in known.items())
        return tuple((point, share) for point, share in places if point is not None)

    def _pin_marks(self, view: Tradeoff) -> tuple[PinMark, ...]:
        """Mark pins on the same data, of whatever run: of others the accuracy says nothing here."""
        split, marks = ALL_SPLITS.index(view.split), []
        for each in pins.pinned(self._studio.session):
            family, design = each.family, each.design
            power = float(family.total_power[design])
            accuracy = float(family.accuracy[design, split])
            found = None
            if view.simulated:
                found = self._studio.session.verification(family.design(design))
                if found is not None:
                    power, accuracy = found.spice_power.total, found.spice_accuracy
            hollow = view.simulated and found is None
            alpha = family.plan.alphas[design]
            if family.data == view.family.data:
                marks.append(PinMark(each.letter, power, accuracy, alpha, hollow=hollow))
        return tuple(marks)

    @Slot()
    def _check_or_cancel(self) -> None:
        """Check the front, or end that."""
        front = self._studio.checks.front
        if front.job is None:
            front.check()
        else:
            front.stop()

    @Slot()
    def _show_front(self) -> None:
        front = self._studio.checks.front
        self.strip.show_front(can_check=front.can_check, checking=front.job is not None)
        if self.view is not None:
            self.plot.show_missing(self._what_is_missing(self.view))
