"""Small controls that the panels share, painted in the theme where a stylesheet cannot."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.icons import icon, paint_icon
from pnn_studio.ui.widgets.theme import Appearance

HEIGHT = 24
_PADDING, _DENSE_PADDING = 12, 6


def label(text: str = "", rank: str = "", parent: QWidget | None = None) -> QLabel:
    """Make a label whose looks follow from its rank (`caption`, `label`, `heading` ...)."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)  # names come from files
    if rank:
        made.setProperty("rank", rank)
    return made


def plain_tip(text: str) -> str:
    """Return text for a tooltip, which would read markup; names in it come from files."""
    if "<" not in text:
        return text
    return f"<qt>{escape(text)}</qt>"


def describe(widget: QWidget, name: str, tip: str = "") -> None:
    """Give a control its accessible name and its tooltip."""
    widget.setAccessibleName(name)
    widget.setToolTip(plain_tip(tip or name))


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties that stylesheet rules select by; restyles only where one changed."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def clear_layout(widget: QWidget) -> None:
    """Take everything out of a widget's layout."""
    layout = widget.layout()
    while layout is not None and (item := layout.takeAt(0)) is not None:
        child = item.widget()
        if child is not None:
            child.hide()
            child.deleteLater()


def order_tabs(place: QWidget, controls: Sequence[QWidget]) -> None:
    """Have Tab reach controls that were made later where `place` is, and not at the end."""
    before = place.previousInFocusChain()
    while (
        before is not None
        and before is not place
        and (before in controls or not before.focusPolicy() & Qt.FocusPolicy.TabFocus)
    ):
        before = before.previousInFocusChain()
    for each in controls:
        if before is not None:
            QWidget.setTabOrder(before, each)
        before = each


class ElidedLabel(QLabel):
    """A label that ends in … where its text does not fit; the tooltip has it whole."""

    def __init__(self, rank: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""
        if rank:
            self.setProperty("rank", rank)

    def set_whole(self, text: str) -> None:
        """Show `text`, as much of it as fits."""
        self._whole = text
        self.setToolTip(plain_tip(text))
        self.setAccessibleName(text)
        self._elide()

    def _elide(self) -> None:
        self.setText(
            self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text anew."""
        super().resizeEvent(event)
        self._elide()


class IconButton(QToolButton):
    """A square button with an icon that follows the theme."""

    def __init__(self, appearance: Appearance, name: str, kind: str = "outline") -> None:
        super().__init__()
        self._appearance, self._name = appearance, name
        self.setProperty("kind", kind)
        self.setFixedSize(HEIGHT, HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(14, 14))
        appearance.changed.connect(self._draw)
        self._draw()

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        if name != self._name:
            self._name = name
            self._draw()

    @Slot()
    def _draw(self) -> None:
        self.setIcon(icon(self._name, self._appearance.theme))


class Segments(QWidget):
    """A row of joined buttons of which one is chosen."""

    chosen = Signal(int)

    def __init__(
        self,
        name: str,
        texts: Sequence[str] = (),
        tips: Sequence[str] = (),
        *,
        dense: bool = False,
    ) -> None:
        super().__init__()
        self._name, self._dense = name, dense
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._texts: tuple[str, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.setAccessibleName(name)
        self.set_texts(texts, tips)

    def set_texts(self, texts: Sequence[str], tips: Sequence[str] = ()) -> None:
        """Offer these; buttons stay where only their texts change."""
        if tuple(texts) == self._texts:
            return
        if len(texts) != len(self._texts):
            for button in self._group.buttons():
                self._group.removeButton(button)
            clear_layout(self)
            for index in range(len(texts)):
                self._add(index, len(texts))
            order_tabs(self, self._group.buttons())
        self._texts = tuple(texts)
        for index, text in enumerate(texts):
            button = self._group.button(index)
            button.setText(text)
            # The chosen one is written bold, which a size hint does not know.
            bold = QFontMetrics(looks.font(bold=True)).horizontalAdvance(text)
            button.setMinimumWidth(bold + 2 * (_DENSE_PADDING if self._dense else _PADDING))
            tip = tips[index] if index < len(tips) else f"{self._name}: {text}"
            describe(button, f"{self._name}: {text}", tip)

    def _add(self, index: int, count: int) -> None:
        button = QToolButton(self)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # Dense ones fill the field that they stand in.
        wide = QSizePolicy.Policy.Expanding if self._dense else QSizePolicy.Policy.Fixed
        button.setSizePolicy(wide, QSizePolicy.Policy.Fixed)
        end = "only" if count == 1 else {0: "first", count - 1: "last"}.get(index, "")
        button.setProperty("kind", "segment")
        button.setProperty("end", end)
        button.setProperty("dense", "true" if self._dense else "false")
        self._group.addButton(button, index)
        row = self.layout()
        assert row is not None
        row.addWidget(button)

    def choose(self, index: int) -> None:
        """Show which one is chosen, without telling."""
        button = self._group.button(index)
        if button is not None:
            button.setChecked(True)

    @property
    def place(self) -> int:
        """Which one is chosen; −1 for none."""
        return self._group.checkedId()

    def buttons(self) -> list[QToolButton]:
        """Return the buttons from left to right."""
        return [self._group.button(index) for index in range(len(self._texts))]  # type: ignore[misc]


class Combo(QComboBox):
    """A combo box in the theme's looks."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(60)
        appearance.changed.connect(self.update)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel: scrolling must not change data."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw outline, text and chevron."""
        theme = self._appearance.theme
        painter = QPainter(self)
        paint_frame(painter, self, self._appearance)
        painter.setPen(theme.color("text" if self.isEnabled() else "disabled"))
        inside = self.rect().adjusted(8, 0, -22, 0)
        text = self.currentText() or self.placeholderText()
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        role = "text2" if self.isEnabled() else "disabled"
        paint_icon(painter, "down", self.width() - 20, (self.height() - 16) / 2, theme.color(role))
        painter.end()


def chevron(x: float, y: float, sign: int) -> list[QPointF]:
    """Return the points of a small arrow; `sign` 1 points down."""
    return [
        QPointF(x - 3, y - sign * 1.5),
        QPointF(x, y + sign * 1.5),
        QPointF(x + 3, y - sign * 1.5),
    ]


def paint_frame(painter: QPainter, widget: QWidget, appearance: Appearance) -> None:
    """Paint the outline of a field, by its state."""
    theme = appearance.theme
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    focused = widget.hasFocus()
    if not widget.isEnabled():
        outline = "border"
    elif focused:
        outline = "accent"
    else:
        outline = "text2" if widget.underMouse() else "control"
    width = 2.0 if focused else 1.0
    painter.setPen(QPen(theme.color(outline), width))
    painter.setBrush(theme.color("panel"))
    inset = width / 2
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)
