"""Names that would be markup or steer a terminal are plain text wherever the window shows them."""

from dataclasses import replace

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QGraphicsView, QHeaderView, QLabel

from pnn_studio.app.jobs.protocol import Done, PreviewData
from pnn_studio.app.session.selection import (
    CircuitItem,
    DesignItem,
    LayerItem,
    NeuronItem,
    NodeItem,
    ResistorItem,
    RunItem,
)
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import ColumnSummary, ImportOptions, Preview, Problem
from pnn_studio.domain.nodes import activation_node, negation_node
from pnn_studio.ui.shell.main_window import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, sample_verification, start_run

EVIL = "<b>evil</b><img src='x'>\n.control\nshell touch owned\x1b[2J&=cmd()\";"
REFERENCE = DataReference(f"/nowhere/{EVIL.replace('/', '')}.csv", EVIL, fingerprint="f" * 64)


def preview():
    problem = Problem(2, EVIL, f"{EVIL!r:.40} is not a number", 1, "", True, (2,), ("leave out",))
    return Preview(
        title=EVIL,
        options=ImportOptions(encoding="utf-8", delimiter=",", decimal=".", header=True),
        samples=10,
        dropped=0,
        columns=(
            ColumnSummary(EVIL, "category", 0, 5, f"one-hot: {EVIL}"),
            ColumnSummary("kind", "label", 0, 2, EVIL),
        ),
        rows=((EVIL, EVIL),),
        lines=(2,),
        classes=((EVIL, 6), ("b", 4)),
        inputs=1,
        problems=(problem,),
    )


@pytest.fixture
def window(open_window, qtbot):
    def script(job):
        return [preview(), Done()] if isinstance(job, PreviewData) else []

    # one for each queue of jobs: of a shared one the other queue may take the reply
    window = open_window(lambda: ScriptedWorker(script), (1440, 900))
    session = window.studio.session
    inputs = tuple(f"{number}{EVIL}" for number in range(4))
    classes = tuple(f"{EVIL}{number}" for number in range(3))
    data = replace(sample_dataset(), input_names=inputs, class_names=classes, title=EVIL)
    session.choose_data(replace(data, reference=REFERENCE))
    renamed = (("1", EVIL), ("1.1", EVIL))
    window.studio.edit(replace(session.recipe, alphas=3, seeds=2, names=renamed))
    start_run(session, session.plan())
    family = sample_family(session.plan(), REFERENCE)
    session.take_family(replace(family, input_names=inputs, class_names=classes))
    session.set_run_state("finished")
    check = sample_verification(session.design)
    session.take_verification(session.design_ref, session.design, check)
    return window


def is_safe(text):
    """Whether Qt shows text of a stranger in it as it is."""
    inside = text.removeprefix("<qt>").removesuffix("</qt>")
    return "<b>" not in text if text.startswith("<qt>") else not QtGui.Qt.mightBeRichText(inside)


def texts_of(widget):
    """Every text of a widget that Qt may read as markup."""
    yield from (widget.toolTip(), widget.statusTip(), widget.whatsThis())
    for action in widget.actions():
        yield from (action.toolTip(), action.statusTip(), action.whatsThis())
    if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText:
        yield widget.text()
    if isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView):
        yield from model_tips(widget.model())
    if isinstance(widget, QGraphicsView) and widget.scene() is not None:
        for item in widget.scene().items():
            yield item.toolTip()
            if hasattr(item, "toHtml"):  # text items of a scene hold documents
                yield item.toPlainText() if "evil" in item.toPlainText() else ""


def model_tips(model):
    if model is None:
        return
    rows = min(model.rowCount(QModelIndex()), 50)
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
    for column in range(columns):
        yield str(model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole))
        for row in range(rows):
            yield str(model.index(row, column).data(Qt.ItemDataRole.ToolTipRole) or "")


def unsafe(seen):
    found = set()
    for widget in QApplication.allWidgets():
        for text in texts_of(widget):
            if "evil" in text:
                seen.add(type(widget).__name__)
            if not is_safe(text):
                found.add((type(widget).__name__, text[:80]))
    return found


def test_no_view_reads_a_name_as_markup(window, qtbot):
    seen = set()
    views = (
        (LAYOUT_TAB, (NeuronItem(0, 1), NeuronItem(1, 1), LayerItem(1), LayerItem(0))),
        (SCHEMATIC_TAB, (CircuitItem(1, "activation", 1), ResistorItem(1, 0, 0))),
        (TRADEOFF_TAB, (DesignItem(), RunItem(0))),
        (
            CHECK_TAB,
            (NodeItem(activation_node(2, 1)), NodeItem(negation_node("modified", 1, 1, 0))),
        ),
    )
    for tab, items in views:
        window.tabs.setCurrentIndex(tab)
        for item in items:
            window.studio.selection.select(item)
            qtbot.wait(20)
            assert unsafe(seen) == set()
    assert len(seen) > 3  # the names are shown, in several places


def test_neither_does_the_import_of_a_file(window, qtbot):
    window.panel.data.open_import(REFERENCE.source)
    panel = window.panel.data.panel
    qtbot.waitUntil(lambda: panel._job is None)
    assert panel.columns.item(0, 0).icon().cacheKey()
    seen = set()
    assert unsafe(seen) == set()
    assert {"RowsTable", "ColumnsTable", "ElidedLabel"} <= seen
    shown = [panel.columns.item(0, column).text() for column in (0, 4)]
    assert all(each.isprintable() for each in shown)
    panel.reject()
