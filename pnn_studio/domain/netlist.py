"""A netlist as a value: text that plain ``ngspice -b`` runs, and what its nodes mean."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Netlist:
    """SPICE text.

    Attributes
    ----------
    text : str
        The whole file, the title line first and ``.end`` last.
    probes : mapping of str to str
        What is recorded: name in the raw file, lower case (``v(l1_z0)``, ``i(vsrc)``) by what it
        means in the design.
    points : int
        Steps of its sweep; 0 where that is left to ngspice.
    """

    text: str
    probes: Mapping[str, str]
    points: int = 0
