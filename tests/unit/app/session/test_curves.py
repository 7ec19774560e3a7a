"""The curve buffer keeps what was recorded, bounded in memory."""

import numpy as np

from pnn_studio.app.session.curves import Curves
from pnn_studio.domain.run import DIVERGED, IMPROVING, EpochRecord


def record(epoch: int, designs: int = 3) -> EpochRecord:
    values = epoch + np.arange(designs) / 10
    status = np.full(designs, IMPROVING, np.int8)
    power = np.stack([values, values + 1, values + 2], axis=1)
    return EpochRecord(
        epoch, 0.0, 0, values, values + 3, values + 4, values + 5, power, status, 0.5,
        np.full(designs, epoch),
    )  # fmt: skip


def test_curves_give_back_every_record_of_a_short_run():
    curves = Curves(3)
    for epoch in range(700):
        curves.append(record(epoch))
    design = curves.design(2)
    assert np.array_equal(design.epochs, np.arange(700))
    assert np.allclose(design.train_loss, np.arange(700) + 0.2)
    assert np.allclose(design.valid_accuracy, np.arange(700) + 5.2)
    assert np.allclose(design.power[:, 2], np.arange(700) + 2.2)
    assert np.allclose(curves.median.valid_loss, np.arange(700) + 3.1)


def test_a_long_run_is_thinned_out_evenly_and_ends_with_the_newest_record():
    curves = Curves(3)
    for epoch in range(20_001):
        curves.append(record(epoch))
    epochs = curves.design(0).epochs
    assert len(epochs) <= 2048
    assert epochs[-1] == 20_000
    assert len(set(np.diff(epochs[:-1]))) == 1
    assert np.allclose(curves.design(1).train_loss, epochs + 0.1)


def test_a_run_that_is_over_keeps_its_shape_and_its_end_in_a_fraction_of_the_memory():
    curves = Curves(3)
    for epoch in range(1999):
        curves.append(record(epoch))
    whole = curves.design(1)
    curves.settle()
    design = curves.design(1)
    assert 128 <= len(design.epochs) <= 257
    assert (design.epochs[0], design.epochs[-1]) == (0, 1998)
    kept = np.searchsorted(whole.epochs, design.epochs)
    assert np.array_equal(design.power, whole.power[kept])
    assert np.allclose(curves.median.valid_loss, design.epochs + 3.1)
    assert curves._values.base is None
    assert len(curves._values) == len(design.epochs)


def test_a_run_that_ended_at_once_settles_as_it_is():
    curves = Curves(3)
    curves.settle()
    assert len(curves) == 0
    curves.append(record(0))
    curves.settle()
    curves.append(record(7))
    assert curves.design(0).epochs.tolist() == [0, 7]


def test_a_diverged_design_does_not_move_the_median():
    curves = Curves(3)
    one = record(5)
    one.train_loss[1] = np.nan
    one.status[1] = DIVERGED
    curves.append(one)
    assert np.isclose(curves.median.train_loss[0], 5.1)


def test_a_design_that_has_not_begun_does_not_hide_the_median():
    curves = Curves(3)
    one = record(5)
    one.valid_loss[2] = np.nan
    curves.append(one)
    assert np.isclose(curves.median.train_loss[0], 5.05)


def test_a_family_of_20000_designs_stays_within_its_memory():
    curves = Curves(20_000)
    for epoch in range(600):
        curves.append(record(epoch, 20_000))
    assert len(curves) <= 128


def test_the_curves_of_a_design_that_is_done_end_where_it_ended():
    curves = Curves(3)
    for epoch in range(0, 1000, 20):
        one = record(epoch)
        one.epochs[0] = min(epoch, 130)
        curves.append(one)
    assert curves.design(0).epochs[-1] == 130
    assert curves.design(1).epochs[-1] == 980


def test_a_design_that_began_later_has_a_clock_of_its_own():
    curves = Curves(2)
    for epoch in range(0, 400, 10):
        one = record(epoch, 2)
        one.epochs[1] = max(0, epoch - 200)
        if epoch < 200:
            one.epochs[1] = 0
            for values in (one.train_loss, one.valid_loss, one.train_accuracy, one.valid_accuracy):
                values[1] = np.nan
        curves.append(one)
    assert curves.design(1).epochs.tolist() == list(range(10, 200, 10))
    assert curves.design(0).epochs[-1] == 390
    # and it does not bend the median back before it has caught up
    assert np.isclose(curves.median.train_loss[25], 250.0)


def test_a_training_that_goes_on_from_an_earlier_state_takes_its_curves_back():
    undisturbed, resumed = Curves(3), Curves(3)
    for epoch in range(5000):
        undisturbed.append(record(epoch))
    for epoch in (*range(4000), *range(2500, 5000)):
        resumed.append(record(epoch))
    epochs = resumed.design(0).epochs
    assert (np.diff(epochs) > 0).all()
    assert epochs[-1] == 4999
    assert set(undisturbed.design(0).epochs[:-1]) >= set(epochs[epochs < 2000])
    assert np.allclose(resumed.design(1).train_loss, epochs + 0.1)


def test_a_training_that_begins_anew_takes_its_curves_back_to_the_start():
    curves = Curves(3)
    for epoch in (*range(100), *range(3)):
        curves.append(record(epoch))
    assert curves.design(0).epochs.tolist() == [0, 1, 2]
