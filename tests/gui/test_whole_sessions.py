"""Whole sessions by mouse or by keys, with real workers and ngspice: all through real events."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from pnn_studio.app.analysis.example import EXAMPLES
from pnn_studio.app.jobs.protocol import Done, LoadData
from pnn_studio.ui.design_bar.alpha_slider import AlphaSlider
from pnn_studio.ui.layout.buttons import CanvasButton
from pnn_studio.ui.shell.main_window import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker, settle
from tests.gui.test_session import button, click, spin_named, type_number
from tests.support.runs import REFERENCE, sample_dataset, sample_family, start_run

LEFT = Qt.MouseButton.LeftButton
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
BOTH = CONTROL | Qt.KeyboardModifier.ShiftModifier
FAMILY = {"Number of alphas": 5, "Number of seeds": 2, "Epochs at most": 60}
PATIENCE_MS = 120_000


class Clicks(QObject):
    """Counts the presses of the mouse that a window gets."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def eventFilter(self, watched, event):  # noqa: N802 - as Qt names it
        if event.type() == QEvent.Type.MouseButtonPress and not watched.isWindowType():
            self.count += 1
        return False


def activate(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def press(qtbot, window, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press a key where the focus is, as a keyboard does."""
    assert QApplication.activeWindow() is window
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifiers)
    QApplication.processEvents()  # what was made is shown before the next key


def tab_to(qtbot, window, found, most=120):
    """Press Tab until the focus is on what is looked for."""
    for _ in range(most):
        press(qtbot, window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is not None and found(focused):
            return focused
    raise AssertionError("Tab does not lead there")


def named(name):
    return lambda widget: widget.accessibleName() == name


def is_trained(session):
    return session.run is not None and session.run.state == "finished"


def is_checked(session):
    return session.design is not None and session.verification(session.design) is not None


def test_one_click_leads_from_the_start_page_to_a_trained_and_checked_design(
    open_window, qtbot, monkeypatch
):
    quick = replace(EXAMPLES[0], alphas=4, seeds=2, max_epochs=60)
    monkeypatch.setattr("pnn_studio.ui.layout.start_page.EXAMPLES", (quick, *EXAMPLES[1:]))
    window = open_window()
    session, clicks = window.studio.session, Clicks()
    card = window.findChild(QPushButton, "example-0")
    card.installEventFilter(clicks)
    qtbot.mouseClick(card, LEFT)
    with qtbot.waitSignal(window.layout_tab.start.runner.finished, timeout=PATIENCE_MS):
        qtbot.waitUntil(lambda: is_trained(session), timeout=PATIENCE_MS)
    assert is_checked(session)
    assert clicks.count == 1
    assert window.tabs.currentIndex() == TRADEOFF_TAB
    # The rest of the front follows, and then the design that ngspice picks is shown.
    title = window.alpha_bar.chip.title
    qtbot.waitUntil(lambda: title.toolTip().startswith("Checked"), timeout=PATIENCE_MS)


def test_4_5_3_is_drawn_by_mouse_taken_back_and_done_again(open_window, qtbot):
    data = replace(sample_dataset(), reference=replace(REFERENCE, source="iris"))

    def answer(job):
        return [data, Done("Loaded")] if isinstance(job, LoadData) else []

    window = open_window(lambda: ScriptedWorker(answer))
    session = window.studio.session
    qtbot.mouseClick(window.findChild(QPushButton, "start-iris"), LEFT)
    qtbot.waitUntil(lambda: session.layout is not None)
    canvas = window.layout_tab.canvas

    def click_on_canvas(tip):
        qtbot.wait(20)
        items = [each for each in canvas.canvas.items() if isinstance(each, CanvasButton)]
        found = next(each for each in items if each.toolTip() == tip)
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=canvas.mapFromScene(found.scenePos()))
        qtbot.wait(20)

    for _ in range(2):
        click_on_canvas("One neuron more in layer 1")
    assert str(session.layout) == "4-5-3"
    click_on_canvas("Insert a layer here")
    click_on_canvas("One neuron less in layer 1")
    drawn, picture = session.settings, shown(canvas)
    steps = 0
    while button(window, "Undo").isEnabled():
        click(qtbot, window, "Undo")
        steps += 1
    assert session.layout is None
    assert window.layout_tab.start.isVisible()
    for _ in range(steps):
        click(qtbot, window, "Redo")
    assert not button(window, "Redo").isEnabled()
    assert session.settings == drawn
    assert shown(canvas) == picture
    for _ in range(2):
        click(qtbot, window, "Undo")
    assert str(session.layout) == "4-5-3"


def shown(canvas):
    """Return what the canvas shows, by its nodes: kind, layer, place."""
    return [
        (item.node.kind, item.node.stage, item.node.index, item.pos().x(), item.pos().y())
        for item in canvas._nodes
    ]


def test_a_session_by_mouse_trains_drags_chooses_switches_checks_and_compares(open_window, qtbot):
    window = open_window(size=(1440, 900))
    session = window.studio.session
    qtbot.mouseClick(window.findChild(QPushButton, "start-iris"), LEFT)
    qtbot.waitUntil(lambda: session.layout is not None, timeout=PATIENCE_MS)
    for name, number in FAMILY.items():
        type_number(qtbot, spin_named(window, name), number)
    click(qtbot, window, "Train")
    qtbot.waitUntil(lambda: is_trained(session), timeout=PATIENCE_MS)

    # alpha over its whole range
    slider, seen = window.alpha_bar.findChild(AlphaSlider), set()
    qtbot.mousePress(slider, LEFT, pos=QPoint(9, 14))
    for x in range(9, slider.width() - 8, 6):
        qtbot.mouseMove(slider, QPoint(x, 14))
        seen.add(session.design.alpha)
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(slider.width() - 9, 14))
    assert seen == set(session.run.plan.alphas)

    # a point on the front
    qtbot.mouseClick(window.tabs, LEFT, pos=window.tabs.tabRect(TRADEOFF_TAB).center())
    tab = window.tradeoff_tab
    qtbot.waitUntil(lambda: tab.view is not None and tab.view.family is session.run.family)
    on_front = int(tab.plot.shown.front[-1])
    for place in (on_front, farthest_from(tab.plot, on_front)):
        settle(qtbot, window)  # a pin makes room for its row
        qtbot.mouseClick(tab.plot, LEFT, pos=drawn_at(tab.plot, place))
        # a design that lies over it may be meant as well
        there = drawn_at(tab.plot, tab.view.point_of(session.design_index))
        assert (there - drawn_at(tab.plot, place)).manhattanLength() < 4
        qtbot.mouseClick(tab.strip.pin, LEFT)
    assert len(session.shown.pins) == 2

    # the other structure
    qtbot.mouseClick(window.tabs, LEFT, pos=window.tabs.tabRect(SCHEMATIC_TAB).center())
    assert "modified" in window.schematic_tab.view.accessibleDescription()
    qtbot.mouseClick(window.schematic_tab.structure.buttons()[1], LEFT)
    assert "original" in window.schematic_tab.view.accessibleDescription()

    click(qtbot, window, "Check with ngspice")
    qtbot.waitUntil(lambda: is_checked(session), timeout=PATIENCE_MS)
    qtbot.mouseClick(window.tabs, LEFT, pos=window.tabs.tabRect(CHECK_TAB).center())
    assert "30 test samples" in window.check_tab.summary.toolTip()

    qtbot.mouseClick(window.tabs, LEFT, pos=window.tabs.tabRect(TRADEOFF_TAB).center())
    qtbot.mouseClick(tab.strip.compare, LEFT)
    assert [head.letter for head in tab.comparison.heads] == ["A", "B"]
    assert tab.comparison.isVisible()


def drawn_at(plot, place):
    """Return the pixel of a design as it is drawn."""
    x, y = plot.pixels(plot.mw_percent[[place]])
    return QPoint(round(float(x[0])), round(float(y[0])))


def farthest_from(plot, place):
    """Return the place of the design that is drawn farthest from another one.

    A few designs of low accuracy lie below the axis.
    """
    here, places = drawn_at(plot, place), range(len(plot.view.cloud.designs))
    drawn = [other for other in places if plot.area.contains(drawn_at(plot, other))]
    return max(drawn, key=lambda other: (drawn_at(plot, other) - here).manhattanLength())


def test_a_session_by_keys_alone_does_the_same(open_window, qtbot):
    window = open_window(size=(1440, 900))
    session = window.studio.session
    activate(window, qtbot)
    mouse = Clicks()
    QApplication.instance().installEventFilter(mouse)
    train_by_keys(qtbot, window)

    tab_to(qtbot, window, named("Alpha"))
    press(qtbot, window, Qt.Key.Key_Home)
    seen = {session.design.alpha}
    for _ in range(50):
        press(qtbot, window, Qt.Key.Key_Right)
        seen.add(session.design.alpha)
    assert seen == set(session.run.plan.alphas)
    assert session.shown.alpha == 1

    press(qtbot, window, Qt.Key.Key_3, ALT)
    tab = window.tradeoff_tab
    tab_to(qtbot, window, lambda widget: widget is tab.plot)
    for _ in range(12):  # to one end of the front
        press(qtbot, window, Qt.Key.Key_Down)
    chosen = [session.design_index]
    press(qtbot, window, Qt.Key.Key_D, CONTROL)
    press(qtbot, window, Qt.Key.Key_Up)
    chosen.append(session.design_index)
    if chosen[0] == chosen[1]:  # the front is one design
        tab_to(qtbot, window, named("Alpha"))
        while session.design_index == chosen[0] and session.shown.alpha > 0:
            press(qtbot, window, Qt.Key.Key_PageDown)
    press(qtbot, window, Qt.Key.Key_D, CONTROL)
    assert len(session.shown.pins) == 2

    press(qtbot, window, Qt.Key.Key_2, ALT)
    other = window.schematic_tab.structure.buttons()[1]
    tab_to(qtbot, window, lambda widget: widget in window.schematic_tab.structure.buttons())
    if QApplication.focusWidget() is not other:
        press(qtbot, window, Qt.Key.Key_Right)
    press(qtbot, window, Qt.Key.Key_Space)
    assert "original" in window.schematic_tab.view.accessibleDescription()

    press(qtbot, window, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: is_checked(session), timeout=PATIENCE_MS)
    command(qtbot, window, "go to check")
    assert window.tabs.currentIndex() == CHECK_TAB
    assert "30 test samples" in window.check_tab.summary.toolTip()

    press(qtbot, window, Qt.Key.Key_D, BOTH)
    assert tab.comparison.isVisible()
    assert len(tab.comparison.heads) == 2
    press(qtbot, window, Qt.Key.Key_Escape)
    assert tab.plot.isVisible()
    press(qtbot, window, Qt.Key.Key_1, ALT)
    assert window.tabs.currentIndex() == LAYOUT_TAB
    assert mouse.count == 0


def train_by_keys(qtbot, window):
    session = window.studio.session
    command(qtbot, window, "load iris")
    qtbot.waitUntil(lambda: session.layout is not None, timeout=PATIENCE_MS)
    for name, number in FAMILY.items():
        spin = tab_to(qtbot, window, named(name))
        press(qtbot, window, Qt.Key.Key_A, CONTROL)
        qtbot.keyClicks(spin, str(number))
        press(qtbot, window, Qt.Key.Key_Return)
    press(qtbot, window, Qt.Key.Key_T, CONTROL)
    qtbot.waitUntil(lambda: is_trained(session), timeout=PATIENCE_MS)
    assert session.run.plan.designs == 10
    assert session.run.plan.schedule.max_epochs == 60


def command(qtbot, window, words):
    """Find a command by some words, and take the first."""
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    for letter in words:
        qtbot.keyClicks(QApplication.focusWidget(), letter)
    press(qtbot, window, Qt.Key.Key_Return)
    assert not window.palette_.isVisible()


def test_keys_work_where_their_buttons_are_not_in_view(open_window, qtbot):
    window = open_window(lambda: ScriptedWorker())
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=3, seeds=2))
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    session.set_run_state("finished")
    activate(window, qtbot)
    press(qtbot, window, Qt.Key.Key_F9)
    assert not window.panel.isVisible()
    press(qtbot, window, Qt.Key.Key_L, CONTROL)
    assert session.recipe.hidden == (3, 3)
    press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    for alpha in (0.0, 0.0, 1.0, 0.0):  # pin, unpin, and two that stay
        window.studio.set_alpha(alpha)
        press(qtbot, window, Qt.Key.Key_D, CONTROL)
    assert len(session.shown.pins) == 2
    press(qtbot, window, Qt.Key.Key_D, BOTH)
    assert window.tradeoff_tab.comparison.isVisible()
    press(qtbot, window, Qt.Key.Key_1, ALT)
    press(qtbot, window, Qt.Key.Key_D, BOTH)
    assert window.tradeoff_tab.comparison.isVisible()
    press(qtbot, window, Qt.Key.Key_D, BOTH)
    assert window.tradeoff_tab.plot.isVisible()


def test_a_button_of_the_canvas_takes_every_one_of_quick_clicks(open_window, qtbot):
    window = open_window(lambda: ScriptedWorker())
    window.studio.session.choose_data(sample_dataset())
    qtbot.wait(20)
    canvas = window.layout_tab.canvas
    viewport = canvas.viewport()

    def place():
        items = [each for each in canvas.canvas.items() if isinstance(each, CanvasButton)]
        found = next(each for each in items if each.toolTip() == "One neuron more in layer 1")
        return canvas.mapFromScene(found.scenePos())

    qtbot.mouseClick(viewport, LEFT, pos=place())
    qtbot.wait(20)
    QTest.mouseDClick(viewport, LEFT, pos=place())  # what a press soon after another comes as
    qtbot.mouseRelease(viewport, LEFT, pos=place())
    qtbot.wait(20)
    assert window.studio.session.recipe.hidden == (5,)
    assert not canvas.name.isVisible()
