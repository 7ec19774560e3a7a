"""What of a design cannot be printed as it is drawn, and what rounding it has changed."""

from pnn_studio.app.inspector.sheet import Row, SheetSection, Step
from pnn_studio.app.session.names import names_of
from pnn_studio.app.session.selection import CircuitItem, Item, ResistorItem
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.nodes import NodeNames, activation_node
from pnn_studio.domain.printable import Violation, grid_of, violations
from pnn_studio.domain.units import count_of, format_percent, format_si
from pnn_studio.errors import PnnError

# values that are named one by one; the list of the command line is whole
_MOST_NAMED = 4


def printable_sections(
    session: Session, design: TrainedDesign
) -> tuple[list[SheetSection], list[Step]]:
    """Name what cannot be printed, each with a row that shows it, and offer to round it.

    Nothing where the technology cannot be read or states no grid.
    """
    technology = session.technologies.of_design(design, session.shown_process)
    if technology is None or technology.printing is None:
        return [], []
    try:
        found = violations(design, technology)
    except PnnError:  # a grid without a value in a range: rounding says so
        return [], []
    grid = grid_of(technology)
    before = session.checks.rounded_from(design)
    sections = [] if before is None else [_what_changed(session, design, before)]
    if not found:
        text = f"Every value can be printed: {grid.words}."
        return [*sections, SheetSection("Printable values", text=text)], []
    outside = [each for each in found if each.is_outside]
    names = names_of(session, design)
    rows = tuple(_row(each, names) for each in (outside or found)[:_MOST_NAMED])
    note = f"{len(outside)} outside" if outside else f"{len(found)} off the grid"
    text = f"{count_of(len(found), 'value')} cannot be printed as drawn ({grid.words})."
    more = len(outside or found) - len(rows)
    text += f" {len(rows)} of them:" if more else ""
    sections.append(
        SheetSection(
            "Printable values",
            note,
            head=("value", "drawn"),
            rows=rows,
            text=text,
            text_tone="warn" if outside else "muted",
        )
    )
    return sections, [Step("Round to printable values", "round")]


def _row(found: Violation, names: NodeNames) -> Row:
    item: Item
    if found.role is None:
        item = ResistorItem(found.layer, found.row, found.column)
        row = names.short(names.row(found.layer, found.row))
        words = f"{row} to {names.short(activation_node(found.layer, found.column))}"
    else:
        item = CircuitItem(found.layer, found.role, 0)
        words = found.ref
    drawn = format_si(found.value, found.unit)
    return Row(
        (words, drawn),
        "warn" if found.is_outside else "plain",
        item,
        step=Step("Show in Schematic", "schematic", item),
        tip=str(found),
    )


def _what_changed(session: Session, design: TrainedDesign, before: TrainedDesign) -> SheetSection:
    """Compare accuracy and power with those of the design that was rounded."""
    old, new = session.verification(before), session.verification(design)
    head = ("", "drawn", "rounded")
    if old is None or new is None:
        return SheetSection("Rounded", text="Check both to see what rounding has changed.")
    accuracy = "accuracy, test", *map(format_percent, (old.spice_accuracy, new.spice_accuracy))
    power = "power", *(format_si(each.spice_power.total, "W") for each in (old, new))
    rows = Row(accuracy), Row(power)
    return SheetSection("What rounding changed", head=head, rows=rows, source="ngspice")
