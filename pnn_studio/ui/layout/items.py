"""What the layout canvas is made of: nodes, and the titles of columns."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from pnn_studio.ui.layout.labels import Look, is_detailed
from pnn_studio.ui.layout.picture import Column, DrawnNode
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.canvas.drawing_room import named_slots
from pnn_studio.ui.widgets.controls import plain_tip
from pnn_studio.ui.widgets.theme import Appearance

_SUBTITLE_FROM = 0.8  # scale
_LEAST_CURVE = 3.0
_LARGE = 14  # radius in which a short name fits


def _text(
    painter: QPainter, x: float, y: float, text: str, flags: Qt.AlignmentFlag, width: float = 140
) -> None:
    """Write one line about (x, y): left of it, right of it, or centred on it."""
    high = painter.fontMetrics().height()
    left = x - width if flags == Qt.AlignmentFlag.AlignRight else x
    if flags == Qt.AlignmentFlag.AlignHCenter:
        left = x - width / 2
    rect = QRectF(left, y - high / 2, width, high)
    short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))
    painter.drawText(rect, flags | Qt.AlignmentFlag.AlignVCenter, short)


class NodeItem(QGraphicsItem):
    """An input, a neuron or a supply row with its texts."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._node: DrawnNode | None = None
        self._looks = (False, False)
        self._look = Look()

    def show_node(self, node: DrawnNode) -> None:
        """Draw this one."""
        if node == self._node:
            return
        self.prepareGeometryChange()
        self._node = node
        self.setPos(node.x, node.y)
        tip = " ".join(part for part in (node.full or node.name, node.detail) if part)
        self.setToolTip(plain_tip(tip))
        self.update()

    def write(self, look: Look) -> None:
        """Take how its name is written."""
        if look != self._look:
            self.prepareGeometryChange()
            self._look = look
            self.update()

    @property
    def node(self) -> DrawnNode | None:
        """What is drawn."""
        return self._node

    @property
    def is_marked(self) -> bool:
        """Whether it is ringed, or under the pointer."""
        return any(self._looks)

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
        reach = (self._node.side if self._node else 150.0) + 30
        high = 40 + self._look.letters(looks.BASE_PX)
        return QRectF(-reach, -high, 2 * reach, 2 * high)

    def shape(self) -> QPainterPath:
        """Take the pointer on the node and on its name."""
        path = QPainterPath()
        if self._node is not None:
            radius = max(self._node.radius, 3.0)
            path.addEllipse(QPointF(0, 0), radius, radius)
            path.addRect(self.name_rect)
        return path

    @property
    def name_rect(self) -> QRectF:
        """Where the texts beside it stand, empty where there are none."""
        node, look = self._node, self._look
        if node is None or node.kind == "gap" or not self._writes_name(node):
            return QRectF()
        font = looks.font(look.letters(looks.BASE_PX), bold=node.largest or node.kind == "neuron")
        metrics = QFontMetricsF(font)
        high = metrics.height()
        if node.kind == "neuron":
            wide = min(metrics.horizontalAdvance(node.short), 80.0)
            return QRectF(-wide / 2, node.radius + 12 - high / 2, wide, high)
        if node.kind in ("bias", "ground"):
            wide = min(metrics.horizontalAdvance(node.name), 120.0)
            return QRectF(-22 - wide, -high / 2, wide, high)
        wide = max(
            metrics.horizontalAdvance(self._name(node)),
            metrics.horizontalAdvance(self._detail(node)) if self._writes_detail(node) else 0.0,
        )
        wide, beside = min(wide, self._name_width(node)), node.radius + 10
        if self._writes_detail(node):
            high *= 2
        left = -beside - wide if node.kind == "input" else beside
        return QRectF(left, -high / 2, wide, high)

    def _writes_name(self, node: DrawnNode) -> bool:
        if node.kind != "neuron":
            return self._look.named
        fits = node.pitch >= 2 * node.radius + 2 * self._look.letters(looks.BASE_PX) - 4
        return bool(node.curve) and node.radius >= _LARGE and fits

    def _writes_detail(self, node: DrawnNode) -> bool:
        return bool(node.detail) and self._look.detailed

    @staticmethod
    def _name(node: DrawnNode) -> str:
        inside = node.radius > _LARGE and not node.curve  # its short name stands there
        return node.name if inside else node.full

    @staticmethod
    def _detail(node: DrawnNode) -> str:
        return f"{node.detail}, largest" if node.largest else node.detail

    @staticmethod
    def _name_width(node: DrawnNode) -> float:
        return node.side - node.radius - 14

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
            painter.setFont(looks.font(self._look.letters(looks.BASE_PX)))
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
            half = min(6.0, 0.4 * node.pitch)
            x, y = node.radius + 7 + half, -16.0 if node.radius >= _LARGE else -half / 2
            low, high = y - half * 5 / 6, y + half
            painter.drawPolygon([QPointF(x - half, low), QPointF(x + half, low), QPointF(x, high)])

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
        if self._look.letters(looks.CAPTION_PX) == looks.CAPTION_PX:
            _text(painter, 0, 0, node.short, Qt.AlignmentFlag.AlignHCenter, 28)
        painter.setFont(looks.font(self._look.letters(looks.BASE_PX)))
        painter.setPen(theme.color("disabled" if "not printed" in node.name else "text2"))
        _text(painter, -22, 0, node.name, Qt.AlignmentFlag.AlignRight, 120)

    def _paint_circle(self, painter: QPainter, node: DrawnNode) -> None:
        theme, radius = self._appearance.theme, node.radius
        painter.setPen(QPen(theme.color("wire"), 1.5))
        painter.setBrush(theme.color("panel"))
        painter.drawEllipse(QPointF(0, 0), radius, radius)
        if node.curve and radius >= 2 * _LEAST_CURVE:
            _paint_curve(painter, node, theme.color("activation_ink"))
        fits = self._look.letters(looks.BASE_PX) < radius
        if not node.curve and radius > _LARGE and fits:
            painter.setFont(looks.font(looks.BASE_PX, bold=True))
            painter.setPen(theme.color("text"))
            _text(painter, 0, 0, node.short, Qt.AlignmentFlag.AlignHCenter, 2 * radius)
        self._paint_names(painter, node)

    def _paint_names(self, painter: QPainter, node: DrawnNode) -> None:
        if not self._writes_name(node):
            return
        theme, look = self._appearance.theme, self._look
        if node.kind == "neuron":
            painter.setFont(looks.font(look.letters(looks.BASE_PX), bold=True))
            painter.setPen(theme.color("accent" if self._looks[0] else "text"))
            _text(painter, 0, node.radius + 12, node.short, Qt.AlignmentFlag.AlignHCenter, 80)
            return
        flags = Qt.AlignmentFlag.AlignRight if node.kind == "input" else Qt.AlignmentFlag.AlignLeft
        beside = node.radius + 10
        x, width = -beside if node.kind == "input" else beside, self._name_width(node)
        shift = 8.0 / min(look.scale, 1.0) if self._writes_detail(node) else 0.0
        painter.setFont(looks.font(look.letters(looks.BASE_PX), bold=node.largest))
        painter.setPen(theme.color("accent" if self._looks[0] else "text"))
        _text(painter, x, -shift, self._name(node), flags, width)
        if shift:
            painter.setFont(looks.font(look.letters(looks.CAPTION_PX)))
            painter.setPen(theme.color("text2"))
            _text(painter, x, shift, self._detail(node), flags, width)


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
        self._look = Look()

    def write(self, look: Look) -> None:
        """Take how large the titles are."""
        if look != self._look:
            self._look = look
            self.update()

    def show_column(self, column: Column) -> None:
        """Write this one's."""
        self.prepareGeometryChange()
        self._column = column
        self.setPos(column.x, 0)
        self.setToolTip(plain_tip(f"{column.title}: {column.subtitle}"))
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
        half = min(112.0, self._column.room / 2 + 10) if self._column else 112.0
        return QRectF(-half, 1, 2 * half, foot - 20)

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
            half = min(104.0, self._column.room / 2 + 6)
            painter.drawRoundedRect(QRectF(-half, 3, 2 * half, 42), 4, 4)
        room, look = self._column.room, self._look
        both = look.scale >= _SUBTITLE_FROM
        painter.setFont(looks.font(look.letters(looks.TITLE_PX), bold=True))
        painter.setPen(theme.color("accent" if self._selected else "text"))
        center = Qt.AlignmentFlag.AlignHCenter
        _text(painter, 0, 14 if both else 24, self._column.title, center, room)
        if both:
            painter.setFont(looks.font(look.letters(looks.CAPTION_PX)))
            painter.setPen(theme.color("text2"))
            _text(painter, 0, 32, self._column.subtitle, center, room)

    @property
    def name_rect(self) -> QRectF:
        """Where the titles stand."""
        half = (self._column.room if self._column else 200.0) / 2
        return QRectF(-half, 2, 2 * half, 44)


def write_names(nodes: Sequence[NodeItem], columns: Sequence[ColumnItem], scale: float) -> None:
    """Have every node and column write what has room at a scale (px for each scene unit)."""
    stages: dict[int, list[tuple[NodeItem, DrawnNode]]] = {}
    for item in nodes:
        if item.node is not None and item.node.kind in ("input", "neuron", "output"):
            stages.setdefault(item.node.stage, []).append((item, item.node))
        else:
            item.write(Look(scale))
    for drawn in stages.values():
        pitch = drawn[0][1].pitch * scale
        first = [node.slot for item, node in drawn if item.is_marked]
        named = named_slots([node.slot for _, node in drawn], pitch, first)
        for item, node in drawn:
            item.write(Look(scale, node.slot in named, is_detailed(pitch)))
    for column in columns:
        column.write(Look(scale))
