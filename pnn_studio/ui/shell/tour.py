"""What the tour points at, in the order of a session: from data to an exported design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pnn_studio.ui.widgets.callouts import Callout

if TYPE_CHECKING:
    from pnn_studio.ui.shell.main_window import MainWindow


def tour_callouts(window: MainWindow) -> tuple[Callout, ...]:
    """List the parts of a window."""
    bar = window.toolbar
    return (
        Callout(
            "Data",
            "Begin with an example, a data set from this list, or a file of your own: drop a CSV, "
            "TSV or ARFF file anywhere on the window.",
            lambda: [window.panel.data],
        ),
        Callout(
            "Layout",
            "Inputs and outputs follow from the data. Layers and neurons between them are drawn "
            "here; right-click for what applies, and Ctrl+Z takes everything back.",
            lambda: [window.layout_tab],
            window.show_layout,
        ),
        Callout(
            "Train",
            "Trains a design for every alpha and seed at once. The curves move below while you go "
            "on working; pause, stop and resume as you like.",
            lambda: [bar.train],
        ),
        Callout(
            "Accuracy or power",
            "Drag from accuracy to power: the whole window shows the trained design that fits "
            "best, with its accuracy, its power and its negation circuits.",
            lambda: [window.alpha_bar],
        ),
        Callout(
            "Look and check",
            "See the printed circuit with its component values, choose on the front of accuracy "
            "and power, and let ngspice say whether the model is right.",
            lambda: [window.tabs],
        ),
        Callout(
            "Export",
            "Writes the design as SPICE netlist, schematic, component table or design file. "
            "Every command is found with Ctrl+K, every shortcut with F1.",
            lambda: [bar.export],
        ),
    )  # fmt: skip
