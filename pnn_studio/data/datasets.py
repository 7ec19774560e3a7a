"""Data sets: those that ship, and files, as input voltages with a split."""

import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pnn_studio.data.class_counts import LEAST_OF_A_CLASS, RareClass, thin_classes
from pnn_studio.data.column_reader import in_order
from pnn_studio.data.importing import Imported, examine, summarise
from pnn_studio.data.text_table import Follow
from pnn_studio.domain.dataset import SHIPPED_DATASETS, SPLITS, DataReference, Dataset
from pnn_studio.domain.importing import ImportOptions, InputColumn, Preview, Problem
from pnn_studio.domain.layout import MAX_NEURONS
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import DatasetError

# the inputs and their raw values, once it is known which rows are for training
_Values = Callable[[NDArray[np.bool_]], tuple[tuple[InputColumn, ...], NDArray[np.float64]]]


@dataclass(frozen=True, eq=False)
class _Raw:
    """Values as they stand in the source, before scaling and splitting."""

    title: str
    values: _Values
    labels: tuple[str, ...]
    split: NDArray[np.int8] | None = None
    dropped: int = 0


def load_dataset(
    reference: DataReference, technology: Technology, follow: Follow | None = None
) -> Dataset:
    """Load a data set as input voltages.

    Inputs whose training values already lie in the technology's input range stay; others are scaled
    so that the training split spans the range, or by the limits that were chosen. What then lies
    outside is clipped and counted.

    Parameters
    ----------
    reference : DataReference
        Key of a shipped data set or path of a file, and what was chosen at its import; its
        fingerprint and columns are not looked at.
    technology : Technology
        Gives the input range in volt.
    follow : callable, optional
        Told the share of a file that is read.

    Raises
    ------
    DatasetError
        Naming the file, the line, the column and the reason.
    """
    if reference.is_file:
        return _prepare(_from_file(examine(reference, follow)), reference, technology)
    options = reference.options
    general = ImportOptions(
        scaling=options.scaling,
        limits=options.limits,
        ratio=options.ratio,
        stratified=options.stratified,
    )
    if reference.label is not None or options != general:
        raise DatasetError(
            f"The data set {reference.source} brings its classes with it; label, columns and how a "
            "file is read are chosen for files only."
        )
    return _prepare(_SHIPPED[reference.source](), reference, technology)


def preview_dataset(
    reference: DataReference, technology: Technology, follow: Follow | None = None
) -> Preview:
    """Tell how a file is read, what is in it, and everything that stands in the way.

    Parameters
    ----------
    reference, technology, follow
        As in `load_dataset`.

    Raises
    ------
    DatasetError
        Where there is nothing to look at: no file, no rows, no such columns.
    """
    if not reference.is_file:
        raise DatasetError(
            f"The data set {reference.source} comes with the program; there is nothing to choose."
        )
    imported = examine(reference, follow)
    problems = imported.problems
    if any(problem.blocking for problem in problems):
        return summarise(imported, problems)
    try:
        dataset = _prepare(_from_file(imported), reference, technology)
    except DatasetError as error:
        what = str(error).removeprefix(f"{imported.table.title}: ").removesuffix(".")
        rare = error.classes if isinstance(error, RareClass) else ()
        helps = error.helps if isinstance(error, RareClass) else ()
        problem = Problem(0, "", what, helps=helps, classes=rare)
        return summarise(imported, (problem, *problems))
    thin = thin_classes(dataset, by_column=imported.split() is not None)
    preview = summarise(imported, (*thin, *problems))
    parts = tuple((int(a), int(b), int(c)) for a, b, c in dataset.class_counts)
    return replace(
        preview,
        parts=parts[: len(preview.classes)],
        clipped=dataset.clipped,
        clipped_words=dataset.clipped_words,
    )


def _from_file(imported: Imported) -> _Raw:
    imported.check()
    labels, dropped = imported.labels(), imported.dropped
    return _Raw(imported.table.title, imported.values, labels, imported.split(), dropped)


def _prepare(raw: _Raw, reference: DataReference, technology: Technology) -> Dataset:
    names, classes = _classes(raw)
    split = raw.split if raw.split is not None else _split(raw, names, classes, reference)
    columns, values = raw.values(split == 0)
    voltages, low, high, clipped = _scale(
        columns, values, split == 0, technology, reference.options
    )
    digest = hashlib.sha256()
    for array in (voltages, classes, split):
        digest.update(np.ascontiguousarray(array).tobytes())
    plain = all(column == InputColumn(column.name) for column in columns)
    return Dataset(
        reference=replace(
            reference, fingerprint=digest.hexdigest(), columns=() if plain else columns
        ),
        title=raw.title,
        input_names=tuple(name for column in columns for name in column.inputs),
        class_names=names,
        voltages=voltages,
        classes=classes,
        split=split,
        low=low,
        high=high,
        volts=(technology.input_low, technology.input_high),
        clipped=clipped,
        dropped=raw.dropped,
    )


def _classes(raw: _Raw) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Class names in order (numbers by value, texts by letter) and the index of each sample."""
    names = in_order(raw.labels)
    if len(names) < 2:  # noqa: PLR2004 - a decision needs two classes
        raise DatasetError(
            f"{raw.title} has one class only, {names[0]!r:.40}; at least two are needed."
        )
    if len(names) > MAX_NEURONS:
        raise DatasetError(
            f"{raw.title} has {len(names)} classes; at most {MAX_NEURONS} are possible. "
            "Is the label column the right one? Choose it with --label."
        )
    index = {name: number for number, name in enumerate(names)}
    return names, np.array([index[label] for label in raw.labels], dtype=np.int64)


def _split(
    raw: _Raw, names: Sequence[str], classes: NDArray[np.int64], reference: DataReference
) -> NDArray[np.int8]:
    """Split at random, by default 60/20/20 with every class in every part."""
    options, counts = reference.options, np.bincount(classes)
    if options.stratified and counts.min() < LEAST_OF_A_CLASS:
        raise RareClass(raw.title, names, counts)
    train, valid, test = options.ratio
    everyone, seed = np.arange(len(classes)), reference.split_seed
    by_class = classes if options.stratified else None
    # scikit-learn takes a second to load: a training on data that are at hand does without
    from sklearn.model_selection import train_test_split

    try:
        _, rest = train_test_split(
            everyone,
            test_size=(valid + test) / (train + valid + test),
            stratify=by_class,
            random_state=seed,
        )
        in_valid, in_test = train_test_split(
            rest,
            test_size=test / (valid + test),
            stratify=None if by_class is None else by_class[rest],
            random_state=seed,
        )
    except ValueError as error:  # a part would get nothing, or less than one sample of a class
        raise DatasetError(
            f"{raw.title}: {len(classes)} samples cannot be split {train:g}/{valid:g}/{test:g}; "
            "add samples, or choose another ratio (--ratio)."
        ) from error
    split = np.zeros(len(classes), dtype=np.int8)
    split[in_valid], split[in_test] = SPLITS.index("valid"), SPLITS.index("test")
    return split


def _scale(
    columns: Sequence[InputColumn],
    values: NDArray[np.float64],
    train: NDArray[np.bool_],
    technology: Technology,
    options: ImportOptions,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], int]:
    """Voltages, the raw values at the ends of the input range, and how many values were clipped."""
    bottom, top = technology.input_low, technology.input_high
    # without a training split, which is told of once there is a data set
    rows = train if train.any() else np.ones_like(train)
    low, high = values[rows].min(axis=0), values[rows].max(axis=0)
    inside = (low >= bottom) & (high <= top) & (options.scaling == "fit")
    # a constant column carries nothing: any span maps it to the lower end
    high = np.where(high > low, high, low + np.maximum(1.0, np.abs(low)))
    low, high = np.where(inside, bottom, low), np.where(inside, top, high)
    given = {limits.column: limits for limits in options.limits}
    unknown = set(given) - {"", *(column.name for column in columns)}
    if unknown:
        raise DatasetError(f"There is no input {min(unknown)!r:.40} to scale by limits.")
    place = 0
    for column in columns:
        limits = given.get(column.name, given.get("") if column.coding == "number" else None)
        if limits is not None:
            low[place : place + len(column.inputs)] = limits.low
            high[place : place + len(column.inputs)] = limits.high
        place += len(column.inputs)
    voltages, clipped = to_volts(values, low, high, technology)
    return voltages, low, high, clipped


def to_volts(
    values: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    technology: Technology,
) -> tuple[NDArray[np.float64], int]:
    """Scale raw values to input voltages.

    Parameters
    ----------
    values : array, shape (rows, inputs)
        Raw values.
    low, high : arrays, shape (inputs,)
        What becomes the ends of the input range; what lies outside is clipped.
    technology : Technology
        Gives the input range in volt.

    Returns
    -------
    voltages : array, shape (rows, inputs)
        In volt.
    clipped : int
        Number of values outside.
    """
    bottom, top = technology.input_low, technology.input_high
    voltages = bottom + (values - low) / (high - low) * (top - bottom)
    # counted on the raw values: rounding alone takes some voltages past the end of the range
    clipped = int(np.sum((values < low) | (values > high)))
    return np.clip(voltages, bottom, top), clipped


# --- data sets that ship ---------------------------------------------------------------------


def _numbers(
    title: str, names: Sequence[str], values: NDArray[np.float64], labels: tuple[str, ...]
) -> _Raw:
    columns = tuple(InputColumn(name) for name in names)
    return _Raw(title, lambda _: (columns, values), labels)


def _from_sklearn(key: str) -> _Raw:
    # as above: only what reads these data waits for scikit-learn
    from sklearn import datasets as shipped

    loads = {
        "iris": shipped.load_iris,
        "wine": shipped.load_wine,
        "breast-cancer": shipped.load_breast_cancer,
    }
    bunch = loads[key]()
    values = np.asarray(bunch["data"], dtype=float)
    names = np.asarray(bunch["target_names"])[np.asarray(bunch["target"])]
    inputs = [str(name).removesuffix(" (cm)") for name in np.asarray(bunch["feature_names"])]
    title, labels = SHIPPED_DATASETS[key], tuple(str(name) for name in names)
    return _numbers(title, inputs, values, labels)


def _balance_scale() -> _Raw:
    """Every scale with weights and distances of 1..5: which side goes down."""
    rows = np.array(list(itertools.product(range(1, 6), repeat=4)), dtype=float)
    torque = rows[:, 0] * rows[:, 1] - rows[:, 2] * rows[:, 3]
    labels = tuple(("right", "balanced", "left")[int(sign) + 1] for sign in np.sign(torque))
    names = ("left weight", "left distance", "right weight", "right distance")
    return _numbers(SHIPPED_DATASETS["balance-scale"], names, rows, labels)


def _tic_tac_toe() -> _Raw:
    """Every board at the end of a game that x began: whether x has won.

    x is 1 V, a free field 0.5 V, o is 0 V.
    """
    x, free, o = 1.0, 0.5, 0.0
    lines = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]
    boards: dict[tuple[float, ...], bool] = {}
    seen: set[tuple[float, ...]] = set()

    def play(board: tuple[float, ...], player: float) -> None:
        if board in seen:
            return
        seen.add(board)
        won = any(all(board[field] == 1.0 - player for field in line) for line in lines)
        if won or free not in board:
            boards[board] = won and player == o
            return
        for field, mark in enumerate(board):
            if mark == free:
                play((*board[:field], player, *board[field + 1 :]), 1.0 - player)

    play((free,) * 9, x)
    rows = sorted(boards)
    names = tuple(
        f"{row} {column}"
        for row in ("top", "middle", "bottom")
        for column in ("left", "centre", "right")
    )
    labels = tuple("x wins" if boards[row] else "x does not win" for row in rows)
    return _numbers(SHIPPED_DATASETS["tic-tac-toe"], names, np.array(rows), labels)


_SHIPPED: Mapping[str, Callable[[], _Raw]] = {
    "iris": partial(_from_sklearn, "iris"),
    "wine": partial(_from_sklearn, "wine"),
    "breast-cancer": partial(_from_sklearn, "breast-cancer"),
    "balance-scale": _balance_scale,
    "tic-tac-toe": _tic_tac_toe,
}
