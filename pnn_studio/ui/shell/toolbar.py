"""The toolbar: the commands as buttons, the Export menu, and what is being designed."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.session import history
from pnn_studio.domain.units import count_of
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.shell.actions import Actions
from pnn_studio.ui.shell.project_menu import ProjectButton
from pnn_studio.ui.widgets.controls import ElidedLabel, IconButton, describe, restyle
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.menu_button import MenuButton
from pnn_studio.ui.widgets.theme import Appearance


class _ToolButton(QToolButton):
    """A button of an action; its icon stands before its words."""

    def __init__(self, action: QAction, kind: str = "tool", *, only_icon: bool = False) -> None:
        super().__init__()
        self.setDefaultAction(action)
        self.setProperty("kind", kind)
        self.setProperty("plain", "true")
        self.setProperty("iconOnly", "true" if only_icon else "false")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(16, 16))
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly if only_icon else style)
        describe(self, action.text(), action.toolTip())


class Toolbar(QWidget):
    """Undo, Redo, Train, Pause, Stop, Check and Export, and the title at the right."""

    def __init__(self, studio: Studio, appearance: Appearance, actions: Actions) -> None:
        super().__init__()
        self._studio, self._appearance, self._actions = studio, appearance, actions
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self.setProperty("edge", "bottom")
        self.setFixedHeight(48)
        self.train = _ToolButton(actions["train"], "primary")
        self._pause = _ToolButton(actions["pause"])
        self.export = self._make_export()
        self._title, self._subtitle = ElidedLabel("heading"), ElidedLabel("caption")
        for each in (self._title, self._subtitle):
            each.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 16, 0)
        row.setSpacing(4)
        self.project = ProjectButton(studio.project, appearance, actions.of_menu("Project"))
        row.addWidget(self.project)
        row.addWidget(_gap())
        row.addWidget(_ToolButton(actions["undo"], only_icon=True))
        row.addWidget(_ToolButton(actions["redo"], only_icon=True))
        row.addWidget(_gap())
        row.addWidget(self.train)
        row.addSpacing(4)
        row.addWidget(self._pause)
        row.addWidget(_ToolButton(actions["stop"]))
        row.addWidget(_gap())
        row.addWidget(_ToolButton(actions["check"]))
        row.addWidget(self.export)
        titles = QVBoxLayout()
        titles.setSpacing(1)
        titles.addStretch()
        titles.addWidget(self._title)
        titles.addWidget(self._subtitle)
        titles.addStretch()
        row.addLayout(titles, 1)
        self.search = IconButton(appearance, "search", "icon")
        self.search.setFixedSize(32, 32)
        search = actions["search"]
        keys = actions["shortcuts"].keys
        describe(self.search, search.text(), f"{search.toolTip()}; shortcuts: {keys}")
        self.search.clicked.connect(search.trigger)
        row.addSpacing(8)
        row.addWidget(self.search)
        self.help = HelpButton(appearance, actions)
        row.addWidget(self.help)
        studio.changed.connect(self._refresh)
        studio.activity.connect(self._refresh)
        appearance.changed.connect(self._draw)
        self._draw()
        self._refresh()

    def _make_export(self) -> MenuButton:
        button = MenuButton("Export")
        describe(button, "Export", self._actions["export"].toolTip())
        for action in self._actions.of_menu("Export"):
            button.menu_.addAction(action)
        return button

    @Slot()
    @Slot(str)
    def _refresh(self, change: str = "") -> None:
        if change == "records":
            return
        studio = self._studio
        training = studio.is_training
        # The text for icons: Qt takes the … off the plain one.
        train = self._actions["train"]
        train.setIconText("Queue run" if training else "Train")
        train.set_icon("plus" if training else "play")
        tip = history.what_train_does(studio.session) or "Choose a data set first"
        train.setToolTip(f"{tip} ({train.keys})")
        describe(self.train, train.text(), train.toolTip())
        restyle(self.train, busy="true" if training else "false")
        self._actions["pause"].setIconText("Resume" if studio.is_paused and training else "Pause")
        self._actions["pause"].set_icon("play" if studio.is_paused and training else "pause")
        self.export.setEnabled(studio.session.design is not None)
        self._show_title()

    def _show_title(self) -> None:
        run, layout = self._studio.session.run, self._studio.session.layout
        data = self._studio.session.dataset
        if run is not None:
            self._title.set_whole(run.name)
            designs = count_of(run.plan.designs, "design")
            self._subtitle.set_whole(f"{designs}, {history.state_of(run)}")
        elif layout is not None and data is not None:
            self._title.set_whole(f"{data.title} {layout}")
            self._subtitle.set_whole("not trained yet")
        else:
            self._title.set_whole("No design")
            self._subtitle.set_whole("choose a data set")

    @Slot()
    def _draw(self) -> None:
        self.export.setIcon(icon("export", self._appearance.theme))


def _gap() -> QFrame:
    line = QFrame()
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    line.setFixedSize(9, 20)
    line.setContentsMargins(4, 0, 4, 0)
    line.setProperty("edge", "left")
    return line


class HelpButton(IconButton):
    """Opens the Help menu, made of commands."""

    def __init__(self, appearance: Appearance, actions: Actions) -> None:
        super().__init__(appearance, "help", "icon")
        self._look = appearance
        self.setFixedSize(32, 32)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        describe(self, "Help", "Help: shortcuts, the tour, light and dark")
        menu = QMenu(self)
        menu.addAction(actions["shortcuts"])
        menu.addAction(actions["tour"])
        colours = menu.addMenu("Colours")
        self._group = QActionGroup(self)
        for action in actions.of_menu("Colours"):
            action.setCheckable(True)
            self._group.addAction(action)
            colours.addAction(action)
        self.setMenu(menu)
        menu.aboutToShow.connect(self._check)

    @Slot()
    def _check(self) -> None:
        for action in self._group.actions():
            action.setChecked(action.objectName() == f"colours-{self._look.choice}")
