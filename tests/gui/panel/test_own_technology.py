"""Limits of a technology are edited in the window, and become a file of one's own."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from pnn_studio.app.commands.models import load_models
from pnn_studio.app.session.technologies import why_unfit
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import SurrogateError
from pnn_studio.physics.surrogate import load_surrogates
from pnn_studio.ui.panel.technology_dialog import TechnologyDialog
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(open_window, qtbot):
    window = open_window(lambda: ScriptedWorker(lambda job: []), (1440, 900))
    window.studio.session.choose_data(sample_dataset())
    window.panel.technology.own.click()
    dialog = window.findChild(TechnologyDialog)
    dialog.window_ = window
    return dialog


def type_in(qtbot, entry, text):
    entry.setFocus()
    entry.selectAll()
    qtbot.keyClicks(entry, text)
    qtbot.keyClick(entry, Qt.Key.Key_Tab)


def save(dialog, qtbot, path):
    """Choose a file, as the system's own dialog does, which is not ours to be tested."""
    qtbot.mouseClick(dialog.save, LEFT)
    asked = dialog.findChild(QFileDialog)
    asked.fileSelected.emit(str(path))
    asked.reject()


def test_limits_of_the_crossbar_make_a_technology_that_keeps_its_surrogates(
    dialog, qtbot, tmp_path
):
    session, path = dialog.window_.studio.session, tmp_path / "mine.toml"
    type_in(qtbot, dialog.title, '"my" process')
    type_in(qtbot, dialog.largest, "5M")
    type_in(qtbot, dialog.least, "20k")
    type_in(qtbot, dialog.entries[("ptanh", "W1"), 1], "100um")
    assert dialog.words.text().startswith("The surrogates stay")
    save(dialog, qtbot, path)
    made, shipped = load_technology(path), load_technology("negt")
    assert session.recipe.print_process == PrintProcess(str(path))
    assert (1 / made.g_min, 1 / made.g_max) == pytest.approx((5e6, 20e3))
    assert made.theta_max / made.theta_min == pytest.approx(made.g_max / made.g_min)
    assert made.title == '"my" process'
    assert (made.activation.components[2].name, made.activation.components[2].high) == ("W1", 1e-4)
    assert (made.negation, made.transistor, made.printing) == (
        shipped.negation,
        shipped.transistor,
        shipped.printing,
    )
    load_models(session.recipe.print_process)  # as training does


def test_ranges_beyond_what_surrogates_were_fitted_on_are_said_to_need_new_ones(
    dialog, qtbot, tmp_path
):
    path = tmp_path / "wide.toml"
    type_in(qtbot, dialog.entries[("ptanh", "W1"), 1], "200um")
    assert dialog.words.text().startswith("ptanh W1 reaches beyond")
    save(dialog, qtbot, path)
    made = load_technology(path)
    folder = PrintProcess(str(path)).surrogate_folder(made)
    assert not why_unfit(folder, made)  # made for it by name
    with pytest.raises(SurrogateError, match="W1 was fitted on"):
        load_surrogates(folder, made)


def test_a_range_that_leaves_out_the_described_circuit_is_refused_and_nothing_is_written(
    dialog, qtbot, tmp_path
):
    session, path = dialog.window_.studio.session, tmp_path / "bad.toml"
    type_in(qtbot, dialog.entries[("ptanh", "R1"), 1], "6k")
    save(dialog, qtbot, path)
    assert dialog.isVisible()
    assert "lies outside" in dialog.refusal.text()
    assert not path.exists()
    assert session.recipe.print_process == PrintProcess()
