"""The middle of the export dialog: the exported drawing itself, or the beginning of a text."""

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QFontDatabase, QPixmap
from PySide6.QtWidgets import (
    QGraphicsPixmapItem,
    QHBoxLayout,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.jobs.protocol import Drawing
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.canvas.canvas_view import CanvasView, ZoomControls
from pnn_studio.ui.widgets.controls import ElidedLabel
from pnn_studio.ui.widgets.empty_state import EmptyState
from pnn_studio.ui.widgets.theme import Appearance

_PX_PER_MM = 96 / 25.4  # so that 100 % is its true size on a screen of 96 dpi
_PICTURE, _TEXT, _NONE = range(3)


class ExportPreview(QWidget):
    """Shows what the worker drew, at a scale of which 100 % is true millimetres."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "window")
        self.view = CanvasView(appearance, "Preview")
        self.view.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._item = QGraphicsPixmapItem()
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self.view.canvas.addItem(self._item)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Preview")
        self.text.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(looks.CAPTION_PX)
        self.text.setFont(font)
        self._nothing = EmptyState(appearance, "Drawing…")
        self.pages = QStackedWidget()
        for each in (self.view, self.text, self._nothing):
            self.pages.addWidget(each)
        self.words = ElidedLabel("caption")
        self._zoom = ZoomControls(self.view, appearance)
        foot = QHBoxLayout()
        foot.addWidget(self.words, 1)
        foot.addWidget(self._zoom)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 10)
        column.setSpacing(8)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)
        self.wait()

    @Slot()
    def wait(self) -> None:
        """Say that nothing is drawn yet."""
        self._say("Drawing…")

    @Slot(str)
    def _say(self, words: str) -> None:
        self._nothing.text.setText(words)
        self.pages.setCurrentIndex(_NONE)
        self.words.set_whole("")
        self._zoom.hide()

    @Slot(str)
    def show_failure(self, why: str) -> None:
        """Say why nothing can be drawn."""
        self._say(why)

    @Slot(object)
    def show_drawing(self, drawing: Drawing) -> None:
        """Show what was drawn."""
        self.words.set_whole(drawing.words)
        self._zoom.setVisible(bool(len(drawing.picture)))
        if not len(drawing.picture):
            self.text.setPlainText(drawing.text)
            self.pages.setCurrentIndex(_TEXT)
            return
        picture = QPixmap()
        picture.loadFromData(drawing.picture.tobytes(), "PNG")
        self._item.setPixmap(picture)
        scale = drawing.size_mm[0] * _PX_PER_MM / max(picture.width(), 1)
        self._item.setScale(scale)
        self.pages.setCurrentIndex(_PICTURE)
        self.view.show_extent(QRectF(0, 0, picture.width() * scale, picture.height() * scale))
