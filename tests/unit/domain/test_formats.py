"""One table says what can be exported and opened."""

from typing import get_args

from pnn_studio.app.cli.designs import export
from pnn_studio.app.commands.exporting.export import WRITERS
from pnn_studio.app.project.openable import what_to_open
from pnn_studio.domain.formats import EXPORTS, IMPORTS, ExportFormat, ImportFormat


def test_every_format_has_its_name_and_a_writer():
    assert tuple(EXPORTS) == get_args(ExportFormat)
    assert tuple(IMPORTS) == get_args(ImportFormat)
    assert set(WRITERS) == set(EXPORTS)


def test_the_command_line_offers_every_export_and_says_what_it_is():
    (option,) = (each for each in export.params if each.name == "file_format")
    assert tuple(option.type.choices) == tuple(EXPORTS)
    for each in EXPORTS.values():
        assert each.words in option.help
        assert each.words in export.help


def test_every_ending_that_has_a_verb_can_be_dropped_on_the_window():
    for each in IMPORTS.values():
        for ending in each.endings:
            said = what_to_open([f"/a/b{ending.upper()}"])
            assert said.kind == (each.id if each.verb else "")
            assert said.words.startswith(each.verb or "b.TOML cannot be opened here")
