"""What the tour points at, in the order of a session: from data to an exported design."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from pnn_studio.domain.formats import export_words
from pnn_studio.ui.widgets.callouts import Callout


def tour_callouts(
    parts: Mapping[str, QWidget], show_layout: Callable[[], None]
) -> tuple[Callout, ...]:
    """List what the tour tells of.

    Parameters
    ----------
    parts : mapping from str to QWidget
        What it points at: data, layout, train, alpha, tabs, export.
    show_layout : callable
        Brings the layout into view.
    """
    return (
        Callout(
            "Data",
            "Begin with an example, a data set from this list, or a file of your own: drop a CSV, "
            "TSV or ARFF file anywhere on the window.",
            lambda: [parts["data"]],
        ),
        Callout(
            "Layout",
            "Inputs and outputs follow from the data. Layers and neurons between them are drawn "
            "here; right-click for what applies, and Ctrl+Z takes everything back.",
            lambda: [parts["layout"]],
            show_layout,
        ),
        Callout(
            "Train",
            "Trains a design for every alpha and seed at once. The curves move below while you go "
            "on working; pause, stop and resume as you like.",
            lambda: [parts["train"]],
        ),
        Callout(
            "Accuracy or power",
            "Drag from accuracy to power: the whole window shows the trained design that fits "
            "best, with its accuracy, its power and its negation circuits.",
            lambda: [parts["alpha"]],
        ),
        Callout(
            "Look and check",
            "See the printed circuit with its component values, choose on the front of accuracy "
            "and power, and let ngspice say whether the model is right.",
            lambda: [parts["tabs"]],
        ),
        Callout(
            "Export",
            f"Writes the design as {export_words()}. "
            "Every command is found with Ctrl+K, every shortcut with F1.",
            lambda: [parts["export"]],
        ),
    )  # fmt: skip
