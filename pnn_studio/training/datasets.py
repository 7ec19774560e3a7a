"""Data sets: those that ship, and CSV files, as input voltages with a split."""

import csv
import hashlib
import io
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn import datasets as shipped
from sklearn.model_selection import train_test_split

from pnn_studio.domain.dataset import SHIPPED_DATASETS, SPLITS, DataReference, Dataset
from pnn_studio.domain.layout import MAX_INPUTS, MAX_NEURONS
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import DatasetError

_LABEL_NAMES = ("label", "class", "target")
_SPLIT_NAMES = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "val": "valid",
    "validation": "valid",
    "test": "test",
}
_LEAST_OF_A_CLASS = 5
_MAX_BYTES = 256 << 20
_LARGEST = 1e100  # beyond it differences and squares overflow


@dataclass(frozen=True, eq=False)
class _Raw:
    """Values as they stand in the source, before scaling and splitting."""

    title: str
    input_names: tuple[str, ...]
    values: NDArray[np.float64]
    labels: tuple[str, ...]
    split: NDArray[np.int8] | None


def load_dataset(reference: DataReference, technology: Technology) -> Dataset:
    """Load a data set as input voltages.

    Inputs whose training values already lie in the technology's input range stay; others are scaled
    so that the training split spans the range. What then lies outside is clipped and counted.

    Parameters
    ----------
    reference : DataReference
        Key of a shipped data set or path of a CSV file; its fingerprint is not looked at.
    technology : Technology
        Gives the input range in volt.

    Raises
    ------
    DatasetError
        Naming the file, the line, the column and the reason.
    """
    if reference.source in SHIPPED_DATASETS:
        if reference.label is not None:
            raise DatasetError(
                f"The data set {reference.source} brings its classes with it; a label column is "
                "chosen in CSV files only."
            )
        raw = _SHIPPED[reference.source]()
    else:
        raw = _read_csv(Path(reference.source), reference.label)
    names, classes = _classes(raw)
    split = raw.split if raw.split is not None else _stratified(raw, names, classes, reference)
    voltages, low, high, clipped = _scale(raw.values, split == 0, technology)
    digest = hashlib.sha256()
    for array in (voltages, classes, split):
        digest.update(np.ascontiguousarray(array).tobytes())
    return Dataset(
        reference=replace(reference, fingerprint=digest.hexdigest()),
        title=raw.title,
        input_names=raw.input_names,
        class_names=names,
        voltages=voltages,
        classes=classes,
        split=split,
        low=low,
        high=high,
        clipped=clipped,
    )


def _classes(raw: _Raw) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Class names in order (numbers by value, texts by letter) and the index of each sample."""
    names = sorted(set(raw.labels))
    values = {name: _float(name) for name in names}
    if all(map(math.isfinite, values.values())):
        names.sort(key=values.__getitem__)
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
    return tuple(names), np.array([index[label] for label in raw.labels], dtype=np.int64)


def _stratified(
    raw: _Raw, names: Sequence[str], classes: NDArray[np.int64], reference: DataReference
) -> NDArray[np.int8]:
    """Split 60/20/20 with every class in every part."""
    counts = np.bincount(classes)
    if counts.min() < _LEAST_OF_A_CLASS:
        rare = int(counts.argmin())
        raise DatasetError(
            f"{raw.title}: class {names[rare]!r:.40} has {counts[rare]} samples, a stratified "
            "split needs "
            f"{_LEAST_OF_A_CLASS}; add samples or a column 'split' with train, valid and test."
        )
    everyone = np.arange(len(classes))
    _, rest = train_test_split(
        everyone, test_size=0.4, stratify=classes, random_state=reference.split_seed
    )
    valid, test = train_test_split(
        rest, test_size=0.5, stratify=classes[rest], random_state=reference.split_seed
    )
    split = np.zeros(len(classes), dtype=np.int8)
    split[valid], split[test] = SPLITS.index("valid"), SPLITS.index("test")
    return split


def _scale(
    values: NDArray[np.float64], train: NDArray[np.bool_], technology: Technology
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], int]:
    """Voltages, the raw values at the ends of the input range, and how many values were clipped."""
    bottom, top = technology.input_low, technology.input_high
    low, high = values[train].min(axis=0), values[train].max(axis=0)
    inside = (low >= bottom) & (high <= top)
    # a constant column carries nothing: any span maps it to the lower end
    high = np.where(high > low, high, low + np.maximum(1.0, np.abs(low)))
    low, high = np.where(inside, bottom, low), np.where(inside, top, high)
    voltages = bottom + (values - low) / (high - low) * (top - bottom)
    # counted on the raw values: rounding alone takes some voltages past the end of the range
    clipped = int(np.sum((values < low) | (values > high)))
    return np.clip(voltages, bottom, top), low, high, clipped


# --- CSV -------------------------------------------------------------------------------------


def _read_csv(path: Path, label: str | None) -> _Raw:
    rows = _rows(path)
    header = [name.strip() for name in rows[0][1]]
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise DatasetError(f"{path.name}, line 1: the column {twice!r:.40} stands there twice.")
    split_column = next((i for i, name in enumerate(header) if name.lower() == "split"), None)
    label_column = _label_column(path, header, label, split_column)
    inputs = [i for i in range(len(header)) if i not in (label_column, split_column)]
    if not inputs:
        raise DatasetError(
            f"{path.name} has no input column beside the label {header[label_column]!r:.40}."
        )
    if len(inputs) > MAX_INPUTS:
        raise DatasetError(
            f"{path.name} has {len(inputs)} input columns; at most {MAX_INPUTS} are possible."
        )
    values = np.empty((len(rows) - 1, len(inputs)))
    labels: list[str] = []
    split = np.zeros(len(rows) - 1, dtype=np.int8)
    for number, (line, cells) in enumerate(rows[1:]):
        if len(cells) != len(header):
            raise DatasetError(
                f"{path.name}, line {line}: {len(cells)} values, but the header names "
                f"{len(header)} columns."
            )
        for position, column in enumerate(inputs):
            values[number, position] = _number(path, line, header[column], cells[column])
        labels.append(cells[label_column].strip())
        if not labels[-1]:
            raise DatasetError(
                f"{path.name}, line {line}, column {header[label_column]}: the label is missing."
            )
        if split_column is not None:
            name = cells[split_column].strip().lower()
            if name not in _SPLIT_NAMES:
                raise DatasetError(
                    f"{path.name}, line {line}, column split: {name!r:.40} is not train, valid or "
                    "test."
                )
            split[number] = SPLITS.index(_SPLIT_NAMES[name])
    names = tuple(header[column] for column in inputs)
    return _Raw(path.name, names, values, tuple(labels), None if split_column is None else split)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Line number and cells of every line that is not empty, the header first."""
    try:
        if path.exists() and not path.is_file():
            raise DatasetError(f"{path} is not a file; give a CSV file.")
        if path.stat().st_size > _MAX_BYTES:
            raise DatasetError(f"{path} is larger than {_MAX_BYTES >> 20} MiB; thin it out first.")
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise DatasetError(
            f"{path}: the data cannot be read, {error.strerror}. Data sets that ship: "
            f"{', '.join(SHIPPED_DATASETS)}."
        ) from error
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"{path.name} is not UTF-8 text (byte {error.start}); save it as UTF-8."
        ) from error
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise DatasetError(f"{path.name}, line {reader.line_num}: {error}.") from error
    if len(rows) < 2:  # noqa: PLR2004 - a header and a sample
        raise DatasetError(
            f"{path.name} is empty: a header line and one line for each sample are needed."
        )
    return rows


def _label_column(
    path: Path, header: Sequence[str], label: str | None, split_column: int | None
) -> int:
    if label is not None:
        if label not in header:
            raise DatasetError(
                f"{path.name} has no column {label!r:.40}; its columns are "
                f"{', '.join(header):.200}."
            )
        return header.index(label)
    small = [name.lower() for name in header]
    for name in _LABEL_NAMES:
        if name in small:
            return small.index(name)
    return max(i for i in range(len(header)) if i != split_column)


def _float(text: str) -> float:
    """Read a number; nan where it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _number(path: Path, line: int, column: str, cell: str) -> float:
    value = _float(cell)
    if not abs(value) < _LARGEST:
        what = f"{cell.strip()!r:.40} is not a number" if cell.strip() else "the value is missing"
        if abs(value) >= _LARGEST:
            what = f"{cell.strip()!r:.40} is too large"
        raise DatasetError(f"{path.name}, line {line}, column {column:.40}: {what}.")
    return value


# --- data sets that ship ---------------------------------------------------------------------


def _from_sklearn(load: Callable[[], Mapping[str, object]], title: str) -> _Raw:
    bunch = load()
    values = np.asarray(bunch["data"], dtype=float)
    names = np.asarray(bunch["target_names"])[np.asarray(bunch["target"])]
    inputs = [str(name).removesuffix(" (cm)") for name in np.asarray(bunch["feature_names"])]
    return _Raw(title, tuple(inputs), values, tuple(str(name) for name in names), None)


def _balance_scale() -> _Raw:
    """Every scale with weights and distances of 1..5: which side goes down."""
    rows = np.array(list(itertools.product(range(1, 6), repeat=4)), dtype=float)
    torque = rows[:, 0] * rows[:, 1] - rows[:, 2] * rows[:, 3]
    labels = tuple(("right", "balanced", "left")[int(sign) + 1] for sign in np.sign(torque))
    names = ("left weight", "left distance", "right weight", "right distance")
    return _Raw(SHIPPED_DATASETS["balance-scale"], names, rows, labels, None)


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
    return _Raw(SHIPPED_DATASETS["tic-tac-toe"], names, np.array(rows), labels, None)


_SHIPPED: Mapping[str, Callable[[], _Raw]] = {
    "iris": lambda: _from_sklearn(shipped.load_iris, SHIPPED_DATASETS["iris"]),
    "wine": lambda: _from_sklearn(shipped.load_wine, SHIPPED_DATASETS["wine"]),
    "breast-cancer": lambda: _from_sklearn(
        shipped.load_breast_cancer, SHIPPED_DATASETS["breast-cancer"]
    ),
    "balance-scale": _balance_scale,
    "tic-tac-toe": _tic_tac_toe,
}
