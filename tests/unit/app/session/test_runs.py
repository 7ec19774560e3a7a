"""Runs keep their ids, wait in a queue, and never show less than they had."""

import os
from dataclasses import replace

import pytest

from pnn_studio.app.jobs.protocol import Failed, Keeping, LoadData, PreviewData
from pnn_studio.app.session import history
from pnn_studio.app.session.messages import again, of_failure, of_interruption, of_keeping
from pnn_studio.app.session.session import Session
from pnn_studio.domain.dataset import DataReference
from tests.support.runs import sample_dataset, sample_family, sample_record, small_plan, start_run

PLAN = small_plan()


@pytest.fixture
def session():
    session = Session()
    session.choose_data(sample_dataset())
    return session


def details(session):
    return [each.detail for each in history.entries(session)]


def test_runs_wait_in_the_order_in_which_they_were_asked_for(session):
    assert [session.queue_run(PLAN) for _ in range(3)] == [0, 1, 2]
    session.set_run_state("running", 0)
    assert session.queue == (1, 2)
    assert [each.partition("modified, ")[2] for each in details(session)] == [
        "queued, place 2",
        "queued, next",
        "running",
    ]


def test_a_queued_run_keeps_the_recipe_of_its_time(session):
    session.queue_run(PLAN)
    before = session.recipe
    session.edit(replace(before, hidden=(7,)))
    assert session.runs[0].recipe == before


def test_the_window_stays_with_the_run_that_trains_while_others_wait(session):
    start_run(session, PLAN)
    session.take_family(sample_family(PLAN))
    design = session.design
    session.queue_run(PLAN)
    assert session.run is session.runs[0]
    assert session.design is design


def test_what_a_run_says_goes_to_that_run(session):
    start_run(session, PLAN)
    session.queue_run(PLAN)
    session.take_record(sample_record(PLAN, 7), 0)
    session.take_family(sample_family(PLAN), 0)
    session.set_run_state("finished", 0)
    assert [run.state for run in session.runs] == ["finished", "queued"]
    assert [run.family is None for run in session.runs] == [False, True]
    assert [len(run.curves) for run in session.runs] == [1, 0]


def test_a_run_that_was_interrupted_goes_before_those_that_wait_and_is_shown(session):
    start_run(session, PLAN)
    session.take_family(sample_family(PLAN))
    session.queue_run(PLAN)
    settings = session.settings
    session.set_run_state("interrupted", 0)
    assert session.resumable == (0,)
    session.resume_runs(0)
    assert session.queue == (0, 1)
    assert session.resumable == ()
    assert session.run is session.runs[0]
    assert session.settings == settings  # nothing was chosen


def test_an_earlier_run_that_goes_on_is_shown_before_later_ones(session):
    for state in ("interrupted", "finished"):
        start_run(session, PLAN)
        session.take_family(sample_family(PLAN))
        session.set_run_state(state)
    assert session.run is session.runs[1]
    session.resume_runs(0)
    assert session.run is session.runs[0]


def test_a_run_that_begins_anew_shows_nothing_before_it_is_past_the_point_where_it_was(session):
    start_run(session, PLAN)
    far = sample_family(PLAN)
    session.take_family(far)
    session.take_family(replace(far, design_epochs=far.design_epochs // 2))
    assert session.run.family is far
    further = replace(far, design_epochs=far.design_epochs + 1)
    session.take_family(further)
    assert session.run.family is further


def test_in_a_project_a_run_that_waits_is_one_that_did_not_begin(session):
    start_run(session, PLAN)
    session.take_record(sample_record(PLAN, 300))
    session.take_family(sample_family(PLAN))
    session.queue_run(PLAN)
    session.queue_run(PLAN)
    again = Session()
    again.restore(session.project())
    assert [run.state for run in again.runs] == ["interrupted"] * 3
    assert again.queue == ()
    assert again.interrupted == (0, 1, 2)
    assert details(again)[0].endswith("not started")
    assert history.what_was_interrupted(again) == (
        "The training of Iris 4-3-3 was interrupted at epoch 80. Its state is kept. "
        "2 more runs wait."
    )


def test_train_says_what_it_will_do():
    session = Session()
    assert history.what_train_does(session) == ""
    session.choose_data(sample_dataset())
    assert history.what_train_does(session) == "Train 4-3-3, 510 designs"
    session.edit(replace(session.recipe, alphas=1, seeds=1))
    start_run(session, PLAN)
    assert history.what_train_does(session) == "Queue 4-3-3, 1 design, after the run that trains"
    session.queue_run(PLAN)
    assert history.what_train_does(session).endswith("after the 2 runs that train or wait")


def test_an_interruption_says_what_is_kept_and_from_where_it_goes_on(session, tmp_path):
    start_run(session, PLAN)
    run = session.run

    def told(run, path, now=1000.0):
        return of_interruption("The worker ended.", "", run, path, now)

    message = told(run, None)
    assert message.text == "The worker ended. Nothing was trained yet; Resume begins it anew."
    assert [(each.text, each.do, each.run) for each in message.remedies] == [
        ("Resume", "resume", 0)
    ]
    session.take_family(sample_family(PLAN))
    assert told(session.run, tmp_path / "none").text.endswith(
        "The best designs so far are kept; Resume begins it anew."
    )
    state = tmp_path / "state"
    state.touch()
    os.utime(state, (997.0, 997.0))
    assert told(session.run, state).text.endswith("Resume goes on from 3 s before.")


def test_a_file_with_faults_can_be_looked_at_and_all_else_tried_again():
    def offered(job, kind="DatasetError"):
        return [each.do for each in of_failure(job, Failed(kind, "It failed.")).remedies]

    assert offered(LoadData(DataReference("/a.csv"))) == ["look", "other-file"]
    assert offered(LoadData(DataReference("/a.csv")), "TechnologyError") == ["retry"]
    assert offered(LoadData(DataReference("iris"))) == ["retry"]
    assert again(PreviewData(DataReference("/a.csv"))) == ()
    assert again(None) == ()


def test_a_state_that_cannot_be_written_is_told_with_what_to_do():
    message = of_keeping(Keeping("/full/p.pnn cannot be written: No space left on device."))
    assert "No space left on device. The training goes on" in message.text
    assert [each.do for each in message.remedies] == ["save-as"]
