"""One line under the strip of the canvas: what is wrong, why, and a button that helps."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.widgets.controls import ElidedLabel, IconButton, describe, restyle
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.theme import Appearance


class FaultLine(QFrame):
    """Shows the first fault; hidden where there is none."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio, self._appearance = studio, appearance
        self._fault = studio.faults.blocking
        self._icon = QLabel()
        self.text = ElidedLabel()
        self.cure = QPushButton()
        self.cure.setProperty("kind", "outline")
        self._close = IconButton(appearance, "close", "icon")
        describe(self._close, "Keep it as it was")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 8)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.text, 1)
        row.addWidget(self.cure)
        row.addWidget(self._close)
        self.cure.clicked.connect(self._help)
        self._close.clicked.connect(studio.faults.forget)
        appearance.changed.connect(self._draw)
        self.hide()

    def refresh(self) -> None:
        """Show what is wrong now."""
        found = self._studio.faults.all
        self._fault = found[0] if found else None
        self.setVisible(self._fault is not None)
        if self._fault is None:
            return
        more = f" And {len(found) - 1} more." if len(found) > 1 else ""
        self.text.set_whole(self._fault.reason + more)
        restyle(self.text, tone="error" if self._fault.blocks else "warn")
        cure = self._fault.cure
        self.cure.setVisible(cure is not None)
        if cure is not None:
            self.cure.setText(cure.text)
            describe(self.cure, cure.text, f"{self._fault.reason} {cure.text}.")
        self._close.setVisible(self._studio.faults.has_refused)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        if self._fault is not None:
            role = "error" if self._fault.blocks else "warn"
            made = icon("warn", self._appearance.theme, role)
            self._icon.setPixmap(made.pixmap(QSize(16, 16), self.devicePixelRatio()))

    @Slot()
    def _help(self) -> None:
        if self._fault is not None and self._fault.cure is not None:
            self._studio.apply(self._fault.cure.recipe)
