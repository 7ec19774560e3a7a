"""The runs beside the one that is shown: chosen by chips, drawn by the plot, told and clicked."""

from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from pnn_studio.app.analysis.design_choice import design_name
from pnn_studio.app.analysis.tradeoff import Only
from pnn_studio.app.session.compared import ComparedRun, ComparedRuns, note
from pnn_studio.app.session.runs import Run
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.ui.controllers.compared import toggle_drawn
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.tradeoff.plot import TradeoffPlot
from pnn_studio.ui.tradeoff.run_legend import RunLegend
from pnn_studio.ui.widgets.theme import Appearance


class RunsBeside(QObject):
    """Puts them into a plot, and shows a design of theirs that is clicked.

    Notes
    -----
    Signal `chosen` (a `DesignRef`).
    """

    chosen = Signal(object)

    def __init__(self, studio: Studio, plot: TradeoffPlot, appearance: Appearance) -> None:
        super().__init__(plot)
        self._studio, self._plot = studio, plot
        self._runs = ComparedRuns()
        self.legend = RunLegend(appearance)
        self.legend.toggled.connect(self._toggle)
        plot.other_hovered.connect(self._tell)
        plot.other_chosen.connect(self._choose)
        studio.changed.connect(self._take_change)

    def show(self, run: Run, y: Literal["test", "valid", "ngspice"], only: Only) -> None:
        """Have the plot draw them from its next `show_view` on, beside `run`."""
        session = self._studio.session
        self.legend.show_runs(session, simulated=y == "ngspice")
        # accuracies on other data, or powers of other circuits, have no front together
        self._plot.others.alike = not note(session)
        self._plot.show_others(self._runs.of(session, y, only), run.name)

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change == "project":
            self._runs = ComparedRuns()
            self.legend.hide()
            self._plot.show_others((), "")

    @Slot(int, QWidget)
    def _toggle(self, run: int, chip: QWidget) -> None:
        toggle_drawn(self._studio, run, chip, chip.mapToGlobal(chip.rect().bottomLeft()))

    @Slot(object, int)
    def _tell(self, other: ComparedRun, point: int) -> None:
        cloud, plan = other.view.cloud, other.view.family.plan
        source = other.view.source_of(point)
        self._studio.hint.emit(
            f"{design_name(plan, int(cloud.designs[point]))} of {other.run.name}: "
            f"{format_percent(float(cloud.accuracy[point]))}, "
            f"{format_si(float(cloud.power[point]), 'W')}, {source}; click to show"
        )

    @Slot(object, int)
    def _choose(self, other: ComparedRun, point: int) -> None:
        self.chosen.emit(DesignRef(other.run.id, int(other.view.cloud.designs[point])))
