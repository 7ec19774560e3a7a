"""How many prints have how many right answers, and how accuracy falls with the spread."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from pnn_studio.domain.print_report import PrintReport
from pnn_studio.domain.units import format_percent
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Appearance

_LEFT, _RIGHT, _TOP, _FOOT = 44, 16, 50, 40
_FLAG = (92, 20)
_LOST_SHARE = 0.55
# accuracy that is shown at least, in points under the least of what is drawn
_ROOM = 4
_TALLEST = 5  # ticks at most


class _Drawn(QWidget):
    """A plot that paints itself on the canvas: axes to the left and below."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._report: PrintReport | None = None
        self.setMinimumSize(180, 180)
        appearance.changed.connect(self.update)

    def show_report(self, report: PrintReport) -> None:
        """Draw another one."""
        self._report = report
        self.setAccessibleName(self._told(report))
        self.setToolTip(self._told(report))
        self.update()

    def _told(self, report: PrintReport) -> str:
        raise NotImplementedError

    @property
    def _field(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _FOOT)

    def _axes(self, painter: QPainter, ticks: list[tuple[float, str]], title: str) -> None:
        """Draw the grid with its values (share of the height from below, text) and a title."""
        theme, field = self._appearance.theme, self._field
        painter.setFont(looks.font(looks.CAPTION_PX))
        for share, text in ticks:
            y = field.bottom() - share * field.height()
            painter.setPen(theme.color("grid"))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(theme.color("text2"))
            place = QRectF(0, y - 8, _LEFT - 6, 16)
            painter.drawText(place, _right(), text)
        painter.setPen(theme.color("text2"))
        painter.drawText(QRectF(8, 0, 120, 16), Qt.AlignmentFlag.AlignVCenter, title)
        painter.setPen(theme.color("control"))
        painter.drawLine(field.bottomLeft(), field.topLeft())
        painter.drawLine(field.bottomLeft(), field.bottomRight())

    def _under(self, painter: QPainter, x: float, text: str) -> None:
        painter.setPen(self._appearance.theme.color("text2"))
        place = QRectF(x - 24, self._field.bottom() + 2, 48, 16)
        painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, text)

    def _caption(self, painter: QPainter, text: str) -> None:
        painter.setPen(self._appearance.theme.color("text2"))
        place = QRectF(0, self.height() - 18, self.width() - _RIGHT, 16)
        painter.drawText(place, _right(), text)


def _right() -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Histogram(_Drawn):
    """One bar for each number of right test samples; prints that are lost stand out."""

    def _told(self, report: PrintReport) -> str:
        test = report.test
        lost = test.prints - int(test.kept.sum())
        return (
            f"{lost:,} of {test.prints:,} prints fall below {format_percent(test.least)}; the "
            f"median print has {format_percent(test.accuracy(test.median))}, the worst one "
            f"{format_percent(test.accuracy(test.worst))} (print {test.worst})"
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        if self._report is None:
            return
        painter, theme, test = QPainter(self), self._appearance.theme, self._report.test
        field, counts = self._field, test.histogram / test.prints
        top = max(float(counts.max()), 1e-9) * 1.12
        step = _step(100 * top)
        marks = [number * step for number in range(int(100 * top / step) + 1)]
        ticks = [(mark / (100 * top), f"{mark:g}") for mark in marks]
        self._axes(painter, ticks, "prints, %")
        first = max(int(counts.nonzero()[0][0]) - 1, 0)
        width = field.width() / (test.samples - first + 1)
        for right in range(first, test.samples + 1):
            x, height = field.left() + (right - first) * width, counts[right] / top * field.height()
            bar = QRectF(x + 1, field.bottom() - height, max(width - 2, 1), height)
            lost = right < test.least_count
            role = theme.color("error", _LOST_SHARE) if lost else theme.color("text2")
            painter.fillRect(bar, role)
        every = max(round((test.samples - first) / 5), 1)
        for right in range(test.samples, first - 1, -every):
            x = field.left() + (right - first + 0.5) * width
            self._under(painter, x, f"{100 * right / test.samples:.0f}")
        self._caption(painter, f"accuracy, %; {test.samples} test samples")
        self._limit(painter, field.left() + (test.least_count - first) * width)
        painter.end()

    def _limit(self, painter: QPainter, x: float) -> None:
        """Draw the limit with its flag, and say how many are lost."""
        assert self._report is not None
        theme, field, test = self._appearance.theme, self._field, self._report.test
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawLine(QPointF(x, _TOP - 8), QPointF(x, field.bottom()))
        width, height = _FLAG
        left = min(max(x - width / 2, 0), self.width() - width)
        flag = QRectF(left, _TOP - 8 - height, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(flag, 3, 3)
        painter.setPen(theme.color("on_accent"))
        painter.setFont(looks.font(looks.CAPTION_PX, bold=True))
        text = f"limit {format_percent(test.least)}"
        painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(theme.color("error"))
        lost = f"lost {format_percent(1 - test.share)}"
        painter.drawText(QRectF(field.left() + 6, _TOP + 2, 120, 16), 0, lost)


class SpreadPlot(_Drawn):
    """Mean accuracy over the spread, with the middle 90 % of prints as a band.

    A second design, which was trained for other prints, is drawn dashed.
    """

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance)
        self._own = ""
        self._other: tuple[str, PrintReport] | None = None

    def show_both(
        self, own: str, report: PrintReport, other: tuple[str, PrintReport] | None
    ) -> None:
        """Draw a report, and that of another design; each with how its design was trained."""
        self._own, self._other = own, other
        self.show_report(report)

    def _told(self, report: PrintReport) -> str:
        said = (
            f"at {format_percent(each.resistor)} of R: mean {format_percent(each.mean)}"
            for each in report.curve
        )
        told = "Accuracy on test samples " + "; ".join(said)
        if self._other is None:
            return told
        name, other = self._other
        mean = format_percent(other.test.mean)
        return f"{told}. Solid: {self._own}; dashed: {name}, mean {mean} at this spread"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw band, mean and limit."""
        if self._report is None or not self._report.curve:
            return
        painter, theme, report = QPainter(self), self._appearance.theme, self._report
        test, field = report.test, self._field
        points = _points(report)
        others = [] if self._other is None else _points(self._other[1])
        floor = min(each[2] for each in points + others)
        floor = max(10 * int(10 * (floor - _ROOM / 100)), 0) / 100
        most = points[-1][0]

        def at(factor: float, accuracy: float) -> QPointF:
            share = (accuracy - floor) / (1 - floor)
            x = field.left() + factor / most * field.width()
            return QPointF(x, field.bottom() - share * field.height())

        step = _step(100 * (1 - floor))
        count = int(100 * (1 - floor) / step + 1e-9)
        values = [100 * floor + k * step for k in range(count + 1)]
        ticks = [((each / 100 - floor) / (1 - floor), f"{each:g}") for each in values]
        self._axes(painter, ticks, "accuracy, test, %")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        second = QPen(theme.color("warn"), 1.5, Qt.PenStyle.DashLine)
        for part, role in ((others, "warn"), (points, "text2")):
            band = [at(each[0], each[3]) for each in part]
            band += [at(each[0], each[2]) for each in reversed(part)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(role, 0.2))
            painter.drawPolygon(QPolygonF(band))
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.drawLine(at(0, test.least), at(most, test.least))
        first = QPen(theme.color("text"), 1.5)
        for part, pen in ((others, second), (points, first)):
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF([at(each[0], each[1]) for each in part]))
        dashed = QPen(theme.color("text2"), 1, Qt.PenStyle.DashLine)
        painter.setPen(dashed)
        painter.drawLine(at(1, floor), at(1, 1))
        painter.setBrush(theme.color("text"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(at(1, test.mean), 4, 4)
        painter.setFont(looks.font(looks.CAPTION_PX))
        for factor in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5):
            spread = 100 * factor * report.spread.resistor
            self._under(painter, at(factor, floor).x(), f"{spread:.0f}")
        self._caption(painter, "spread of R, %; band: 5 to 95 %")
        if self._other is not None:
            self._legend(painter, ((first, self._own), (second, self._other[0])))
        painter.end()

    def _legend(self, painter: QPainter, lines: tuple[tuple[QPen, str], ...]) -> None:
        """Say at the top which line is of a design that was trained for what."""
        y = 15.0  # under the title of the axis
        for pen, name in lines:
            width = painter.fontMetrics().horizontalAdvance(name)
            left = self.width() - _RIGHT - width
            painter.setPen(pen)
            painter.drawLine(QPointF(left - 26, y + 8), QPointF(left - 6, y + 8))
            painter.setPen(self._appearance.theme.color("text2"))
            painter.drawText(QRectF(left, y, width + 2, 16), Qt.AlignmentFlag.AlignVCenter, name)
            y += 16


def _points(report: PrintReport) -> list[tuple[float, float, float, float]]:
    """Factor of the spread, and mean and ends of the band of accuracy there."""
    drawn = report.test.nominal
    points = [(0.0, drawn, drawn, drawn)]
    return points + [(each.factor, each.mean, each.low, each.high) for each in report.curve]


def _step(whole: float) -> float:
    """Return a round step that divides `whole` into few parts."""
    for step in (1.0, 2.0, 5.0, 10.0, 20.0):
        if whole / step <= _TALLEST:
            return step
    return 50.0
