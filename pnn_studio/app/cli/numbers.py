"""Numbers in options, read as the fields of the window read them."""

import math
from typing import Any

import click

from pnn_studio.domain.units import format_si, parse_si, read_count
from pnn_studio.errors import UsageError


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
