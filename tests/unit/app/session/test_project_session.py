"""A session as a project: edits, undo and redo survive saving, whatever they were."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pnn_studio.app.session.curves import Curves
from pnn_studio.app.session.session import Session
from pnn_studio.domain.project import Project, View
from pnn_studio.domain.settings import Settings
from pnn_studio.storage.project_file import differ
from tests.support.designs import sample_design
from tests.support.projects import full_project, projects
from tests.support.runs import (
    sample_dataset,
    sample_family,
    sample_record,
    sample_verification,
    small_plan,
    start_run,
)
from tests.support.values import same

layouts = st.lists(st.integers(1, 9), min_size=1, max_size=3).map(tuple)


def restored(project):
    session = Session()
    session.restore(project)
    return session


class Edits(RuleBasedStateMachine):
    """A plain list of settings with a finger on it is the model of undo."""

    def __init__(self):
        super().__init__()
        self.session, self.model, self.now = Session(), [Settings()], 0

    @rule(hidden=layouts, alpha=st.floats(0, 1))
    def edit(self, hidden, alpha):
        before = self.session.settings
        new = Settings(replace(before.recipe, hidden=hidden), replace(before.shown, alpha=alpha))
        if new != self.model[self.now]:
            self.model = [*self.model[: self.now + 1], new]
            self.now += 1
        self.session.edit(new)

    @rule(alphas=st.lists(st.floats(0, 1), min_size=1, max_size=4))
    def drag_the_slider(self, alphas):
        """However many moves it has, a drag is one step, back to where it began."""
        before = self.session.settings
        moved = [each for each in alphas if each != before.shown.alpha]
        if not moved or moved != alphas:
            return
        for alpha in alphas:
            self.session.edit(replace(self.session.shown, alpha=alpha), "alpha")
        self.session.end_step()
        self.model = [
            *self.model[: self.now + 1],
            before.taking(replace(before.shown, alpha=alphas[-1])),
        ]
        self.now += 1

    @precondition(lambda self: self.session.can_undo)
    @rule()
    def undo(self):
        self.session.undo()
        self.now -= 1

    @precondition(lambda self: self.session.can_redo)
    @rule()
    def redo(self):
        self.session.redo()
        self.now += 1

    @rule()
    def save_and_open_again(self):
        self.session = restored(self.session.project())

    @invariant()
    def what_is_shown_is_what_the_model_has(self):
        assert self.session.settings == self.model[self.now]
        assert self.session.can_undo == (self.now > 0)
        assert self.session.can_redo == (self.now < len(self.model) - 1)

    def teardown(self):
        while self.session.can_redo:
            self.session.redo()
        for expected in reversed(self.model):
            assert self.session.settings == expected
            self.session.undo()
        assert not self.session.can_undo


Edits.TestCase.settings = hypothesis_settings(max_examples=50, deadline=None)
test_edits_undone_and_redone_give_back_equal_values = Edits.TestCase


@hypothesis_settings(max_examples=20, deadline=None)
@given(projects())
def test_a_project_that_is_opened_and_not_touched_is_the_same_project(project):
    datasets = {each.reference: each for each in project.datasets}
    checks = {each.design: each for each in project.checks}
    project = replace(project, datasets=tuple(datasets.values()), checks=tuple(checks.values()))
    again = restored(project).project()
    assert same(again, project)
    assert not differ(again, project, with_view=True)


def test_a_run_that_was_under_way_is_interrupted_and_can_be_resumed():
    session = Session()
    session.choose_data(sample_dataset())
    start_run(session, small_plan())
    session.take_family(sample_family(small_plan()))
    again = restored(session.project())
    assert again.run.state == "interrupted"
    assert not again.is_training
    assert again.resumable == (0,)
    again.resume_runs(0)
    assert again.queue == (0,)
    assert again.resumable == ()
    again.set_run_state("running", 0)
    assert again.is_training


def test_the_curves_of_a_run_come_back_from_its_family():
    family = sample_family(small_plan())
    curves = Curves.of_family(family)
    design = curves.design(2)
    assert same(design.epochs, family.history.epochs.astype("float32"))
    assert same(design.train_loss, family.history.loss[:, 2, 0])
    assert same(design.valid_accuracy, family.history.accuracy[:, 2, 1])
    assert same(design.power, family.history.power[:, 2])
    curves.append(sample_record(small_plan(), 200))
    assert curves.design(0).epochs[-1] == 200


def test_checks_and_the_view_come_back():
    session, design = Session(), sample_design()
    session.take_verification(session.design_ref, design, sample_verification(design))
    session.set_view(View(2, 4))
    again = restored(session.project())
    assert again.verification(design) is session.verification(design)
    assert again.view == View(2, 4)


def test_everybody_is_told_of_a_project_that_is_opened():
    told = []
    session = Session(told.append)
    session.restore(full_project())
    assert {"settings", "run", "family", "verification", "view"} <= set(told)


@pytest.mark.parametrize("project", [Project(), replace(Project(), view=View(1))])
def test_what_nobody_worked_on_is_not_worth_keeping(project):
    assert project.is_empty
    assert not full_project().is_empty
