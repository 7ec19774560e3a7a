"""Names that would steer ngspice, a browser, a spreadsheet or a terminal stay names everywhere."""

import csv
import io
import subprocess
from xml.etree import ElementTree as ET

import pytest

from tests.support.command_line import refusal

INPUTS = (
    ".control",
    "shell touch owned",
    "x\n.control\nshell touch owned\n.endc\n.end",
    "<script>alert(1)</script>",
    "=cmd('touch owned')",
    'a"; shell touch owned; "b',
    "\x1b]0;owned\x07\x1b[2J",
    "-1+1|cmd",
    "]]>&xxe; --><!--",
    "safe\u202efdp.exe\u2066",
)
CLASSES = (
    "@SUM(1)",
    '+1"\n.control\nshell touch owned\n.endc',
    "</text><script>touch()</script>\x9b2J",
)
CATEGORIES = ("=1+1;\n.include /etc/passwd", "<b>\x1b[31m", "$(touch owned)`touch owned`")
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows(labelled=True):
    head = [*INPUTS, "\tkind\r", "label"]
    for number in range(30):
        cells = [f"{(number * (place + 3)) % 10 / 10}" for place in range(len(INPUTS))]
        row = dict(zip(head, [*cells, CATEGORIES[number % 3], CLASSES[number % 3]], strict=True))
        if not labelled:
            del row["label"]
        yield row


def write(path, labelled=True):
    """Write the file as a spreadsheet would."""
    table = list(rows(labelled))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(table)


def cells(text):
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    write(folder / "d.csv")
    write(folder / "new.csv", labelled=False)
    return folder


@pytest.fixture
def at_bench(here, bench):
    """Run a command there; nothing that it prints can steer the terminal."""

    def run(*arguments):
        done = here(*arguments, cwd=bench)
        assert done.code == 0, done.err
        for text in (done.out, done.err):
            assert all(each.isprintable() or each == "\n" for each in text), ascii(text)
        assert not (bench / "owned").exists()
        return done

    return run


def test_hostile_names_go_through_every_command_and_every_file_as_names(at_bench, bench):
    at_bench("data", "d.csv")
    read = at_bench("data", "d.csv", "--json").answer
    assert [each["name"] for each in read["columns"]][:3] == list(INPUTS[:3])
    assert read["classes"].keys() == set(CLASSES)
    at_bench("project", "new", "p.pnn", "--data", "d.csv")
    at_bench("project", "info", "p.pnn")
    at_bench("train", "p.pnn", "--hidden", "2", "--epochs", "4", "--out", "d.json")
    at_bench("sweep", "p.pnn", *("--hidden", "2", "--epochs", "2"), *("--alphas", "2"),
             *("--seeds", "1"), "--out", "s.npz")  # fmt: skip
    at_bench("project", "add", "p.pnn", "d.json", "s.npz")
    at_bench("project", "info", "p.pnn")
    at_bench("check", "d.json")
    at_bench("check", "d.json", "--json")
    at_bench("predict", "d.json", "new.csv")
    at_bench("predict", "d.json", "new.csv", "--out", "answers.csv")
    for kind, name in (
        ("netlist", "d.netlist"),
        ("svg", "d.svg"),
        ("pdf", "d.pdf"),
        ("csv", "parts.csv"),
    ):
        at_bench("export", "d.json", "--format", kind, "--out", name)

    netlist = (bench / "d.netlist").read_text("utf-8")
    commands = [line.split()[0].lower() for line in netlist.splitlines() if line.strip()]
    assert "shell" not in commands
    assert ".include" not in commands
    assert netlist.isascii()
    done = subprocess.run(
        ["ngspice", "-b", "d.netlist"], cwd=bench, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not (bench / "owned").exists()

    root = ET.parse(bench / "d.svg").getroot()
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "title", "desc", "text", "tspan", "path", "rect", "circle", "line",
                    "polyline", "polygon", "defs", "use", "metadata", "entry"}  # fmt: skip
    attributes = [(name, text) for each in root.iter() for name, text in each.attrib.items()]
    assert not any(name.startswith("on") for name, _ in attributes)
    assert all(text.startswith("#") for name, text in attributes if "href" in name)  # within itself
    assert any("<script" in (each.text or "") for each in root.iter())  # as text

    for name in ("parts.csv", "answers.csv"):
        table = cells((bench / name).read_text("utf-8"))
        assert len(table) > 100
        assert not any(cell.startswith(FORMULAS) for cell in table)
    assert set(CLASSES) & {cell.removeprefix("'") for cell in table}


def test_what_is_written_never_takes_the_place_of_the_data(here, bench):
    before = (bench / "d.csv").read_bytes()
    for name, making in (
        ("d.json", ("train", "d.csv", "--epochs", "2", "--out", "d.json")),
        ("p.pnn", ("project", "new", "p.pnn", "--data", "d.csv")),
    ):
        if not (bench / name).exists():
            done = here(*making, cwd=bench)
            assert done.code == 0, done.err
    for arguments in (
        ("export", "d.json", "--format", "csv", "--out", "d.csv"),
        ("predict", "d.json", "new.csv", "--out", "d.csv"),
        ("train", "p.pnn", "--epochs", "2", "--out", "d.csv"),
        ("sweep", "p.pnn", "--epochs", "2", "--out", "d.csv"),
    ):
        assert "overwritten" in refusal(here(*arguments, cwd=bench))
    assert (bench / "d.csv").read_bytes() == before
