"""The parts of the window by name, which its commands act on; and the views in their order."""

from dataclasses import dataclass

from PySide6.QtWidgets import QMainWindow, QTabBar

from pnn_studio.ui.controllers.files import FileController
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.design_bar.sample_picker import SamplePicker
from pnn_studio.ui.panel.panel import DataPanel
from pnn_studio.ui.runs.dock import TrainingDock
from pnn_studio.ui.runs.run_list import RunList
from pnn_studio.ui.shell.workbench import Workbench
from pnn_studio.ui.tradeoff.tab import TradeoffTab
from pnn_studio.ui.widgets.callouts import Tour
from pnn_studio.ui.widgets.command_palette import Palette
from pnn_studio.ui.widgets.theme import Appearance

VIEWS = ("Layout", "Schematic", "Trade-off", "Check", "Yield")
LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB, CHECK_TAB, YIELD_TAB = range(5)


@dataclass(frozen=True, eq=False)
class Parts:
    """What a command can reach.

    Attributes
    ----------
    window : QMainWindow
        What closes, and what dialogs open over.
    studio, files, appearance
        What is designed, what reads and predicts files, and in which colours it is shown.
    tabs : QTabBar
        Of the views.
    panel, samples, tradeoff, dock, runs, workbench, palette, tour
        The widgets of those names.
    """

    window: QMainWindow
    studio: Studio
    files: FileController
    appearance: Appearance
    tabs: QTabBar
    panel: DataPanel
    samples: SamplePicker
    tradeoff: TradeoffTab
    dock: TrainingDock
    runs: RunList
    workbench: Workbench
    palette: Palette
    tour: Tour
