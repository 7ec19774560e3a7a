"""The command palette: every command by its name, with its shortcut; also the list of shortcuts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Appearance

_WIDTH, _ROW, _MOST_ROWS = 520, 28, 12
_PLACE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True)
class PaletteEntry:
    """What can be found.

    Attributes
    ----------
    text, keys : str
        Its name and its shortcut as it is written.
    run : callable or None
        Does it; None where the keys only work in the view that `text` names.
    enabled : bool
        Whether it can be done now.
    """

    text: str
    keys: str = ""
    run: Callable[[], None] | None = None
    enabled: bool = True


def matching(entries: Sequence[PaletteEntry], typed: str) -> list[int]:
    """Return the places of the entries with all typed words, those that begin so first.

    Examples
    --------
    >>> both = [PaletteEntry("Go to Check"), PaletteEntry("Check with ngspice")]
    >>> matching(both, "check"), matching(both, "ng check"), matching(both, "x")
    ([1, 0], [1], [])
    """
    words = typed.lower().split()
    found = [
        place
        for place, entry in enumerate(entries)
        if all(word in f"{entry.text} {entry.keys}".lower() for word in words)
    ]
    first = words[0] if words else ""
    return sorted(found, key=lambda place: not entries[place].text.lower().startswith(first))


class _Delegate(QStyledItemDelegate):
    """Paints a name with its keys at the right."""

    def __init__(self, appearance: Appearance, palette: "Palette") -> None:
        super().__init__(palette)
        self._appearance, self._palette = appearance, palette

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        """One line."""
        return QSize(200, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        """Paint it."""
        entry = self._palette.entries[index.data(_PLACE)]  # type: ignore[attr-defined]
        theme, rect = self._appearance.theme, QRectF(option.rect)
        usable = entry.enabled and entry.run is not None
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("soft"))
            painter.drawRoundedRect(rect.adjusted(4, 1, -4, -1), 4, 4)
        painter.setFont(looks.font(looks.CAPTION_PX))
        painter.setPen(theme.color("text2"))
        keys = painter.fontMetrics().horizontalAdvance(entry.keys)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(0, 0, -14, 0), right, entry.keys)
        painter.setFont(looks.font())
        painter.setPen(theme.color("text" if usable or entry.run is None else "disabled"))
        place = rect.adjusted(14, 0, -keys - 28, 0)
        text = painter.fontMetrics().elidedText(
            entry.text, Qt.TextElideMode.ElideRight, int(place.width())
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)


class Palette(QFrame):
    """A field and a list over the middle of the window; closes when it loses the focus.

    Parameters
    ----------
    window : QWidget
        Over which it floats.
    appearance : Appearance
        Gives the colours.
    listed : callable
        Returns the entries as they are now.
    """

    def __init__(
        self, window: QWidget, appearance: Appearance, listed: Callable[[], list[PaletteEntry]]
    ) -> None:
        super().__init__(window)
        self._listed = listed
        self.entries: list[PaletteEntry] = []
        self.setProperty("kind", "card")
        self.field = QLineEdit()
        self.field.setFixedHeight(36)
        self.field.setTextMargins(10, 0, 10, 0)
        self.field.setAccessibleName("Search commands")
        self.list = QListWidget()
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Delegate(appearance, self))
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 8)
        column.setSpacing(4)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._run)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._run)
        self.hide()

    @Slot()
    def search(self) -> None:
        """Offer every command."""
        self._open("Search commands", only_keys=False)

    @Slot()
    def show_shortcuts(self) -> None:
        """List every shortcut."""
        self._open("Keyboard shortcuts: type to search", only_keys=True)

    def _open(self, hint: str, *, only_keys: bool) -> None:
        self.entries = [each for each in self._listed() if each.keys or not only_keys]
        self.field.setPlaceholderText(hint)
        self.field.clear()
        self._filter("")
        window = self.parentWidget()
        width = min(_WIDTH, window.width() - 40) if window else _WIDTH
        self.setFixedWidth(width)
        if window is not None:
            self.move(QPoint((window.width() - width) // 2, 96))
        self.show()
        self.raise_()
        self.field.setFocus()

    @Slot(str)
    def _filter(self, typed: str) -> None:
        self.list.clear()
        for place in matching(self.entries, typed):
            entry = self.entries[place]
            made = QListWidgetItem(entry.text)
            made.setData(_PLACE, place)
            told = f"{entry.text}, {entry.keys}" if entry.keys else entry.text
            made.setData(Qt.ItemDataRole.AccessibleTextRole, told)
            self.list.addItem(made)
        self.list.setCurrentRow(0)
        rows = min(max(self.list.count(), 1), _MOST_ROWS)
        self.list.setFixedHeight(rows * _ROW + 4)
        self.adjustSize()

    @Slot()
    def _run(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        entry = self.entries[item.data(_PLACE)]
        if entry.run is not None and entry.enabled:
            self._close()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go through the list by the arrows, and close on Escape or when the focus has gone."""
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _MOST_ROWS,
                     Qt.Key.Key_PageUp: -_MOST_ROWS}  # fmt: skip
            if event.key() in steps:
                row = self.list.currentRow() + steps[Qt.Key(event.key())]
                self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._close()
                return True
        return super().eventFilter(watched, event)

    def _close(self) -> None:
        """Hide, without the focus jumping to the first control of the window."""
        window = self.parentWidget()
        if window is not None:
            window.setFocus()
        self.hide()
