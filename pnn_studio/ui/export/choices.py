"""The right part of the export dialog: formats and choices of the kind that is exported."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pnn_studio.domain.export_kinds import ExportKind
from pnn_studio.domain.export_options import Bench, ExportOptions, FigureOptions
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.layout import Crossbar
from pnn_studio.ui.export.memory import usual_order
from pnn_studio.ui.widgets.controls import (
    Combo,
    ElidedLabel,
    Segments,
    clear_layout,
    describe,
    label,
)
from pnn_studio.ui.widgets.fields import CheckBox
from pnn_studio.ui.widgets.theme import Appearance

_DPI = (150, 300, 600, 1200)
_WIDTHS: tuple[float | None, ...] = (88.0, 181.0, None)
_STRUCTURES: tuple[Crossbar, ...] = ("modified", "original")
_BENCHES: tuple[Bench, ...] = ("sample", "test")
_NAME_WIDTH = 56
_IN_A_ROW = 4


class ExportChoices(QWidget):
    """Formats, width, colours and what else a kind can be told.

    Notes
    -----
    Signal `changed` after a choice.
    """

    changed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._order: ExportOrder | None = None
        self._subject: ExportSubject | None = None
        self._row = 0
        self.formats: dict[str, CheckBox] = {}
        self.controls: dict[str, QWidget] = {}
        self._fields = QWidget()
        self._grid = QGridLayout(self._fields)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnMinimumWidth(0, _NAME_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._kept = ElidedLabel("caption")
        self.reset = QPushButton("Reset")
        describe(self.reset, "Reset", "Choose again what is usual for this kind")
        self.reset.clicked.connect(self._reset)
        foot = QHBoxLayout()
        foot.addWidget(self._kept, 1)
        foot.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(10)
        column.addWidget(self._fields)
        column.addStretch(1)
        column.addLayout(foot)

    @property
    def order(self) -> ExportOrder | None:
        """What is chosen; None where no format is."""
        names = tuple(name for name, box in self.formats.items() if box.isChecked())
        if self._order is None or not names:
            return None
        return replace(self._order, formats=names)

    def show_order(self, order: ExportOrder, subject: ExportSubject) -> None:
        """Offer what the kind of an order can be told, as the order says it."""
        same = self._order is not None and self._order.kind == order.kind
        self._order, self._subject = order, subject
        self._kept.set_whole("Kept for the next export of this kind")
        if same and self.formats:
            self._show_values(order)
        else:
            self._build(order.what, subject)
            self._show_values(order)
        self._rule_out()

    # --- making the fields -------------------------------------------------------------------

    def _build(self, kind: ExportKind, subject: ExportSubject) -> None:
        clear_layout(self._fields)
        self.formats, self.controls, self._row = {}, {}, 0
        boxes = QWidget()
        line = QGridLayout(boxes)
        line.setContentsMargins(0, 0, 0, 0)
        line.setHorizontalSpacing(8)
        line.setVerticalSpacing(0)
        line.setColumnStretch(_IN_A_ROW, 1)
        for number, each in enumerate(kind.formats):
            name = each.id.upper()
            box = CheckBox(self._appearance, name, f"Write {kind.name} as {name}")
            box.setAccessibleName(f"Format {name}")
            box.clicked.connect(self._take)
            self.formats[each.id] = box
            line.addWidget(box, number // _IN_A_ROW, number % _IN_A_ROW)
        self._add("Formats", boxes)
        schematic = kind.id == "schematic"
        if schematic:
            show = self._combo("Show", "The whole network, or one layer of it", "layer")
            layers = range(1, len(subject.design.layers) + 1)
            show.addItems(["whole network", *(f"layer {each}" for each in layers)])
        if kind.of_design:
            counts = [subject.design.count_negations(each) for each in _STRUCTURES]
            named = zip(_STRUCTURES, counts, strict=True)
            self._segments("Crossbar", tuple(f"{each}, {count}" for each, count in named))
        if kind.id == "netlist":
            self._segments("Bench", ("this sample", "test split"))
        if schematic:
            self._segments("Style", ("figure", "document"))
        if not kind.drawn:
            return
        self._segments("Width", ("88 mm", "181 mm", "free"))
        self._segments("Colour", ("colour", "black, white"))
        if schematic:
            self._build_contents()
        dpi = self._combo("PNG", "Dots per inch of a PNG", "dpi")
        dpi.addItems([f"{each} dpi" for each in _DPI])

    def _build_contents(self) -> None:
        for name, text, tip in (
            ("cells", "Cells as insets", "The nonlinear circuits down to their transistors"),
            ("voltages", "Sample voltages", "Voltages of the sample beside the nodes"),
            ("pages", "A sheet for each layer", "Layers and cells on sheets of their own"),
        ):
            box = CheckBox(self._appearance, text, tip)
            box.clicked.connect(self._take)
            self.controls[name] = box
            self._grid.addWidget(box, self._row, 0, 1, 2)
            self._row += 1

    def _segments(self, name: str, texts: tuple[str, ...]) -> None:
        made = Segments(name, texts, dense=True)
        made.chosen.connect(self._take)
        self.controls[name.lower()] = made
        self._add(name, made)

    def _combo(self, name: str, tip: str, key: str) -> Combo:
        made = Combo(self._appearance)
        describe(made, name, tip)
        made.activated.connect(self._take)
        self.controls[key] = made
        self._add(name, made)
        return made

    def _add(self, name: str, field: QWidget) -> None:
        self._grid.addWidget(label(name, "label"), self._row, 0)
        self._grid.addWidget(field, self._row, 1)
        self._row += 1

    @property
    def reached(self) -> list[QWidget]:
        """What Tab reaches, from top to bottom."""
        reached: list[QWidget] = list(self.formats.values())
        for control in self.controls.values():
            reached += control.buttons() if isinstance(control, Segments) else [control]
        return [*reached, self.reset]

    # --- choices -----------------------------------------------------------------------------

    def _show_values(self, order: ExportOrder) -> None:
        for name, box in self.formats.items():
            box.setChecked(name in order.formats)
        figure, options = order.options.figure, order.options
        crossbar = options.crossbar or (
            self._subject.design.layout.crossbar if self._subject is not None else "modified"
        )
        places: dict[str, int] = {
            "width": _WIDTHS.index(figure.width_mm) if figure.width_mm in _WIDTHS else 1,
            "colour": 0 if figure.colour else 1,
            "style": 0 if figure.style == "paper" else 1,
            "crossbar": _STRUCTURES.index(crossbar),
            "bench": _BENCHES.index(options.bench),
        }
        for key, control in self.controls.items():
            if isinstance(control, Segments):
                control.choose(places[key])
            elif isinstance(control, CheckBox):
                control.setChecked(bool(getattr(figure, key)))
            elif isinstance(control, Combo):
                layer = 0 if figure.layer is None else figure.layer + 1
                place = _dpi_place(figure.dpi) if key == "dpi" else layer
                control.setCurrentIndex(min(place, control.count() - 1))

    def _rule_out(self) -> None:
        """Disable what the other choices leave no meaning, and say why in its tip."""
        dpi = self.controls.get("dpi")
        if dpi is not None:
            png = "png" in self.formats and self.formats["png"].isChecked()
            dpi.setEnabled(png)
            tip = "Dots per inch of a PNG" if png else "Choose PNG first"
            dpi.setToolTip(tip)
        width = self.controls.get("width")
        if isinstance(width, Segments) and self._order is not None:
            free = self._order.kind == "schematic"
            button = width.buttons()[2]
            button.setEnabled(free)
            if not free:
                button.setToolTip("A plot has a width of its own: one or two columns")
        voltages = self.controls.get("voltages")
        if voltages is not None and self._subject is not None:
            known = self._subject.data is not None
            voltages.setEnabled(known)
            voltages.setToolTip(
                "Voltages of the sample beside the nodes" if known else "The data are not at hand"
            )

    @Slot()
    def _take(self) -> None:
        if self._order is None:
            return
        at = {key: _value(control) for key, control in self.controls.items()}
        options = self._order.options
        figure = replace(options.figure, **_figure(at))
        bench = _BENCHES[at["bench"]] if "bench" in at else options.bench
        crossbar = self._crossbar(at, options)
        options = replace(options, figure=figure, crossbar=crossbar, bench=bench)
        self._order = replace(self._order, options=options)
        self._rule_out()
        self.changed.emit()

    def _crossbar(self, at: dict[str, int], options: ExportOptions) -> Crossbar | None:
        """Return the structure where it is another than the design's own."""
        if "crossbar" not in at or self._subject is None:
            return options.crossbar
        chosen = _STRUCTURES[at["crossbar"]]
        return None if chosen == self._subject.design.layout.crossbar else chosen

    @Slot()
    def _reset(self) -> None:
        if self._order is not None and self._subject is not None:
            self.show_order(usual_order(self._order.kind), self._subject)
            self.changed.emit()


def _value(control: QWidget) -> int:
    """Return the place of what is chosen, or of a check box 1 where it is checked."""
    if isinstance(control, Segments):
        return control.place
    if isinstance(control, Combo):
        return control.currentIndex()
    return int(isinstance(control, CheckBox) and control.isChecked())


def _dpi_place(dpi: int) -> int:
    return _DPI.index(dpi) if dpi in _DPI else _DPI.index(FigureOptions().dpi)


def _figure(at: dict[str, int]) -> dict[str, Any]:
    """Return what was chosen of a figure."""
    chosen: dict[str, Any] = {}
    if "width" in at:
        chosen |= {"width_mm": _WIDTHS[at["width"]], "colour": at["colour"] == 0}
        chosen |= {"dpi": _DPI[at["dpi"]]}
    if "layer" in at:
        chosen |= {"layer": None if at["layer"] == 0 else at["layer"] - 1}
        chosen |= {"style": "paper" if at["style"] == 0 else "document"}
        chosen |= {name: bool(at[name]) for name in ("cells", "voltages", "pages")}
    return chosen
