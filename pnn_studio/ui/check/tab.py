"""The Check tab: the model against ngspice by node, and accuracy and power of both."""

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.analysis.check_words import agreement_sentence
from pnn_studio.app.analysis.confusion import confusions
from pnn_studio.app.session.names import names_of
from pnn_studio.app.session.selection import NodeItem, node_of
from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.domain.verification import (
    POWER_TOLERANCE,
    Verification,
    answers_that_differ,
    power_difference,
    seriously,
)
from pnn_studio.ui.check.figures import KINDS, NodeFigures, node_figures, outputs_of
from pnn_studio.ui.check.ideal_line import IdealLine
from pnn_studio.ui.check.node_table import NodeTable
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.controllers.export_menu import ExportMenu
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.plots.confusion_view import ConfusionView
from pnn_studio.ui.plots.power_bars import PowerBars
from pnn_studio.ui.widgets.controls import (
    ElidedLabel,
    Segments,
    describe,
    label,
    order_tabs,
    restyle,
)
from pnn_studio.ui.widgets.empty_state import EmptyState
from pnn_studio.ui.widgets.legend import Legend
from pnn_studio.ui.widgets.theme import Appearance

if TYPE_CHECKING:
    from pnn_studio.ui.check.plots import CheckPlots

_ALL, _OUTPUTS = range(2)
_ROOMY = 960  # px
_MANY_CLASSES, _FEW_LAYERS = 6, 3
_STRUCTURES: tuple[Crossbar, ...] = ("modified", "original")


class CheckTab(QWidget):
    """What ngspice said of the design at the slider."""

    def __init__(self, studio: Studio, appearance: Appearance, check: QAction) -> None:
        super().__init__()
        self._studio, self._appearance = studio, appearance
        self._shown: Verification | None = None
        self._names: NodeNames | None = None
        self._figures: tuple[NodeFigures, ...] = ()
        self.summary = ElidedLabel("label")
        self.which = Segments(
            "Nodes",
            ("all nodes", "outputs only"),
            ("Every node of the netlist", "The outputs of the network alone"),
        )
        self.which.choose(_ALL)
        self._which = _ALL
        self.structure = Segments(
            "Crossbar that is simulated",
            _STRUCTURES,
            ("One negation circuit a row", "One negation circuit a negative weight"),
        )
        # the design that is looked at in another structure than its own, and in which one
        self._elsewhere: tuple[str, Crossbar] | None = None
        self.why = ElidedLabel("label")
        self._legend = Legend(appearance, KINDS)
        self.table = NodeTable(appearance)
        self.answers = ConfusionView(appearance)
        self.differ = label("", "heading")
        self.power = PowerBars(appearance)
        self._difference = label("", "heading")
        self._empty = EmptyState(appearance, status_texts.NOT_CHECKED)
        self.ideal = IdealLine(studio, appearance)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._make_page(appearance, check))
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._make_busy())
        page.addWidget(self.ideal)
        page.addWidget(self._pages, 1)
        studio.changed.connect(self._take_change)
        studio.activity.connect(self.refresh)
        studio.selection.changed.connect(self._follow_selection)
        self.table.chosen.connect(self._choose)
        self.which.chosen.connect(self._take_which)
        self.structure.chosen.connect(self._take_structure)
        self.refresh()

    @cached_property
    def plots(self) -> "CheckPlots":
        """The plots, made when there is something to plot."""
        # so late: the window is there before what draws its curves
        from pnn_studio.ui.check.plots import CheckPlots

        plots = CheckPlots(self._appearance)
        plots.chosen.connect(self._choose)
        plots.told.connect(self._studio.hint)
        ExportMenu(plots, self._studio.exports, ("check",))
        self._parts.insertWidget(1, plots)  # between the head and what is below
        order_tabs(self._below, plots.controls)
        return plots

    def _make_busy(self) -> QWidget:
        """Make the line that says how far the check is, with a way to end it."""
        self.busy = QFrame()
        self.busy.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.busy.setProperty("edge", "bottom")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(160)
        self.progress.setAccessibleName("Progress of the check")
        self.busy_line = ElidedLabel("label")
        self.cancel = QPushButton("Cancel")
        self.cancel.setProperty("kind", "outline")
        describe(self.cancel, "Cancel the check", "End ngspice; what was checked before is kept")
        self.cancel.clicked.connect(self._studio.stop_check)
        row = QHBoxLayout(self.busy)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(12)
        row.addWidget(self.progress)
        row.addWidget(self.busy_line, 1)
        row.addWidget(self.cancel)
        self.busy.hide()
        return self.busy

    def _make_page(self, appearance: Appearance, check: QAction) -> QWidget:
        again = QToolButton()
        again.setDefaultAction(check)
        again.setProperty("kind", "outline")
        again.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        again.setStyleSheet("padding: 0 8px;")
        again.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        again.setAccessibleName("Check again")
        strip = QHBoxLayout()
        strip.setContentsMargins(16, 0, 16, 0)
        strip.setSpacing(16)
        strip.addWidget(self.summary, 1)
        strip.addWidget(self._legend)
        strip.addWidget(self.structure)
        strip.addWidget(self.which)
        strip.addWidget(again)
        head = QWidget()
        head.setFixedHeight(48)
        head.setLayout(strip)
        drawn = QWidget()
        column = QVBoxLayout(drawn)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        self._below = self._make_bottom(appearance)
        column.addWidget(self._below, 10)
        self._parts = column
        return drawn

    def _make_bottom(self, appearance: Appearance) -> QWidget:
        bottom = QFrame()
        bottom.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bottom.setProperty("edge", "top")
        nodes = QVBoxLayout()
        nodes.setContentsMargins(16, 12, 8, 8)
        nodes.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._worst = label("Worst nodes", "heading")
        head.addWidget(self._worst)
        head.addStretch()
        for text, tip, act in (
            ("Show netlist", "The whole circuit as SPICE, at the chosen sample",
             self._studio.show_netlist),
            ("Copy as SPICE", "Copy the whole circuit as SPICE, at the chosen sample",
             self._studio.copy_netlist),
        ):  # fmt: skip
            button = QPushButton(text)
            button.setProperty("kind", "outline")
            describe(button, text, tip)
            button.clicked.connect(act)
            head.addWidget(button)
        nodes.addLayout(head)
        nodes.addWidget(self.why)
        nodes.addWidget(self.table, 1)
        scroll = self._make_figures(appearance)
        row = QHBoxLayout(bottom)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(nodes, 11)
        row.addWidget(scroll, 9)
        self._halves = row
        return bottom

    def _make_figures(self, appearance: Appearance) -> QScrollArea:
        """Make what is counted: answers by class, and power by part."""
        both = QFrame()
        both.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        both.setProperty("edge", "left")
        figures = QVBoxLayout(both)
        figures.setContentsMargins(16, 12, 16, 8)
        figures.setSpacing(8)
        title = QHBoxLayout()
        title.addWidget(label("Answers", "heading"))
        title.addStretch()
        title.addWidget(self.differ)
        figures.addLayout(title)
        figures.addWidget(self.answers)
        title = QHBoxLayout()
        title.addWidget(label("Power", "heading"))
        title.addStretch()
        title.addWidget(self._difference)
        figures.addLayout(title)
        figures.addWidget(self.power)
        parts = tuple((part, f"{part}_fill") for part in ("negation", "activation", "crossbar"))
        figures.addWidget(Legend(appearance, parts), 0, Qt.AlignmentFlag.AlignRight)
        figures.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(both)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        scroll.setAccessibleName("Answers and power")
        both.setProperty("ground", "canvas")
        return scroll

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change == "project":  # of another one nothing is left, not even where nobody looks
            self._shown, self._figures = None, ()
            self.summary.set_whole("")
            self.table.show_figures(())
        elif change != "records":
            self.refresh()

    @Slot(int)
    def _take_which(self, which: int) -> None:
        self._which = which
        self._shown = None
        self.refresh()

    @Slot(int)
    def _take_structure(self, which: int) -> None:
        """Show the weights in a structure; in another one than their own once ngspice has."""
        design, crossbar = self._studio.session.design, _STRUCTURES[which]
        if design is None:
            return
        self._elsewhere = None
        if crossbar != design.layout.crossbar:
            self._elsewhere = design.key, crossbar
            if self._studio.session.checks.of(design, crossbar) is None:
                self._studio.checks.check(crossbar)
        self.refresh()

    def _found(self, design: TrainedDesign) -> tuple[Verification | None, Crossbar]:
        """Return what is shown of a design, and the structure that it is of: its own, or another.

        A look at another one ends with the design, and where its check fails or is cancelled.
        """
        session, own = self._studio.session, design.layout.crossbar
        if self._elsewhere is not None and self._elsewhere[0] == design.key:
            crossbar = self._elsewhere[1]
            found = session.checks.of(design, crossbar)
            if found is not None:
                return found, crossbar
            if self._studio.is_checking:
                return session.verification(design), own
        self._elsewhere = None
        return session.verification(design), own

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the legend to the table where there is little room."""
        super().resizeEvent(event)
        self._legend.setVisible(self.width() >= _ROOMY)

    @Slot()
    def refresh(self) -> None:
        """Show what is known of the design at the slider."""
        session = self._studio.session
        design = session.design
        verification, crossbar = self._found(design) if design else (None, None)
        self._pages.setCurrentIndex(0 if verification is None else 1)
        self._show_busy()
        self.ideal.refresh()
        if verification is None:
            self._empty.text.setText(self._what_is_missing())
            self._shown = None
        elif design is not None and crossbar is not None:
            self.structure.choose(_STRUCTURES.index(crossbar))
            names = names_of(session, design)
            if crossbar != design.layout.crossbar:
                names = replace(names, layout=replace(names.layout, crossbar=crossbar))
            if verification is not self._shown or names != self._names:
                self._shown, self._names = verification, names
                self._show(verification, names, design.model)
        self._follow_selection()

    def _show_busy(self) -> None:
        studio = self._studio
        designs = studio.checks.front.progress
        self.busy.setVisible(studio.is_checking or designs is not None)
        self.busy_line.set_whole(status_texts.checking_line(studio))
        done = studio.checks.samples if studio.is_checking else designs
        # Without a number of samples the bar only moves.
        self.progress.setRange(0, done[1] if done else 0)
        self.progress.setValue(done[0] if done else 0)

    def _what_is_missing(self) -> str:
        design = self._studio.session.design
        if design is None:
            return status_texts.NOT_TRAINED
        if self._studio.is_checking:
            return status_texts.FIRST_CHECK
        if self._studio.session.changed_since_check:
            return "Changed since the check. Check again with F7."
        return status_texts.NOT_CHECKED

    @Slot(object)
    def _choose(self, node: NodeFigures) -> None:
        # what is selected is a node of the design, which has none of those of another structure
        if self._shown is not None and self._elsewhere is None:
            self._studio.selection.select(NodeItem(node.node))

    @Slot()
    def _follow_selection(self) -> None:
        """Mark the node of what was selected elsewhere, in the table and in its scatter."""
        item = self._studio.selection.item
        if self._shown is None:
            return
        node = node_of(item) if item is not None else None
        chosen = next((each for each in self._figures if each.node == node), None)
        self.table.choose(chosen)
        self.plots.ring(chosen or next(iter(self._figures), None))

    def _show(self, verification: Verification, names: NodeNames, model: ModelName) -> None:
        layers = names.last
        figures = node_figures(verification, names, model)
        self.why.set_whole(agreement_sentence(verification, model, names))
        self._worst.setText(f"Worst nodes, ngspice − {model}")
        shown = [(number, names.layer(number)) for number in range(1, layers + 1)]
        if self._which == _OUTPUTS:
            figures, shown = outputs_of(figures, layers), shown[-1:]
        self._figures = figures
        nodes = f"{len(verification.nodes)} nodes" if self._which == _ALL else (
            f"{len(figures)} of {len(verification.nodes)} nodes"
        )  # fmt: skip
        self.summary.set_whole(
            f"{verification.samples} test samples, {nodes}, "
            f"{verification.simulator}, {format_si(verification.seconds, 's')}"
        )
        self.plots.show_nodes(verification, figures, shown)
        self.table.show_figures(figures)
        both = tuple(zip((model, "ngspice"), confusions(verification), strict=True))
        differ, samples = answers_that_differ(verification), verification.samples
        verb = "differs" if differ == 1 else "differ"
        self.differ.setText(f"{differ} of {samples} {verb}" if differ else f"all {samples} agree")
        tone = "error" if seriously(differ, samples) else "warn"
        restyle(self.differ, tone=tone if differ else "ok")
        balanced = ", ".join(
            f"{title} {format_percent(each.balanced_accuracy)}" for title, each in both
        )
        foot = ("rows: true class, columns: answer", f"balanced accuracy: {balanced}")
        self.answers.show_answers(both, names.class_names, foot)
        many = len(names.class_names) > _MANY_CLASSES
        # squares of many layers are small: what is below them has the room
        self._parts.setStretch(1, 11 if len(shown) <= _FEW_LAYERS else 8)
        self._parts.setStretch(2, 13 if many else 10)
        self._halves.setStretch(0, 8 if many else 11)
        difference = power_difference(verification)
        self._difference.setText(f"ngspice {status_texts.signed_percent(difference)}")
        restyle(self._difference, tone="warn" if abs(difference) > POWER_TOLERANCE else "ok")
        powers = ((model, verification.model_power), ("ngspice", verification.spice_power))
        self.power.show_powers(powers)
