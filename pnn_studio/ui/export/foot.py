"""The lower part of the export dialog: where to, the command line, and how the writing goes."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.jobs.protocol import Writing
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.units import count_of
from pnn_studio.ui.widgets.controls import ElidedLabel, describe, label, restyle
from pnn_studio.ui.widgets.fields import TextEntry
from pnn_studio.ui.widgets.theme import Appearance

_IDLE, _WRITING, _DONE, _FAILED = range(4)


def _button(text: str, tip: str, kind: str = "outline") -> QPushButton:
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAutoDefault(False)
    made.setMinimumHeight(30)
    describe(made, text, tip)
    return made


class ExportFoot(QFrame):
    """File name, folder, command, and the buttons of each state.

    Notes
    -----
    Signals: `edited` after name or folder changed, `exported`, `stopped`, `closed` by the buttons.
    """

    edited = Signal()
    exported = Signal()
    stopped = Signal()
    closed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("edge", "top")
        self.name, self.folder = TextEntry(appearance), TextEntry(appearance)
        describe(self.name, "File name", "Name of the files, without an ending")
        describe(self.folder, "Folder", "Where the files are written")
        self._endings = label("", "label")
        self.choose = _button("Choose…", "Choose the folder")
        self.command = ElidedLabel()
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(11)
        self.command.setFont(font)
        self.command.setStyleSheet("font-size: 11px;")
        self.copy = _button("Copy command", "Copy the command that writes the same files")
        self.note = ElidedLabel("label")
        self._command = ""
        self._offered: QPushButton | None = None
        self._states = QStackedWidget()
        self._make_states()
        self._put_together()
        self._dialog: QFileDialog | None = None
        for entry in (self.name, self.folder):
            entry.textEdited.connect(self.edited)
        self.choose.clicked.connect(self._choose_folder)
        self.copy.clicked.connect(self._copy)

    def _make_states(self) -> None:
        self.cancel = _button("Cancel", "Close without exporting (Esc)")
        self.export = _button("Export", "Write the files (Return)", "primary")
        self.stop = _button("Stop", "Stop writing; no file is left half written")
        self.close_ = _button("Close", "Close this dialog (Esc)", "primary")
        self.show_folder = _button("Show folder", "Open the folder with the files")
        self.other = _button("Choose…", "Choose another folder")
        self.again = _button("Try again", "Write the files again (Return)", "primary")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.progress.setAccessibleName("Progress of the export")
        self.line, self.done, self.failed = (ElidedLabel("label") for _ in range(3))
        restyle(self.done, tone="ok")
        restyle(self.failed, tone="error")
        going = QVBoxLayout()
        going.setSpacing(4)
        going.addStretch()
        going.addWidget(self.line)
        going.addWidget(self.progress)
        going.addStretch()
        for state, buttons in (
            (None, (self.cancel, self.export)),
            (going, (self.stop,)),
            (self.done, (self.show_folder, self.close_)),
            (self.failed, (self.other, self.again)),
        ):
            page = QWidget()
            row = QHBoxLayout(page)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            if isinstance(state, QVBoxLayout):
                row.addLayout(state, 1)
            elif state is not None:
                row.addWidget(state, 1)
            else:
                row.addStretch(1)
            for button in buttons:
                row.addWidget(button)
            self._states.addWidget(page)
        self.cancel.clicked.connect(self.closed)
        self.close_.clicked.connect(self.closed)
        self.export.clicked.connect(self.exported)
        self.again.clicked.connect(self.exported)
        self.stop.clicked.connect(self.stopped)
        self.other.clicked.connect(self._choose_folder)
        self.show_folder.clicked.connect(self._open_folder)

    def _put_together(self) -> None:
        place = QHBoxLayout()
        place.setSpacing(8)
        for each, stretch in (
            (label("File name", "label"), 0),
            (self.name, 3),
            (self._endings, 0),
            (label("Folder", "label"), 0),
            (self.folder, 4),
            (self.choose, 0),
        ):
            place.addWidget(each, stretch)
        box = QFrame()
        box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box.setProperty("ground", "window")
        box.setFixedHeight(34)
        inside = QHBoxLayout(box)
        inside.setContentsMargins(12, 0, 12, 0)
        inside.addWidget(self.command)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.copy)
        row.addWidget(self.note, 1)
        row.addWidget(self._states, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(place)
        column.addWidget(box)
        column.addLayout(row)

    @property
    def reached(self) -> list[QWidget]:
        """What Tab reaches, from the name to the buttons."""
        place = [self.name, self.folder, self.choose, self.copy]
        return [*place, *self._states.findChildren(QPushButton)]

    # --- where to ----------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        """Where to, without an ending; a tilde is the user's folder."""
        return Path(self.folder.text().strip() or ".").expanduser() / self.name.text().strip()

    def show_path(self, path: Path) -> None:
        """Show where to."""
        self.name.setText(path.name)
        self.folder.setText(str(path.parent))

    def show_order(self, order: ExportOrder | None, command: str) -> None:
        """Show what will be written, which files that replaces, and the command that does it."""
        self._command = command
        self.command.set_whole(command)
        self.copy.setEnabled(bool(command))
        name = self.name.text().strip()
        usable = order is not None and bool(name) and Path(name).name == name
        self.export.setEnabled(usable)
        if order is None:
            self._endings.setText("")
            self.note.set_whole("Choose at least one format.")
            return
        self._endings.setText(" ".join(each.ending for each in order.files))
        if not usable:
            self.note.set_whole("Type the name of a file, without folders.")
            return
        written = [f"{name}{each.ending}" for each in order.files]
        there = [each for each in written if (self.path.parent / each).exists()]
        words = f"Writes {count_of(len(written), 'file')}"
        if there:
            verb = "exists and is replaced" if len(there) == 1 else "exist and are replaced"
            words += f"; {', '.join(there)} {verb}"
        self.note.set_whole(f"{words}.")

    @Slot()
    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, "Folder of the export", str(self.path.parent))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._take_folder)
        dialog.open()

    @Slot(str)
    def _take_folder(self, folder: str) -> None:
        if folder:
            self.folder.setText(folder)
            self.edited.emit()

    @Slot()
    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.path.parent)))

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._command)
        self.note.set_whole("The command is copied.")

    # --- how it goes -------------------------------------------------------------------------

    @property
    def is_writing(self) -> bool:
        """Whether files are being written."""
        return self._states.currentIndex() == _WRITING

    def press(self) -> None:
        """Do what Return means: press the button that is offered."""
        if self._offered is not None:
            self._offered.click()

    def show_idle(self) -> None:
        """Offer to export."""
        self._go(_IDLE, self.export)

    def show_begun(self) -> None:
        """Show that the worker is asked."""
        self.line.set_whole("Waiting for the worker")
        self.progress.setRange(0, 0)
        self._go(_WRITING, self.stop)

    @Slot(object)
    def show_writing(self, writing: Writing) -> None:
        """Show which file is made."""
        self.progress.setRange(0, writing.count)
        self.progress.setValue(writing.number)
        self.line.set_whole(f"{writing.name}, {writing.number + 1} of {writing.count}")

    def show_done(self, words: str) -> None:
        """Show what was written."""
        self.done.set_whole(words)
        self._go(_DONE, self.close_)

    def show_failed(self, why: str) -> None:
        """Show why nothing was written."""
        self.failed.set_whole(why)
        self._go(_FAILED, self.again)

    def _go(self, state: int, button: QPushButton) -> None:
        """Show a state; the keyboard stays at its buttons where it was at those of another."""
        inside = any(each.hasFocus() for each in self._states.findChildren(QPushButton))
        was = self._states.currentIndex()
        self._states.setCurrentIndex(state)
        self.note.setVisible(state in (_IDLE, _WRITING))
        for each in (self.name, self.folder, self.choose):
            each.setEnabled(state != _WRITING)
        self.copy.setEnabled(state != _WRITING and bool(self._command))
        self._offered = button
        if inside or _WRITING in (was, state):
            button.setFocus(Qt.FocusReason.OtherFocusReason)
