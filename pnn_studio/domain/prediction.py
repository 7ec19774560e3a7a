"""What a design answers to new rows."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Predictions:
    """Outputs of the ideal model for rows of a file.

    Attributes
    ----------
    title : str
        Name of the file.
    lines : tuple of int
        Line of each row in it.
    class_names : tuple of str
        As in the design.
    outputs : array, shape (rows, classes)
        In volt.
    threshold : float
        T in volt: what an output must reach to be measured as the answer.
    clipped : int
        Number of input values outside the range of the training data.
    """

    title: str
    lines: tuple[int, ...]
    class_names: tuple[str, ...]
    outputs: NDArray[np.float64]
    threshold: float
    clipped: int

    @cached_property
    def classes(self) -> NDArray[np.int64]:
        """Index of the largest output, shape (rows,)."""
        return np.asarray(self.outputs.argmax(axis=1), dtype=np.int64)

    @cached_property
    def measurable(self) -> NDArray[np.bool_]:
        """Whether the largest output reaches T and all others are at most 0, shape (rows,)."""
        ordered = np.sort(self.outputs, axis=1)
        return (ordered[:, -1] >= self.threshold) & (ordered[:, -2] <= 0)
