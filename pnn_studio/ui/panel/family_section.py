"""How many designs, and how long they take."""

from dataclasses import replace

from PySide6.QtCore import Slot

from pnn_studio.app.session.messages import Message
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.controllers.retraining import QUICK_S
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.widgets.controls import describe, label, restyle
from pnn_studio.ui.widgets.fields import CheckBox, QuantityEntry
from pnn_studio.ui.widgets.panel_section import PanelSection
from pnn_studio.ui.widgets.spins import Spin
from pnn_studio.ui.widgets.theme import Appearance

_SPIN_WIDTH = 58


class FamilySection(PanelSection):
    """How many designs, and how long they take."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__("Family")
        self._studio = studio
        self._alphas = Spin(appearance, 1, 201)
        describe(self._alphas, "Number of alphas", "Values of alpha, evenly spread over 0…1")
        self._seeds = Spin(appearance, 1, 100)
        describe(
            self._seeds, "Number of seeds", "Initialisations for each alpha; the best one counts"
        )
        self._epochs = Spin(appearance, 1, 1_000_000, 100)
        describe(self._epochs, "Epochs at most", "Bound for every design; most end earlier")
        self._alphas.setFixedWidth(_SPIN_WIDTH)
        self._seeds.setFixedWidth(_SPIN_WIDTH)
        times = label("×", "label")
        self.add_field("Alphas × seeds", self._alphas, times, self._seeds)
        self.limit = QuantityEntry(appearance, "W")
        self.limit.setPlaceholderText("none")
        describe(
            self.limit,
            "Train within a power limit",
            "For example 5 mW: the best accuracy within it, a design for each seed, in place of a "
            "range of alphas; empty for none",
        )
        self.add_field("Power limit", self.limit)
        self._fault = self.add_words()
        restyle(self._fault, tone="error")
        self.add_field("Epochs, at most", self._epochs)
        self._retrains = CheckBox(
            appearance,
            "Train again after edits",
            "After a change of data, layout or technology, where the last training took under "
            f"{QUICK_S:.0f} s",
        )
        self.rows.addWidget(self._retrains)
        self._retrains.toggled.connect(studio.retraining.set_on)
        for spin in (self._alphas, self._seeds, self._epochs):
            spin.valueChanged.connect(self._take)
            spin.refused.connect(studio.refuse)
        self.limit.entered.connect(self._enter_limit)
        self.limit.refused.connect(self._refuse)
        studio.clock.learned.connect(self._show_estimate)

    @Slot()
    def _take(self) -> None:
        recipe = self._studio.session.recipe
        self._studio.edit(
            replace(
                recipe,
                alphas=self._alphas.value(),
                seeds=self._seeds.value(),
                max_epochs=self._epochs.value(),
            )
        )

    @Slot(object)
    def _enter_limit(self, watts: float | None) -> None:
        """Train within it from now on; the trade-off shows it, too."""
        session = self._studio.session
        settings = session.settings.taking(replace(session.recipe, power_limit=watts))
        if watts is not None and watts > 0:
            settings = settings.taking(replace(session.shown, limit=watts))
        self._studio.edit(settings)

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self._studio.message.emit(Message("error", why))

    def refresh(self) -> None:
        """Show what is true now."""
        recipe = self._studio.session.recipe
        self._alphas.show_value(recipe.alphas)
        self._alphas.setEnabled(recipe.power_limit is None)
        self.limit.show_value(recipe.power_limit)
        self._seeds.show_value(recipe.seeds)
        self._epochs.show_value(recipe.max_epochs)
        reasons = (each.reason for each in self._studio.faults.all if each.place == "family")
        self._fault.setText(next(reasons, ""))
        self._fault.setVisible(bool(self._fault.text()))
        self._show_estimate()
        if self._retrains.isChecked() != self._studio.retraining.is_on:
            self._retrains.setChecked(self._studio.retraining.is_on)

    @Slot()
    def _show_estimate(self) -> None:
        recipe, estimate = self._studio.session.recipe, self._studio.clock.estimate()
        self.note.setText(status_texts.estimate_line(recipe.designs, estimate))
        self.note.setToolTip(status_texts.estimate_basis(estimate) if estimate else "")
