"""What is printed with: technology, surrogates, largest resistor, and the structure of circuits."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QPushButton

from pnn_studio.app.session import technologies
from pnn_studio.app.session.messages import Message
from pnn_studio.domain.circuit_model import MODELS, ModelName, model_for, why_not_loaded
from pnn_studio.domain.formats import IMPORTS
from pnn_studio.domain.layout import Crossbar, Sharing
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.settings import Recipe
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import format_si
from pnn_studio.domain.variation import PRINTS, VariationChoice
from pnn_studio.errors import PnnError
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.panel.technology_dialog import TechnologyDialog
from pnn_studio.ui.widgets.controls import Combo, Segments, describe, plain_tip, restyle
from pnn_studio.ui.widgets.fields import QuantityEntry, TextEntry
from pnn_studio.ui.widgets.panel_section import PanelSection
from pnn_studio.ui.widgets.theme import Appearance

_MODELS: tuple[ModelName, ...] = tuple(MODELS)
_CROSSBARS: tuple[Crossbar, ...] = ("modified", "original")
_CROSSBAR_WORDS = (
    "One negation circuit for each row that has a negative weight.",
    "One negation circuit for each negative weight.",
)
_VARIATIONS: dict[VariationChoice, str] = {
    None: "none",
    0.05: "5 %",
    0.1: "10 %",
    "technology": "of the technology",
}
_SURROGATES_TIP = "Small networks that stand for the nonlinear circuits in training"
_VARIATION_TIP = (
    "Prints that training looks at: each epoch draws some, of which every resistor, W and L "
    "deviates by so much, or as the technology states"
)
_SHARINGS: tuple[Sharing, ...] = ("network", "layer")
_SHARING_WORDS = (
    "All ptanh circuits have the same component values, and all negations.",
    "The circuits of each layer have component values of their own.",
)


class _SourceCombo(Combo):
    """A combo of what is at hand; its last entry asks for something of one's own.

    Notes
    -----
    Signals: `chosen` (source) and `asked`.
    """

    chosen = Signal(str)
    asked = Signal()

    def __init__(self, appearance: Appearance, other: str) -> None:
        super().__init__(appearance)
        self._other = other
        self._source = ""
        self.activated.connect(self._tell)

    @Slot(int)
    def _tell(self, index: int) -> None:
        if index == self.count() - 1:
            self.setCurrentIndex(self.findData(self._source))  # until something is chosen
            self.asked.emit()
        else:
            self.chosen.emit(str(self.itemData(index)))

    def show_choices(self, choices: tuple[technologies.Choice, ...], source: str) -> None:
        """Offer these; a source that is none of them is one's own, and stays on offer."""
        self._source = source
        known = [str(self.itemData(each)) for each in range(self.count() - 1)]
        wanted = {each.source: each.title for each in choices}
        for each in (*known, source):
            if each not in wanted and (each == source or Path(each).is_absolute()):
                wanted[each] = Path(each).name or "none ship"
        self.clear()
        for each, title in wanted.items():
            self.addItem(title, each)
        self.addItem(self._other)
        self.setCurrentIndex(list(wanted).index(source))


class TechnologySection(PanelSection):
    """Technology, circuit model, surrogates, largest resistor, and the structure of circuits."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__("Process", last=True)
        self._studio, self._appearance = studio, appearance
        self._shown: tuple[PrintProcess, Technology | None] | None = None
        self._sentences = {"technology": "", "surrogates": "", "largest R": ""}
        self.technology = _SourceCombo(appearance, "Own file…")
        tip = "What is printed: resistors, transistors, rails and their limits"
        describe(self.technology, "Technology", tip)
        self.model = Segments("Model", _MODELS, tuple(MODELS.values()), dense=True)
        self.variation = Combo(appearance)
        describe(self.variation, "Variation", _VARIATION_TIP)
        self.surrogates = _SourceCombo(appearance, "Own folder…")
        describe(self.surrogates, "Surrogates", _SURROGATES_TIP)
        self.largest_r = QuantityEntry(appearance, "Ω")
        tip = "Largest printed resistor: higher ones save power, down to what prints reliably"
        describe(self.largest_r, "Largest R", f"{tip}; empty for the technology's own")
        self.crossbar = Segments("Crossbar", _CROSSBARS, _CROSSBAR_WORDS, dense=True)
        self.sharing = Segments("Circuits", ("shared", "per layer"), _SHARING_WORDS, dense=True)
        self.add_field("Technology", self.technology)
        self._words = {"technology": self.add_words()}
        self.add_field("Model", self.model)
        self._model_words = self.add_words()
        self.add_field("Variation", self.variation)
        self._variation_words = self.add_words()
        self.add_field("Surrogates", self.surrogates)
        self._words["surrogates"] = self.add_words()
        self.add_field("Largest R", self.largest_r)
        self._words["largest R"] = self.add_words()
        self.own = self._own_limits()
        self.add_field("Crossbar", self.crossbar)
        self._crossbar_words = self.add_words()
        self.add_field("Circuits", self.sharing)
        self._sharing_words = self.add_words()
        self.computing = self._computing_entry(appearance)
        self.add_field("Compute on", self.computing)
        self._computing_words = self.add_words()
        self._show_computing()
        self.technology.chosen.connect(self.take_technology)
        self.technology.asked.connect(self.ask_for_technology)
        self.model.chosen.connect(self._take_model)
        self.variation.activated.connect(self._take_variation)
        self.surrogates.chosen.connect(self.take_surrogates)
        self.surrogates.asked.connect(self.ask_for_surrogates)
        self.largest_r.entered.connect(self._take_largest_r)
        self.largest_r.refused.connect(self._refuse)
        self.crossbar.chosen.connect(self._take_crossbar)
        self.sharing.chosen.connect(self._take_sharing)

    def _computing_entry(self, appearance: Appearance) -> TextEntry:
        entry = TextEntry(appearance)
        entry.setPlaceholderText("this machine")
        tip = "Who trains: empty for this machine; tcp://HOST:8786 for a scheduler of Dask; local:4"
        describe(entry, "Compute on", tip)
        entry.editingFinished.connect(self._take_computing)
        self._studio.computing.changed.connect(self._show_computing)
        return entry

    def _own_limits(self) -> QPushButton:
        button = QPushButton("Own limits…")
        button.setProperty("kind", "outline")
        tip = "Edit least and largest R and the ranges of the cells as a technology of your own"
        describe(button, "Own limits", tip)
        button.clicked.connect(self.edit_limits)
        self.rows.addWidget(button)
        return button

    @property
    def _print_process(self) -> PrintProcess:
        return self._studio.session.recipe.print_process

    @Slot(str)
    def take_technology(self, source: str) -> None:
        """Choose a technology that ships or a file; it brings its surrogates and largest R."""
        if source != self._print_process.technology:
            self._studio.choose_process(PrintProcess(source))

    @Slot(str)
    def take_surrogates(self, source: str) -> None:
        """Choose the folder of the surrogates; empty for those that ship."""
        self._studio.choose_process(replace(self._print_process, surrogates=source))

    @Slot(object)
    def _take_largest_r(self, ohm: float | None) -> None:
        print_process, studio = self._print_process, self._studio
        own = studio.session.technologies.of_design(None, replace(print_process, largest_r=None))
        if (
            ohm is not None
            and own is not None
            and format_si(1 / own.g_min, "Ω") == format_si(ohm, "Ω")
        ):
            ohm = None
        try:
            changed = replace(print_process, largest_r=ohm)
        except PnnError as error:
            self._refuse(str(error))
        else:
            studio.choose_process(changed)

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self._studio.message.emit(Message("error", why))
        self.refresh()

    @Slot(int)
    def _take_model(self, index: int) -> None:
        self._studio.edit(replace(self._studio.session.recipe, model=_MODELS[index]))

    @Slot(int)
    def _take_variation(self, index: int) -> None:
        chosen = self.variation.itemData(index)
        self._studio.edit(replace(self._studio.session.recipe, variation=chosen))

    @Slot(int)
    def _take_crossbar(self, index: int) -> None:
        self._studio.set_crossbar(_CROSSBARS[index])

    @Slot(int)
    def _take_sharing(self, index: int) -> None:
        self._studio.edit(replace(self._studio.session.recipe, sharing=_SHARINGS[index]))

    @Slot()
    def edit_limits(self) -> None:
        """Edit the limits of what is chosen, as a technology of one's own."""
        technology = self._studio.session.technologies.of_design(None, self._print_process)
        if technology is None:
            return
        folders = self._studio.project.folders
        dialog = TechnologyDialog(
            self.window(), self._appearance, self._print_process, technology, folders
        )
        dialog.written.connect(self.take_technology)
        dialog.open()

    @Slot()
    def _take_computing(self) -> None:
        if self.computing.text().strip() != self._studio.computing.address:
            self._studio.computing.choose(self.computing.text())

    @Slot()
    def _show_computing(self) -> None:
        chosen = self._studio.computing
        if not self.computing.hasFocus() and not chosen.is_refused:
            self.computing.setText(chosen.address)
        self._computing_words.setText(chosen.words)
        self._computing_words.setVisible(bool(chosen.words))
        restyle(self._computing_words, tone="error" if chosen.is_refused else "")

    @Slot()
    def ask_for_technology(self) -> None:
        """Ask for a technology file."""
        dialog = self._dialog("Open a technology", QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([IMPORTS["technology"].filter, "All files (*)"])
        dialog.fileSelected.connect(self.take_technology)
        dialog.open()

    @Slot()
    def ask_for_surrogates(self) -> None:
        """Ask for a folder of surrogates."""
        dialog = self._dialog("Open surrogates", QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.take_surrogates)
        dialog.open()

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setFileMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._studio.project.folders.begin(dialog, title)
        return dialog

    def refresh(self) -> None:
        """Show what is true now."""
        recipe, print_process = self._studio.session.recipe, self._print_process
        self.crossbar.choose(_CROSSBARS.index(recipe.crossbar))
        self._crossbar_words.setText(_CROSSBAR_WORDS[_CROSSBARS.index(recipe.crossbar)])
        self.sharing.choose(_SHARINGS.index(recipe.sharing))
        self._sharing_words.setText(_SHARING_WORDS[_SHARINGS.index(recipe.sharing)])
        technology = self._studio.session.technologies.of_design(None, print_process)
        if (print_process, technology) != self._shown:
            self._shown = (print_process, technology)
            self._show(print_process, technology)
        self._show_model(recipe.model, technology)
        self._show_variation(recipe, technology)
        if technology is not None:
            self.largest_r.show_value(1 / technology.g_min)
        wrong = {each.place: each for each in reversed(self._studio.faults.all)}
        for place, line in self._words.items():
            fault = wrong.get(place)  # type: ignore[call-overload]
            line.setText(fault.reason if fault else self._sentences[place])
            line.setVisible(bool(line.text()))
            restyle(line, tone=("error" if fault.blocks else "warn") if fault else "")

    def _show_model(self, chosen: ModelName, technology: Technology | None) -> None:
        """Show which model trains, and why there is no choice where there is none."""
        why_not = "" if technology is None else why_not_loaded(technology)
        model = chosen if technology is None else model_for(chosen, technology)
        self.model.choose(_MODELS.index(model))
        self.model.setEnabled(technology is not None and not why_not)
        for button, name in zip(self.model.buttons(), _MODELS, strict=True):
            button.setToolTip(plain_tip(why_not or MODELS[name]))
        self._model_words.setText(why_not or MODELS[model])

    def _show_variation(self, recipe: Recipe, technology: Technology | None) -> None:
        """Show the prints that are trained for; the ideal model knows none."""
        loaded = technology is not None and model_for(recipe.model, technology) == "loaded"
        chosen = recipe.variation if loaded else None
        choices = dict(_VARIATIONS)
        if technology is None or technology.printing is None:
            del choices["technology"]
        if chosen not in choices:
            choices[chosen] = (
                f"{100 * chosen:g} %" if isinstance(chosen, float) else "of the technology"
            )
        self.variation.clear()
        for choice, text in choices.items():
            self.variation.addItem(text, choice)
        self.variation.setCurrentIndex(list(choices).index(chosen))
        self.variation.setEnabled(loaded)
        words = "Trained as drawn." if loaded else "Prints are known to the loaded model alone."
        if chosen is not None:
            words = f"The loss is the mean over {PRINTS} prints; takes 6 to 7 times as long in all."
        self._variation_words.setText(words)

    def _show(self, print_process: PrintProcess, technology: Technology | None) -> None:
        self.technology.show_choices(technologies.technologies(), print_process.technology)
        for part in (self.largest_r, self.own):
            part.setEnabled(technology is not None)
        self.surrogates.setEnabled(technology is not None)
        if technology is None:
            return
        own = self._studio.session.technologies.of_design(
            None, replace(print_process, largest_r=None)
        )
        self._sentences["technology"] = technologies.technology_sentence(own or technology)
        self.surrogates.show_choices(
            technologies.surrogate_choices(technology), print_process.surrogates
        )
        folder = print_process.surrogate_folder(technology)
        self._sentences["surrogates"] = technologies.surrogate_sentence(folder)
