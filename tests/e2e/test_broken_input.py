"""What is wrong costs one line and exit code 2: never a traceback, never half of an output."""

import json
import shutil
import time

import pytest

from tests.support.command_line import pnn_studio, refusal, stub
from tests.support.technologies import SHIPPED, copy_surrogates, edit_card, write_technology

GOOD = "a,b,label\n" + "\n".join(f"{i % 7},{i % 5},{'xy'[i % 2]}" for i in range(40)) + "\n"
FILES = {
    "good.csv": GOOD,
    "nothing.csv": "",
    "header.csv": "a,b,label\n",
    "text.csv": "a,b,label\n1,2,x\n1,oops,y\n",
    "one.csv": "a,b,label\n1,2,x\n2,3,x\n",
    "bad.toml": "id = [",
    "junk.npz": "no archive",
}


@pytest.fixture(scope="session")
def desk(tmp_path_factory, workshop):
    """Make a folder with a broken file of every kind."""
    folder = tmp_path_factory.mktemp("desk")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    design = (workshop / "d.json").read_text()
    (folder / "d.json").write_text(design)
    (folder / "half.json").write_text(design[: len(design) // 2])
    (folder / "s.npz").write_bytes((workshop / "s.npz").read_bytes())
    copy_surrogates(folder / "kit", "negt")
    edit_card(folder / "kit" / "ptanh", lambda card: card["models"]["eta"]["layers"].insert(1, 7))
    return folder


@pytest.fixture
def at_desk(here, desk):
    """Run the program in this process, at the desk."""

    def command(*arguments):
        return here(*arguments, cwd=desk)

    return command


# line of the shell, and what the one line of the answer names
BROKEN = [
    ("train missing.csv", ["missing.csv", "No such file", "iris"]),
    ("train header.csv", ["header.csv", "empty"]),
    ("train text.csv", ["text.csv", "line 3", "column b", "'oops'"]),
    ("train one.csv", ["one.csv", "one class", "'x'"]),
    ("train good.csv --label kind", ["no column 'kind'", "a, b, label"]),
    ("check half.json", ["half.json", "cut off"]),
    ("train iris --surrogates kit", ["card.json", "models.eta", "layers"]),
    ("train iris --alpha 1.5", ["alpha", "0..1", "1.5"]),
    ("train iris --hidden 0", ["Layer 1", "not 0"]),
    ("train iris --out missing/d.json", ["missing/d.json", "does not exist"]),
    ("train iris --out /proc/d.json", ["/proc/d.json", "cannot be written"]),
    ("train iris --hidden x", ["--hidden", "'x'"]),
    ("frobnicate", ["frobnicate"]),
    ("train", ["DATA"]),
    ("train nothing.csv", ["nothing.csv", "empty"]),
    ("train .", ["not a file"]),
    ("train good.csv --out good.csv", ["overwritten", "--out"]),
    ("train iris --out kit", ["kit is a folder"]),
    ("train iris --out /dev/null", ["device"]),
    (f"train iris --out {'a' * 300}", ["too long"]),
    ("train iris --label species", ["iris", "CSV"]),
    ("train iris --alpha -0.1", ["alpha"]),
    ("train iris --alpha nan", ["alpha", "nan"]),
    ("train iris --alpha high", ["--alpha", "'high'"]),
    ("train iris --hidden 3,0", ["Layer 2"]),
    ("train iris --hidden 3,,3", ["--hidden"]),
    ("train iris --hidden 300", ["256"]),
    ("train iris --hidden 1,1,1,1,1,1,1,1,1", ["8"]),
    ("train iris --seed -1", ["--seed"]),
    ("train iris --split-seed 99999999999", ["--split-seed"]),
    ("train iris --epochs 0", ["--epochs"]),
    ("train iris --crossbar new", ["--crossbar", "modified", "original"]),
    ("train iris --frobnicate", ["--frobnicate"]),
    ("train iris wine", ["wine"]),
    ("train iris --technology missing.toml", ["missing.toml", "No such file"]),
    ("train iris --technology bad.toml", ["bad.toml", "TOML"]),
    ("train iris --surrogates missing", ["missing/ptanh/card.json"]),
    ("sweep iris --alphas 0", ["--alphas"]),
    ("sweep iris --alphas 100000 --seeds 100000", ["20000"]),
    ("sweep missing.csv", ["missing.csv"]),
    ("check missing.json", ["missing.json", "No such file"]),
    ("check good.csv", ["good.csv", "not a design file"]),
    ("check s.npz --out s.txt", ["s.txt", ".json or .csv"]),
    ("check d.json --out d.csv", ["d.csv", ".json"]),
    ("check s.npz --out s.npz", ["s.npz", "overwritten"]),
    ("check junk.npz", ["junk.npz", "not a sweep file"]),
    ("check d.json --timeout 0", ["--timeout"]),
    ("check d.json --data good.csv", ["good.csv", "not what the design was trained on"]),
    ("export d.json --out d.csv", ["--format", "netlist, svg, pdf, png, csv"]),
    ("export d.json --format csv", ["--out"]),
    ("export d.json --format gds --out d.gds", ["--format", "gds"]),
    ("export --format csv --out d.csv", ["--from"]),
    ("export d.json --format csv --out d.json", ["overwritten"]),
    ("export d.json --alpha 0.5 --format csv --out d.csv", ["--from"]),
    ("export --from s.npz --format csv --out d.csv", ["--alpha"]),
    ("export --from d.json --alpha 0 --format csv --out d.csv", ["not a sweep file"]),
    ("export --from s.npz --alpha 2 --format csv --out d.csv", ["alpha"]),
    ("export --from s.npz --alpha 0 --seed 7 --format csv --out d.csv", ["seed 7", "0, 1"]),
    ("export d.json --format netlist --sample 30 --out d.cir", ["sample 30", "29"]),
    ("surrogates", ["Missing command"]),
    ("surrogates frobnicate", ["frobnicate"]),
    ("surrogates report --surrogates missing", ["missing/ptanh/card.json"]),
    ("surrogates build --circuits 10", ["--circuits"]),
    ("surrogates build --out good.csv", ["good.csv"]),
    ("demo", ["--out"]),
    ("demo --out good.csv", ["good.csv"]),
]


@pytest.mark.parametrize(("line", "words"), BROKEN, ids=[line for line, _ in BROKEN])
def test_broken_input_is_told_in_one_line(at_desk, desk, line, words):
    before = sorted(desk.rglob("*"))
    told = refusal(at_desk(*line.split()))
    assert [word for word in words if word not in told] == []
    assert sorted(desk.rglob("*")) == before  # nothing was written, nothing left behind


# with the libraries of a training loaded, and without
@pytest.mark.parametrize("line", ["train text.csv", "frobnicate"])
def test_a_process_that_ends_of_broken_input_says_the_same_line_and_no_more(at_desk, desk, line):
    told = refusal(pnn_studio(*line.split(), cwd=desk))
    assert told == refusal(at_desk(*line.split()))


def test_an_output_is_refused_before_any_work(at_desk, monkeypatch):
    def fail(*_):
        raise AssertionError("data were loaded")

    monkeypatch.setattr("pnn_studio.app.commands.own_data.load_data", fail)
    refusal(at_desk("train", "iris", "--out", "missing/d.json"))
    refusal(at_desk("sweep", "iris", "--out", "missing/s.npz"))


def test_text_of_a_file_cannot_steer_the_terminal(at_desk, desk, tmp_path):
    path = tmp_path / "steer.csv"
    path.write_text("a\x1b[2J,label\noops\x07,x\n")
    told = refusal(at_desk("train", path))
    assert told.isprintable()
    assert "\\x1b[2J" in told


@pytest.mark.parametrize("command", [["check", "d.json"], ["demo", "--out", "demo"]])
def test_without_ngspice_it_says_how_to_install_it(at_desk, monkeypatch, command):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "apt-get install ngspice" in refusal(at_desk(*command))


def test_a_build_of_surrogates_needs_ngspice(at_desk, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "apt-get install ngspice" in refusal(at_desk("surrogates", "build", "--out", tmp_path))


@pytest.mark.parametrize(
    "script",
    [
        "exec sleep 1000",
        'case "$*" in *--version*) exec sleep 1000;; esac; exec {ngspice} "$@"',
        "sleep 1000 & sleep 1000",
    ],
    ids=["all of it", "only --version", "with a child"],
)
def test_an_ngspice_that_hangs_is_ended(at_desk, tmp_path, monkeypatch, script):
    path = stub(tmp_path / "bin", script.replace("{ngspice}", shutil.which("ngspice")))
    monkeypatch.setenv("PATH", path)
    started = time.monotonic()
    told = refusal(at_desk("check", "d.json", "--timeout", "0.5"))
    assert "longer than 0.5 s" in told
    assert time.monotonic() - started < 60  # not when it ends by itself


def test_an_ngspice_that_fails_is_quoted(at_desk, tmp_path, monkeypatch):
    path = stub(tmp_path / "bin", "echo 'Error: no such luck'; exit 1")
    monkeypatch.setenv("PATH", path)
    assert "no such luck" in refusal(at_desk("check", "d.json"))


def test_a_technology_without_a_transistor_trains_but_has_nothing_to_simulate(at_desk, tmp_path):
    kit = write_technology(tmp_path / "lab.toml", transistor=False)
    copy_surrogates(tmp_path / "lab")
    design = tmp_path / "d.json"
    options = ("--technology", kit, "--surrogates", tmp_path / "lab")
    assert at_desk("train", "iris", "--epochs", "5", *options, "--out", design).code == 0
    told = refusal(at_desk("check", design, "--technology", kit))
    assert "simulate" in told
    assert "transistor" in told
    netlist = ("--format", "netlist", "--out", tmp_path / "d.cir")
    refusal(at_desk("export", design, *netlist, "--technology", kit))
    refusal(at_desk("surrogates", "build", "--technology", kit, "--out", tmp_path / "new"))


def test_a_design_of_a_technology_that_does_not_ship_says_what_it_needs(at_desk, desk, tmp_path):
    entry = json.loads((desk / "d.json").read_text())
    entry["technology"]["id"] = "/dev/zero"
    foreign = tmp_path / "foreign.json"
    foreign.write_text(json.dumps(entry))
    assert "--technology" in refusal(at_desk("check", foreign))


def test_a_technology_without_surrogates_says_where_they_come_from(at_desk, tmp_path):
    kit = write_technology(tmp_path / "lab.toml")
    told = refusal(at_desk("train", "iris", "--technology", kit))
    assert "--surrogates" in told
    assert "surrogates build" in told


def test_surrogates_of_another_technology_are_refused(at_desk, tmp_path):
    kit = write_technology(tmp_path / "lab.toml")
    told = refusal(at_desk("train", "iris", "--technology", kit, "--surrogates", SHIPPED))
    assert "technology: must be 'lab'" in told


def test_data_that_moved_or_changed_are_told(at_desk, desk, tmp_path):
    data, design = tmp_path / "data.csv", tmp_path / "d.json"
    data.write_text(GOOD)
    assert at_desk("train", data, "--epochs", "3", "--out", design).code == 0
    data.rename(tmp_path / "moved.csv")
    assert "--data" in refusal(at_desk("check", design))
    assert at_desk("check", design, "--data", tmp_path / "moved.csv").code == 0
    data.write_text(GOOD.replace("1,1,", "1,2,", 1))
    assert "have changed" in refusal(at_desk("check", design))
    # a picture needs no data: it says that it lacks the voltages that were asked for
    for kind in ("svg", "pdf"):
        picture = tmp_path / f"d.{kind}"
        done = at_desk("export", design, "--format", kind, "--out", picture, "--voltages")
        assert done.code == 0, done.err
        assert "without voltages" in done.out
        assert "have changed" in done.out
        asked = ("--out", picture, "--voltages", "--data", data)
        told = at_desk("export", design, "--format", kind, *asked)
        assert "have changed" in refusal(told)
