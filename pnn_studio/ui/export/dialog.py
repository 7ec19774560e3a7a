"""The export dialog: what, how it looks, where to, and the command line that does the same."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.analysis.command_lines import export_command, quoted
from pnn_studio.domain.export_kinds import KINDS
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.ui.controllers.exports import ExportController
from pnn_studio.ui.export.choices import ExportChoices
from pnn_studio.ui.export.foot import ExportFoot
from pnn_studio.ui.export.list import ExportList
from pnn_studio.ui.export.memory import ExportMemory
from pnn_studio.ui.export.preview import ExportPreview
from pnn_studio.ui.widgets.controls import ElidedLabel, IconButton, describe, label
from pnn_studio.ui.widgets.theme import Appearance

_SIZE = QSize(992, 686)
_CHOICES_WIDTH, _HEAD = 312, 48
_NARROW = 1100  # px of the window; the preview goes first
_DRAW_MS = 60  # choices that follow each other at once are drawn once


class _Shade(QWidget):
    """Dims what lies behind the dialog."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cover the window."""
        painter = QPainter(self)
        ground = QColor("#14161A")
        ground.setAlphaF(0.46)
        painter.fillRect(self.rect(), ground)
        painter.end()


class ExportDialog(QDialog):
    """Exports the design that was at the slider when it was opened.

    Parameters
    ----------
    parent : QWidget
        The window that it opens over.
    appearance : Appearance
        Colours.
    exports : ExportController
        Draws and writes.
    memory : ExportMemory
        What was chosen last.
    keep : callable
        Told what is chosen when files are written.
    """

    def __init__(
        self,
        parent: QWidget,
        appearance: Appearance,
        exports: ExportController,
        subject: ExportSubject,
        memory: ExportMemory,
        keep: Callable[[ExportMemory], None],
    ) -> None:
        super().__init__(parent)
        self._exports, self._subject, self._memory, self._keep = exports, subject, memory, keep
        self._named = False  # whether a person chose a name
        self._pictured: object = None  # the order that the preview shows, or is about to
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self.setWindowTitle("Export")
        self.setModal(True)
        whole = parent.window()
        self.kinds, self.preview = ExportList(appearance), ExportPreview(appearance)
        self.choices, self.foot = ExportChoices(appearance), ExportFoot(appearance)
        self._put_together(appearance)
        self.preview.setVisible(whole.width() >= _NARROW)
        self._window, self._shade = whole, _Shade(whole)
        self._shade.setGeometry(whole.rect())
        width = _SIZE.width() if whole.width() >= _NARROW else _SIZE.width() - 464
        self.resize(min(width, whole.width() - 32), min(_SIZE.height(), whole.height() - 16))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_DRAW_MS)
        self._connect()
        self.kinds.show_subject(subject)

    def _put_together(self, appearance: Appearance) -> None:
        head = QFrame()
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        head.setProperty("edge", "bottom")
        head.setFixedHeight(_HEAD)
        title = QHBoxLayout(head)
        title.setContentsMargins(16, 0, 12, 0)
        title.setSpacing(12)
        title.addWidget(label("Export", "readout"))
        of = ElidedLabel("label")
        of.set_whole(self._subject.title)
        title.addWidget(of, 1)
        self.close_ = IconButton(appearance, "close", "icon")
        self.close_.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Esc does the same
        describe(self.close_, "Close", "Close (Esc)")
        title.addWidget(self.close_)
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(_CHOICES_WIDTH)
        scroll.setWidget(self.choices)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.kinds)
        middle.addWidget(self.preview, 1)
        middle.addWidget(scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(middle, 1)
        column.addWidget(self.foot)

    def _connect(self) -> None:
        self.close_.clicked.connect(self.reject)
        self.kinds.itemSelectionChanged.connect(self._take_kind)
        self.choices.changed.connect(self._take_choice)
        self.foot.edited.connect(self._take_name)
        self.foot.exported.connect(self._export)
        self.foot.stopped.connect(self._exports.stop)
        self.foot.closed.connect(self.reject)
        self._later.timeout.connect(self._draw)
        self._exports.drawn.connect(self.preview.show_drawing)
        self._exports.not_drawn.connect(self.preview.show_failure)
        self._exports.writing.connect(self.foot.show_writing)
        self._exports.written.connect(self._take_end)
        self._exports.stopped.connect(self._take_stop)
        self._exports.failed.connect(self._take_failure)

    def open_at(self, kind: str) -> None:
        """Open it at a kind; an empty text for the one that was exported last."""
        self.kinds.choose(kind or self._memory.kind)
        self._shade.show()
        self._shade.raise_()
        self.open()
        self.kinds.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what is chosen ----------------------------------------------------------------------

    @Slot()
    def _take_kind(self) -> None:
        kind = self.kinds.kind
        if not kind:
            return
        order = self._memory.order(kind)
        options = replace(order.options, sample=self._exports.sample)
        self.choices.show_order(replace(order, options=options), self._subject)
        if not self._named:
            folder = Path(self._memory.folder) if self._memory.folder else Path.home()
            self.foot.show_path(folder / f"{self._subject.stem}{KINDS[kind].suffix}")
        chain = [self.kinds, *self.choices.reached, *self.foot.reached]
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)
        self.preview.wait()
        self._pictured = None
        self._take_choice()

    @Slot()
    def _take_choice(self) -> None:
        if self.choices.order is not None:
            self._memory = self._memory.with_order(self.choices.order)
        self._show()
        self._later.start()

    @Slot()
    def _take_name(self) -> None:
        self._named = True
        self._show()

    def _show(self) -> None:
        """Show the command, and what would be written."""
        order, command = self.choices.order, ""
        if order is not None:
            source, run = self._exports.source()
            command = quoted(export_command(self._subject, order, source, run, self.foot.path))
        self.foot.show_order(order, command)
        self.foot.show_idle()

    @Slot()
    def _draw(self) -> None:
        order = self.choices.order
        if order is None or not self.preview.isVisible() or order.picture == self._pictured:
            return
        self._pictured = order.picture
        self._exports.draw(self._subject, order)

    # --- writing -----------------------------------------------------------------------------

    @Slot()
    def _export(self) -> None:
        order = self.choices.order
        if order is None or self.foot.is_writing:
            return
        self._enable(on=False)
        self.foot.show_begun()
        self._exports.write(self._subject, ((order, self.foot.path),))

    @Slot(str)
    def _take_end(self, words: str) -> None:
        self._enable(on=True)
        self.foot.show_done(words)
        memory = replace(self._memory, kind=self.kinds.kind, folder=str(self.foot.path.parent))
        self._memory = memory
        self._keep(memory)

    @Slot()
    def _take_stop(self) -> None:
        self._enable(on=True)
        self._show()
        self.foot.note.set_whole("Stopped; nothing was written.")

    @Slot(str)
    def _take_failure(self, why: str) -> None:
        self._enable(on=True)
        self.foot.show_failed(why)

    def _enable(self, *, on: bool) -> None:
        self.kinds.setEnabled(on)
        self.choices.setEnabled(on)

    # --- the dialog --------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Return as the button that is offered, and Esc as Stop while files are written."""
        if event.key() == Qt.Key.Key_Escape and self.foot.is_writing:
            self._exports.stop()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QAbstractButton) and not isinstance(focused, QCheckBox):
                focused.click()
            else:
                self.foot.press()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cover the window, too, where it changes with the dialog."""
        super().resizeEvent(event)
        self._shade.setGeometry(self._window.rect())

    def done(self, result: int) -> None:
        """Close; what is written is stopped, and what is drawn is not waited for."""
        if self.foot.is_writing:
            self._exports.stop()
        self._exports.forget_drawing()
        self._shade.hide()
        self._shade.deleteLater()
        super().done(result)
