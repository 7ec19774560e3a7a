"""What ngspice said of designs: each check is kept for exactly the design that it is of."""

from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.project import DesignCheck
from pnn_studio.domain.verification import Verification


class Checks:
    """The checks of a session, by design."""

    def __init__(self, saved: tuple[DesignCheck, ...] = ()) -> None:
        self._by_key = {each.design: each for each in saved}

    @property
    def all(self) -> tuple[DesignCheck, ...]:
        """All of them."""
        return tuple(self._by_key.values())

    def take(self, design: TrainedDesign, verification: Verification) -> None:
        """Keep what was said of a design; what was said of it before is forgotten."""
        key = design.key
        self._by_key[key] = DesignCheck(
            key, design.data, design.layout, design.alpha, design.seed, verification
        )

    def of(self, design: TrainedDesign) -> Verification | None:
        """Return what was said of exactly this design."""
        checked = self._by_key.get(design.key)
        return checked.verification if checked else None

    def changed_since(self, design: TrainedDesign) -> bool:
        """Whether the design of that layout, alpha and seed was checked, but is another one now."""
        place = (design.data, design.layout, design.alpha, design.seed)
        return self.of(design) is None and any(
            checked.place == place for checked in self._by_key.values()
        )
