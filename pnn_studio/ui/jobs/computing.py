"""Where trainings are computed: on this machine, or by the workers of a cluster."""

import contextlib

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.jobs.clusters import AskCluster, ClusterSeen, local_workers
from pnn_studio.app.jobs.protocol import Failed, Job
from pnn_studio.errors import UsageError
from pnn_studio.ui.jobs.bridge import JobBridge


class Computing(QObject):
    """Keeps the address that was chosen, and asks its scheduler who is there.

    Notes
    -----
    Signals: `changed`, once there is something else to show; `chosen` (address) by a person.
    """

    changed = Signal()
    chosen = Signal(str)

    def __init__(self, bridge: JobBridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.address = ""  # empty for this machine
        self.words, self.is_refused = "", False
        bridge.cluster.connect(self._take_seen)
        bridge.failed.connect(self._take_failure)

    def remember(self, address: str) -> None:
        """Compute where was chosen earlier; who is there is asked when it is needed."""
        with contextlib.suppress(UsageError):  # somebody has edited what the window remembers
            if address:
                local_workers(address)
            self.address = address
        self.changed.emit()

    def choose(self, address: str) -> None:
        """Compute there from now on; empty for this machine."""
        address = address.strip()
        try:
            if address:
                local_workers(address)
        except UsageError as error:
            self._show(str(error), refused=True)
            return
        self.address = address
        self.chosen.emit(address)
        self._show("Asking who is there…" if address else "")
        if address:
            self._bridge.submit(AskCluster(address))

    def _show(self, words: str, *, refused: bool = False) -> None:
        self.words, self.is_refused = words, refused
        self.changed.emit()

    @Slot(object, object)
    def _take_seen(self, job: AskCluster, seen: ClusterSeen) -> None:
        if job.address == self.address:
            refused = not seen.workers or any(each.trouble for each in seen.workers)
            self._show(seen.words, refused=refused)

    @Slot(object, object)
    def _take_failure(self, job: Job | None, failed: Failed) -> None:
        if isinstance(job, AskCluster) and job.address == self.address:
            self._show(failed.message, refused=True)
