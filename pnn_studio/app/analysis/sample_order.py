"""In which order samples are looked at: the wrong answers first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class Answers:
    """What a design answers over the test split.

    Attributes
    ----------
    truth, answer : int arrays, shape (samples,)
        Right class, and the one of the largest output.
    order : int array, shape (samples,)
        Wrong answers first, each kind in the order of the data.
    """

    truth: NDArray[np.int64]
    answer: NDArray[np.int64]
    order: NDArray[np.int64]

    @property
    def wrong(self) -> int:
        """Number of wrong answers."""
        return int((self.truth != self.answer).sum())

    def next_to(self, sample: int, by: int) -> int:
        """Return the sample `by` steps from `sample` in the order, round and round."""
        at = int(np.flatnonzero(self.order == sample)[0])
        return int(self.order[(at + by) % len(self.order)])


def answers(dataset: Dataset, evaluation: Evaluation) -> Answers:
    """Compare the outputs of a design with the classes of the test split."""
    truth = dataset.part("test")[1]
    answer = evaluation.outputs.argmax(axis=1)
    return Answers(truth, answer, np.argsort(truth == answer, kind="stable"))
