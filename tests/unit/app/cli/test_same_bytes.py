"""The command that the window shows writes what its worker writes, whatever the format."""

import io
import sys
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from pnn_studio.app.analysis.command_lines import export_command
from pnn_studio.app.cli import hand_off
from pnn_studio.app.cli.designs import export
from pnn_studio.app.commands.exporting import drawn_plots
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.jobs.control import JobControl
from pnn_studio.app.jobs.protocol import ExportFiles, read_message, write_message
from pnn_studio.app.session.export_subject import subject_of
from pnn_studio.app.session.session import Session
from pnn_studio.app.worker import jobs
from pnn_studio.domain.export_kinds import KINDS
from pnn_studio.domain.export_options import ExportOptions, FigureOptions
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.formats import EXPORTS
from pnn_studio.domain.technology import load_technology
from pnn_studio.storage.design_file import save_design
from pnn_studio.storage.project_open import create_project
from tests.support.prints import sample_report
from tests.support.runs import sample_family, sample_verification, start_run

OPTIONS = ExportOptions("original", 2, "test", FigureOptions(dpi=72))
FORMATS = [(kind, each) for kind in KINDS.values() for each in kind.formats]


@pytest.fixture(scope="module")
def session():
    """Make a session with a run, a design of which is checked."""
    made = Session()
    made.choose_data(load_data("iris", load_technology()))
    made.edit(replace(made.recipe, alphas=3, seeds=1, hidden=(1,)))
    start_run(made, made.plan())
    made.take_family(sample_family(made.plan(), made.recipe.data))
    made.set_run_state("finished")
    made.take_verification(made.design_ref, made.design, sample_verification(made.design, 2))
    return made


def drawn_once(patched):
    """Have the same values in the same look drawn once; what is not the same is drawn anew.

    Drawing takes most of the time. That it gives the same bytes each time has a test of its own.
    """
    figures, files = {}, {}
    draw, write = drawn_plots.draw_plot, drawn_plots.plot_file

    def draw_plot(plot, look):
        with np.printoptions(threshold=sys.maxsize, precision=17):
            key = repr((plot, look))
        if key not in figures:
            figures[key] = draw(plot, look)
        return figures[key]

    def plot_file(figure, *how):
        if (figure, *how) not in files:
            files[figure, *how] = write(figure, *how)
        return files[figure, *how]

    patched.setattr(drawn_plots, "draw_plot", draw_plot)
    patched.setattr(drawn_plots, "plot_file", plot_file)


def by_worker(subject, orders):
    """Have the worker write what the window sends it."""
    stream = io.BytesIO()
    write_message(stream, ExportFiles(subject, tuple((order, str(path)) for order, path in orders)))
    stream.seek(0)
    jobs.do(read_message(stream), JobControl(), lambda reply: None)


def by_command(*words):
    done = CliRunner().invoke(export, [*map(str, words)])
    assert done.exit_code == 0, done.output


def read(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@pytest.fixture(scope="module")
def every_kind(session, tmp_path_factory):
    """Write every kind in all of its formats on both ways."""
    folder = tmp_path_factory.mktemp("kinds")
    window, line = folder / "window", folder / "line"
    window.mkdir()
    line.mkdir()
    subject = subject_of(session)
    subject = replace(subject, prints=sample_report(subject.design))
    orders = [
        ExportOrder(kind.id, tuple(each.id for each in kind.formats), OPTIONS)
        for kind in KINDS.values()
    ]
    create_project(folder / "p.pnn", session.project()).close()
    with pytest.MonkeyPatch.context() as patched:
        drawn_once(patched)
        by_worker(subject, [(order, window / order.kind) for order in orders])
        patched.setattr(hand_off, "_computed", lambda found, plan: sample_report(found.design))
        for order in orders:
            words = export_command(subject, order, folder / "p.pnn", "run-1", line / order.kind)
            by_command(*words[2:])
    return read(window), read(line)


@pytest.mark.parametrize(("kind", "file_format"), FORMATS, ids=lambda each: each.id)
def test_the_command_that_the_window_shows_writes_the_same_bytes(every_kind, kind, file_format):
    window, line = every_kind
    name = f"{kind.id}{file_format.ending}"
    assert window[name]
    assert window.keys() == line.keys()
    ours = {each for each in window if each.startswith((name, f"{kind.id}-", f"{kind.id}_"))}
    for each in ours:
        assert window[each] == line[each], each


@pytest.mark.parametrize("file_format", EXPORTS.values(), ids=lambda each: each.id)
def test_a_design_file_alone_is_written_in_the_same_bytes(session, tmp_path, file_format):
    design = session.design
    save_design(tmp_path / "d.json", design)
    kind, chosen = next((kind, each) for kind, each in FORMATS if each.of_design == file_format.id)
    window, line = tmp_path / "window", tmp_path / "line"
    window.mkdir()
    line.mkdir()
    order = ExportOrder(kind.id, (chosen.id,), ExportOptions(figure=FigureOptions(dpi=72)))
    subject = ExportSubject(design, data=session.data_of(design))
    by_worker(subject, [(order, window / "x")])
    out = line / f"x{chosen.ending}"
    by_command(tmp_path / "d.json", "--format", file_format.id, "--dpi", 72, "--out", out)
    assert read(window) == read(line)
