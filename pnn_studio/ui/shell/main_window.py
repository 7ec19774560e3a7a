"""The window: puts the parts together, and leads from one to the other."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.inspector.sheet import Step
from pnn_studio.app.jobs.protocol import Check, LoadData
from pnn_studio.app.project.openable import Openable
from pnn_studio.app.session import history
from pnn_studio.app.session.messages import Message, Remedy
from pnn_studio.app.session.selection import DesignItem, RunItem
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.ui.check.tab import CheckTab
from pnn_studio.ui.controllers.files import FileController, Predicted
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.design_bar.bar import AlphaBar
from pnn_studio.ui.export.opener import Exporting
from pnn_studio.ui.inspector.panel import Inspector
from pnn_studio.ui.layout.tab import LayoutTab
from pnn_studio.ui.panel.panel import DataPanel
from pnn_studio.ui.prints.tab import YieldTab
from pnn_studio.ui.runs.dock import TrainingDock
from pnn_studio.ui.runs.run_list import RunList
from pnn_studio.ui.schematic.tab import SchematicTab
from pnn_studio.ui.shell.actions import Actions
from pnn_studio.ui.shell.arrangement import Arrangement
from pnn_studio.ui.shell.commands import COMMANDS
from pnn_studio.ui.shell.file_drop import FileDrop
from pnn_studio.ui.shell.message_bar import MessageBar
from pnn_studio.ui.shell.notice_bar import NoticeBar
from pnn_studio.ui.shell.parts import (
    CHECK_TAB,
    LAYOUT_TAB,
    SCHEMATIC_TAB,
    TRADEOFF_TAB,
    VIEWS,
    Parts,
)
from pnn_studio.ui.shell.prediction_dialog import PredictionDialog
from pnn_studio.ui.shell.toolbar import Toolbar
from pnn_studio.ui.shell.tour import tour_callouts
from pnn_studio.ui.shell.trained_line import TrainedLine
from pnn_studio.ui.shell.window_memory import WindowMemory
from pnn_studio.ui.shell.workbench import Workbench
from pnn_studio.ui.tradeoff.tab import TradeoffTab
from pnn_studio.ui.widgets.callouts import Callout, Tour
from pnn_studio.ui.widgets.command_palette import Palette, PaletteEntry
from pnn_studio.ui.widgets.controls import ElidedLabel
from pnn_studio.ui.widgets.stylesheet import stylesheet
from pnn_studio.ui.widgets.text_dialog import TextDialog
from pnn_studio.ui.widgets.theme import Appearance

# as it is before a person has arranged anything: curves are open where a layout is drawn
ARRANGEMENTS = tuple(Arrangement(dock=tab == LAYOUT_TAB) for tab in range(len(VIEWS)))


def _tab_of(session: Session) -> int:
    """Return the tab that is shown: the first where a file names one that there is not."""
    tab = session.view.tab
    return tab if 0 <= tab < len(ARRANGEMENTS) else LAYOUT_TAB


class MainWindow(QMainWindow):
    """Toolbar, alpha bar, messages, panel, tabs, training dock and status bar.

    What a person can do stands in `commands`; here the parts are made, and what one of them asks
    for is done by another: a step of the inspector, a remedy of the message bar, a file that was
    dropped. It holds no truth but how its parts are arranged.

    Parameters
    ----------
    memory : WindowMemory, optional
        Remembers where the window and its parts are; without it nothing is remembered.
    """

    def __init__(
        self, studio: Studio, appearance: Appearance, memory: WindowMemory | None = None
    ) -> None:
        super().__init__()
        self.studio, self.appearance, self._memory = studio, appearance, memory
        self.setWindowTitle("pNN Studio")
        self.setMinimumSize(1024, 700)
        self.resize(1440, 900)
        self.commands = Actions(COMMANDS, appearance, self)
        self.files = FileController(studio, self)
        self.toolbar = Toolbar(studio, appearance, self.commands)
        self.alpha_bar = AlphaBar(studio, appearance)
        self.messages = MessageBar(studio, appearance)
        self.notices = NoticeBar(studio.project, appearance)
        self.panel = DataPanel(studio, appearance)
        self.layout_tab = LayoutTab(studio, appearance)
        self.schematic_tab = SchematicTab(studio, appearance)
        self.tradeoff_tab = TradeoffTab(studio, appearance)
        self.check_tab = CheckTab(studio, appearance, self.commands["check"])
        self.yield_tab = YieldTab(studio, appearance)
        self.dock = TrainingDock(studio, appearance)
        self.runs = RunList(studio, appearance)
        self.inspector = Inspector(studio, appearance)
        self.tabs = QTabBar()
        self._pages = QStackedWidget()
        self._put_together()
        self._make_status_bar()
        self.palette_ = Palette(self, appearance, self.entries)
        self.tour = Tour(self, appearance, self._callouts())
        chosen = "" if memory is None else memory.exports
        self.exporting = Exporting(self, studio.exports, appearance, chosen)
        self.commands.serve(self._parts())
        self._connect()
        self._restyle()
        self._show_tab()
        # no control has the focus, and shows it, before the keyboard is used
        self.setFocus()
        if memory is not None:
            appearance.choose(memory.colours)
            appearance.chosen.connect(memory.keep_colours)
            memory.restore(self, self.workbench)
            self.exporting.kept.connect(memory.keep_exports)
            self.tour.ended.connect(memory.keep_tour_seen)
            studio.simulator_choice.remember(memory.simulator)
            studio.simulator_choice.chosen.connect(memory.keep_simulator)
            studio.computing.remember(memory.cluster)
            studio.computing.chosen.connect(memory.keep_cluster)
            studio.project.folders.remember(memory.folders)
            studio.project.folders.changed.connect(memory.keep_folder)

    def _put_together(self) -> None:
        pages = (self.layout_tab, self.schematic_tab, self.tradeoff_tab, self.check_tab)
        for index, (name, page) in enumerate(zip(VIEWS, (*pages, self.yield_tab), strict=True)):
            self.tabs.addTab(name)
            self.tabs.setTabToolTip(index, f"{name} ({self.commands[f'go-{index}'].keys})")
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
        row.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        center = QWidget()
        center.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        center.setProperty("ground", "canvas")
        center.setMinimumWidth(560)
        column = QVBoxLayout(center)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.trained_line = TrainedLine(self.studio, self.appearance)
        column.addWidget(strip)
        column.addWidget(self.trained_line)
        column.addWidget(self._pages, 1)
        parts_of = (self.panel, center, self.inspector, self.dock, self.runs)
        self.workbench = Workbench(parts_of, ARRANGEMENTS, partial(_tab_of, self.studio.session))
        whole = QWidget()
        parts = QVBoxLayout(whole)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(0)
        for part in (self.toolbar, self.alpha_bar, self.notices, self.messages):
            parts.addWidget(part)
        parts.addWidget(self.workbench, 1)
        self.setCentralWidget(whole)

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

    def _callouts(self) -> tuple[Callout, ...]:
        parts = {
            "data": self.panel.data,
            "layout": self.layout_tab,
            "train": self.toolbar.train,
            "alpha": self.alpha_bar,
            "tabs": self.tabs,
            "export": self.toolbar.export,
        }
        return tour_callouts(parts, self.commands[f"go-{LAYOUT_TAB}"].trigger)

    def _parts(self) -> Parts:
        return Parts(
            window=self,
            studio=self.studio,
            files=self.files,
            appearance=self.appearance,
            tabs=self.tabs,
            panel=self.panel,
            samples=self.layout_tab.samples,
            tradeoff=self.tradeoff_tab,
            dock=self.dock,
            runs=self.runs,
            workbench=self.workbench,
            palette=self.palette_,
            tour=self.tour,
        )

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._take_tab)
        self.layout_tab.start.wants_file.connect(self.panel.data.ask_for_file)
        FileDrop(self, self.appearance, self.files.design_name).dropped.connect(self.take_files)
        self.files.opened.connect(self.runs.show_run)
        self.studio.layouts.answered.connect(self._show_tradeoff)
        self.files.predicted.connect(self._show_predictions)
        self.studio.checks.rounding.added.connect(self._show_rounded)
        self.studio.status.connect(self._status.set_whole)
        self.studio.hint.connect(self._hint.set_whole)
        self.studio.project.changed.connect(self._show_title)
        self.studio.project.task.changed.connect(self._show_task)
        self.studio.changed.connect(self._follow_view)
        self.appearance.changed.connect(self._restyle)
        self.inspector.asked.connect(self._take_step)
        self.schematic_tab.view.opened.connect(self._open_selection)
        self.studio.checks.shown.connect(self._show_text)
        self.layout_tab.start.runner.started.connect(self._begin_example)
        self.layout_tab.start.runner.trained.connect(self._show_tradeoff)
        self.runs.again.connect(self._train_again)
        self.tradeoff_tab.schematic_wanted.connect(self._show_schematic)
        self.yield_tab.where.opened.connect(self._show_schematic)
        self.messages.wanted.connect(self._help)

    @Slot()
    def _restyle(self) -> None:
        # of the application: a window's own does not reach its dialogs
        QApplication.setPalette(self.appearance.theme.palette())
        self.setStyleSheet(stylesheet(self.appearance.theme))

    @Slot()
    def _show_title(self) -> None:
        self.setWindowTitle(f"{self.studio.project.title} \N{EM DASH} pNN Studio")

    @Slot()
    def _show_task(self) -> None:
        """Point with a clock while a large project is read or written."""
        if self.studio.project.task.words:
            self.setCursor(Qt.CursorShape.BusyCursor)
        else:
            self.unsetCursor()

    @Slot(str)
    def _follow_view(self, change: str) -> None:
        session = self.studio.session
        if change in ("settings", "run"):
            self.workbench.begin(nothing_yet=session.layout is None and not session.runs)
        if change == "view" and _tab_of(self.studio.session) != self._pages.currentIndex():
            self._show_tab()

    @Slot(object)
    def take_files(self, files: Openable) -> None:
        """Open a project or what was trained, import or predict a table, or say what can be."""
        if files.kind == "project" and files.path is not None:
            self.studio.project.open_file(files.path)
        elif files.kind == "data":
            self.panel.data.open_import(str(files.path))
        elif files.kind in ("design", "sweep"):
            self.files.open_trained(str(files.path))
        elif files.kind == "study":
            self.files.open_study(str(files.path))
        elif files.kind == "rows":
            self.files.predict(str(files.path))
        else:
            self.studio.message.emit(Message("error", files.words))

    def entries(self) -> list[PaletteEntry]:
        """List what the palette offers."""
        return self.commands.entries()

    @Slot()
    def _begin_example(self) -> None:
        # It shows all that the tour tells of, and the tour would lie over it.
        self.tour.end()
        self.setFocus()  # else the focus jumps to the first control when the start page goes

    @Slot()
    def _show_tradeoff(self) -> None:
        self.tabs.setCurrentIndex(TRADEOFF_TAB)

    @Slot()
    def _show_schematic(self) -> None:
        self.tabs.setCurrentIndex(SCHEMATIC_TAB)

    @Slot(str, str)
    def _show_text(self, title: str, text: str) -> None:
        """Show a netlist beside the window."""
        TextDialog(self, title, text).open()

    @property
    def prediction_dialogs(self) -> list[PredictionDialog]:
        """The predictions that are shown beside it."""
        return [each for each in self.findChildren(PredictionDialog) if each.isVisible()]

    @Slot(object)
    def _show_predictions(self, told: Predicted) -> None:
        PredictionDialog(self, self.files, told, self.appearance).show()

    @Slot()
    def _open_selection(self) -> None:
        """Go to the values of what is selected."""
        if self.inspector.isHidden():
            self.workbench.toggle_inspector()
        focus = self.inspector.view if self.inspector.view.has_rows else self.inspector.buttons[0]
        focus.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(object)
    def _take_step(self, step: Step) -> None:
        """Do what a button of the inspector offers."""
        tabs = {"layout": LAYOUT_TAB, "schematic": SCHEMATIC_TAB, "check": CHECK_TAB}
        if step.where == "design" and isinstance(step.item, DesignItem):
            if step.item.ref is not None:
                self.tradeoff_tab.show_design(step.item.ref)
            return
        if step.where == "check-some":
            self.studio.checks.front.check_some(step.designs)
            return
        if step.where == "round":
            self.studio.checks.rounding.run()
            return
        if step.where == "train-limit":
            self.studio.edit(replace(self.studio.session.recipe, power_limit=step.limit))
            self.studio.train()
            return
        if isinstance(step.item, RunItem):
            act = self._train_again if step.where == "rerun" else self.runs.delete
            act(step.item.run)
            return
        if step.item is not None:
            self.studio.selection.select(step.item)
        if step.where in tabs:
            self.tabs.setCurrentIndex(tabs[step.where])

    @Slot(int)
    def _show_rounded(self, run: RunId) -> None:
        """Go to a design that was rounded, where accuracy and power before and after are told."""
        self.runs.show_run(run)
        self.studio.selection.select(DesignItem(DesignRef(run, 0)))

    @Slot(object)
    def _help(self, remedy: Remedy) -> None:
        """Do what the message bar offers and cannot do alone."""
        if remedy.do == "save-as":
            self.commands["project-save-as"].trigger()
        elif remedy.do == "look" and isinstance(remedy.job, LoadData):
            self.panel.data.open_import(remedy.job.reference.source)
        elif remedy.do == "read":
            self._show_text(remedy.text.removeprefix("Open ").capitalize(), remedy.content)
        elif remedy.do == "other-file":
            self.panel.data.ask_for_file()
        elif remedy.do == "simulator":
            again = remedy.job if isinstance(remedy.job, Check) else None
            self.studio.simulator_choice.ask(self, again)

    @Slot(int)
    def _train_again(self, run: RunId) -> None:
        """Train a run of the history anew, by the recipe that it had."""
        session = self.studio.session
        self.studio.edit(history.again(session.settings, session.runs[run]))
        self.studio.train()

    @Slot(int)
    def _take_tab(self, index: int) -> None:
        session = self.studio.session
        if index != _tab_of(self.studio.session):
            session.set_view(replace(session.view, tab=index))

    def _show_tab(self) -> None:
        """Show the tab that the session is at."""
        tab = _tab_of(self.studio.session)
        self.tabs.setCurrentIndex(tab)
        self._pages.setCurrentIndex(tab)
        self.trained_line.show_tab(draws=tab == LAYOUT_TAB)
        self.inspector.set_default(DesignItem() if tab == TRADEOFF_TAB else None)
        self.workbench.show_tab()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the worker; what it does is not worth keeping without a window."""
        if self._memory is not None:
            self._memory.keep(self, self.workbench)
        self.hide()  # at once, while the workers take their leave
        self.studio.close()
        event.accept()
