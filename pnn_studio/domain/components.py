"""The component table of a design: every printed part once."""

from dataclasses import dataclass
from typing import Literal

from pnn_studio.domain.cells import CircuitName


@dataclass(frozen=True)
class PrintedPart:
    """One printed resistor or transistor.

    Attributes
    ----------
    ref : str
        Unique reference, as in netlist and schematic.
    kind : {"resistor", "transistor"}
        What it is.
    layer : int
        Layer, 1 is the first.
    belongs_to : str
        ``crossbar``, or the reference of the nonlinear circuit that it is part of.
    circuit : str or None
        Kind of that circuit; None for the crossbar.
    nodes : tuple of str
        Node names; resistors two, transistors drain, gate, source.
    resistance : float
        Ohm; nan for a transistor.
    width, length : float
        Metre; nan for a resistor.
    names : tuple of str
        What people call the nodes, in their order.
    label : str
        Its short designator in drawings, for example ``R1.41``.
    """

    ref: str
    kind: Literal["resistor", "transistor"]
    layer: int
    belongs_to: str
    circuit: CircuitName | None
    nodes: tuple[str, ...]
    resistance: float
    width: float
    length: float
    names: tuple[str, ...] = ()
    label: str = ""
