"""Simulate a design whole in ngspice."""

from collections.abc import Callable
from dataclasses import replace

from pnn_studio.circuit.check import verify
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification

CHECK_TIMEOUT_S = 120.0


def in_crossbar(design: TrainedDesign, crossbar: Crossbar | None) -> TrainedDesign:
    """Return the same printed weights and circuits in another crossbar structure; None: its own.

    Its metrics stay those that training measured in the design's own structure.
    """
    if crossbar is None:
        return design
    return replace(design, layout=replace(design.layout, crossbar=crossbar))


def check_design(
    design: TrainedDesign,
    technology: Technology,
    dataset: Dataset,
    *,
    timeout_s: float = CHECK_TIMEOUT_S,
    cancelled: Callable[[], bool] | None = None,
    samples: Callable[[int], None] | None = None,
    simulator: str = "",
) -> Verification:
    """Simulate a design whole in ngspice over its test split; see `verify`."""
    return verify(
        design,
        technology,
        dataset,
        timeout_s=timeout_s,
        cancelled=cancelled,
        samples=samples,
        simulator=simulator,
    )
