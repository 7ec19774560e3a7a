"""Least-squares fit of ``eta1 + eta2 tanh((v - eta3) eta4)`` to many curves at once."""

import numpy as np
from numpy.typing import NDArray

_ITERATIONS = 200
_START_SLOPES = (1.0, 0.4, 2.5)  # multiples of the slope that the curve's steepest point suggests
_DAMPING_RANGE = (1e-12, 1e12)
_LEAST_GAIN = 1e-14  # relative fall of the squared error, and step, that end the search
_LEAST_STEP = 1e-8
_FLAT = 1e-9  # volt; below this a curve has no swing to start from


def fit_tanh(v: NDArray[np.float64], curves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit the tanh form by Levenberg-Marquardt, batched over curves, from several starts.

    Parameters
    ----------
    v : array, shape (points,)
        Abscissa in volt, rising.
    curves : array, shape (curves, points)
        Ordinates in volt; rising ones are expected.

    Returns
    -------
    array, shape (curves, 4)
        eta1 (V), eta2 (V), eta3 (V), eta4 (1/V), the best of the starts; eta2 and eta4 > 0.

    Notes
    -----
    eta2 and eta4 are searched as logarithms, which keeps them positive and settles the symmetry of
    the form (Levenberg-Marquardt as in Nocedal and Wright, "Numerical Optimization", section 10.3).
    """
    fits = [_levenberg_marquardt(v, curves, _start(v, curves, slope)) for slope in _START_SLOPES]
    errors = np.stack([error for _, error in fits])
    parameters = np.stack([found for found, _ in fits])
    best = parameters[errors.argmin(axis=0), np.arange(len(curves))]
    best[:, [1, 3]] = np.exp(best[:, [1, 3]])
    return np.asarray(best)


def _start(
    v: NDArray[np.float64], curves: NDArray[np.float64], slope_factor: float
) -> NDArray[np.float64]:
    low, high = curves.min(axis=1), curves.max(axis=1)
    middle, swing = (low + high) / 2, np.maximum((high - low) / 2, _FLAT)
    centre = v[np.abs(curves - middle[:, None]).argmin(axis=1)]
    slope = np.maximum(np.gradient(curves, v, axis=1).max(axis=1), _FLAT)
    return np.stack([middle, np.log(swing), centre, np.log(slope_factor * slope / swing)], axis=1)


def _residuals(
    v: NDArray[np.float64], curves: NDArray[np.float64], p: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Residuals (curves, points) and the tanh in them."""
    swing, steepness = np.exp(p[:, 1, None]), np.exp(p[:, 3, None])
    shape = np.tanh((v - p[:, 2, None]) * steepness)
    return p[:, 0, None] + swing * shape - curves, shape


def _levenberg_marquardt(
    v: NDArray[np.float64], curves: NDArray[np.float64], start: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    p = start.copy()
    damping = np.full(len(curves), 1e-2)
    residual, shape = _residuals(v, curves, p)
    error = np.sum(residual**2, axis=1)
    running = np.arange(len(curves))
    for _ in range(_ITERATIONS):
        q = p[running]
        swing, steepness = np.exp(q[:, 1, None]), np.exp(q[:, 3, None])
        bend = swing * (1 - shape[running] ** 2) * steepness
        jacobian = np.stack(
            [np.ones_like(bend), swing * shape[running], -bend, bend * (v - q[:, 2, None])], axis=2
        )
        normal = np.einsum("cpi,cpj->cij", jacobian, jacobian)
        gradient = np.einsum("cpi,cp->ci", jacobian, residual[running])
        # Marquardt's scaling; the small constant keeps a direction without effect solvable
        scale = np.einsum("cii->ci", normal) + 1e-12
        normal[:, range(4), range(4)] += damping[running, None] * scale
        step = -np.linalg.solve(normal, gradient[:, :, None])[:, :, 0]
        step[:, [1, 3]] = np.clip(step[:, [1, 3]], -1.0, 1.0)
        new_residual, new_shape = _residuals(v, curves[running], q + step)
        new_error = np.sum(new_residual**2, axis=1)
        better = new_error <= error[running]
        taken = running[better]
        settled = (
            better
            & (error[running] - new_error <= _LEAST_GAIN * error[running])
            & (np.abs(step).max(axis=1) < _LEAST_STEP)
        )
        p[taken] += step[better]
        residual[taken], shape[taken], error[taken] = (
            new_residual[better],
            new_shape[better],
            new_error[better],
        )
        damping[running] = np.clip(damping[running] * np.where(better, 0.2, 5.0), *_DAMPING_RANGE)
        running = running[~(settled | (~better & (damping[running] >= _DAMPING_RANGE[1])))]
        if running.size == 0:
            break
    return p, error
