"""The Yield tab: how many prints of the design at the slider work, and why others fail."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.analysis.part_names import PartPlace, part_places
from pnn_studio.app.analysis.yield_words import MOST_PARTS, fault_rows, interval_words
from pnn_studio.app.session.names import names_of
from pnn_studio.domain.board import Board
from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.print_report import FAULT_WORDS, PrintReport
from pnn_studio.domain.units import MINUS, format_percent, format_si
from pnn_studio.domain.yields import INTERVAL_COVERS
from pnn_studio.errors import PnnError
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.controllers.export_menu import ExportMenu
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.prints.histogram import Histogram, SpreadPlot
from pnn_studio.ui.prints.places import item_of
from pnn_studio.ui.prints.strip import PrintsStrip
from pnn_studio.ui.prints.tables import PartTable, Row
from pnn_studio.ui.prints.where import WhereItIs
from pnn_studio.ui.widgets.controls import (
    ElidedLabel,
    describe,
    label,
    plain_tip,
    restyle,
)
from pnn_studio.ui.widgets.empty_state import EmptyState
from pnn_studio.ui.widgets.source_tag import SourceTag
from pnn_studio.ui.widgets.theme import Appearance

if TYPE_CHECKING:
    from pnn_studio.domain.variation import VariationChoice

NOT_RUN = "No prints computed yet. Run computes 10,000 in about ten seconds."
_OTHER = "Changed since this run. Run computes the prints of the design as it is now."
_SPICE = 200
_MODEL: ModelName = "loaded"  # prints are solved by it, whatever a design was trained with
# what people call the circuits of a group
_CIRCUITS = {"negation": "negation", "activation": "ptanh"}
_SHORT = dict(zip(FAULT_WORDS.values(), ("R open", "R shorted", "T dead"), strict=True))


class YieldTab(QWidget):
    """Prints of the design at the slider."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio, self._prints = studio, studio.checks.prints
        self._shown: PrintReport | None = None
        self._beside: tuple[TrainedDesign, PrintReport] | None = None
        self._places: dict[str, PartPlace] = {}
        self.strip = PrintsStrip(appearance)
        self.run, self.count, self.line = self.strip.run, self.strip.count, self.strip.line
        self.simulate = QPushButton(f"Check {_SPICE} in ngspice")
        self.simulate.setProperty("kind", "outline")
        describe(
            self.simulate,
            f"Check {_SPICE} prints in ngspice",
            "Run again, and simulate the first prints from the same draws",
        )
        self.train = QPushButton("Train for this spread")
        self.train.setProperty("kind", "outline")
        tip = "Train the layout for prints of this spread; then Run draws before and after"
        describe(self.train, self.train.text(), tip)
        self.histogram, self.curve = Histogram(appearance), SpreadPlot(appearance)
        self.harm = PartTable(
            appearance,
            "Components by harm",
            ("component", "lost yield", "sensitivity"),
            (0,),
            (1, "text2"),
        )
        self.faults = PartTable(
            appearance,
            "Single faults",
            ("fault", "harmful", "of", "worst", "accuracy"),
            (0, 3),
            (1, "error"),
            widest=3,
        )
        self.harm.setMinimumWidth(276)  # so that names of parts are whole
        self.where = WhereItIs(studio, appearance)
        self._empty = EmptyState(appearance, NOT_RUN)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._make_page(appearance))
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.strip)
        page.addWidget(self._pages, 1)
        self.run.clicked.connect(self._take_run)
        self.simulate.clicked.connect(self._take_simulate)
        self.train.clicked.connect(self._take_train)
        self.harm.chosen.connect(self._choose)
        self.faults.chosen.connect(self._choose)
        for part in (self.strip.keep, self.strip.share, self.count):
            part.valueChanged.connect(self._show_run)
        self.strip.spread.chosen.connect(self._show_run)
        for plot in (self.histogram, self.curve):
            ExportMenu(plot, studio.exports, ("yield", "report"))
        self._prints.moved.connect(self.refresh)
        studio.changed.connect(self._take_change)
        studio.activity.connect(self.refresh)
        studio.selection.changed.connect(self._follow_selection)
        self.refresh()

    def _make_page(self, appearance: Appearance) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 0, 16, 8)
        column.setSpacing(8)
        column.addWidget(self._make_readout(appearance))
        both = QHBoxLayout()
        both.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        plots = QHBoxLayout()
        plots.setSpacing(16)
        for title, plot in (
            ("Accuracy over prints", self.histogram),
            ("Accuracy over spread", self.curve),
        ):
            part = QVBoxLayout()
            part.addLayout(_heading(title, SourceTag(appearance, _MODEL)))
            part.addWidget(plot, 1)
            plots.addLayout(part, 1)
        left.addLayout(plots, 11)
        self._fault_note = label("", "label")
        tag = SourceTag(appearance, _MODEL)
        left.addLayout(_heading("Single faults", self._fault_note, tag))
        left.addWidget(self.faults, 9)
        self._harm_note = label("", "label")
        tag = SourceTag(appearance, _MODEL)
        right.addLayout(_heading("Components by harm", self._harm_note, tag))
        right.addWidget(self.harm, 1)
        self._rest = label("", "label")
        self._rest.setWordWrap(True)
        right.addWidget(self._rest)
        self._where_note = label("", "label")
        right.addLayout(_heading("Where it is", self._where_note))
        right.addWidget(self.where)
        both.addLayout(left, 3)
        both.addLayout(right, 2)
        column.addLayout(both, 1)
        return page

    def _make_readout(self, appearance: Appearance) -> QWidget:
        box = QFrame()
        box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box.setProperty("edge", "bottom")
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.readout = label("", "readout")
        self.sentence, self.proof = ElidedLabel("label"), label("")
        row.addWidget(self.readout)
        row.addWidget(SourceTag(appearance, _MODEL))
        row.addStretch()
        row.addWidget(self.proof)
        row.addWidget(self.simulate)
        column.addLayout(row)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.sentence, 1)
        below.addWidget(self.train)
        column.addLayout(below)
        return box

    # --- what is asked ---------------------------------------------------------------------------

    @Slot()
    def _take_run(self) -> None:
        if self._prints.job is not None:
            self._prints.stop()
        else:
            self._prints.run(self.strip.plan())
        self.refresh()

    @Slot()
    def _take_simulate(self) -> None:
        self._prints.run(self.strip.plan(_SPICE))
        self.refresh()

    @Slot()
    def _take_train(self) -> None:
        """Train for the spread of the strip; the panel says so, and takes it back."""
        recipe, spread = self._studio.session.recipe, self.strip.plan().variation
        variation: VariationChoice = "technology" if spread is None else spread
        self._studio.edit(replace(recipe, model=_MODEL, variation=variation))
        self._studio.train()

    # --- what is shown ---------------------------------------------------------------------------

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change == "project":
            self._shown = None
        if change != "records":
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what is known of the design at the slider."""
        design = self._studio.session.design
        report, job = self._prints.report(design), self._prints.job
        for part in (self.run, self.simulate):
            part.setEnabled(design is not None)
        self.simulate.setEnabled(design is not None and job is None)
        self._show_run()
        self.strip.bar.setVisible(job is not None)
        self._say_progress(report)
        self._pages.setCurrentIndex(0 if report is None else 1)
        if report is None or design is None:
            self._shown = None
            self._empty.text.setText(self._what_is_missing(design))
        else:
            beside = self._prints.trained_otherwise(design)
            if (report, beside) != (self._shown, self._beside):
                self._shown, self._beside = report, beside
                self._show(report, design)
        restyle(self.readout, tone="muted" if job is not None else "")
        self._follow_selection()

    @Slot()
    def _show_run(self) -> None:
        """Say what the button does: run, go on with what was stopped, or stop."""
        if self._prints.job is not None:
            self.strip.show_run("Stop", "End it; what is computed is shown and kept")
        elif self._prints.goes_on(self.strip.plan()):
            self.strip.show_run("Resume", "Go on with the prints that were computed before")
        else:
            self.strip.show_run("Run", "Compute prints of this design")

    def _what_is_missing(self, design: TrainedDesign | None) -> str:
        if design is None:
            return status_texts.NOT_TRAINED
        if self._prints.job is not None:
            return "What is found appears here in a few seconds."
        return _OTHER if self._prints.any_known else NOT_RUN

    def _say_progress(self, report: PrintReport | None) -> None:
        if self._prints.job is not None:
            done, prints, left = self._prints.progress
            self.strip.bar.setValue(round(100 * done / max(prints, 1)))
            rest = f", {max(left, 1):.0f} s left" if left and done < prints else ""
            self.line.set_whole(f"{done:,} of {prints:,}{rest}")
        elif report is not None:
            ended = "stopped, " if report.stopped else ""
            seconds = format_si(report.seconds, "s")
            self.line.set_whole(f"{ended}{report.test.prints:,} of {report.asked:,}, {seconds}")
        else:
            self.line.set_whole("")

    def _show(self, report: PrintReport, design: TrainedDesign) -> None:
        test = report.test
        self._places = self._places_of(design)
        self.readout.setText(f"{format_percent(test.share)}  ({interval_words(test)})")
        drawn, least = format_percent(test.nominal), format_percent(test.least)
        other = self._beside
        kept = f"of {test.prints:,} prints keep {100 * test.limit.share:g} % of the accuracy"
        self.sentence.set_whole(
            f"{kept}: {drawn} as drawn, so at least {least}"
            if other is None
            else f"{kept}, at least {least}; {_how(other[0])}, "
            f"{format_percent(other[1].test.share)} do"
        )
        assumed = " It is assumed, see the technology file." if report.spread.assumed else ""
        self.readout.setToolTip(
            plain_tip(
                f"{INTERVAL_COVERS} ({test.samples}). Computed with the loaded model, solved "
                f"exactly. Spread: {report.spread.words}.{assumed}"
            )
        )
        self._show_proof(report)
        self.histogram.show_report(report)
        beside = None if other is None else (_how(other[0]), other[1])
        self.curve.show_both(_how(design), report, beside)
        self._show_harm(report)
        self._show_faults(report)

    def _places_of(self, design: TrainedDesign) -> dict[str, PartPlace]:
        session = self._studio.session
        technology = session.technology
        if technology is None:
            return {}
        try:
            board = Board.of(design, technology)
        except PnnError:
            return {}
        return dict(part_places(board, names_of(session, design)))

    def _words(self, ref: str) -> str:
        place = self._places.get(ref)
        return ref if place is None else place.words

    def _show_proof(self, report: PrintReport) -> None:
        proof = report.spice
        self.proof.setVisible(proof is not None)
        if proof is None:
            return
        differ = proof.decisions - proof.equal
        equal = "all decisions equal" if not differ else f"{differ:,} decisions differ"
        share = format_percent(proof.share)
        self.proof.setText(f"ngspice, {proof.prints} checked: {share}\n{equal}")
        self.proof.setToolTip(f"Outputs within {format_si(proof.largest, 'V')} of the model")
        restyle(self.proof, tone="warn" if differ else "ok")

    def _show_harm(self, report: PrintReport) -> None:
        some = [each for each in report.harm[:MOST_PARTS] if each.share > 0]
        most = some[0].share if some else 1.0
        rows = []
        for each in some:
            points = round(100 * each.sensitivity, 1)
            change = f"{points:+.1f}".replace("-", MINUS) if points else "0"
            words, share = self._words(each.ref), format_percent(each.share)
            tip = f"{words} ({each.ref}) bears {share} of the lost yield; with this part "
            tip += f"alone 10 % off, accuracy changes by {change} points, to its worse side"
            texts = words, share, change
            rows.append(Row(texts, each.group, each.share / most, each.ref, tip))
        self.harm.show_rows(tuple(rows))
        count = len(report.harm)
        self._harm_note.setText(f"{len(some)} of {count}" if some else "no print is lost")
        rest = sum(each.share for each in report.harm[len(some) :])
        others = f"{count - len(some)} others: {format_percent(rest)}. " if some else ""
        self._rest.setText(
            f"{others}Sensitivity: accuracy points when this part alone is 10 % off, worse side."
        )
        share = (
            "Share of lost yield: the parts of a lost print are put right one after the other, in "
            f"random order, and the one that makes it work counts ({report.orders} orders)"
        )
        for part in (self._rest, self._harm_note):
            part.setToolTip(plain_tip(share))
        self._rest.setVisible(bool(some))

    def _show_faults(self, report: PrintReport) -> None:
        rows = []
        for kind, group, count, harmful, worst, accuracy in fault_rows(report):
            place = self._words(worst)
            words = kind if group == "crossbar" else f"{_CIRCUITS[group]} {_SHORT[kind]}"
            texts = words, f"{harmful}", f"{count}", place, format_percent(accuracy)
            rows.append(Row(texts, group, harmful / max(count, 1), worst, f"Worst: {place}"))
        self.faults.show_rows(tuple(rows))
        harmful = len(report.faults) - report.harmless_faults
        self._fault_note.setText(f"{harmful} of {len(report.faults)} change an answer")

    # --- selection -------------------------------------------------------------------------------

    @Slot(str)
    def _choose(self, ref: str) -> None:
        place = self._places.get(ref)
        item = None if place is None else item_of(place)
        if item is not None:
            self._studio.selection.select(item)

    @Slot()
    def _follow_selection(self) -> None:
        """Mark the rows of what was selected elsewhere."""
        item = self._studio.selection.item
        refs = [ref for ref, place in self._places.items() if item and item_of(place) == item]
        for table in (self.harm, self.faults):
            shown = next((row.key for row in table.rows if row.key in refs), "")
            table.mark(shown)
        if self._shown is not None:
            self._where_note.setText(self.where.refresh())


def _how(design: TrainedDesign) -> str:
    return f"trained {'' if design.variation is None else 'for '}{design.trained_for}"


def _heading(text: str, *notes: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(label(text, "heading"))
    for note in notes:
        row.addWidget(note)
    row.addStretch()
    return row
