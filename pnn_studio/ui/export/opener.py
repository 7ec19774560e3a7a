"""Opens the export dialog wherever it is asked for, and remembers what was chosen in it."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from pnn_studio.ui.controllers.exports import ExportController
from pnn_studio.ui.export.dialog import ExportDialog
from pnn_studio.ui.export.memory import ExportMemory
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
    remembered : str
        What was chosen before, as `kept` tells it.

    Notes
    -----
    Signal `kept` (text): what was chosen, to outlast the program.
    """

    kept = Signal(str)

    def __init__(
        self,
        window: QWidget,
        exports: ExportController,
        appearance: Appearance,
        remembered: str,
    ) -> None:
        super().__init__(window)
        self._window, self._exports, self._appearance = window, exports, appearance
        self._memory = ExportMemory.of_text(remembered)
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
        self.kept.emit(memory.text)
