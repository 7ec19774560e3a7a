"""No text of the window is cut or lies on another; every control is named and reached by Tab."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from pnn_studio.app.commands.check import check_design
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.train import train_family
from pnn_studio.app.jobs.protocol import Done, PreviewData
from pnn_studio.app.project.places import Places
from pnn_studio.app.session.selection import CircuitItem, NeuronItem, NodeItem
from pnn_studio.app.session.session import Session
from pnn_studio.data.datasets import preview_dataset
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.nodes import activation_node
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.technology import load_technology
from pnn_studio.ui.shell.main_window import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB
from pnn_studio.ui.widgets.theme import DARK, LIGHT
from tests.gui.conftest import ScriptedWorker, settle
from tests.support.painted_text import is_cut, is_lost, overlapping, painted_texts
from tests.support.runs import start_run

VIEWS = {
    "start": (LAYOUT_TAB, None),
    "layout": (LAYOUT_TAB, NeuronItem(1, 1)),
    "schematic": (SCHEMATIC_TAB, CircuitItem(1, "activation", 1)),
    "trade-off": (TRADEOFF_TAB, None),
    "check": (CHECK_TAB, NodeItem(activation_node(2, 1))),
    "compare": (TRADEOFF_TAB, None),
    "import": (LAYOUT_TAB, None),
}
FILE = Path(__file__).parents[1] / "data" / "csv" / "typing_errors.csv"


@pytest.fixture(scope="module")
def project():
    """Iris, trained shortly and checked in ngspice."""
    models = load_models()
    dataset = load_data("iris", models.technology)
    plan = FamilyPlan.grid(Layout(4, (3,), 3), 5, 2, Schedule(max_epochs=150))
    family = train_family(plan, dataset, models, lambda *record: None)
    session = Session()
    session.choose_data(dataset)
    session.edit(replace(session.recipe, alphas=5, seeds=2, max_epochs=150))
    start_run(session, plan)
    session.take_family(family)
    session.set_run_state("finished")
    design = session.design
    session.take_verification(
        session.design_ref, design, check_design(design, models.technology, dataset)
    )
    return session.project()


def answer(job):
    """Look at a file as the worker does."""
    if not isinstance(job, PreviewData):
        return [Done()]
    technology = load_technology(job.technology)
    return [preview_dataset(job.reference, technology, lambda *done: None), Done()]


def show(window, view, project, qtbot):
    """Show a view, and return what is to be looked at."""
    tab, item = VIEWS[view]
    shown = window
    if view != "start":
        window.studio.session.restore(project)
    window.tabs.setCurrentIndex(tab)
    window.studio.selection.select(*(() if item is None else (item,)))
    if view == "compare":
        for alpha in (0.0, 1.0):
            window.studio.set_alpha(alpha)
            window.tradeoff_tab.toggle_pin()
        window.commands["compare"].trigger()
    if view == "import":
        window.panel.data.open_import(str(FILE))
        shown = window.panel.data.panel
        qtbot.waitUntil(lambda: shown.preview is not None)
    settle(qtbot, window)
    return shown


@pytest.mark.parametrize(
    ("view", "size"),
    [
        *((view, (1280, 720)) for view in VIEWS),
        # the others are shown in more sizes in test_views_fit
        *((view, (1920, 1080)) for view in ("start", "trade-off", "compare", "import")),
    ],
)
def test_no_text_is_cut_and_none_lies_on_another(open_window, qtbot, project, view, size):
    window = open_window(lambda: ScriptedWorker(answer), size)
    shown = show(window, view, project, qtbot)
    for theme in (LIGHT, DARK):
        window.appearance.use(theme)
        settle(qtbot, window)
        texts = painted_texts(shown)
        assert len(texts) > 30
        assert [each for each in texts if is_cut(each)] == []
        assert [each for each in texts if is_lost(each)] == []
        assert overlapping(texts, shown) == []


def controls(window):
    """Return what can have the focus by Tab."""
    return [
        each
        for each in window.findChildren(QWidget)
        if each.isVisible()
        and each.isEnabled()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.focusProxy() is None
        and not is_reached_by_arrows(each)
    ]


def is_reached_by_arrows(control):
    """Whether Tab goes to the one that is chosen of several, and arrows from there to this one."""
    group = control.group() if isinstance(control, QAbstractButton) else None
    return group is not None and group.exclusive() and group.checkedButton() not in (None, control)


def tabbed(window, qtbot):
    """Press Tab from the window on until it has come round; return what had the focus."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.setFocus()
    order = []
    for _ in range(200):
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        if QApplication.focusWidget() in order:
            return order
        order.append(QApplication.focusWidget())
    raise AssertionError("Tab never comes round")


@pytest.mark.parametrize("view", VIEWS)
def test_tab_reaches_every_control_in_order_and_each_has_a_name(open_window, qtbot, project, view):
    for name in ("one", "two", "three"):
        Places().recents.remember(Path(f"/nowhere/{name}.pnn"), "")
    window = open_window(lambda: ScriptedWorker(answer), (1440, 900))
    shown = show(window, view, project, qtbot)
    wanted = controls(shown)
    assert len(wanted) > 15
    names = [each.accessibleName() or getattr(each, "text", str)() for each in wanted]
    assert [each for each, name in zip(wanted, names, strict=True) if not name.strip()] == []
    order = tabbed(shown, qtbot)
    assert [each.accessibleName() for each in wanted if each not in order] == []
    if view == "import":
        return
    parts = [window.toolbar, window.alpha_bar, window.notices, window.messages, window.panel,
             window.tabs.parentWidget(), window.layout_tab.parentWidget(), window.inspector,
             window.dock, window.runs]  # fmt: skip
    places = [next(n for n, part in enumerate(parts) if part.isAncestorOf(each)) for each in order]
    assert places == sorted(places)
    heights = [each.mapTo(window, QPoint()).y() for each in order if parts[4].isAncestorOf(each)]
    assert heights == sorted(heights)


def test_arrows_go_through_choices_of_which_one_is_taken(open_window, qtbot, project):
    window = open_window(ScriptedWorker, (1440, 900))
    window.studio.session.restore(project)
    one, other = (
        next(each for each in window.findChildren(QAbstractButton) if each.accessibleName() == name)
        for name in ("Crossbar: modified", "Crossbar: original")
    )
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    one.setFocus()
    qtbot.keyClick(one, Qt.Key.Key_Right)
    assert QApplication.focusWidget() is other
    assert window.studio.session.recipe.crossbar == "original"


def test_texts_are_of_one_size_however_fine_the_screen_is(tmp_path):
    command = [sys.executable, "-m", "tests.support.painted_views"]
    folders = {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    coarse, fine = (
        subprocess.Popen(
            command, env=os.environ | folders | {"QT_SCALE_FACTOR": factor}, stdout=subprocess.PIPE
        )
        for factor in ("1", "2")
    )
    ones, twos = (
        [
            json.loads(line)
            for line in each.communicate(timeout=200)[0].splitlines()
            if b"at most" not in line
        ]
        for each in (coarse, fine)
    )
    assert len(ones) > 200
    assert [each[:2] for each in twos] == [each[:2] for each in ones]
    for one, two in zip(ones, twos, strict=True):
        # glyphs are rounded to dots, which are finer here
        assert two[2][2:] == pytest.approx(one[2][2:], abs=2, rel=0.15), one
        assert two[2][:2] == pytest.approx(one[2][:2], abs=8), one


class _Bad(QWidget):
    def paintEvent(self, event):  # noqa: N802 - a method of Qt
        painter = QPainter(self)
        painter.drawText(QPointF(10, 20), "beyond the edge of it")
        painter.drawText(QPointF(14, 24), "over")
        painter.drawText(QPointF(2, 60), "no ro…")
        painter.drawText(QPointF(2, 90), "fits")
        painter.end()


def test_a_text_that_is_cut_elided_or_covered_is_found(application):
    widget = _Bad()
    widget.resize(60, 100)
    widget.show()
    texts = painted_texts(widget)
    assert [each.text for each in texts if is_cut(each)] == ["beyond the edge of it"]
    assert [each.text for each in texts if is_lost(each)] == ["no ro…"]
    assert [{one.text, two.text} for one, two in overlapping(texts, widget)] == [
        {"beyond the edge of it", "over"}
    ]
    widget.setToolTip("no room for it")
    assert [each for each in texts if is_lost(each)] == []
    shiboken6.delete(widget)  # at once: the next test counts what is left
