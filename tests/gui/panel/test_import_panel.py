"""A person's own file: looked at in a panel, corrected by choices, imported."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QLineEdit

from pnn_studio.app.jobs.protocol import Done, Failed, LoadData, PreviewData
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import ColumnSummary, ImportOptions, Preview, Problem
from tests.gui.conftest import ScriptedWorker

FILES = Path(__file__).parents[2] / "data" / "csv"
BAD = Problem(
    3,
    "<b>day</b>",
    "'x' is a date",
    4,
    "leave it out (--leave-out)",
    lines=(3, 70_000),
    helps=("leave out", "one-hot"),
)
SHORT = Problem(
    69_998,
    "",
    "1 values, but the header names 3 columns",
    lines=(69_998,),
    helps=("drop unreadable", "detect"),
)
COLUMNS = (
    ColumnSummary("<b>day</b>", "date", 0, 5, ""),
    ColumnSummary("length", "number", 1, 9, "0 to 5"),
    ColumnSummary("kind", "label", 0, 2, ""),
)


READ = ImportOptions(encoding="cp1252", delimiter=";", decimal=",", header=True)


def preview(*problems):
    return Preview(
        title="x.csv",
        options=READ,
        samples=10,
        dropped=0,
        columns=COLUMNS,
        rows=(
            ("1.1.", "1", "a"),
            ("x", "2", "<i>b</i>\n"),
            *((f"{day}.1.", "1", "a") for day in range(4, 31)),
            ("y", "", ""),
            ("x", "2", "a"),
        ),
        lines=(2, 3, *range(4, 31), 69_998, 70_000),
        classes=(("a", 6), ("<i>b</i>", 4)),
        inputs=1,
        problems=problems,
    )


@pytest.fixture
def open_panel(open_window, qtbot):
    """Open the panel over a worker that answers each look at a file as `script` says."""

    def open_one(script):
        worker = ScriptedWorker(script)
        window = open_window(lambda: worker)
        window.panel.data.open_import("/tmp/x.csv")
        panel = window.panel.data.panel
        qtbot.waitUntil(lambda: panel._job is None)
        return window, panel, worker

    return open_one


def pick(combo, index):
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def combo_of(panel, name):
    return next(each for each in panel.findChildren(QComboBox) if each.accessibleName() == name)


def answer(*problems):
    return lambda job: [preview(*problems), Done()] if isinstance(job, PreviewData) else []


def test_the_panel_shows_what_was_detected_and_the_problems_at_their_cells(open_panel):
    _window, panel, _ = open_panel(answer(BAD))
    assert combo_of(panel, "Encoding").currentText() == "detected: cp1252"
    assert combo_of(panel, "Delimiter").currentText() == "detected: semicolon ;"
    assert combo_of(panel, "Header").currentText() == "detected: first line"
    assert panel.label_column.currentText() == "detected: kind"
    assert "a 6 (60.0 %)" in panel.classes.toolTip()
    assert panel.columns.item(1, 4).text() == "0 to 5"
    told = panel.problems.list.item(0).text()
    assert told == "line 3, column <b>day</b>: 'x' is a date (and 3 more rows); leave it out."
    assert panel.problems.count.text() == "4 rows:"
    model = panel.rows.model()
    role = Qt.ItemDataRole.ToolTipRole
    marked = [row for row in range(model.rowCount()) if model.data(model.index(row, 0), role)]
    assert [model.headerData(row, Qt.Orientation.Vertical) for row in marked] == ["3", "70000"]
    assert "<b>" not in model.data(model.index(1, 0), role)
    assert model.data(model.index(1, 1), role) is None
    assert not panel.accept_button.isEnabled()


def pixels(panel, row, column):
    """Colours of the edge of a cell."""
    rect = panel.rows.visualRect(panel.rows.model().index(row, column))
    picture = panel.rows.viewport().grab().toImage()
    return {picture.pixelColor(x, rect.top()).name() for x in range(rect.left(), rect.right())}


def test_a_problem_far_down_is_brought_into_view_and_outlined(open_panel, qtbot):
    _window, panel, _ = open_panel(answer(SHORT, BAD))
    error = panel._appearance.theme.color("error").name()
    visible = panel.rows.viewport().rect()
    last = panel.rows.model().rowCount() - 1
    far, near = panel.rows.model().index(last - 1, 0), panel.rows.model().index(1, 0)
    assert visible.contains(panel.rows.visualRect(far))  # the first problem is pointed out at once
    assert not visible.intersects(panel.rows.visualRect(near))
    assert error in pixels(panel, last - 1, 0)
    assert error in pixels(panel, last - 1, 2)  # the row as a whole
    assert error not in pixels(panel, last, 1)
    qtbot.keyClick(panel.problems.list, Qt.Key.Key_Down)
    assert visible.contains(panel.rows.visualRect(near))
    assert error in pixels(panel, 1, 0)
    panel.rows.scrollToBottom()
    place = panel.rows.visualRect(far).center()
    qtbot.mouseClick(panel.rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.problems.current == SHORT


def test_what_helps_is_one_click_away_and_only_offered_where_it_changes_anything(open_panel, qtbot):
    _window, panel, worker = open_panel(answer(BAD, SHORT))

    def offered():
        return [button.text() for button in panel.problems.buttons if button.isVisible()]

    assert offered() == ["Leave column out", "Code one-hot"]
    panel.problems.go_to(SHORT)
    assert offered() == ["Drop rows"]  # nothing was chosen that could be detected instead
    qtbot.mouseClick(panel.problems.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel._job is None)
    qtbot.mouseClick(panel.problems.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel._job is None)
    asked = worker.jobs[-1].reference.options
    assert asked == ImportOptions(left_out=("<b>day</b>",), unreadable="drop")


def test_each_choice_has_the_file_read_again(open_panel, qtbot):
    window, panel, worker = open_panel(answer(BAD))
    pick(panel.columns.cellWidget(0, 1), 3)
    qtbot.waitUntil(lambda: panel._job is None)
    pick(combo_of(panel, "Missing values"), 2)
    qtbot.waitUntil(lambda: panel._job is None)
    pick(panel.label_column, 2)
    qtbot.waitUntil(lambda: panel._job is None)
    panel.limits.setText("0..7")
    panel.limits.editingFinished.emit()
    qtbot.waitUntil(lambda: panel._job is None)
    panel.columns.item(1, 5).setText("1..2")
    qtbot.waitUntil(lambda: panel._job is None)
    asked = worker.jobs[-1].reference
    assert asked.label == "length"
    assert asked.options.left_out == ("<b>day</b>",)
    assert asked.options.missing == "median"
    assert [(each.column, each.low, each.high) for each in asked.options.limits] == [
        ("", 0, 7),
        ("length", 1, 2),
    ]
    assert len(worker.jobs) == 6
    panel.ratio.setText("1/2")
    panel.ratio.editingFinished.emit()
    assert "60/20/20" in panel.status.toolTip()
    assert panel.ratio.text() == "60/20/20"
    assert len(worker.jobs) == 6
    assert window.studio.session.dataset is None


def test_import_loads_with_the_choices_and_cancel_loads_nothing(open_panel, qtbot):
    window, panel, worker = open_panel(answer())
    pick(combo_of(panel, "Scaling"), 1)
    qtbot.waitUntil(panel.accept_button.isEnabled)
    qtbot.mouseClick(panel.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(worker.jobs[-1], LoadData))
    wanted = DataReference("/tmp/x.csv", options=ImportOptions(scaling="train"))
    assert worker.jobs[-1].reference == wanted
    assert window.panel.data.panel is None
    window.panel.data.open_import("/tmp/x.csv")
    panel = window.panel.data.panel
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert window.panel.data.panel is None
    assert not any(isinstance(job, LoadData) for job in worker.jobs[3:])


def test_a_file_that_cannot_be_read_so_leaves_the_choices_to_be_changed(open_panel, qtbot):
    _, panel, _ = open_panel(lambda job: [Failed("DatasetError", "x.csv is no cp437 text.")])
    assert panel.problems.list.item(0).text() == "x.csv is no cp437 text."
    assert not panel.accept_button.isEnabled()
    qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert panel.isVisible()
    assert combo_of(panel, "Encoding").isEnabled()


def test_every_control_of_the_panel_has_a_name_and_a_tooltip(open_panel):
    _, panel, _ = open_panel(answer(BAD))
    for kind in (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit):
        for control in panel.findChildren(kind):
            if control.isVisible() and "qt_" not in control.objectName():
                assert control.accessibleName() or control.text(), control
                assert control.toolTip(), control.accessibleName()


def test_a_file_from_the_wild_is_corrected_and_imported_by_clicking(open_window, qtbot):
    window = open_window()
    path = FILES / "dates.csv"
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(400, 300), copy, mime, left, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(400, 300), copy, mime, left, none))
    panel = window.panel.data.panel
    qtbot.waitUntil(lambda: panel.preview is not None, timeout=60_000)
    assert "line 2, column day" in panel.problems.list.item(0).text()
    pick(panel.columns.cellWidget(0, 1), 3)
    qtbot.waitUntil(panel.accept_button.isEnabled)
    qtbot.mouseClick(panel.accept_button, Qt.MouseButton.LeftButton)
    session = window.studio.session
    qtbot.waitUntil(lambda: session.dataset is not None)
    assert session.dataset.input_names == ("length", "width")
    assert session.recipe.data.options.left_out == ("day",)
    assert window.panel.data.combo.currentText() == "dates.csv"


def test_return_imports_after_the_only_problem_was_solved_by_a_click(open_panel, qtbot):
    looks = [answer(BAD), answer()]
    _window, panel, _worker = open_panel(
        lambda job: looks.pop(0)(job) if isinstance(job, PreviewData) else []
    )
    qtbot.mouseClick(panel.problems.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel._job is None)
    assert panel.accept_button.isEnabled()
    assert panel.problems.list.hasFocus()
    with qtbot.waitSignal(panel.accepted):
        qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Return)


def test_where_a_table_stands_is_chosen_in_the_panel_and_a_sheet_where_there_are_some(
    open_panel, qtbot
):
    sheets = ("notes", "<b>data</b>")
    found = replace(READ, skip_lines=4, comment="#", sheet="notes")
    looks = [replace(preview(), options=found), replace(preview(), options=found, sheets=sheets)]
    _window, panel, worker = open_panel(
        lambda job: [looks.pop(0) if len(looks) > 1 else looks[0], Done()]
    )
    layout = panel.table_layout
    assert layout.skip_lines.placeholderText() == "detected: 4"
    assert combo_of(panel, "Comments").currentText() == "detected: #"
    assert not layout.sheet.isVisible()
    layout.skip_lines.setText("7")
    layout.skip_lines.editingFinished.emit()
    qtbot.waitUntil(lambda: panel._job is None)
    assert layout.sheet.isVisible()
    assert not combo_of(panel, "Delimiter").isEnabled()  # a sheet has none
    pick(layout.sheet, 1)
    qtbot.waitUntil(lambda: panel._job is None)
    pick(combo_of(panel, "Comments"), 1)
    qtbot.waitUntil(lambda: panel._job is None)
    asked = worker.jobs[-1].reference.options
    assert asked == ImportOptions(skip_lines=7, sheet="<b>data</b>", comment="#")
    layout.skip_lines.setText("many")
    layout.skip_lines.editingFinished.emit()
    assert "'many' is no number of lines" in panel.status.toolTip()
    assert layout.skip_lines.text() == "7"
