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
from pnn_studio.errors import DatasetError

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
    "header": ("It names the columns", "Take this line for the names of the columns"),
    "no header": ("It is a sample", "Take this line for a sample: no line names the columns"),
    "no comments": ("No comments", "Read lines that begin with this sign, too"),
}
_MOST_DIGITS = 8
_OPTIONS = re.compile(r" \(--[a-z][^()]*\)")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"\s*({_NUMBER})\s*(?:\.\.|…|\bto\b)\s*({_NUMBER})\s*")
_RATIO = re.compile(rf"\s*({_NUMBER})\s*/\s*({_NUMBER})\s*/\s*({_NUMBER})\s*")


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
    >>> parse_range("0..5")
    (0.0, 5.0)
    """
    match = _RANGE.fullmatch(text)
    if match is None:
        raise DatasetError(f"{text!r:.40} is not of the form 0..5.")
    return float(match[1]), float(match[2])


def parse_ratio(text: str) -> tuple[float, float, float]:
    """Read the shares of a split.

    Examples
    --------
    >>> parse_ratio("60/20/20")
    (60.0, 20.0, 20.0)
    """
    match = _RATIO.fullmatch(text)
    if match is None:
        raise DatasetError(f"{text!r:.40} is not of the form 60/20/20.")
    return float(match[1]), float(match[2]), float(match[3])


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
