"""Asks where a design is to be exported to."""

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from pnn_studio.domain.formats import Export
from pnn_studio.ui.controllers.studio import Studio


class ExportDialog(QFileDialog):
    """Exports the design that was at the slider when it was opened, even if the slider moves.

    Parameters
    ----------
    parent : QWidget
        Over whose window it opens.
    studio : Studio
        Writes the file.
    kind : Export
        As what.
    """

    def __init__(self, parent: QWidget, studio: Studio, kind: Export) -> None:
        super().__init__(parent, kind.name)
        self._studio, self._kind, self._design = studio, kind, studio.session.design
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setNameFilter(kind.filter)
        self.setDefaultSuffix(kind.endings[0].removeprefix("."))
        if self._design is not None:
            source, alpha = Path(self._design.data.source).stem, round(self._design.alpha * 100)
            self.selectFile(f"{source}-{self._design.layout}-{alpha:03d}{kind.endings[0]}")
        self.fileSelected.connect(self._write)

    @Slot(str)
    def _write(self, path: str) -> None:
        if path and self._design is not None:
            self._studio.export(self._design, self._kind.id, path)
