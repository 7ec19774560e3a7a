"""The netlist for people: the network as a subcircuit with named ports, and a test bench around it.

The network stands alone: a circuit designer includes it elsewhere and deletes the bench. Numbers
are written with plain exponents, analyses outside of ``.control``, so that ``ngspice -b`` prints
and ``ngspice -b -r FILE`` writes a raw file. What people call nodes stands in comments only.
"""

import unicodedata
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from pnn_studio.circuit.cells import CELL_NODES
from pnn_studio.circuit.devices import FUNCTIONS, TRANSISTOR, transistor_of
from pnn_studio.circuit.network import hold_together
from pnn_studio.circuit.wiring import rails, wire_up
from pnn_studio.domain.cells import PORTS, ResistorPart
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.export_options import Bench
from pnn_studio.domain.nodes import Node, NodeNames, activation_node
from pnn_studio.domain.technology import Circuit, Technology
from pnn_studio.domain.units import MINUS, exponent_number

NETWORK = "network"  # name of its subcircuit
# finer than that of the check, so that one sample alone gives what it gives among others
OPTIONS = ".options reltol=1e-6 vntol=1e-8"
_LONGEST_NAME = 60
_LONGEST_LINE = 96
# signs that end a comment or begin a command nowhere; letters and digits of every script are kept
_HARMLESS = frozenset(",()_-")


def sample_netlist(
    design: TrainedDesign,
    technology: Technology,
    dataset: Dataset,
    sample: int,
    names: NodeNames | None = None,
) -> str:
    """Write the network and a bench that drives it with one sample of the test split.

    Parameters and errors are those of `netlist_text`.
    """
    return netlist_text(design, technology, dataset, sample=sample, names=names)


def netlist_text(
    design: TrainedDesign,
    technology: Technology,
    dataset: Dataset,
    *,
    bench: Bench = "sample",
    sample: int = 0,
    names: NodeNames | None = None,
) -> str:
    """Write the whole network as a subcircuit, and a test bench that plain ``ngspice -b`` runs.

    Parameters
    ----------
    design : TrainedDesign
        The network, in its own crossbar structure.
    technology : Technology
        The one that it was trained for.
    dataset : Dataset
        The data that it was trained on.
    bench : {"sample", "test"}
        One operating point, whose outputs are printed as ``v(l2_h0) = ...``; or all samples of the
        test split, and ``accuracy`` and ``power_w``, the mean of what all sources deliver.
    sample : int
        Number of the sample in the test split.
    names : NodeNames, optional
        What people call the nodes; those of the data if left out.

    Raises
    ------
    UsageError
        Where there is no such sample.
    DatasetError, TechnologyError, SimulatorMissing
        Where data or technology are not those of the design, or there is nothing to netlist.
    """
    voltages, classes = dataset.part("test")
    hold_together(design, technology, voltages)
    dataset.check_test_sample(sample)
    names = names or NodeNames.of(design)
    if bench == "sample":
        test = _sample_bench(design, technology, voltages[sample], sample, names)
    else:
        test = _test_bench(design, technology, voltages, classes, names)
    title = (
        f"* printed neural network {design.layout}, {design.layout.crossbar} crossbar, "
        f"{design.negations} negation circuits, technology {technology.id}"
    )
    lines = [title, *library(technology), *_network(design, technology, names), *test, ".end"]
    return "\n".join(lines) + "\n"


def ports(design: TrainedDesign, technology: Technology) -> tuple[str, ...]:
    """Name the ports of the network in their order: inputs, bias, rails, outputs."""
    last = len(design.layers)
    return (
        *(f"x{index}" for index in range(design.layout.inputs)),
        "bias",
        *(rail for kind in technology.circuits for rail in rails(kind.name)),
        *(activation_node(last, column).net for column in range(design.layout.outputs)),
    )


def library(technology: Technology) -> Iterator[str]:
    """Write the transistor and the nonlinear circuits of a technology as subcircuits."""
    yield from transistor(technology)
    yield "* circuits: input, output, rails; ohm and metre"
    for circuit in technology.circuits:
        yield from _cell(circuit)


def transistor(technology: Technology) -> Iterator[str]:
    """Write the transistor of a technology as a subcircuit.

    Raises
    ------
    SimulatorMissing
        Where the technology has no transistor.
    """
    model = transistor_of(technology)
    values = {"kp": model.kp, "vto": model.vt, "nss": model.n, "ut": model.ut, "lam": model.lam}
    yield "* transistor: drain, gate, source; width and length in metre"
    yield from FUNCTIONS.splitlines()
    yield f".subckt {TRANSISTOR} d g s w=1e-6 l=1e-6"
    yield ".param " + " ".join(f"{key}={exponent_number(each)}" for key, each in values.items())
    yield ".param a={2*nss*ut} b={0.5*kp*a*a*w/l}"
    yield "Bd d s i={b}*(sq(sp((v(g,s)-{vto})/{a}))-sq(sp((v(g,d)-{vto})/{a})))"
    yield "+ *(1+{lam}*sqrt(v(d,s)*v(d,s)+1e-4))"
    yield f".ends {TRANSISTOR}"


def _cell(circuit: Circuit) -> Iterator[str]:
    kind = circuit.kind
    nodes = dict(zip(PORTS, CELL_NODES, strict=True))
    yield f".subckt {kind.name} {' '.join(CELL_NODES)} {_parameters(circuit.defaults)}"
    for part in kind.parts:
        hung = " ".join(nodes.get(node, node) for node in part.nodes)
        if isinstance(part, ResistorPart):
            yield f"{part.name} {hung} {{{part.name.lower()}}}"
        else:
            size = f"w={{{part.width.lower()}}} l={{{part.length.lower()}}}"
            yield f"X{part.name} {hung} {TRANSISTOR} {size}"
    yield f".ends {kind.name}"


def _parameters(values: dict[str, float]) -> str:
    return " ".join(f"{name.lower()}={exponent_number(value)}" for name, value in values.items())


def _network(design: TrainedDesign, technology: Technology, names: NodeNames) -> Iterator[str]:
    last = len(design.layers)
    yield "* the network; outputs last, the highest one decides:"
    yield from _named(names, [activation_node(last, k) for k in range(design.layout.outputs)])
    yield from _folded(f".subckt {NETWORK}", ports(design, technology))
    for number, layer in enumerate(wire_up(design), start=1):
        yield f"* layer {number}: crossbar"
        yield from _named(names, [cell.input for cell in layer.activations])
        for resistor in layer.resistors:
            value = exponent_number(resistor.resistance)
            yield f"{resistor.ref} {' '.join(resistor.nets)} {value} ; {resistor.label}"
        for cells in (layer.negations, layer.activations):
            if cells:
                yield f"* layer {number}: {cells[0].circuit} circuits"
                yield from _named(names, [cell.output for cell in cells])
            for cell in cells:
                values = _parameters(cell.values(technology))
                yield f"X{cell.ref} {' '.join(cell.nets)} {cell.circuit} {values} ; {cell.label}"
    yield f".ends {NETWORK}"


def _supplies(design: TrainedDesign, technology: Technology) -> Iterator[tuple[str, float]]:
    yield "bias", design.bias
    for kind in technology.circuits:
        vdd, vss = rails(kind.name)
        yield vdd, kind.vdd
        yield vss, kind.vss


def _around(design: TrainedDesign, technology: Technology) -> Iterator[str]:
    """Write what every bench has: the supplies, and the network itself."""
    for net, volts in _supplies(design, technology):
        yield f"V{net} {net} 0 dc {exponent_number(volts)}"
    yield from _folded("Xnn", [*ports(design, technology), NETWORK])
    yield OPTIONS


def _sample_bench(
    design: TrainedDesign,
    technology: Technology,
    voltages: NDArray[np.float64],
    sample: int,
    names: NodeNames,
) -> Iterator[str]:
    yield f"* test bench: sample {sample} of the test split"
    yield from _named(names, [names.row(1, row) for row in range(design.layout.inputs)])
    for index, volts in enumerate(voltages):
        yield f"Vx{index} x{index} 0 dc {exponent_number(float(volts))}"
    yield from _around(design, technology)
    yield ".op"
    yield from _control(f"print v({net})" for net in _outputs(design))


def _test_bench(
    design: TrainedDesign,
    technology: Technology,
    voltages: NDArray[np.float64],
    classes: NDArray[np.int64],
    names: NodeNames,
) -> Iterator[str]:
    count = len(voltages)
    if count == 1:  # a sweep needs two points
        voltages, classes = np.repeat(voltages, 2, axis=0), np.repeat(classes, 2)
    yield f"* test bench: all {count} samples of the test split, by their number in it"
    yield "Vindex index 0 dc 0"
    yield from _named(names, [names.row(1, row) for row in range(design.layout.inputs)])
    for index in range(design.layout.inputs):
        yield from _swept(f"x{index}", voltages[:, index])
    yield "* the right class of each sample, counted from 0"
    yield from _swept("class", classes.astype(np.float64))
    yield from _around(design, technology)
    yield f".dc Vindex 0 {len(voltages) - 1} 1"
    outputs = _outputs(design)
    steps = [f"let best = v({outputs[0]})", "let answer = 0 * best"]
    for number, net in enumerate(outputs[1:], start=1):
        steps += [
            f"let more = v({net}) gt best",
            f"let answer = answer * (1 - more) + {number} * more",
            f"let best = best * (1 - more) + v({net}) * more",
        ]
    steps += ["let right = abs(answer - v(class)) lt 0.5", "let accuracy = mean(right)"]
    steps += ["let power = 0 * best"]
    steps += [f"let power = power - v(x{k}) * i(Bx{k})" for k in range(design.layout.inputs)]
    steps += [
        f"let power = power - v({net}) * i(V{net})" for net, _ in _supplies(design, technology)
    ]
    yield from _control([*steps, "let power_w = mean(power)", "print accuracy", "print power_w"])


def _outputs(design: TrainedDesign) -> list[str]:
    last = len(design.layers)
    return [activation_node(last, column).net for column in range(design.layout.outputs)]


def _control(steps: Iterable[str]) -> Iterator[str]:
    """Run the analysis of the file, then `steps`; write the raw file where one is asked for.

    Comparisons are spelled ``gt`` and ``lt``: the shell of ngspice takes ``>`` for a file.
    """
    yield from ("* what ngspice -b prints; -r FILE writes a raw file, too", ".control", "run")
    yield from steps
    yield from ("if $?rawfile", "write $rawfile", "end", "quit", ".endc")


def _swept(net: str, values: NDArray[np.float64]) -> Iterator[str]:
    """Write a source that is a function of the sample's number."""
    pairs = [f"{index},{exponent_number(float(each))}" for index, each in enumerate(values)]
    lines = list(_folded(f"B{net} {net} 0 v=pwl(v(index),", pairs, ","))
    lines[-1] = lines[-1].removesuffix(",") + ")"
    yield from lines


def _folded(head: str, words: Iterable[str], mark: str = "") -> Iterator[str]:
    """Write words after a head, each followed by a mark, in lines that an editor can show."""
    line = head
    for word in words:
        if len(line) + len(word) > _LONGEST_LINE:
            yield line
            line = "+"
        line += f" {word}{mark}"
    yield line


def _named(names: NodeNames, nodes: Iterable[Node]) -> Iterator[str]:
    """Write each node with its name."""
    for node in nodes:
        name = harmless(names.full(node))
        yield f"*   {name}" if name.startswith(f"{node.net} ") else f"*   {node.net}: {name}"


def harmless(name: str) -> str:
    r"""Reduce a text from a file to what can neither end a comment nor look like a command.

    Letters and digits of every script stay. A word of nothing but signs is written in escapes, so
    that no name becomes empty.

    Examples
    --------
    >>> harmless("Länge (花弁)"), harmless("a\n.control"), harmless("x1 $!")
    ('Länge (花弁)', 'a control', 'x1 U+0024U+0021')
    """
    words = [_harmless_word(word) for word in name.replace(MINUS, "-").split()]
    return " ".join(words)[:_LONGEST_NAME].rstrip() or "(no name)"


def _harmless_word(word: str) -> str:
    kept = "".join(
        letter
        if letter in _HARMLESS
        or unicodedata.category(letter)[0] in "LNM"
        or (letter == "." and _inside_number(word, at))
        else " "
        for at, letter in enumerate(word)
    )
    if kept.strip(" ,()_-"):
        return " ".join(kept.split())
    return "".join(f"U+{ord(letter):04X}" for letter in word)


def _inside_number(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()
