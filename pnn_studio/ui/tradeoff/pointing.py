"""What is told of the designs under the pointer of the trade-off, or of the keys that point."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from pnn_studio.app.analysis.design_choice import design_name
from pnn_studio.app.analysis.tradeoff import Tradeoff
from pnn_studio.app.session.runs import Run
from pnn_studio.domain.dataset import SPLITS
from pnn_studio.domain.figures import Source
from pnn_studio.domain.print_report import DesignYield
from pnn_studio.domain.run import IMPROVING
from pnn_studio.domain.units import count_of, format_percent, format_si
from pnn_studio.domain.verification import Verification, answers_that_differ
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.tradeoff.design_card import CardRow, CardText, DesignCard
from pnn_studio.ui.tradeoff.plot import TradeoffPlot
from pnn_studio.ui.widgets.theme import Appearance

_MOST_ROWS = 6


class Pointing(QObject):
    """A card beside the mark, the same in the status bar, and a list of designs that share one.

    Notes
    -----
    Signal `chosen` (design) for one of a list.
    """

    chosen = Signal(int)

    def __init__(
        self, studio: Studio, plot: TradeoffPlot, ground: QWidget, appearance: Appearance
    ) -> None:
        super().__init__(plot)
        self._studio, self._plot, self._ground = studio, plot, ground
        self.card = DesignCard(ground, appearance)  # which may reach out of a low plot
        self.menu: QMenu | None = None
        plot.hovered.connect(self.tell)
        plot.listed.connect(self._list)

    @Slot(int)
    def tell(self, point: int) -> None:
        """Tell of a point of the cloud; of none where it is negative."""
        plot, run = self._plot, self._studio.session.run
        if plot.view is None or run is None or point < 0:
            self.card.hide()
            self._studio.hint.emit("")
            return
        at, crowd = plot.mark_of(point)
        points = (point,) if crowd is None else crowd.points
        checked = self._studio.session.checks.of_run(run)
        yields = self._studio.checks.yields.of_run(run)
        text = card_text(run, plot.view, points, checked, yields)
        mark = QRectF(at.x() - 8, at.y() - 8, 16, 16)
        by = QPointF(plot.mapTo(self._ground, QPoint()))
        keep_off = tuple(each.translated(by) for each in plot.keep_off())
        self.card.show_text(text, mark.translated(by), keep_off)
        act = "" if len(points) > 1 else "; click or Enter shows it"
        self._studio.hint.emit(f"{text.told}{act}")

    @Slot(object)
    def _list(self, designs: tuple[int, ...]) -> None:
        """Open a list of the designs that share a mark."""
        plot, run = self._plot, self._studio.session.run
        if plot.view is None or run is None or plot.under_pointer is None:
            return
        checked = self._studio.session.checks.of_run(run)
        self.card.hide()
        entries = []
        for design in designs:
            power, source = _power(plot.view, design, checked)
            text = f"{design_name(run.plan, design)}: {format_si(power, 'W')} ({source})"
            entries.append((text, design))
        self.menu = design_menu(plot, plot.mark_of(plot.under_pointer)[0], tuple(entries))
        self.menu.triggered.connect(self._take_action)

    @Slot(object)
    def _take_action(self, action: QAction) -> None:
        self.chosen.emit(int(action.data()))


def design_menu(plot: TradeoffPlot, at: QPointF, entries: tuple[tuple[str, object], ...]) -> QMenu:
    """Open a list of designs that share a mark; each entry has a text and what stands for it."""
    menu = QMenu(plot)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName("Designs at one place")
    for text, design in entries:
        menu.addAction(text).setData(design)
    menu.setActiveAction(menu.actions()[0])
    menu.popup(plot.mapToGlobal(at.toPoint() + QPoint(12, 12)))
    return menu


def _power(
    view: Tradeoff, design: int, checked: Mapping[int, Verification]
) -> tuple[float, Source]:
    """Return the best figure of its power, and what that is of."""
    found = checked.get(design)
    if found is not None:
        return found.spice_power.total, "ngspice"
    return float(view.family.total_power[design]), view.family.plan.model


def card_text(
    run: Run,
    view: Tradeoff,
    points: tuple[int, ...],
    checked: Mapping[int, Verification],
    yields: Mapping[int, DesignYield] | None = None,
) -> CardText:
    """Say what is at a place of the trade-off: the figures of one design, or a list of several."""
    designs = [int(view.cloud.designs[each]) for each in points]
    if len(designs) > 1:
        rows = [
            CardRow(design_name(run.plan, each), format_si(power, "W"), source)
            for each in designs[:_MOST_ROWS]
            for power, source in (_power(view, each, checked),)
        ]
        accuracy = format_percent(float(view.cloud.accuracy[points[0]]))
        more = len(designs) - len(rows)
        foot = (f"and {more} more; " if more else "") + "click or Enter lists them"
        title = f"{count_of(len(designs), 'design')}, {accuracy}"
        return CardText(title, f"{view.split}, {view.source_of(points[0])}", tuple(rows), foot)
    text, known = _single(run, view, designs[0], checked), (yields or {}).get(designs[0])
    if known is None:
        return text
    told = f"{format_percent(known.share)} of {known.prints}"
    row = CardRow(f"yield, {known.variation}", told, view.family.plan.model)
    return replace(text, rows=(*text.rows, row))


def _single(run: Run, view: Tradeoff, design: int, checked: Mapping[int, Verification]) -> CardText:
    family, model = view.family, view.family.plan.model
    found = checked.get(design)
    accuracy = float(family.accuracy[design, SPLITS.index(view.split)])
    rows = []
    if found is not None and view.split == "test":
        right = round(found.spice_accuracy * found.samples)
        text = f"{format_percent(found.spice_accuracy)} ({right} of {found.samples})"
        rows.append(CardRow("accuracy, test", text, "ngspice"))
    counted = f" ({round(accuracy * view.samples)} of {view.samples})" if view.samples else ""
    name = "" if rows else f"accuracy, {view.split}"
    rows.append(CardRow(name, f"{format_percent(accuracy)}{counted}", model))
    power = CardRow("power", format_si(float(family.total_power[design]), "W"), model)
    if found is not None:
        rows.append(CardRow("power", format_si(found.spice_power.total, "W"), "ngspice"))
        power = CardRow("", power.value, model)
    rows.append(power)
    if found is not None:
        same = found.samples - answers_that_differ(found)
        foot = f"{same} of {found.samples} answers as the model's"
    elif family.status[design] == IMPROVING:
        foot = "still improving"
    else:
        foot = "not checked in ngspice"
    return CardText(design_name(run.plan, design), run.name, tuple(rows), foot)
