"""Commands that are refused name a remedy; it is followed as it is written, and works."""

import re
import shlex

import pytest

from tests.support.command_line import refusal
from tests.support.technologies import NEGT

TABLE = "a,b,kind\n" + "".join(f"{i % 7},{i % 5},{'xy'[i % 2]}\n" for i in range(40))
DESIGN, SWEEP = "{shop}/d.json", "{shop}/s.npz"
FEW_LOADED = "--epochs 1 --hidden 2"
FEW = f"{FEW_LOADED} --model ideal"

# what: the command, words of its message, and what is given instead of it or behind it: where it
# names a command itself, the pattern of that
FOLLOWED = {
    "a sweep for a design": (
        f"predict {SWEEP} t.csv", "is a sweep file, not a design file",
        [r"(pnn-studio export --from .* --out FILE)"],
    ),
    "which design of a design": (
        f"export {DESIGN} --alpha 0 --format csv --out p.csv", "give it with --from",
        [f"export --from {SWEEP} --alpha 0 --format csv --out p.csv"],
    ),
    "which run of a sweep": (
        f"export {SWEEP} --run run-1 --what parts --out p.csv", "--run chooses from a project",
        [f"export {SWEEP} --what parts --out p.csv"],
    ),
    "nothing to export": (
        "export --format csv --out p.csv", "either a design file or --from",
        [f"export {DESIGN} --format csv --out p.csv",
         f"export --from {SWEEP} --alpha 0 --format csv --out p.csv"],
    ),
    "which design of a sweep": (
        f"export --from {SWEEP} --format csv --out p.csv", "with --alpha which design",
        [f"export --from {SWEEP} --alpha 0 --format csv --out p.csv"],
    ),
    "a check that is not known": (
        f"export {DESIGN} --what check --format csv --out c.csv", "or export --check",
        [f"export {DESIGN} --check --what check --format csv --out c.csv"],
    ),
    "a check of what shows none": (
        f"export {DESIGN} --check --format csv --out c.csv", "leave it out",
        [f"export {DESIGN} --format csv --out c.csv"],
    ),
    "no format": (
        f"export {DESIGN} --format docx --out p.csv", "give --format with one of",
        [f"export {DESIGN} --format csv --out p.csv", f"export {DESIGN} --what parts --out p.csv"],
    ),
    "all in one format": (
        f"export {DESIGN} --all --format csv --out d", "leave out --format", [],
    ),
    "the trade-off of a design": (
        f"export {DESIGN} --what front --format csv --out f.csv", "of a sweep or a project",
        [f"export {SWEEP} --what front --format csv --out f.csv"],
    ),
    "the curves of a design": (
        f"export {DESIGN} --what curves --format csv --out f.csv", "of a sweep or a project",
        [f"export {SWEEP} --what curves --format csv --out f.csv"],
    ),
    "a name that xschem does not take": (
        f"export {DESIGN} --format xschem --out 'my net.sch'", "leave spaces and brackets out",
        [f"export {DESIGN} --format xschem --out my_net.sch"],
    ),
    "more pixels than there may be": (
        f"export {DESIGN} --format png --dpi 1200 --width 2000 --out p.png", "dpi or less",
        [f"export {DESIGN} --format png --dpi 72 --width 2000 --out p.png"],
    ),
    "too wide a figure": (
        f"export {DESIGN} --format svg --width 20 --out p.svg", "60 to 2000 mm",
        [f"export {DESIGN} --format svg --width 60 --out p.svg"],
    ),
    "a folder": (
        f"export {DESIGN} --format csv --out d", "give the name of a file",
        [f"export {DESIGN} --format csv --out d/p.csv"],
    ),
    "over what is read": (
        f"export {DESIGN} --format csv --data t.csv --out t.csv", "give another --out",
        [f"export {DESIGN} --format csv --out other.csv"],
    ),
    "alphas and limits": (
        f"sweep t.csv --alphas 2 --seeds 1 --power-limits 2 {FEW}", "either --alphas or",
        [f"sweep t.csv --alphas 2 --seeds 1 {FEW}"],
    ),
    "what an extended sweep says itself": (
        f"sweep iris --extend {SWEEP} --hidden 4", "leave out --hidden", [],
    ),
    "a project without data": (
        "train empty.pnn --epochs 1", "name a data set", [f"train t.csv {FEW}"],
    ),
    "a project without designs": (
        "export empty.pnn --what parts --out p.csv", "train one first",
        [f"export {SWEEP} --what parts --out p.csv"],
    ),
    "a sheet that is not there": (
        f"export {DESIGN} --format svg --layer 7 --out p.svg", "1 to 2",
        [f"export {DESIGN} --format svg --layer 2 --out p.svg"],
    ),
    "a sample that is not there": (
        f"export {DESIGN} --format netlist --sample 5000 --out p.cir", "sample",
        [f"export {DESIGN} --format netlist --sample 0 --out p.cir"],
    ),
    "a step that leaves no value": (
        f"train t.csv --technology wide.toml --printable {FEW}", "another step in [printing.grid]",
        [f"train t.csv --technology own.toml --printable {FEW}"],
    ),
    "a technology without a grid": (
        f"train t.csv --technology none.toml --printable {FEW}", "add a table [printing.grid]",
        [f"train t.csv --technology own.toml --printable {FEW}"],
    ),
    "a technology without a spread": (
        f"train t.csv --technology none.toml --variation technology {FEW_LOADED}",
        "add a table [printing.spread] to its file, or give a spread such as --variation 10%",
        [f"train t.csv --technology own.toml --variation technology {FEW_LOADED}",
         f"train t.csv --technology none.toml --variation 10% {FEW_LOADED}"],
    ),
    "prints of the ideal model": (
        f"train t.csv --variation 10% {FEW}", "with the model loaded, or without it",
        [f"train t.csv --variation 10% {FEW_LOADED}", f"train t.csv {FEW}"],
    ),
    "a report that somebody else wrote": (
        "reproduce t.csv --alphas 2 --seeds 1 --model ideal --out theirs", "give another --out",
        ["reproduce t.csv --alphas 2 --seeds 1 --model ideal --out ours"],
    ),
    "a label that is not there": (
        f"train t.csv --label king {FEW}", "kind", [f"train t.csv --label kind {FEW}"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FOLLOWED)
def test_the_remedy_of_a_refused_command_works(here, workshop, tmp_path, what):
    def given(command):
        return here(*shlex.split(command.format(shop=workshop)), cwd=tmp_path)

    (tmp_path / "t.csv").write_text(TABLE)
    (tmp_path / "d").mkdir()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "report.md").write_text("Ours.")
    technology = NEGT.read_text("utf-8")
    wide = technology.replace("\nwidth = { value = 5e-6", "\nwidth = { value = 1e-2")
    for name, own in {
        "own": technology,
        "wide": wide,
        "none": technology[: technology.index("[printing.grid]")],
    }.items():
        (tmp_path / f"{name}.toml").write_text(own, "utf-8")
    if "empty.pnn" in FOLLOWED[what][0]:
        assert given("project new empty.pnn").code == 0
    refused, words, remedies = FOLLOWED[what]
    told = refusal(given(refused))
    assert words in told
    for remedy in remedies:
        if remedy.startswith("("):
            remedy = re.search(remedy, told)[1].replace(" A ", " 0 ").removeprefix("pnn-studio ")
        done = given(remedy)
        assert done.code == 0, done.err
