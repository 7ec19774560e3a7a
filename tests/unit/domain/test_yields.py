import numpy as np
import pytest

from pnn_studio.domain.yields import Limit, Yield
from pnn_studio.errors import UsageError


def some_prints(rng, prints, samples):
    """Draw which answers are right, of prints and as drawn: margins that prints shift together."""
    margin, spread = rng.normal(2.0, 1.0, samples), rng.normal(0.0, 0.5, (3, samples))
    spread[0] += 1
    shifts = rng.normal(0.0, 0.8, (prints, 3)) @ spread
    return margin + shifts > 0, margin > 0


def test_the_interval_covers_the_true_yield_in_95_percent_of_repetitions():
    rng, limit = np.random.default_rng(5), Limit(0.95)
    # the true value: the mean over far more test sets than are repeated
    shares = [Yield(*some_prints(rng, 100, 40), limit).share for _ in range(2000)]
    true = float(np.mean(shares))
    covered = 0
    for _ in range(1000):
        low, high = Yield(*some_prints(rng, 100, 40), limit).interval
        covered += low <= true <= high
    assert 930 <= covered <= 970
    # prints alone say too little: a run knows its test samples, and no others
    low, high = Yield(*some_prints(rng, 100, 40), limit).interval_of_prints
    assert high - low < 0.5 * 4 * float(np.std(shares))


def test_a_print_keeps_95_percent_where_it_has_so_many_of_the_right_answers():
    as_drawn = np.array([True] * 20 + [False] * 5)
    right = np.zeros((3, 25), bool)
    right[0, :19], right[1, :18], right[2, 3:22] = True, True, True
    found = Yield(right, as_drawn, Limit(0.95))
    assert (found.nominal, found.least, found.least_count) == (0.8, pytest.approx(0.76), 19)
    assert found.kept.tolist() == [True, False, True]
    assert (found.worst, found.median, found.accuracy(1)) == (1, 0, 18 / 25)
    assert found.histogram[[18, 19]].tolist() == [1, 2]
    assert Yield(right, as_drawn, Limit(0.0, 0.76)).kept.tolist() == [True, False, True]


def test_a_limit_that_says_nothing_is_refused():
    for share, accuracy in ((0.0, 0.0), (1.2, 0.0), (0.0, 1.01)):
        with pytest.raises(UsageError):
            Limit(share, accuracy)
    with pytest.raises(UsageError):
        Yield(np.zeros((0, 4), bool), np.ones(4, bool), Limit())


def test_a_yield_of_all_prints_is_not_said_to_be_certain():
    found = Yield(np.ones((50, 30), bool), np.ones(30, bool), Limit())
    assert found.share == 1
    assert found.interval[1] == 1
    assert 0.9 < found.interval[0] < 0.95
