"""The figure of a reproduction: front, and accuracy and power over alpha, as SVG."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pnn_studio.domain.family import Family
from pnn_studio.domain.pareto import best95, pareto_front, seed_means
from pnn_studio.domain.run import DIVERGED
from pnn_studio.storage.plot_style import (
    ALPHA,
    BLUE,
    INK,
    ORANGE,
    figure_of,
    file_of,
    paper_style,
)

_WIDTH_MM, _HEIGHT_MM = 181.0, 66.0


@dataclass(frozen=True, eq=False)
class Published:
    """What was published of one data set: arrays over alpha.

    Attributes
    ----------
    alphas, accuracy, accuracy_std : arrays
        Weight of power, mean and standard deviation of test accuracy over seeds.
    power, power_std : arrays
        The same of power in watt, in the authors' technology.
    """

    alphas: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    accuracy_std: NDArray[np.float64]
    power: NDArray[np.float64]
    power_std: NDArray[np.float64]


def tradeoff_svg(title: str, family: Family, original: Family, published: Published | None) -> str:
    """Draw a sweep beside the published one.

    Parameters
    ----------
    title : str
        Name of the data set.
    family, original : Family
        Sweeps over alpha with the modified and with the original crossbar.
    published : Published or None
        For comparison; powers are drawn relative to alpha 0, for the technologies differ.
    """
    with paper_style():
        figure = figure_of(_WIDTH_MM, _HEIGHT_MM)
        front, accuracy, power = figure.subplots(1, 3)
        figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
        _draw_front(figure, front, family)
        _draw_over_alpha(accuracy, power, family, original, published)
        return file_of(figure, "svg").decode()


def _draw_front(figure: Figure, axes: Axes, family: Family) -> None:
    usable = family.status != DIVERGED
    milliwatts, shares = family.total_power[usable] * 1e3, family.test_accuracy[usable] * 100
    alphas, mean_accuracy, mean_power = seed_means(family)
    axes.scatter(
        milliwatts,
        shares,
        c=family.goals[usable],
        s=5,
        alpha=0.35,
        linewidths=0,
        norm=ALPHA,
        cmap="viridis",
    )
    means = axes.scatter(
        mean_power * 1e3,
        mean_accuracy * 100,
        c=alphas,
        s=18,
        edgecolors="white",
        linewidths=0.5,
        label="mean of an alpha",
        norm=ALPHA,
        cmap="viridis",
    )
    on_front = pareto_front(mean_power, mean_accuracy)
    axes.step(
        mean_power[on_front] * 1e3,
        mean_accuracy[on_front] * 100,
        where="post",
        color=INK,
        label="front of the means",
    )
    best = best95(family)
    if best is not None:
        axes.plot(
            best.power * 1e3,
            best.accuracy * 100,
            "D",
            mfc="none",
            mec=INK,
            ms=8,
            label=f"95 % of alpha 0: {best.saving:.1f} times less",
        )
    axes.set(xlabel="power, mW", ylabel="test accuracy, %", xlim=(0, None))
    axes.legend(loc="lower right")
    bar = figure.colorbar(means, ax=axes, label="alpha", shrink=0.7)
    bar.ax.set_ylim(0.0, 1.0)


def _draw_over_alpha(
    accuracy: Axes, power: Axes, family: Family, original: Family, published: Published | None
) -> None:
    drawn = ((family, BLUE, "-", "modified crossbar"), (original, ORANGE, "--", "original"))
    for each, colour, dash, name in drawn:
        alphas, mean_accuracy, mean_power = seed_means(each)
        spread = _spread(each)
        accuracy.plot(alphas, mean_accuracy * 100, dash, color=colour, label=name)
        power.plot(alphas, mean_power / mean_power[0] * 100, dash, color=colour, label=name)
        if each is family:
            low, high = (mean_accuracy - spread[0]) * 100, (mean_accuracy + spread[0]) * 100
            accuracy.fill_between(
                alphas, low, np.minimum(high, 100), color=colour, alpha=0.15, lw=0
            )
            low, high = ((mean_power + sign * spread[1]) / mean_power[0] for sign in (-1, 1))
            power.fill_between(alphas, low * 100, high * 100, color=colour, alpha=0.15, lw=0)
    if published is not None:
        accuracy.plot(published.alphas, published.accuracy * 100, ":", color=INK, label="published")
        relative = published.power / published.power[0] * 100
        power.plot(published.alphas, relative, ":", color=INK, label="published")
    accuracy.set(xlabel="alpha", ylabel="test accuracy, %", ylim=(None, 100.5))
    power.set(xlabel="alpha", ylabel="power, % of alpha 0", ylim=(0, None))
    accuracy.legend(loc="lower left")


def _spread(family: Family) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return standard deviations of accuracy and power over the seeds of each alpha."""
    usable = family.status != DIVERGED
    goals = np.unique(family.goals)
    rows = [usable & (family.goals == goal) for goal in goals]
    values = (family.test_accuracy, family.total_power)
    accuracy, power = (np.array([np.std(each[row]) for row in rows]) for each in values)
    return accuracy, power
