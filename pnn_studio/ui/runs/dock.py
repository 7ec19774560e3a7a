"""The bottom dock: how far the training is, and the curves of the design at the slider."""

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from pnn_studio.app.analysis.design_choice import at_design
from pnn_studio.app.session.selection import DesignItem
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.controllers.export_menu import ExportMenu
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.widgets.controls import (
    ElidedLabel,
    IconButton,
    Segments,
    describe,
    label,
    order_tabs,
)
from pnn_studio.ui.widgets.empty_state import EmptyState
from pnn_studio.ui.widgets.source_tag import SourceTag
from pnn_studio.ui.widgets.theme import Appearance

if TYPE_CHECKING:
    from pnn_studio.ui.runs.curve_plots import CurvePlots
    from pnn_studio.ui.runs.family_plots import FamilyPlots

HEAD = 32
_REDRAW_MS = 22  # a plot at a time, each at most 15 times a second
_DESIGN, _FAMILY = range(2)
_PARTS = 3  # plots of either
Page = TypeVar("Page", bound="CurvePlots | FamilyPlots")


class TrainingDock(QWidget):
    """Head line with progress, and the plots under it; collapses to its head.

    Notes
    -----
    Signal `toggled` (open) after it was opened or closed by its button.
    """

    toggled = Signal(bool)

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio, self._appearance = studio, appearance
        self._drawn_run: object = None
        self._due: list[int] = []  # plots that show what was, the next one to be drawn first
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self._chevron = IconButton(appearance, "down", "icon")
        describe(self._chevron, "Show or hide the curves", "Show or hide the curves (F8)")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(220)
        self._progress.setRange(0, 1000)
        self._progress.setAccessibleName("Progress of the training")
        self._line, self.source = ElidedLabel("label"), SourceTag(appearance)
        head = QWidget()
        head.setFixedHeight(HEAD)
        row = QHBoxLayout(head)
        row.setContentsMargins(6, 0, 16, 0)
        row.setSpacing(8)
        for widget in (self._chevron, label("Training", "title"), self._progress):
            row.addWidget(widget)
        row.addWidget(self.source)  # of all figures of the curves
        row.addWidget(self._line, 1)
        self.whose = Segments(
            "Curves",
            ("this design", "family"),
            ("Curves of the design at the slider", "All designs of the family: how each stands"),
        )
        self.whose.choose(_DESIGN)
        self._whose = _DESIGN
        row.addWidget(self.whose)
        self._pages = QStackedWidget()
        self._empty = EmptyState(appearance, status_texts.NO_CURVES)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._pages, 1)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(_REDRAW_MS)
        self._redraw.timeout.connect(self._draw_next)
        self.whose.chosen.connect(self._take_whose)
        appearance.changed.connect(self._schedule)
        self._chevron.clicked.connect(self.toggle)
        studio.changed.connect(self._take_change)
        studio.activity.connect(self._schedule)
        self.draw()

    # So late: the window is there before what draws its curves.
    @cached_property
    def plots(self) -> "CurvePlots":
        """The curves of a design, made when there are some."""
        from pnn_studio.ui.runs.curve_plots import CurvePlots  # see above

        return self._with_menu(CurvePlots(self._appearance))

    @cached_property
    def family(self) -> "FamilyPlots":
        """The plots of a family, made when they are asked for."""
        from pnn_studio.ui.runs.family_plots import FamilyPlots  # see above

        family = self._with_menu(FamilyPlots(self._appearance))
        family.chosen.connect(self._show_design)
        order_tabs(self._empty, [family.map])
        return family

    @property
    def _page(self) -> "CurvePlots | FamilyPlots":
        return self.family if self._whose == _FAMILY else self.plots

    def _with_menu(self, page: Page) -> Page:
        """Take up a page of plots."""
        page.told.connect(self._studio.hint)
        ExportMenu(page, self._studio.exports, ("curves", "designs"))
        self._pages.addWidget(page)
        return page

    @property
    def is_open(self) -> bool:
        """Whether the plots are shown."""
        return not self._pages.isHidden()

    def set_open(self, shown: bool) -> None:
        """Show the plots or only the head."""
        self._pages.setVisible(shown)
        self.whose.setVisible(shown and self._pages.currentWidget() is not self._empty)
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

    @Slot(int)
    def _take_whose(self, whose: int) -> None:
        self._whose = whose
        self.draw()

    @Slot(int)
    def _show_design(self, design: int) -> None:
        """Make the whole window show a design of the map."""
        session = self._studio.session
        run = session.run
        if run is not None:
            self._studio.edit(at_design(session.shown, run.plan, design))
            self._studio.selection.select(DesignItem(DesignRef(run.id, design)))

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change != "verification":
            self._schedule()

    @Slot()
    def _schedule(self) -> None:
        # those that wait keep their turn: the others come after them
        self._due += [part for part in range(_PARTS) if part not in self._due]
        if not self._redraw.isActive():
            self._redraw.start()

    @Slot()
    def _draw_next(self) -> None:
        """Draw one plot after the other, so that no turn of the event loop paints them all."""
        self._draw((self._due.pop(0),))
        if self._due:
            self._redraw.start()

    @Slot()
    def draw(self) -> None:
        """Draw what there is now."""
        self._due.clear()
        self._redraw.stop()
        self._draw(range(_PARTS))

    def _draw(self, parts: Collection[int]) -> None:
        session = self._studio.session
        run, curves = session.run, session.design_curves
        self._line.set_whole(status_texts.training_line(self._studio))
        self.source.show_source(_source(run.plan) if run and curves is not None else "")
        trained = session.training or run
        record = trained.curves.latest if trained else None
        self._progress.setVisible(session.is_training)
        self._progress.setValue(round(1000 * record.progress) if record else 0)
        has_curves = curves is not None and len(curves.epochs) > 0
        self._pages.setCurrentWidget(self._page if has_curves else self._empty)
        soon = self._studio.session.is_training
        self._empty.text.setText(status_texts.CURVES_SOON if soon else status_texts.NO_CURVES)
        self.whose.setVisible(has_curves and self.is_open)
        if run is None or curves is None or not has_curves or not self.is_open:
            return
        if run.curves is not self._drawn_run or not session.is_training:
            self._drawn_run = run.curves
            self.plots.forget()
        if self._whose == _FAMILY:
            current = session.design_index
            self.family.show_family(run.plan, run.curves, current, parts, live=run.goes_on)
        else:
            self.plots.show_curves(curves, run.curves, parts, live=run.goes_on)


def _source(plan: FamilyPlan) -> str:
    """Say what curves are of: the model, and where they begin to be means over prints."""
    since = plan.schedule.drawn_epochs
    prints = "" if plan.variation is None else f", prints from epoch {since} on"
    return f"{plan.model}{prints}"
