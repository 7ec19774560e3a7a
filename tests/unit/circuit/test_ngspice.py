import os
import struct
import time
from pathlib import Path

import numpy as np
import pytest

from pnn_studio.circuit.ngspice import (
    find_ngspice,
    points_written,
    read_raw,
    run_netlist,
    simulator_version,
)
from pnn_studio.domain.netlist import Netlist
from pnn_studio.errors import Cancelled, SimulationFailed, SimulatorMissing
from tests.support.process_tree import is_running

DIVIDER = Netlist(
    """a resistor divider
V1 a 0 dc 0
R1 a b 1k
R2 b 0 3k
.save v(a) v(b) i(v1)
.dc V1 0 4 1
.end
""",
    {"in": "v(a)", "out": "v(b)", "current": "i(v1)"},
)


def stub(folder: Path, script: str) -> str:
    program = folder / "ngspice"
    program.write_text("#!/bin/sh\n" + script)
    program.chmod(0o755)
    return str(program)


def raw_plot(values: list[list[float]], flags: str = "real") -> bytes:
    """Write a raw file's plot of variables v(a), v(b) ... by hand."""
    columns = len(values[0])
    names = "".join(f"\t{k}\tv({'abc'[k]})\tvoltage\n" for k in range(columns))
    header = (
        f"Title: t\nDate: d\nPlotname: p\nFlags: {flags}\nNo. Variables: {columns}\n"
        f"No. Points: {len(values)}\nVariables:\n{names}Binary:\n"
    )
    flat = [value for row in values for value in row]
    return header.encode() + struct.pack(f"<{len(flat)}d", *flat)


def test_a_divider_divides():
    values = run_netlist(DIVIDER, 30).values
    np.testing.assert_allclose(values["in"], np.arange(5), atol=1e-12)
    np.testing.assert_allclose(values["out"], 0.75 * np.arange(5), atol=1e-9)
    np.testing.assert_allclose(values["current"], -np.arange(5) / 4e3, atol=1e-9)


def test_points_are_counted_while_they_are_written(tmp_path):
    raw = tmp_path / "result.raw"
    assert points_written(raw) == 0
    whole = raw_plot([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    for cut, points in ((40, 0), (-33, 0), (-32, 1), (-17, 1), (-16, 2), (len(whole), 3)):
        raw.write_bytes(whole[:cut])
        assert points_written(raw) == points


def test_progress_tells_how_many_points_are_simulated(tmp_path):
    raw = raw_plot([[0.0, 0.0], [1.0, 0.75]])
    (tmp_path / "half").write_bytes(raw[:-16])
    (tmp_path / "rest").write_bytes(raw[-16:])
    script = f"cat {tmp_path}/half > result.raw; sleep 0.3; cat {tmp_path}/rest >> result.raw"
    netlist = Netlist("divider\n.end\n", {"in": "v(a)", "out": "v(b)"})
    told: list[int] = []
    run_netlist(netlist, 30, progress=told.append, executable=stub(tmp_path, script))
    assert 1 in told
    assert told == sorted(told)


def test_ngspice_says_its_version():
    assert simulator_version(find_ngspice()).split()[1][0].isdigit()


def test_without_ngspice_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SimulatorMissing, match="apt-get install ngspice"):
        run_netlist(DIVIDER, 30)


def test_a_program_that_cannot_be_started_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SimulatorMissing, match="nowhere"):
        run_netlist(DIVIDER, 30, executable=str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("R2 b 0 {missing}", r"Undefined parameter \[missing\]"),
        ("R2 b 0 3k\nX1 a b nosuch", "nosuch"),
        ("R2 b 0 3k\nV2 a 0 dc 1", "singular matrix"),
        ("R2 b 0 3k\nB1 b 0 i=-(1+v(b)*v(b))", 'trouble with node "b"'),
    ],
)
def test_the_words_of_ngspice_reach_the_message(line, words):
    netlist = Netlist(DIVIDER.text.replace("R2 b 0 3k", line), DIVIDER.probes)
    with pytest.raises(SimulationFailed, match=words) as caught:
        run_netlist(netlist, 30)
    assert "\n" not in str(caught.value)
    assert caught.value.netlist == netlist.text
    assert caught.value.log


def test_a_sweep_that_does_not_converge_says_at_which_point_and_node():
    # from the fourth point on no voltage of b takes what is fed into it
    line = "R2 b 0 3k\nB1 b 0 i=-(v(a) > 2.5 ? 1+v(b)*v(b) : 0)"
    netlist = Netlist(DIVIDER.text.replace("R2 b 0 3k", line), DIVIDER.probes)
    with pytest.raises(SimulationFailed, match='trouble with node "b"') as caught:
        run_netlist(netlist, 30)
    assert (caught.value.point, caught.value.node) == (3, "b")


def test_a_vector_that_was_not_recorded_is_named():
    netlist = Netlist(DIVIDER.text, {"out": "v(nowhere)"})
    with pytest.raises(SimulationFailed, match=r"did not record v\(nowhere\)"):
        run_netlist(netlist, 30)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("exit 0", "said nothing"),
        ("echo 'Error: out of ink'; exit 0", "out of ink"),
        ("echo 'Timestep too small'; : > result.raw; exit 0", "Timestep too small"),
        ("kill -SEGV $$", "code -11"),
        ("printf 'Title: x\\n' > result.raw", "cut off"),
    ],
)
def test_a_run_without_a_whole_result_fails_whatever_its_exit_code(tmp_path, script, words):
    with pytest.raises(SimulationFailed, match=words):
        run_netlist(DIVIDER, 30, executable=stub(tmp_path, script))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
@pytest.mark.parametrize("how", ["time limit", "cancellation"])
def test_an_ngspice_that_hangs_is_killed_with_all_that_it_started(tmp_path, monkeypatch, how):
    child = tmp_path / "child"
    stub(tmp_path, f"sleep 200 & echo $! > {child}\necho started\nsleep 200")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    start = time.monotonic()

    def cancelled():
        return child.exists() and child.read_text().endswith("\n")

    if how == "time limit":
        with pytest.raises(SimulationFailed, match=r"longer than 1\.5 s") as caught:
            run_netlist(DIVIDER, 1.5)
        assert caught.value.log == "started\n"
        assert caught.value.netlist == DIVIDER.text
    else:
        with pytest.raises(Cancelled):
            run_netlist(DIVIDER, 100, cancelled=cancelled)
    assert time.monotonic() - start < 50  # not when they end by themselves
    pid = int(child.read_text())
    deadline = time.monotonic() + 30
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(pid)


def test_output_without_end_does_not_fill_the_memory(tmp_path):
    with pytest.raises(SimulationFailed) as caught:
        run_netlist(DIVIDER, 1, executable=stub(tmp_path, "yes"))
    assert len(caught.value.log) <= 1 << 20


def test_no_start_up_file_is_read(tmp_path, monkeypatch):
    (tmp_path / ".spiceinit").write_text("echo read a start-up file\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert "start-up file" not in run_netlist(DIVIDER, 30).log


def test_nothing_is_left_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_netlist(DIVIDER, 30)
    assert list(tmp_path.iterdir()) == []


def test_a_raw_file_may_hold_several_plots():
    first, second = read_raw(raw_plot([[1.0, 2.0], [3.0, 4.0]]) + raw_plot([[5.0]]))
    np.testing.assert_array_equal(first["v(a)"], [1, 3])
    np.testing.assert_array_equal(first["v(b)"], [2, 4])
    np.testing.assert_array_equal(second["v(a)"], [5])


def test_a_raw_file_that_is_cut_off_anywhere_is_refused():
    whole = raw_plot([[1.0, 2.0], [3.0, 4.0]])
    for length in range(1, len(whole)):
        with pytest.raises(ValueError, match="raw file"):
            read_raw(whole[:length])


def test_a_raw_file_of_complex_numbers_is_refused():
    with pytest.raises(ValueError, match="real numbers"):
        read_raw(raw_plot([[1.0, 2.0]], flags="complex"))


def test_ngspice_finds_an_empty_home_and_no_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("SPICE_SCRIPTS", "/hostile")
    monkeypatch.setenv("NGSPICE_MEAS_PRECISION", "1")
    script = f"env > {tmp_path}/env; ls -A $HOME > {tmp_path}/home; echo 'Error: no'; exit 1"
    with pytest.raises(SimulationFailed):
        run_netlist(DIVIDER, 30, executable=stub(tmp_path, script))
    found = (tmp_path / "env").read_text()
    assert "SPICE_SCRIPTS" not in found
    assert "NGSPICE_MEAS" not in found
    assert f"HOME={os.environ.get('HOME')}\n" not in found
    assert (tmp_path / "home").read_text() == ""


def test_what_ngspice_has_started_ends_with_it(tmp_path):
    child = tmp_path / "child"
    script = f"sleep 200 </dev/null >/dev/null 2>&1 & echo $! > {child}; exit 1"
    with pytest.raises(SimulationFailed):
        run_netlist(DIVIDER, 30, executable=stub(tmp_path, script))
    deadline = time.monotonic() + 30
    while is_running(int(child.read_text())) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(int(child.read_text()))


def test_a_result_that_grows_without_end_is_stopped(tmp_path):
    netlist = Netlist(DIVIDER.text, DIVIDER.probes, points=5)
    program = stub(tmp_path, "yes > result.raw")
    with pytest.raises(SimulationFailed, match="wrote more than 1 MiB and was stopped"):
        run_netlist(netlist, 60, executable=program)


def test_as_many_points_as_asked_for_are_taken_and_no_fewer():
    netlist = Netlist(DIVIDER.text, DIVIDER.probes, points=5)
    assert len(run_netlist(netlist, 30).values["out"]) == 5
    with pytest.raises(SimulationFailed, match="gave 5 of 6 points"):
        run_netlist(Netlist(DIVIDER.text, DIVIDER.probes, points=6), 30)


@pytest.mark.parametrize(("columns", "points"), [(-1, 3), (2, -3), (0, 0), (2, 10**30)])
def test_a_raw_file_with_impossible_counts_is_refused(columns, points):
    raw = raw_plot([[1.0, 2.0]]).replace(b"Variables: 2", b"Variables: %d" % columns)
    with pytest.raises(ValueError, match="raw file"):
        read_raw(raw.replace(b"Points: 1", b"Points: %d" % points))
