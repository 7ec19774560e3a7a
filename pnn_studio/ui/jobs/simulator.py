"""The ngspice that a person chose where none is found, or another one is wanted."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from pnn_studio.app.jobs.protocol import Done, Job, UseSimulator
from pnn_studio.ui.jobs.bridge import JobBridge
from pnn_studio.ui.widgets.last_folders import LastFolders


class SimulatorChoice(QObject):
    """Asks for a program and has the worker use it; a worker that is new is told again.

    Notes
    -----
    Signal `chosen` (path) once it has turned out to be ngspice.
    """

    chosen = Signal(str)

    def __init__(self, bridge: JobBridge, folders: LastFolders, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._folders = bridge, folders
        self._path = ""
        self._then: Job | None = None
        self._asked: Job | None = None  # to use what the person chose last
        bridge.ready.connect(self._take_ready)
        bridge.done.connect(self._take_done)

    def remember(self, path: str) -> None:
        """Use a program that was chosen earlier, if there is one."""
        self._path = path

    def ask(self, window: QWidget, then: Job | None = None) -> None:
        """Ask for the program; `then` is done with it."""
        self._then = then
        dialog = QFileDialog(window, "Choose ngspice")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._folders.begin(dialog, "ngspice")
        dialog.fileSelected.connect(self.use)
        dialog.open()

    @Slot(str)
    def use(self, path: str) -> None:
        """Use a program from now on, if it is ngspice."""
        self._asked = UseSimulator(path)
        self._bridge.submit(self._asked)

    @Slot(str)
    def _take_ready(self, _simulator: str) -> None:
        told = any(isinstance(job, UseSimulator) for job in self._bridge.jobs)
        if self._path and not told:
            self._bridge.submit(UseSimulator(self._path), first=True)

    @Slot(object, object)
    def _take_done(self, job: Job | None, _done: Done) -> None:
        if not isinstance(job, UseSimulator):
            return
        self._path = job.path
        self.chosen.emit(job.path)
        if job is self._asked and self._then is not None:  # not where a new worker is told again
            then, self._then = self._then, None
            self._bridge.submit(then)
