"""What the Check tab shows of a verification: pure functions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.analysis.check_words import node_sentence, short_cause
from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.nodes import Node, NodeKind, NodeNames, nodes_by_net
from pnn_studio.domain.verification import Verification

# of nodes, with the colour of each
KINDS: tuple[tuple[NodeKind, str], ...] = (
    ("negation", "negation_fill"),
    ("column", "crossbar_fill"),
    ("activation", "activation_fill"),
)


@dataclass(frozen=True)
class NodeFigures:
    """How far ngspice and the model are apart at one node.

    Attributes
    ----------
    node : Node
        Which one.
    name, what : str
        Its short name, for example ``h1.0``, and what it is: the class of an output of the network.
    index : int
        Column in the arrays of the verification.
    rms : float
        Volt.
    largest : float
        Largest difference in volt, ngspice less model, with its sign.
    sample : int
        Where that is.
    cause, sentence : str
        Why that is, in a word or two and at length.
    """

    node: Node
    name: str
    what: str
    index: int
    rms: float
    largest: float
    sample: int
    cause: str
    sentence: str

    @property
    def kind(self) -> NodeKind:
        """What kind of node it is."""
        return self.node.kind

    @property
    def layer(self) -> int:
        """Its layer, 1 is the first."""
        return self.node.layer


def node_figures(
    verification: Verification, names: NodeNames, model: ModelName
) -> tuple[NodeFigures, ...]:
    """Compare every node of a design of that model, the worst one first."""
    residual = verification.spice - verification.model
    nodes = nodes_by_net(names.layout)
    figures = []
    for index, net in enumerate(verification.nodes):
        node = nodes.get(net)
        if node is None or node.layer == 0:
            continue
        answers = node.kind == "activation" and node.layer == names.last
        at = residual[:, index]
        figures.append(
            NodeFigures(
                node=node,
                name=names.short(node),
                what=names.class_names[node.column or 0] if answers else node.kind,
                index=index,
                rms=float(np.sqrt(np.mean(at**2))),
                largest=float(verification.differences[index]),
                sample=int(verification.worst_samples[index]),
                cause=short_cause(verification, model, index),
                sentence=node_sentence(verification, model, names, index),
            )
        )
    return tuple(sorted(figures, key=lambda each: -each.rms))


def outputs_of(figures: tuple[NodeFigures, ...], layers: int) -> tuple[NodeFigures, ...]:
    """Return the outputs of the network alone: the activations of its last layer."""
    return tuple(each for each in figures if each.kind == "activation" and each.layer == layers)


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
