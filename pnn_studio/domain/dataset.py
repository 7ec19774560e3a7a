"""Data as the network sees it: voltages, classes and a split."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.importing import DETECT, ImportOptions, InputColumn
from pnn_studio.domain.units import count_of, format_percent
from pnn_studio.errors import DatasetError, UsageError

Split = Literal["train", "valid", "test"]
SPLITS: tuple[Split, ...] = ("train", "valid", "test")

# key -> title; the data sets that ship or come with scikit-learn
SHIPPED_DATASETS: Mapping[str, str] = {
    "iris": "Iris",
    "wine": "Wine",
    "breast-cancer": "Breast cancer",
    "balance-scale": "Balance scale",
    "tic-tac-toe": "Tic-tac-toe",
}


@dataclass(frozen=True)
class DataReference:
    """Where a data set comes from, enough to load the same one again.

    Attributes
    ----------
    source : str
        Key of a shipped data set, or the path of a table.
    label : str or None
        Label column that was asked for.
    split_seed : int
        Seed of the stratified split, where the file brings none.
    fingerprint : str
        SHA-256 over voltages, classes and split: says whether it is still the same data.
    options : ImportOptions
        What was chosen at the import of a file.
    columns : tuple of InputColumn
        How the columns of a file became inputs, found out by loading it. Empty where every input is
        the column of numbers of its name.
    """

    source: str
    label: str | None = None
    split_seed: int = 0
    fingerprint: str = ""
    options: ImportOptions = DETECT
    columns: tuple[InputColumn, ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether the data come from a file rather than with the program."""
        return self.source not in SHIPPED_DATASETS

    @property
    def title(self) -> str:
        """What people call it: its title, or a file's name without the suffix."""
        return SHIPPED_DATASETS.get(self.source, PurePath(self.source).stem)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples as input voltages.

    Attributes
    ----------
    reference : DataReference
        Where it comes from.
    title : str
        What people call it.
    input_names, class_names : tuple of str
        Names of columns and classes.
    voltages : array, shape (samples, inputs)
        Inputs in volt, inside the technology's input range.
    classes : int array, shape (samples,)
        Index into `class_names`.
    split : int8 array, shape (samples,)
        0 train, 1 valid, 2 test.
    low, high : arrays, shape (inputs,)
        Raw values that became the ends of the input range (equal to them where nothing was scaled).
    volts : tuple of two floats
        Ends of the input range that the voltages were scaled to, in volt.
    clipped : int
        Number of values outside `low`..`high` that were clipped.
    dropped : int
        Number of rows of the file that were left out for a value that is missing or cannot be read,
        or for their class.
    """

    reference: DataReference
    title: str
    input_names: tuple[str, ...]
    class_names: tuple[str, ...]
    voltages: NDArray[np.float64]
    classes: NDArray[np.int64]
    split: NDArray[np.int8]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    volts: tuple[float, float] = (0.0, 1.0)
    clipped: int = 0
    dropped: int = 0

    def __post_init__(self) -> None:
        """Make the arrays read-only and refuse data that cannot be learned from."""
        for array in (self.voltages, self.classes, self.split, self.low, self.high):
            array.setflags(write=False)
        if len(self.class_names) < 2:  # noqa: PLR2004 - a decision needs two classes
            raise DatasetError(f"{self.title} has one class only; at least two are needed.")
        for index, split in enumerate(SPLITS):
            if not np.any(self.split == index):
                raise DatasetError(f"{self.title} has no {split} samples; at least one is needed.")

    def part(self, split: Split) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return voltages (samples, inputs) and classes (samples,) of one split."""
        chosen = self.split == SPLITS.index(split)
        return self.voltages[chosen], self.classes[chosen]

    def check_test_sample(self, sample: int) -> None:
        """Refuse the number of a sample that the test split has not.

        Raises
        ------
        UsageError
            With those that there are.
        """
        count = len(self.part("test")[0])
        if not 0 <= sample < count:
            raise UsageError(f"There is no sample {sample}; the test split has 0 to {count - 1}.")

    def check_unchanged(self, trained_on: DataReference) -> None:
        """Refuse to be taken for the data that a design was trained on.

        Raises
        ------
        DatasetError
            Where they were others.
        """
        if self.reference.fingerprint != trained_on.fingerprint:
            raise DatasetError(
                "The data have changed since the design was trained on them; "
                "restore them or train it again."
            )

    @property
    def clipped_words(self) -> str:
        """Say how many values lie outside the scale, and where; empty where none does.

        The scale spans the training samples unless limits were chosen.
        """
        if not self.clipped:
            return ""
        where = "" if self.reference.options.limits else " of validation and test samples"
        share = self.clipped / self.voltages.size
        return (
            f"{count_of(self.clipped, 'value')}{where} clipped to the scale "
            f"({format_percent(share)} of all)"
        )

    @property
    def class_counts(self) -> NDArray[np.int64]:
        """Samples of each class in each split, shape (classes, 3)."""
        found = np.zeros((len(self.class_names), len(SPLITS)), dtype=np.int64)
        np.add.at(found, (self.classes, self.split), 1)
        return found

    @property
    def counts(self) -> dict[Split, int]:
        """Samples in each split."""
        return {split: int(np.sum(self.split == index)) for index, split in enumerate(SPLITS)}
