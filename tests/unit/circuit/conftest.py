from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.technology import Technology, load_technology


@pytest.fixture(scope="session")
def technology() -> Technology:
    return load_technology("negt")


@pytest.fixture
def dataset_of() -> Callable[[TrainedDesign, NDArray[np.float64]], Dataset]:
    """Make the data of a design with the given test voltages."""

    def make(design: TrainedDesign, test: NDArray[np.float64]) -> Dataset:
        voltages = np.concatenate([np.zeros((2, test.shape[1])), test])
        return Dataset(
            reference=design.data,
            title="Hand-made",
            input_names=design.input_names,
            class_names=design.class_names,
            voltages=voltages,
            classes=np.arange(len(voltages)) % len(design.class_names),
            split=np.array([0, 1] + [2] * len(test), dtype=np.int8),
            low=np.zeros(test.shape[1]),
            high=np.ones(test.shape[1]),
        )

    return make
