"""The choice of a seed at the slider's alpha: the best one, the median, or one by number."""

from dataclasses import replace

from PySide6.QtCore import Slot

from pnn_studio.app.choice import choose_design
from pnn_studio.domain.family import Family
from pnn_studio.domain.settings import SeedChoice
from pnn_studio.ui.controls import Combo, describe
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance

_NAMED: tuple[SeedChoice, ...] = ("best", "median")


class SeedCombo(Combo):
    """Says which seed is shown, and why: ``4, best``."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__(appearance)
        self._studio = studio
        self._shown: tuple[object, ...] = ()
        self.setFixedWidth(100)
        self.setPlaceholderText("—")
        describe(self, "Seed", "Which seed is shown: best validation loss, median, or a number")
        self.activated.connect(self._take)

    @Slot(int)
    def _take(self, index: int) -> None:
        seed: SeedChoice = self.itemData(index)
        self._studio.edit(replace(self._studio.session.settings, seed=seed))

    def refresh(self) -> None:
        """Offer the seeds of the alpha that is shown."""
        session = self._studio.session
        family = session.run.family if session.run else None
        current = session.design_index
        self.setEnabled(current is not None)
        if family is None or current is None:
            self._offer((), None)
            return
        alpha, wanted = session.settings.alpha, session.settings.seed
        entries = [(f"{_seed(family, alpha, name)}, {name}", name) for name in _NAMED]
        seeds = sorted({family.plan.seeds[int(each)] for each in family.at_alpha(alpha)})
        entries += [(str(seed), seed) for seed in seeds]
        known = wanted in (choice for _, choice in entries)
        self._offer(tuple(entries), wanted if known else "best")

    def _offer(
        self, entries: tuple[tuple[str, SeedChoice], ...], chosen: SeedChoice | None
    ) -> None:
        if (entries, chosen) == self._shown:
            return
        self._shown = (entries, chosen)
        self.clear()
        for text, choice in entries:
            self.addItem(text, choice)
        known = [choice for _, choice in entries]
        self.setCurrentIndex(known.index(chosen) if chosen is not None else -1)


def _seed(family: Family, alpha: float, choice: SeedChoice) -> int:
    index = choose_design(family, alpha, choice)
    return family.plan.seeds[index] if index is not None else 0
