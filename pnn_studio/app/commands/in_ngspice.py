"""What a family does in ngspice: means over seeds at alpha 0 and at 95 % of the accuracy.

Few designs are simulated: those at the least alpha, and then those of one alpha after the other,
the most frugal first, until one keeps 95 %. What is known is kept in a file, so that a measurement
which was interrupted goes on. An alpha is chosen by samples of the training and the validation
split in ngspice; the accuracy that is told is that on test samples.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pnn_studio.app.commands.front_run import Check, Failure, check_designs
from pnn_studio.domain.codec import decode
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.pareto import KEPT_ACCURACY, seed_means
from pnn_studio.domain.run import DIVERGED
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import PnnError, SimulationFailed
from pnn_studio.storage.files import read_limited, write_atomically

_MAX_BYTES = 16 << 20
# 19 of 20 are 95 %, whatever the last bit says
_LAST_BIT = 1e-9


@dataclass(frozen=True)
class Simulated:
    """One design in ngspice.

    Attributes
    ----------
    accuracy, seen_accuracy : float
        Shares of right answers on test samples, and on those of training and validation.
    power : float
        Watt, mean over the test samples.
    trouble : str
        Why ngspice could not simulate it; empty where it could.
    """

    accuracy: float = 0.0
    seen_accuracy: float = 0.0
    power: float = 0.0
    trouble: str = ""


@dataclass(frozen=True)
class SeedMeans:
    """The designs of one alpha in ngspice, mean and standard deviation over their seeds.

    Attributes
    ----------
    alpha : float
        Weight of power.
    designs, failed : int
        How many seeds ngspice has simulated, and how many it could not; those are left out.
    accuracy, accuracy_std : float
        On test samples.
    seen_accuracy : float
        Mean on the samples that alphas are chosen by.
    power_w, power_std_w : float
        Watt, on test samples.
    """

    alpha: float
    designs: int
    failed: int
    accuracy: float
    accuracy_std: float
    seen_accuracy: float
    power_w: float
    power_std_w: float


@dataclass(frozen=True)
class Aim:
    """What an alpha must keep 95 % of.

    Attributes
    ----------
    promised : float
        Mean accuracy on validation samples in the model, which says where a search begins.
    seen : float
        Mean accuracy in ngspice on samples of training and validation, which decides.
    """

    promised: float
    seen: float


@dataclass(frozen=True)
class Measured:
    """What a family does in ngspice.

    Attributes
    ----------
    start : SeedMeans
        At the least alpha.
    kept : SeedMeans or None
        The least power that keeps 95 % of the accuracy aimed at; None where no alpha does.
    aim : Aim
        What the family itself sets as an aim for others.
    """

    start: SeedMeans
    kept: SeedMeans | None
    aim: Aim

    @property
    def power(self) -> float:
        """Watt that 95 % of the accuracy takes; infinite where no alpha keeps it."""
        return math.inf if self.kept is None else self.kept.power_w

    @property
    def saving(self) -> float:
        """How many times less power that is than at the least alpha; 0 where none keeps it."""
        return self.start.power_w / self.power

    def summary(self) -> dict[str, Any]:
        """Return what stands in JSON; ``null`` where no alpha keeps 95 %."""
        kept = None if self.kept is None else asdict(self.kept)
        return {"alpha_0": asdict(self.start), "kept_95": kept, "saving": self.saving}


class FamilyInNgspice:
    """Simulates designs of a family when they are asked for, and remembers them.

    Parameters
    ----------
    family, technology, dataset
        The designs, and what they were trained for and on.
    kept : Path, optional
        Where what is known is kept: of a family that was trained anew nothing is.
    check : callable
        Simulates designs, as `check_designs` does.
    cancelled : callable, optional
        Asked every 50 ms whether to end.
    follow : callable, optional
        Told how many designs are known, of how many there are.
    """

    def __init__(
        self,
        family: Family,
        technology: Technology,
        dataset: Dataset,
        kept: Path | None = None,
        *,
        check: Check = check_designs,
        cancelled: Callable[[], bool] | None = None,
        follow: Callable[[int, int], None] | None = None,
    ) -> None:
        self.family = family
        self._technology, self._dataset, self._kept = technology, dataset, kept
        self._check, self._cancelled, self._follow = check, cancelled, follow
        self._fingerprint = _fingerprint(family)
        self._known = {} if kept is None else _read(kept, self._fingerprint)

    def at(self, alpha: float) -> SeedMeans | None:
        """Return the means at an alpha of the family; None where ngspice simulates none of it.

        Raises
        ------
        Cancelled
            Where `cancelled` returned True; what is simulated is kept.
        PnnError
            Where ngspice is missing, or data or technology are others.
        """
        family = self.family
        designs = np.flatnonzero((family.goals == alpha) & (family.status != DIVERGED)).tolist()
        self._simulate([each for each in designs if each not in self._known])
        found = [self._known[each] for each in designs]
        good = [each for each in found if not each.trouble]
        if not good:
            return None
        accuracy, power = (np.array([getattr(each, name) for each in good])
                           for name in ("accuracy", "power"))  # fmt: skip
        return SeedMeans(
            alpha=alpha,
            designs=len(good),
            failed=len(found) - len(good),
            accuracy=float(accuracy.mean()),
            accuracy_std=float(accuracy.std()),
            seen_accuracy=float(np.mean([each.seen_accuracy for each in good])),
            power_w=float(power.mean()),
            power_std_w=float(power.std()),
        )

    def measure(self, aim: Aim | None = None) -> Measured:
        """Simulate what it takes to know the least power that keeps 95 % of an accuracy.

        The alphas that keep 95 % in the model, by validation samples, are tried in ngspice by
        rising mean power. So one that the model is wrong about costs its seeds, and no more.

        Parameters
        ----------
        aim : Aim, optional
            What to keep 95 % of; that of the family itself unless given.

        Raises
        ------
        SimulationFailed
            Where ngspice simulates no design of the least alpha.
        """
        alphas, promised, power = seed_means(self.family, "valid")
        known = np.flatnonzero(np.isfinite(power))
        start = self.at(float(alphas[known[0]])) if len(known) else None
        if start is None:
            raise SimulationFailed("ngspice simulates no design at the least alpha of this sweep.")
        own = Aim(float(promised[known[0]]), start.seen_accuracy)
        aim = aim or own
        # a family that promises less than it is asked for may begin where it promises most
        least = KEPT_ACCURACY * min(aim.promised, own.promised)
        rows = known[promised[known] >= least - _LAST_BIT]
        for row in rows[np.lexsort((alphas[rows], power[rows]))]:
            found = self.at(float(alphas[row]))
            if found is not None and _keeps(found, aim):
                return Measured(start, found, own)
        return Measured(start, None, own)

    def _simulate(self, designs: Sequence[int]) -> None:
        """Simulate designs and keep what they are; those that are done also where it is ended."""
        if not designs:
            return

        def maker(design: int) -> Callable[[], TrainedDesign]:
            return lambda: self.family.design(design)

        try:
            for design, found in self._check(
                {each: maker(each) for each in designs},
                self._technology,
                self._dataset,
                cancelled=self._cancelled,
            ):
                self._known[design] = _simulated(found)
                if self._follow is not None:
                    self._follow(len(self._known), self.family.plan.designs)
        finally:
            self._write()

    def _write(self) -> None:
        if self._kept is None:
            return
        designs = {str(each): asdict(found) for each, found in sorted(self._known.items())}
        content = json.dumps({"family": self._fingerprint, "designs": designs}, indent=1)
        write_atomically(self._kept, content.encode())


def _simulated(found: Verification | Failure) -> Simulated:
    if isinstance(found, Failure):
        return Simulated(trouble=str(found))
    seen = found.seen_accuracy
    assert seen is not None  # every check simulates those samples, too
    return Simulated(found.spice_accuracy, seen, found.spice_power.total)


def _keeps(found: SeedMeans, aim: Aim) -> bool:
    return found.seen_accuracy >= KEPT_ACCURACY * aim.seen - _LAST_BIT


def _fingerprint(family: Family) -> str:
    """Tell a family from every other one: by its data, its technology and what is printed."""
    parts = [family.data.fingerprint.encode(), family.technology_fingerprint.encode()]
    arrays = [*family.theta, *(family.omega[each] for each in family.circuits)]
    parts += [np.ascontiguousarray(each).tobytes() for each in arrays]
    return hashlib.sha256(b"|".join(parts)).hexdigest()


def _read(path: Path, fingerprint: str) -> dict[int, Simulated]:
    """Read what is known of a family; nothing where the file is of another one, or none."""
    try:
        content = json.loads(read_limited(path, _MAX_BYTES))
        if not isinstance(content, Mapping) or content["family"] != fingerprint:
            return {}
        return {
            int(design): decode(dict(entry) | {"$type": "Simulated"}, {}, Simulated)
            for design, entry in content["designs"].items()
        }
    except (PnnError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}  # nothing is known yet, or the file is broken: it is simulated again
