"""The check of a front as the command line runs it: what is kept when it ends early."""

from dataclasses import replace

import pytest

from pnn_studio.app.analysis.front_check import front_candidates
from pnn_studio.app.commands.front_run import check_front
from pnn_studio.errors import Cancelled, SimulationFailed, UsageError
from tests.support.runs import sample_dataset, sample_family, sample_verification, small_plan

FAMILY = sample_family(small_plan(3, 2))
CANDIDATES = front_candidates(FAMILY)


@pytest.fixture
def simulate(monkeypatch):
    """Let `answer(number)` stand for the simulation of each design, the first is 1."""

    def use(answer):
        count = 0

        def check_design(design, *_, **__):
            nonlocal count
            count += 1
            return answer(count) or sample_verification(design)

        monkeypatch.setattr("pnn_studio.app.commands.front_run.check_design", check_design)

    return use


def test_a_check_that_is_cancelled_keeps_the_designs_that_are_done(simulate):
    def answer(number):
        if number == 3:
            raise Cancelled("Ctrl-C")

    simulate(answer)
    told = []
    front = check_front(FAMILY, None, sample_dataset(), follow=lambda *each: told.append(each))
    assert front.stopped
    assert tuple(front.checked) == CANDIDATES[:2]
    assert told == [(done, len(CANDIDATES)) for done in range(3)]


def test_a_design_that_cannot_be_simulated_is_named_and_the_others_go_on(simulate):
    def answer(number):
        if number == 2:
            raise SimulationFailed("no convergence")

    simulate(answer)
    front = check_front(FAMILY, None, sample_dataset())
    assert front.failed == {CANDIDATES[1]: "no convergence"}
    assert set(front.checked) == {*CANDIDATES} - {CANDIDATES[1]}
    assert not front.stopped


def test_it_fails_where_no_design_can_be_simulated_or_there_is_none(simulate):
    def answer(number):
        raise SimulationFailed("no convergence")

    simulate(answer)
    with pytest.raises(SimulationFailed, match="no convergence"):
        check_front(FAMILY, None, sample_dataset())
    untrained = replace(FAMILY, epochs=0 * FAMILY.epochs)
    with pytest.raises(UsageError, match="none to check"):
        check_front(untrained, None, sample_dataset())
