"""The alpha bar: slider, read-outs of the design that the window shows, and the check chip."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pnn_studio.app.analysis.design_choice import choose_design, why_no_slider
from pnn_studio.domain.family import Family
from pnn_studio.domain.figures import figure_of
from pnn_studio.domain.run import IMPROVING
from pnn_studio.domain.settings import SeedChoice
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.design_bar.alpha_slider import AlphaSlider
from pnn_studio.ui.widgets.controls import Combo, ElidedLabel, describe, label, restyle
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.source_tag import SourceTag
from pnn_studio.ui.widgets.spins import AlphaSpin
from pnn_studio.ui.widgets.theme import Appearance

_ABSENT = "—"
_CHIP_MS = 500
_ROOMY = 1240  # px, of the bar, from which words stand beside its controls
_SLIDER, _CHIP = (130, 184), (130, 150)  # px at least, without and with room
_SLIDER_TIP = "How much power weighs against accuracy. Arrows 0.02, Page keys 0.10."
_SPIN_TIP = "Alpha from 0 (accuracy) to 1 (power)"


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
        self._studio.edit(replace(self._studio.session.shown, seed=seed))

    def refresh(self) -> None:
        """Offer the seeds of the alpha that is shown."""
        session = self._studio.session
        family = session.run.family if session.run else None
        current = session.design_index
        self.setEnabled(current is not None)
        if family is None or current is None:
            self._offer((), None)
            return
        alpha, wanted = session.shown.alpha, session.shown.seed
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


class _Readout(QWidget):
    """A caption with a value under it, and what that is of."""

    def __init__(self, appearance: Appearance, caption: str, width: int) -> None:
        super().__init__()
        self.setMinimumWidth(width)
        self.tag = SourceTag(appearance)
        self.caption = label(caption, "caption")
        self.value = label(_ABSENT, "readout")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch()
        column.addWidget(self.caption)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.value)
        row.addWidget(self.tag)
        row.addStretch()
        column.addLayout(row)
        column.addStretch()

    def show_text(self, text: str, source: str = "") -> None:
        self.value.setText(text)
        self.tag.show_source(source)
        told = f" ({source})" if source else ""
        self.value.setAccessibleName(f"{self.caption.text()}: {text}{told}")


class _Chip(QWidget):
    """Icon, words, and a line under them."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._shown: status_texts.Chip | None = None
        self._icon, self.title, self.detail = (
            QLabel(),
            ElidedLabel("heading"),
            ElidedLabel("caption"),
        )
        lines = QVBoxLayout()
        lines.setSpacing(1)
        lines.addStretch()
        lines.addWidget(self.title)
        lines.addWidget(self.detail)
        lines.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addLayout(lines, 1)
        self.setMinimumWidth(150)
        appearance.changed.connect(self._draw)

    def show_chip(self, chip: status_texts.Chip) -> None:
        if chip == self._shown:
            return
        self._shown = chip
        self.title.set_whole(chip.title)
        self.detail.set_whole(chip.detail)
        restyle(self.title, tone=chip.tone)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        if self._shown is not None:
            role = "text2" if self._shown.tone == "muted" else self._shown.tone
            made = icon(self._shown.icon, self._appearance.theme, role)
            self._icon.setPixmap(made.pixmap(QSize(16, 16), self.devicePixelRatio()))


class AlphaBar(QWidget):
    """Weighs power against accuracy and shows what comes of it."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self.setProperty("edge", "bottom")
        self.setFixedHeight(48)
        self._slider = AlphaSlider(appearance)
        describe(self._slider, "Alpha", _SLIDER_TIP)
        self._spin = AlphaSpin(appearance)
        describe(self._spin, "Alpha, as a number", _SPIN_TIP)
        self.seed = SeedCombo(studio, appearance)
        # wide enough for either source, so that the slider keeps its length while it is dragged
        self.accuracy = _Readout(appearance, "accuracy, test", 124)
        self.power = _Readout(appearance, "power", 140)
        self.negations = _Readout(appearance, "negations", 104)
        self.chip = _Chip(appearance)
        self._lay_out()
        self._chip_timer = QTimer(self)
        self._chip_timer.setSingleShot(True)
        self._chip_timer.setInterval(_CHIP_MS)
        self._chip_timer.timeout.connect(self._show_chip)
        self._slider.moved.connect(studio.set_alpha)
        self._slider.released.connect(self._end_step)
        self._spin.valueChanged.connect(self._take_spin)
        self._spin.refused.connect(studio.refuse)
        studio.changed.connect(self.refresh)
        studio.activity.connect(self._show_chip)
        self.refresh("settings")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label("α", "readout"))
        words = [label(each, "label") for each in ("accuracy", "power", "seed")]
        self._words, seed = words, words[2]
        row.addWidget(words[0])
        row.addWidget(self._slider, 3)
        row.addWidget(words[1])
        row.addWidget(self._spin)
        seed.setBuddy(self.seed)
        row.addWidget(seed)
        row.addWidget(self.seed)
        for each in (self.accuracy, self.power, self.negations):
            row.addWidget(_separator())
            row.addWidget(each)
        row.addWidget(_separator())
        row.addWidget(self.chip, 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave words out where the figures need the room; tooltips say the same."""
        super().resizeEvent(event)
        roomy = self.width() >= _ROOMY
        for word in self._words:
            word.setVisible(roomy)
        self._slider.setMinimumWidth(_SLIDER[roomy])
        self.chip.setMinimumWidth(_CHIP[roomy])

    @Slot()
    def _end_step(self) -> None:
        self._studio.session.end_step()

    @Slot(float)
    def _take_spin(self, value: float) -> None:
        self._studio.set_alpha(round(value, 2))
        self._studio.session.end_step()

    @Slot(str)
    def refresh(self, change: str) -> None:
        """Show the design at the slider."""
        if change == "records":
            if not self._chip_timer.isActive():
                self._chip_timer.start()
            return
        session = self._studio.session
        alpha, design = session.shown.alpha, session.design
        run = session.run
        family = run.family if run is not None else None
        fixed = "" if run is None else why_no_slider(family, run.id)
        if fixed and design is not None:
            alpha = design.alpha
        for control, tip in ((self._slider, _SLIDER_TIP), (self._spin, _SPIN_TIP)):
            control.setEnabled(session.layout is not None and not fixed)
            control.setToolTip(fixed or tip)
        self._slider.show_alpha(alpha)
        self._spin.show_alpha(alpha)
        if change in ("family", "run"):
            self._slider.show_ticks(_ticks(family))
        # While a family trains, the split that decides is the one to watch.
        self.seed.refresh()
        split = "valid" if session.is_training else "test"
        self.accuracy.caption.setText(f"accuracy, {split}")
        if design is None:
            for each in (self.accuracy, self.power, self.negations):
                each.show_text(_ABSENT)
        else:
            keys = (f"accuracy_{split}", "power_total_w", "negations")
            checked = session.verification(design)
            for key, each in zip(keys, (self.accuracy, self.power, self.negations), strict=True):
                figure = figure_of(design, key, checked)
                each.show_text(figure.text, figure.source or "")
        over = status_texts.over_limit(self._studio)
        self.power.caption.setText("power, over limit" if over else "power")
        restyle(self.power.caption, tone="warn" if over else "")
        self.power.setToolTip(over)
        told = (fixed, status_texts.nearest_trained(self._studio), over)
        self._studio.hint.emit(next((each for each in told if each), ""))
        self._show_chip()

    @Slot()
    def _show_chip(self) -> None:
        self.chip.show_chip(status_texts.chip(self._studio))


def _ticks(family: Family | None) -> tuple[tuple[float, float], ...]:
    if family is None:
        return ()
    alphas = np.asarray(family.plan.alphas)
    done = family.status != IMPROVING
    return tuple((float(alpha), float(done[alphas == alpha].mean())) for alpha in family.alphas)


def _separator() -> QFrame:
    line = QFrame()
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    line.setFixedSize(1, 28)
    line.setProperty("edge", "left")
    return line
