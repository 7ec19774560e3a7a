"""Classes that have too few samples to be learned or judged, and what helps."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.dataset import SPLITS, Dataset
from pnn_studio.domain.importing import Help, Problem
from pnn_studio.domain.units import count_of
from pnn_studio.errors import DatasetError

LEAST_OF_A_CLASS = 5
_LEAST_CLASSES = 2
_NAMED = 6
_WORDS = {"train": "training", "valid": "validation", "test": "test"}
_LEAVE_OUT = "leave {} out (--leave-out-class)"


class RareClass(DatasetError):
    """Classes with too few samples for every part of a stratified split.

    Attributes
    ----------
    classes : tuple of str
        Which.
    helps : tuple of str
        What can be done about it with one click.
    """

    def __init__(self, title: str, names: Sequence[str], counts: NDArray[np.int64]) -> None:
        rare = np.flatnonzero(counts < LEAST_OF_A_CLASS)
        self.classes = tuple(names[at] for at in rare.tolist())
        can_go = len(names) - len(rare) >= _LEAST_CLASSES
        self.helps: tuple[Help, ...] = ("leave class out", "random") if can_go else ("random",)
        leave = f"{_leave_out(len(rare))}, " if can_go else ""
        super().__init__(
            f"{title}: {_counted(names, counts, rare)}, a stratified split needs "
            f"{LEAST_OF_A_CLASS}; {leave}add samples or a column 'split' with train, valid and "
            "test, or split without regard to classes (--no-stratified)."
        )


def thin_classes(dataset: Dataset, *, by_column: bool) -> tuple[Problem, ...]:
    """Tell of classes with fewer than 5 samples, and of those that are empty in a split.

    Parameters
    ----------
    dataset : Dataset
        As it would be imported.
    by_column : bool
        Whether a column of the file says how it is split.
    """
    names, parts = dataset.class_names, dataset.class_counts
    counts = parts.sum(axis=1)
    rare = np.flatnonzero(counts < LEAST_OF_A_CLASS)
    empty = np.flatnonzero((parts == 0).any(axis=1))
    problems = []
    if len(rare):
        what = f"{_counted(names, counts, rare)}, too few to learn and to judge by"
        problems.append(_to_leave_out(what, names, rare))
    if len(empty):
        what = _empty_words(names, parts, empty)
        if by_column or dataset.reference.options.stratified:
            problems.append(_to_leave_out(what, names, empty))
        else:
            problems.append(_to_stratify(what, names, rare))
    return tuple(problems)


def _to_leave_out(what: str, names: Sequence[str], which: NDArray[np.int64]) -> Problem:
    can_go = len(names) - len(which) >= _LEAST_CLASSES
    remedy = f"{_leave_out(len(which))}, or add samples" if can_go else "add samples"
    classes = tuple(names[at] for at in which)
    helps: tuple[Help, ...] = ("leave class out",) if can_go else ()
    return Problem(0, "", what, 1, remedy, blocking=False, helps=helps, classes=classes)


def _to_stratify(what: str, names: Sequence[str], rare: NDArray[np.int64]) -> Problem:
    """Offer a stratified split, for which the classes that are too rare have to go."""
    can_go = len(names) - len(rare) >= _LEAST_CLASSES
    remedy = "split by class (--stratified)" if can_go else "add samples"
    if can_go and len(rare):
        those = (
            f"class {names[int(rare[0])]!r:.40}" if len(rare) == 1 else "classes under 5 samples"
        )
        remedy += f" and leave out {those} (--leave-out-class)"
    classes = tuple(names[at] for at in rare)
    helps: tuple[Help, ...] = ("stratify",) if can_go else ()
    return Problem(0, "", what, 1, remedy, blocking=False, helps=helps, classes=classes)


def _empty_words(names: Sequence[str], parts: NDArray[np.int64], empty: NDArray[np.int64]) -> str:
    lacking = [f"{names[at]!r:.40} no {' and no '.join(_lacking(parts[at]))}"
               for at in empty[:_NAMED]]  # fmt: skip
    more = f", and so on for {len(empty) - _NAMED} more" if len(empty) > _NAMED else ""
    has = "class {} samples" if len(empty) == 1 else "classes {} samples"
    listed = ", ".join(lacking).replace(" no ", " has no ", 1)
    return f"after the split {has.format(listed)}{more}"


def _leave_out(classes: int) -> str:
    return _LEAVE_OUT.format("it" if classes == 1 else "them")


def _counted(names: Sequence[str], counts: NDArray[np.int64], which: NDArray[np.int64]) -> str:
    if len(which) == 1:
        at = int(which[0])
        return f"class {names[at]!r:.40} has {count_of(int(counts[at]), 'sample')}"
    listed = ", ".join(f"{names[at]!r:.40} {counts[at]}" for at in which[:_NAMED])
    more = f" and {len(which) - _NAMED} more" if len(which) > _NAMED else ""
    return f"classes have fewer than {LEAST_OF_A_CLASS} samples: {listed}{more}"


def _lacking(parts: NDArray[np.int64]) -> list[str]:
    return [_WORDS[split] for split, count in zip(SPLITS, parts, strict=True) if count == 0]
