"""Every figure that is painted says what it is of: a walk over all that a window paints."""

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from pnn_studio.app.inspector.sheet import CircuitFigure
from pnn_studio.app.jobs.print_job import ComputePrints
from pnn_studio.app.session import pins
from pnn_studio.app.session.selection import (
    CircuitItem,
    DesignItem,
    LayerItem,
    NeuronItem,
    ResistorItem,
)
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.print_report import YieldPlan
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.ui.inspector.sheet_view import SheetView
from pnn_studio.ui.shell.parts import (
    CHECK_TAB,
    LAYOUT_TAB,
    SCHEMATIC_TAB,
    TRADEOFF_TAB,
    YIELD_TAB,
)
from tests.gui.conftest import ScriptedWorker, settle
from tests.support.painted_text import painted_texts
from tests.support.prints import sample_report
from tests.support.runs import sample_dataset, sample_family, sample_verification, start_run

FIGURE = re.compile(r"(?:^|[\s:])[−+]?\d+(?:\.\d+)? (?:%|[kMmµnp]?[WVA])(?:$|[\s,()])")
SOURCE = re.compile(r"\b(?:ngspice|loaded|ideal|design)\b")
# what a person chose, and ends of scales and rails, are of no model; differences are of two
GIVEN = re.compile(r"limit|[Ww]ithin |^[+−][\d.]+ V$|^[01] V$|^100 %$|^classes agree |^rms ")


@pytest.fixture
def window(open_window, qtbot):
    window = open_window(lambda: ScriptedWorker(lambda job: []), (1440, 900))
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=5, seeds=4))
    plan = session.plan()
    start_run(session, plan)
    rng = np.random.default_rng(2)
    family = sample_family(plan)
    power = family.power * rng.uniform(0.3, 2.0, (plan.designs, 1))
    session.take_family(replace(family, power=power))
    session.set_run_state("finished")
    for index in (session.design_index, 3):
        design = session.run.family.design(index)
        found = sample_verification(design, 10)
        session.take_verification(DesignRef(0, index), design, found)
    for alpha in (1.0, 0.0, 0.5):
        window.studio.set_alpha(alpha)
        window.studio.edit(pins.toggle_current(session))
    window.studio.edit(replace(session.shown, limit=6e-3))
    return window


def without_a_source(window):
    """List the painted figures that do not say what they are of.

    A figure says it itself; or a tag stands in its line, at its right or at the head of its line;
    or the title of its plot, matrix or section says it for all of them. For the voltages of a
    drawing the tag beside the sample does.
    """
    texts = painted_texts(window)
    placed = [(each, each.ink.translated(each.widget.mapTo(window, QPoint()))) for each in texts]
    tags = [(each, rect) for each, rect in placed if SOURCE.search(each.text)]
    return [
        text
        for text, rect in placed
        if FIGURE.search(text.text)
        and not isinstance(text.widget, QLineEdit | QAbstractButton)  # what is asked for
        and not window.check_tab.table.isAncestorOf(text.widget)  # its heading says of which two
        and not GIVEN.search(text.text)
        and not SOURCE.search(text.text)
        and not in_line(text, rect, tags)
        and not under_a_title(text, tags)
        and not drawn_beside_a_tag(window, text)
        and not under_a_heading(window, rect, text, tags)
    ]


def in_line(text, rect, tags):
    return any(
        abs(other.center().y() - rect.center().y()) <= 9
        and (tag.widget is text.widget or 0 < other.left() - rect.right() < 160)
        for tag, other in tags
    )


def under_a_title(text, tags):
    """Whether a plot, or a section of the inspector with a table, says it for all its figures."""
    if isinstance(text.widget, SheetView):
        return any(
            (section.source or any(SOURCE.search(each) for each in section.head))
            and (
                isinstance(section.figure, CircuitFigure)
                or any(text.text in row.cells for row in section.rows)
            )
            for section in text.widget.sheet.sections
        )
    return "Plot" in type(text.widget).__name__ and any(
        tag.widget is text.widget for tag, _ in tags
    )


def drawn_beside_a_tag(window, text):
    """Whether it is a voltage of a drawing, in a tab whose sample says what its voltages are of."""
    return any(
        tab.isAncestorOf(text.widget) and tab.samples.source.isVisible()
        for tab in (window.layout_tab, window.schematic_tab)
    )


def under_a_heading(window, rect, text, tags):
    """Whether it is of a part of the Yield tab whose heading, or head of its line, has a tag."""
    widget, tab = text.widget, window.yield_tab
    if not tab.isAncestorOf(widget):
        return False
    left = widget.mapTo(window, QPoint()).x()
    own = [other for tag, other in tags if tab.isAncestorOf(tag.widget)]
    return any(
        (left <= other.left() < left + widget.width() and other.bottom() < rect.top())
        or (other.right() < rect.left() and abs(other.center().y() - rect.center().y()) <= 16)
        for other in own
    )


def test_every_painted_figure_says_what_it_is_of(window, qtbot):
    design = window.studio.session.design
    prints = window.studio.checks.prints
    prints._take_report(ComputePrints(design, YieldPlan()), sample_report(design))
    items = {
        LAYOUT_TAB: (NeuronItem(1, 1), LayerItem(1)),
        SCHEMATIC_TAB: (ResistorItem(1, 0, 0), CircuitItem(1, "negation", 0)),
        TRADEOFF_TAB: (DesignItem(),),
        CHECK_TAB: (DesignItem(),),
        YIELD_TAB: (DesignItem(),),
    }
    seen = 0
    for tab, chosen in items.items():
        window.tabs.setCurrentIndex(tab)
        for item in chosen:
            window.studio.selection.select(item)
            settle(qtbot, window)
            assert without_a_source(window) == []
            assert tab != CHECK_TAB or "ngspice − loaded" in window.check_tab._worst.text()
            seen += sum(1 for each in painted_texts(window) if FIGURE.search(each.text))
    assert seen > 60
    window.workbench.show_runs()
    window.dock.set_open(True)
    settle(qtbot, window)
    assert without_a_source(window) == []


def test_in_ngspice_the_frugal_end_is_joined_with_what_the_model_said_of_it(
    window, qtbot, monkeypatch
):
    """`sample_verification` has ngspice measure twice the power of the model."""
    session, strip = window.studio.session, window.tradeoff_tab.strip
    family = session.run.family
    for index in range(family.plan.designs):
        found = sample_verification(family.design(index), 10)
        session.take_verification(DesignRef(0, index), family.design(index), found)
    strip.split.setCurrentIndex(2)
    strip.split.activated.emit(2)
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    settle(qtbot, window)
    plot = window.tradeoff_tab.plot
    design = int(plot.view.cloud.designs[plot.shown.front[0]])
    accuracy, power = family.accuracy[design, 2], family.total_power[design]
    said = f"loaded says {format_percent(accuracy)}, {format_si(power, 'W')}"
    plot.set_ranges((0.0, 20.0), (0.0, 110.0))
    written, write = {}, plot.labels.write

    def note(painter, scene, space, name, at, lines):
        written[name] = [text for text, _ in lines]
        write(painter, scene, space, name, at, lines)

    monkeypatch.setattr(plot.labels, "write", note)
    picture = plot.grab().toImage()
    assert written["model"] == [said]
    told, seen = plot.at(power, accuracy), plot.xy_of(plot.view.point_of(design))
    assert seen.x() - told.x() == pytest.approx(told.x() - plot.area.left(), abs=2)
    # dots all the way, where without the check there is ground
    middle = (told + seen) / 2
    ratio = picture.devicePixelRatio()
    window.commands["undo"].trigger()  # back to the model's figures
    plot.set_ranges((0.0, 20.0), (0.0, 110.0))
    plain = plot.grab().toImage()
    changed = sum(
        picture.pixel(x, y) != plain.pixel(x, y)
        for x in range(round((middle.x() - 5) * ratio), round((middle.x() + 5) * ratio))
        for y in range(round((middle.y() - 3) * ratio), round((middle.y() + 3) * ratio))
    )
    assert changed > 3


def test_what_is_not_checked_is_told_in_the_header_and_beside_the_pins(window, qtbot):
    session = window.studio.session
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    settle(qtbot, window)
    bar, model = window.alpha_bar, window.tradeoff_tab.pinned.table.designs
    assert (bar.accuracy.tag.source, bar.power.tag.source) == ("ngspice", "ngspice")
    found = session.verification(session.design)
    assert bar.power.value.text() == "10.0 mW" or found is not None
    column = model.columns_of_tags()[1]
    sources = {row.letter: model.source_of(at, column) for at, row in enumerate(model.rows)}
    assert sources[""] == "ngspice"
    assert "loaded" in sources.values()
    window.studio.set_alpha(1.0)
    assert (bar.accuracy.tag.source, bar.power.tag.source) == ("loaded", "loaded")
    assert bar.negations.tag.source == "design"
    window.commands["compare"].trigger()
    settle(qtbot, window)
    assert without_a_source(window) == []
    tags = {tag.source for row in window.tradeoff_tab.comparison.rows for tag in row.tags}
    assert {"ngspice", "loaded", "design"} <= tags


def test_after_an_edit_every_tab_says_that_it_shows_the_trained_circuit(window, qtbot):
    session, line = window.studio.session, window.trained_line
    assert not line.isVisible()
    window.studio.edit(replace(session.recipe, hidden=(5,)))
    for tab in (SCHEMATIC_TAB, TRADEOFF_TAB, CHECK_TAB):
        window.tabs.setCurrentIndex(tab)
        settle(qtbot, window)
        assert line.isVisible()
        shown = line.text.text()
        assert shown.startswith(f"This is the trained circuit, {session.run.name}.")
        assert "the layout is 4-5-3" in shown
    window.tabs.setCurrentIndex(LAYOUT_TAB)
    assert line.text.text().startswith("This is what Train would make: the layout is 4-5-3.")
    window.studio.edit(replace(session.recipe, hidden=(3,), crossbar="original", model="ideal"))
    assert "the crossbar is original and the model is ideal" in line.text.text()
    window.commands["undo"].trigger()
    window.commands["undo"].trigger()
    assert not line.isVisible()


def test_below_what_the_family_does_the_inspector_trains_for_that_limit(window, qtbot):
    session = window.studio.session
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    window.studio.edit(replace(session.shown, limit=1e-4))
    qtbot.waitUntil(lambda: window.inspector.buttons[0].text() == "Train for 100 µW")
    window.inspector.buttons[0].click()
    assert session.recipe.power_limit == 1e-4
    assert window.studio.is_training
