"""Pins name designs of any run; checks are found again by the design that they are of."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.analysis.design_choice import toggled
from pnn_studio.app.session import history, pins
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.run import DIVERGED
from pnn_studio.domain.verification import answers_that_differ, what_differs
from tests.support.runs import (
    sample_dataset,
    sample_family,
    sample_verification,
    start_run,
)


def run_of(session, seed=0):
    plan = session.plan()
    start_run(session, plan)
    family = sample_family(plan, seed=seed)
    power = family.power * np.random.default_rng(seed).uniform(0.2, 2.0, (plan.designs, 1))
    session.take_family(replace(family, power=power))
    session.set_run_state("finished")


@pytest.fixture
def session():
    session = Session()
    session.choose_data(sample_dataset())
    session.edit(replace(session.recipe, alphas=5, seeds=4))
    run_of(session)
    return session


def pin(session, design):
    session.edit(history.show_design(session, DesignRef(session.run.id, design)))
    session.edit(pins.toggle_current(session))


def test_pinned_designs_stand_beside_the_current_one_with_their_own_negations(session):
    family = session.run.family
    for design in (4, 11):
        pin(session, design)
    session.edit(history.show_design(session, DesignRef(0, 2)))
    rows = pins.pinned_rows(session, "test")
    assert [row.letter for row in rows] == ["", "A", "B"]
    assert [row.ref.index for row in rows] == [2, 4, 11]
    assert rows[1].to_current == pytest.approx(family.total_power[4] / family.total_power[2] - 1)
    negations = [
        each.value for row in rows for each in row.figures if each.figure.key == "negations"
    ]
    assert negations == [family.design(row.ref.index).negations for row in rows]
    lines = pins.table_text(rows, "test").splitlines()
    assert len(lines) == 4
    assert len({line.count("\t") for line in lines}) == 1


def test_a_pin_stays_with_the_run_that_it_was_taken_of(session):
    pin(session, 7)
    before = session.run.family
    session.edit(replace(session.recipe, hidden=(4,)))
    run_of(session, seed=3)
    (found,) = pins.pinned(session)
    assert (found.family, found.design, found.letter) == (before, 7, "A")
    assert pins.pinned_rows(session, "test")[1].other_run == session.runs[0].name
    session.edit(session.shown.without_run(0))
    assert pins.pinned(session) == ()
    session.undo()
    assert len(pins.pinned(session)) == 1


def test_pins_and_the_limit_stay_where_a_run_is_trained_anew(session):
    pin(session, 7)
    session.edit(replace(session.shown, limit=3e-3))
    session.edit(replace(session.recipe, hidden=(5,)))
    again = history.again(session.settings, session.runs[0])
    assert (again.shown.pins, again.shown.limit) == (session.shown.pins, 3e-3)
    assert again.recipe.hidden == (3,)


def test_pinning_twice_takes_the_pin_away(session):
    pin(session, 7)
    assert pins.is_pinned(session)
    session.edit(pins.toggle_current(session))
    assert session.shown.pins == ()


def test_the_oldest_pin_makes_room_for_the_fifth():
    kept = ()
    for index in range(5):
        kept = toggled(kept, DesignRef(0, index))
    assert kept == tuple(DesignRef(0, index) for index in (1, 2, 3, 4))
    assert toggled(kept, kept[1]) == (kept[0], *kept[2:])


def test_designs_of_one_power_limit_are_told_apart_by_their_limit(session):
    plan = replace(session.plan(), alphas=(0.0,) * 20, limits=(None, 1e-3, 5e-3, 7e-3) * 5)
    start_run(session, plan)
    session.take_family(sample_family(plan))
    for index in (0, 2, 3):
        session.edit(replace(session.shown, pins=(*session.shown.pins, DesignRef(1, index))))
    assert [each.design for each in pins.pinned(session)] == [0, 2, 3]
    design = session.run.family.design(2)
    session.take_verification(DesignRef(1, 2), design, sample_verification(design))
    assert set(session.checks.of_run(session.run)) == {2}


def test_a_pin_of_a_design_that_diverged_or_is_not_there_is_left_out(session):
    family = session.run.family
    status = family.status.copy()
    status[4] = DIVERGED
    session.take_family(replace(family, status=status))
    session.edit(replace(session.shown, pins=(DesignRef(0, 4), DesignRef(0, 99), DesignRef(7, 0))))
    assert pins.pinned(session) == ()


def test_every_design_that_was_checked_stays_checked_until_it_is_another_one(session):
    family = session.run.family
    for index in (3, 8):
        design = family.design(index)
        session.take_verification(DesignRef(0, index), design, sample_verification(design))
    assert set(session.checks.of_run(session.run)) == {3, 8}
    changed = replace(family, theta=tuple(theta * 1.5 for theta in family.theta))
    session.take_family(changed)
    assert session.checks.of_run(session.run) == {}
    session.take_family(family)
    restored = Session()
    restored.restore(session.project())
    assert set(restored.checks.of_run(restored.run)) == {3, 8}


@pytest.mark.parametrize(
    ("wrong", "power", "words"),
    [(0, 1.04, ""), (0, 1.06, "power differs"), (1, 1.5, "1 answer differs"),
     (2, 1.0, "2 answers differ")],
)  # fmt: skip
def test_it_is_said_in_what_ngspice_differs(session, wrong, power, words):
    found = sample_verification(session.design, 10)
    outputs = found.model_outputs.copy()
    for sample in range(wrong):
        outputs[sample] = np.roll(outputs[sample], 1)
    spice = replace(found.model_power, negation=found.model_power.negation + (power - 1)
                    * found.model_power.total)  # fmt: skip
    found = replace(found, spice_outputs=outputs, spice_power=spice)
    assert what_differs(found) == words
    assert answers_that_differ(found) == wrong
