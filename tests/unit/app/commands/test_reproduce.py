import contextlib
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from pnn_studio.app.commands.reproduce import read_published, reproduce
from pnn_studio.domain.pareto import best95
from pnn_studio.domain.run import Schedule
from pnn_studio.errors import DatasetError

QUICK = Schedule(max_epochs=40, starts=1)
HEADER = "dataset,alpha,test_accuracy_mean,test_accuracy_std,power_mW_mean,power_mW_std,seeds"


@contextlib.contextmanager
def quiet(_title, _designs):
    yield lambda _record, _run: True


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
    best = best95(known.alphas, known.accuracy, known.power)
    assert best.saving == pytest.approx(1.25)


def test_a_report_compares_with_the_paper_and_is_not_run_twice(tmp_path, published):
    options = {"alphas": 3, "seeds": 2, "schedule": QUICK, "follow": quiet}
    (first,) = reproduce(["iris"], published, tmp_path / "out", **options)
    text = (tmp_path / "out" / "report.md").read_text("utf-8")
    assert "| iris | 0.00 |" in text
    assert "50.0 mW" in text
    assert "![iris](iris.svg)" in text
    # 40 epochs are no training: the report must say so
    assert "- iris: accuracy at alpha 0 is" in text
    root = ET.fromstring((tmp_path / "out" / "iris.svg").read_text("utf-8"))
    assert root.tag.endswith("svg")
    numbers = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert numbers["iris"]["alphas"] == [0, 0.5, 1]

    def forbidden(_title, _designs):
        @contextlib.contextmanager
        def follow():
            def stop(_record, _run):
                raise AssertionError("trained again")

            yield stop

        return follow()

    (again,) = reproduce(["iris"], published, tmp_path / "out", **options | {"follow": forbidden})
    np.testing.assert_array_equal(again.modified.power, first.modified.power)


def test_another_schedule_is_trained_anew(tmp_path, published):
    options = {"alphas": 2, "seeds": 1, "follow": quiet}
    (first,) = reproduce(["iris"], published, tmp_path, schedule=QUICK, **options)
    longer = replace(QUICK, max_epochs=60)
    (second,) = reproduce(["iris"], published, tmp_path, schedule=longer, **options)
    assert first.modified.epochs.max() == 40
    assert second.modified.epochs.max() == 60


def test_published_results_without_a_column_are_refused(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("dataset,alpha\niris,0\n")
    with pytest.raises(DatasetError, match="test_accuracy_mean"):
        read_published(path)
