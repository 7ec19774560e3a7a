"""What a technology states, as rows of constants and tables of compiled training."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.technology import Technology
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arrays import Ints

Numbers = NDArray[Any]

LANES = 8


def round_up(count: int, to: int) -> int:
    """Return the least multiple of `to` that is not below `count`."""
    return -(-count // to) * to


def technology_row(technology: Technology) -> Numbers:
    """Return the row `TECHNOLOGY`."""
    values = np.zeros((1, LANES))
    values[0, [a.THETA_MIN, a.THETA_MAX]] = technology.theta_min, technology.theta_max
    values[0, [a.G_MIN, a.BIAS]] = technology.g_min, technology.bias
    values[0, a.REACH] = technology.margin + technology.measurable
    values[0, a.MARGIN] = technology.margin
    return values


def limits_of(technology: Technology) -> Numbers:
    """Ranges of the components; places that no component has hold the constant 1."""
    limits = np.zeros((len(technology.circuits), 4, LANES))
    limits[:, a.LOW] = 1.0
    for circuit, cell in enumerate(technology.circuits):
        for place, component in enumerate(cell.components):
            limits[circuit, a.LOW, place] = component.low
            limits[circuit, a.SPAN, place] = component.high - component.low
            if component.log:
                limits[circuit, a.LOG_RATIO, place] = np.log(component.high / component.low)
                limits[circuit, a.IS_LOG, place] = 1.0
    return limits.reshape(-1, LANES)


def rules_of(technology: Technology) -> list[list[int]]:
    """Return the constraints on components as rows of `ints`: circuit, then the four places."""
    rules: list[list[int]] = []
    for circuit, cell in enumerate(technology.circuits):
        places = {component.name: place for place, component in enumerate(cell.components)}
        for constraint in cell.constraints:
            sides = [
                -1 if side is None else places[side]
                for side in (*constraint.greater, *constraint.less)
            ]
            rules.append([circuit, *sides, 0, 0, 0])
    return rules


def table_of(rows: list[list[int]]) -> Ints:
    """Return rows of `ints` as an array."""
    return np.array(rows, np.int64).reshape(-1, a.INT_FIELDS)
