"""Which copies of a nonlinear circuit are simulated: Sobol samples under the constraints."""

import math

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.technology import Circuit, Component
from pnn_studio.errors import TechnologyError

# Standard deviation of ln(value / default) around the default circuit.
NEAR_SPREAD = 0.2
_MOST_DRAWS_LOG2 = 20


def sample_components(
    circuit: Circuit, count: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Draw component values inside their ranges and constraints.

    A ptanh circuit is drawn over all of its ranges. Only 1 % of the negation circuits drawn so come
    near ``-v_in``, so every other one is drawn around the default, log-normally; see
    `CellKind.half_near_default`.

    Parameters
    ----------
    circuit : Circuit
        Ranges, scales, constraints and defaults.
    count : int
        Number of circuits.
    seed : int
        Seed of the scrambled Sobol sequence; the same one gives the same circuits.

    Returns
    -------
    omega : array, shape (count, components)
        Ohm and metre, columns in the order of ``circuit.components``.
    near_default : bool array, shape (count,)
        Which ones were drawn around the default.

    Raises
    ------
    TechnologyError
        Where the constraints leave almost nothing of the ranges.
    """
    near_count = count // 2 if circuit.kind.half_near_default else 0
    wide = _accepted(circuit, count - near_count, seed, near=False)
    near_default = np.zeros(count, dtype=bool)
    if near_count == 0:
        return wide, near_default
    # both kinds alternate, so that any stretch of the table holds both
    near_default[1::2] = True
    omega = np.empty((count, len(circuit.components)))
    omega[~near_default] = wide
    omega[near_default] = _accepted(circuit, near_count, seed + 1, near=True)
    return omega, near_default


def _accepted(circuit: Circuit, count: int, seed: int, *, near: bool) -> NDArray[np.float64]:
    """Draw points and reject what breaks a range or constraint."""
    # takes seconds to load, and a training that imports this module draws nothing
    from scipy.stats import qmc  # type: ignore[import-untyped]

    place = _near if near else _wide
    for exponent in range(math.ceil(math.log2(count + 1)) + 1, _MOST_DRAWS_LOG2 + 1):
        sobol = qmc.Sobol(len(circuit.components), rng=np.random.default_rng(seed))
        # these points are balanced in powers of two only
        unit = sobol.random_base2(exponent)
        omega = np.stack(
            [place(each, unit[:, index]) for index, each in enumerate(circuit.components)], axis=1
        )
        values = {each.name: omega[:, index] for index, each in enumerate(circuit.components)}
        keep = np.ones(len(omega), dtype=bool)
        for each in circuit.components:
            keep &= (values[each.name] >= each.low) & (values[each.name] <= each.high)
        for constraint in circuit.constraints:
            keep &= constraint.holds(values)
        if int(keep.sum()) >= count:
            return np.asarray(omega[keep][:count])
    raise TechnologyError(
        f"The constraints of the {circuit.name} circuit leave almost nothing of its ranges; "
        f"relax one of {', '.join(map(str, circuit.constraints))}."
    )


def _wide(component: Component, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    if component.log:
        return np.asarray(component.low * (component.high / component.low) ** unit)
    return np.asarray(component.low + (component.high - component.low) * unit)


def _near(component: Component, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    # takes seconds to load, see _accepted
    from scipy.special import ndtri  # type: ignore[import-untyped]

    # 0 and 1 would lie infinitely far away
    inside = np.clip(unit, 1e-9, 1 - 1e-9)
    return np.asarray(component.default * np.exp(NEAR_SPREAD * ndtri(inside)))
