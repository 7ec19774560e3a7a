"""Comparing frozen values that hold arrays."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import numpy as np


def same(one, two):
    """Whether two values hold the same: type, dtype and every number, nan equal to nan."""
    if isinstance(one, np.ndarray):
        return (
            isinstance(two, np.ndarray)
            and one.dtype == two.dtype
            and np.array_equal(one, two, equal_nan=one.dtype.kind == "f")
        )
    if isinstance(one, tuple):
        return isinstance(two, tuple) and len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, Mapping):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    if is_dataclass(one):
        names = [field.name for field in fields(one)]
        return type(one) is type(two) and all(
            same(getattr(one, name), getattr(two, name)) for name in names
        )
    return one == two or (one != one and two != two)  # noqa: PLR0124 - nan is not itself
