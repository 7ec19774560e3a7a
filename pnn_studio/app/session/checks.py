"""What ngspice said of designs: each check is kept for exactly the design that it is of."""

from collections.abc import Mapping

import numpy as np

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import Evaluation
from pnn_studio.domain.family import Family
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.project import DesignCheck
from pnn_studio.domain.verification import Verification


class CheckResults:
    """The checks of a session, by design."""

    def __init__(self, saved: tuple[DesignCheck, ...] = ()) -> None:
        self._by_key = {each.design: each for each in saved}
        self._found: tuple[Family, Mapping[int, Verification]] | None = None

    @property
    def all(self) -> tuple[DesignCheck, ...]:
        """All of them."""
        return tuple(self._by_key.values())

    def take(self, design: TrainedDesign, verification: Verification) -> None:
        """Keep what was said of a design; what was said of it before is forgotten."""
        key, self._found = design.key, None
        self._by_key[key] = DesignCheck(
            key, design.data, design.layout, design.alpha, design.seed, verification
        )

    def of(self, design: TrainedDesign) -> Verification | None:
        """Return what was said of exactly this design."""
        checked = self._by_key.get(design.key)
        return checked.verification if checked else None

    def of_family(self, family: Family) -> Mapping[int, Verification]:
        """Find the designs of a family that were checked exactly as they are now, by index.

        The same value until another check comes: views ask at every move of the slider.
        """
        if self._found is None or self._found[0] is not family:
            self._found = family, self._find(family)
        return self._found[1]

    def _find(self, family: Family) -> Mapping[int, Verification]:
        alphas, seeds = np.asarray(family.plan.alphas), np.asarray(family.plan.seeds)
        found: dict[int, Verification] = {}
        for check in self._by_key.values():
            if check.layout != family.plan.layout or check.data != family.data:
                continue
            for index in np.flatnonzero((alphas == check.alpha) & (seeds == check.seed)):
                verification = self.of(family.design(int(index)))
                if verification is not None:
                    found[int(index)] = verification
        return found

    def changed_since(self, design: TrainedDesign) -> bool:
        """Whether the design of that layout, alpha and seed was checked, but is another one now."""
        place = (design.data, design.layout, design.alpha, design.seed)
        return self.of(design) is None and any(
            checked.place == place for checked in self._by_key.values()
        )


class Evaluated:
    """Remembers what was evaluated last: over 1e5 samples it takes a part of a second."""

    def __init__(self) -> None:
        self._known: tuple[TrainedDesign, Dataset, Evaluation] | None = None

    def of(self, design: TrainedDesign, dataset: Dataset | None) -> Evaluation | None:
        """Evaluate a design over the test split; None where there are no samples."""
        if dataset is None:
            return None
        known = self._known
        if known is None or known[0] is not design or known[1] is not dataset:
            known = design, dataset, operating_point(design, dataset.part("test")[0])
            self._known = known
        return known[2]
