"""The line under the trade-off: what its marks mean."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from pnn_studio.app.analysis.tradeoff import Shown, Tradeoff
from pnn_studio.ui.tradeoff.crowds import paint_mark
from pnn_studio.ui.tradeoff.marks import paint_verdict, paint_yield
from pnn_studio.ui.tradeoff.scene import Marks
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.colormap import alpha_color
from pnn_studio.ui.widgets.theme import Appearance

BEST95 = (
    "best95: the least mean power that keeps 95 % of the mean accuracy at α 0 on validation "
    "samples; no test sample has a say in it"
)
BEST95_IN_NGSPICE = (
    "best95 in ngspice: the least power there that keeps 95 % of the best accuracy there, on "
    "samples of training and validation; its accuracy is that on test samples"
)
_NEXT = 18


class TradeoffLegend(QWidget):
    """Symbols with their names; what does not fit is left out."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._entries: tuple[tuple[str, str], ...] = ()
        self.setFixedHeight(26)
        appearance.changed.connect(self.update)

    def show_view(
        self, view: Tradeoff, shown: Shown, marks: Marks, crowds: Sequence[Sequence[int]] = ()
    ) -> None:
        """Explain what is drawn of a family, and of designs that share a mark."""
        seeds = len(set(view.family.plan.seeds))
        crowded = any(len(each) > 1 for each in crowds)
        entries = [("dot", "finished" if view.training else "one design")]
        entries += [("crowd", "so many at one place")] if crowded else []
        entries += [("open", "not checked")] if view.cloud.modelled.any() else []
        if view.training:
            entries.append(("hollow", "still improving"))
        entries += [("mean", f"mean of {seeds} seeds")] if marks.means and seeds > 1 else []
        what = "front of the finished" if view.training else "front"
        what += "" if shown.mask.all() else ", of those shown"
        entries += [("line", what), ("ring", "current")]
        best = "best95 in ngspice" if view.simulated else "best95"
        entries += [("diamond", best)] if view.best95 is not None else []
        entries += [("tick", "checked")] if any(not count for _, count in marks.checked) else []
        entries += [("bang", "so many answers differ")] if any(n for _, n in marks.checked) else []
        entries += [("arc", f"yield, {view.family.plan.model}")] if marks.yields else []
        self._entries = tuple(entries)
        told = ", ".join(name for _, name in entries)
        self.setAccessibleName(f"Legend: {told}")
        best95 = BEST95_IN_NGSPICE if view.simulated else BEST95
        self.setToolTip(best95 if view.best95 is not None else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw symbols and names."""
        painter, theme = QPainter(self), self._appearance.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(looks.font(looks.CAPTION_PX))
        metrics, x, y = painter.fontMetrics(), 62.0, self.height() / 2
        right = self.width() - 16.0
        for symbol, name in self._entries:
            width = metrics.horizontalAdvance(name)
            if x + 14 + width > right:
                break
            self._paint_symbol(painter, symbol, QPointF(x, y))
            painter.setFont(looks.font(looks.CAPTION_PX))
            painter.setPen(theme.color("text2"))
            rect = QRectF(x + 13, 0, width + 4, self.height())
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, name)
            x += 13 + width + _NEXT
        painter.end()

    def _paint_symbol(self, painter: QPainter, symbol: str, at: QPointF) -> None:
        theme = self._appearance.theme
        color = alpha_color(0.5, theme)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        match symbol:
            case "dot" | "mean":
                reach = 3 if symbol == "dot" else 5
                painter.drawEllipse(at, reach, reach)
            case "hollow":
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(color, 1.3))
                painter.drawEllipse(at, 3, 3)
            case "crowd":
                paint_mark(painter, at, 3, color, theme)
            case "open":
                paint_mark(painter, at, 1, color, theme, 2)
            case "tick" | "bang":
                paint_verdict(painter, at, theme, 0 if symbol == "tick" else 2, 100)
            case "arc":
                paint_yield(painter, at, 6, 0.7, theme)
            case "line":
                painter.setPen(QPen(theme.color("text"), 1.5))
                painter.drawLine(at - QPointF(7, 0), at + QPointF(7, 0))
            case "ring":
                painter.setPen(QPen(theme.color("text"), 1.8))
                painter.drawEllipse(at, 6, 6)
            case "diamond":
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.color("text"), 1.4))
                corners = ((0, -6), (6, 0), (0, 6), (-6, 0))
                painter.drawPolygon(QPolygonF([at + QPointF(dx, dy) for dx, dy in corners]))
