"""Options that several commands share, and how every command answers."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pnn_studio.app.cli.import_choices import import_choices
from pnn_studio.app.cli.numbers import Count, Quantity
from pnn_studio.domain.circuit_model import MODELS

FILE = click.Path(path_type=Path)
LEAST_SIZE = (1024, 700)  # px, of the window


class Hidden(click.ParamType[tuple[int, ...]]):
    """Neurons of the hidden layers, as ``3`` or ``4,3``."""

    name = "N[,N...]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Read text as the command line gives it."""
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(each) for each in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} is not a list of neurons such as 3 or 4,3.", param, ctx)


SEEDS = Count(0)
_EPOCHS = Count(1, 10**6)


class Size(click.ParamType[tuple[int, int]]):
    """Width and height of a window in px, such as ``1280x720``."""

    name = "WxH"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Read text as the command line gives it."""
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"(\d{3,4})[x×](\d{3,4})", str(value))
        if found is None or int(found[1]) < LEAST_SIZE[0] or int(found[2]) < LEAST_SIZE[1]:
            least = "x".join(map(str, LEAST_SIZE))
            self.fail(f"{value!r} is not a size such as 1280x720, from {least} on.", param, ctx)
        return int(found[1]), int(found[2])


def options(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Join option decorators that several commands share; the first is listed first."""

    def apply(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
technology = click.option(
    "--technology", default="", metavar="FILE", help="Another technology, a TOML file."
)
print_process = options(
    technology,
    click.option("--surrogates", default="", metavar="DIR", help="Its surrogates, a folder."),
)
printing = options(
    print_process,
    click.option(
        "--largest-r", type=Quantity("Ω"), metavar="R", help="Largest printed resistor, e.g. 2M."
    ),
)
schedule = click.option(
    "--schedule",
    type=click.Choice(["default", "paper"]),
    default="default",
    help="When designs are done: bounded, or as in the paper.",
)
network = options(
    click.option("--hidden", type=Hidden(), help="Neurons of hidden layers [3, or a project's]."),
    click.option(
        "--crossbar",
        type=click.Choice(["modified", "original"]),
        help="One negation circuit a row, or one a negative weight.",
    ),
    click.option(
        "--circuits",
        "sharing",
        type=click.Choice(["network", "layer"]),
        help="Who shares the component values of ptanh and negation.",
    ),
    schedule,
    click.option("--epochs", type=_EPOCHS, help="Bound on the epochs of a design."),
)
model = click.option(
    "--model",
    type=click.Choice(list(MODELS)),
    help="loaded: each circuit with the load that it drives, as in ngspice; ideal: the paper's. "
    "[loaded, where the technology states its transistor]",
)
data = options(
    click.argument("data"),
    click.option("--label", metavar="COLUMN", help="Label column of a CSV file."),
    click.option("--split-seed", type=SEEDS, default=0, help="Seed of the split [0]."),
    import_choices,
)

cluster = options(
    click.option(
        "--cluster",
        metavar="ADDRESS",
        help="Have workers of Dask do it: tcp://HOST:8786, tls://HOST:8786 or local[:N].",
    ),
    click.option(
        "--cluster-tls",
        type=(FILE, FILE, FILE),
        metavar="CA CERT KEY",
        help="Certificates and key for tls://, PEM [those of Dask's configuration].",
    ),
)


def answer(summary: dict[str, Any], as_json: bool, show: Callable[[], None]) -> None:
    """Print one JSON object, or words for people."""
    if as_json:
        # loads torch, which --help does not need
        from pnn_studio.app.analysis.summaries import json_text

        click.echo(json_text(summary))
    else:
        show()
