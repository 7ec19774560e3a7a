"""What training knows of the prints of a design: how far they deviate, and how many it looks at."""

import math
from dataclasses import dataclass
from typing import Literal

from pnn_studio.domain.printing import Spread
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import TechnologyError, UsageError

# a share of each printed resistor, W and L; the spread of the technology; or none
VariationChoice = float | Literal["technology"] | None

DEVIATIONS = ("resistor", "common", "width", "length", "vt", "kp")
PRINTS, JUDGES = 8, 32
MOST_PRINTS = 64


@dataclass(frozen=True)
class Variation:
    """The prints that a design is trained for.

    After some first epochs as drawn the loss is the mean over prints that are drawn anew each
    epoch, in antithetic pairs: a print, and the one that deviates by the opposite of it. Standard
    deviations are those of `Spread`; rails and the noise of inputs are no part of training.

    Attributes
    ----------
    resistor : float
        Of ln R of each resistor.
    common : float
        Of ln R of all resistors of a print together.
    width, length : float
        Of ln W and ln L of each transistor.
    vt : float
        Of the threshold of each transistor in volt.
    kp : float
        Of ln kp of each transistor.
    named : bool
        Whether it is the spread that the technology states.
    prints : int
        Prints an epoch, even.
    """

    resistor: float
    common: float = 0.0
    width: float = 0.0
    length: float = 0.0
    vt: float = 0.0
    kp: float = 0.0
    named: bool = False
    prints: int = PRINTS

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if not all(0 <= getattr(self, name) <= 1 for name in DEVIATIONS):
            raise UsageError("A spread to train for lies within 0 % to 100 %.")
        if self.prints % 2 or not 2 <= self.prints <= MOST_PRINTS:  # noqa: PLR2004 - pairs
            raise UsageError(
                f"Training looks at an even number of prints, 2 to {MOST_PRINTS}, "
                f"not at {self.prints}."
            )

    @property
    def size(self) -> float:
        """Standard deviation of ln (kp W / L) of each transistor."""
        return math.hypot(self.width, self.length, self.kp)

    @property
    def judges(self) -> int:
        """Prints that a state is judged by, the same in all epochs and designs.

        Of few the best of a thousand states is the luckiest: with 8 of iris the share of right
        answers was 0.94 on them and 0.85 on others, with 32 it was 0.91 and 0.87.
        """
        return JUDGES

    @property
    def words(self) -> str:
        """Say it, for example ``10 % variation``."""
        return "technology variation" if self.named else f"{100 * self.resistor:g} % variation"

    @property
    def choice(self) -> VariationChoice:
        """What was chosen."""
        return "technology" if self.named else self.resistor

    @staticmethod
    def chosen(choice: VariationChoice, technology: Technology) -> "Variation | None":
        """Return what a choice comes to.

        Raises
        ------
        TechnologyError
            Where that of the technology is asked for and its file states none.
        UsageError
            Where a share is none.
        """
        if choice == "technology":
            return Variation.of_technology(technology)
        return None if choice is None else Variation.of_share(choice)

    @staticmethod
    def of_share(share: float) -> "Variation | None":
        """Spread each printed resistor, W and L by so much, nothing else; None for 0.

        Examples
        --------
        >>> Variation.of_share(0.1).words
        '10 % variation'
        """
        return _of(Spread.of_share(share), named=False) if share else None

    @staticmethod
    def of_technology(technology: Technology) -> "Variation":
        """Take the spread that a technology states.

        Raises
        ------
        TechnologyError
            Where its file states none.
        """
        return _of(stated_spread(technology), named=True)


def stated_spread(technology: Technology) -> Spread:
    """Return the spread that a technology states.

    Raises
    ------
    TechnologyError
        Where its file states none.
    """
    if technology.printing is None:
        raise TechnologyError(
            f"The technology {technology.id!r} states no spread; add a table [printing.spread] to "
            "its file, or give a spread such as --variation 10%."
        )
    return technology.printing.spread


def _of(spread: Spread, *, named: bool) -> Variation:
    return Variation(
        spread.resistor_local.value,
        spread.resistor_global.value,
        spread.width.value,
        spread.length.value,
        spread.vt.value,
        spread.kp.value,
        named,
    )
