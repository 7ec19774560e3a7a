"""Figures of the inspector: transfer curve, opened circuit, samples of a node."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from pnn_studio.app.inspector.sheet import (
    Burner,
    CircuitFigure,
    CurveFigure,
    Figure,
    HistogramFigure,
    IntervalFigure,
    PairsFigure,
    PowerFigure,
    SheetSection,
)
from pnn_studio.domain.cells import (
    FIELD,
    HIGH_RAIL,
    LOW_RAIL,
    ResistorPart,
    TransistorPart,
)
from pnn_studio.ui.inspector.sheet_histogram import HEIGHT as HISTOGRAM_HEIGHT
from pnn_studio.ui.inspector.sheet_histogram import paint_histogram
from pnn_studio.ui.inspector.sheet_power import paint_power, power_height
from pnn_studio.ui.plots.scales import linear_ticks
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Theme

_CENTER = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def figure_height(figure: Figure) -> int:
    """Return how many px a figure needs."""
    match figure:
        case CircuitFigure():
            return int(FIELD)
        case PowerFigure():
            return power_height(figure)
        case IntervalFigure():
            return 24
        case HistogramFigure():
            return HISTOGRAM_HEIGHT
    return 178


def paint_figure(
    painter: QPainter, figure: Figure, rect: QRectF, theme: Theme, pointed: Burner | None = None
) -> None:
    """Paint a figure into a rectangle of its height; `pointed` is the segment to be told."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    match figure:
        case CircuitFigure():
            _Circuit(painter, figure, rect, theme).paint()
        case PowerFigure():
            paint_power(painter, figure, rect, theme, pointed)
        case CurveFigure():
            _paint_curve(painter, figure, rect, theme)
        case HistogramFigure():
            paint_histogram(painter, figure, rect, theme)
        case PairsFigure():
            _paint_pairs(painter, figure, rect, theme)
        case IntervalFigure():
            _paint_interval(painter, figure, rect, theme)
    painter.restore()


def _paint_interval(painter: QPainter, figure: IntervalFigure, rect: QRectF, theme: Theme) -> None:
    """Paint from where to where a share may lie, on a scale from 50 % (from 0 where it is less)."""
    least = 0.5 if figure.low >= 0.5 else 0.0  # noqa: PLR2004 - the scale of the tokens
    bar = QRectF(rect.left(), rect.top() + 2, rect.width(), 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("border"))
    painter.drawRoundedRect(bar, 2, 2)
    left, right = (
        bar.left() + (end - least) / (1 - least) * bar.width() for end in (figure.low, figure.high)
    )
    painter.setBrush(theme.color("ok"))
    painter.drawRoundedRect(QRectF(left, bar.top(), max(right - left, 3), 4), 2, 2)
    painter.setFont(looks.font(looks.CAPTION_PX))
    painter.setPen(theme.color("text2"))
    under = QRectF(rect.left(), rect.top() + 7, rect.width(), 16)
    painter.drawText(under, _LEFT, f"{least * 100:.0f}")
    painter.drawText(under, _RIGHT, "100 %")
    painter.drawText(under, _CENTER, f"{figure.samples} test samples")


class _Frame:
    """Axes of a small plot."""

    def __init__(
        self, painter: QPainter, rect: QRectF, x: tuple[float, float], y: tuple[float, float],
        theme: Theme, titles: tuple[str, str],
    ) -> None:  # fmt: skip
        self.area = rect.adjusted(38, 20, -8, -36)
        self._x, self._y = x, y
        area = self.area
        painter.fillRect(area, theme.color("plot"))
        painter.setFont(looks.font(looks.CAPTION_PX))
        for value, text in linear_ticks(*y, most=3):
            at = round(self.at(x[0], value).y()) + 0.5
            painter.setPen(QPen(theme.color("grid"), 1))
            painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at))
            painter.setPen(theme.color("text2"))
            painter.drawText(QRectF(rect.left(), at - 8, 32, 16), _RIGHT, text)
        for value, text in linear_ticks(*x, most=4):
            at = round(self.at(value, y[0]).x()) + 0.5
            painter.setPen(QPen(theme.color("grid"), 1))
            painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
            painter.setPen(theme.color("text2"))
            painter.drawText(QRectF(at - 24, area.bottom() + 3, 48, 16), _CENTER, text)
        painter.setPen(QPen(theme.color("control"), 1))
        left, bottom = round(area.left()) + 0.5, round(area.bottom()) + 0.5
        painter.drawLine(QPointF(left, area.top()), QPointF(left, bottom))
        painter.drawLine(QPointF(left, bottom), QPointF(area.right(), bottom))
        painter.setPen(theme.color("text2"))
        painter.drawText(QRectF(area.left(), rect.bottom() - 18, area.width(), 16), _RIGHT,
                         titles[0])  # fmt: skip
        painter.drawText(QRectF(rect.left() + 8, rect.top(), 200, 16), _LEFT, titles[1])

    def at(self, x: float, y: float) -> QPointF:
        """Return the place of a point."""
        (left, right), (low, high), area = self._x, self._y, self.area
        return QPointF(
            area.left() + (x - left) / (right - left) * area.width(),
            area.bottom() - (y - low) / (high - low) * area.height(),
        )


def _paint_curve(painter: QPainter, figure: CurveFigure, rect: QRectF, theme: Theme) -> None:
    titles = (figure.x_title, "output, V")
    high = max(1.0, float(np.ceil(figure.v_out.max() * 2) / 2))
    low = min(-1.0, float(np.floor(figure.v_out.min() * 2) / 2))
    frame = _Frame(painter, rect, (-1.0, 1.0), (low, high), theme, titles)
    painter.setClipRect(frame.area.adjusted(-4, -4, 4, 4))
    painter.setPen(QPen(theme.color("activation_ink"), 1.5))
    curve = [frame.at(float(x), float(y)) for x, y in zip(figure.v_in, figure.v_out, strict=True)]
    painter.drawPolyline(curve)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("text", 0.45))
    for x, y in zip(figure.samples_in, figure.samples_out, strict=True):
        painter.drawEllipse(frame.at(float(x), float(y)), 2.5, 2.5)
    if 0 <= figure.sample < len(figure.samples_in):
        here = frame.at(
            float(figure.samples_in[figure.sample]), float(figure.samples_out[figure.sample])
        )
        painter.setBrush(theme.color("plot"))
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawEllipse(here, 4.5, 4.5)
        text = f"sample {figure.sample + 1}"
        painter.setFont(looks.font(looks.CAPTION_PX))
        right = here.x() < frame.area.center().x()
        line = QRectF(here.x() + (10 if right else -90), here.y() - 8, 80, 16)
        painter.drawText(line, _LEFT if right else _RIGHT, text)


def _paint_pairs(painter: QPainter, figure: PairsFigure, rect: QRectF, theme: Theme) -> None:
    order = np.argsort(figure.model)
    count = len(order)
    both = np.concatenate([figure.model, figure.spice])
    low, high = float(np.floor(both.min() * 2) / 2), float(np.ceil(both.max() * 2) / 2)
    frame = _Frame(
        painter, rect, (0.0, max(count - 1.0, 1.0)), (low, max(high, low + 0.5)), theme,
        ("samples, sorted by model", "V"),
    )  # fmt: skip
    for place, sample in enumerate(order):
        model = frame.at(place, float(figure.model[sample]))
        spice = frame.at(place, float(figure.spice[sample]))
        painter.setPen(QPen(theme.color("control"), 1))
        painter.drawLine(model, spice)
        painter.setPen(QPen(theme.color("text2"), 1.2))
        painter.setBrush(theme.color("plot"))
        painter.drawEllipse(model, 2.4, 2.4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("text"))
        painter.drawEllipse(spice, 2.4, 2.4)


class _Circuit:
    """Draws a nonlinear circuit between its rails, as `domain.cells` places it."""

    def __init__(
        self, painter: QPainter, figure: CircuitFigure, rect: QRectF, theme: Theme
    ) -> None:
        self._painter, self._figure, self._theme = painter, figure, theme
        self._values = dict(figure.values)
        painter.translate(rect.left() + (rect.width() - FIELD) / 2, rect.top())

    def paint(self) -> None:
        """Draw rails, wires, parts, terminals and joints, in this order."""
        kind, (high, low) = self._figure.kind, self._figure.rails
        for y, text in ((HIGH_RAIL, high), (LOW_RAIL, low)):
            self._wire((52, y), (250, y))
            self._text(46, y, text, "text2", right=True)
        for wire in kind.wires:
            self._wire(*wire)
        for part in kind.parts:
            if isinstance(part, TransistorPart):
                self._transistor(part)
            else:
                self._resistor(part)
        self._terminal(*kind.input, self._figure.v_in, left=True)
        self._terminal(*kind.output, self._figure.v_out, left=False)
        for x, y in kind.dots:
            self._dot(x, y)

    def _pen(self, width: float = 1.5) -> QPen:
        return QPen(self._theme.color("wire"), width)

    def _wire(self, *points: tuple[float, float]) -> None:
        self._painter.setPen(self._pen())
        self._painter.drawPolyline([QPointF(x, y) for x, y in points])

    def _dot(self, x: float, y: float) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._theme.color("wire"))
        self._painter.drawEllipse(QPointF(x, y), 3, 3)

    def _text(
        self, x: float, y: float, text: str, role: str, *, right: bool = False, bold: bool = False
    ) -> None:
        self._painter.setFont(looks.font(looks.CAPTION_PX, bold=bold))
        self._painter.setPen(self._theme.color(role))
        rect = QRectF(x - 100 if right else x, y - 8, 100, 16)
        self._painter.drawText(rect, _RIGHT if right else _LEFT, text)

    def _body(self, rect: QRectF) -> None:
        self._painter.setPen(self._pen())
        self._painter.setBrush(self._theme.color("panel"))
        self._painter.drawRect(rect)

    def _resistor(self, part: ResistorPart) -> None:
        (x, top), (right, bottom) = part.ends
        self._wire(*part.ends)
        value = self._values.get(part.name, "")
        if top == bottom:
            self._body(QRectF((x + right) / 2 - 16, top - 7, 32, 14))
            self._text(x - 4, top - 30, part.name, "text", bold=True)
            self._text(x - 4, top - 16, value, "text")
            return
        middle = (top + bottom) / 2
        half = min(20.0, (bottom - top) / 2 - 8)
        self._body(QRectF(x - 7, middle - half, 14, 2 * half))
        self._text(x + 12, middle - 7, part.name, "text", bold=True)
        self._text(x + 12, middle + 7, value, "text")

    def _transistor(self, part: TransistorPart) -> None:
        (x, top), (_, bottom), middle = part.drain, part.source, part.gate[1]
        channel = x - 14
        self._wire((x, top), (x, middle - 12), (channel, middle - 12))
        self._wire((channel, middle + 12), (x, middle + 12), (x, bottom))
        self._painter.setPen(self._pen(2.5))
        self._painter.drawLine(QPointF(channel, middle - 18), QPointF(channel, middle + 18))
        self._painter.setPen(self._pen())
        self._painter.drawLine(QPointF(channel - 6, middle - 14), QPointF(channel - 6, middle + 14))
        self._wire(part.gate, (channel - 6, middle))
        self._text(x + 8, middle - 7, part.name, "text", bold=True)
        self._text(x + 8, middle + 7, self._values.get(part.name, ""), "text")

    def _terminal(self, x: float, y: float, texts: tuple[str, str], *, left: bool) -> None:
        self._painter.setPen(self._pen())
        self._painter.setBrush(self._theme.color("panel"))
        self._painter.drawEllipse(QPointF(x, y), 4, 4)
        name, volts = texts
        if left:
            self._text(max(x - 24, 0), y - 14, name, "text")
            self._text(max(x - 30, 0), y + 15, volts, "text2")
        else:
            self._text(x + 14, y - 13, name, "text", right=True)
            self._text(x + 14, y + 15, volts, "text2", right=True)


def table_columns(section: SheetSection, whole: float, left: float) -> list[tuple[float, float]]:
    """Return left end and width of the columns of a table that is `whole` px wide.

    All but the first have what they need; a single word may reach to the left.
    """
    metrics = QFontMetricsF(looks.font())
    count = len(section.head)
    needed = [
        max(
            [metrics.horizontalAdvance(section.head[column])]
            + [
                metrics.horizontalAdvance(row.cells[column])
                for row in section.rows
                if row.tone != "muted"
            ],
            default=0.0,
        )
        + 10
        for column in range(1, count)
    ]
    if any(row.tone == "muted" for row in section.rows):
        short = metrics.horizontalAdvance("not printed") - sum(needed[:-1])
        needed[-1] = max(needed[-1], min(short, 90.0))
    first = max(whole - sum(needed), 60.0)
    lefts, at = [(left, first)], left + first
    for width in needed:
        lefts.append((at + 6, width - 6))
        at += width
    return lefts
