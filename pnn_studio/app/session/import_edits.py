"""Edits of the choices of an import, as the window and the command line make them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pnn_studio.domain.importing import (
    CODINGS,
    NO_COMMENT,
    Category,
    Help,
    ImportOptions,
    Limits,
    Problem,
)
from pnn_studio.domain.units import read_number
from pnn_studio.errors import DatasetError, UsageError

LEFT_OUT, DETECTED = "left out", ""
USES = (DETECTED, *CODINGS, LEFT_OUT)

# words of a button, and what it does
HELPS: Mapping[Help, tuple[str, str]] = {
    "leave out": ("Leave column out", "Do not read this column"),
    "one-hot": ("Code one-hot", "Make an input of each of its texts"),
    "drop missing": ("Drop rows", "Leave out every row that lacks a value"),
    "median": ("Fill in median", "Take the median of the training values where one is missing"),
    "drop unreadable": ("Drop rows", "Leave out every row with something that cannot be read"),
    "decimal": ("Other decimal sign", "Read numbers with the other sign before the fraction"),
    "detect": ("Detect how it is written", "Forget what was chosen under Reading"),
    "random": ("Split at random", "Split without regard to classes"),
    "header": ("Take as header", "Take this line for the names of the columns"),
    "no header": ("No header", "No line names the columns"),
    "no comments": ("No comments", "Read lines that begin with this sign, too"),
    "leave class out": ("Leave class out", "Leave out every row of these classes"),
    "stratify": ("Split by class", "Give every part its share of every class"),
}
_MOST_DIGITS = 8
_OPTIONS = re.compile(r" \(--[a-z][^()]*\)")
_BETWEEN = re.compile(r"\.\.|…|\bto\b")


def told(problem: Problem) -> str:
    """Say what a problem is, without the options that help on the command line."""
    return _OPTIONS.sub("", str(problem))


def helps_for(problem: Problem, options: ImportOptions) -> tuple[Help, ...]:
    """Return what can be done about a problem with one click, where it changes anything."""
    helps = (*problem.helps, *(() if problem.line else ("detect",)))
    return tuple(
        each for each in dict.fromkeys(helps) if with_help(options, problem, each) != options
    )


def with_help(
    options: ImportOptions, problem: Problem, chosen: Help, decimal: str = "."
) -> ImportOptions:
    """Return the options with something done about a problem.

    Parameters
    ----------
    options : ImportOptions
        What is chosen.
    problem : Problem
        What it is about.
    chosen : str
        What to do, one of `HELPS`.
    decimal : str
        The sign that was detected in numbers.
    """
    if chosen in ("leave out", "one-hot"):
        return with_use(options, problem.column, LEFT_OUT if chosen == "leave out" else chosen)
    left_out = tuple(dict.fromkeys((*options.left_out_classes, *problem.classes)))
    changes: Mapping[str, Mapping[str, Any]] = {
        "drop missing": {"missing": "drop"},
        "median": {"missing": "median"},
        "drop unreadable": {"unreadable": "drop"},
        "decimal": {
            "decimal": "." if (options.decimal or decimal) == "," else ",",
            "thousands": "",
        },
        "detect": dict.fromkeys(("encoding", "delimiter", "decimal", "thousands", "comment"), "")
        | {"header": None, "skip_lines": None},
        "random": {"stratified": False},
        "header": {"header": True},
        "no header": {"header": False},
        "no comments": {"comment": NO_COMMENT},
        "stratify": {"stratified": True, "left_out_classes": left_out},
        "leave class out": {"left_out_classes": left_out},
    }
    return replace(options, **changes[chosen])


def use_of(options: ImportOptions, column: str) -> str:
    """Return what is chosen for a column, one of `USES`."""
    if column in options.left_out:
        return LEFT_OUT
    return next((each.coding for each in options.categories if each.column == column), DETECTED)


def with_use(options: ImportOptions, column: str, use: str) -> ImportOptions:
    """Return the options with another use of a column, one of `USES`."""
    left_out = tuple(name for name in options.left_out if name != column)
    kept = tuple(each for each in options.categories if each.column != column)
    if use == LEFT_OUT:
        left_out = (*left_out, column)
    for coding in CODINGS:
        if use == coding:
            kept = (*kept, Category(column, coding))
    return replace(options, left_out=left_out, categories=kept)


def with_class(options: ImportOptions, name: str) -> ImportOptions:
    """Return the options with a class left out, or used again where it was."""
    left_out = tuple(each for each in options.left_out_classes if each != name)
    if left_out == options.left_out_classes:
        left_out = (*left_out, name)
    return replace(options, left_out_classes=left_out)


def limits_of(options: ImportOptions, column: str) -> str:
    """Write the limits of a column as they are typed; empty where there are none."""
    found = next((each for each in options.limits if each.column == column), None)
    return "" if found is None else f"{found.low:g}..{found.high:g}"


def with_limits(options: ImportOptions, column: str, text: str) -> ImportOptions:
    """Return the options with limits as they were typed for a column; empty takes them away.

    Raises
    ------
    DatasetError
        Where the text is no pair of numbers.
    """
    limits = tuple(each for each in options.limits if each.column != column)
    if text.strip():
        limits = (*limits, Limits(column, *parse_range(text)))
    return replace(options, limits=limits)


def parse_range(text: str) -> tuple[float, float]:
    """Read two numbers.

    Examples
    --------
    >>> parse_range("0..5"), parse_range("0,5 to 1.5")
    ((0.0, 5.0), (0.5, 1.5))
    """
    try:
        low, high = map(read_number, _BETWEEN.split(text, maxsplit=1))
    except ValueError:
        raise DatasetError(f"{text!r:.40} is not of the form 0..5.") from None
    except UsageError as error:
        raise DatasetError(f"{text!r:.40} is not of the form 0..5: {error}") from None
    return low, high


def parse_ratio(text: str) -> tuple[float, float, float]:
    """Read the shares of a split.

    Examples
    --------
    >>> parse_ratio("60/20/20")
    (60.0, 20.0, 20.0)
    """
    try:
        train, valid, test = map(read_number, text.split("/"))
    except ValueError:
        raise DatasetError(f"{text!r:.40} is not of the form 60/20/20.") from None
    except UsageError as error:
        raise DatasetError(f"{text!r:.40} is not of the form 60/20/20: {error}") from None
    return train, valid, test


def parse_count(text: str) -> int | None:
    """Read a number of lines; None where nothing is typed.

    Examples
    --------
    >>> parse_count(" 4"), parse_count("")
    (4, None)
    """
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < _MOST_DIGITS):
        raise DatasetError(f"{text!r:.40} is no number of lines: 4.")
    return int(text)
