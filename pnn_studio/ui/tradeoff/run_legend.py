"""The legend of runs over the trade-off: a chip for each, which draws its front or hides it."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from pnn_studio.app.session import compared, history
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.ui.plots.run_marks import BOX, SWATCH, paint_box, paint_swatch
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.colormap import alpha_color
from pnn_studio.ui.widgets.controls import describe, label, plain_tip
from pnn_studio.ui.widgets.source_tag import paint_tag, tag_width
from pnn_studio.ui.widgets.theme import Appearance

_HEIGHT, _GAP, _SIDE, _LINES, _MOST = 26, 6, 16, 2, 8
_LONGEST = 190


class RunChip(QAbstractButton):
    """Check box, swatch, name, and the source of the figures that are drawn of a run."""

    def __init__(self, parent: QWidget, appearance: Appearance) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.run = 0
        self.place: int | None = None
        self.source = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCheckable(True)
        appearance.changed.connect(self.update)

    def nextCheckState(self) -> None:
        """Leave it as it is: what is drawn is the session's, and shown from there."""

    def show_run(self, run: Run, place: int | None, source: str, tip: str) -> None:
        """Show a run, and whether it is drawn."""
        self.run, self.place, self.source = run.id, place, source
        self.setText(run.name)
        self.setChecked(place is not None)
        describe(self, f"{run.name}, {'drawn' if place is not None else 'not drawn'}",
                 plain_tip(tip))  # fmt: skip
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as all of it."""
        name = min(QFontMetricsF(looks.font()).horizontalAdvance(self.text()), _LONGEST)
        return QSize(
            round(8 + BOX + 7 + SWATCH + 7 + name + 12 + tag_width(self.source) + 7), _HEIGHT
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it; one that is not drawn is pale."""
        theme, painter, on = self._appearance.theme, QPainter(self), self.place is not None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        outline = "accent" if focused else "control" if on or self.underMouse() else "border"
        painter.setPen(QPen(theme.color(outline), 2 if focused else 1))
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        middle, x = self.height() / 2, 8.0
        paint_box(painter, x, middle, theme, on=on, fixed=self.place == 0)
        x += BOX + 7
        line = theme.color("text" if on else "disabled")
        fill = alpha_color(0.5, theme) if on else line
        paint_swatch(painter, x, middle, self.place or 0, line, fill)
        x += SWATCH + 7
        painter.setFont(looks.font())
        painter.setPen(theme.color("text" if on else "text2"))
        width = self.width() - x - tag_width(self.source) - 15
        name = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, int(width) + 1
        )
        painter.drawText(QRectF(x, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter,
                         name)  # fmt: skip
        paint_tag(painter, self.width() - tag_width(self.source) - 7, middle, self.source, theme)
        painter.end()


class RunLegend(QWidget):
    """Chips of the runs that have designs, and what must be known to compare them.

    Notes
    -----
    Signal `toggled` (id of a run, the chip) where one is to be drawn, or drawn no more.
    """

    toggled = Signal(int, QWidget)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._chips: list[RunChip] = []
        self._note = label("", "caption", self)
        self.setAccessibleName("Runs in the plot")
        self.hide()

    @property
    def chips(self) -> list[RunChip]:
        """The chips that are shown."""
        return [each for each in self._chips if not each.isHidden()]

    def show_runs(self, session: Session, *, simulated: bool) -> None:
        """Show the runs of a session that can be drawn; nothing where there is but one."""
        runs = compared.can_draw(session)[:_MOST]
        if len(runs) < 2:  # noqa: PLR2004 - two can be compared
            self.hide()
            return
        places = {run.id: place for place, run in enumerate(compared.drawn(session))}
        while len(self._chips) < len(runs):
            chip = RunChip(self, self._appearance)
            chip.clicked.connect(self._take_click)
            self._chips.append(chip)
        for number, chip in enumerate(self._chips):
            chip.setHidden(number >= len(runs))
        for chip, run in zip(self._chips, runs, strict=False):
            checked = simulated and bool(session.checks.of_run(run))
            source = "ngspice" if checked else run.plan.model
            chip.show_run(run, places.get(run.id), source, _tip(session, run, simulated, checked))
        together = "The broad band is the front of all that are drawn." if len(places) > 1 else ""
        self._note.setText(compared.note(session) or together)
        self.show()
        self._arrange()

    @Slot()
    def _take_click(self) -> None:
        chip = self.sender()
        assert isinstance(chip, RunChip)
        self.toggled.emit(chip.run, chip)

    def _arrange(self) -> None:
        """Place the chips one after the other; what has no room on the second line is not shown."""
        x, line, right = _SIDE, 0, self.width() - _SIDE
        for chip in self.chips:
            size = chip.sizeHint()
            if x > _SIDE and x + size.width() > right:
                x, line = _SIDE, line + 1
            chip.setGeometry(x, line * (_HEIGHT + _GAP), size.width(), size.height())
            chip.setVisible(line < _LINES)
            x += size.width() + _GAP
        bottom = min(line + 1, _LINES) * (_HEIGHT + _GAP)
        if self._note.text():
            self._note.setGeometry(QRect(_SIDE, bottom - 2, max(right - _SIDE, 1), 16))
            self._note.setToolTip(self._note.text())
            bottom += 16
        self._note.setVisible(bool(self._note.text()))
        self.setFixedHeight(bottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the chips anew."""
        super().resizeEvent(event)
        self._arrange()


def _tip(session: Session, run: Run, simulated: bool, checked: bool) -> str:
    """Say what a run is, and why nothing of it is drawn where that is so."""
    what = f"{run.name}, trained on {history.data_name(session, run)}, {run.plan.layout}"
    tags = f"; {', '.join(run.tags)}" if run.tags else ""
    if simulated and not checked:
        return f"{what}{tags}. None of its designs is checked in ngspice, so none is drawn."
    return f"{what}{tags}"
