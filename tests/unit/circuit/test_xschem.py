"""xschem's own netlister on what was exported, simulated beside our netlist."""

import re
import shutil
import subprocess

import numpy as np
import pytest

from pnn_studio.app.commands.exporting.export import export_files
from pnn_studio.circuit.netlist_file import NETWORK, netlist_text
from pnn_studio.circuit.network import check_netlist
from pnn_studio.circuit.ngspice import find_ngspice, run_netlist
from pnn_studio.domain.layout import Layout
from pnn_studio.errors import UsageError
from tests.support.designs import sample_voltages
from tests.support.random_networks import random_design
from tests.support.schematic_files import of_lines, of_netlist

XSCHEM = shutil.which("xschem")


@pytest.mark.skipif(XSCHEM is None, reason="xschem is not installed")
@pytest.mark.parametrize("crossbar", ["modified", "original"])
def test_xschem_netlists_the_same_network_and_it_gives_the_same_outputs(
    technology, crossbar, tmp_path, dataset_of
):
    design = random_design(Layout(4, (3,), 3, crossbar), technology, 3)
    voltages = sample_voltages(design, 2)
    files = export_files(design, technology, "xschem", "iris-4-3-3.sch")
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    # without a start-up file that names a folder xschem 2.8 crashes
    (tmp_path / "rc").write_text(f"set netlist_dir {tmp_path}\n")
    done = subprocess.run(
        [XSCHEM, "-n", "-s", "-q", "-x", "--rcfile", "rc", "iris-4-3-3.sch"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "warning" not in (done.stdout + done.stderr).lower()
    text = (tmp_path / "iris-4-3-3.spice").read_text()
    top = re.sub(r"\n\+", " ", text.partition("**.ends")[0])
    ours = netlist_text(design, technology, dataset_of(design, voltages))
    prefix = "iris_4_3_3_"
    lines = [line for line in top.splitlines() if line[:1] in "RX"]
    assert of_lines(lines, prefix) == of_netlist(ours, NETWORK)

    bench = ours.partition("* test bench")[2]
    supplies = [line for line in bench.splitlines() if line.startswith("V")]
    outputs = [f"l2_h{column}" for column in range(3)]
    control = [".control", "op", *(f"print v({net})" for net in outputs), "quit", ".endc", ".end"]
    whole = "\n".join([text.replace("\n.end\n", "\n"), *supplies, ".options reltol=1e-6", *control])
    (tmp_path / "bench.cir").write_text(f"* network of xschem\n{whole}\n")
    printed = subprocess.run(
        [find_ngspice(), "-b", "bench.cir"], cwd=tmp_path, capture_output=True, text=True,
        timeout=60, check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    found = dict(re.findall(r"^v\((\w+)\) = (\S+)$", printed.stdout, re.MULTILINE))
    expected = run_netlist(check_netlist(design, technology, voltages), 30).values
    for net in outputs:
        assert float(found[net]) == pytest.approx(expected[net][0], abs=1e-4)
    assert np.ptp([float(found[net]) for net in outputs]) > 0.05


def test_a_name_that_xschem_cannot_netlist_is_refused(technology):
    design = random_design(Layout(2, (2,), 2), technology, 0)
    with pytest.raises(UsageError, match=r"my_net\.sch"):
        export_files(design, technology, "xschem", "my net.sch")
