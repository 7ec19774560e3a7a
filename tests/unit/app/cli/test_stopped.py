"""A training that was stopped says so in its headline and in JSON; one at its bound does not."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.analysis.summaries import finish_summary, sweep_summary
from pnn_studio.app.cli import console
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.train import limits_plan, train_family
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING, FamilyPlan, Schedule
from pnn_studio.errors import Cancelled
from tests.support.runs import sample_family, small_plan

LAYOUT = Layout(4, (3,), 3)
# no design ends before it is told to
ENDLESS = Schedule(max_epochs=10**6, patience=10**6)


@pytest.fixture(scope="module")
def trained():
    """Train three designs of iris, until `on_record` says stop."""
    models = load_models()
    dataset = load_data("iris", models.technology)

    def train(schedule, on_record=None):
        plan = FamilyPlan.grid(LAYOUT, 3, 1, schedule)
        return train_family(plan, dataset, models, on_record)

    return train


def test_a_stopped_sweep_says_so_in_its_headline_and_in_json(trained, capsys):
    family = trained(ENDLESS, lambda _record, _run: False)
    assert family.status.tolist() == [IMPROVING] * 3
    summary = sweep_summary(family)
    assert (summary["finished"], summary["unfinished"]) == (False, 3)
    console.show_sweep(family, None)
    assert capsys.readouterr().out.startswith("Stopped: 3 of 3 designs are unfinished, ")
    stopped = console.stopped_words(replace(family, plan=family.plan.part([0]),
                                            status=family.status[:1]))  # fmt: skip
    console.show_design(family.design(0), None, None, stopped)
    assert capsys.readouterr().out.startswith("Stopped: the design is unfinished, the best so far:")


@pytest.mark.parametrize("starts", [1, 3])
def test_a_sweep_that_takes_all_its_epochs_is_finished(trained, capsys, starts):
    # also where the bound comes before the race of the starts is over
    family = trained(Schedule(max_epochs=20, starts=starts))
    assert family.epochs.tolist() == [20] * 3
    assert finish_summary(family) == {"finished": True, "unfinished": 0}
    console.show_sweep(family, None)
    assert capsys.readouterr().out.startswith("3 designs, ")


def test_no_limits_are_made_of_a_power_at_alpha_0_that_was_not_trained_to_its_end():
    models = load_models()
    dataset = load_data("iris", models.technology)
    start = FamilyPlan(LAYOUT, (0.0,), (0,), ENDLESS)
    with pytest.raises(Cancelled, match="before the power at alpha 0 was known"):
        limits_plan(
            start, 2, dataset, models, lambda *of: train_family(*of, lambda _record, _run: False)
        )


def test_designs_that_finished_or_diverged_before_a_stop_are_not_counted_as_unfinished():
    family = sample_family(small_plan(2, 2))
    status = np.array([FINISHED, DIVERGED, IMPROVING, FINISHED], np.int8)
    family = replace(family, status=status)
    assert finish_summary(family) == {"finished": False, "unfinished": 1}
    assert console.stopped_words(family) == "Stopped: 1 of 4 designs is unfinished"
