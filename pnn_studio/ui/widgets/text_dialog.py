"""Text to be read, searched and copied: a netlist, or what ngspice said."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication, QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.domain.units import count_of
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.controls import describe, label


class TextDialog(QDialog):
    """Shows a text that cannot be edited, beside the window; deleted when it is closed."""

    def __init__(self, parent: QWidget, title: str, text: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self.setWindowTitle(title)
        self.resize(720, 560)
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(looks.BASE_PX)
        self.text.setFont(font)
        self.text.setAccessibleName(title)
        self.words = QLineEdit()
        self.words.setPlaceholderText("Find")
        self.words.setProperty("kind", "find")
        self.words.setClearButtonEnabled(True)
        describe(self.words, "Find", "Words to find (Ctrl+F); Return goes to the next place")
        self.found = label("", "caption")
        on, copy, close = (QPushButton(each) for each in ("Find next", "Copy", "Close"))
        describe(on, "Find next", "Go to the next place (F3)")
        describe(copy, "Copy", "Copy what is selected, or all of it")
        describe(close, "Close", "Close this text (Esc)")
        for button in (on, copy, close):
            button.setProperty("kind", "outline")
            button.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.words)
        foot.addWidget(on)
        foot.addWidget(self.found, 1)
        foot.addWidget(copy)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addWidget(self.text, 1)
        column.addLayout(foot)
        self.words.textChanged.connect(self._find_first)
        self.words.returnPressed.connect(self.find_next)
        on.clicked.connect(self.find_next)
        copy.clicked.connect(self.copy)
        close.clicked.connect(self.close)
        for keys, act in (("Ctrl+F", self._go_to_words), ("F3", self.find_next)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self.text.setFocus()

    @Slot()
    def _go_to_words(self) -> None:
        self.words.setFocus()
        self.words.selectAll()

    @Slot()
    def _find_first(self) -> None:
        cursor = self.text.textCursor()
        cursor.setPosition(cursor.selectionStart())  # what is typed on may still fit here
        self.text.setTextCursor(cursor)
        self.find_next()

    @Slot()
    def find_next(self) -> None:
        """Select the next place of the words, from the top again after the last one."""
        words = self.words.text()
        if not words:
            self.found.setText("")
            return
        if not self.text.find(words, QTextDocument.FindFlag(0)):
            self.text.moveCursor(self.text.textCursor().MoveOperation.Start)
            if not self.text.find(words, QTextDocument.FindFlag(0)):
                self.found.setText("not found")
                return
        places = self.text.toPlainText().lower().count(words.lower())
        self.found.setText(count_of(places, "place"))

    @Slot()
    def copy(self) -> None:
        """Copy what is selected, or all."""
        selected = self.text.textCursor().selectedText().replace("\N{PARAGRAPH SEPARATOR}", "\n")
        QGuiApplication.clipboard().setText(selected or self.text.toPlainText())
