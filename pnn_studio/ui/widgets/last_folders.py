"""File dialogs start where the last one of their kind ended."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

_KIND = "kind of file"


class LastFolders(QObject):
    """Knows for each kind of file in which folder the last one was chosen.

    Notes
    -----
    Signal `changed` (kind, folder).
    """

    changed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folders: dict[str, str] = {}

    def remember(self, folders: Mapping[str, str]) -> None:
        """Take what was known at the last start."""
        self._folders.update(folders)

    def begin(self, dialog: QFileDialog, kind: str) -> None:
        """Have a dialog start there, if that still is a folder, and note where it ends.

        What is proposed as a name is set afterwards.
        """
        folder = self._folders.get(kind, "")
        # else Qt goes to where the last one of any kind ended
        dialog.setDirectory(folder if folder and Path(folder).is_dir() else str(Path.home()))
        dialog.setProperty(_KIND, kind)
        dialog.fileSelected.connect(self._note)

    @Slot(str)
    def _note(self, path: str) -> None:
        kind, folder = self.sender().property(_KIND), str(Path(path).parent)
        if path and isinstance(kind, str) and self._folders.get(kind) != folder:
            self._folders[kind] = folder
            self.changed.emit(kind, folder)
