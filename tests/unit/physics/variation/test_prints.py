"""Prints held to ngspice, to the design as drawn, and to each other."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.circuit.ngspice import run_netlist
from pnn_studio.circuit.prints import print_netlist
from pnn_studio.domain.board import Board, draw
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.printing import Deviation, Spread
from pnn_studio.domain.technology import load_technology
from pnn_studio.domain.yields import Limit, Yield
from pnn_studio.errors import TechnologyError
from pnn_studio.physics.evaluate import evaluate_design
from pnn_studio.physics.loaded.kernel.exact import solve_design
from pnn_studio.physics.variation.harm import Judged, broken, faults_of, harm_of, sensitivity_of
from pnn_studio.physics.variation.monte_carlo import Lot, run_prints
from pnn_studio.training.compiled.warm_up import warm_up_exact
from tests.support.random_networks import random_design


@pytest.fixture(scope="module")
def technology():
    technology = load_technology("negt")
    warm_up_exact(technology)
    return technology


def lot_of(technology, crossbar="modified", spread=None, samples=9, seed=0):
    design = replace(random_design(Layout(3, (3,), 3, crossbar), technology, 4), model="loaded")
    volts = np.random.default_rng(1).random((samples, 3))
    return Lot(design, technology, spread or technology.printing.spread, volts, seed)


@pytest.mark.parametrize("crossbar", ["modified", "original"])
def test_a_print_without_deviations_is_the_design_as_drawn(technology, crossbar):
    lot = lot_of(technology, crossbar)
    outputs, power = lot.as_drawn()
    drawn = evaluate_design(lot.design, technology, lot.voltages)
    np.testing.assert_allclose(outputs, drawn.outputs, rtol=0, atol=1e-9)
    assert power == pytest.approx(drawn.power.total, rel=1e-7)


@pytest.mark.parametrize("crossbar", ["modified", "original"])
def test_a_print_is_what_ngspice_makes_of_the_same_draws(technology, crossbar):
    lot = lot_of(technology, crossbar)
    solver = lot.solver()
    for number in range(3):
        values, volts = lot.printed(number), lot.driven(number)
        netlist = print_netlist(lot.design, technology, lot.board, values, volts)
        simulated = np.stack(list(run_netlist(netlist, 60).values.values()), axis=1)
        np.testing.assert_allclose(solver.solve(values, volts)[0], simulated, rtol=0, atol=1e-4)


def test_every_circuit_of_a_print_draws_its_own_components(technology):
    lot = lot_of(technology, "original")
    values = lot.printed(0)
    activations = [each for each in lot.board.cells if each.role == "activation"]
    assert len(activations) == 6
    for name in (*activations[0].places,):
        assert len({values[each.places[name]] for each in activations}) == 6
    # each quantity stands at one place, and is of one part
    places = [
        place for part in lot.board.parts for place in range(part.first, part.first + part.count)
    ]
    assert places == list(range(lot.board.quantities))


def test_deviations_are_those_of_the_spread(technology):
    lot = lot_of(technology)
    spread = lot.spread
    drawn = np.array([lot.printed(number) for number in range(2000)])
    resistors = np.array([each.place for each in lot.board.resistors])
    logs = np.log(drawn[:, resistors] / lot.board.nominal[resistors])
    assert logs.std() == pytest.approx(spread.resistor, rel=0.05)
    # what is common to a print is what resistors of it share
    common = np.cov(logs[:, 0], logs[:, 1])[0, 1]
    assert common == pytest.approx(spread.resistor_global.value**2, rel=0.3)
    cell = lot.board.cells[0]
    vt = drawn[:, next(at for name, at in cell.places.items() if name.endswith("Vt"))]
    assert vt.mean() == pytest.approx(technology.transistor.vt, abs=1e-3)
    assert vt.std() == pytest.approx(spread.vt.value, rel=0.1)


def test_prints_are_the_same_on_any_number_of_threads_and_the_first_of_more(technology):
    lot = lot_of(technology)
    few, more = run_prints(lot, 70, 1), run_prints(lot, 100, 3)
    np.testing.assert_array_equal(few.chosen, more.chosen[:70])
    np.testing.assert_array_equal(few.power, more.power[:70])
    other = run_prints(replace(lot, seed=1), 70, 2)
    assert (other.power != few.power).all()


def test_voltages_that_cannot_be_written_have_nothing_compiled_anew(technology):
    lot = lot_of(technology)
    sent = replace(lot, voltages=lot.voltages.copy())
    sent.voltages.setflags(write=False)  # as what another process sent
    here, known = run_prints(lot, 2, 1), len(solve_design.signatures)
    assert np.array_equal(run_prints(sent, 2, 1).power, here.power)
    assert len(solve_design.signatures) == known


def test_a_run_that_is_ended_keeps_the_first_prints(technology):
    lot, asked = lot_of(technology), 0

    def ended():
        nonlocal asked
        asked += 1
        return asked > 2

    kept = run_prints(lot, 200_000, 2, cancelled=ended)
    count = len(kept.chosen)
    assert 0 < count < 200_000
    some = run_prints(lot, min(count, 40), 1)
    np.testing.assert_array_equal(some.power, kept.power[: len(some.power)])


def test_a_run_that_was_ended_is_gone_on_with_to_the_same_answers(technology):
    lot = lot_of(technology)
    whole, first = run_prints(lot, 70, 2), run_prints(lot, 40, 2)
    on = first.and_then(run_prints(lot, 30, 2, first=40))
    np.testing.assert_array_equal(on.chosen, whole.chosen)
    np.testing.assert_array_equal(on.power, whole.power)


def test_the_only_component_that_varies_bears_all_of_the_lost_yield(technology):
    lot = lot_of(technology, spread=Spread(rail=Deviation(0.4)), samples=40)
    drawn = lot.as_drawn()[0].argmax(axis=1)
    answers = run_prints(lot, 64, 2)
    found = Yield(answers.chosen == drawn, np.ones(40, bool), Limit(0.95))
    lost = np.flatnonzero(~found.kept).tolist()
    assert lost
    judged = Judged(lot, drawn, slice(None))
    harm = harm_of(judged, lost, found.least_count, 20, 2)
    assert dict(zip(harm.refs, harm.share, strict=True))["rails"] == 1
    assert harm.share.sum() == pytest.approx(1)


def test_single_faults_are_those_that_ngspice_finds(technology):
    lot = lot_of(technology, samples=12)
    drawn = lot.as_drawn()[0].argmax(axis=1)
    judged = Judged(lot, drawn, slice(None))
    faults = {(each.ref, each.kind): each for each in faults_of(judged, 2)}
    resistors = [part for part in lot.board.parts if part.kind == "resistor"]
    transistors = [part for part in lot.board.parts if part.kind == "transistor"]
    assert len(faults) == 2 * len(resistors) + len(transistors)
    for part, kind in (
        (resistors[0], "open"),
        (resistors[2], "short"),
        (transistors[-1], "dead"),
    ):
        values = broken(lot.board, part, kind)
        netlist = print_netlist(lot.design, technology, lot.board, values, lot.voltages)
        simulated = np.stack(list(run_netlist(netlist, 60).values.values()), axis=1)
        changed = int((simulated.argmax(axis=1) != drawn).sum())
        assert faults[part.ref, kind].changed == changed
    assert (sensitivity_of(judged, 2) <= 0).all()


def test_draws_are_those_of_philox_with_the_documented_key():
    key = np.random.Philox(key=(2 * 7 << 64) | 3)
    wanted = np.random.Generator(key).standard_normal(5)
    np.testing.assert_array_equal(draw(3, 7, 5), wanted)
    np.testing.assert_array_equal(draw(3, np.int64(7), 5), wanted)


def test_a_technology_without_a_transistor_has_no_board(technology):
    lot = lot_of(technology)
    with pytest.raises(TechnologyError, match="transistor"):
        Board.of(lot.design, replace(technology, transistor=None))
