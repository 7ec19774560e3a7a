"""Options that several commands share, and how every command answers."""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pnn_studio.app.cli.import_choices import import_choices
from pnn_studio.domain.circuit_model import MODELS
from pnn_studio.domain.units import format_si, parse_si, read_count
from pnn_studio.errors import UsageError

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


class Quantity(click.ParamType[float]):
    """A quantity with an SI prefix and unit, such as ``5mW``."""

    def __init__(self, unit: str) -> None:
        self.name = unit
        self._unit = unit

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read text as the command line gives it."""
        if isinstance(value, float):
            return value
        try:
            found = parse_si(str(value), self._unit)
        except UsageError as error:
            self.fail(str(error), param, ctx)
        if self._unit == "W" and found >= 1 and "w" not in str(value).lower():
            self.fail(
                f"{value!r:.40} asks for {format_si(found, 'W')}: write {found:g}W if you mean "
                f"that, or {found:g}mW.",
                param,
                ctx,
            )
        return found


class Number(click.ParamType[float]):
    """A number with comma or point, of which there is a least."""

    name = "NUMBER"

    def __init__(self, low: float = -math.inf) -> None:
        self._low = low

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read text as the command line gives it."""
        try:
            found = parse_si(str(value), "")
        except UsageError as error:
            self.fail(str(error), param, ctx)
        if found < self._low:
            self.fail(f"{value!r} is less than {self._low:g}.", param, ctx)
        return found


class Count(click.ParamType[int]):
    """A whole number, within bounds."""

    name = "N"

    def __init__(self, low: int, high: int = 2**31 - 1) -> None:
        self._low, self._high = low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read text as the command line gives it."""
        try:
            found = read_count(str(value))
        except UsageError as error:
            self.fail(str(error), param, ctx)
        if not self._low <= found <= self._high:
            self.fail(f"{value!r} is not in {self._low}..{self._high}.", param, ctx)
        return found


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


def answer(summary: dict[str, Any], as_json: bool, show: Callable[[], None]) -> None:
    """Print one JSON object, or words for people."""
    if as_json:
        # loads torch, which --help does not need
        from pnn_studio.app.analysis.summaries import json_text

        click.echo(json_text(summary))
    else:
        show()
