import contextlib
import json
from dataclasses import replace
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from pnn_studio.app.commands.check import check_design
from pnn_studio.app.commands.reproduce import Asked, read_published, reproduce
from pnn_studio.app.commands.reproduction_report import Reproduced
from pnn_studio.domain.design import Power
from pnn_studio.domain.pareto import best95_by_test
from pnn_studio.domain.run import Schedule
from pnn_studio.errors import DatasetError
from tests.support.one_by_one import one_by_one

QUICK = Schedule(max_epochs=12, starts=1)
ASKED = Asked(2, 2, QUICK)
HEADER = "dataset,alpha,test_accuracy_mean,test_accuracy_std,power_mW_mean,power_mW_std,seeds"


@contextlib.contextmanager
def quiet(_title, _designs):
    yield lambda _record, _run: True


@contextlib.contextmanager
def unheard(_title):
    yield lambda _done, _designs: None, lambda: False


QUIET = {"follow": quiet, "follow_checks": unheard}


@pytest.fixture
def published(tmp_path):
    path = tmp_path / "published.csv"
    rows = ["iris,0.0,0.96,0.01,50.0,2.0,10", "iris,0.5,0.95,0.01,40.0,2.0,10",
            "iris,1.0,0.50,0.01,9.0,2.0,10"]  # fmt: skip
    path.write_text("\n".join([HEADER, *rows]))
    return read_published(path)


def test_published_powers_are_read_in_watt(published):
    assert published["iris"].power.tolist() == pytest.approx([0.05, 0.04, 0.009])
    known = published["iris"]
    best = best95_by_test(known.alphas, known.accuracy, known.power)
    assert best.saving == pytest.approx(1.25)


def test_a_report_leads_with_ngspice_compares_with_the_paper_and_is_not_run_twice(
    tmp_path, published
):
    out, simulated = tmp_path / "out", []

    def check(design, *rest, **more):
        simulated.append((design.model, design.alpha, design.seed))
        return check_design(design, *rest, **more)

    (first,) = reproduce(["iris"], published, out, ASKED, check=one_by_one(check), **QUIET)
    loaded, ideal = first.trained
    assert (loaded.model, ideal.model) == ("loaded", "ideal")
    assert {(each.model, 0.0, seed) for each in first.trained for seed in (0, 1)} <= {*simulated}
    assert len(simulated) == len(set(simulated))
    text = (out / "report.md").read_text("utf-8")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings[:3] == ["## In ngspice", "## Misses, in ngspice", "## The models' own figures"]
    for each in first.trained:
        start = each.spice.start
        shown = f"{start.accuracy * 100:.1f} ± {start.accuracy_std * 100:.1f} %"
        assert f"| iris | {each.model} | {shown} |" in text
        assert f"![iris, {each.model}](iris-{each.model}.svg)" in text
        root = ET.fromstring((out / f"iris-{each.model}.svg").read_text("utf-8"))
        assert root.tag.endswith("svg")
        # 12 epochs are no training: the report must say so
        assert f"- iris, {each.model}: accuracy at alpha 0 is {shown}, published" in text
    # what is said of `loaded` is what its model says
    promised = loaded.at(loaded.modified, 0.0)
    assert loaded.spice.start.accuracy == pytest.approx(promised[0])
    assert loaded.spice.start.power_w == pytest.approx(promised[1], rel=1e-4)
    assert "50.0 mW" in text
    numbers = json.loads((out / "results.json").read_text("utf-8"))
    assert numbers["iris"]["loaded"]["alphas"] == [0, 1]
    assert numbers["iris"]["ideal"]["ngspice"]["alpha_0"]["designs"] == 2

    @contextlib.contextmanager
    def forbidden(_title, _designs):
        def stop(_record, _run):
            raise AssertionError("trained again")

        yield stop

    known = [*simulated]
    (again,) = reproduce(
        ["iris"], published, out, ASKED, check=one_by_one(check), **QUIET | {"follow": forbidden}
    )
    assert simulated == known, "simulated again"
    np.testing.assert_array_equal(again.trained[0].modified.power, loaded.modified.power)
    assert [each.spice for each in again.trained] == [each.spice for each in first.trained]


def said(design, *_rest, **_more):
    """Make what ngspice says of a design: all is right."""
    return SimpleNamespace(spice_accuracy=1.0, seen_accuracy=1.0, spice_power=Power(0, 0, 1e-3))


def test_another_schedule_is_trained_anew(tmp_path, published):
    asked = Asked(2, 1, QUICK, ("ideal",))
    (first,) = reproduce(["iris"], published, tmp_path, asked, check=one_by_one(said), **QUIET)
    longer = replace(asked, schedule=replace(QUICK, max_epochs=15))
    (second,) = reproduce(["iris"], published, tmp_path, longer, check=one_by_one(said), **QUIET)
    assert first.trained[0].modified.epochs.max() == 12
    assert second.trained[0].modified.epochs.max() == 15
    answer = second.answer()
    assert {"alpha", "accuracy", "power", "saving"} < set(answer)
    assert answer["ngspice"]["ideal"]["saving"] == 1.0


def test_published_results_without_a_column_are_refused(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("dataset,alpha\niris,0\n")
    with pytest.raises(DatasetError, match="test_accuracy_mean"):
        read_published(path)


def test_a_name_of_a_file_is_no_markdown():
    label = Reproduced("a|b <script>[x](y)`\n# c*\x1b\u202e", (), None).label
    assert label == "a\\|b \\<script\\>\\[x\\]\\(y\\)\\` \\# c\\*\\\\x1b\\\\u202e"
