"""Files of the version before name circuits and nodes as they did then; they open all the same."""

import json
from pathlib import Path

import numpy as np

from pnn_studio.domain.codec import decode, encode
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.nodes import nodes_by_net
from pnn_studio.storage.design_file import design_json, load_design
from pnn_studio.storage.project_open import open_project
from pnn_studio.storage.sweep_file import load_sweep
from tests.support.designs import sample_design
from tests.support.values import same

OLD = Path(__file__).parents[2] / "data" / "old"


def test_a_design_file_has_the_circuits_that_it_names():
    text = (OLD / "design.json").read_text("utf-8")
    design = load_design(OLD / "design.json")
    for entry, layer in zip(json.loads(text)["layers"], design.layers, strict=True):
        for name, cell in (("ptanh", layer.activation), ("negation", layer.negation)):
            assert dict(cell.omega) == entry[name]["omega"]
            assert list(cell.eta) == entry[name]["eta"]
            assert cell.power == entry[name]["power_w"]
    assert design_json(design) == text


def test_a_sweep_has_the_circuits_that_it_names():
    family = load_sweep(OLD / "sweep.npz")
    with np.load(OLD / "sweep.npz", allow_pickle=False) as arrays:
        for name in ("ptanh", "negation"):
            assert np.array_equal(family.omega[name], arrays[f"omega_{name}"])
    assert family.circuits == ("ptanh", "negation")


def test_the_nodes_of_a_check_in_a_project_are_those_of_its_layout():
    with open_project(OLD / "project.pnn", writable=False) as file:
        project = file.read()
    layout = project.runs[0].family.plan.layout
    nodes = nodes_by_net(layout)
    verification = project.checks[0].verification
    kinds = [nodes[net].kind for net in verification.nodes]
    assert set(kinds) == {"negation", "column", "activation"}
    assert kinds.count("activation") == sum(layout.sizes[1:])


def test_a_design_in_a_project_has_the_activation_that_was_called_ptanh():
    design = sample_design()
    tree, arrays = encode(design)
    for layer in tree["layers"]:
        layer["ptanh"] = layer.pop("activation")
        del layer["activation_circuit"], layer["negation_circuit"]
    assert same(decode(tree, arrays, TrainedDesign), design)
