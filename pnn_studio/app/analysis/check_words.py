"""What a check says of nodes: whether model and ngspice agree there, and where not, why.

A design of the loaded model agrees everywhere: its equations are those that ngspice solves. One of
the ideal model does not, and `Cause` takes the difference apart.
"""

from collections.abc import Collection

import numpy as np

from pnn_studio.domain.circuit_model import ModelName, why_not_loaded
from pnn_studio.domain.nodes import NodeNames, nodes_by_net
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import count_of, format_percent, format_si
from pnn_studio.domain.verification import AGREES_WITHIN, Verification

_WITHIN = f"{AGREES_WITHIN * 1e3:g} mV"
# of two causes, the smaller one counts too from this share of the larger one on
_ALSO = 1 / 3


def signed_volt(volt: float) -> str:
    """Write a difference with its sign.

    Examples
    --------
    >>> signed_volt(0.0831), signed_volt(-2e-3)
    ('+83.1 mV', '−2.00 mV')
    """
    return ("+" if volt > 0 else "") + format_si(volt, "V")


def short_cause(found: Verification, model: ModelName, node: int) -> str:
    """Say in a word why a node differs; ``agrees`` where it does not."""
    if abs(found.differences[node]) <= AGREES_WITHIN:
        return "agrees"
    if model == "loaded":
        return "ngspice" if node == _first(found) else "follows"
    cause = found.cause(node)
    if cause is None:
        return "unknown"
    if abs(cause.rest) > AGREES_WITHIN:
        return "ngspice"
    form, load = abs(cause.form), abs(cause.load)
    if min(form, load) >= _ALSO * max(form, load):
        return "both"
    return "form" if form > load else "load"


def node_sentence(found: Verification, model: ModelName, names: NodeNames, node: int) -> str:
    """Say of one node by how much it differs and why, without a full stop."""
    name, difference = _name(found, names, node), float(found.differences[node])
    if abs(difference) <= AGREES_WITHIN:
        return f"{name} agrees within {_WITHIN}"
    sample = f"test sample {int(found.worst_samples[node]) + 1} of {found.samples}"
    what = f"{name} differs by {signed_volt(difference)} at {sample}"
    if model == "loaded":
        first = _first(found)
        if node == first:
            return f"{what}, the first node to do so: the model's equations are not ngspice's there"
        return f"{what}, as does {_name(found, names, first)}, which comes before it"
    cause = found.cause(node)
    if cause is None:
        return f"{what}; the cause was not worked out"
    text = (
        f"{what}: {signed_volt(cause.form)} from the tanh form that the model takes for circuits, "
        f"{signed_volt(cause.load)} from the load that it leaves out"
    )
    if abs(cause.rest) > AGREES_WITHIN:
        text += f", {signed_volt(cause.rest)} from what ngspice alone finds"
    return text


def agreement_sentence(found: Verification, model: ModelName, names: NodeNames) -> str:
    """Say whether all nodes agree, or which one does so least, and why."""
    size = np.abs(found.differences)
    off, count = int((size > AGREES_WITHIN).sum()), len(found.nodes)
    if not off:
        most = format_si(float(size.max()), "V")
        return f"All {count_of(count, 'node')} agree within {_WITHIN}; {most} is the most."
    worst = node_sentence(found, model, names, int(size.argmax()))
    verb = "differs" if off == 1 else "differ"
    return f"{off} of {count_of(count, 'node')} {verb} by more than {_WITHIN}; {worst}."


def ideal_sentence(found: Collection[Verification], technology: Technology) -> str:
    """Say what is wrong with designs of the ideal model, and what helps, for the command line."""
    promised = float(np.mean([each.model_accuracy for each in found]))
    kept = float(np.mean([each.spice_accuracy for each in found]))
    miss = max(each.layer_errors[-1].max for each in found)
    mean = "" if len(found) == 1 else "mean "
    text = (
        "The ideal model takes the curves of the circuits for a tanh and leaves out their load: it "
        f"promises a {mean}test accuracy of {format_percent(promised)} where ngspice finds "
        f"{format_percent(kept)}, with outputs up to {format_si(miss, 'V')} off"
    )
    if why_not_loaded(technology):
        return f"{text}."
    return f"{text}; train again with --model loaded."


def _name(found: Verification, names: NodeNames, node: int) -> str:
    net = found.nodes[node]
    known = nodes_by_net(names.layout).get(net)
    return net if known is None else names.short(known)


def _first(found: Verification) -> int:
    """Return the node nearest to the inputs of those that differ; they are listed in that order."""
    return int(np.argmax(np.abs(found.differences) > AGREES_WITHIN))
