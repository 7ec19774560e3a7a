"""Edits of the choices of an import, as the window and the command line make them."""

import re
from dataclasses import replace

from pnn_studio.domain.importing import CODINGS, Category, ImportOptions, Limits
from pnn_studio.errors import DatasetError

LEFT_OUT, DETECTED = "left out", ""
USES = (DETECTED, *CODINGS, LEFT_OUT)

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"\s*({_NUMBER})\s*(?:\.\.|…|\bto\b)\s*({_NUMBER})\s*")
_RATIO = re.compile(rf"\s*({_NUMBER})\s*/\s*({_NUMBER})\s*/\s*({_NUMBER})\s*")


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
