from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.analysis.family_grid import FamilyGrid
from pnn_studio.app.session.curves import Curves, density
from pnn_studio.domain.run import DIVERGED, FINISHED
from tests.support.runs import sample_record, small_plan


def test_every_design_has_one_cell_at_its_alpha_and_seed():
    plan = small_plan(5, 3)
    grid = FamilyGrid.of(plan, sample_record(plan, 10))
    assert grid.designs.shape == (3, 5)
    assert sorted(grid.designs.ravel()) == list(range(15))
    for design in range(15):
        row, column = grid.cell_of(design)
        assert grid.goals[column] == plan.alphas[design]
        assert grid.seeds[row] == plan.seeds[design]


def test_a_family_of_power_limits_has_a_column_for_each_limit():
    limits = tuple(limit for limit in (None, 3e-3, 1e-3) for _ in range(2))
    plan = replace(small_plan(), alphas=(0.0,) * 6, limits=limits)
    grid = FamilyGrid.of(plan, sample_record(plan, 10))
    assert grid.designs.tolist() == [[4, 2, 0], [5, 3, 1]]
    assert grid.axis == "limit"
    assert [grid.mark(column) for column in range(3)] == ["1.00 mW", "3.00 mW", "no limit"]
    assert [grid.short_name(column) for column in range(3)] == ["1.0 mW", "3.0 mW", "no limit"]
    assert [grid.weight(column) for column in range(3)] == [1, 0.5, 0]
    assert grid.describe(2).startswith("limit 3.00 mW, seed 0: ")


def test_a_design_is_described_by_where_it_is_and_how_it_stands():
    plan = small_plan()
    record = sample_record(plan, 40)
    status = record.status.copy()
    status[0], status[1] = FINISHED, DIVERGED
    accuracy = record.valid_accuracy.copy()
    accuracy[0], accuracy[3] = 0.968, np.nan
    grid = FamilyGrid.of(plan, replace(record, status=status, valid_accuracy=accuracy))
    watts = 1e3 * record.power[0].sum()
    assert grid.describe(0) == (
        f"α 0.00, seed 0: 96.8 % valid, {watts:.2f} mW, finished at epoch 40"
    )
    assert grid.describe(1) == "α 0.00, seed 1: diverged"
    assert grid.describe(3) == "α 0.50, seed 1: not begun"
    assert "still improving" in grid.describe(2)
    assert grid.counts == (1, 4, 1)
    assert np.isnan(grid.shares[[1, 3]]).all()
    assert np.nanmin(grid.shares) == 0
    assert np.nanmax(grid.shares) == 1


def test_a_picture_of_points_counts_each_of_them_once():
    rng = np.random.default_rng(0)
    x, y = rng.random((40, 25)), rng.random((40, 25))
    y[0, 0], x[1, 1], y[2, 2] = np.nan, 1.5, -0.2
    counts = density(x, y, (0.0, 1.0), (0.0, 1.0), (8, 5))
    inside = np.isfinite(y) & (x <= 1) & (y >= 0)
    by_hand, *_ = np.histogram2d(y[inside], x[inside], bins=(5, 8), range=((0, 1), (0, 1)))
    assert np.array_equal(counts, by_hand.astype(int))


@pytest.mark.parametrize("what", ["loss", "accuracy", "power"])
def test_a_cloud_has_the_values_of_every_design(what):
    plan = small_plan()
    curves = Curves(plan.designs)
    records = [sample_record(plan, epoch) for epoch in range(30)]
    for record in records:
        curves.append(record)
    epochs, values = curves.cloud(what, 10)
    assert epochs.shape == values.shape == (10, 6)
    whole = {
        "loss": [record.valid_loss for record in records],
        "accuracy": [record.valid_accuracy for record in records],
        "power": [record.power.sum(axis=1) for record in records],
    }[what]
    for at, row in zip(epochs[:, 0].astype(int), values, strict=True):
        assert row == pytest.approx(whole[at], rel=1e-5)
    assert epochs[-1, 0] == 29


def test_power_at_an_alpha_is_the_median_of_its_seeds():
    plan = small_plan(1, 3)
    curves = Curves(plan.designs)
    record = sample_record(plan, 5)
    curves.append(record)
    epochs, watts = curves.median_power((0, 1, 2), 10)
    assert epochs.tolist() == [5]
    assert watts[0] == pytest.approx(np.median(record.power.sum(axis=1)), rel=1e-5)
