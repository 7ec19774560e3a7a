import re
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pnn_studio.circuit.check import verify
from pnn_studio.circuit.components import component_table
from pnn_studio.circuit.netlist_file import netlist_text
from pnn_studio.circuit.network import check_netlist
from pnn_studio.circuit.ngspice import find_ngspice, read_raw, run_netlist
from pnn_studio.domain.design import LayerDesign
from pnn_studio.errors import DatasetError, SimulatorMissing, TechnologyError, UsageError
from pnn_studio.storage.stamps import commented
from tests.support import closed_form
from tests.support.designs import sample_design, sample_voltages

GOLDEN = Path(__file__).parent / "golden"
CROSSBARS = ("modified", "original")
HOSTILE = "petal\n.control\nshell touch owned\nquit\n.endc\n* =cmd; $(id) `id` \N{DEGREE SIGN}"


def light_design(crossbar):
    """Make a 4-3-3 with next to no load on any cell: tiny conductances, no negated ptanh output."""
    design = sample_design(4, (3,), 3, crossbar)
    first = np.array(
        [
            [1.0, -2.0, 0.0],
            [0.0, 1.5, 2.0],
            [-1.0, -3.0, 1.0],
            [2.0, 0.0, -1.0],
            [-2.0, 1.0, 1.0],
            [1.0, 0.0, -1.0],
        ]
    )
    second = np.array(
        [[1.0, 2.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, 3.0], [-1.0, -2.0, 1.0], [0.0, 1.0, 1.0]]
    )
    layers = tuple(
        LayerDesign(theta, layer.activation, layer.negation)
        for theta, layer in zip((first, second), design.layers, strict=True)
    )
    return replace(design, layers=layers, g_min=1e-9)


def solve(technology, design, voltages):
    """Node voltages of every layer by the closed forms of divider and cells."""
    nodes = {}
    activations = list(voltages)
    for number, layer in enumerate(design.layers, start=1):
        rows = [*activations, design.bias, 0.0]
        negated = [closed_form.negation(technology, layer.negation.omega, v)[0] for v in rows]
        negated[-1] = 0.0
        activations = []
        for column, theta in enumerate(layer.theta.T):
            drive = [n if t < 0 else u for t, u, n in zip(theta, rows, negated, strict=True)]
            z = float(np.abs(theta) @ drive / np.abs(theta).sum())
            activations.append(closed_form.ptanh(technology, layer.activation.omega, z)[0])
            nodes[f"l{number}_z{column}"] = z
            nodes[f"l{number}_h{column}"] = activations[-1]
    return nodes


def in_ngspice(text, folder, *options):
    """Run a netlist as anyone would; return what it prints. It says nothing else."""
    path = folder / "design.cir"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [find_ngspice(), "-b", *options, path.name],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    assert done.stderr == ""
    assert not re.search("warning|error|ignored", done.stdout, re.IGNORECASE)
    found = re.findall(r"^(v\(\w+\)|accuracy|power_w) = (\S+)$", done.stdout, re.MULTILINE)
    return {node: float(volts) for node, volts in found}


@pytest.mark.parametrize("crossbar", CROSSBARS)
def test_every_node_of_a_network_without_loading_is_that_of_the_closed_form(technology, crossbar):
    design = light_design(crossbar)
    voltages = sample_voltages(design, 6)
    values = run_netlist(check_netlist(design, technology, voltages), 30).values
    for sample in range(6):
        for node, volts in solve(technology, design, voltages[sample]).items():
            assert values[node][sample] == pytest.approx(volts, abs=2e-4), node


@pytest.mark.parametrize("crossbar", CROSSBARS)
def test_a_column_of_any_load_is_the_divider_of_its_rows(technology, crossbar):
    design = replace(sample_design(4, (3,), 3, crossbar), g_min=1e-5)
    values = run_netlist(check_netlist(design, technology, sample_voltages(design, 5)), 30).values
    volts = dict(values) | {"0": np.zeros(5)}
    resistors = [p for p in component_table(design, technology) if p.belongs_to == "crossbar"]
    for column in {part.nodes[1] for part in resistors}:
        parts = [part for part in resistors if part.nodes[1] == column]
        current = sum(volts[part.nodes[0]] / part.resistance for part in parts)
        divided = current / sum(1 / part.resistance for part in parts)
        np.testing.assert_allclose(values[column], divided, atol=1e-6)


@pytest.mark.parametrize("crossbar", CROSSBARS)
def test_the_netlist_holds_every_part_of_the_component_table(technology, crossbar):
    design = sample_design(6, (4, 3), 3, crossbar)
    text = check_netlist(design, technology, sample_voltages(design, 2)).text
    parts = component_table(design, technology)
    crossbar_parts = [part for part in parts if part.belongs_to == "crossbar"]
    lines = re.findall(r"^(R\d+_\w+) (\S+) (\S+) \S+$", text, re.MULTILINE)
    assert lines == [(part.ref, *part.nodes) for part in crossbar_parts]
    cells = set(re.findall(r"^X([AN]\d+_\w+) ", text, re.MULTILINE))
    assert cells == {part.belongs_to for part in parts} - {"crossbar"}


def test_each_layer_has_the_component_values_of_its_own_circuits(technology):
    design = sample_design()
    first, second = design.layers
    ptanh = replace(first.activation, omega=dict(first.activation.omega) | {"R2": 7e3})
    design = replace(design, layers=(replace(first, activation=ptanh), second))
    text = check_netlist(design, technology, sample_voltages(design, 2)).text
    assert re.search(r"^XA1_0 .* r2=7k ", text, re.MULTILINE)
    assert re.search(r"^XA2_0 .* r2=4k ", text, re.MULTILINE)


def test_a_component_that_a_surrogate_does_not_read_keeps_its_default(technology):
    design = sample_design()
    layers = tuple(
        replace(
            layer, activation=replace(layer.activation, omega={"R1": 13e3, "evil\n.control": 1.0})
        )
        for layer in design.layers
    )
    text = check_netlist(
        replace(design, layers=layers), technology, sample_voltages(design, 2)
    ).text
    assert re.search(r"^XA1_0 .* r1=13k r2=4k ", text, re.MULTILINE)
    assert "evil" not in text


def test_a_single_sample_gives_what_it_gives_among_others(technology):
    design = sample_design()
    voltages = sample_voltages(design, 3)
    alone = run_netlist(check_netlist(design, technology, voltages[1:2]), 30).values
    among = run_netlist(check_netlist(design, technology, voltages), 30).values
    for column in range(3):
        assert alone[f"l2_h{column}"][0] == pytest.approx(among[f"l2_h{column}"][1], abs=1e-5)


@pytest.mark.parametrize("crossbar", CROSSBARS)
def test_the_exported_file_prints_what_the_check_simulates_and_writes_a_raw_file(
    technology, crossbar, tmp_path, dataset_of
):
    design = sample_design(5, (4, 3), 3, crossbar)
    voltages = sample_voltages(design, 4)
    values = run_netlist(check_netlist(design, technology, voltages), 30).values
    text = netlist_text(design, technology, dataset_of(design, voltages), sample=2)
    for options in ((), ("-r", "out.raw")):
        printed = in_ngspice(text, tmp_path, *options)
        assert list(printed) == ["v(l3_h0)", "v(l3_h1)", "v(l3_h2)"]
        for column in range(3):
            expected = values[f"l3_h{column}"][2]
            assert printed[f"v(l3_h{column})"] == pytest.approx(expected, abs=1e-5)
    (raw,) = read_raw((tmp_path / "out.raw").read_bytes())
    for column in range(3):
        assert raw[f"v(l3_h{column})"][0] == pytest.approx(values[f"l3_h{column}"][2], abs=1e-5)
    # inside the network, too
    assert raw["v(xnn.l1_z0)"][0] == pytest.approx(values["l1_z0"][2], abs=1e-5)


@pytest.mark.parametrize("crossbar", CROSSBARS)
@pytest.mark.parametrize("samples", [1, 12])
def test_the_bench_of_the_test_split_has_accuracy_and_power_of_the_check(
    technology, crossbar, samples, tmp_path, dataset_of
):
    design = sample_design(5, (3,), 3, crossbar)
    dataset = dataset_of(design, sample_voltages(design, samples))
    verification = verify(design, technology, dataset, timeout_s=30)
    text = netlist_text(design, technology, dataset, bench="test")
    for options in ((), ("-r", "out.raw")):
        printed = in_ngspice(text, tmp_path, *options)
        assert printed["accuracy"] == pytest.approx(verification.spice_accuracy, abs=1e-6)
        assert printed["power_w"] == pytest.approx(verification.spice_power.total, rel=1e-5)
    (raw,) = read_raw((tmp_path / "out.raw").read_bytes())
    outputs = np.stack([raw[f"v(l2_h{column})"] for column in range(3)], axis=1)[:samples]
    np.testing.assert_allclose(outputs, verification.spice_outputs, atol=1e-5)


def test_the_exported_file_is_the_golden_file(technology, dataset_of):
    design = sample_design(2, (2,), 2)
    dataset = dataset_of(design, np.array([[0.25, 0.75]]))
    text = commented(netlist_text(design, technology, dataset), ("model loaded",))
    assert text == (GOLDEN / "export_2-2-2.cir").read_text(encoding="utf-8")


def test_values_are_written_with_exponents_that_no_program_reads_otherwise(technology, dataset_of):
    design = sample_design(4, (3,), 3)
    dataset = dataset_of(design, sample_voltages(design, 3))
    for bench in ("sample", "test"):
        text = netlist_text(design, technology, dataset, bench=bench)
        code = "\n".join(line.split(";")[0] for line in text.splitlines() if line[0] != "*")
        numbers = re.findall(r"(?<![\w.])[-+]?\d[\w.]*", code)
        assert len(numbers) > 100
        assert [
            each for each in numbers if not re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d*)?", each)
        ] == []


def test_names_from_a_file_never_become_commands_and_are_never_emptied(
    technology, tmp_path, dataset_of
):
    odd = (HOSTILE, "\u82b1\u5f01", "\U0001f5a8", "L\u00e4nge; $ + .end")
    names = {"input_names": odd, "class_names": (HOSTILE, "+ 1k", "*ng_script")}

    def commands(text):
        return [line for line in text.splitlines() if not line.startswith("* ")]

    plain, hostile = sample_design(), sample_design(**names)
    for bench in ("sample", "test"):
        texts = [
            netlist_text(each, technology, dataset_of(each, sample_voltages(each, 2)), bench=bench)
            for each in (plain, hostile)
        ]
        assert commands(texts[0]) == commands(texts[1])
        assert texts[1].count(".control") == 1
        assert len(in_ngspice(texts[1], tmp_path)) >= 2
    for said in (
        "x1 \u82b1\u5f01",
        "x2 U+1F5A8",
        "x3 L\u00e4nge U+0024 U+002B end",
        "x0 petal control shell",
    ):
        assert f"*   {said}" in texts[1]
    assert not (tmp_path / "owned").exists()


def test_a_sample_that_is_not_there_is_refused(technology, dataset_of):
    design = sample_design()
    with pytest.raises(UsageError, match="0 to 2"):
        netlist_text(design, technology, dataset_of(design, sample_voltages(design, 3)), sample=3)


def test_voltages_that_do_not_fit_are_refused(technology):
    design = sample_design()
    voltages = sample_voltages(design, 3)
    with pytest.raises(DatasetError, match="4 inputs"):
        check_netlist(design, technology, voltages[:, :3])
    with pytest.raises(DatasetError, match="not finite"):
        check_netlist(design, technology, voltages * np.nan)
    with pytest.raises(DatasetError, match="4 inputs"):
        check_netlist(design, technology, np.zeros((0, 4)))


def test_another_technology_than_that_of_the_design_is_refused(technology):
    design = sample_design()
    voltages = sample_voltages(design, 3)
    with pytest.raises(TechnologyError, match="another technology"):
        check_netlist(design, replace(technology, fingerprint="0" * 64), voltages)
    with pytest.raises(SimulatorMissing, match="no transistor"):
        check_netlist(design, replace(technology, transistor=None), voltages)
