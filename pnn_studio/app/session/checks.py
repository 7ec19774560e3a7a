"""What ngspice said of designs: each check is kept for exactly the design that it is of."""

from collections.abc import Mapping
from contextlib import suppress

from pnn_studio.app.session.runs import Run, Runs
from pnn_studio.domain.circuit_model import why_not_loaded
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.evaluation import Evaluation
from pnn_studio.domain.family import Family
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.project import DesignCheck
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import NotSolved
from pnn_studio.physics.evaluate import evaluate_design


class CheckResults:
    """The checks of a session, by design.

    Parameters
    ----------
    runs : Runs
        Where the designs stand.
    saved : tuple of DesignCheck
        Checks to begin with.
    """

    def __init__(self, runs: Runs, saved: tuple[DesignCheck, ...] = ()) -> None:
        self._runs = runs
        self._by_key = {each.design: each for each in saved}
        self._found: dict[RunId, tuple[Family, Mapping[int, Verification]]] = {}
        # what was said of the design that was asked about last in another structure than its own;
        # a look at what could be, so no project keeps it
        self._elsewhere: tuple[str, Crossbar, Verification] | None = None
        self._drawn: dict[str, TrainedDesign] = {}  # by the key of what it was rounded to

    @property
    def all(self) -> tuple[DesignCheck, ...]:
        """All of them."""
        return tuple(self._by_key.values())

    def take(self, ref: DesignRef, design: TrainedDesign, verification: Verification) -> None:
        """Keep what was said of a design; what was said of it before is forgotten."""
        key, self._found = design.key, {}
        self._by_key[key] = DesignCheck(key, ref, verification)

    def take_elsewhere(
        self, design: TrainedDesign, crossbar: Crossbar, verification: Verification
    ) -> None:
        """Keep what was said of the weights of a design in another structure than its own."""
        self._elsewhere = design.key, crossbar, verification

    def note_rounded(self, design: TrainedDesign, drawn: TrainedDesign) -> None:
        """Keep of which design another one is the rounding, as long as the program runs."""
        self._drawn[design.key] = drawn

    def rounded_from(self, design: TrainedDesign) -> TrainedDesign | None:
        """Return the design that was rounded to this one; None for one that was trained so."""
        return self._drawn.get(design.key)

    def of(self, design: TrainedDesign, crossbar: Crossbar | None = None) -> Verification | None:
        """Return what was said of exactly this design, in its own structure or in another one."""
        if crossbar not in (None, design.layout.crossbar):
            known = self._elsewhere
            same = known is not None and known[:2] == (design.key, crossbar)
            return known[2] if known is not None and same else None
        checked = self._by_key.get(design.key)
        return checked.verification if checked else None

    def of_run(self, run: Run) -> Mapping[int, Verification]:
        """Find the designs of a run that were checked exactly as they are now, by index.

        The same value until another check or family comes: views ask at every move of the slider.
        """
        family = run.family
        if family is None:
            return {}
        known = self._found.get(run.id)
        if known is None or known[0] is not family:
            known = self._found[run.id] = family, self._find(run, family)
        return known[1]

    def _find(self, run: Run, family: Family) -> Mapping[int, Verification]:
        # a run that is trained anew may come to the same designs, and what was said holds of them
        of_checks = (self._runs.name_of(each.ref) for each in self._by_key.values())
        names = {name.aim for name in of_checks if name is not None and name.fits(run)}
        found: dict[int, Verification] = {}
        for index, aim in enumerate(run.plan.aims if names else ()):
            if aim in names:
                verification = self.of(family.design(index))
                if verification is not None:
                    found[index] = verification
        return found

    def changed_since(self, ref: DesignRef, design: TrainedDesign) -> bool:
        """Whether a design of that name was checked, but is another one now."""
        name = self._runs.name_of(ref)
        return self.of(design) is None and any(
            self._runs.name_of(each.ref) == name for each in self._by_key.values()
        )


# numbers of designs and their evaluations that are remembered, 8 bytes each
_MOST_NUMBERS = 4_000_000


def _has_equations(technology: Technology | None) -> bool:
    return technology is not None and not why_not_loaded(technology)


class Evaluated:
    """Remembers what was evaluated: the slider comes by the same designs again and again."""

    def __init__(self) -> None:
        self._known: dict[TrainedDesign, tuple[Dataset, Evaluation | None]] = {}
        self._numbers = 0

    def of(
        self, design: TrainedDesign, dataset: Dataset | None, technology: Technology | None
    ) -> Evaluation | None:
        """Evaluate a design over the test split.

        None where samples or technology are missing, or no voltages are found that solve the
        circuit.
        """
        if dataset is None or (design.model != "ideal" and not _has_equations(technology)):
            return None
        known = self._known.get(design)
        if known is None or known[0] is not dataset:
            volts, found = dataset.part("test")[0], None
            with suppress(NotSolved):  # a file may hold any circuit
                found = evaluate_design(design, technology, volts)
            self._keep(design, dataset, found)
            return found
        return known[1]

    def _keep(self, design: TrainedDesign, dataset: Dataset, found: Evaluation | None) -> None:
        # the design is kept, too, also where nothing was found
        numbers = sum(each.theta.size for each in design.layers)
        numbers += 0 if found is None else sum(each.numbers for each in found.layers)
        if self._numbers + numbers > _MOST_NUMBERS:
            self._known.clear()
            self._numbers = 0
        self._known[design] = dataset, found
        self._numbers += numbers
