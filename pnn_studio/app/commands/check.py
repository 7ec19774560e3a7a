"""Simulate a design whole in ngspice."""

from collections.abc import Callable
from dataclasses import replace

from pnn_studio.app.commands.own_data import data_of, technology_of
from pnn_studio.circuit.check import verify
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.export_subject import ExportSubject
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


def checked_subject(subject: ExportSubject) -> ExportSubject:
    """Check the design that is exported, where that is not known already.

    Raises
    ------
    PnnError
        Where its data cannot be read, or it cannot be simulated.
    """
    if subject.verification is not None:
        return subject
    design, technology = subject.design, technology_of(subject.design, subject.technology)
    dataset = subject.data or data_of(design, technology)
    found = check_design(design, technology, dataset)
    index = subject.index
    checks = subject.checks if index is None else (*subject.checks, (index, found))
    by_index = tuple(sorted(checks, key=lambda each: each[0]))
    return replace(subject, verification=found, checks=by_index, data=dataset)
