"""Opens the export dialog wherever it is asked for, and remembers what was chosen in it."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from pnn_studio.ui.controllers.exports import ExportController
from pnn_studio.ui.shell.export_dialog import ExportDialog
from pnn_studio.ui.shell.export_memory import ExportMemory
from pnn_studio.ui.shell.window_memory import WindowMemory
from pnn_studio.ui.widgets.theme import Appearance


class Exporting(QObject):
    """Opens a dialog for the design that is shown.

    Parameters
    ----------
    window : QWidget
        Over which it opens; owns this.
    exports : ExportController
        Tells when the dialog is wanted, and does what is asked for in it.
    appearance : Appearance
        Colours.
    memory : WindowMemory or None
        Where choices outlast the program.
    """

    def __init__(
        self,
        window: QWidget,
        exports: ExportController,
        appearance: Appearance,
        memory: WindowMemory | None,
    ) -> None:
        super().__init__(window)
        self._window, self._exports, self._appearance = window, exports, appearance
        self._kept = memory
        self._memory = ExportMemory() if memory is None else ExportMemory.of_text(memory.exports)
        exports.wanted.connect(self.open)

    @Slot(str)
    def open(self, kind: str) -> None:
        """Open the dialog at a kind, or with an empty text at the one that was exported last."""
        subject = self._exports.subject()
        if subject is None:
            return
        dialog = ExportDialog(
            self._window, self._appearance, self._exports, subject, self._memory, self._remember
        )
        dialog.open_at(kind)

    def _remember(self, memory: ExportMemory) -> None:
        self._memory = memory
        if self._kept is not None:
            self._kept.keep_exports(memory.text)
