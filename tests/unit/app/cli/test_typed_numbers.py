"""Numbers on the command line are read by the reader that the window uses."""

import click
import pytest

from pnn_studio.app.cli import options
from pnn_studio.app.cli.numbers import Count, Number, Quantity
from pnn_studio.app.cli.printing import Share
from pnn_studio.main import cli


def every_option(command):
    yield from ((command.name, each) for each in command.params)
    for each in getattr(command, "commands", {}).values():
        yield from every_option(each)


def test_no_option_reads_numbers_in_a_way_of_its_own():
    own = (click.types.IntParamType, click.types.FloatParamType)
    foreign = [(name, each.name) for name, each in every_option(cli) if isinstance(each.type, own)]
    assert foreign == []


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Number(), "0,5", 0.5),
        (Number(), "0.5", 0.5),
        (Quantity("W"), "4,5 mW", 4.5e-3),
        (Quantity("Ω"), "4k7", 4700.0),
        (Quantity("Ω"), "2MEG", 2e6),
        (Count(1), "2k", 2000),
        (Share(), "95%", 0.95),
        (Share(), "4,5 %", 0.045),
        (options.Hidden(), "4,3", (4, 3)),  # of a list the comma stays the separator
    ],
)
def test_options_read_numbers_as_fields_do(kind, text, value):
    assert kind.convert(text, None, None) == value


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        (Quantity("W"), "5 MW", "did you mean 5 mW"),
        (Count(1), "0,5", "not a whole number"),
        (Count(1), "0", "not in 1"),
        (Number(0.1), "0,01", "less than 0.1"),
        (Number(), "1,234", "1234 or 1.234"),
    ],
)
def test_options_say_why_they_refuse(kind, text, why):
    with pytest.raises(click.BadParameter, match=why):
        kind.convert(text, None, None)
