"""The parts of the window show what the session holds, and edit nothing but through it."""

import re
from dataclasses import replace

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QFileDialog,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSlider,
)

from pnn_studio.app.jobs.protocol import Failed, LoadData, Train
from pnn_studio.ui.layout.buttons import CanvasButton
from pnn_studio.ui.layout.items import NodeItem
from pnn_studio.ui.shell.main_window import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB
from pnn_studio.ui.widgets.controls import ElidedLabel
from pnn_studio.ui.widgets.theme import DARK, LIGHT
from tests.gui.conftest import ScriptedWorker, settle
from tests.support.runs import (
    sample_dataset,
    sample_family,
    sample_record,
    sample_verification,
    start_run,
)

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(open_window):
    return open_window(lambda: ScriptedWorker(lambda job: []))


def choose(window, **recipe):
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=3, seeds=2, **recipe))


def train(window, records=30):
    """Put a trained family into the session, as if the worker had told of it."""
    session = window.studio.session
    plan = session.plan()
    start_run(session, plan)
    for epoch in range(records):
        session.take_record(sample_record(plan, epoch * 20, epoch / records))
    session.take_family(sample_family(plan))
    session.set_run_state("finished")
    window.dock.draw()


def check(window):
    session = window.studio.session
    check = sample_verification(session.design)
    session.take_verification(session.design_ref, session.design, check)


def nodes(window):
    items = window.layout_tab.canvas.canvas.items()
    return [each for each in items if isinstance(each, NodeItem)]


def click_canvas(qtbot, window, tip):
    canvas = window.layout_tab.canvas
    items = [each for each in canvas.canvas.items() if isinstance(each, CanvasButton)]
    found = next(each for each in items if each.toolTip() == tip)
    place = canvas.mapFromScene(found.scenePos())
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=place)
    qtbot.wait(20)


def test_without_data_every_view_says_what_to_do(window):
    assert window.panel.isVisible()
    assert window.layout_tab.start.isVisible()
    assert not window.commands["train"].isEnabled()
    assert window.alpha_bar.chip.title.toolTip() == "Not trained yet"


def test_choosing_data_asks_the_worker_and_a_failure_leaves_everything_as_it_was(window, qtbot):
    window.studio.load_data("wine")
    bridge = window.studio.bridge
    qtbot.waitUntil(lambda: bridge.running != ())
    (job,) = bridge.running
    assert isinstance(job, LoadData)
    assert window.panel.data.combo.currentText() == "Wine"
    bridge.failed.emit(job, Failed("DatasetError", "wine is not there."))
    assert window.messages.text.text() == "wine is not there."
    assert window.panel.data.combo.currentIndex() == -1
    assert not window.studio.session.can_undo


def test_layers_are_drawn_live_as_they_are_edited_on_the_canvas(window, qtbot):
    choose(window)
    window.studio.session.end_step()
    assert len(nodes(window)) == 4 + 2 + 3 + 2 + 3
    click_canvas(qtbot, window, "One neuron more in layer 1")
    assert window.studio.session.recipe.hidden == (4,)
    assert len(nodes(window)) == 4 + 2 + 4 + 2 + 3
    click_canvas(qtbot, window, "Insert a layer here")
    assert len(window.studio.session.recipe.hidden) == 2
    window.commands["undo"].trigger()
    window.commands["undo"].trigger()
    assert window.studio.session.recipe.hidden == (3,)
    assert len(nodes(window)) == 4 + 2 + 3 + 2 + 3


def test_an_impossible_layout_is_told_of_and_not_taken(window):
    choose(window)
    window.studio.set_neurons(0, 0)
    fault = window.layout_tab.fault
    assert fault.isVisible()
    assert "Layer 1" in fault.text.text()
    assert window.studio.session.recipe.hidden == (3,)


def test_a_drag_of_the_slider_is_one_step_of_undo(window, qtbot):
    choose(window)
    train(window)
    slider = window.alpha_bar.findChild(QSlider)
    y = 14
    qtbot.mousePress(slider, LEFT, pos=QPoint(40, y))
    for x in range(40, 120, 5):
        qtbot.mouseMove(slider, QPoint(x, y))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(120, y))
    moved = window.studio.session.shown.alpha
    assert moved != 0.5
    window.commands["undo"].trigger()
    assert window.studio.session.shown.alpha == 0.5
    window.commands["redo"].trigger()
    assert window.studio.session.shown.alpha == moved


def test_the_slider_answers_from_the_family_at_once(window):
    choose(window)
    train(window)
    window.studio.set_alpha(0.0)
    assert window.studio.session.design.alpha == 0.0
    seed = window.studio.session.design.seed
    assert any(
        each.currentText() == f"{seed}, best" for each in window.alpha_bar.findChildren(QComboBox)
    )


def test_train_sends_the_plan_and_while_it_runs_another_run_can_be_queued(window, qtbot):
    choose(window)
    window.commands["train"].trigger()
    bridge = window.studio.bridge
    qtbot.waitUntil(lambda: bridge.running != ())
    (job,) = bridge.running
    assert isinstance(job, Train)
    assert job.plan.designs == 6
    assert window.commands["train"].isEnabled()
    assert window.commands["stop"].isEnabled()
    assert window.toolbar.train.text() == "Queue run"


def test_an_edit_after_training_takes_the_conductances_off_the_canvas(window):
    choose(window)
    train(window)
    assert window.layout_tab.canvas.trained
    window.studio.set_neurons(0, 5)
    assert not window.layout_tab.canvas.trained
    window.commands["undo"].trigger()
    assert window.layout_tab.canvas.trained


def test_names_from_files_are_never_read_as_markup(window):
    session = window.studio.session
    bold = ("<b>x</b>", "b", "c", "d")
    session.choose_data(replace(sample_dataset(), input_names=bold))
    tips = [each.toolTip() for each in nodes(window)]
    assert "<qt>x0 &lt;b&gt;x&lt;/b&gt;</qt>" in tips
    for each in window.findChildren(QLabel):
        assert each.textFormat() == Qt.TextFormat.PlainText or not each.text()


def test_the_hover_card_tells_value_voltage_current_and_power(window, qtbot):
    choose(window)
    train(window)
    window.tabs.setCurrentIndex(SCHEMATIC_TAB)
    view = window.schematic_tab.view
    qtbot.wait(50)
    design = window.studio.session.design
    row, column = (int(place[0]) for place in np.nonzero(design.layers[0].theta))
    symbol = next(
        each
        for each in view.item.symbols
        if each.kind == "resistor" and (each.row, each.column) == (row, column)
    )
    qtbot.mouseMove(view.viewport(), view.mapFromScene(symbol.x, symbol.y))
    qtbot.waitUntil(window.schematic_tab.card.isVisible)
    texts = [each.text() for each in window.schematic_tab.card.findChildren(QLabel)]
    state, negative = window.studio.session.evaluation(design).layers[0], design.layers[0].theta < 0
    high = state.negated[0, row, 0] if negative[row, column] else state.rows[0, row]
    across = high - state.columns[0, column]
    assert texts[0] == symbol.ref
    assert [re.sub(r"[^VAWΩ]", "", each) for each in texts[2:6]] == ["Ω", "V", "A", "W"]
    assert texts[6:] == [f"sample 1, {design.model}"]  # of which these figures are
    power = float(across**2 * design.layers[0].conductances(design.g_min)[row, column])
    assert _watts(texts[5]) == pytest.approx(power, rel=0.01)


def _watts(text):
    number, unit = text.split()
    return float(number.replace("\N{MINUS SIGN}", "-")) * {
        "mW": 1e-3, "µW": 1e-6, "nW": 1e-9, "pW": 1e-12, "fW": 1e-15,
    }[unit]  # fmt: skip


def test_every_control_has_a_name_and_a_tooltip(window):
    choose(window)
    train(window)
    check(window)
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QSlider)
    for tab in (LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB, CHECK_TAB):
        window.tabs.setCurrentIndex(tab)
        for kind in kinds:
            for control in window.findChildren(kind):
                if control.isVisible():
                    assert control.accessibleName() or control.text(), control
                    assert control.toolTip(), control.accessibleName()


def test_tab_reaches_the_commands_the_slider_the_panel_and_the_canvas(window, qtbot):
    choose(window)
    train(window)
    seen = set()
    window.activateWindow()
    for _ in range(60):
        qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        focused = window.focusWidget()
        seen.add(focused.accessibleName() or type(focused).__name__)
    assert {"Train", "Alpha", "Data set", "Number of alphas", "Views", "Export"} <= seen


def labels_that_are_cut(window):
    cut = []
    for each in window.findChildren(QLabel):
        inside = each.parentWidget()
        if not each.isVisible() or not each.text() or isinstance(each, ElidedLabel):
            continue
        if each.wordWrap():
            continue
        needed = QFontMetrics(each.font()).horizontalAdvance(each.text())
        beyond = each.mapTo(window, QPoint(each.width(), 0)).x() > window.width()
        if needed > each.width() or beyond or each.x() + each.width() > inside.width() + 1:
            cut.append((each.text(), needed, each.width()))
    for each in window.findChildren(QAbstractButton):
        if each.isVisible() and each.text() and each.width() < each.minimumSizeHint().width():
            cut.append((each.text(), each.minimumSizeHint().width(), each.width()))
    for each in window.findChildren(QScrollArea):
        if each.isVisible() and each.widget().width() > each.viewport().width():
            cut.append(("panel", each.widget().width(), each.viewport().width()))
    return cut


@pytest.mark.parametrize("size", [(1024, 700), (1280, 720), (1440, 900), (1920, 1080)])
def test_no_text_is_cut(open_window, qtbot, size):
    window = open_window(lambda: ScriptedWorker(lambda job: []), size)
    settle(qtbot, window)
    assert labels_that_are_cut(window) == []
    choose(window)
    train(window)
    check(window)
    for tab in (LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB, CHECK_TAB):
        window.tabs.setCurrentIndex(tab)
        settle(qtbot, window)
        assert labels_that_are_cut(window) == []


def test_the_theme_changes_live_and_everything_can_be_painted_in_both(window, qtbot):
    choose(window)
    train(window)
    check(window)
    for theme in (DARK, LIGHT):
        window.appearance.use(theme)
        for tab in (LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB, CHECK_TAB):
            window.tabs.setCurrentIndex(tab)
            qtbot.wait(20)
            picture = window.grab().toImage()
            ground = picture.pixelColor(picture.width() // 2, picture.height() - 12)
            assert abs(ground.lightness() - theme.color("window").lightness()) < 40


def test_canvases_zoom_by_keys_and_fit_again(window, qtbot):
    choose(window)
    canvas = window.layout_tab.canvas
    assert isinstance(canvas, QGraphicsView)
    fitted = canvas.scale_now
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.scale_now == pytest.approx(1.25 * fitted)
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.scale_now == pytest.approx(fitted)


def test_file_dialogs_are_as_dark_as_the_window(open_window):
    window = open_window(ScriptedWorker)
    for theme in (DARK, LIGHT):
        window.appearance.use(theme)
        dialog = QFileDialog(window)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.show()
        drawn = dialog.grab().toImage()
        ground = drawn.pixelColor(drawn.width() - 2, 2)
        assert abs(ground.lightness() - theme.color("window").lightness()) < 8
        inside = dialog.findChild(QLineEdit).palette()
        assert inside.color(QPalette.ColorRole.Base).lightness() == pytest.approx(
            theme.color("panel").lightness(), abs=8
        )
        shiboken6.delete(dialog)


def test_a_menu_button_is_not_hovered_after_its_menu_has_opened_a_dialog(open_window):
    export = open_window(ScriptedWorker).toolbar.export
    export.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)  # as Qt leaves it
    export.menu_.aboutToHide.emit()
    assert not export.underMouse()
