"""The left part of the export dialog: what can be exported, and what not yet and why."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from pnn_studio.domain.export_kinds import KINDS
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Appearance

_HEIGHT, _WIDTH = 44, 216
_UNDER = Qt.ItemDataRole.UserRole + 1


class _Entry(QStyledItemDelegate):
    """Two lines: the name of a kind, and its formats or why it cannot be made."""

    def __init__(self, appearance: Appearance, parent: QListWidget) -> None:
        super().__init__(parent)
        self._appearance, self._list = appearance, parent

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As high as two lines."""
        return QSize(_WIDTH - 20, _HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw ground, edge and both lines."""
        theme, rect = self._appearance.theme, QRectF(option.rect)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        enabled = bool(state & QStyle.StateFlag.State_Enabled)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.fillRect(rect, theme.color("soft"))
            painter.fillRect(
                QRectF(rect.left(), rect.top(), 3, rect.height()), theme.color("accent")
            )
        elif enabled and state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        if chosen and self._list.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        upper = QRectF(rect.left() + 14, rect.top() + 5, rect.width() - 20, 18)
        painter.setFont(looks.font(bold=chosen))
        painter.setPen(theme.color("accent" if chosen else "text" if enabled else "disabled"))
        painter.drawText(upper, left, str(index.data()))
        painter.setFont(looks.font(looks.CAPTION_PX))
        painter.setPen(theme.color("text2" if enabled else "disabled"))
        painter.drawText(upper.translated(0, 17), left, str(index.data(_UNDER)))
        painter.restore()


class ExportList(QListWidget):
    """All kinds; those that cannot be made yet are disabled."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setAccessibleName("What to export")
        self.setFixedWidth(_WIDTH)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setItemDelegate(_Entry(appearance, self))
        for kind in KINDS.values():
            item = QListWidgetItem(kind.name)
            item.setData(Qt.ItemDataRole.UserRole, kind.id)
            item.setToolTip(kind.tip)
            self.addItem(item)
        appearance.changed.connect(self.viewport().update)

    def show_subject(self, subject: ExportSubject) -> None:
        """Say of each kind whether it can be made of a design."""
        for item, kind in zip(self._items(), KINDS.values(), strict=True):
            lack = kind.lacks(subject)
            formats = ", ".join(each.id.upper() for each in kind.formats)
            item.setData(_UNDER, lack or formats)
            said = f"{kind.name}, {lack or formats}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
            usable = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(Qt.ItemFlag.NoItemFlags if lack else usable)

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(row) for row in range(self.count())]

    @property
    def kind(self) -> str:
        """Id of the kind that is chosen."""
        chosen = self.selectedItems()
        return str(chosen[0].data(Qt.ItemDataRole.UserRole)) if chosen else ""

    def choose(self, kind: str) -> None:
        """Choose a kind, or the first one where it cannot be made."""
        items = [each for each in self._items() if each.flags() & Qt.ItemFlag.ItemIsEnabled]
        named = [each for each in items if each.data(Qt.ItemDataRole.UserRole) == kind]
        for item in (*named, *items)[:1]:
            self.setCurrentItem(item)
