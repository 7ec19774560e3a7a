"""What can wait until the window is there, done bit by bit, so that nobody waits for it.

The library of the plots makes Python know every class of Qt, all at once where it is imported. They
are asked for one by one before, between the events of the window. Then garbage is collected from
now on, but not looked for among what was loaded, for that stays.
"""

import gc
import time
from collections.abc import Iterator
from importlib import import_module

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject, QTimer, Slot

_AFTER_MS = 1000  # the first look at the window is not disturbed
_PAUSE_MS, _SLICE_S = 10, 0.004


class Preload(QObject):
    """Begins by itself; what was needed before is there already."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._steps = _steps()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)
        self._timer.start(_AFTER_MS)

    @Slot()
    def _go_on(self) -> None:
        until = time.perf_counter() + _SLICE_S
        for _ in self._steps:
            if time.perf_counter() > until:
                self._timer.start(_PAUSE_MS)
                return


def _steps() -> Iterator[None]:
    for library in (QtCore, QtGui, QtWidgets):
        for name in dir(library):
            getattr(library, name)
            yield
    for module in ("widgets.graph_items", "runs.curve_plots", "check.plots", "runs.family_plots"):
        import_module(f"pnn_studio.ui.{module}")
        yield
    gc.collect()
    gc.freeze()
    gc.enable()
