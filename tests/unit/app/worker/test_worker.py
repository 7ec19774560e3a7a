"""The worker as the window has it: a process of its own, spoken to through pipes."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pnn_studio.app.jobs.process import WorkerGone, WorkerProcess
from pnn_studio.app.jobs.protocol import (
    Check,
    CheckSome,
    Control,
    Done,
    DrawExport,
    ExportFiles,
    Failed,
    LoadData,
    Ready,
    Train,
    UseSimulator,
    WriteNetlist,
    Writing,
)
from pnn_studio.circuit.ngspice import find_ngspice
from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.export_options import ExportOptions
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.family import Family
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.provenance import provenance_of
from pnn_studio.domain.run import EpochRecord, FamilyPlan, Schedule
from pnn_studio.domain.verification import Verification
from tests.support.command_line import stub
from tests.support.designs import sample_design
from tests.support.runs import sample_dataset

IRIS = DataReference("iris")
LAYOUT = Layout(4, (3,), 3)


def plan(epochs, alphas=2, seeds=2):
    return FamilyPlan.grid(LAYOUT, alphas, seeds, Schedule(max_epochs=epochs, patience=10**6))


def answers(worker, job):
    """Give the worker a job, and collect what it says until the job is over."""
    worker.send(job)
    return until_over(worker)


def until_over(worker):
    said = []
    while not said or not isinstance(said[-1], Done | Failed):
        said.append(worker.receive())
    return said


def until(worker, kind):
    while not isinstance(message := worker.receive(), kind):
        pass
    return message


def children(pid):
    """Numbers of the processes that `pid` started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture(scope="module")
def worker():
    process = WorkerProcess()
    assert until(process, Ready).simulator.startswith("ngspice ")
    yield process
    process.close()


@pytest.fixture(scope="module")
def family(worker):
    said = answers(worker, Train(plan(20), IRIS))
    assert said[-1] == Done("Trained 4 designs")
    return said[-2]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_worker_lets_the_window_come_first_as_a_process_and_as_a_session(worker):
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    session = Path(f"/proc/{worker.pid}/autogroup")
    if session.exists():
        assert int(session.read_text().rpartition("nice ")[2]) > 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_data_are_read_without_torch_which_a_worker_for_trainings_loads_before_the_first():
    def has_torch(worker):
        return "libtorch" in Path(f"/proc/{worker.pid}/maps").read_text()

    process = WorkerProcess()
    try:
        assert isinstance(answers(process, LoadData(IRIS))[1], Dataset)  # the first is Ready
        assert not has_torch(process)
    finally:
        process.close()
    process = WorkerProcess()
    try:
        process.send(Control("prepare"))
        until(process, Ready)
        end = time.monotonic() + 60
        while not has_torch(process):
            assert time.monotonic() < end
            time.sleep(0.05)
    finally:
        process.close()


def test_data_are_loaded(worker):
    said = answers(worker, LoadData(IRIS))
    assert isinstance(said[0], Dataset)
    assert said[0].reference.fingerprint
    assert said[1] == Done("Loaded")


def test_a_training_tells_of_epochs_and_ends_with_the_family(worker):
    *told, family, done = answers(worker, Train(plan(20), IRIS))
    assert done == Done("Trained 4 designs")
    assert isinstance(family, Family)
    assert family.epochs.tolist() == [20] * 4
    records = [each for each in told if isinstance(each, EpochRecord)]
    assert records[-1].epoch == 20
    assert records[-1].progress == 1
    assert [each.epoch for each in records] == sorted(each.epoch for each in records)
    first = next(each for each in told if isinstance(each, Family))
    assert first.epochs.all()  # something to look at from the start, wherever the slider is


def test_a_design_is_checked(worker, family):
    *told, verification, done = answers(worker, Check(family.design(0)))
    shares = [each.share for each in told]
    assert shares == sorted(shares)
    assert isinstance(verification, Verification)
    assert verification.samples == 30
    assert done == Done("Checked")


def test_designs_are_checked_together_and_one_in_another_structure(worker, family):
    refs = tuple(DesignRef(0, index) for index in range(3))
    designs = tuple(family.design(each.index) for each in refs)
    *told, done = answers(worker, CheckSome(designs, refs))
    assert done == Done("Checked")
    assert {each.ref for each in told} == {*refs}, "in the order in which they come"
    *_, verification, _ = answers(worker, Check(designs[0], crossbar="original"))
    (first,) = (each.verification for each in told if each.ref == refs[0])
    assert len(verification.nodes) >= len(first.nodes)
    assert np.array_equal(verification.model_outputs, first.model_outputs), "the ideal model's"
    other = replace(family.data, fingerprint="0" * 64)
    (failed,) = answers(worker, CheckSome((replace(designs[0], data=other),), refs[:1]))
    assert failed.kind == "DatasetError"


def export(subject, kind, ending, path, sample=0):
    order = ExportOrder(kind, (ending,), ExportOptions(sample=sample))
    return ExportFiles(subject, ((order, str(path)),))


def test_a_netlist_is_told_as_it_is_exported(worker, family, tmp_path):
    design = family.design(0)
    answers(worker, export(ExportSubject(design), "netlist", "cir", tmp_path / "d", 3))
    text, done = answers(worker, WriteNetlist(design, 3))
    origin = {f"* {line}" for line in provenance_of("", design).lines}
    written = (tmp_path / "d.cir").read_text().splitlines()
    assert text.text.splitlines() == [line for line in written if line not in origin]
    assert done == Done("Written")
    (failed,) = answers(worker, WriteNetlist(design, 999))
    assert failed.kind == "UsageError"


def test_files_are_written_all_or_none_and_drawn_before(worker, family, tmp_path):
    subject = ExportSubject(family.design(0), family, 0)
    order = ExportOrder("front", ("csv", "svg"))
    drawing, done = answers(worker, DrawExport(subject, order))
    assert drawing.picture[1:4].tobytes() == b"PNG"
    assert done == Done("Drawn")
    *writing, done = answers(worker, ExportFiles(subject, ((order, str(tmp_path / "x")),)))
    assert writing == [Writing("x.svg", 0, 2), Writing("x.csv", 1, 2)]
    names = {"x.svg", "x.csv", "x.csv.provenance.json"}
    assert {each.name for each in tmp_path.iterdir()} == names
    assert done.outcome.startswith("3 files, ")


@pytest.mark.parametrize(
    ("job", "kind", "words"),
    [
        (LoadData(DataReference("/missing.csv")), "DatasetError", "/missing.csv"),
        (Check(sample_design()), "DatasetError", "not what the design was trained on"),
        (
            ExportFiles(
                ExportSubject(sample_design()), ((ExportOrder("parts", ("csv",)), "/missing/d"),)
            ),
            "ProjectFileError",
            "/missing",
        ),
        (Train(plan(3), IRIS, PrintProcess(surrogates="/missing")), "SurrogateError", "/missing"),
        (
            Train(FamilyPlan(Layout(9, (3,), 3), (0.5,), (0,)), IRIS),
            "DatasetError",
            "4 inputs and 3 classes",
        ),
    ],
)
def test_an_expected_failure_is_told_and_the_worker_goes_on(worker, job, kind, words):
    (failed,) = answers(worker, job)
    assert (failed.kind, failed.expected, failed.details) == (kind, True, "")
    assert words in failed.message
    assert answers(worker, LoadData(IRIS))[-1] == Done("Loaded")


def test_a_stop_ends_a_training_and_keeps_the_best_so_far(worker):
    worker.send(Train(plan(10**6), IRIS))
    record = until(worker, EpochRecord)
    started = time.monotonic()
    worker.send(Control("stop"))
    *_, family, done = until_over(worker)
    assert time.monotonic() - started < 30  # all of it would take an hour
    assert done == Done("Stopped", stopped=True)
    assert isinstance(family, Family)
    assert (family.epochs >= record.epochs).all()


def test_a_stop_that_overtakes_the_start_of_its_job_is_not_lost(worker):
    for _ in range(20):
        worker.send(Train(plan(10**6, 1, 1), IRIS))
        worker.send(Control("stop"))
        assert until_over(worker)[-1] == Done("Stopped", stopped=True)


def test_a_training_is_told_to_keep_its_state_elsewhere(worker, tmp_path):
    worker.send(Train(plan(10**6), IRIS, checkpoint=str(tmp_path / "a.part")))
    until(worker, EpochRecord)
    worker.send(Control("keep", str(tmp_path / "b.part")))
    worker.send(Control("stop"))
    until_over(worker)
    assert (tmp_path / "b.part").exists()


def test_a_stop_ends_only_the_job_before_it(worker):
    worker.send(Control("stop"))
    assert answers(worker, Train(plan(5), IRIS))[-1] == Done("Trained 4 designs")


def test_a_pause_holds_a_training_and_its_clock(worker):
    worker.send(Train(plan(10**6), IRIS))
    before = until(worker, EpochRecord)
    began = time.monotonic()
    worker.send(Control("pause"))
    time.sleep(1.5)
    worker.send(Control("resume"))
    after = until(worker, EpochRecord)
    worker.send(Control("stop"))
    said = until_over(worker)
    passed = time.monotonic() - began
    assert said[-1].stopped
    *_, last = [after, *(each for each in said if isinstance(each, EpochRecord))]
    # but for the epoch that was under way and for how late the first record came
    assert last.seconds - before.seconds < passed - 0.5


def test_a_stop_ends_a_pause(worker):
    worker.send(Train(plan(10**6), IRIS))
    until(worker, EpochRecord)
    worker.send(Control("pause"))
    worker.send(Control("stop"))
    assert until_over(worker)[-1] == Done("Stopped", stopped=True)


def test_a_worker_that_is_killed_is_gone():
    worker = WorkerProcess()
    until(worker, Ready)
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerGone) as gone:
        worker.receive()
    assert gone.value.code == -signal.SIGKILL
    with pytest.raises(WorkerGone):
        worker.receive()
    with pytest.raises(WorkerGone):
        worker.send(LoadData(IRIS))
    worker.close()


def test_closing_during_training_leaves_no_process():
    worker = WorkerProcess()
    until(worker, Ready)
    worker.send(Train(plan(10**6), IRIS))
    until(worker, EpochRecord)
    worker.close()
    assert not alive(worker.pid)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_closing_during_a_check_ends_ngspice_too(tmp_path, monkeypatch, family):
    path = stub(tmp_path / "bin", 'case "$*" in *--version*) ;; *) exec sleep 1000;; esac')
    monkeypatch.setenv("PATH", path)
    worker = WorkerProcess()
    until(worker, Ready)
    worker.send(Check(family.design(0)))
    deadline = time.monotonic() + 60
    while not (simulators := children(worker.pid)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    worker.close()
    deadline = time.monotonic() + 20  # they would sleep for 1000 s
    while any(map(alive, simulators)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_closing_at_once_is_fine():
    worker = WorkerProcess()
    worker.close()
    worker.close()
    with pytest.raises(WorkerGone):
        worker.receive()


def test_a_check_without_ngspice_says_so_and_one_that_is_named_later_is_used(monkeypatch, family):
    program = find_ngspice()
    monkeypatch.setenv("PATH", "/nowhere")
    worker = WorkerProcess()
    assert until(worker, Ready).simulator == ""
    (failed,) = answers(worker, Check(family.design(0)))
    assert (failed.kind, failed.expected) == ("SimulatorMissing", True)
    for path, words in (("/missing/ngspice", "no program"), ("/bin/true", "is not ngspice")):
        (failed,) = answers(worker, UseSimulator(path))
        assert failed.kind == "SimulatorMissing"
        assert words in failed.message
    ready, done = answers(worker, UseSimulator(program))
    assert ready.simulator.startswith("ngspice ")
    assert done == Done("Found")
    *_, verification, _ = answers(worker, Check(family.design(0)))
    assert isinstance(verification, Verification)
    worker.close()


def test_a_failed_simulation_carries_netlist_and_log(tmp_path, monkeypatch, family):
    monkeypatch.setenv("PATH", stub(tmp_path / "bin", "echo 'Error: no such luck'; exit 1"))
    worker = WorkerProcess()
    until(worker, Ready)
    (failed,) = answers(worker, Check(family.design(0)))
    worker.close()
    assert failed.kind == "SimulationFailed"
    assert "no such luck" in failed.message
    assert "no such luck" in failed.details
    assert ".subckt" in failed.details
    assert ".subckt" in failed.netlist
    assert "no such luck" in failed.log


def test_a_bug_reaches_the_window_as_a_report(worker):
    shapeless = replace(sample_dataset(), voltages=np.zeros(30))  # no window would send it
    (failed,) = answers(worker, Train(plan(5), shapeless))
    assert not failed.expected
    assert "Traceback" in failed.details


def test_a_worker_ends_when_its_window_is_gone():
    done = subprocess.run(
        [sys.executable, "-m", "pnn_studio.app.worker"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == b""
