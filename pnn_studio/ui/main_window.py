"""The window: puts the parts together, and nothing else."""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app import history
from pnn_studio.app.selection import DesignItem, RunItem
from pnn_studio.app.sheet import Step
from pnn_studio.ui.actions import make_actions
from pnn_studio.ui.alpha_bar import AlphaBar
from pnn_studio.ui.check_tab import CheckTab
from pnn_studio.ui.controls import ElidedLabel
from pnn_studio.ui.data_panel import WIDTH, DataPanel
from pnn_studio.ui.inspector import WIDTH as INSPECTOR_WIDTH
from pnn_studio.ui.inspector import Inspector
from pnn_studio.ui.layout_tab import LayoutTab
from pnn_studio.ui.message_bar import MessageBar
from pnn_studio.ui.notice_bar import NoticeBar
from pnn_studio.ui.palette import Palette, PaletteEntry
from pnn_studio.ui.palette_entries import palette_entries
from pnn_studio.ui.run_list import RunList
from pnn_studio.ui.schematic_tab import SchematicTab
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.stylesheet import stylesheet
from pnn_studio.ui.theme import Appearance
from pnn_studio.ui.toolbar import Toolbar
from pnn_studio.ui.tradeoff_tab import TradeoffTab
from pnn_studio.ui.training_dock import HEAD, TrainingDock

_DOCK_HEIGHT, _DOCK_SHARE = 216, 0.3
_ROOM_FOR_ALL = 1160  # px, for panel, canvas and inspector side by side
LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB, CHECK_TAB = range(4)


class MainWindow(QMainWindow):
    """Toolbar, alpha bar, messages, panel, tabs, training dock and status bar."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self.studio, self.appearance = studio, appearance
        self.setWindowTitle("pNN Studio")
        self.setMinimumSize(1024, 700)
        self.resize(1440, 900)
        self.commands = make_actions(studio, appearance, self)
        self.addActions(list(self.commands.values()))
        self.toolbar = Toolbar(studio, appearance, self.commands)
        self.alpha_bar = AlphaBar(studio, appearance)
        self.messages = MessageBar(studio, appearance)
        self.notices = NoticeBar(studio.desk, appearance)
        self.panel = DataPanel(studio, appearance)
        self.layout_tab = LayoutTab(studio, appearance)
        self.schematic_tab = SchematicTab(studio, appearance)
        self.tradeoff_tab = TradeoffTab(studio, appearance)
        self.check_tab = CheckTab(studio, appearance, self.commands["check"])
        self.dock = TrainingDock(studio, appearance)
        self.runs = RunList(studio, appearance)
        self.inspector = Inspector(studio, appearance)
        self.tabs = QTabBar()
        self._pages = QStackedWidget()
        self._dock_height = _DOCK_HEIGHT
        self._wants_inspector = True
        self._dock_open = {LAYOUT_TAB: True, SCHEMATIC_TAB: False, CHECK_TAB: False}
        self._dock_open[TRADEOFF_TAB] = False
        self._put_together()
        self._make_status_bar()
        self._connect()
        self._restyle()
        self._show_tab(LAYOUT_TAB)

    def _put_together(self) -> None:
        pages = (
            ("Layout", self.layout_tab),
            ("Schematic", self.schematic_tab),
            ("Trade-off", self.tradeoff_tab),
            ("Check", self.check_tab),
        )
        for index, (name, page) in enumerate(pages):
            self.tabs.addTab(name)
            self.tabs.setTabToolTip(index, f"{name} (Alt+{index + 1})")
            self._pages.addWidget(page)
        self.tabs.setAccessibleName("Views")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        strip = QWidget()
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        strip.setProperty("ground", "window")
        strip.setProperty("edge", "bottom")
        strip.setFixedHeight(40)
        row = QHBoxLayout(strip)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(self.tabs)
        row.addStretch()
        center = QWidget()
        center.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        center.setProperty("ground", "canvas")
        center.setMinimumWidth(560)
        column = QVBoxLayout(center)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addWidget(self._pages, 1)
        self._across = QSplitter(Qt.Orientation.Horizontal)
        self._down = QSplitter(Qt.Orientation.Vertical)
        for splitter in (self._across, self._down):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self._across.addWidget(self.panel)
        self._across.addWidget(center)
        self._across.setStretchFactor(1, 1)
        self._across.addWidget(self.inspector)
        self._across.setSizes([WIDTH, 1440 - WIDTH - INSPECTOR_WIDTH, INSPECTOR_WIDTH])
        self._down.addWidget(self._across)
        self._put_bottom_together()
        self._down.addWidget(self._bottom)
        self._down.setStretchFactor(0, 1)
        whole = QWidget()
        parts = QVBoxLayout(whole)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(0)
        for part in (self.toolbar, self.alpha_bar, self.notices, self.messages):
            parts.addWidget(part)
        parts.addWidget(self._down, 1)
        self.setCentralWidget(whole)

    def _put_bottom_together(self) -> None:
        self._bottom = QSplitter(Qt.Orientation.Horizontal)
        self._bottom.setHandleWidth(1)
        self._bottom.setChildrenCollapsible(False)
        self._bottom.addWidget(self.dock)
        self._bottom.addWidget(self.runs)
        self._bottom.setStretchFactor(0, 1)
        self._bottom.setSizes([1440 - INSPECTOR_WIDTH, INSPECTOR_WIDTH])

    def _make_status_bar(self) -> None:
        self._status, self._hint = ElidedLabel(), ElidedLabel()
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setFixedHeight(24)
        bar.setContentsMargins(10, 0, 10, 0)
        bar.addWidget(self._status, 1)
        bar.addWidget(self._hint, 1)
        self._status.set_whole("Starting the worker…")

    def _connect(self) -> None:
        self._down.splitterMoved.connect(self._take_dock_height)
        self.tabs.currentChanged.connect(self._show_tab)
        self.dock.toggled.connect(self._remember_dock)
        self.layout_tab.start.wants_file.connect(self.panel.data.ask_for_file)
        self.panel.data.take_drops_on(self)
        self.studio.status.connect(self._status.set_whole)
        self.studio.hint.connect(self._hint.set_whole)
        self.studio.desk.changed.connect(self._show_title)
        self.studio.changed.connect(self._follow_view)
        self.appearance.changed.connect(self._restyle)
        panel = QShortcut(QKeySequence("F9"), self)
        panel.activated.connect(self.toggle_panel)
        inspector = QShortcut(QKeySequence("F10"), self)
        inspector.activated.connect(self.toggle_inspector)
        self.inspector.asked.connect(self._take_step)
        self.palette_ = Palette(self, self.appearance, self.entries)
        for keys, run in (("Ctrl+K", self.palette_.search), ("F1", self.palette_.show_shortcuts)):
            QShortcut(QKeySequence(keys), self).activated.connect(run)
        self.toolbar.search.clicked.connect(self.palette_.search)
        self.layout_tab.start.runner.trained.connect(self._show_example)
        self.runs.again.connect(self._train_again)
        for index in range(self.tabs.count()):
            shortcut = QShortcut(QKeySequence(f"Alt+{index + 1}"), self)
            shortcut.setObjectName(str(index))
            shortcut.activated.connect(self._go_to_tab)

    @Slot()
    def _restyle(self) -> None:
        self.setPalette(self.appearance.theme.palette())
        self.setStyleSheet(stylesheet(self.appearance.theme))

    @Slot()
    def _show_title(self) -> None:
        self.setWindowTitle(f"{self.studio.desk.title} \N{EM DASH} pNN Studio")

    @Slot(str)
    def _follow_view(self, change: str) -> None:
        if change == "view":
            self.tabs.setCurrentIndex(self.studio.session.view.tab)

    @Slot()
    def _go_to_tab(self) -> None:
        self.tabs.setCurrentIndex(int(self.sender().objectName()))

    @Slot()
    def toggle_panel(self) -> None:
        """Show or hide the data panel."""
        self.panel.setVisible(self.panel.isHidden())

    @Slot()
    def toggle_inspector(self) -> None:
        """Show or hide the inspector; where there is no room for both sides, one goes."""
        self._wants_inspector = self.inspector.isHidden()
        if self._wants_inspector and self.width() < _ROOM_FOR_ALL:
            self.panel.hide()
        self.inspector.setVisible(self._wants_inspector)

    def type_limit(self) -> None:
        """Go where the power limit is typed."""
        self.tabs.setCurrentIndex(TRADEOFF_TAB)
        self.tradeoff_tab.limit.setFocus()
        self.tradeoff_tab.limit.selectAll()

    def entries(self) -> list[PaletteEntry]:
        """List what the palette offers."""
        return palette_entries(self)

    @Slot()
    def _show_example(self) -> None:
        self.tabs.setCurrentIndex(TRADEOFF_TAB)

    @Slot(object)
    def _take_step(self, step: Step) -> None:
        """Do what a button of the inspector offers."""
        tabs = {"layout": LAYOUT_TAB, "schematic": SCHEMATIC_TAB, "check": CHECK_TAB}
        if step.where == "design" and isinstance(step.item, DesignItem):
            self.tradeoff_tab.choose(step.item.design)
            return
        if isinstance(step.item, RunItem):
            act = self._train_again if step.where == "rerun" else self.runs.delete
            act(step.item.run)
            return
        if step.item is not None:
            self.studio.picks.select(step.item)
        if step.where in tabs:
            self.tabs.setCurrentIndex(tabs[step.where])

    @Slot(int)
    def _train_again(self, place: int) -> None:
        """Train a run of the history anew, with the settings that it had."""
        session = self.studio.session
        self.studio.edit(history.again(session.settings, session.runs[place]))
        self.studio.train()

    @Slot(int)
    def _show_tab(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        session = self.studio.session
        session.set_view(replace(session.view, tab=index))
        self.inspector.set_default(DesignItem(-1) if index == TRADEOFF_TAB else None)
        self.dock.set_open(self._dock_open[index])
        self.runs.set_open(self._dock_open[index])
        self._size_dock()

    @Slot(bool)
    def _remember_dock(self, shown: bool) -> None:
        self._dock_open[self.tabs.currentIndex()] = shown
        self.runs.set_open(shown)
        self._size_dock()

    @Slot()
    def _size_dock(self) -> None:
        whole = self._down.height()
        open_height = min(self._dock_height, int(whole * _DOCK_SHARE))
        height = open_height if self.dock.is_open else HEAD
        self._down.setSizes([max(whole - height, 1), height])

    @Slot()
    def _take_dock_height(self) -> None:
        if self.dock.is_open:
            self._dock_height = self.dock.height()

    def showEvent(self, event: QShowEvent) -> None:
        """Share the height once the parts have theirs."""
        super().showEvent(event)
        QTimer.singleShot(0, self._size_dock)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share a small height fairly between canvas and curves."""
        super().resizeEvent(event)
        if self.width() < _ROOM_FOR_ALL and not self.panel.isHidden():
            self.inspector.hide()
        elif self._wants_inspector:
            self.inspector.show()
        self._size_dock()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the worker; what it does is not worth keeping without a window."""
        self.studio.close()
        event.accept()
