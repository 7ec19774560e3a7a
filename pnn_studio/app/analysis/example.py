"""Examples to start from, and which design of one is shown once it is trained."""

from dataclasses import dataclass, replace

from pnn_studio.app.analysis.design_choice import at_design, design95
from pnn_studio.domain.family import Family
from pnn_studio.domain.settings import Recipe, Shown


@dataclass(frozen=True)
class Example:
    """A data set with a small family that is trained in seconds.

    Attributes
    ----------
    source, title, facts, words : str
        Data set, name, its size in words, and what it is about.
    hidden : tuple of int
        Hidden layers.
    alphas, seeds, max_epochs : int
        The family.
    """

    source: str
    title: str
    facts: str
    words: str
    hidden: tuple[int, ...] = (3,)
    alphas: int = 21
    seeds: int = 3
    max_epochs: int = 2000

    def recipe(self, now: Recipe) -> Recipe:
        """Return what is trained, with the data that are chosen now."""
        return replace(
            now,
            hidden=self.hidden,
            names=(),
            alphas=self.alphas,
            seeds=self.seeds,
            max_epochs=self.max_epochs,
        )


EXAMPLES: tuple[Example, ...] = (
    Example(
        "iris",
        "Iris",
        "4 inputs, 3 classes, 150 samples",
        "Three species told apart by their petals. The quick one.",
    ),
    Example(
        "balance-scale",
        "Balance scale",
        "4 inputs, 3 classes, 625 samples",
        "Weights and distances of a scale: which way does it tip?",
        alphas=11,
    ),
    Example(
        "wine",
        "Wine",
        "13 inputs, 3 classes, 178 samples",
        "Three cultivars by their chemistry, in one wide crossbar.",
        alphas=11,
    ),
)


def pick(shown: Shown, family: Family) -> Shown:
    """Move the slider to the 95 % point of a family, where it has one, and to its best seed."""
    index = design95(family)
    if index is None:
        return shown
    return replace(at_design(shown, family.plan, index), seed="best")
