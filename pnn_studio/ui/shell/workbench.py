"""The parts of the window side by side: who is open in which tab, and how large."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from pnn_studio.ui.inspector.panel import WIDTH as INSPECTOR_WIDTH
from pnn_studio.ui.inspector.panel import Inspector
from pnn_studio.ui.panel.panel import WIDTH as PANEL_WIDTH
from pnn_studio.ui.panel.panel import DataPanel
from pnn_studio.ui.runs.dock import HEAD, TrainingDock
from pnn_studio.ui.runs.run_list import RunList
from pnn_studio.ui.shell.arrangement import Arrangement

_DOCK_HEIGHT, _DOCK_SHARE, _LEAST_DOCK = 216, 0.3, 160
_RUNS_HEIGHT = 232  # px, of the runs under the inspector
_MOST_DOCK_SHARE = 0.6  # of the height, where a person wants the curves large
_ROOM_FOR_START = 640  # px, under which there is no room for empty curves at the start
_ROOM_FOR_ALL = 1160  # px, for panel, canvas and inspector side by side


def _splitter(direction: Qt.Orientation) -> QSplitter:
    made = QSplitter(direction)
    made.setHandleWidth(1)
    made.setChildrenCollapsible(False)
    return made


class Workbench(QSplitter):
    """Data panel, views and inspector; under them curves and runs.

    Parameters
    ----------
    parts : tuple of DataPanel, QWidget, Inspector, TrainingDock, RunList
        From left to right and down.
    arrangements : sequence of Arrangement
        One for every tab.
    tab : callable
        Tells which tab is shown.
    """

    def __init__(
        self,
        parts: tuple[DataPanel, QWidget, Inspector, TrainingDock, RunList],
        arrangements: Sequence[Arrangement],
        tab: Callable[[], int],
    ) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self._panel, center, self._inspector, self._dock, self._runs = parts
        self.arrangements = list(arrangements)
        self._tab = tab
        self._nothing_yet, self._was_opened = True, False
        self._across, self._side = (
            _splitter(each) for each in (Qt.Orientation.Horizontal, Qt.Orientation.Vertical)
        )
        self._side.addWidget(self._inspector)
        for part in (self._panel, center, self._side):
            self._across.addWidget(part)
        self._across.setStretchFactor(1, 1)
        self._bottom = _splitter(Qt.Orientation.Horizontal)
        self._bottom.addWidget(self._dock)
        self._bottom.addWidget(self._runs)
        self._bottom.setStretchFactor(0, 1)
        self.addWidget(self._across)
        self.addWidget(self._bottom)
        self.setStretchFactor(0, 1)
        self._across.splitterMoved.connect(self._take_widths)
        self._bottom.splitterMoved.connect(self._take_widths)
        self.splitterMoved.connect(self._take_height)
        self._dock.toggled.connect(self._take_dock)
        self._runs.toggled.connect(self._take_runs)

    @property
    def arrangement(self) -> Arrangement:
        """How the tab that is shown is arranged."""
        return self.arrangements[self._tab()]

    def show_tab(self) -> None:
        """Arrange the parts as they were in the tab that is shown now."""
        self._arrange()

    def arrange(self, arrangements: Sequence[Arrangement]) -> None:
        """Take up what was kept."""
        self.arrangements = list(arrangements)
        self._arrange()

    def begin(self, *, nothing_yet: bool) -> None:
        """Note whether there is neither a layout nor a run: the start needs the room of curves."""
        if nothing_yet != self._nothing_yet:
            self._nothing_yet = nothing_yet
            self._open_dock()

    def toggle_panel(self) -> None:
        """Show or hide the data panel."""
        self._keep(panel=self._panel.isHidden())
        self._arrange()

    def toggle_inspector(self) -> None:
        """Show or hide the inspector; where there is no room for both sides, one goes."""
        shown = self._inspector.isHidden()
        narrow = self.width() < _ROOM_FOR_ALL
        self._keep(inspector=shown, panel=self.arrangement.panel and not (shown and narrow))
        self._arrange()

    def _keep(self, **changes: bool | int) -> None:
        self.arrangements[self._tab()] = replace(self.arrangement, **changes)  # type: ignore[arg-type]

    def _arrange(self) -> None:
        now = self.arrangement
        self._show_sides()
        left = max(now.panel_width or PANEL_WIDTH, PANEL_WIDTH)
        right = max(now.inspector_width or INSPECTOR_WIDTH, INSPECTOR_WIDTH)
        self._across.setSizes([left, max(self.width() - left - right, 1), right])
        self._open_dock()
        under = max(now.runs_width or INSPECTOR_WIDTH, 1)
        self._bottom.setSizes([max(self.width() - under, 1), under])

    def _open_dock(self) -> None:
        spared = self._nothing_yet and not self._was_opened and self.height() < _ROOM_FOR_START
        shown = self.arrangement.dock and not spared
        if shown != self._dock.is_open:
            self._dock.set_open(shown)
        self._place_runs()
        self._size_dock()

    def show_runs(self) -> None:
        """Open the runs, beside the curves or alone, and have the keys act on them."""
        if not self._runs.is_open:
            self._take_runs(True)
        self._runs.take_keys()

    def _place_runs(self) -> None:
        """Show the runs beside the curves; alone they stand under the inspector."""
        alone = self.arrangement.runs and not self._dock.is_open
        place, at = (self._side, 1) if alone else (self._bottom, 1)
        if self._runs.parentWidget() is not place:
            place.insertWidget(at, self._runs)
            if alone:
                self._side.setStretchFactor(0, 1)
        self._runs.set_open(alone or self._dock.is_open)
        self._show_sides()
        if alone:
            height = self._side.height()
            self._side.setSizes([max(height - _RUNS_HEIGHT, 1), min(_RUNS_HEIGHT, height)])

    def _show_sides(self) -> None:
        now, roomy = self.arrangement, self.width() >= _ROOM_FOR_ALL
        self._panel.setVisible(now.panel)
        self._inspector.setVisible(now.inspector and (roomy or not now.panel))
        alone = self._runs.parentWidget() is self._side
        self._side.setVisible(alone or not self._inspector.isHidden())

    @Slot()
    def _size_dock(self) -> None:
        whole, wanted = self.height(), self.arrangement.dock_height
        most = int(whole * (_MOST_DOCK_SHARE if wanted else _DOCK_SHARE))
        height = min(wanted or _DOCK_HEIGHT, most) if self._dock.is_open else HEAD
        self.setSizes([max(whole - height, 1), height])

    @Slot()
    def _take_widths(self) -> None:
        changes: dict[str, int] = {}
        if not self._panel.isHidden():
            changes["panel_width"] = self._panel.width()
        if not self._inspector.isHidden():
            changes["inspector_width"] = self._inspector.width()
        if self._runs.parentWidget() is self._bottom:
            changes["runs_width"] = self._runs.width()
        self._keep(**changes)

    @Slot()
    def _take_height(self) -> None:
        if self._dock.is_open:
            self._keep(dock_height=max(self._bottom.height(), _LEAST_DOCK))

    @Slot(bool)
    def _take_dock(self, shown: bool) -> None:
        self._keep(dock=shown)
        self._was_opened = True  # who opens it wants it open
        self._place_runs()
        self._size_dock()

    @Slot(bool)
    def _take_runs(self, shown: bool) -> None:
        if self._dock.is_open:  # they stand beside the curves, and go with them
            self._keep(dock=False)
            self._dock.set_open(False)
        self._keep(runs=shown)
        self._place_runs()
        self._size_dock()

    def showEvent(self, event: QShowEvent) -> None:
        """Share width and height once the parts have theirs."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share a small window fairly."""
        super().resizeEvent(event)
        self._show_sides()
        self._open_dock()
