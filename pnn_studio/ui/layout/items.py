"""What the layout canvas is made of: nodes, the edges of all layers, and − + buttons."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsObject,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from pnn_studio.ui.layout.picture import Column, DrawnNode
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.controls import plain_tip
from pnn_studio.ui.widgets.icons import paint_icon
from pnn_studio.ui.widgets.theme import Appearance

_REACH = 150.0  # how far the texts of a node go beside it


def _text(
    painter: QPainter, x: float, y: float, text: str, flags: Qt.AlignmentFlag, width: float = 140
) -> None:
    """Write one line about (x, y): left of it, right of it, or centred on it."""
    if flags == Qt.AlignmentFlag.AlignRight:
        rect = QRectF(x - width, y - 10, width, 20)
    elif flags == Qt.AlignmentFlag.AlignLeft:
        rect = QRectF(x, y - 10, width, 20)
    else:
        rect = QRectF(x - width / 2, y - 10, width, 20)
    short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))
    painter.drawText(rect, flags | Qt.AlignmentFlag.AlignVCenter, short)


class NodeItem(QGraphicsItem):
    """An input, a neuron or a supply row with its texts."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._node: DrawnNode | None = None
        self._looks = (False, False)

    def show_node(self, node: DrawnNode) -> None:
        """Draw this one."""
        if node == self._node:
            return
        self._node = node
        self.setPos(node.x, node.y)
        tip = " ".join(part for part in (node.full or node.name, node.detail) if part)
        self.setToolTip(plain_tip(tip))
        self.update()

    @property
    def node(self) -> DrawnNode | None:
        """What is drawn."""
        return self._node

    @property
    def is_selected(self) -> bool:
        """Whether it is ringed."""
        return self._looks[0]

    def mark(self, *, selected: bool, hovered: bool) -> None:
        """Ring it, or light it up."""
        if (selected, hovered) != self._looks:
            self._looks = (selected, hovered)
            self.update()

    def boundingRect(self) -> QRectF:
        """Cover the node and its texts."""
        return QRectF(-_REACH - 30, -40, 2 * _REACH + 60, 80)

    def shape(self) -> QPainterPath:
        """Take the pointer on the node alone."""
        path = QPainterPath()
        radius = self._node.radius if self._node else 0.0
        path.addEllipse(QPointF(0, 0), radius, radius)
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw body, curve, texts and the mark of a negation circuit."""
        node = self._node
        if node is None:
            return
        theme = self._appearance.theme
        if node.kind == "gap":
            painter.setPen(theme.color("text2"))
            painter.setFont(looks.font(looks.BASE_PX))
            _text(painter, 0, 0, node.name, Qt.AlignmentFlag.AlignHCenter)
            return
        self._paint_ring(painter, node)
        if node.kind in ("bias", "ground"):
            self._paint_supply(painter, node)
        else:
            self._paint_circle(painter, node)
        if node.negated:
            painter.setPen(QPen(theme.color("negation_ink"), 1))
            painter.setBrush(theme.color("negation_fill"))
            x, y = node.radius + 13, -16.0 if node.radius >= 14 else -4.0  # noqa: PLR2004
            painter.drawPolygon([QPointF(x - 6, y - 5), QPointF(x + 6, y - 5), QPointF(x, y + 6)])

    def _paint_ring(self, painter: QPainter, node: DrawnNode) -> None:
        selected, hovered = self._looks
        if not (selected or hovered):
            return
        theme = self._appearance.theme
        painter.setPen(QPen(theme.color("accent"), 2 if selected else 1))
        painter.setBrush(theme.color("soft"))
        if node.kind in ("bias", "ground"):
            painter.drawRoundedRect(QRectF(-18, -16, 36, 32), 6, 6)
        else:
            painter.drawEllipse(QPointF(0, 0), node.radius + 4, node.radius + 4)

    def _paint_supply(self, painter: QPainter, node: DrawnNode) -> None:
        theme = self._appearance.theme
        painter.setPen(QPen(theme.color("wire"), 1.2))
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(QRectF(-14, -12, 28, 24), 4, 4)
        painter.setFont(looks.font(looks.CAPTION_PX))
        painter.setPen(theme.color("text"))
        _text(painter, 0, 0, node.short, Qt.AlignmentFlag.AlignHCenter, 28)
        painter.setFont(looks.font(looks.BASE_PX))
        painter.setPen(theme.color("disabled" if "not printed" in node.name else "text2"))
        _text(painter, -22, 0, node.name, Qt.AlignmentFlag.AlignRight, 120)

    def _paint_circle(self, painter: QPainter, node: DrawnNode) -> None:
        theme, radius = self._appearance.theme, node.radius
        painter.setPen(QPen(theme.color("wire"), 1.5))
        painter.setBrush(theme.color("panel"))
        painter.drawEllipse(QPointF(0, 0), radius, radius)
        if node.curve:
            _paint_curve(painter, node, theme.color("activation_ink"))
        large = radius > 14  # noqa: PLR2004
        if not node.curve and large:
            painter.setFont(looks.font(looks.BASE_PX, bold=True))
            painter.setPen(theme.color("text"))
            _text(painter, 0, 0, node.short, Qt.AlignmentFlag.AlignHCenter, 2 * radius)
        self._paint_names(painter, node, large=large)

    def _paint_names(self, painter: QPainter, node: DrawnNode, *, large: bool) -> None:
        theme = self._appearance.theme
        beside = node.radius + 10
        if node.kind == "neuron":
            if node.curve and large:
                painter.setFont(looks.font(looks.BASE_PX, bold=True))
                painter.setPen(theme.color("accent" if self._looks[0] else "text"))
                _text(painter, 0, node.radius + 12, node.short, Qt.AlignmentFlag.AlignHCenter, 80)
            return
        flags = Qt.AlignmentFlag.AlignRight if node.kind == "input" else Qt.AlignmentFlag.AlignLeft
        x = -beside if node.kind == "input" else beside
        width = _REACH - node.radius - 14
        shift = 8.0 if node.detail and large else 0.0
        painter.setFont(looks.font(looks.BASE_PX, bold=node.largest))
        painter.setPen(theme.color("text"))
        inside = large and not node.curve  # its short name stands there
        _text(painter, x, -shift, node.name if inside else node.full, flags, width)
        if shift:
            painter.setFont(looks.font(looks.CAPTION_PX))
            painter.setPen(theme.color("text2"))
            detail = f"{node.detail}, largest" if node.largest else node.detail
            _text(painter, x, shift, detail, flags, width)


def _paint_curve(painter: QPainter, node: DrawnNode, color: QColor) -> None:
    half = node.radius * 0.55
    count = len(node.curve)
    low, high = min(*node.curve, -1.0), max(*node.curve, 1.0)
    points = [
        QPointF(
            -half + 2 * half * step / (count - 1),
            half - 2 * half * (volts - low) / (high - low),
        )
        for step, volts in enumerate(node.curve)
    ]
    painter.setPen(QPen(color, 1.5))
    painter.drawPolyline(points)


class ColumnItem(QGraphicsItem):
    """Title and note over a column."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._column: Column | None = None
        self._selected = False
        self._fault = ""

    def show_column(self, column: Column) -> None:
        """Write this one's."""
        self.prepareGeometryChange()
        self._column = column
        self.setPos(column.x, 0)
        self.update()

    @property
    def column(self) -> Column | None:
        """What is drawn."""
        return self._column

    def mark(self, *, selected: bool) -> None:
        """Show whether the layer is selected."""
        if selected != self._selected:
            self._selected = selected
            self.update()

    def mark_fault(self, role: str) -> None:
        """Outline the layer in a colour of the theme, or not at all (empty)."""
        if role != self._fault:
            self._fault = role
            self.update()

    def _outline(self) -> QRectF:
        foot = self._column.foot if self._column else 50
        return QRectF(-112, 1, 224, foot - 24)

    def boundingRect(self) -> QRectF:
        """Cover the layer."""
        return QRectF(-130, 0, 260, max(self._outline().bottom() + 2, 50))

    def shape(self) -> QPainterPath:
        """Take the pointer on the two lines alone."""
        path = QPainterPath()
        path.addRect(QRectF(-130, 0, 260, 50))
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Write both lines."""
        if self._column is None:
            return
        theme = self._appearance.theme
        if self._fault:
            painter.setPen(QPen(theme.color(self._fault), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._outline(), 4, 4)
        if self._selected:
            painter.setPen(QPen(theme.color("accent"), 1))
            painter.setBrush(theme.color("soft"))
            painter.drawRoundedRect(QRectF(-104, 3, 208, 42), 4, 4)
        painter.setFont(looks.font(looks.TITLE_PX, bold=True))
        painter.setPen(theme.color("accent" if self._selected else "text"))
        _text(painter, 0, 14, self._column.title, Qt.AlignmentFlag.AlignHCenter, 240)
        painter.setFont(looks.font(looks.CAPTION_PX))
        painter.setPen(theme.color("text2"))
        _text(painter, 0, 32, self._column.subtitle, Qt.AlignmentFlag.AlignHCenter, 240)


class CanvasButton(QGraphicsObject):
    """A small outlined button on the canvas; the data and layout panel has the same by keyboard."""

    pressed = Signal(str, int)

    def __init__(self, appearance: Appearance, icon: str, action: tuple[str, int]) -> None:
        super().__init__()
        self._appearance, self._icon = appearance, icon
        self._action, self._stage = action
        self._hovered = False
        self.setAcceptHoverEvents(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def boundingRect(self) -> QRectF:
        """Cover a square of 26 with its outline."""
        return QRectF(-14, -14, 28, 28)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw outline and icon."""
        theme, enabled = self._appearance.theme, self.isEnabled()
        outline = ("text2" if self._hovered else "control") if enabled else "border"
        painter.setPen(QPen(theme.color(outline), 1))
        painter.setBrush(theme.color("hover" if self._hovered and enabled else "panel"))
        painter.drawRoundedRect(QRectF(-12.5, -12.5, 25, 25), 4, 4)
        paint_icon(painter, self._icon, -8, -8, theme.color("text" if enabled else "disabled"))

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Take the click."""
        event.accept()

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Do what it is for where the pointer is still on it."""
        if self.boundingRect().contains(event.pos()):
            self.pressed.emit(self._action, self._stage)

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Light up."""
        self._hovered = True
        self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Go dark."""
        self._hovered = False
        self.update()
