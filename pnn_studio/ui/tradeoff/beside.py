"""The runs beside the one that is shown: chosen by chips, drawn by the plot, told and clicked."""

from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from pnn_studio.app.analysis.design_choice import design_name
from pnn_studio.app.analysis.tradeoff import Only
from pnn_studio.app.session.compared import ComparedRun, ComparedRuns, note
from pnn_studio.app.session.runs import Run
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.units import count_of, format_percent, format_si
from pnn_studio.ui.controllers.compared import toggle_drawn
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.tradeoff.plot import TradeoffPlot
from pnn_studio.ui.tradeoff.pointing import design_menu
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
        self.menu: QMenu | None = None
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
        count = len(self._plot.others.at_one_mark(self._plot, other, point))
        accuracy = format_percent(float(other.view.cloud.accuracy[point]))
        told = (
            f"{count_of(count, 'design')} of {other.run.name}: {accuracy}, "
            f"{other.view.source_of(point)}; click lists them"
            if count > 1
            else f"{_figures(other, point, other.run.name)}; click to show"
        )
        self._studio.hint.emit(told)

    @Slot(object, int)
    def _choose(self, other: ComparedRun, point: int) -> None:
        """Choose a design, or list those that share its mark."""
        points = self._plot.others.at_one_mark(self._plot, other, point)
        refs = [DesignRef(other.run.id, int(other.view.cloud.designs[each])) for each in points]
        if len(points) == 1:
            self.chosen.emit(refs[0])
            return
        texts = [_figures(other, each) for each in points]
        places = other.view.cloud
        at = self._plot.at(float(places.power[point]), float(places.accuracy[point]))
        self.menu = design_menu(self._plot, at, tuple(zip(texts, refs, strict=True)))
        self.menu.triggered.connect(self._take_action)

    @Slot(object)
    def _take_action(self, action: QAction) -> None:
        self.chosen.emit(action.data())


def _figures(other: ComparedRun, point: int, of_run: str = "") -> str:
    cloud = other.view.cloud
    name = design_name(other.view.family.plan, int(cloud.designs[point]))
    accuracy, power = float(cloud.accuracy[point]), float(cloud.power[point])
    return (
        f"{name}{f' of {of_run}' if of_run else ''}: {format_percent(accuracy)}, "
        f"{format_si(power, 'W')}, {other.view.source_of(point)}"
    )
