"""Pictures of every tab in light and dark, from an example that is trained and checked for them."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from pnn_studio.app.analysis.example import EXAMPLES
from pnn_studio.app.session.selection import CircuitItem, DesignItem, Item, NeuronItem, NodeItem
from pnn_studio.domain.nodes import activation_node
from pnn_studio.domain.print_report import YieldPlan
from pnn_studio.errors import ProjectFileError, TrainingFailed
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.shell.app import make_application
from pnn_studio.ui.shell.main_window import MainWindow
from pnn_studio.ui.shell.parts import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB, YIELD_TAB
from pnn_studio.ui.widgets.theme import DARK, LIGHT, Appearance

_PATIENCE_S = 300.0
_ENOUGH_POINTS = 25
_PRINTS = 2000
_VIEWS: tuple[tuple[str, int, Item | None], ...] = (
    ("layout", LAYOUT_TAB, NeuronItem(1, 1)),
    ("schematic", SCHEMATIC_TAB, CircuitItem(1, "activation", 1)),
    ("tradeoff", TRADEOFF_TAB, None),
    ("check", CHECK_TAB, NodeItem(activation_node(2, 1))),
    ("yield", YIELD_TAB, DesignItem()),
)


def _spin(seconds: float = 0.15) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def _wait(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise TrainingFailed(f"The example was not {what} within {_PATIENCE_S:.0f} s.")
        _spin(0.05)


def take_screenshots(folder: Path, size: tuple[int, int]) -> list[Path]:
    """Write ``start``, ``training``, every tab, ``compare`` and ``import``, light and dark.

    Needs no display: Qt paints off screen.

    Parameters
    ----------
    folder : Path
        Where to; it is made if it is not there.
    size : tuple of int
        Width and height of the window in px.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    ProjectFileError
        Where the folder cannot be written to.
    TrainingFailed
        Where the example could not be trained.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectFileError(f"{folder} cannot be written: {error.strerror}.") from error
    application = make_application(["pnn-studio"])
    appearance = Appearance()
    studio = Studio()  # its desk is not started: no project is kept of this
    window = MainWindow(studio, appearance)
    try:
        studio.bridge.start()
        window.resize(*size)
        window.show()
        QCursor.setPos(window.mapToGlobal(window.rect().bottomRight()))  # nothing is hovered
        return _take(window, studio, folder)
    finally:
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        application.processEvents()


def _take(window: MainWindow, studio: Studio, folder: Path) -> list[Path]:
    failed: list[str] = []
    studio.message.connect(lambda message: failed.append(message.text) if message else None)
    _wait(lambda: bool(studio.simulator) or bool(failed), "begun")
    written = _shoot(window, folder, "start")
    finished: list[bool] = []
    runner = window.layout_tab.start.runner
    runner.finished.connect(lambda: finished.append(True))
    runner.start(EXAMPLES[0])
    _wait(lambda: _has_curves(studio) or bool(failed), "under way")
    written += _shoot(window, folder, "training")
    _wait(lambda: bool(finished or failed), "trained and checked")
    if not finished:
        raise TrainingFailed(f"The example failed: {failed[0]}")
    _wait(lambda: studio.checks.front.job is None, "checked")
    studio.message.emit(None)  # of what else is on the front
    prints = studio.checks.prints
    prints.run(YieldPlan(_PRINTS))
    _wait(lambda: prints.job is None, "printed")
    for name, tab, item in _VIEWS:
        window.tabs.setCurrentIndex(tab)
        studio.selection.select(*(() if item is None else (item,)))
        written += _shoot(window, folder, name)
    written += _shoot_comparison(window, studio, folder)
    return written + _shoot_import(window, studio, folder)


def _has_curves(studio: Studio) -> bool:
    curves = studio.session.design_curves
    over = bool(studio.session.runs) and not studio.is_training
    return over or (curves is not None and len(curves.epochs) >= _ENOUGH_POINTS)


def _shoot_comparison(window: MainWindow, studio: Studio, folder: Path) -> list[Path]:
    """Take the design that is shown beside the one with the least power."""
    alpha = studio.session.shown.alpha
    for each in (alpha, 1.0):
        studio.set_alpha(each)
        window.tradeoff_tab.toggle_pin()
    studio.set_alpha(alpha)
    window.commands["compare"].trigger()
    return _shoot(window, folder, "compare")


def _shoot_import(window: MainWindow, studio: Studio, folder: Path) -> list[Path]:
    """Take the panel with a table that has a mistake in it."""
    dataset = studio.session.dataset
    assert dataset is not None
    rows = [
        ",".join([*(f"{each:.3f}" for each in voltages), dataset.class_names[number]])
        for voltages, number in zip(dataset.voltages, dataset.classes, strict=True)
    ]
    rows[3] = rows[3].replace(".", "..", 1)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "sensors.csv"
        path.write_text("\n".join([",".join([*dataset.input_names, "species"]), *rows]))
        window.panel.data.open_import(str(path))
        panel = window.panel.data.panel
        assert panel is not None
        _wait(lambda: panel.preview is not None, "looked at")
        written = _shoot(window, folder, "import", panel)
        panel.reject()
        _spin()
    return written


def _shoot(window: MainWindow, folder: Path, name: str, shown: QWidget | None = None) -> list[Path]:
    written = []
    for theme in (LIGHT, DARK):
        window.appearance.use(theme)
        _spin()
        path = folder / f"{name}-{theme.name}.png"
        if not (shown or window).grab().save(str(path)):
            raise ProjectFileError(f"{path} cannot be written.")
        written.append(path)
    return written
