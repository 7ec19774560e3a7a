"""How functions are compiled, and the arithmetic that a compiler has no fast form of."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

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


def inlined(function: Function) -> Function:
    """Have a function compiled into each of its callers, so that their loops are vectorised."""
    return _jit(forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def spliced(function: Function) -> Function:
    """Have a function written into its caller before that is compiled.

    For what is called at one place: whatever is called is optimised again with each caller above
    it, so compiling takes the longer the deeper calls are nested.
    """
    return _jit(inline="always", no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


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


@intrinsic
def _times_power_of_two(_context: Any, x: Any, k: Any) -> Any:
    """``x 2^k`` for a whole k in single precision: its exponent is put together from bits."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        whole = ir.IntType(32)
        value, power = arguments
        biased = builder.add(builder.fptosi(power, whole), ir.Constant(whole, 127))
        bits = builder.shl(biased, ir.Constant(whole, 23))
        return builder.fmul(value, builder.bitcast(bits, ir.FloatType()))

    return types.float32(types.float32, types.float32), generate


_ONE = np.float32(1.0)
_HALF = np.float32(0.5)
_LEAST_POWER = np.float32(-87.0)
_PER_LN2 = np.float32(1.4426950408889634)
# ln 2 in two parts, the first of few digits, so that its multiples are exact
_LN2_HIGH, _LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440054690583e-4)
# Chebyshev fits, in powers: e^x on -ln2/2 .. ln2/2, and ln(1 + x)/x on 0..1; both err by 1.5e-7
_E2, _E3, _E4 = np.float32(0.5), np.float32(0.16666415333747864), np.float32(0.041666217148303986)
_E5, _E6 = np.float32(0.008375128731131554), np.float32(0.001394858118146658)
_L1, _L2 = np.float32(-0.49999502301216125), np.float32(0.33319270610809326)
_L3, _L4 = np.float32(-0.24844369292259216), np.float32(0.19111430644989014)
_L5, _L6 = np.float32(-0.13674770295619965), np.float32(0.07836166769266129)
_L7, _L8 = np.float32(-0.02958850748836994), np.float32(0.005253457929939032)


@inlined
def exp(x: np.float32) -> np.float32:
    """Return ``e^x`` for x below 80 in single precision, without branches."""
    x = _LEAST_POWER if x < _LEAST_POWER else x
    k = np.floor(x * _PER_LN2 + _HALF)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    series = ((((_E6 * r + _E5) * r + _E4) * r + _E3) * r + _E2) * r + _ONE
    found: np.float32 = _times_power_of_two(series * r + _ONE, k)  # type: ignore[call-arg]
    return found


@inlined
def soft(x: np.float32) -> tuple[np.float32, np.float32]:
    """Return ``ln(1 + e^x)`` and its derivative in single precision, without branches."""
    e = exp(-abs(x))
    series = ((((((_L8 * e + _L7) * e + _L6) * e + _L5) * e + _L4) * e + _L3) * e + _L2) * e
    share = _ONE / (_ONE + e)
    above = x > np.float32(0.0)
    rest = ((series + _L1) * e + _ONE) * e
    return rest + (x if above else np.float32(0.0)), share if above else e * share
