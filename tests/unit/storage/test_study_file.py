"""The file of a study: what it means, and what is refused before memory is taken."""

from pathlib import Path

import pytest

from pnn_studio.domain.importing import Category
from pnn_studio.domain.study import MOST_SWEEPS
from pnn_studio.errors import UsageError
from pnn_studio.storage.study_file import MOST_BYTES, load_study, parse_study

HERE = Path("/work/studies/layouts.toml")
LEAST = 'data = ["iris"]\nlayouts = [3]\nalphas = 3\nseeds = 2\n'


def parsed(text):
    return parse_study(text.encode(), HERE)


def test_a_file_of_four_lines_says_all_that_is_needed():
    study = parsed(LEAST)
    assert (study.title, study.sweeps, study.designs) == ("layouts", 1, 6)
    assert study.alphas == (0.0, 0.5, 1.0)
    assert study.seeds == (0, 1)
    (cell,) = study.cells()
    assert cell.name == "iris-3-loaded-negt"


def test_all_that_can_be_said_is_read():
    study = parsed(
        """
        title = "Leaves"
        data = ["wine", {source = "leaves.csv", label = "kind", split_seed = 4, import = {
            delimiter = ";", left_out = ["date"],
            categories = [{column = "size", coding = "ordinal", order = ["S", "M"]}]}}]
        layouts = [3, [4, 3], {hidden = [5], crossbar = "original", circuits = "layer"}]
        models = ["loaded", "ideal"]
        technologies = ["negt", {source = "own.toml", surrogates = "own", largest_r = 2e6}]
        alphas = [1, 0.25]
        seeds = [7, 3]
        schedule = "paper"
        epochs = 900
        variations = [0, 0.05, "technology"]
        """.replace("\n            ", " ")
    )
    assert study.sweeps == 2 * 3 * 2 * 2 * 3
    assert study.variations == (None, 0.05, "technology")
    leaves = study.data[1]
    assert (leaves.source, leaves.label, leaves.split_seed) == (
        "/work/studies/leaves.csv",
        "kind",
        4,
    )
    assert leaves.options.delimiter == ";"
    assert leaves.options.categories == (Category("size", "ordinal", ("S", "M")),)
    assert [each.title for each in study.layouts] == ["3", "4-3", "5 original by layer"]
    assert study.print_processes[1].technology == "/work/studies/own.toml"
    assert study.print_processes[1].largest_r == 2e6
    assert (study.alphas, study.seeds) == ((0.25, 1.0), (3, 7))
    assert (study.schedule.max_epochs, study.schedule.starts) == (900, 1)
    names = [cell.name for cell in study.cells()]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalnum() for name in names)


def test_the_name_of_a_sweep_depends_on_itself_alone():
    larger = LEAST.replace('["iris"]', '["wine", "iris"]').replace("[3]", "[5, 3]")
    assert {each.name for each in parsed(LEAST).cells()} < {
        each.name for each in parsed(larger).cells()
    }


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("alphas = 0", "alphas: must be a whole number from 1"),
        ("alphas = [0.5, 2]", "alphas: must be a number of values"),
        ("alphas = [0.5, 0.5]", "names something twice"),
        ("alphas = 20000", "at most 20000 are trained at once"),
        ("seeds = 99999999999", "seeds: must be a whole number"),
        ("layouts = [0]", r"hidden: must be at most 8 whole numbers"),
        ("layouts = []", "layouts: must name 1 to"),
        ("models = ['spice']", "models: must name some of loaded, ideal"),
        ("data = [{file = 'x.csv'}]", "data.file: is nothing that can be chosen"),
        ("data = [{source = 'x.csv', import = {delimiter = '#'}}]", "delimiter"),
        ('data = ["a\\u0000b"]', "data.source: must be the name"),
        ("technologies = [{source = 'negt', largest_r = -1}]", "largest R"),
        ("variations = [0.1, 7]", "variations: must list shares in 0..1"),
        ("variations = [0, 0.0]", "names something twice"),
        ("shedule = 'paper'", "shedule: is nothing that can be chosen; there is title"),
        ("layouts = [" + ",".join(map(str, range(1, 257))) + "]\nmodels = ['loaded', 'ideal']\n"
         "data = ['iris', 'wine', 'breast-cancer']", f"at most {MOST_SWEEPS}"),
        ("[" * 3000, "dots or brackets"),
        ("a = [[[[", "not a TOML file"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_named_with_its_place(line, what):
    keys = {each.split(" = ")[0] for each in line.splitlines()}
    kept = [each for each in LEAST.splitlines() if each.split(" = ")[0] not in keys]
    with pytest.raises(UsageError, match=what):
        parsed("\n".join([*kept, line]))


def test_a_file_that_is_too_large_or_is_missing_is_refused(tmp_path):
    large = tmp_path / "s.toml"
    large.write_bytes(b"#" * (MOST_BYTES + 1))
    for path in (large, tmp_path / "none.toml", tmp_path):
        with pytest.raises(UsageError):
            load_study(path)
