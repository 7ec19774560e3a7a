"""What trains a plan, whoever and wherever that is."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

from pnn_studio.domain.family import Family
from pnn_studio.domain.run import EpochRecord


class Training(Protocol):
    """Trains a plan; a caller may pause or leave between two records, and ask at any time."""

    @property
    def chunks(self) -> int:
        """How many parts are trained one after the other, for want of memory."""

    def run(self, report_every: float = 0.05) -> Iterator[EpochRecord]:
        """Train to the end, yielding how it stands."""

    def family(self) -> Family:
        """Return the best designs so far."""

    def state(self) -> dict[str, NDArray[Any]]:
        """Return all that it takes to go on."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what `state` returned."""
