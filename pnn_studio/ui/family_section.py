"""Which crossbar, how many designs, how long."""

from dataclasses import replace

from PySide6.QtCore import Slot

from pnn_studio.domain.layout import Sharing
from pnn_studio.ui import words
from pnn_studio.ui.controls import Segments, Spin, describe, label
from pnn_studio.ui.panel_section import Section
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance

_CROSSBARS = ("modified", "original")
_CROSSBAR_TIPS = (
    "One negation circuit for each row that has a negative weight (Zhao et al., ICCAD 2023)",
    "One negation circuit for each negative weight",
)
_SHARINGS: tuple[Sharing, ...] = ("network", "layer")
_SHARING_TIPS = (
    "All ptanh circuits have the same component values, and all negations",
    "The nonlinear circuits of each layer have component values of their own",
)
_SPIN_WIDTH = 58


class FamilySection(Section):
    """Which crossbar, how many designs, how long."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__("Process and family", last=True)
        self._studio = studio
        self._crossbar = Segments("Crossbar", _CROSSBARS, _CROSSBAR_TIPS, dense=True)
        self._sharing = Segments("Circuits", ("shared", "per layer"), _SHARING_TIPS, dense=True)
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
        self.add_field("Crossbar", self._crossbar)
        self.add_field("Circuits", self._sharing)
        times = label("×", "label")
        self.add_field("Alphas × seeds", self._alphas, times, self._seeds)
        self.add_field("Epochs, at most", self._epochs)
        self.designs = label("", "caption")
        self.rows.addWidget(self.designs)
        self._crossbar.chosen.connect(self._take_crossbar)
        self._sharing.chosen.connect(self._take_sharing)
        for spin in (self._alphas, self._seeds, self._epochs):
            spin.valueChanged.connect(self._take)
        studio.clock.learned.connect(self._show_estimate)

    @Slot(int)
    def _take_sharing(self, index: int) -> None:
        self._studio.edit(replace(self._studio.session.settings, sharing=_SHARINGS[index]))

    @Slot(int)
    def _take_crossbar(self, index: int) -> None:
        self._studio.set_crossbar("original" if index else "modified")

    @Slot()
    def _take(self) -> None:
        settings = self._studio.session.settings
        self._studio.edit(
            replace(
                settings,
                alphas=self._alphas.value(),
                seeds=self._seeds.value(),
                max_epochs=self._epochs.value(),
            )
        )

    def refresh(self) -> None:
        """Show what is true now."""
        settings = self._studio.session.settings
        self._crossbar.choose(_CROSSBARS.index(settings.crossbar))
        self._sharing.choose(_SHARINGS.index(settings.sharing))
        self._alphas.show_value(settings.alphas)
        self._seeds.show_value(settings.seeds)
        self._epochs.show_value(settings.max_epochs)
        self._show_estimate()

    @Slot()
    def _show_estimate(self) -> None:
        settings, estimate = self._studio.session.settings, self._studio.clock.estimate()
        self.designs.setText(words.estimate_line(settings.alphas * settings.seeds, estimate))
        self.designs.setToolTip(words.estimate_basis(estimate) if estimate else "")
