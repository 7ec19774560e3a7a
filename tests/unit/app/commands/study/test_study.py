"""A study is trained once, grows, and says which layout to draw by validation samples."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from pnn_studio.app.analysis.study_fronts import SweepOfStudy, answer_words, groups_of
from pnn_studio.app.cli.studies import study as study_command
from pnn_studio.app.cluster import connection
from pnn_studio.app.commands.study import results
from pnn_studio.app.commands.study.run import StudyRun
from pnn_studio.domain.run import IMPROVING
from pnn_studio.errors import ClusterError, ProjectFileError
from pnn_studio.storage.study_file import parse_study
from tests.support.killing import unlike
from tests.support.runs import sample_family, small_plan

TEXT = """
data = ["iris"]
layouts = [2, 3]
models = ["ideal"]
alphas = 2
seeds = 1
epochs = 20
"""


def study(tmp_path, **other):
    text = TEXT
    for key, value in other.items():
        old = next(each for each in TEXT.splitlines() if each.startswith(key))
        text = text.replace(old, f"{key} = {value}")
    return parse_study(text.encode(), tmp_path / "s.toml")


def test_a_study_is_cancelled_resumed_and_grows_to_what_is_trained_at_once(tmp_path):
    out, told = tmp_path / "s", []
    asked = study(tmp_path)
    results.claim(out, TEXT.encode())
    # asked before each sweep and after each record: the first sweep is trained, the second is not
    stopped = StudyRun(asked, out, cancelled=lambda: bool(list(out.glob("*.npz"))))
    stopped.run()
    assert results.trained(asked, stopped.sweeps) == 2

    rest = StudyRun(asked, out, follow=lambda *each: told.append(each))
    rest.run()
    assert results.trained(asked, rest.sweeps) == asked.designs == 4
    assert told[-1] == (4, 4, 1.0)

    larger = study(tmp_path, seeds="[0, 4]", layouts="[3, 4]")
    grown = StudyRun(larger, out)
    grown.run()
    assert grown.new == 2 + 4  # a seed more of each alpha, and a layout
    assert (out / "iris-2-ideal-negt.npz").is_file()  # which the larger one does not name

    at_once = StudyRun(larger, tmp_path / "other")
    (tmp_path / "other").mkdir()
    at_once.run()
    for one, other in zip(grown.sweeps, at_once.sweeps, strict=True):
        assert unlike(one.family, other.family) == []

    again = StudyRun(larger, out)
    again.run()
    assert again.new == 0


def test_results_name_the_layout_by_validation_samples_and_open_elsewhere(tmp_path):
    asked = study(tmp_path)
    sweeps = []
    for number, cell in enumerate(asked.cells()):
        family = sample_family(small_plan(2, 1, cell.layout.of(4, 3)), seed=number)
        # by test samples the second layout is better, by validation samples the first
        accuracy = np.array([[0.9, 0.9 - number / 10, 0.8 + number / 10]] * 2)
        sweeps.append(SweepOfStudy(cell, replace(family, accuracy=accuracy)))
    results.claim(tmp_path / "s", TEXT.encode())
    groups, written = results.write_results(tmp_path / "s", asked, sweeps)
    (group,) = groups
    assert group.frugal.sweep == 0
    assert group.frugal.seen == pytest.approx(0.9)
    assert "Iris, ideal, negt: draw 4-2-3. It keeps 95 %" in answer_words(group)
    names = {each.name for each in written}
    assert names == {"study.csv", "study.parquet", "fronts.svg", "fronts.pdf", "report.html"}
    rows = list(csv.DictReader(io.StringIO((tmp_path / "s" / "study.csv").read_text())))
    assert len(rows) == 4
    assert {each["on_front"] for each in rows if each["layout"] == "4-3-3"} == {"0"}
    pyarrow = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.read_table(tmp_path / "s" / "study.parquet").to_pydict()
    assert table["power_w"] == pytest.approx([float(each["power_w"]) for each in rows], rel=1e-8)
    report = (tmp_path / "s" / "report.html").read_text()
    assert "draw 4-2-3. It keeps 95 %" in report
    assert "<svg" in report


def test_unfinished_designs_are_on_no_front(tmp_path):
    (cell, _) = study(tmp_path).cells()
    family = sample_family(small_plan(2, 2))
    status = family.status.copy()
    status[:2] = IMPROVING
    (group,) = groups_of([SweepOfStudy(cell, replace(family, status=status))])
    assert {each.alpha for each in group.points} == {1.0}


def test_what_somebody_else_wrote_is_not_overwritten(tmp_path):
    (tmp_path / "report.html").write_text("mine")
    with pytest.raises(ProjectFileError, match="was not written by a study"):
        results.claim(tmp_path, b"")


def test_the_command_says_what_it_found_and_goes_on_where_it_was(tmp_path, monkeypatch):
    file = tmp_path / "layouts.toml"
    file.write_text(TEXT.replace("layouts = [2, 3]", "layouts = [2]"))
    first, again = (
        CliRunner().invoke(study_command, [str(file), "--json"], catch_exceptions=False)
        for _ in range(2)
    )
    one, other = json.loads(first.stdout), json.loads(again.stdout)
    assert (one["designs"], one["new"], one["unfinished"]) == (2, 2, 0)
    assert other == one | {"new": 0}
    best = one["groups"][0]["least_power_within_95"]
    assert best["sweep"] == "iris-2-ideal-negt.npz"
    assert (tmp_path / "layouts" / "study.toml").read_text() == file.read_text()
    words = CliRunner().invoke(study_command, [str(file)], catch_exceptions=False).stdout
    assert words.startswith("2 designs in 1 sweep, 0 of them trained now.\n")
    assert "Iris, ideal, negt: draw 4-2-3." in words
    monkeypatch.setattr(connection, "_PATIENCE_S", 0.2)
    with pytest.raises(ClusterError, match="No scheduler answers at tcp"):
        CliRunner().invoke(
            study_command, [str(file), "--cluster", "tcp://127.0.0.1:9"], catch_exceptions=False
        )
