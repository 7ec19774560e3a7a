"""Design and sweep files open in the window, and new rows go through the design that is shown."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from pnn_studio.app.jobs.control import JobControl
from pnn_studio.app.jobs.protocol import (
    Done,
    DrawExport,
    ExportFiles,
    Failed,
    LoadData,
    Predict,
    ReadTrained,
    SavePredictions,
    Train,
)
from pnn_studio.app.session.messages import Message
from pnn_studio.app.session.selection import RunItem
from pnn_studio.app.worker import files
from pnn_studio.data.datasets import load_dataset
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import PnnError
from pnn_studio.storage.design_file import save_design
from pnn_studio.storage.sweep_file import save_sweep
from pnn_studio.ui.shell.file_drop import FileDrop
from pnn_studio.ui.shell.main_window import LAYOUT_TAB, TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.command_line import pnn_studio_here
from tests.support.designs import sample_design
from tests.support.runs import sample_dataset, sample_family, small_plan, start_run

NONE = Qt.KeyboardModifier.NoModifier


def answer(job):
    """Do what needs no training as the worker does it."""
    replies = []
    try:
        if isinstance(job, ReadTrained | Predict | SavePredictions):
            files.do(job, JobControl(), replies.append)
        elif not isinstance(job, LoadData | Train | ExportFiles | DrawExport):
            replies.append(Done())
    except PnnError as error:
        replies.append(Failed(type(error).__name__, str(error)))
    return replies


@pytest.fixture
def window(open_window):
    return open_window(lambda: ScriptedWorker(answer), (1280, 800))


@pytest.fixture(scope="module")
def iris():
    return load_dataset(DataReference("iris"), load_technology("negt"))


@pytest.fixture
def design(iris):
    names = {"input_names": iris.input_names, "class_names": iris.class_names}
    return replace(
        sample_design(**names),
        data=iris.reference,
        low=tuple(iris.low.tolist()),
        high=tuple(iris.high.tolist()),
    )


def drop(window, path, share=0.5):
    """Hold a file over a place of the window, look at the cover, and drop it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at = QPoint(round(window.width() * share), 400)
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(10, 10), copy, data, left, NONE))
    QApplication.sendEvent(window, QDragMoveEvent(at, copy, data, left, NONE))
    cover = window.findChild(FileDrop)
    assert cover.isVisible()
    words = cover.shown.words
    cover.grab()
    QApplication.sendEvent(window, QDropEvent(QPointF(at), copy, data, left, NONE))
    return words


def test_a_design_that_is_dropped_is_added_and_shown_with_its_data(window, design, tmp_path, qtbot):
    path = tmp_path / "mine.json"
    save_design(path, design)
    assert drop(window, path) == "Open mine.json"
    session = window.studio.session
    qtbot.waitUntil(lambda: session.design is not None)
    assert session.design.key == design.key
    assert window.studio.selection.item == RunItem(-1)
    assert session.dataset.title == "Iris"
    assert session.evaluation(session.design) is not None
    (added,) = session.project().designs
    assert added.key == design.key
    # undo takes it off the view, and it stays in the history as a training would
    window.commands["undo"].trigger()
    assert window.runs.list.count() == 1


def test_a_sweep_opens_from_the_menu_and_is_a_run_like_any_other(window, iris, tmp_path, qtbot):
    path = tmp_path / "swept.npz"
    family = sample_family(small_plan(), iris.reference)
    save_sweep(path, replace(family, class_names=iris.class_names))
    window.commands["project-add"].trigger()
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.nameFilters() == ["Designs and sweeps (*.json *.npz)"]
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    session = window.studio.session
    qtbot.waitUntil(lambda: session.run is not None)
    np.testing.assert_array_equal(session.run.family.accuracy, family.accuracy)
    assert (session.run.state, session.run.recipe.data) == ("finished", iris.reference)
    assert session.layout == family.plan.layout
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    assert window.tradeoff_tab.view.family is session.run.family


@pytest.mark.parametrize("name", ["broken.json", "broken.npz"])
def test_a_file_that_holds_nothing_of_the_kind_is_refused_in_words(window, tmp_path, qtbot, name):
    path = tmp_path / name
    path.write_bytes(b"{}")
    drop(window, path)
    qtbot.waitUntil(lambda: not window.messages.isHidden())
    assert name in window.messages.text.text()
    assert window.studio.session.run is None


def write_rows(path, iris):
    """Write rows as a person has them, one outside the range of the training data."""
    rows = "4.6,3.1,1.5,0.2\n6.3,2.5,5.0,1.9\n99,3,4,1\n5.9,3.0,4.2,1.5\n"
    path.write_text(",".join(iris.input_names) + "\n" + rows)


def test_a_table_dropped_on_a_design_is_predicted_and_saved_as_predict_writes_it(
    window, iris, design, tmp_path, qtbot
):
    table, saved, written = (tmp_path / name for name in ("new.csv", "window.csv", "line.csv"))
    write_rows(table, iris)
    file = tmp_path / "design.json"
    save_design(file, design)
    drop(window, file)
    qtbot.waitUntil(lambda: window.studio.session.design is not None)
    name = window.files.design_name()
    assert drop(window, table, share=0.8) == f"Predict new.csv with {name}"
    qtbot.waitUntil(lambda: bool(window.prediction_dialogs))
    (shown,) = window.prediction_dialogs
    model = shown.table.model()
    cells = [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
    assert "4 rows" in shown.words.text()
    assert "1 value outside the range" in shown.words.text()
    assert shown.source.text() == f"Answers of {name}, computed by ideal."
    save = next(each for each in shown.findChildren(QPushButton) if "Save" in each.text())
    save.click()
    (dialog,) = shown.findChildren(QFileDialog)
    # never over the rows themselves
    dialog.fileSelected.emit(str(table))
    qtbot.waitUntil(lambda: "would be overwritten" in window.messages.text.text())
    dialog.fileSelected.emit(str(saved))
    dialog.reject()
    qtbot.waitUntil(saved.exists)
    done = pnn_studio_here("predict", file, table, "--out", written, cwd=tmp_path)
    assert done.code == 0, done.err
    assert saved.read_bytes() == written.read_bytes()
    lines = [line.split(",") for line in written.read_text().splitlines()[1:]]
    assert [each[:3] for each in cells] == [line[:3] for line in lines]
    shown.close()


def test_the_left_half_of_the_window_still_imports_a_table(window, iris, design, tmp_path, qtbot):
    table = tmp_path / "new.csv"
    write_rows(table, iris)
    assert drop(window, table, share=0.9) == "Import new.csv"  # no design is there
    window.panel.data.panel.reject()
    file = tmp_path / "design.json"
    save_design(file, design)
    drop(window, file)
    qtbot.waitUntil(lambda: window.studio.session.design is not None)
    assert drop(window, table, share=0.2) == "Import new.csv"
    assert window.panel.data.panel.reference.source == str(table)
    window.panel.data.panel.reject()


def test_rows_that_do_not_fit_are_refused_by_line_and_column(window, iris, design, tmp_path, qtbot):
    file, table = tmp_path / "design.json", tmp_path / "new.csv"
    save_design(file, design)
    drop(window, file)
    qtbot.waitUntil(lambda: window.studio.session.design is not None)
    table.write_text(",".join(iris.input_names) + "\n1,2,3,4\n1,2,many,4\n")
    window.files.predict(str(table))
    qtbot.waitUntil(lambda: "many" in window.messages.text.text())
    assert "line 3" in window.messages.text.text()
    assert not window.prediction_dialogs


def test_the_window_trains_to_a_power_limit_as_the_command_line_does(window, qtbot):
    session, entry = window.studio.session, window.panel.family.limit
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, seeds=4))
    entry.setFocus()
    qtbot.keyClicks(entry, "5m")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert (session.recipe.power_limit, session.shown.limit) == (5e-3, 5e-3)
    assert window.toolbar.train.toolTip().startswith("Train 4-3-3, 4 designs within 5.00 mW")
    assert not window.panel.family._alphas.isEnabled()
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: session.is_training)
    plan = session.runs[-1].plan
    # `train --power-limit 5mW --seed N` plans alpha 0 and this limit for its seed
    assert plan.aims == tuple((0.0, 5e-3, seed) for seed in range(4))
    assert session.runs[-1].name == "Iris 4-3-3 within 5.00 mW, loaded"
    window.commands["undo"].trigger()
    assert session.recipe.power_limit is None
    entry.setFocus()
    entry.selectAll()
    qtbot.keyClicks(entry, "-1m")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert session.recipe.power_limit is None
    assert "power limit" in window.messages.text.text()


def test_nothing_that_one_project_told_stands_in_another(window, iris, design, tmp_path, qtbot):
    studio, session = window.studio, window.studio.session
    file, table = tmp_path / "design.json", tmp_path / "new.csv"
    save_design(file, design)
    write_rows(table, iris)
    drop(window, file)
    qtbot.waitUntil(lambda: session.design is not None)
    window.files.predict(str(table))
    qtbot.waitUntil(lambda: bool(window.prediction_dialogs))
    start_run(session, small_plan())
    session.take_family(sample_family(small_plan(), iris.reference))
    session.set_run_state("finished")
    studio.edit(replace(session.shown, run=0, compared=(-1,)))
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    window.workbench.show_runs()
    plot = window.tradeoff_tab.plot
    plot.hovered.emit(0)
    assert window._hint.toolTip()
    window.runs.filter.setText("iris")
    window.runs.list.ask_for("name")
    studio.message.emit(Message("error", "Something failed."))
    other = tmp_path / "other.pnn"
    studio.project.save_as(other)
    studio.project.new()
    assert not window.prediction_dialogs
    assert window.files.latest is None
    assert (window.runs.filter.text(), window.runs.list.name.isVisible()) == ("", False)
    assert window.runs.list.count() == 0
    assert window.messages.isHidden()
    assert window._hint.toolTip() == ""
    assert plot.others.runs == ()
    assert not window.tradeoff_tab.beside.legend.isVisible()
    assert window.files.design_name() == ""
    assert window.tabs.currentIndex() == LAYOUT_TAB
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    assert (plot.under_pointer, studio.selection.items) == (None, ())
