"""The network placed on the grid of schematic editors, layer beside layer."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from pnn_studio.circuit.netlist_file import harmless, ports
from pnn_studio.circuit.placement import Geometry, place_layer
from pnn_studio.circuit.wiring import CrossbarResistor, PlacedCell, wire_up
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.placement import PlacedLayer
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.tool_sheet import Label, Spot, ToolPart, ToolSheet

_GRID = Geometry(
    row=16, column=32, first_row=8, first_column=42, tap=22, drop=7, body=11, half=3, fork=8,
    negation=14, negation_half=4, weight=6, weight_half=4, negated_body=15, foot=18,
    activation_half=4, output=8, stub=4,
)  # fmt: skip
_BETWEEN, _NAMES = 24, 30  # from layer to layer, and for names at the left


def tool_sheet(design: TrainedDesign, technology: Technology, names: NodeNames) -> ToolSheet:
    """Place all layers of a design beside each other; nets of the same name are one.

    Rows and rails are joined by labels, because a wire from every output to its row would cross
    everything else.
    """
    found: dict[str, CrossbarResistor | PlacedCell] = {}
    layers = wire_up(design)
    for layer in layers:
        found |= {each.ref: each for each in layer.resistors}
        found |= {each.ref: each for each in layer.cells}
    sheet = _Sheet(found, technology, names)
    left = _NAMES
    for number, layer in enumerate(layers, start=1):
        inputs = design.layout.sizes[number - 1]
        placed = place_layer(layer, number, inputs, design.layout.crossbar, _GRID)
        sheet.add(placed, left)
        left += int(placed.width) + _BETWEEN + _NAMES
    last = {cell.output.net for cell in layers[-1].activations}
    driven = tuple((net, net in last) for net in ports(design, technology))
    return ToolSheet(
        tuple(sheet.parts), tuple(sheet.wires), tuple(sheet.joints), tuple(sheet.labels),
        driven, technology.circuit_names, tuple(sheet.notes), left, sheet.height,
    )  # fmt: skip


class _Sheet:
    def __init__(
        self,
        found: dict[str, CrossbarResistor | PlacedCell],
        technology: Technology,
        names: NodeNames,
    ) -> None:
        self.found, self.technology, self.names = found, technology, names
        self.parts: list[ToolPart] = []
        self.wires: list[tuple[str, Spot, Spot]] = []
        self.joints: list[Spot] = []
        self.labels: list[Label] = []
        self.notes: list[Label] = []
        self.height = 0

    def add(self, placed: PlacedLayer, left: int) -> None:
        """Put a layer at `left`."""
        joints = [(round(each.x) + left, round(each.y)) for each in placed.joints]
        rows: dict[int, list[Spot]] = {}
        columns: dict[int, list[Spot]] = {}
        for joint in joints:
            rows.setdefault(joint[1], []).append(joint)
            columns.setdefault(joint[0], []).append(joint)
        for wire in placed.wires:
            spots = [(round(x) + left, round(y)) for x, y in wire.points]
            for piece in pairwise(spots):
                self.wires += [(wire.net, *each) for each in _pieces(piece, rows, columns)]
        self.joints += joints
        for each in placed.terminals:
            x, y = round(each.x) + left, round(each.y)
            outward = each.kind == "output" or x > left
            self.labels.append(Label(each.node.net, x, y, leftwards=not outward))
            name = harmless(self.names.full(each.node))
            if each.kind != "ground" and name != each.node.net:
                self.notes.append(Label(name, x, y + 2, leftwards=not outward))
        for part in placed.parts:
            self._part(part.ref, round(part.x) + left, round(part.y))
        self.height = max(self.height, round(placed.height) + 4)

    def _part(self, ref: str, x: int, y: int) -> None:
        known = self.found[ref]
        if isinstance(known, CrossbarResistor):
            values = {"R": known.resistance}
            part = ToolPart(ref, known.label, "resistor", x, y, known.nets, values)
        else:
            values = known.values(self.technology)
            part = ToolPart(ref, known.label, known.circuit, x, y, known.nets, values)
        self.parts.append(part)
        if isinstance(known, PlacedCell):  # a column, or a negated row, is called at its circuit
            own = 0 if known.role == "activation" else 1
            net, at, down = part.pins[own]
            self.labels.append(Label(net, at, down, leftwards=False))
        # rails hang on the pins themselves
        self.labels += [Label(net, at, down, leftwards=False) for net, at, down in part.pins[2:]]


def _pieces(
    piece: tuple[Spot, Spot], rows: Mapping[int, list[Spot]], columns: Mapping[int, list[Spot]]
) -> Iterator[tuple[Spot, Spot]]:
    """Cut a straight wire at the joints on it: editors join wires where their ends meet."""
    start, end = piece
    near = rows.get(start[1], []) if start[1] == end[1] else columns.get(start[0], [])
    low, high = min(piece), max(piece)
    between = (each for each in near if low < each < high)
    yield from pairwise(sorted({*piece, *between}, reverse=start > end))
