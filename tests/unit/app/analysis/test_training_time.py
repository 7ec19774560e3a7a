"""How long a training takes is said before it starts, and learned from those that end."""

import json
from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.analysis.training_time import (
    RunTimes,
    machine_seconds,
    modelled_seconds,
    threads_for,
)
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan, Schedule
from tests.support.runs import sample_record

IRIS = Layout(4, (3,), 3)
REFERENCE_S = 2.4e-3


@pytest.fixture
def times(tmp_path, monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {0, 1})
    return RunTimes(tmp_path / "user" / "training-times.json", lambda: REFERENCE_S)


def ended(plan, mean, most, slow, samples=119):
    """Make the last record of a training that took `slow` times as long as modelled."""
    epochs = np.full(plan.designs, mean)
    epochs[0], epochs[-1] = most, 2 * mean - most
    worked = int(epochs.sum()) + 300 * plan.designs
    seconds = slow * modelled_seconds(plan.layout, samples, plan.model, worked)
    seconds /= threads_for(plan.designs)
    record = sample_record(plan, most)
    return replace(record, seconds=seconds, design_epochs=worked, epochs=epochs)


# measured on one core: (samples of all splits, inputs, hidden layers, µs an epoch, by model)
@pytest.mark.parametrize(
    ("samples", "inputs", "hidden", "ideal", "loaded"),
    [
        (150, 4, (3,), 10.5, 52.1),
        (600, 64, (3,), 43.9, 194.8),
        (600, 8, (32,), 88.1, 662.1),
        (600, 8, (3, 3, 3), 29.5, 170.5),
        (1500, 64, (32,), 701.1, 3680.7),
        (150, 4, (16, 16), 44.0, 266.3),
        (2000, 21, (3,), 74.7, 357.6),
        (300, 8, (8, 8), 36.1, 216.7),
    ],
)
def test_an_epoch_takes_what_was_measured(samples, inputs, hidden, ideal, loaded):
    # a fifth of the samples are the test split, which does not train
    for model, microseconds in (("ideal", ideal), ("loaded", loaded)):
        taken = modelled_seconds(Layout(inputs, hidden, 3), round(samples * 0.8), model, 1)
        assert taken * 1e6 == pytest.approx(microseconds, rel=0.3)


@pytest.mark.parametrize(("model", "seconds"), [("ideal", 6.4), ("loaded", 20.6)])
def test_the_sweep_of_iris_is_foretold(times, model, seconds):
    # 51 x 10 designs on two cores; half as much is added where nothing is known
    estimate = times.estimate(IRIS, 510, Schedule(), "iris", 119, model)
    assert estimate.basis == "nothing"
    assert seconds / 1.8 < estimate.seconds / 1.5 < seconds * 1.8
    assert estimate.seconds < estimate.bound


def test_a_training_is_foretold_from_one_on_the_same_data(times):
    plan = FamilyPlan.grid(IRIS, 51, 10)
    last = ended(plan, 1400, 2600, slow=3.0)
    times.note(plan, "iris", 119, last)
    estimate = times.estimate(IRIS, 510, Schedule(), "iris", 119)
    assert estimate.basis == "same data"
    assert estimate.seconds == pytest.approx(last.seconds, rel=0.05)


def test_other_data_take_the_pace_of_the_machine_but_not_the_epochs(times):
    plan = FamilyPlan.grid(IRIS, 11, 4)
    times.note(plan, "iris", 119, ended(plan, 400, 500, slow=3.0))
    other = times.estimate(IRIS, 44, Schedule(), "scale", 498)
    unknown = RunTimes(times._path.parent / "none.json", lambda: REFERENCE_S)
    before = unknown.estimate(IRIS, 44, Schedule(), "scale", 498)
    assert other.basis == "this machine"
    # three times the model, where nothing was known it was half as much again
    assert other.seconds == pytest.approx(2 * before.seconds)


@pytest.mark.parametrize(
    "more",
    [
        {"designs": 1020},
        {"layout": Layout(40, (3,), 3)},
        {"layout": Layout(4, (30,), 3)},
        {"layout": Layout(4, (3, 3), 3)},
        {"samples": 1190},
        {"schedule": Schedule(max_epochs=1500)},
    ],
    ids=lambda more: next(iter(more)),
)
def test_more_of_anything_takes_longer(times, more):
    usual = {
        "layout": IRIS,
        "designs": 510,
        "schedule": Schedule(max_epochs=500),
        "data": "iris",
        "samples": 119,
    }
    assert times.estimate(**(usual | more)).seconds > times.estimate(**usual).seconds


def test_no_training_is_said_to_outlast_its_epochs(times):
    for epochs in (1, 200, 5000, 10**6):
        estimate = times.estimate(IRIS, 510, Schedule(max_epochs=epochs), "iris", 119)
        assert estimate.seconds <= estimate.bound


def test_a_design_alone_has_one_thread_and_a_family_all_of_them(times):
    alone, two, many = (times.estimate(IRIS, n, Schedule(), "iris", 119).bound for n in (1, 2, 10))
    assert two == pytest.approx(alone)
    assert many == pytest.approx(5 * alone)


def test_a_model_is_foretold_from_its_own_trainings(times):
    ideal = FamilyPlan.grid(IRIS, 11, 4)
    loaded = replace(ideal, model="loaded")
    asked = (IRIS, 44, Schedule(), "iris", 119)
    times.note(ideal, "iris", 119, ended(ideal, 900, 1700, slow=1.0))
    before = times.estimate(*asked, "ideal")
    last = ended(loaded, 900, 1700, slow=3.0)
    times.note(loaded, "iris", 119, last)
    assert times.estimate(*asked, "ideal") == before
    assert times.estimate(*asked, "loaded").seconds == pytest.approx(last.seconds, rel=0.05)


def test_a_family_of_which_all_was_known_teaches_nothing(times):
    plan = FamilyPlan.grid(IRIS, 11, 4)
    times.note(plan, "iris", 119, replace(ended(plan, 900, 1700, slow=1.0), design_epochs=0))
    assert times.estimate(IRIS, 44, Schedule(), "iris", 119).basis == "nothing"


def test_a_machine_of_half_the_speed_is_given_twice_the_time(tmp_path):
    seconds = [
        RunTimes(tmp_path / "none", lambda took=took: took).estimate(
            IRIS, 10, Schedule(), "iris", 119
        )
        for took in (REFERENCE_S, 2 * REFERENCE_S)
    ]
    assert seconds[1].seconds == pytest.approx(2 * seconds[0].seconds)
    assert 0 < machine_seconds() < 1


def test_what_was_learned_is_known_to_the_next_window(times):
    plan = FamilyPlan.grid(IRIS, 51, 10)
    times.note(plan, "iris", 119, ended(plan, 900, 1700, slow=2.0))
    again = RunTimes(times._path, lambda: REFERENCE_S)
    asked = (IRIS, 510, Schedule(), "iris", 119)
    assert again.estimate(*asked) == times.estimate(*asked)


@pytest.mark.parametrize(
    "content",
    [
        "", "{}", "[1]", "[[]]", "null", '[{"data": "x"}]', "[" * 10_000,
        '[{"data":"x","designs":0,"mean_epochs":1,"most_epochs":1,"modelled":1,"seconds":1}]',
        '[{"data":"x","designs":1,"mean_epochs":1e999,"most_epochs":1,"modelled":1,"seconds":1}]',
    ],
)  # fmt: skip
def test_a_broken_file_of_past_trainings_is_let_be(tmp_path, content):
    path = tmp_path / "training-times.json"
    path.write_text(content, encoding="utf-8")
    times = RunTimes(path, lambda: REFERENCE_S)
    assert times.estimate(IRIS, 10, Schedule(), "iris", 119).basis == "nothing"


def test_only_so_many_trainings_are_kept(times):
    plan = FamilyPlan.grid(IRIS, 2, 2)
    for _ in range(70):
        times.note(plan, "iris", 119, ended(plan, 900, 1700, slow=2.0))
    assert len(json.loads(times._path.read_text("utf-8"))) == 64


def test_a_file_that_cannot_be_written_stops_nobody(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    times = RunTimes(tmp_path / "file" / "training-times.json", lambda: REFERENCE_S)
    plan = FamilyPlan.grid(IRIS, 2, 2)
    times.note(plan, "iris", 119, ended(plan, 900, 1700, slow=2.0))
    assert times.estimate(IRIS, 4, Schedule(), "iris", 119).basis == "same data"
