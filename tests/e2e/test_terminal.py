"""The program among other programs: pipes, full disks, odd names, Ctrl-C."""

import io
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from pnn_studio.main import run
from tests.support.command_line import COMMAND, environment, pnn_studio, refusal
from tests.support.technologies import SHIPPED

ROWS = "\n".join(f"{i % 7},{i % 5},{'xy'[i % 2]}" for i in range(40))


@pytest.fixture
def table(tmp_path):
    """Make a file to look at; to split what can be imported would load much."""
    path = tmp_path / "table.csv"
    path.write_text(f"a,b,label\n{ROWS}\n1,oops,x\n")
    return path


@pytest.mark.parametrize("options", [["--version"], ["--help"], ["train", "--help"]])
def test_help_and_version_load_nothing_heavy(tmp_path, options):
    done = pnn_studio(*options, cwd=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    assert done.code == 0, done.err
    assert "pnn-studio" in done.out
    lines = done.err.splitlines()
    assert [line for line in lines if not line.startswith("import time:")] == []
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}
    assert "click" in loaded
    assert loaded & {"torch", "scipy", "sklearn", "PySpice", "PySide6"} == set()


def test_without_a_display_it_points_to_the_demo(tmp_path):
    told = refusal(pnn_studio(cwd=tmp_path, QT_QPA_PLATFORM="", WAYLAND_DISPLAY=""))
    assert "demo --out DIR" in told


@pytest.mark.parametrize("words", [["open", "mine.pnn"], ["mine.pnn"], ["my data.csv"]])
def test_a_file_cannot_be_opened_without_a_display(here, tmp_path, monkeypatch, words):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.setenv(name, "")
    told = refusal(here(*words, cwd=tmp_path))
    assert "There is no display" in told


@pytest.mark.parametrize("size", ["1280", "x720", "10x10", "99999x720", "1280x720x3", "1280x-720"])
def test_a_size_that_no_window_can_have_is_refused(here, tmp_path, size):
    told = refusal(here("--screenshot", "shots", "--size", size, cwd=tmp_path))
    assert "such as 1280x720" in told
    assert list(tmp_path.iterdir()) == []


def test_the_console_script_is_the_module():
    script = os.path.join(os.path.dirname(sys.executable), "pnn-studio")  # noqa: PTH118, PTH120
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("pnn-studio, version ")


@pytest.mark.parametrize("options", [["--help"], ["data", "table.csv", "--json"]])
def test_a_reader_that_leaves_is_told_in_one_line(tmp_path, table, options):
    process = subprocess.Popen(
        [*COMMAND, *options],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.close()  # before anything is written, unlike most that head does
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 2
    assert err.startswith("pnn-studio: ")
    assert err.count("\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_a_full_disk_is_told_in_one_line(tmp_path, table):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [*COMMAND, "data", table],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "pnn-studio: No space left on device\n"


def test_a_terminal_without_greek_letters_still_gets_an_answer(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text(f"μ,ν,label\n{ROWS}\n1,oops,x\n", encoding="utf-8")
    done = pnn_studio("data", table, cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert done.code == 0, done.err
    assert done.out.isascii()
    assert "\\u03bc" in done.out


def test_a_table_of_numbers_is_drawn_for_a_terminal_without_greek_letters(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    with pytest.raises(SystemExit) as end:
        run(["surrogates", "report"])
    assert end.value.code == 0
    assert b"ptanh" in written.getvalue()


@pytest.mark.parametrize(
    "folder", ["two words", "Größe 大小", "[bold]x", os.fsdecode(b"no\xfftext")]
)
def test_odd_names_of_files_are_names(here, tmp_path, folder):
    place = tmp_path / folder
    try:
        place.mkdir()
    except OSError:
        pytest.skip("this file system does not have such names")
    data = place / "data 1.csv"
    data.write_text(f"a,b,label\n{ROWS}\n")
    design = place / "d.json"
    done = here("train", data, "--epochs", "3", "--out", design, cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.err == ""
    assert "d.json\n" in done.out  # not broken for the width of a terminal
    assert json.loads(design.read_bytes())["data"]["source"] == str(data)
    assert here("check", design, cwd=tmp_path).code == 0


def test_results_follow_a_link_and_leave_it_a_link(here, tmp_path):
    (tmp_path / "far").mkdir()
    link = tmp_path / "link.json"
    link.symlink_to("far/d.json")
    done = here("train", "iris", "--epochs", "2", "--out", "link.json", cwd=tmp_path)
    assert done.code == 0, done.err
    assert link.is_symlink()
    assert (tmp_path / "far" / "d.json").is_file()


def test_ctrl_c_ends_a_sweep_and_keeps_what_there_is(tmp_path):
    process = subprocess.Popen(
        [*COMMAND, "sweep", "iris", "--alphas", "51", "--seeds", "10", "--out", "s.npz"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    kept, patience = tmp_path / "s.npz.part", time.monotonic() + 60
    while not kept.is_file() and time.monotonic() < patience:  # until the training has begun
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Wrote s.npz" in out
    assert out.startswith("Stopped: ")
    assert err.startswith("Stopping, and keeping what there is.\n")
    with np.load(tmp_path / "s.npz") as file:
        assert (file["status"] == 0).any()  # not trained to the end
    assert kept.is_file()  # and the same command would go on from here


def test_the_report_shows_what_the_cards_state(here, tmp_path):
    done = here("surrogates", "report", "--json", cwd=tmp_path)
    for circuit in ("ptanh", "negation"):
        card = json.loads((SHIPPED / circuit / "card.json").read_text("utf-8"))
        assert done.answer["held_out"][circuit] == card["held_out"]
