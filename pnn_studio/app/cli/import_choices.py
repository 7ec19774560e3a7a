"""Options that choose how a file is imported, gathered into one value."""

import functools
import re
from collections.abc import Callable
from typing import Any

import click

from pnn_studio.app.cli.numbers import Count
from pnn_studio.app.session.import_edits import parse_range, parse_ratio
from pnn_studio.domain.importing import (
    CODINGS,
    COMMENTS,
    DECIMALS,
    ENCODINGS,
    MISSING,
    SCALINGS,
    UNREADABLE,
    Category,
    ImportOptions,
    Limits,
)
from pnn_studio.errors import DatasetError

_NAMED = {"tab": "\t", "space": " ", "comma": ",", "semicolon": ";", "\\t": "\t"}
_CATEGORY = re.compile(rf"(.*)=({'|'.join(CODINGS)})(?::(.*))?", re.DOTALL)


class _Sign(click.ParamType[str]):
    """A delimiter or a sign in numbers: itself, or a name for what a shell would swallow."""

    name = "SIGN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read text as the command line gives it."""
        return _NAMED.get(str(value).lower(), str(value))


class _Category(click.ParamType[Category]):
    """``COLUMN=one-hot`` or ``COLUMN=ordinal:S,M,L``."""

    name = "COLUMN=CODING"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Category:
        """Read text as the command line gives it."""
        match = _CATEGORY.fullmatch(str(value))
        if match is None:
            self.fail(f"{value!r:.60} is not of the form COLUMN={' or COLUMN='.join(CODINGS)}.")
        column, coding, order = match.groups()
        names = tuple(each.strip() for each in order.split(",")) if order else ()
        try:
            return Category(column, coding, names)  # type: ignore[arg-type]  # it matched
        except DatasetError as error:
            self.fail(str(error))


class _Limits(click.ParamType[Limits]):
    """``LOW..HIGH`` for all columns or ``COLUMN=LOW..HIGH`` for one."""

    name = "[COLUMN=]LOW..HIGH"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Limits:
        """Read text as the command line gives it."""
        column, _, limits = str(value).rpartition("=")
        try:
            return Limits(column, *parse_range(limits))
        except DatasetError as error:
            self.fail(f"{value!r:.60}: {error}")


class _Ratio(click.ParamType[tuple[float, float, float]]):
    """``60/20/20``."""

    name = "TRAIN/VALID/TEST"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float, float]:
        """Read text as the command line gives it."""
        if isinstance(value, tuple):
            return value
        try:
            return parse_ratio(str(value))
        except DatasetError as error:
            self.fail(str(error))


_READING = (
    click.option(
        "--encoding",
        type=click.Choice(ENCODINGS),
        metavar="NAME",
        help="Of the file, for example utf-8 or cp1252 [detected].",
    ),
    click.option(
        "--delimiter", type=_Sign(), default="", help="Between cells: , ; | tab space [detected]."
    ),
    click.option("--decimal", type=click.Choice(DECIMALS), help="Before the fraction [detected]."),
    click.option(
        "--thousands", type=_Sign(), default="", help="Between thousands: , . ' space [detected]."
    ),
    click.option(
        "--header/--no-header", default=None, help="Whether line 1 names the columns [detected]."
    ),
    click.option(
        "--skip-lines",
        type=Count(0),
        metavar="N",
        help="Lines before the table [detected].",
    ),
    click.option(
        "--comment",
        type=click.Choice(COMMENTS),
        metavar="SIGN",
        help="Lines that begin so are no rows: # % // ; ! or none [detected].",
    ),
    click.option(
        "--sheet", default="", metavar="NAME", help="Of a workbook, or its number [the first]."
    ),
)
_CHOOSING = (
    click.option("--leave-out", "left_out", metavar="COLUMN", multiple=True, help="No input."),
    click.option(
        "--leave-out-class",
        "left_out_classes",
        metavar="CLASS",
        multiple=True,
        help="Its rows are not used.",
    ),
    click.option(
        "--category",
        "categories",
        type=_Category(),
        multiple=True,
        help="Code texts one-hot or ordinal; in order with ordinal:S,M,L.",
    ),
    click.option(
        "--missing",
        type=click.Choice(MISSING),
        default="refuse",
        help="Rows without a value: refuse them, drop them, or take the median.",
    ),
    click.option(
        "--unreadable",
        type=click.Choice(UNREADABLE),
        default="refuse",
        help="Rows with a cell that cannot be read, or too many or few: refuse or drop them.",
    ),
    click.option(
        "--scaling",
        type=click.Choice(SCALINGS),
        default="fit",
        help="To the span of the training split: columns that need it, or all of them.",
    ),
    click.option(
        "--limits", type=_Limits(), multiple=True, help="Values that become the ends of the range."
    ),
    click.option("--split-column", default="", metavar="COLUMN", help="With train, valid, test."),
    click.option(
        "--ratio", type=_Ratio(), default=(60.0, 20.0, 20.0), help="Of the split [60/20/20]."
    ),
    click.option(
        "--stratified/--no-stratified", default=True, help="Every class in every part [yes]."
    ),
)


def _gathered(
    decorators: tuple[Callable[[Any], Any], ...], names: tuple[str, ...]
) -> Callable[[Any], Any]:
    """Return a decorator that adds options and hands them over as one argument, ``choices``."""

    def decorate(function: Any) -> Any:
        @functools.wraps(function)
        def command(*arguments: Any, **values: Any) -> Any:
            chosen = {name: values.pop(name) for name in names}
            given = {name: each for name, each in chosen.items() if each is not None}
            return function(*arguments, choices=ImportOptions(**given), **values)

        made: Any = command
        for decorator in reversed(decorators):
            made = decorator(made)
        return made

    return decorate


_READING_NAMES = (
    *("encoding", "delimiter", "decimal", "thousands", "header", "skip_lines", "comment", "sheet"),
)
_CHOOSING_NAMES = (
    *("left_out", "left_out_classes", "categories", "missing", "unreadable", "scaling"),
    *("limits", "split_column", "ratio", "stratified"),
)

reading_choices = _gathered(_READING, _READING_NAMES)
import_choices = _gathered((*_READING, *_CHOOSING), (*_READING_NAMES, *_CHOOSING_NAMES))
