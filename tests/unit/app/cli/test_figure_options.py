"""Choices of an export on the command line are those of `ExportOptions`."""

import re

import pytest
from click.testing import CliRunner

from pnn_studio.app.cli.designs import export
from pnn_studio.app.commands.exporting.export import Told, export_files
from pnn_studio.domain.export_options import ExportOptions, FigureOptions
from pnn_studio.domain.provenance import Provenance, provenance_of
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import UsageError
from pnn_studio.storage.design_file import save_design
from tests.support.designs import sample_design

DESIGN = sample_design(4, (3,), 3)
OPTIONS = [
    ((), ExportOptions()),
    (
        ("--width", "88", "--bw", "--style", "paper", "--layer", "2", "--crossbar", "original"),
        ExportOptions("original", figure=FigureOptions(88.0, colour=False, style="paper", layer=1)),
    ),
    (
        ("--width", "free", "--no-cells", "--pages"),
        ExportOptions(figure=FigureOptions(None, cells=False, pages=True)),
    ),
]


@pytest.fixture
def run(tmp_path):
    save_design(tmp_path / "d.json", DESIGN)

    def command(*words):
        where = [str(tmp_path / "d.json"), "--out", str(tmp_path / "d.svg")]
        return CliRunner().invoke(export, ["--format", "svg", *where, *words])

    return command


@pytest.mark.parametrize(("words", "options"), OPTIONS)
def test_the_command_line_writes_what_the_options_say(run, tmp_path, words, options):
    done = run(*words)
    assert done.exit_code == 0, done.output
    told = Told(provenance=provenance_of("Schematic", DESIGN))
    expected = export_files(DESIGN, load_technology(), "svg", "d.svg", options=options, told=told)
    for name, content in expected.items():
        assert (tmp_path / name).read_bytes() == content
    assert len(expected) == (2 if options.figure.pages else 1)


@pytest.mark.parametrize(
    ("words", "said"), [(("--width", "12"), "60 to 2000 mm"), (("--dpi", "9"), "not in 72..1200")]
)
def test_what_cannot_be_drawn_is_refused(run, words, said):
    done = run(*words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_layer_that_is_not_there_is_refused():
    options = ExportOptions(figure=FigureOptions(layer=2))
    with pytest.raises(UsageError, match="the design has 1 to 2"):
        export_files(DESIGN, load_technology(), "svg", "d.svg", options=options)


def test_where_a_file_comes_from_stands_in_every_text():
    entries = (("program", "pnn_studio 9.9"), ("model", "loaded"))
    told = Told(provenance=Provenance("a design", entries))
    for file_format, name in (("svg", "d.svg"), ("xschem", "d.sch"), ("kicad", "d.kicad_sch")):
        content = export_files(DESIGN, load_technology(), file_format, name, told=told)[name]
        assert re.search(rb"pnn_studio 9\.9", content)
        again = export_files(DESIGN, load_technology(), file_format, name, told=told)
        assert content == again[name]
