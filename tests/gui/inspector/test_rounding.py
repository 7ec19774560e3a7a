"""What cannot be printed is named where a design is told of, and rounded by one click."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from pnn_studio.app.jobs.print_job import RoundDesign, Rounded
from pnn_studio.app.jobs.protocol import Done
from pnn_studio.app.session import compared
from pnn_studio.app.session.selection import DesignItem, ResistorItem, RunItem
from pnn_studio.domain.printable import violations
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.ui.shell.parts import SCHEMATIC_TAB, TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker, settle
from tests.support.runs import sample_dataset, sample_family, sample_verification, start_run

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(open_window, qtbot):
    workers = []

    def start():
        workers.append(ScriptedWorker(lambda job: []))
        return workers[-1]

    opened = open_window(start, (1440, 900))
    session = opened.studio.session
    session.choose_data(sample_dataset())
    opened.studio.edit(replace(session.recipe, alphas=1, seeds=1, hidden=(3,)))
    plan = session.plan()
    start_run(session, plan)
    family = sample_family(plan)
    # its largest resistors are larger than the technology prints
    session.take_family(replace(family, g_min=family.g_min / 50))
    session.set_run_state("finished")
    opened.tabs.setCurrentIndex(TRADEOFF_TAB)
    opened.studio.selection.select(DesignItem())
    opened.short_worker = workers[0]
    settle(qtbot, opened)
    return opened


def section_of(window, title):
    sections = window.inspector.view.sheet.sections
    return next(each for each in sections if each.title == title)


def test_a_resistor_out_of_range_is_named_and_a_click_shows_it_in_the_schematic(window, qtbot):
    session = window.studio.session
    found = [each for each in violations(session.design, session.technology) if each.is_outside]
    section = section_of(window, "Printable values")
    assert section.note == f"{len(found)} outside"
    assert section.rows[0].cells[1] == format_si(found[0].value, found[0].unit)
    view = window.inspector.view
    window.inspector.ensureVisible(0, view.height())
    target = next(each for each in view._targets if each.step is not None)
    qtbot.mouseClick(view, LEFT, pos=target.rect.center().toPoint())
    first = found[0]
    assert window.studio.selection.item == ResistorItem(first.layer, first.row, first.column)
    assert window.tabs.currentIndex() == SCHEMATIC_TAB


def test_a_design_is_rounded_by_one_click_and_both_are_compared(window, qtbot):
    session = window.studio.session
    drawn = session.design
    button = next(
        each for each in window.inspector.buttons if each.text() == "Round to printable values"
    )
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: any(isinstance(job, RoundDesign) for job in window.short_worker.jobs))
    (job,) = (job for job in window.short_worker.jobs if isinstance(job, RoundDesign))
    assert job.design.key == drawn.key
    assert not window.studio.checks.rounding.can_round, "once is enough"
    rounded = replace(drawn, g_min=session.technology.g_min)
    before, after = sample_verification(drawn, 10), sample_verification(rounded, 10, shift=0.4)
    window.short_worker.say(Rounded(rounded, before, after))
    window.short_worker.say(Done("Rounded"))
    qtbot.waitUntil(lambda: session.design.key == rounded.key)
    settle(qtbot, window)
    assert session.run.name == f"{session.runs[0].caption}, rounded"
    assert [run.name for run in compared.drawn(session)] == [
        session.run.name,
        session.runs[0].name,
    ], "each once"
    window.studio.selection.select(RunItem(session.run.id))
    told = window.inspector.view.sheet
    assert "rounded" in told.sections[-1].text
    assert next(line.source for line in told.sections[0].lines if line.source) == "ngspice"
    window.studio.selection.select(DesignItem())
    rows = section_of(window, "What rounding changed").rows
    both = before, after
    assert rows[0].cells[1:] == tuple(format_percent(each.spice_accuracy) for each in both)
    assert rows[1].cells[1:] == tuple(format_si(each.spice_power.total, "W") for each in both)
    assert window.alpha_bar.power.tag.source == "ngspice"
    window.commands["undo"].trigger()
    assert session.design.key == drawn.key
    assert session.verification(drawn) is not None
