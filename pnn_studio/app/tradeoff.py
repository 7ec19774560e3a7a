"""What the trade-off shows of a session: a pure value, made anew whenever a family comes."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.choice import Pin, design_of
from pnn_studio.app.session import Session
from pnn_studio.domain.dataset import SPLITS, Dataset, Split
from pnn_studio.domain.family import Family
from pnn_studio.domain.pareto import Best95, best95, best_within, pareto_front, seed_means
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cloud:
    """All designs that did not diverge.

    Attributes
    ----------
    designs : int array, shape (points,)
        Index of each in its family.
    alpha, power, accuracy : arrays, shape (points,)
        Weight of power, watt on the test split, share on the chosen split.
    spread : array, shape (points,)
        Accuracy as it is drawn: equal ones are spread by seed over a quarter of a sample either
        way.
    improving : bool array, shape (points,)
        Whether it still trains.
    """

    designs: NDArray[np.int64]
    alpha: Array
    power: Array
    accuracy: Array
    spread: Array
    improving: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tradeoff:
    """Everything that is drawn.

    Attributes
    ----------
    family : Family
        What it is of.
    split : str
        Whose accuracy is meant.
    cloud : Cloud
        The designs.
    means : array, shape (alphas, 3)
        Alpha, mean power, mean accuracy over the seeds of each alpha.
    front : int array, shape (front,)
        Places in the cloud by ascending power; while some train, of those that are finished.
    best95 : Best95 or None
        The 95 % point of the means on that split.
    samples : int
        Samples of the split; 0 where the data are not at hand.
    training : bool
        Whether some designs still improve.
    """

    family: Family
    split: Split
    cloud: Cloud
    means: Array
    front: NDArray[np.int64]
    best95: Best95 | None
    samples: int
    training: bool

    def place_of(self, design: int | None) -> int | None:
        """Return the place of a design in the cloud; None where it diverged."""
        if design is None:
            return None
        at = np.flatnonzero(self.cloud.designs == design)
        return int(at[0]) if len(at) else None


@dataclass(frozen=True)
class LimitAnswer:
    """What a power limit means for a family.

    Attributes
    ----------
    limit : float
        Watt.
    within, designs : int
        Designs within the limit, and in all.
    over : float
        By how many watt the current design is over it; 0 or less where it is within.
    best : int or None
        Design of the best accuracy within it; None where there is none.
    least : float
        Least power of any design in watt.
    """

    limit: float
    within: int
    designs: int
    over: float
    best: int | None
    least: float


@dataclass(frozen=True)
class PinnedRow:
    """A row of the table of pinned designs; powers in watt.

    Attributes
    ----------
    letter : str
        ``A`` to ``C``, empty for the current design.
    design, alpha, seed
        Which one it is.
    accuracy : float
        On the chosen split.
    power, crossbar, negation, activation : float
        Watt.
    negations, most_negations : int
        Negation circuits, and how many there could be.
    to_current : float
        Power over that of the current design, less one; nan for the current one.
    """

    letter: str
    design: int
    alpha: float
    seed: int
    accuracy: float
    power: float
    crossbar: float
    negation: float
    activation: float
    negations: int
    most_negations: int
    to_current: float


def tradeoff(family: Family, split: Split, dataset: Dataset | None = None) -> Tradeoff:
    """Work out what the trade-off of a family looks like.

    Parameters
    ----------
    family : Family
        Trained so far.
    split : {"test", "valid", "train"}
        Whose accuracy stands at the left.
    dataset : Dataset, optional
        Gives the number of samples of the split.
    """
    designs = np.flatnonzero(family.status != DIVERGED)
    accuracy = family.accuracy[designs, SPLITS.index(split)]
    power = family.total_power[designs]
    samples = dataset.counts[split] if dataset else 0
    improving = family.status[designs] == IMPROVING
    usable = family.status[designs] == FINISHED if np.any(~improving) else improving
    masked = np.where(usable, power, np.nan)
    alphas, mean_accuracy, mean_power = seed_means(family, split)
    cloud = Cloud(
        designs,
        np.asarray(family.plan.alphas)[designs],
        power,
        accuracy,
        accuracy + _spread(family, designs, samples),
        improving,
    )
    return Tradeoff(
        family,
        split,
        cloud,
        np.stack([alphas, mean_power, mean_accuracy], axis=1),
        pareto_front(masked, accuracy),
        best95(alphas, mean_accuracy, mean_power),
        samples,
        bool(improving.any()),
    )


def _spread(family: Family, designs: NDArray[np.int64], samples: int) -> Array:
    """Return what sets designs of equal accuracy apart: by seed, within a quarter of a sample."""
    seeds = np.asarray(family.plan.seeds)
    known, rank = np.unique(seeds, return_inverse=True)
    if not samples or len(known) == 1:
        return np.zeros(len(designs))
    share = rank[designs] / (len(known) - 1) - 0.5
    return np.asarray(share * 0.5 / samples)


def limit_answer(view: Tradeoff, limit: float, current: int | None) -> LimitAnswer:
    """Say what a power limit of `limit` watt means for the designs in `view`."""
    cloud = view.cloud
    best = best_within(cloud.power, cloud.accuracy, limit)
    power = view.family.total_power[current] if current is not None else np.nan
    return LimitAnswer(
        limit,
        int((cloud.power <= limit).sum()),
        len(cloud.designs),
        float(power - limit),
        None if best is None else int(cloud.designs[best]),
        float(cloud.power.min(initial=np.inf)),
    )


def most_negations(family: Family) -> int:
    """Count the negation circuits that the layout could have: one for each row or resistor."""
    shapes = family.plan.layout.shapes
    if family.plan.layout.crossbar == "modified":
        return sum(rows - 1 for rows, _ in shapes)
    return sum((rows - 1) * columns for rows, columns in shapes)


def count_negations(family: Family, design: int) -> int:
    """Count the negation circuits of one design without building it."""
    negated = [theta[design, :-1] < 0 for theta in family.theta]  # the ground row needs none
    if family.plan.layout.crossbar == "modified":
        return int(sum(each.any(axis=1).sum() for each in negated))
    return int(sum(each.sum() for each in negated))


def _row(family: Family, split: Split, letter: str, design: int, current: int | None) -> PinnedRow:
    crossbar, activation, negation = (float(each) for each in family.power[design])
    total = crossbar + activation + negation
    reference = float(family.total_power[current]) if current is not None else np.nan
    return PinnedRow(
        letter,
        design,
        family.plan.alphas[design],
        family.plan.seeds[design],
        float(family.accuracy[design, SPLITS.index(split)]),
        total,
        crossbar,
        negation,
        activation,
        count_negations(family, design),
        most_negations(family),
        total / reference - 1 if letter else np.nan,
    )


def pinned_rows(
    family: Family, split: Split, pins: tuple[Pin, ...], current: int | None
) -> tuple[PinnedRow, ...]:
    """Compare the current design (first) with the pinned ones that this family has."""
    rows = [] if current is None else [_row(family, split, "", current, current)]
    for letter, pin in zip("ABC", pins, strict=False):
        design = design_of(family, pin)
        if design is not None:
            rows.append(_row(family, split, letter, design, current))
    return tuple(rows)


def table_text(rows: tuple[PinnedRow, ...], split: Split) -> str:
    """Write pinned designs as tab-separated values with units in the head, for a spreadsheet."""
    head = (
        "design", "alpha", "seed", f"accuracy_{split}", "power_w", "crossbar_w", "negation_w",
        "activation_w", "negations", "most_negations", "power_to_current",
    )  # fmt: skip
    lines = [
        (
            row.letter or "current",
            f"{row.alpha:g}",
            str(row.seed),
            *(
                f"{value:.6g}"
                for value in (row.accuracy, row.power, row.crossbar, row.negation, row.activation)
            ),
            str(row.negations),
            str(row.most_negations),
            "" if np.isnan(row.to_current) else f"{row.to_current:.4g}",
        )
        for row in rows
    ]
    return "\n".join("\t".join(line) for line in (head, *lines)) + "\n"


def choose(session: Session, design: int) -> None:
    """Make `design` of the latest run the one that the window shows: its alpha and its seed."""
    run = session.run
    if run is not None and run.family is not None:
        alpha, seed = run.family.plan.alphas[design], run.family.plan.seeds[design]
        session.edit(replace(session.settings, alpha=alpha, seed=seed))
