"""A crossbar as a small picture that opens it: the drawing of the Schematic tab, without values."""

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from pnn_studio.domain.schematic import Schematic, Symbol
from pnn_studio.ui.schematic.item import SchematicItem
from pnn_studio.ui.widgets.controls import describe
from pnn_studio.ui.widgets.theme import Appearance

_PAD = 4


class Thumbnail(QAbstractButton):
    """The picture, painted once for each size and theme."""

    def __init__(
        self, appearance: Appearance, schematic: Schematic, name: str, height: int = 96
    ) -> None:
        super().__init__()
        self._appearance = appearance
        self._extent = QRectF(0, 0, schematic.width, schematic.height)
        self._item = SchematicItem(appearance)
        self._item.show_schematic(schematic)
        self._image: QImage | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(height)
        describe(self, f"Schematic of {name}", f"Open {name} in the Schematic tab")
        appearance.changed.connect(self._forget)

    def sizeHint(self) -> QSize:
        """As wide as its column."""
        return QSize(120, self.height())

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The components that it shows."""
        return self._item.symbols

    def mark(self, picked: frozenset[str]) -> None:
        """Ring components by their references."""
        if picked != self._item.picked:
            self._item.picked = picked
            self._forget()

    @Slot()
    def _forget(self) -> None:
        self._image = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the picture for another size."""
        super().resizeEvent(event)
        self._forget()

    def _paint_image(self) -> QImage:
        ratio, theme = self.devicePixelRatioF(), self._appearance.theme
        image = QImage(
            round(self.width() * ratio), round(self.height() * ratio),
            QImage.Format.Format_ARGB32_Premultiplied,
        )  # fmt: skip
        image.setDevicePixelRatio(ratio)
        image.fill(theme.color("canvas"))
        room = QRectF(self.rect()).adjusted(_PAD, _PAD, -_PAD, -_PAD)
        scale = min(room.width() / self._extent.width(), room.height() / self._extent.height())
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(room.center())
        painter.scale(scale, scale)
        painter.translate(-self._extent.center())
        self._item.paint_on(painter, self._extent, theme, scale, values=False)
        painter.end()
        return image

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the picture in a frame; an accent one under pointer or focus."""
        if self._image is None:
            self._image = self._paint_image()
        theme, painter = self._appearance.theme, QPainter(self)
        painter.drawImage(0, 0, self._image)
        marked = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(theme.color("accent" if marked else "border"), 2 if marked else 1))
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()
