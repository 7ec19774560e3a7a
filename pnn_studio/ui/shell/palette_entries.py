"""What the palette of a window offers: its actions, its views, and the keys of its canvases."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence

from pnn_studio.domain.dataset import SHIPPED_DATASETS
from pnn_studio.ui.widgets.command_palette import PaletteEntry
from pnn_studio.ui.widgets.theme import COLOUR_WORDS

if TYPE_CHECKING:
    from pnn_studio.ui.shell.main_window import MainWindow

# Keys that only work in the view that has the focus.
_KEYS = (
    ("Slider: alpha by 0.02, by 0.10, to an end", "Arrows, PgUp/PgDn, Home/End"),
    ("Layout: go to the next neuron or layer", "Arrows"),
    ("Layout: move the neuron or layer", "Alt+Arrows"),
    ("Layout: add a neuron or a layer", "Ins"),
    ("Layout: remove the selection", "Del"),
    ("Layout: rename", "F2"),
    ("Layout: copy, cut, paste layers", "Ctrl+C, Ctrl+X, Ctrl+V"),
    ("Layout: select all", "Ctrl+A"),
    ("Schematic: go to the next component, open it, clear", "Arrows, Return, Esc"),
    ("Trade-off: go along the front", "Up, Down"),
    ("Trade-off: move the power limit by 0.05 mW", "Left, Right"),
    ("Comparison: back to the plot", "Esc"),
    ("Canvas: zoom in, out, fit", "+, −, 0"),
    ("Inspector: go through rows and parts of the power, show one", "Arrows, Return"),
    ("Runs: show, delete", "Return, Del"),
)


def _keys(action: QAction) -> str:
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def palette_entries(window: MainWindow) -> list[PaletteEntry]:
    """List everything that can be done in a window now."""
    studio, tabs = window.studio, window.tabs
    tab = window.tradeoff_tab
    shown = studio.session.shown
    trained = studio.session.design is not None
    sample = window.layout_tab.samples
    entries = [
        PaletteEntry(action.text(), _keys(action), action.trigger, action.isEnabled())
        for action in window.commands.values()
    ]
    for action in window.toolbar.project.actions():
        if action.text() and action.menu() is None:
            text = f"Project: {action.text()}"
            entries.append(PaletteEntry(text, _keys(action), action.trigger, action.isEnabled()))
    menu = window.toolbar.export.menu()
    for action in menu.actions():
        entries.append(PaletteEntry(f"Export: {action.text()}", "", action.trigger, trained))
    for place in range(tabs.count()):
        go = partial(tabs.setCurrentIndex, place)
        entries.append(PaletteEntry(f"Go to {tabs.tabText(place)}", f"Alt+{place + 1}", go))
    data = studio.session.dataset is not None
    checking = studio.is_checking or studio.checks.front.job is not None
    entries += [
        PaletteEntry("Pin this design, or take its pin away", "Ctrl+D", tab.toggle_pin, trained),
        PaletteEntry("Compare pinned designs", "Ctrl+Shift+D", window.compare, tab.can_compare),
        PaletteEntry("Show only checked designs, or all", "", window.show_checked, trained),
        PaletteEntry(
            "Show only designs within the power limit, or all",
            "",
            window.show_within,
            trained and shown.limit is not None,
        ),
        PaletteEntry("Type a power limit", "", window.type_limit, trained),
        PaletteEntry(
            "Remove the power limit",
            "",
            lambda: studio.edit(replace(shown, limit=None)),
            shown.limit is not None,
        ),
        PaletteEntry("Next sample, wrong answers first", "]", sample.step_on, trained),
        PaletteEntry("Sample before", "[", sample.step_back, trained),
        PaletteEntry("Show netlist", "", studio.show_netlist, trained),
        PaletteEntry("Copy as SPICE", "", studio.copy_netlist, trained),
        PaletteEntry("Cancel the check", "", studio.stop_check, checking),
        PaletteEntry("Import data from a file…", "Ctrl+I", window.panel.data.ask_for_file),
        PaletteEntry("Add a layer", "Ctrl+L", studio.add_layer, data),
        PaletteEntry("Choose a technology file", "", window.panel.technology.ask_for_technology),
        PaletteEntry(
            "Choose a folder of surrogates", "", window.panel.technology.ask_for_surrogates
        ),
        PaletteEntry("Show or hide the data panel", "F9", window.workbench.toggle_panel),
        PaletteEntry("Show or hide the inspector", "F10", window.workbench.toggle_inspector),
        PaletteEntry("Show or hide the curves", "F8", window.dock.toggle),
        *(
            PaletteEntry(f"Colours: {words}", "", partial(window.appearance.choose, choice))
            for choice, words in COLOUR_WORDS.items()
        ),
        PaletteEntry("Show the tour", "", window.tour.start),
        PaletteEntry("Choose ngspice…", "", window.choose_simulator),
        PaletteEntry("Keyboard shortcuts", "F1", window.palette_.show_shortcuts),
        PaletteEntry("Search commands", "Ctrl+K", window.palette_.search),
    ]
    for source, title in SHIPPED_DATASETS.items():
        entries.append(PaletteEntry(f"Load data: {title}", "", partial(studio.load_data, source)))
    entries += [PaletteEntry(text, keys) for text, keys in _KEYS]
    return entries
