"""A table of simulated circuits: surrogates are fitted on it, now or again later."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.cells import CircuitName


@dataclass(frozen=True, eq=False)
class CircuitTable:
    """Simulated copies of one nonlinear circuit.

    Attributes
    ----------
    circuit : str
        Which circuit.
    technology, technology_fingerprint : str
        What it was printed in.
    netlist_hash : str
        SHA-256 of the circuit's netlist with default values.
    seed : int
        Seed of the Sobol samples.
    names : tuple of str
        Component names, the columns of `omega`.
    omega : array, shape (circuits, components)
        Component values, ohm and metre.
    near_default : bool array, shape (circuits,)
        Drawn around the default circuit rather than over the whole range.
    v_in : array, shape (points,)
        Swept input in volt, -2..2.
    v_out : array, shape (circuits, points)
        Output in volt.
    eta : array, shape (circuits, 4)
        Least-squares tanh parameters over the whole sweep; for a negation of ``-v_out``.
    power : array, shape (circuits,)
        Static power in watt: what supplies and input source deliver, mean over v_in in 0..1 V.
    """

    circuit: CircuitName
    technology: str
    technology_fingerprint: str
    netlist_hash: str
    seed: int
    names: tuple[str, ...]
    omega: NDArray[np.float64]
    near_default: NDArray[np.bool_]
    v_in: NDArray[np.float64]
    v_out: NDArray[np.float64]
    eta: NDArray[np.float64]
    power: NDArray[np.float64]
