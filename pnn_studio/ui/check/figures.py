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


def outputs_of(figures: tuple[NodeFigures, ...], layers: int) -> tuple[NodeFigures, ...]:
    """Return the outputs of the network alone: the ptanh nodes of its last layer."""
    return tuple(each for each in figures if each.kind == "ptanh" and each.layer == layers)


def nearest(
    verification: Verification,
    figures: tuple[NodeFigures, ...],
    at: tuple[float, float],
    reach: tuple[float, float],
) -> tuple[NodeFigures, int] | None:
    """Find the node and sample whose point is nearest to a place.

    Parameters
    ----------
    verification : Verification
        What is shown.
    figures : tuple of NodeFigures
        The nodes that are shown.
    at : (x, y)
        Voltages of model and ngspice.
    reach : (x, y)
        How far off it may be, in volt.
    """
    if not figures:
        return None
    chosen = [each.index for each in figures]
    x = (verification.model[:, chosen] - at[0]) / reach[0]
    y = (verification.spice[:, chosen] - at[1]) / reach[1]
    far = x**2 + y**2
    sample, node = np.unravel_index(int(np.argmin(far)), far.shape)
    return (figures[int(node)], int(sample)) if far[sample, node] <= 1 else None


def points_of(
    verification: Verification, figures: tuple[NodeFigures, ...], kind: NodeKind
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return model and ngspice voltages of all nodes of one kind, flat."""
    chosen = [each.index for each in figures if each.kind == kind]
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
    shown = residual[:, [each.index for each in figures]]
    return edges, counts, int((np.abs(shown) > half).sum())
