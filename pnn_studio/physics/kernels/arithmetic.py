"""How functions are compiled, and the arithmetic that a compiler has no fast form of."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., object])

# Sums may be reordered, or nothing is vectorised, but numbers that are not finite stay what they
# are: a design that diverged is told by them.
_FAST = {"reassoc", "nsz", "arcp", "contract", "afn"}


def compiled(function: Function) -> Function:
    """Have a function compiled with its first compiled caller; Python cannot call it.

    Divisions follow numpy: without that each is a branch, and a loop with one is not vectorised.
    Nothing is allocated, so nothing is counted by reference.
    """
    return _jit(no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def entry(function: Function) -> Function:
    """Have a function compiled that Python calls; it lets go of the interpreter's lock."""
    return _jit(nogil=True, no_cfunc_wrapper=True)(function)


def exact(function: Function) -> Function:
    """Have a function compiled as `compiled` does, with sums in the order in which they stand."""
    return _jit(fastmath=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def exact_entry(function: Function) -> Function:
    """Have a function compiled as `entry` does, with sums in the order in which they stand."""
    return _jit(fastmath=False, nogil=True, no_cfunc_wrapper=True)(function)


def _jit(**options: Any) -> Callable[[Function], Function]:
    settings = {"fastmath": _FAST, "error_model": "numpy", "_nrt": False, **options}
    decorator: Callable[[Function], Function] = numba.njit(**settings)
    return decorator


# beyond it tanh is 1 in single precision
_END = np.float32(7.90531110763549805)
# odd numerator and even denominator of the rational approximation of Eigen (MPL 2), an error of a
# few units in the last place
_P13 = np.float32(-2.76076847742355e-16)
_P11 = np.float32(2.00018790482477e-13)
_P9 = np.float32(-8.60467152213735e-11)
_P7 = np.float32(5.12229709037114e-08)
_P5 = np.float32(1.48572235717979e-05)
_P3 = np.float32(6.37261928875436e-04)
_P1 = np.float32(4.89352455891786e-03)
_Q6 = np.float32(1.19825839466702e-06)
_Q4 = np.float32(1.18534705686654e-04)
_Q2 = np.float32(2.26843463243900e-03)
_Q0 = np.float32(4.89352518554385e-03)


@compiled
def tanh(x: np.float32) -> np.float32:
    """Return tanh in single precision; without branches, so loops over it are vectorised."""
    x = x if x < _END else _END
    x = x if x > -_END else -_END
    q = x * x
    above = ((((((_P13 * q + _P11) * q + _P9) * q + _P7) * q + _P5) * q + _P3) * q + _P1) * x
    below = ((_Q6 * q + _Q4) * q + _Q2) * q + _Q0
    return above / below


@compiled
def sigmoid(x: np.float32) -> np.float32:
    """Return ``1 / (1 + exp(-x))`` in single precision."""
    half = np.float32(0.5)
    return half + half * tanh(half * x)
