"""A section of the data and layout panel: a heading, and rows of named controls."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pnn_studio.ui.widgets.controls import label

_LABEL_WIDTH = 92


class PanelSection(QFrame):
    """A heading, a note at its right, and rows under them."""

    def __init__(self, title: str, *, last: bool = False) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        if not last:
            self.setProperty("edge", "bottom")
        self.note = label("", "caption")
        head = QHBoxLayout()
        head.addWidget(label(title, "heading"))
        head.addStretch()
        head.addWidget(self.note)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(16, 12, 12, 14)
        self.rows.setSpacing(8)
        self.rows.addLayout(head)

    def add_words(self) -> QLabel:
        """Add a line that says what is chosen above it; it is as high as its words need."""
        words = label("", "caption")
        words.setWordWrap(True)
        self.rows.addWidget(words)
        return words

    def add_field(self, name: str, *fields: QWidget) -> None:
        """Add a row of controls behind a name."""
        self.rows.addLayout(self.field_row(name, *fields))

    @staticmethod
    def field_row(name: str, *fields: QWidget) -> QHBoxLayout:
        """Make a row of controls behind a name."""
        row = QHBoxLayout()
        row.setSpacing(8)
        caption = label(name, "label")
        caption.setFixedWidth(_LABEL_WIDTH)
        caption.setBuddy(fields[0])
        row.addWidget(caption)
        for field in fields:
            row.addWidget(field, 1 if len(fields) == 1 else 0)
        if len(fields) > 1:
            row.addStretch()
        return row
