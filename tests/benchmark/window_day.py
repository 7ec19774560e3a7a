"""What a person does at the window in a day, again and again, while its memory is measured."""

import time
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pnn_studio.domain.settings import SeedChoice
from pnn_studio.ui.shell.main_window import LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB
from pnn_studio.ui.widgets.theme import DARK, LIGHT
from tests.support.drag import Drag
from tests.support.person import activate, after, click, main_window, press
from tests.support.process_tree import resident_bytes

CONTROL = Qt.KeyboardModifier.ControlModifier
DATA = ("iris", "wine", "balance-scale")
FAMILY = {"alphas": 21, "seeds": 5, "max_epochs": 400}
SEEDS: tuple[SeedChoice, ...] = ("best", "median", 1)


def a_day(window, minutes, answer):
    """Load, draw, train, drag, look, check, compare, undo, until the time is over."""
    answer.update({"minutes": [], "bytes": [], "rounds": 0})
    began = time.monotonic()
    for number in range(10_000):
        yield from _round(window, number)
        elapsed = (time.monotonic() - began) / 60
        answer["minutes"].append(elapsed)
        answer["bytes"].append(resident_bytes())
        answer["rounds"] = number + 1
        if elapsed >= minutes:
            return


def _round(window, number):
    studio, session = window.studio, window.studio.session
    yield from activate(window)
    window.tabs.setCurrentIndex(LAYOUT_TAB)
    source = DATA[number % len(DATA)]
    studio.load_data(source)
    yield lambda: studio.loading is None and session.dataset is not None
    yield from _draw(window)
    studio.edit(replace(session.recipe, **FAMILY))
    click(window.toolbar.train)
    yield lambda: session.run is not None and session.run.family is not None
    for place in range(window.tabs.count()):
        window.tabs.setCurrentIndex(place)
        yield after(0.2)
        moving = Drag(window, 3.0)
        yield lambda moving=moving: moving.done
    yield lambda: not session.is_training
    yield from _look(window, number)
    press(Qt.Key.Key_F7)
    assert studio.is_checking
    yield lambda: not studio.is_checking
    assert session.verification(session.design) is not None, window.messages.text.text()
    window.tabs.setCurrentIndex(window.tabs.count() - 1)
    yield after(0.5)
    window.appearance.use(DARK if number % 2 else LIGHT)
    yield after(0.2)


def _draw(window):
    """Edit the layout by keys, take it all back and do it again."""
    canvas, session = window.layout_tab.canvas, window.studio.session
    canvas.setFocus()
    before = session.recipe.hidden
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Insert, Qt.Key.Key_Insert, Qt.Key.Key_Delete):
        press(key)
        yield after(0.05)
    edits = 0
    while session.can_undo and session.recipe.hidden != before and edits < 20:
        press(Qt.Key.Key_Z, CONTROL)
        edits += 1
        yield after(0.02)
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_0):
        press(key)
        yield after(0.02)


def _look(window, number):
    """Go through samples and components, the palette, pins and the power limit."""
    studio, session = window.studio, window.studio.session
    window.tabs.setCurrentIndex(SCHEMATIC_TAB)
    view = window.schematic_tab.view
    view.setFocus()
    for step in range(20):
        press(Qt.Key.Key_Down)
        studio.set_sample((studio.sample + 1) % max(studio.samples, 1))
        QTest.mouseMove(view.viewport(), QPoint(100 + 10 * step, 100 + 10 * step))
        yield after(0.03)
    press(Qt.Key.Key_Escape)
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    studio.edit(replace(session.shown, seed=SEEDS[number % len(SEEDS)]))
    window.tradeoff_tab.plot.setFocus()
    for _ in range(10):
        press(Qt.Key.Key_Up)
        yield after(0.05)
    press(Qt.Key.Key_D, CONTROL)
    yield after(0.2)
    press(Qt.Key.Key_D, CONTROL)
    press(Qt.Key.Key_K, CONTROL)
    yield after(0.1)
    QTest.keyClicks(window.palette_.field, "check")
    yield after(0.1)
    press(Qt.Key.Key_Escape)
    yield after(0.1)
    assert main_window() is window
