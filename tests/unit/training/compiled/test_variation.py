"""Training for prints: what a print is, the mean over prints, and its gradient."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from pnn_studio.app.analysis.family_plan import with_model
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.domain.board import Board
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.variation import Variation
from pnn_studio.errors import UsageError
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.packing import LoadedPacking
from pnn_studio.physics.loaded.network import LoadedNetwork
from pnn_studio.physics.variation.solver import PrintSolver
from pnn_studio.training.compiled import design as d
from pnn_studio.training.compiled.loaded import train_loaded
from pnn_studio.training.compiled.training import CompiledTraining
from pnn_studio.training.compiled.warm_up import warm_up
from pnn_studio.training.engine import FamilyTraining
from tests.support.designs import sample_design
from tests.unit.training.compiled.test_loaded import REFERENCE, random_parameters, samples_of

LAYOUTS = [Layout(4, (3,), 3), Layout(5, (4, 3), 2, "modified", "layer")]
ORIGINAL = Layout(3, (2, 3), 4, "original")


@pytest.fixture(scope="module")
def models():
    found = load_models()
    warm_up("loaded", found.technology, found.surrogates)
    return found


@pytest.fixture(scope="module")
def technology(models):
    return models.technology


def epoch_of(packing, flat, alpha=0.0):
    """Train for an epoch; return figures, gradient, and what was worked in."""
    plan = FamilyPlan(Layout(2, (1,), 2), (alpha,), (7,), Schedule(starts=1))
    setup = d.setup_of(plan, 0, REFERENCE)
    work, design = packing.work(), d.fresh_design(packing.matrices(flat), setup)
    # from the first epoch on
    if work.ints[a.NETS, k.PRINTS] > 0:
        design.setup[d.DRAWN_EPOCHS] = 0
    assert train_loaded(work, design, 1) == 1
    first = work.ints[a.SMALL, a.BY_PARAMETERS]
    gradient = packing.flat(work.small[first : first + packing.parameter_rows][None])[0]
    return design.starts[0, d.FIGURES :].copy(), gradient.copy(), work


def parameters_of(technology, layout):
    network = LoadedNetwork(layout, technology, torch.float64)
    return random_parameters(network, layout, 0, -0.9).numpy(), network.theta_parameters


@pytest.mark.parametrize("layout", [*LAYOUTS, ORIGINAL], ids=str)
def test_prints_that_deviate_by_nothing_are_the_design_as_drawn(technology, layout):
    flat, _ = parameters_of(technology, layout)
    parts = samples_of(layout, 0)
    drawn = epoch_of(LoadedPacking(layout, technology, parts), flat, 0.4)
    varied = epoch_of(LoadedPacking(layout, technology, parts, Variation(0.0)), flat, 0.4)
    np.testing.assert_allclose(varied[0], drawn[0], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(varied[1], drawn[1], rtol=0, atol=1e-5 * np.abs(drawn[1]).max())


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_the_gradient_is_that_of_the_mean_over_the_prints_of_the_epoch(technology, layout):
    flat, count = parameters_of(technology, layout)
    # gradients pass straight through what is not printed, which finite differences do not see
    flat[0, :count] = np.where(np.abs(flat[0, :count]) < 0.02, 0.1, flat[0, :count])
    packing = LoadedPacking(layout, technology, samples_of(layout, 0), Variation.of_share(0.1))
    _, gradient, _ = epoch_of(packing, flat)
    for place in np.argsort(-np.abs(gradient[:count]))[:6]:
        step, losses = 0.01 * max(abs(flat[0, place]), 0.1), []
        for sign in (1, -1):
            moved = flat.copy()
            moved[0, place] += sign * step
            losses.append(epoch_of(packing, moved)[0][0])
        slope = (losses[0] - losses[1]) / (2 * step)
        assert slope == pytest.approx(gradient[place], rel=0.06)


def printed_by(board, work, layout, variation, sign):
    """Print a board by the normals that a kernel drew."""
    columns = sum(layout.sizes[1:])
    firsts = np.cumsum([0, *layout.sizes[1:]])
    rows = np.cumsum([0, *(size + 1 for size in layout.sizes[:-1])])
    normals, values = sign * work.prints, np.array(board.nominal)
    entries, activations = k.ENTRY_NORMALS * columns, k.PTANH_NORMALS * columns
    r = variation.resistor
    for each in board.resistors:
        row = normals[entries + firsts[each.layer] + each.column]
        values[each.place] *= np.exp(r * row[each.row])
    both = np.hypot(r, variation.size)
    for cell in board.cells:
        at = cell.places
        if cell.role == "activation":
            row = normals[activations + firsts[cell.layer] + cell.column]
            for number, name in enumerate(("1", "2")):
                values[at[f"W{name}"]] *= np.exp(both * row[number])
                values[at[f"T{name}.Vt"]] -= variation.vt * row[2 + number]
        else:
            row = normals[k.NEGATION_NORMALS * columns + rows[cell.layer] + cell.row]
            factors = {"R1": r * row[0], "R2": r * row[1], "R5": r * row[2]}
            factors |= {"W": variation.size * row[3], "R3": r * np.sqrt(2) * row[4]}
            for name, exponent in factors.items():
                values[at[name]] *= np.exp(exponent)
            (threshold,) = (place for name, place in at.items() if name.endswith(".Vt"))
            values[threshold] -= variation.vt * row[5]
    return values


@pytest.mark.parametrize("layout", [*LAYOUTS[:1], ORIGINAL], ids=str)
def test_where_a_print_deviates_little_its_outputs_move_as_in_the_exact_solve(technology, layout):
    design = sample_design(layout.inputs, layout.hidden, layout.outputs, layout.crossbar)
    network = LoadedNetwork(layout, technology, torch.float64)
    theta = [each.theta.T.ravel() for each in design.layers]
    flat = network.initial((0,)).numpy().astype(np.float32)
    flat[0, : network.theta_parameters] = np.concatenate(theta)
    variation = Variation(0.01, width=0.01, vt=1e-3)
    parts = samples_of(layout, 0, (20, 32))

    def outputs(packing):
        work = epoch_of(packing, flat)[2]
        first = work.ints[a.DATA, a.VOLTS]
        return work.tiles[first : first + layout.outputs, : len(parts[1][1])].T.copy(), work

    drawn, work = outputs(LoadedPacking(layout, technology, parts))
    varied, work = outputs(LoadedPacking(layout, technology, parts, variation))
    # the circuits that training starts from
    layers = []
    for layer in design.layers:
        cells = {}
        for role, cell in (("activation", 0), ("negation", 1)):
            row = work.ints[a.SMALL, a.CELLS] + cell * a.CELL_ROWS + a.OMEGA
            names = layer.cell(role).omega
            omega = {name: float(work.small[row, at]) for at, name in enumerate(names)}
            cells[role] = replace(layer.cell(role), omega=omega)
        layers.append(replace(layer, **cells))
    design = replace(design, layers=tuple(layers))
    board = Board.of(design, technology)
    solver = PrintSolver(board, technology, layout)
    # the last print that a state is judged by is the second one of its pair
    printed = printed_by(board, work, layout, variation, -1)
    exact = solver.solve(printed, parts[1][0])[0]
    moved = exact - solver.solve(np.array(board.nominal), parts[1][0])[0]
    assert np.abs(moved).max() > 0.005
    error = np.sqrt(np.mean((varied - drawn - moved) ** 2)) / np.sqrt(np.mean(moved**2))
    assert error < 0.1


def test_a_family_for_prints_has_its_bits_on_any_threads_and_after_an_interruption(models):
    iris = load_data("iris", models.technology)
    schedule = Schedule(max_epochs=24, starts=2, start_epochs=6)
    plan = FamilyPlan(Layout(4, (3,), 3), (0.1, 0.5), (0, 1), schedule)
    plan = with_model(plan, "loaded", models.technology, "technology")

    def training(threads):
        return CompiledTraining(plan, iris, models.technology, models.surrogates, threads=threads)

    first, second, third = training(1), training(2), training(1)
    next(first.run(report_every=0.002))
    third.restore(first.state())
    families = []
    for each in (first, second, third):
        for _ in each.run():
            pass
        families.append(each.family())
    assert families[0].design(1).variation.named
    for other in families[1:]:
        for one, two in zip(families[0].theta, other.theta, strict=True):
            np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(families[0].valid_loss, other.valid_loss)
    # it begins as the training of the design as drawn does, and ends elsewhere
    drawn = replace(plan, variation=None)
    for _ in (other := CompiledTraining(drawn, iris, models.technology, models.surrogates)).run():
        pass
    assert not np.array_equal(other.family().theta[0], families[0].theta[0])
    first = schedule.drawn_epochs
    curves, as_drawn = families[0].history, other.family().history
    assert first == 3
    np.testing.assert_array_equal(curves.loss[:first], as_drawn.loss[:first])
    assert (curves.loss[first] != as_drawn.loss[first]).any()


def test_what_knows_no_prints_refuses_to_train_for_them(models):
    plan = FamilyPlan(Layout(4, (3,), 3), (0.1,), (0,))
    with pytest.raises(UsageError, match="with the model loaded, or without it"):
        with_model(plan, "ideal", models.technology, 0.1)
    iris = load_data("iris", models.technology)
    plan = with_model(plan, "loaded", models.technology, 0.1)
    with pytest.raises(UsageError, match="--device cpu"):
        FamilyTraining(plan, iris, models.technology, models.surrogates)
