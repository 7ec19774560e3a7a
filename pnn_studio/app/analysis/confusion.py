"""Right and wrong answers of model and ngspice, class by class."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.verification import Verification


@dataclass(frozen=True, eq=False)
class Confusion:
    """How often each class was answered with each class.

    Attributes
    ----------
    counts : int array, shape (classes, classes)
        Rows are the right class, columns the answer.
    """

    counts: NDArray[np.int64]

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return float(np.trace(self.counts) / max(self.counts.sum(), 1))

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of each answer among the samples of its class, shape (classes, classes)."""
        totals = self.counts.sum(axis=1, keepdims=True)
        return np.asarray(self.counts / np.maximum(totals, 1))

    @property
    def recalls(self) -> NDArray[np.float64]:
        """Share of right answers in each class, shape (classes,); nan for one without samples."""
        totals = self.counts.sum(axis=1).astype(float)
        return np.asarray(np.diagonal(self.counts) / np.where(totals > 0, totals, np.nan))

    @property
    def balanced_accuracy(self) -> float:
        """Mean of the recalls of the classes that have samples, however many each has.

        Brodersen et al., "The balanced accuracy and its posterior distribution", ICPR 2010.
        """
        recalls = self.recalls
        return float(np.mean(recalls[np.isfinite(recalls)])) if self.counts.any() else 0.0


def confusion(truth: NDArray[np.int64], outputs: NDArray[np.float64]) -> Confusion:
    """Count answers, the class of the highest output, shape (samples, classes), by right class."""
    classes = outputs.shape[1]
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (truth, outputs.argmax(axis=1)), 1)
    return Confusion(counts)


def confusions(verification: Verification) -> tuple[Confusion, Confusion]:
    """Count the answers of the model and those of ngspice over the checked samples."""
    return (
        confusion(verification.classes, verification.model_outputs),
        confusion(verification.classes, verification.spice_outputs),
    )
