"""The card beside a mark of the trade-off: which designs are there, and their figures."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.source_tag import paint_tag, tag_width
from pnn_studio.ui.widgets.theme import Appearance

WIDTH = 284
_PAD, _HEAD, _PITCH, _TAGS = 12, 32, 20, 58
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class CardRow:
    """A figure: its name, its value, and what it is of; one of ngspice is written bold."""

    name: str
    value: str
    source: str = ""


@dataclass(frozen=True)
class CardText:
    """All that a card says: a title, what it belongs to, figures, and a line under them."""

    title: str
    note: str
    rows: tuple[CardRow, ...]
    foot: str = ""

    @property
    def told(self) -> str:
        """All of it on one line."""
        parts, name = [], ""
        for row in self.rows:
            name = row.name or name
            parts.append(f"{name} {row.value}" + (f" ({row.source})" if row.source else ""))
        return f"{self.title}: " + ", ".join(parts) + (f"; {self.foot}" if self.foot else "")


class DesignCard(QFrame):
    """Floats over the plot, beside what it tells of."""

    def __init__(self, ground: QWidget, appearance: Appearance) -> None:
        super().__init__(ground)
        self._ground, self._appearance = ground, appearance
        self.text: CardText | None = None
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.hide()

    def show_text(self, text: CardText, beside: QRectF, keep_off: tuple[QRectF, ...]) -> None:
        """Show at the right and below; elsewhere where something would be covered that must not.

        Parameters
        ----------
        text : CardText
            What to say.
        beside : QRectF
            The mark that it is of.
        keep_off : tuple of QRectF
            What it must not cover.
        """
        self.text = text
        self.setAccessibleName(text.told)
        height = _HEAD + len(text.rows) * _PITCH + (20 if text.foot else 0) + 8
        self.resize(WIDTH, height)
        right, left = beside.right() + 8, beside.left() - 8 - WIDTH
        below, above = beside.bottom() + 8, beside.top() - 8 - height
        room = QRectF(self._ground.rect()).adjusted(4, 4, -4, -4)
        places = [QRectF(x, y, WIDTH, height) for y in (below, above) for x in (right, left)]
        free = [
            each
            for each in places
            if room.contains(each) and not any(each.intersects(other) for other in keep_off)
        ]
        inside = [each for each in places if room.contains(each)]
        place = next(iter(free or inside or places))
        x = min(max(place.left(), room.left()), max(room.right() - WIDTH, room.left()))
        y = min(max(place.top(), room.top()), max(room.bottom() - height, room.top()))
        self.move(QPoint(int(x), int(y)))
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint head, figures and foot."""
        super().paintEvent(event)
        if self.text is None:
            return
        painter, theme, text = QPainter(self), self._appearance.theme, self.text
        inside = QRectF(_PAD, 0, self.width() - 2 * _PAD, _HEAD)
        painter.setFont(looks.font(bold=True))
        painter.setPen(theme.color("text"))
        painter.drawText(inside, _LEFT, text.title)
        used = painter.fontMetrics().horizontalAdvance(text.title) + 12
        painter.setFont(looks.font(looks.CAPTION_PX))
        painter.setPen(theme.color("text2"))
        elide = Qt.TextElideMode.ElideMiddle
        note = painter.fontMetrics().elidedText(text.note, elide, int(inside.width() - used))
        painter.drawText(inside, _RIGHT, note)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawLine(_PAD, _HEAD - 2, self.width() - _PAD, _HEAD - 2)
        y = float(_HEAD)
        for row in text.rows:
            line = QRectF(_PAD, y, inside.width(), _PITCH)
            painter.setFont(looks.font())
            painter.setPen(theme.color("text2"))
            painter.drawText(line, _LEFT, row.name)
            if row.source:
                left = line.right() - max(_TAGS, tag_width(row.source))
                paint_tag(painter, left, line.center().y(), row.source, theme)
            line.setRight(line.right() - _TAGS - 8)
            leads = row.source == "ngspice"
            painter.setFont(looks.font(bold=leads))
            painter.setPen(theme.color("text" if leads or row.name else "text2"))
            painter.drawText(line, _RIGHT, row.value)
            y += _PITCH
        if text.foot:
            painter.setFont(looks.font(looks.CAPTION_PX))
            painter.setPen(theme.color("text2"))
            painter.drawText(QRectF(_PAD, y, inside.width(), 18), _LEFT, text.foot)
        painter.end()
