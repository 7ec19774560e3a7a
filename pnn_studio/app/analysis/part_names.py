"""What people call the parts of a board, and where they are selected."""

from collections.abc import Mapping
from dataclasses import dataclass

from pnn_studio.domain.board import Board
from pnn_studio.domain.cells import CellRole
from pnn_studio.domain.nodes import Node, NodeNames, activation_node

COMMON_WORDS = {
    "resistors": "all resistors together",
    "rails": "rails and bias",
    "inputs": "noise of the inputs",
}


@dataclass(frozen=True)
class PartPlace:
    """Where a part stands.

    Attributes
    ----------
    words : str
        What people call it: ``x2 to h1``, ``h1, T1``, ``−x3, R5``.
    layer : int
        From 1 on; 0 for what is common to a print.
    role : {"activation", "negation"} or None
        Of the circuit that it belongs to; None for a crossbar resistor.
    row, column : int or None
        Of a crossbar resistor both, of an activation the column, of a negation the row, and the
        column where it serves a single weight.
    """

    words: str
    layer: int = 0
    role: CellRole | None = None
    row: int | None = None
    column: int | None = None


def part_places(board: Board, names: NodeNames) -> Mapping[str, PartPlace]:
    """Return where each part of a board stands, by its reference."""
    found = {ref: PartPlace(words) for ref, words in COMMON_WORDS.items()}
    for each in board.resistors:
        row = names.short(names.row(each.layer + 1, each.row))
        words = f"{row} to {names.short(activation_node(each.layer + 1, each.column))}"
        found[each.ref] = PartPlace(words, each.layer + 1, None, each.row, each.column)
    cells = {each.ref: each for each in board.cells}
    for part in board.parts:
        owner, dot, name = part.ref.partition(".")
        if not dot:
            continue
        cell = cells[owner]
        if cell.role == "activation":
            node = activation_node(cell.layer + 1, cell.column or 0)
        else:
            node = Node(cell.layer + 1, "negation", cell.row, cell.column)
        words = f"{names.short(node)}, {name}"
        found[part.ref] = PartPlace(words, cell.layer + 1, cell.role, cell.row, cell.column)
    return found
