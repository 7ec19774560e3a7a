"""What the sweeps of a study say together: a table of all designs, and the front of their fronts.

Points are means over the seeds of an alpha. What is on a front, and which layout is named, is
chosen by validation samples; what is told of it is the accuracy on test samples.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.dataset import SPLITS
from pnn_studio.domain.family import Family
from pnn_studio.domain.pareto import KEPT_ACCURACY, pareto_front, seed_means
from pnn_studio.domain.run import FINISHED
from pnn_studio.domain.study import Cell
from pnn_studio.domain.units import format_percent, format_si

Array = NDArray[np.float64]

COLUMNS = (
    *("sweep", "data", "layout", "crossbar", "circuits", "model", "technology", "variation"),
    *("alpha", "seed", "status", "epochs"),
    *(f"accuracy_{split}" for split in SPLITS),
    *("power_w", "on_front"),
)
_STATUS = ("unfinished", "finished", "diverged")


@dataclass(frozen=True, eq=False)
class SweepOfStudy:
    """A sweep of a study, and what came of it so far."""

    cell: Cell
    family: Family

    @property
    def title(self) -> str:
        """What sets it apart from others of the same data and model."""
        return self.cell.title

    @property
    def name(self) -> str:
        """The same with the inputs and outputs of its data."""
        _, *more = self.title.split(" ", 1)
        return " ".join((str(self.family.plan.layout), *more))


@dataclass(frozen=True)
class Point:
    """The designs of one alpha of a sweep.

    Attributes
    ----------
    sweep : int
        Which of the group.
    alpha : float
        Their weight of power.
    power : float
        Mean power in watt.
    seen, accuracy : float
        Mean accuracy on validation samples, by which it was chosen, and on test samples.
    """

    sweep: int
    alpha: float
    power: float
    seen: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class Group:
    """All sweeps of the same data, model and technology, whose designs may be compared.

    Attributes
    ----------
    title : str
        What they have in common.
    sweeps : tuple of SweepOfStudy
        In the order of the study.
    points : tuple of Point
        The means of all their alphas, sweep by sweep.
    front : tuple of int
        The points that no other one beats, by ascending power.
    """

    title: str
    sweeps: tuple[SweepOfStudy, ...]
    points: tuple[Point, ...]
    front: tuple[int, ...]

    @property
    def frugal(self) -> Point | None:
        """The point of least power that keeps 95 % of the best accuracy of all on validation."""
        best = max((each.seen for each in self.points), default=0.0)
        good = [each for each in self.points if each.seen >= KEPT_ACCURACY * best]
        return min(good, key=lambda each: (each.power, each.sweep, each.alpha), default=None)

    def front_of(self, sweep: int) -> list[Point]:
        """Return the points of one sweep that no other of it beats, by ascending power."""
        own = [each for each in self.points if each.sweep == sweep]
        return [own[index] for index in _front(own)]


def _front(points: Sequence[Point]) -> tuple[int, ...]:
    power = np.array([each.power for each in points])
    return tuple(pareto_front(power, np.array([each.seen for each in points])).tolist())


def groups_of(sweeps: Iterable[SweepOfStudy]) -> tuple[Group, ...]:
    """Put sweeps side by side whose designs may be compared."""
    found: dict[str, list[SweepOfStudy]] = {}
    for each in sweeps:
        cell, technology = each.cell, each.family.technology
        found.setdefault(f"{cell.data.title}, {cell.model}, {technology}", []).append(each)
    return tuple(_group(title, members) for title, members in found.items())


def _group(title: str, sweeps: list[SweepOfStudy]) -> Group:
    points = [
        Point(number, *values)
        for number, each in enumerate(sweeps)
        for values in _means(each.family)
    ]
    return Group(title, tuple(sweeps), tuple(points), _front(points))


def _means(family: Family) -> Iterator[tuple[float, float, float, float]]:
    """Yield alpha, power and both accuracies of each alpha whose seeds have all ended."""
    ended = np.flatnonzero(family.status == FINISHED)
    if not len(ended):
        return
    part = family.part(ended.tolist())
    alphas, seen, power = seed_means(part, "valid")
    accuracy = seed_means(part, "test")[1]
    for row in zip(alphas, power, seen, accuracy, strict=True):
        alpha, watts, valid, test = map(float, row)
        yield alpha, watts, valid, test


def rows(groups: Sequence[Group]) -> Iterator[tuple[str | float, ...]]:
    """Yield a row for each design, as `COLUMNS` names its cells."""
    for group in groups:
        chosen = {(group.points[each].sweep, group.points[each].alpha) for each in group.front}
        for number, sweep in enumerate(group.sweeps):
            cell, family = sweep.cell, sweep.family
            layout = family.plan.layout
            for index in range(family.plan.designs):
                alpha = family.plan.alphas[index]
                yield (
                    f"{cell.name}.npz",
                    cell.data.title,
                    "-".join(map(str, layout.sizes)),
                    layout.crossbar,
                    layout.sharing,
                    cell.model,
                    family.technology,
                    str(cell.variation or ""),
                    alpha,
                    float(family.plan.seeds[index]),
                    _STATUS[family.status[index]],
                    float(family.epochs[index]),
                    *map(float, family.accuracy[index]),
                    float(family.total_power[index]),
                    float((number, alpha) in chosen),
                )


def answer_words(group: Group) -> str:
    """Say which layout to draw, in a sentence."""
    point = group.frugal
    if point is None:
        return f"{group.title}: nothing is trained yet."
    sweep = group.sweeps[point.sweep]
    return (
        f"{group.title}: draw {sweep.name}. It keeps 95 % of the best accuracy at the least "
        f"power, {format_si(point.power, 'W')} at alpha {point.alpha:.3g}, with "
        f"{format_percent(point.accuracy)} of the test samples right."
    )
