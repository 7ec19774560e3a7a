"""Files that would take all memory, wait for ever or end in a traceback cost one line."""

import io
import json
import os
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from pnn_studio.storage.project_lock import only_writer
from tests.support.command_line import refusal, stub
from tests.support.technologies import NEGT, copy_surrogates, edit_card

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
DESIGN = Path(__file__).resolve().parents[1] / "data" / "old" / "design.json"
QUICK = ("--epochs", "2", "--model", "ideal")
SWEEP = ("sweep", "iris", "--alphas", "2", "--seeds", "1", *QUICK, "--out", "s.npz")


def case(name):
    """Return a file of those that people sent; the tests without them cover the kind."""
    path = CASES / name
    if not path.exists():
        pytest.skip("needs the files that people sent")
    return path


def with_theta(value):
    """Return a design with that as its first theta, as JSON text."""
    entry = json.loads(DESIGN.read_text("utf-8"))
    entry["layers"][0]["theta"][0][0] = "?"
    return json.dumps(entry).replace('"?"', value)


@pytest.mark.parametrize("value", ["5e-324", "1e-310", "1e308", "NaN", "9" * 400, "true", "null"])
def test_a_design_that_cannot_be_printed_names_the_entry(here, tmp_path, value):
    (tmp_path / "d.json").write_text(with_theta(value))
    for command in (("check", "d.json"), ("export", "d.json", "--format", "netlist", "--out", "n")):
        told = refusal(here(*command, cwd=tmp_path))
        assert "d.json, layers[0].theta: must" in told


@pytest.mark.parametrize(
    ("piece", "told"),
    [(b"[],", "more than"), (b'{"a":', "more than"), (b"9" * 5000, "not a design")],
)
def test_a_design_of_brackets_takes_no_memory(here, tmp_path, piece, told):
    (tmp_path / "d.json").write_bytes(b"[" + piece * (12_000_000 // len(piece)) + b"0]")
    assert told in refusal(here("check", "d.json", cwd=tmp_path))


def technology(tmp_path, text):
    (tmp_path / "t.toml").write_text(text + NEGT.read_text("utf-8"), encoding="utf-8")
    return tmp_path / "t.toml"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"format = 0x{'F' * 5000}\n", "format: must be 1, not a huge whole number"),
        (".".join("a" * 20_000) + " = 1\n", "dots"),
        (f"format = {'9' * 5000}\n", "not a TOML file"),
        ("a = " + "[" * 100_000 + "\n", "not a TOML file"),
    ],
    ids=["hexadecimal", "dotted key", "digits", "brackets"],
)
def test_a_technology_of_endless_entries_is_refused(here, tmp_path, text, told):
    whole = technology(tmp_path, text)
    if text.startswith("format"):
        whole.write_text(text + NEGT.read_text("utf-8").replace("format = 1", ""), "utf-8")
    assert told in refusal(here("train", "iris", "--technology", whole, cwd=tmp_path))


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_only_regular_files_are_opened(here, tmp_path, kind):
    make = {
        "pipe": os.mkfifo,
        "device": lambda path: path.symlink_to("/dev/zero"),
        "folder": lambda path: path.mkdir(),
    }[kind]
    for name in ("d.json", "s.npz", "t.toml", "x.csv", "p.pnn"):
        make(tmp_path / name)
    kit = copy_surrogates(tmp_path / "kit", "negt")
    (kit / "ptanh" / "card.json").unlink()
    make(kit / "ptanh" / "card.json")
    words = ("a device or a pipe", "a folder", "not a file", "is no file")
    for command in (
        ("check", "d.json"),
        ("check", "s.npz"),
        ("train", "iris", "--technology", "t.toml"),
        ("train", "iris", "--surrogates", "kit"),
        ("data", "x.csv"),
        ("project", "info", "p.pnn"),
    ):
        told = refusal(here(*command, cwd=tmp_path))
        assert any(each in told for each in words), told


def packed_zeros(name, size):
    """Make an archive whose only member unpacks to so many zeros."""
    stream, packer = io.BytesIO(), zlib.compressobj(1, wbits=-15)
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, b"")
    block = b"\0" * (1 << 20)
    packed = b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()
    head = struct.pack(
        "<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, 0, len(packed), size, len(name), 0
    )
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, 0, len(packed), size,
                        len(name), 0, 0, 0, 0, 0, 0)  # fmt: skip
    start = head + name.encode() + packed
    directory = entry + name.encode()
    return start + directory + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(directory),
                                           len(start), 0)  # fmt: skip


@pytest.fixture(scope="module")
def bomb():
    """Give an archive that takes 200 MiB when it is unpacked."""
    return packed_zeros("alpha.npy", 200 << 20)


def test_an_archive_that_unpacks_to_too_much_is_refused_before(here, tmp_path, bomb):
    assert len(bomb) < 2 << 20
    (tmp_path / "s.npz").write_bytes(bomb)
    assert "unpacks to 200 MiB" in refusal(here("check", "s.npz", cwd=tmp_path))
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "ptanh.npz").write_bytes(bomb)
    build = ("surrogates", "build", "--data", "tables", "--out", "kit")
    assert "not a table of simulated circuits" in refusal(here(*build, cwd=tmp_path))


@pytest.mark.parametrize("damage", ["not an archive", "a bit", "a bomb", "a foreign one"])
def test_a_damaged_state_is_told_and_begun_anew(here, tmp_path, bomb, damage):
    state = tmp_path / "s.npz.part"
    if damage == "a bit":
        stream = io.BytesIO()
        np.savez(stream, fingerprint=np.array("f"), numbers=np.zeros((3, 4, 5), np.float32))
        content = bytearray(stream.getvalue())
        content[content.index(b"PK\x01\x02") + 10] ^= 1  # how its first member is packed
        state.write_bytes(content)
    elif damage == "a foreign one":
        np.savez(tmp_path / "x.npz", fingerprint=np.array("f"))
        (tmp_path / "x.npz").rename(state)
    else:
        state.write_bytes(bomb if damage == "a bomb" else b"no archive")
    done = here(*SWEEP, cwd=tmp_path)
    assert done.code == 0, done.err
    why = "is of another plan" if damage == "a foreign one" else "is damaged"
    assert f"Begun anew: what an earlier training left {why}" in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.npz"]


def test_fresh_removes_its_own_state_and_nothing_else(here, tmp_path):
    neighbours = ["x1.part", "s.npz.parts.csv", "s.npz.part2", "s.npz.party"]
    for name in (*neighbours, "s.npz.part"):
        (tmp_path / name).write_text("mine")
    done = here(*SWEEP, "--fresh", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "Begun anew" not in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*neighbours, "s.npz"])
    done = here(*SWEEP[:-1], "x*", "--fresh", cwd=tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "x1.part").read_text() == "mine"


def test_weights_of_many_dimensions_are_refused(here, tmp_path):
    kit = copy_surrogates(tmp_path / "kit", "negt")
    path = kit / "ptanh" / "eta.safetensors"
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    entries = json.loads(content[8 : 8 + size])
    entries["weight2"]["shape"] += [1] * 80
    head = json.dumps(entries).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + content[8 + size :])
    told = refusal(here("train", "iris", "--surrogates", "kit", cwd=tmp_path))
    assert "'weight2' has no shape of at most 2 dimensions" in told


@pytest.mark.parametrize(
    "text",
    [b"dataset,alpha\r\0iris,0\n", b"dataset,alpha\rxx,0\n\n", b'"' + b"x" * 200_000, b"\xff"],
)
def test_published_results_that_are_no_table_are_told(here, tmp_path, text):
    (tmp_path / "p.csv").write_bytes(text)
    told = refusal(here("reproduce", "iris", "--published", "p.csv", "--out", "r", cwd=tmp_path))
    assert "p.csv: published results" in told


FEW = "sed -i 's/^\\.dc Vindex 0 [0-9]* 1/.dc Vindex 0 3 1/' netlist.cir 2>/dev/null; "


def test_fewer_points_than_were_asked_for_are_told(here, tmp_path, workshop, monkeypatch):
    monkeypatch.setenv("PATH", stub(tmp_path / "bin", FEW + 'exec /usr/bin/ngspice "$@"'))
    told = refusal(here("check", workshop / "d.json", cwd=tmp_path))
    assert "gave 4 of 150 points" in told
    assert (tmp_path / "d.failed.cir").read_text().count("pwl(") == 4


def test_what_is_read_is_never_written_over(here, tmp_path):
    kit = copy_surrogates(tmp_path / "kit", "negt")
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "report.md").write_text("# My own report\n")
    (tmp_path / "x.part").write_text("a,b,label\n" + "1,2,x\n3,4,y\n" * 20)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    card = kit / "ptanh" / "card.json"
    for command, words in (
        (("train", "iris", *QUICK, "--surrogates", kit, "--out", card), "overwritten"),
        (("sweep", "x.part", "--out", "x"), "overwritten"),
        (("reproduce", "iris", "--out", "r"), "not written by a reproduction"),
    ):
        assert words in refusal(here(*command, cwd=tmp_path))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_second_command_on_the_same_output_says_so(here, tmp_path):
    with only_writer(tmp_path / "s.npz"):
        told = refusal(here(*SWEEP, cwd=tmp_path))
    assert "is being written by another command (process " in told
    assert list(tmp_path.iterdir()) == []
    assert here(*SWEEP, cwd=tmp_path).code == 0  # the remedy: it was waited for


def test_what_is_written_is_read_again_or_refused_before(here, tmp_path):
    train = ("train", "iris", *QUICK, "--out", "d.json", "--largest-r")
    for large in ("1e16", "0"):
        told = refusal(here(*train, large, cwd=tmp_path))
        assert "largest R" in told
    assert here(*train, "1e12", cwd=tmp_path).code == 0
    netlist = ("export", "d.json", "--format", "netlist", "--out", "d.cir")
    assert here(*netlist, cwd=tmp_path).code == 0


# --- the very files that people sent -------------------------------------------------------------


def test_brackets_within_brackets_are_told(here, tmp_path):
    (tmp_path / "d.json").write_bytes(b"[" * 100_000)
    assert "nested too deeply" in refusal(here("check", "d.json", cwd=tmp_path))


def test_the_files_that_people_sent_are_told_in_one_line(here, tmp_path, workshop, monkeypatch):
    assert "theta" in refusal(here("check", case("design-denormal.json"), cwd=tmp_path))
    hexadecimal = case("tech-hexint.toml")
    assert "format" in refusal(here("train", "iris", "--technology", hexadecimal, cwd=tmp_path))
    kit = copy_surrogates(tmp_path / "kit", "negt")
    weights = case("surrogate-1-ptanh-power.safetensors").read_bytes()
    (kit / "ptanh" / "power.safetensors").write_bytes(weights)
    assert "dimensions" in refusal(here("train", "iris", "--surrogates", kit, cwd=tmp_path))
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "ptanh.npz").write_bytes(case("circuit-table-1.npz").read_bytes())
    build = ("surrogates", "build", "--data", "tables", "--out", "new")
    assert "not a table" in refusal(here(*build, cwd=tmp_path))
    published = ("reproduce", "iris", "--published", case("published-3.csv"), "--out", "r")
    refusal(here(*published, cwd=tmp_path))
    monkeypatch.setenv("PNN_NGSPICE", str(case("ngspice-fewpoints")))
    assert "points" in refusal(here("check", workshop / "d.json", cwd=tmp_path))


def test_a_card_that_is_edited_to_nonsense_names_its_entry(here, tmp_path):
    kit = copy_surrogates(tmp_path / "kit", "negt")
    edit_card(kit / "ptanh", lambda card: card.update(version=10**40))
    told = refusal(here("train", "iris", "--surrogates", kit, cwd=tmp_path))
    assert "version: must be 1, not a huge whole number" in told


def test_the_state_that_one_bit_was_changed_of_is_begun_anew(here, tmp_path):
    state = case("part-one-bit.npz.part").read_bytes()
    (tmp_path / "s.npz.part").write_bytes(state)
    done = here(*SWEEP, cwd=tmp_path)
    assert done.code == 0, done.err
    assert "Begun anew" in done.err
