"""What the Check tab shows of a verification: pure functions."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.verification import Verification

NodeKind = Literal["negation", "column", "ptanh"]

# Names of nodes in a netlist: l1_n0 and l1_n0_2 (negation), l1_z0 (column), l1_h0 (ptanh).
_NAME = re.compile(r"l(\d+)_([nzh])(\w+)")
_KINDS: dict[str, NodeKind] = {"n": "negation", "z": "column", "h": "ptanh"}


@dataclass(frozen=True)
class NodeFigures:
    """How far ngspice and the model are apart at one node.

    Attributes
    ----------
    name : str
        Short name, for example ``h1.0``.
    kind : str
        What the node is.
    layer : int
        1 is the first.
    index : int
        Column in the arrays of the verification.
    rms : float
        Volt.
    largest : float
        Largest difference in volt, ngspice less model, with its sign.
    sample : int
        Where that is.
    """

    name: str
    kind: NodeKind
    layer: int
    index: int
    rms: float
    largest: float
    sample: int


def node_figures(verification: Verification) -> tuple[NodeFigures, ...]:
    """Compare every node, the worst one first."""
    residual = verification.spice - verification.model
    figures = []
    for index, node in enumerate(verification.nodes):
        match = _NAME.fullmatch(node)
        if match is None:
            continue
        layer, letter, rest = match.groups()
        at = residual[:, index]
        worst = int(np.argmax(np.abs(at)))
        figures.append(
            NodeFigures(
                name=f"{letter}{layer}.{rest.replace('_', '.')}",
                kind=_KINDS[letter],
                layer=int(layer),
                index=index,
                rms=float(np.sqrt(np.mean(at**2))),
                largest=float(at[worst]),
                sample=worst,
            )
        )
    return tuple(sorted(figures, key=lambda each: -each.rms))


def points_of(
    verification: Verification, figures: tuple[NodeFigures, ...], kind: NodeKind, layers: range
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return model and ngspice voltages of all nodes of one kind in some layers, flat."""
    chosen = [each.index for each in figures if each.kind == kind and each.layer in layers]
    return verification.model[:, chosen].ravel(), verification.spice[:, chosen].ravel()


def residual_bins(
    verification: Verification,
    figures: tuple[NodeFigures, ...],
    kinds: tuple[NodeKind, ...],
    half: float = 0.25,
    bins: int = 25,
) -> tuple[NDArray[np.float64], NDArray[np.int64], int]:
    """Count the differences of all nodes and samples, by kind of node.

    Returns
    -------
    edges : array, shape (bins + 1,)
        Volt, from ``-half`` to ``half``.
    counts : int array, shape (kinds, bins)
        Differences in each bin.
    beyond : int
        Differences that are larger.
    """
    residual = verification.spice - verification.model
    edges = np.linspace(-half, half, bins + 1)
    counts = np.zeros((len(kinds), bins), dtype=np.int64)
    for row, kind in enumerate(kinds):
        chosen = [each.index for each in figures if each.kind == kind]
        counts[row] = np.histogram(residual[:, chosen], bins=edges)[0]
    return edges, counts, int((np.abs(residual) > half).sum())
