"""The stylesheet of a theme. What is painted by hand (plots, canvases, slider) is not in it."""

from string import Template

from pnn_studio.ui.widgets.theme import Theme

# Values are in px. Buttons say what they are by the property `kind`, labels by `rank`.
_RULES = Template("""
* { font-size: 12px; color: $text; }
QMainWindow, QWidget[ground="window"] { background: $window; }
QWidget[ground="panel"] { background: $panel; }
QWidget[ground="canvas"] { background: $canvas; }
QWidget[edge="bottom"] { border: none; border-bottom: 1px solid $border; }
QWidget[edge="top"] { border: none; border-top: 1px solid $border; }
QWidget[edge="left"] { border: none; border-left: 1px solid $border; }
QWidget[edge="right"] { border: none; border-right: 1px solid $border; }
QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }

QLabel { background: transparent; }
QLabel[rank="caption"] { font-size: 11px; color: $text2; }
QLabel[rank="label"] { color: $text2; }
QLabel[rank="heading"] { font-weight: 600; }
QLabel[rank="title"] { font-size: 13px; font-weight: 600; }
QLabel[rank="readout"] { font-size: 16px; font-weight: 600; }
QLabel[rank="start"] { font-size: 20px; font-weight: 600; }
QLabel:disabled { color: $disabled; }
QLabel[tone="ok"] { color: $ok; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="error"] { color: $error; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="muted"] { color: $text2; }

QToolButton, QPushButton {
    background: transparent; border: 1px solid transparent; border-radius: 4px;
    padding: 0 8px; min-height: 22px;
}
QToolButton:hover, QPushButton:hover { background: $hover; }
QToolButton:pressed, QPushButton:pressed { background: $soft; color: $accent; }
QToolButton:focus, QPushButton:focus { border: 2px solid $accent; padding: 0 7px; }
QToolButton:disabled, QPushButton:disabled { color: $disabled; background: transparent; }
QToolButton[kind="tool"] { min-height: 30px; font-weight: 600; }
QToolButton[kind="tool"][plain="true"] { font-weight: 400; }
QToolButton[kind="icon"] { padding: 0; min-width: 22px; }
QToolButton[kind="tool"][iconOnly="true"] { padding: 0; min-width: 30px; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[kind="outline"], QPushButton[kind="outline"] {
    background: $panel; border: 1px solid $control;
}
QToolButton[kind="outline"] { padding: 0; }
QToolButton[kind="outline"]:hover, QPushButton[kind="outline"]:hover { border-color: $text2; }
QToolButton[kind="outline"]:pressed, QPushButton[kind="outline"]:pressed { background: $soft; }
QToolButton[kind="outline"]:focus, QPushButton[kind="outline"]:focus {
    border: 2px solid $accent;
}
QPushButton[kind="outline"][on="true"] {
    background: $soft; color: $accent; border-color: $accent;
}
QToolButton[kind="outline"]:disabled, QPushButton[kind="outline"]:disabled {
    border-color: $border;
}
QToolButton[kind="primary"], QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
    min-height: 30px; padding: 0 14px;
}
QToolButton[kind="primary"]:hover, QPushButton[kind="primary"]:hover {
    background: $accent_pressed; border-color: $accent_pressed;
}
QToolButton[kind="primary"]:pressed, QPushButton[kind="primary"]:pressed {
    background: $accent_pressed; color: $on_accent;
}
QToolButton[kind="primary"]:focus, QPushButton[kind="primary"]:focus {
    border: 2px solid $text; padding: 0 13px;
}
QToolButton[kind="primary"]:disabled, QPushButton[kind="primary"]:disabled {
    background: transparent; color: $disabled; border: 1px solid $border;
}
QToolButton[kind="primary"][busy="true"] {
    background: $soft; color: $accent; border-color: $soft;
}
QToolButton[kind="primary"][busy="true"]:hover { border-color: $accent; }
QToolButton[kind="segment"] {
    background: $panel; border: 1px solid $control; border-radius: 0; padding: 0 4px;
    margin-right: -1px;
}
QToolButton[kind="segment"][dense="true"] { padding: 0 2px; }
QToolButton[kind="segment"][end="first"] {
    border-top-left-radius: 4px; border-bottom-left-radius: 4px;
}
QToolButton[kind="segment"][end="last"] {
    border-top-right-radius: 4px; border-bottom-right-radius: 4px; margin-right: 0;
}
QToolButton[kind="segment"][end="only"] { border-radius: 4px; margin-right: 0; }
QToolButton[kind="segment"]:hover { background: $hover; }
QToolButton[kind="segment"]:checked {
    background: $soft; color: $accent; border-color: $accent; font-weight: 600;
}
QToolButton[kind="segment"]:focus { border: 2px solid $accent; padding: 0 1px; }
QToolButton[kind="segment"]:disabled { color: $disabled; border-color: $border; }
QPushButton[kind="row"] { padding: 0; min-height: 42px; border-color: $border; }
QPushButton[kind="row"]:hover { background: $hover; }
QPushButton[kind="row"]:focus { border: 2px solid $accent; padding: 0; }
QPushButton[kind="card"] {
    background: $panel; border: 1px solid $border; border-radius: 6px; padding: 0;
}
QPushButton[kind="card"]:hover { border-color: $accent; }
QPushButton[kind="card"]:focus { border: 2px solid $accent; padding: 0; }

QMenu { background: $tip; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $disabled; }
QToolTip { background: $tip; color: $text; border: 1px solid $border; padding: 4px 6px; }

QTabBar { background: $window; }
QTabBar::tab {
    background: $window; color: $text2; font-size: 13px; padding: 0 22px; height: 36px;
    border: none; border-bottom: 3px solid transparent; border-right: 1px solid transparent;
    border-left: 1px solid transparent;
}
QTabBar::tab:hover { background: $hover; }
QTabBar::tab:selected {
    background: $canvas; color: $text; font-weight: 600; border-bottom-color: $accent;
    border-right-color: $border; border-left-color: $border;
}
QTabBar::tab:focus:selected { border-left: 2px solid $accent; border-right: 2px solid $accent; }

QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $control; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    width: 0; height: 0; background: transparent;
}

QLineEdit { background: transparent; border: none; selection-background-color: $accent; }
QLineEdit[kind="find"] {
    background: $panel; border: 1px solid $control; border-radius: 4px; padding: 3px 6px;
}
QLineEdit[kind="find"]:focus { border-color: $accent; }
QPlainTextEdit { background: $canvas; color: $text; border: 1px solid $border; }
QPlainTextEdit:focus { border-color: $accent; }
QLineEdit[kind="rename"] {
    background: $panel; border: 2px solid $accent; border-radius: 4px; padding: 0 6px;
}
QLineEdit:disabled { color: $disabled; }
QComboBox QAbstractItemView {
    background: $tip; border: 1px solid $border; padding: 4px; outline: none;
    selection-background-color: $hover; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 24px; border-radius: 4px; padding: 0 6px; }

QListView { background: transparent; border: none; outline: none; }
QListView[kind="queue"] { border-bottom: 1px solid $border; }
QListView[kind="queue"]::item { min-height: 22px; padding: 1px 14px; }
QListView[kind="queue"]::item:selected { background: $soft; color: $text; }
QListView[kind="problems"]::item { padding: 3px 2px; }
QListView[kind="problems"]::item:selected { background: $soft; color: $text; }
QTableView {
    background: $canvas; border: none; gridline-color: transparent; outline: none;
    selection-background-color: $soft; selection-color: $text;
}
QTableView::item { padding: 0 6px; border: none; }
QTableView::item:hover { background: $hover; }
QTableView::item:selected { background: $soft; }
QHeaderView { background: $canvas; border: none; }
QHeaderView::section {
    background: $canvas; color: $text2; font-size: 11px; border: none;
    border-bottom: 1px solid $border; padding: 0 6px; height: 24px;
}
QTableView QTableCornerButton::section { background: $canvas; border: none; }

QProgressBar {
    background: $border; border: none; border-radius: 4px; max-height: 8px; min-height: 8px;
}
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QStatusBar { background: $window; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QStatusBar QLabel { font-size: 11px; color: $text2; }

QDialog { background: $window; }
QFileDialog QToolButton { padding: 0; min-width: 22px; }
QFileDialog QPushButton { background: $panel; border: 1px solid $control; min-width: 64px; }
QFileDialog QLineEdit {
    background: $panel; border: 1px solid $control; border-radius: 4px; padding: 3px 6px;
}
QFileDialog QLineEdit:focus, QFileDialog QPushButton:focus { border-color: $accent; }
QFileDialog QListView, QFileDialog QTreeView { background: $canvas; }

QFrame[bar="error"] { background: $panel; border: none; border-left: 3px solid $error; }
QFrame[bar="note"] { background: $panel; border: none; border-left: 3px solid $accent; }
QFrame[kind="card"] { background: $tip; border: 1px solid $control; border-radius: 4px; }
""")


def stylesheet(theme: Theme) -> str:
    """Write the rules of all widgets in the colours of `theme`."""
    return _RULES.substitute(vars(theme))
