"""A training of which some designs are known: they are taken as they are, the others trained.

A design depends on its own part of the plan and on the data alone, so one that the same engine has
trained in another family is what it would be in this one, bit for bit.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.engine import Engine
from pnn_studio.domain.family import Family, merge_families
from pnn_studio.domain.run import IMPROVING, EpochRecord, FamilyPlan, check_grid, merge_records
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.training import Training
from pnn_studio.errors import ProjectFileError, UsageError
from pnn_studio.storage.sweep_file import pack_sweep, unpack_sweep
from pnn_studio.training.identity import compiled_engine

# the known designs among the arrays of a checkpoint, as the bytes of sweep files, and their lengths
_KNOWN, _LENGTHS = "known", "known_lengths"
_NOTHING = np.zeros(0, np.uint8)


def known_of(
    plan: FamilyPlan,
    family: Family,
    dataset: Dataset,
    technology: Technology,
    engine: Engine | None = None,
) -> dict[int, int]:
    """Find the designs of a plan that a family has as they would be trained here.

    Or where `engine` trains, if that is elsewhere.

    Returns
    -------
    dict of int to int
        Index in the plan to index in the family.
    """
    if not (plan.is_like(family.plan) and printed_alike(family, dataset, technology)):
        return {}
    if family.engine != (engine or compiled_engine()):
        return {}
    there = {
        aim: index
        for index, aim in enumerate(family.plan.aims)
        if family.status[index] != IMPROVING
    }
    return {index: there[aim] for index, aim in enumerate(plan.aims) if aim in there}


def printed_alike(family: Family, dataset: Dataset, technology: Technology) -> bool:
    """Whether a family was trained on these data, for this technology and its largest resistor."""
    its = (family.data.fingerprint, family.technology_fingerprint, family.g_min)
    return its == (dataset.reference.fingerprint, technology.fingerprint, technology.g_min)


def extended_plan(family: Family, alphas: int | None, seeds: int | None) -> FamilyPlan:
    """Plan what a family has and more of its kind.

    Parameters
    ----------
    family : Family
        What there is.
    alphas, seeds : int or None
        As for `FamilyPlan.grid`; None: those of the family.

    Raises
    ------
    UsageError
        Where there would be too many designs, or the family is one of power limits.
    """
    plan = family.plan
    if plan.limits is not None:
        raise UsageError(
            "A sweep of power limits cannot be extended: its limits follow from its seeds. "
            "Leave out --extend."
        )
    grid = FamilyPlan.grid(plan.layout, alphas or 1, seeds or 1)
    values = sorted(set(plan.alphas) | set(grid.alphas if alphas else ()))
    numbers = sorted(set(plan.seeds) | set(grid.seeds if seeds else ()))
    check_grid(len(values), len(numbers))
    return plan.over(values, numbers)


def check_extendable(
    family: Family, dataset: Dataset, technology: Technology, engine: Engine | None = None
) -> None:
    """Refuse to extend a family whose new designs, trained here or by `engine`, would be others.

    Raises
    ------
    UsageError
        Saying what is another.
    """
    if family.data.fingerprint != dataset.reference.fingerprint:
        raise UsageError(
            f"The sweep was trained on other data ({family.data.source}) or with other choices of "
            "the import. Give the data that it was trained on, or leave out --extend."
        )
    if not printed_alike(family, dataset, technology):
        raise UsageError(
            f"The sweep was trained for {family.technology} as it was then, or for another largest "
            "resistor. Give that with --technology and --largest-r, or leave out --extend."
        )
    here = engine or compiled_engine()
    if family.engine != here:
        its = "an engine that it does not name" if family.engine is None else str(family.engine)
        raise UsageError(
            f"The sweep was trained by {its}, and here trains {here}: the same design would end "
            "with other bits. Leave out --extend to train all of them here."
        )


def known_state(sweeps: Sequence[bytes]) -> dict[str, NDArray[Any]]:
    """Keep known designs, each sweep file some of them, as `known_in` reads them."""
    if not sweeps:
        return {}
    lengths = np.array([len(each) for each in sweeps], np.int64)
    return {_KNOWN: np.frombuffer(b"".join(sweeps), np.uint8), _LENGTHS: lengths}


def known_in(state: dict[str, NDArray[Any]], checkpoint: Path) -> Family | None:
    """Take the known designs out of a checkpoint; None where all are trained.

    Raises
    ------
    ProjectFileError
        Where they are none.
    """
    content = state.pop(_KNOWN, None)
    lengths = state.pop(_LENGTHS, None)
    if content is None:
        return None
    ends = np.cumsum([content.size] if lengths is None else lengths).tolist()
    starts = [0, *ends[:-1]]
    if ends[-1] != content.size or any(
        end <= start for start, end in zip(starts, ends, strict=True)
    ):
        raise ProjectFileError(f"{checkpoint} is damaged: its sweeps do not fit.")
    families = [
        unpack_sweep(content[start:end].tobytes(), checkpoint)
        for start, end in zip(starts, ends, strict=True)
    ]
    first, *others = families
    if not others:
        return first
    return _joined(families)


def _joined(families: Sequence[Family]) -> Family:
    """Make one family of parts of one plan, in their order; time is that of all.

    Raises
    ------
    ProjectFileError
        Where they are of different plans.
    """
    first = families[0]
    if any(not each.plan.is_like(first.plan) for each in families):
        raise ProjectFileError("The checkpoint does not fit this training: its plans differ.")
    aims = [aim for family in families for aim in family.plan.aims]
    limits = tuple(limit for _, limit, _ in aims)
    plan = replace(
        first.plan,
        alphas=tuple(alpha for alpha, _, _ in aims),
        seeds=tuple(seed for _, _, seed in aims),
        limits=None if first.plan.limits is None else limits,
    )
    ends = np.cumsum([each.plan.designs for each in families]).tolist()
    parts = [
        (range(end - each.plan.designs, end), each)
        for end, each in zip(ends, families, strict=True)
    ]
    merged = merge_families(plan, parts)
    return replace(merged, seconds=sum(each.seconds for each in families))


class GrownTraining:
    """Trains the designs of a plan that are not known, and tells of all.

    Parameters
    ----------
    plan : FamilyPlan
        All designs.
    family : Family
        Has those that are known.
    found : mapping of int to int
        Which these are, by `known_of`.
    begin : callable
        Makes what trains a plan: that of the others, where there are any.
    """

    def __init__(
        self,
        plan: FamilyPlan,
        family: Family,
        found: Mapping[int, int],
        begin: Callable[[FamilyPlan], Training],
    ) -> None:
        self._plan, self._known = plan, family.part([*found.values()])
        self._designs = [*found]
        self._others = [each for each in range(plan.designs) if each not in found]
        self._training = begin(plan.part(self._others)) if self._others else None
        self._content = pack_sweep(self._known)

    @property
    def chunks(self) -> int:
        """How many parts are trained one after the other, for want of memory."""
        return 1 if self._training is None else self._training.chunks

    def run(self, report_every: float = 0.05) -> Iterator[EpochRecord]:
        """Train to the end, yielding how all stand; time and work are those of the others."""
        first = last_record(self._known)
        if self._training is None:
            yield merge_records(self._plan.designs, [(self._designs, first)])
            return
        for record in self._training.run(report_every):
            parts = [(self._designs, first), (self._others, record)]
            yield replace(merge_records(self._plan.designs, parts), progress=record.progress)

    def family(self) -> Family:
        """Return all designs, the others as good as they are so far."""
        parts = [(self._designs, self._known)]
        if self._training is not None:
            parts.append((self._others, self._training.family()))
        merged = merge_families(self._plan, parts)
        return replace(merged, seconds=sum(family.seconds for _, family in parts))

    def state(self) -> dict[str, NDArray[Any]]:
        """Return all that it takes to go on."""
        state = {} if self._training is None else self._training.state()
        content, lengths = state.pop(_KNOWN, _NOTHING), state.pop(_LENGTHS, _NOTHING)
        first = known_state([self._content])
        return state | {
            _KNOWN: np.concatenate([first[_KNOWN], content]).astype(np.uint8),
            _LENGTHS: np.concatenate([first[_LENGTHS], lengths]).astype(np.int64),
        }

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what `state` returned, without the known designs: see `known_in`.

        Raises
        ------
        ProjectFileError
            Where it is not such a state.
        """
        if self._training is not None and state:  # who trains elsewhere keeps known designs alone
            self._training.restore(state)
        elif state:
            raise ProjectFileError("The checkpoint does not fit this training: all is known.")


def last_record(family: Family) -> EpochRecord:
    """Return how designs stood at their end; they take no more time and work."""
    history = family.history
    loss, accuracy = history.loss[-1].astype(float), history.accuracy[-1].astype(float)
    return EpochRecord(
        epoch=int(family.epochs.max()),
        seconds=0.0,
        design_epochs=0,
        train_loss=loss[:, 0],
        valid_loss=loss[:, 1],
        train_accuracy=accuracy[:, 0],
        valid_accuracy=accuracy[:, 1],
        power=history.power[-1].astype(float),
        status=family.status.copy(),
        progress=1.0,
        epochs=family.epochs.copy(),
    )
