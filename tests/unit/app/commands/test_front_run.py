"""The check of a front: on all cores as in one, and what is kept when it ends early."""

import os
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from pnn_studio.app.analysis.front_check import front_candidates
from pnn_studio.app.commands.front_run import check_designs, check_front
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import Cancelled, NotSolved, SimulationFailed, SimulatorMissing, UsageError
from tests.support.command_line import stub
from tests.support.process_tree import is_running
from tests.support.runs import sample_dataset, sample_family, sample_verification, small_plan
from tests.support.values import same

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


def checked_one_by_one(**more):
    one = partial(check_designs, at_once=1)
    return check_front(FAMILY, None, sample_dataset(), check=one, **more)


def test_all_cores_find_what_one_finds_in_the_same_order():
    technology, told = load_technology("negt"), []
    fronts = [
        check_front(
            FAMILY,
            technology,
            sample_dataset(),
            check=partial(check_designs, at_once=at_once),
            follow=lambda *each: told.append(each),
        )
        for at_once in (1, 4)
    ]
    alone, together = (front.checked for front in fronts)
    assert tuple(alone) == tuple(together) == CANDIDATES
    for index in CANDIDATES:
        one, other = (replace(each[index], seconds=0.0) for each in (alone, together))
        assert same(one, other)
    assert told == 2 * [(done, len(CANDIDATES)) for done in range(len(CANDIDATES) + 1)]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_a_check_that_is_cancelled_kills_what_runs_at_once(tmp_path, monkeypatch):
    pids = tmp_path / "pids"
    script = f'case "$*" in *--version*) ;; *) echo $$ >> {pids}; exec sleep 60;; esac'
    monkeypatch.setenv("PATH", stub(tmp_path / "bin", script))
    begin, running = time.monotonic(), []

    def cancelled():
        if pids.exists() and len(lines := pids.read_text().split()) == 3:
            running[:] = map(int, lines)
        return bool(running)

    found = check_designs(
        {each: lambda each=each: FAMILY.design(each) for each in range(6)},
        load_technology("negt"),
        sample_dataset(),
        cancelled=cancelled,
        at_once=3,
    )
    with pytest.raises(Cancelled):
        next(found)
    assert time.monotonic() - begin < 20
    assert len(running) == 3
    assert not any(map(is_running, running))
    assert len(pids.read_text().split()) == 3, "none of the others was begun"


def test_a_check_that_is_cancelled_keeps_the_designs_that_are_done(simulate):
    def answer(number):
        if number == 3:
            raise Cancelled("Ctrl-C")

    simulate(answer)
    front = checked_one_by_one(cancelled=lambda: False)
    assert front.stopped
    assert set(front.checked) == {*CANDIDATES} - {CANDIDATES[2]}


def test_a_design_that_cannot_be_simulated_is_named_and_the_others_go_on(simulate):
    def answer(number):
        if number == 2:
            raise SimulationFailed("no convergence", "* netlist")
        if number == 3:
            raise NotSolved("the design", 1, 7, "it moves")

    simulate(answer)
    front = checked_one_by_one()
    lost = "Layer 1 of the design has no solution at sample 7: it moves"
    assert front.failed == {CANDIDATES[1]: "no convergence", CANDIDATES[2]: lost}
    assert front.netlists == {CANDIDATES[1]: "* netlist"}
    assert set(front.checked) == {*CANDIDATES} - {*CANDIDATES[1:3]}
    assert not front.stopped


def test_it_fails_where_no_design_can_be_simulated_or_there_is_none(simulate):
    def answer(number):
        raise SimulationFailed(f"no convergence {number}")

    simulate(answer)
    with pytest.raises(SimulationFailed, match="no convergence 1"):
        checked_one_by_one()
    untrained = replace(FAMILY, epochs=0 * FAMILY.epochs)
    with pytest.raises(UsageError, match="none to check"):
        check_front(untrained, None, sample_dataset())


def test_what_no_design_can_do_without_ends_it(simulate, monkeypatch):
    def answer(number):
        raise SimulatorMissing("it is gone")

    simulate(answer)
    with pytest.raises(SimulatorMissing, match="it is gone"):
        checked_one_by_one()
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(SimulatorMissing, match="was not found"):
        checked_one_by_one()
