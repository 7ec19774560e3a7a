"""Every command of the window: menus, toolbar, keys, palette and list of shortcuts read this table.

A new command is one entry here, and a place on a button where it is to have one. What the menus of
canvases offer is their own; their keys are told here.
"""

from collections.abc import Callable
from dataclasses import replace

from pnn_studio.domain.dataset import SHIPPED_DATASETS
from pnn_studio.domain.export_kinds import KINDS, Needs
from pnn_studio.ui.shell.actions import Command, always
from pnn_studio.ui.shell.parts import TRADEOFF_TAB, VIEWS, Parts
from pnn_studio.ui.shell.project_menu import (
    ask_for_study,
    ask_to_add,
    ask_to_open,
    ask_to_predict,
    ask_to_save,
)
from pnn_studio.ui.widgets.theme import COLOUR_WORDS, Colours


def _has_design(parts: Parts) -> bool:
    return parts.studio.session.design is not None


def _has_layout(parts: Parts) -> bool:
    return parts.studio.session.layout is not None


def _is_training(parts: Parts) -> bool:
    return parts.studio.session.is_training


def _has_limit(parts: Parts) -> bool:
    return parts.studio.session.shown.limit is not None


def _is_checking(parts: Parts) -> bool:
    return parts.studio.is_checking or parts.studio.checks.front.job is not None


def _go(place: int) -> Callable[[Parts], None]:
    return lambda parts: parts.tabs.setCurrentIndex(place)


def _export(kind: str) -> Callable[[Parts], None]:
    return lambda parts: parts.studio.exports.wanted.emit(kind)


def _can_export(needs: Needs) -> Callable[[Parts], bool]:
    """Return what says whether all that a kind needs is known."""
    kind = next(each for each in KINDS.values() if each.needs == needs)

    def enabled(parts: Parts) -> bool:
        subject = parts.studio.exports.subject()
        return subject is not None and not kind.lacks(subject)

    return enabled


_CAN_EXPORT = {needs: _can_export(needs) for needs in {each.needs for each in KINDS.values()}}


def _load(source: str) -> Callable[[Parts], None]:
    return lambda parts: parts.studio.load_data(source)


def _colour(choice: Colours) -> Callable[[Parts], None]:
    return lambda parts: parts.appearance.choose(choice)


def _compare(parts: Parts) -> None:
    """Show the pinned designs side by side, or the plot again where they are shown."""
    elsewhere = parts.tabs.currentIndex() != TRADEOFF_TAB
    parts.tabs.setCurrentIndex(TRADEOFF_TAB)
    if not (elsewhere and parts.tradeoff.comparison.isVisible()):
        parts.tradeoff.toggle_comparison()


def _show_checked(parts: Parts) -> None:
    parts.tabs.setCurrentIndex(TRADEOFF_TAB)
    parts.tradeoff.strip.checked.toggle()


def _show_within(parts: Parts) -> None:
    parts.tabs.setCurrentIndex(TRADEOFF_TAB)
    parts.tradeoff.strip.within.toggle()


def _has_runs(parts: Parts) -> bool:
    return parts.studio.session.run is not None


def _name_run(what: str) -> Callable[[Parts], None]:
    def ask(parts: Parts) -> None:
        parts.workbench.show_runs()
        parts.runs.list.ask_for(what)

    return ask


def _filter_runs(parts: Parts) -> None:
    parts.workbench.show_runs()
    parts.runs.ask_for_filter()


def _type_limit(parts: Parts) -> None:
    parts.tabs.setCurrentIndex(TRADEOFF_TAB)
    parts.tradeoff.limit.setFocus()
    parts.tradeoff.limit.selectAll()


def _train_within(parts: Parts) -> None:
    """Train for the limit of the trade-off; the panel says so, and takes it back."""
    session = parts.studio.session
    parts.studio.edit(replace(session.recipe, power_limit=session.shown.limit))
    parts.studio.train()


def _remove_limit(parts: Parts) -> None:
    parts.studio.edit(replace(parts.studio.session.shown, limit=None))


_RUN = (
    Command(
        "undo", "Undo", "Take the last edit back", ("Ctrl+Z",), "undo",
        lambda parts: parts.studio.session.can_undo, lambda parts: parts.studio.undo(),
    ),
    Command(
        "redo", "Redo", "Do the edit again that was taken back", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo",
        lambda parts: parts.studio.session.can_redo, lambda parts: parts.studio.redo(),
    ),
    Command(
        "train", "Train", "Train a design for every alpha and seed", ("Ctrl+T",), "play",
        _has_layout, lambda parts: parts.studio.train(),
    ),
    Command(
        "pause", "Pause", "Pause the training after its epoch, or go on", ("Ctrl+P",), "pause",
        _is_training, lambda parts: parts.studio.toggle_pause(),
    ),
    Command(
        "stop", "Stop", "End the training and keep what is trained", ("Ctrl+.",), "stop",
        lambda parts: parts.studio.is_training, lambda parts: parts.studio.stop(),
    ),
    Command(
        "check", "Check with ngspice", "Simulate this design over the test split in ngspice",
        ("F7",), "check", lambda parts: parts.studio.checks.can_check,
        lambda parts: parts.studio.check(),
    ),
    Command(
        "check-front", "Check the front",
        "Simulate the best designs of every α in ngspice, and find the most frugal good one",
        ("Shift+F7",), "check", lambda parts: parts.studio.checks.front.can_check,
        lambda parts: parts.studio.checks.front.check(),
    ),
    Command(
        "yield-front", "Yield of the front",
        "Compute prints of the best designs of every α; while that goes on, end it", (), "",
        lambda parts: parts.studio.checks.yields.can_run,
        lambda parts: parts.studio.checks.yields.toggle(),
    ),
)  # fmt: skip

_PROJECT = tuple(
    Command(f"project-{name}", text, tip, (keys,) if keys else (), enabled=enabled, run=run,
            menu="Project")
    for name, text, keys, tip, enabled, run in (
        ("new", "New", "Ctrl+N", "Begin an empty project", always,
         lambda parts: parts.studio.project.new()),
        ("open", "Open…", "Ctrl+O", "Open a project", always,
         lambda parts: ask_to_open(parts.window, parts.studio.project)),
        ("add", "Open design or sweep…", "Ctrl+Shift+O",
         "Add a design or sweep file to this project, and show it", always,
         lambda parts: ask_to_add(parts.window, parts.files)),
        ("study", "Open study…", "", "Add all sweeps of a study to this project", always,
         lambda parts: ask_for_study(parts.window, parts.files)),
        ("predict", "Predict new rows…", "Ctrl+R",
         "Classify the rows of a table with the design at the slider", _has_design,
         lambda parts: ask_to_predict(parts.window, parts.files)),
        ("save-as", "Save As…", "Ctrl+Shift+S", "Save under another name and go on there", always,
         lambda parts: ask_to_save(parts.window, parts.studio.project)),
        ("revert", "Revert", "", "Go back to the project as it was opened", always,
         lambda parts: parts.studio.project.revert()),
        ("quit", "Quit", "Ctrl+Q", "Close the window; everything is saved", always,
         lambda parts: parts.window.close()),
    )
)  # fmt: skip

_EXPORT = tuple(
    Command(
        f"export-{kind.id}", f"{kind.name}…", kind.tip, enabled=_CAN_EXPORT[kind.needs],
        run=_export(kind.id), menu="Export",
    )
    for kind in KINDS.values()
)  # fmt: skip

_GO = tuple(
    Command(f"go-{place}", f"Go to {name}", keys=(f"Alt+{place + 1}",), run=_go(place))
    for place, name in enumerate(VIEWS)
)

_MORE = tuple(
    Command(name, text, keys=(keys,) if keys else (), enabled=enabled, run=run)
    for name, text, keys, enabled, run in (
        ("pin", "Pin this design, or take its pin away", "Ctrl+D", _has_design,
         lambda parts: parts.tradeoff.toggle_pin()),
        ("compare", "Compare pinned designs", "Ctrl+Shift+D",
         lambda parts: parts.tradeoff.can_compare, _compare),
        ("show-checked", "Show only checked designs, or all", "", _has_design, _show_checked),
        ("show-within", "Show only designs within the power limit, or all", "",
         lambda parts: _has_design(parts) and _has_limit(parts), _show_within),
        ("type-limit", "Type a power limit", "", _has_design, _type_limit),
        ("train-limit", "Train within the power limit, a design for each seed", "",
         lambda parts: _has_layout(parts) and _has_limit(parts), _train_within),
        ("remove-limit", "Remove the power limit", "", _has_limit, _remove_limit),
    )
)  # fmt: skip

_RUNS = tuple(
    Command(name, text, keys=(keys,) if keys else (), enabled=_has_runs, run=run)
    for name, text, keys, run in (
        ("runs", "Go to the runs", "F6", lambda parts: parts.workbench.show_runs()),
        ("filter-runs", "Filter the runs by name or tag", "Ctrl+F", _filter_runs),
        ("rename-run", "Rename the run that is chosen in the list", "", _name_run("name")),
        ("tag-run", "Tag the run that is chosen in the list", "", _name_run("tags")),
    )
)

_SAMPLES = (
    Command("sample-on", "Next sample, wrong answers first", enabled=_has_design,
            run=lambda parts: parts.samples.step_on(), told="]"),
    Command("sample-back", "Sample before", enabled=_has_design,
            run=lambda parts: parts.samples.step_back(), told="["),
)  # fmt: skip

_WINDOW = tuple(
    Command(name, text, keys=(keys,) if keys else (), enabled=enabled, run=run)
    for name, text, keys, enabled, run in (
        ("show-netlist", "Show netlist", "", _has_design,
         lambda parts: parts.studio.show_netlist()),
        ("copy-netlist", "Copy as SPICE", "", _has_design,
         lambda parts: parts.studio.copy_netlist()),
        ("round", "Round to printable values", "",
         lambda parts: parts.studio.checks.rounding.can_round,
         lambda parts: parts.studio.checks.rounding.run()),
        ("cancel-check", "Cancel the check", "", _is_checking,
         lambda parts: parts.studio.stop_check()),
        ("import", "Import data from a file…", "Ctrl+I", always,
         lambda parts: parts.panel.data.ask_for_file()),
        ("which-layout", "Which layout should I draw?", "", _has_layout,
         lambda parts: parts.studio.layouts.begin()),
        ("stop-layouts", "Stop training layouts, and keep what is trained", "",
         lambda parts: parts.studio.layouts.is_going, lambda parts: parts.studio.layouts.cancel()),
        ("add-layer", "Add a layer", "Ctrl+L", _has_layout,
         lambda parts: parts.studio.add_layer()),
        ("technology", "Choose a technology file", "", always,
         lambda parts: parts.panel.technology.ask_for_technology()),
        ("own-limits", "Edit the limits of the technology as your own…", "", always,
         lambda parts: parts.panel.technology.edit_limits()),
        ("surrogates", "Choose a folder of surrogates", "", always,
         lambda parts: parts.panel.technology.ask_for_surrogates()),
        ("panel", "Show or hide the data panel", "F9", always,
         lambda parts: parts.workbench.toggle_panel()),
        ("inspector", "Show or hide the inspector", "F10", always,
         lambda parts: parts.workbench.toggle_inspector()),
        ("curves", "Show or hide the curves", "F8", always, lambda parts: parts.dock.toggle()),
    )
)  # fmt: skip

_COLOURS = tuple(
    Command(f"colours-{choice}", words.capitalize(), run=_colour(choice), menu="Colours",
            title=f"Colours: {words}")
    for choice, words in COLOUR_WORDS.items()
)  # fmt: skip

_HELP = (
    Command("tour", "Show the tour", run=lambda parts: parts.tour.start()),
    Command("ngspice", "Choose ngspice…",
            run=lambda parts: parts.studio.simulator_choice.ask(parts.window)),
    Command("shortcuts", "Keyboard shortcuts", keys=("F1",),
            run=lambda parts: parts.palette.show_shortcuts()),
    Command("search", "Search commands", "Search all commands", ("Ctrl+K",),
            run=lambda parts: parts.palette.search()),
    Command("export", "Export…", "Write the design at the slider to files", ("Ctrl+E",),
            enabled=_has_design, run=_export("")),
)  # fmt: skip

_DATA = tuple(
    Command(f"load-{source}", title, run=_load(source), menu="Load data")
    for source, title in SHIPPED_DATASETS.items()
)

_TOLD = tuple(
    Command(f"told-{number}", text, told=keys)
    for number, (text, keys) in enumerate((
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
        ("Runs: show, draw in the Trade-off, delete", "Return, Space, Del"),
        ("Runs: rename, tag", "F2, Shift+F2"),
        ("Queue: move, drop", "Alt+Up, Alt+Down, Del"),
    ))
)  # fmt: skip

COMMANDS: tuple[Command, ...] = (
    *_RUN, *_PROJECT, *_EXPORT, *_GO, *_MORE, *_RUNS, *_SAMPLES, *_WINDOW, *_COLOURS, *_HELP,
    *_DATA, *_TOLD,
)  # fmt: skip
