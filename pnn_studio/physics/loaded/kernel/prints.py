"""Prints of one design that training learns from: what is drawn, and what that makes of circuits.

Conductances are lognormal, as `domain.board` has them. Every circuit of a print has a voltage curve
of its own: that of the drawn circuit, and what its deviations change of it in the first order. That
serves training, never evaluation. Left out are rails, the noise of inputs and what the resistance
of an output deviates by; negations that entries have of their own deviate by rows.

A normal is a hash of seed, epoch, pair of prints and place, so it depends on nothing else. The
second print of a pair has all of the first with the other sign.
"""

import math

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, exp, inlined
from pnn_studio.physics.kernels.arrays import Number
from pnn_studio.physics.kernels.components import cell_row
from pnn_studio.physics.kernels.printed import layer_row
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.cells import curve_row, extra_row
from pnn_studio.physics.loaded.kernel.circuits import (
    activation_of,
    negation_number,
    negation_of_row,
)
from pnn_studio.physics.loaded.kernel.stage import current, stage_of

# in place of seed and epoch: the prints by which states are judged are the same for all designs
JUDGED = 1 << 40
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@compiled
def prints_of(work: LoadedWork, split: int) -> Number:
    """Return how many prints the samples of a split go through: 1 where that is what is drawn."""
    return work.ints[a.NETS, k.PRINTS + split] if is_varied(work) else 1


@compiled
def is_varied(work: LoadedWork) -> Number:
    """Whether prints are in use, in place of the design as drawn."""
    return work.ints[a.NETS, k.OWN_CURVES] > 0


@compiled
def use_prints(work: LoadedWork, varied: bool) -> None:
    """Have what follows go through prints, or through the design as drawn."""
    ints, own = work.ints, work.ints[a.NETS, k.PRINT_CURVES] if varied else 0
    if ints[a.NETS, k.OWN_CURVES] == own:
        return
    ints[a.NETS, k.OWN_CURVES] = own
    for c in range(ints[a.SIZES, a.COLUMNS]):
        for m in range(work.prints.shape[1]):
            work.prints[c, m] = _ONE


@compiled
def print_row(work: LoadedWork, kind: int) -> Number:
    """Return the first row of `prints` of a kind."""
    return kind * work.ints[a.SIZES, a.COLUMNS]


# --- draws ---------------------------------------------------------------------------------------

# SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S1, _S2, _S3 = np.uint64(30), np.uint64(27), np.uint64(31)
_TO_23_BITS = np.uint64(41)


@inlined
def _mixed(key: Number, number: int) -> Number:
    """Return 64 bits of a stream."""
    bits = key + _GOLDEN * np.uint64(number + 1)
    bits = (bits ^ (bits >> _S1)) * _M1
    bits = (bits ^ (bits >> _S2)) * _M2
    return bits ^ (bits >> _S3)


_HALF, _SCALE = np.float32(0.5), np.float32(2.0**-22)
_TAIL, _MIDDLE, _FROM_TAIL = np.float32(5.0), np.float32(2.5), np.float32(3.0)
_C8, _C7, _C6 = np.float32(2.81022636e-08), np.float32(3.43273939e-07), np.float32(-3.5233877e-06)
_C5, _C4, _C3 = np.float32(-4.39150654e-06), np.float32(2.1858087e-04), np.float32(-1.25372503e-03)
_C2, _C1, _C0 = np.float32(-4.17768164e-03), np.float32(0.246640727), np.float32(1.50140941)
_T8, _T7, _T6 = np.float32(-2.00214257e-04), np.float32(1.00950558e-04), np.float32(1.34934322e-03)
_T5, _T4, _T3 = np.float32(-3.67342844e-03), np.float32(5.73950773e-03), np.float32(-7.6224613e-03)
_T2, _T1, _T0 = np.float32(9.43887047e-03), np.float32(1.00167406), np.float32(2.83297682)
_ROOT_2 = np.float32(math.sqrt(2.0))


@compiled
def _normal(key: Number, number: int) -> Number:
    """Return a standard normal of a stream.

    The inverse error function in single precision by Giles (GPU Computing Gems, 2011).
    """
    at = (np.float32(np.int64(_mixed(key, number) >> _TO_23_BITS)) + _HALF) * _SCALE - _ONE
    w = -np.float32(math.log((_ONE - at) * (_ONE + at)))
    if w < _TAIL:
        w -= _MIDDLE
        p = ((((_C8 * w + _C7) * w + _C6) * w + _C5) * w + _C4) * w + _C3
        p = ((p * w + _C2) * w + _C1) * w + _C0
    else:
        w = np.sqrt(w) - _FROM_TAIL
        p = ((((_T8 * w + _T7) * w + _T6) * w + _T5) * w + _T4) * w + _T3
        p = ((p * w + _T2) * w + _T1) * w + _T0
    return _ROOT_2 * p * at


@compiled
def draw_print(work: LoadedWork, seed: int, epoch: int, number: int) -> None:
    """Draw a print: factors of all conductances, and the curves of all circuits."""
    if number % 2 == 0:
        _draw_normals(work, _mixed(_mixed(_mixed(_GOLDEN, seed), epoch), number // 2))
    prints, sign = work.prints, _ONE if number % 2 == 0 else -_ONE
    entries, deviation = print_row(work, k.ENTRY_NORMALS), -sign * work.nets[k.SPREAD, k.OHMS]
    common = sign * work.nets[k.SPREAD, k.COMMON] * prints[prints.shape[0] - 1, 0]
    for c in range(work.ints[a.SIZES, a.COLUMNS]):
        for m in range(prints.shape[1]):
            prints[c, m] = exp(deviation * prints[entries + c, m])
    for layer in range(work.ints[a.SIZES, a.LAYERS]):
        _vary_activations(work, layer, sign, common)
        _vary_negations(work, layer, sign, common)


@compiled
def _draw_normals(work: LoadedWork, key: Number) -> None:
    """Draw a pair of prints; what does not deviate is not drawn."""
    ints, prints = work.ints, work.prints
    entries, activations = print_row(work, k.ENTRY_NORMALS), print_row(work, k.PTANH_NORMALS)
    negations, threshold = print_row(work, k.NEGATION_NORMALS), work.nets[k.SPREAD, k.THRESHOLD]
    of_activation = 4 if threshold > _ZERO else 2
    of_negation = 6 if threshold > _ZERO else 5
    for layer in range(ints[a.SIZES, a.LAYERS]):
        table = layer_row(layer)
        for n in range(ints[table, a.OUTPUTS]):
            c = ints[table, a.COLUMN] + n
            _draw_row(work, key, entries + c, ints[table, a.INPUTS] + 2)
            _draw_row(work, key, activations + c, of_activation)
        for m in range(ints[table, a.INPUTS] + 1):
            _draw_row(work, key, negations + negation_number(work, layer, m), of_negation)
    _draw_row(work, key, prints.shape[0] - 1, 1)


@compiled
def _draw_row(work: LoadedWork, key: Number, row: int, count: int) -> None:
    for j in range(count):
        work.prints[row, j] = _normal(key, row * work.prints.shape[1] + j)


@compiled
def _vary_activations(work: LoadedWork, layer: int, sign: Number, common: Number) -> None:
    """Find the voltage curves of a layer's ptanh circuits."""
    ints, nets, curves, table = work.ints, work.nets, work.curves, layer_row(layer)
    group = ints[table, a.GROUP]
    drawn, senses = curve_row(group) + k.VOLTAGE, _sensed(work, group)
    both, threshold = sign * nets[k.SPREAD, k.BOTH], sign * nets[k.SPREAD, k.THRESHOLD]
    for n in range(ints[table, a.OUTPUTS]):
        c = ints[table, a.COLUMN] + n
        normals, own = print_row(work, k.PTANH_NORMALS) + c, activation_of(work, layer, n)
        by_kappa = both * work.prints[normals, 0] + common
        by_kappa_2 = both * work.prints[normals, 1] + common
        by_gate = threshold * work.prints[normals, 2]
        by_gate_2 = threshold * work.prints[normals, 3]
        for p in range(k.EDGES):
            curves[own, p] = (
                curves[drawn, p]
                + by_kappa * curves[senses + k.BY_KAPPA, p]
                + by_kappa_2 * curves[senses + k.BY_KAPPA_2, p]
                + by_gate * curves[senses + k.BY_GATE, p]
                + by_gate_2 * curves[senses + k.BY_GATE_2, p]
            )


@compiled
def _vary_negations(work: LoadedWork, layer: int, sign: Number, common: Number) -> None:
    """Find the voltage curves of the negations of a layer's rows and bias."""
    ints, nets, small, curves = work.ints, work.nets, work.small, work.curves
    inputs, groups = ints[layer_row(layer), a.INPUTS], ints[a.SIZES, a.GROUPS]
    group = ints[layer_row(layer), a.GROUP]
    cell = groups + group
    inverse, constants = cell_row(work, cell) + a.INVERSE, cell_row(work, cell) + a.CURVE
    vdd, vss = nets[k.DEVICE, k.NEGATION_VDD], nets[k.DEVICE, k.NEGATION_VSS]
    floor, rho = small[constants, k.FLOOR], small[constants, k.RHO]
    part = small[inverse, 0] / (small[inverse, 0] + small[inverse, 1])
    divided = small[constants, k.GATE_SHARE] * (_ONE - small[constants, k.GATE_SHARE])
    ohms, sizes = sign * nets[k.SPREAD, k.OHMS], sign * nets[k.SPREAD, k.SIZES]
    for m in range(inputs + 1):
        normals = print_row(work, k.NEGATION_NORMALS) + negation_number(work, layer, m)
        by_r1, by_r2 = ohms * work.prints[normals, 0], ohms * work.prints[normals, 1]
        by_r5 = ohms * work.prints[normals, 2]
        by_kappa = by_r5 + sizes * work.prints[normals, 3] + common
        by_floor = -part * (vdd - floor) * by_r1 - (_ONE - part) * (vss - floor) * by_r2
        by_rho = rho * (part * by_r1 + (_ONE - part) * by_r2 - by_r5)
        # R3 and R4 are independent, and their ratio divides
        by_share = divided * _ROOT_2 * ohms * work.prints[normals, 4]
        by_gate = sign * nets[k.SPREAD, k.THRESHOLD] * work.prints[normals, 5]
        own, drawn = negation_of_row(work, layer, m), curve_row(cell) + k.VOLTAGE
        senses, first, last = _sensed(work, group) + k.PTANH_SENSES, 0, k.EDGES
        if m == inputs:
            first, last = k.AT_BIAS, k.AT_BIAS + 1
        elif layer == 0:
            drawn, last = extra_row(work) + k.COEFFICIENTS, k.NODES
            senses = _sensed(work, groups)
        for p in range(first, last):
            curves[own, p] = (
                curves[drawn, p]
                + by_kappa * curves[senses + k.BY_KAPPA, p]
                + by_floor * curves[senses + k.BY_FLOOR, p]
                + by_rho * curves[senses + k.BY_RHO, p]
                + by_share * curves[senses + k.BY_SHARE, p]
                + by_gate * curves[senses + k.BY_GATE_N, p]
            )


# --- sensitivities -------------------------------------------------------------------------------


@compiled
def _sensed(work: LoadedWork, group: int) -> Number:
    """Return where the sensitivities of a group begin; of the one after the last, coefficients."""
    return work.ints[a.NETS, k.SENSED] + group * (k.PTANH_SENSES + k.NEGATION_SENSES)


@compiled
def sense_cells(work: LoadedWork) -> None:
    """Find how the voltage curves of all circuits depend on what their components come out as."""
    groups, known, curves = work.ints[a.SIZES, a.GROUPS], work.known, work.curves
    for group in range(groups):
        _sense_ptanh(work, group)
        _sense_negation(work, group)
    into, of = _sensed(work, groups), _sensed(work, 0) + k.PTANH_SENSES
    for kind in range(k.NEGATION_SENSES):
        for c in range(k.NODES):
            total = _ZERO
            for p in range(k.NODES):
                total += known[k.FROM_NODES + p, c] * curves[of + kind, k.EDGES + p]
            curves[into + kind, c] = total


@compiled
def _sense_ptanh(work: LoadedWork, group: int) -> None:
    small, curves, known = work.small, work.curves, work.known
    row, into = curve_row(group), _sensed(work, group)
    constants, vss = cell_row(work, group) + a.CURVE, work.nets[k.DEVICE, k.PTANH_VSS]
    kappa, kappa_2 = small[constants, k.KAPPA], small[constants, k.KAPPA_2]
    first = stage_of(work, k.PTANH_VDD, kappa, vss, _ZERO)
    second = stage_of(work, k.PTANH_VDD, kappa_2, vss, _ZERO)
    for p in range(k.EDGES):
        n = curves[row + k.INNER, p]
        h, h_d, h_s, r = current(first, n, known[k.VOLTS, p])
        inner_by_kappa, inner_by_gate = -kappa * h * r, kappa * (h_d + h_s) * r
        h, h_d, h_s, r = current(second, curves[row + k.VOLTAGE, p], n)
        by_inner = kappa_2 * (h_d + h_s) * r
        curves[into + k.BY_KAPPA, p] = by_inner * inner_by_kappa
        curves[into + k.BY_KAPPA_2, p] = -kappa_2 * h * r
        curves[into + k.BY_GATE, p] = by_inner * inner_by_gate
        curves[into + k.BY_GATE_2, p] = by_inner


@compiled
def _sense_negation(work: LoadedWork, group: int) -> None:
    small, curves, cell = work.small, work.curves, work.ints[a.SIZES, a.GROUPS] + group
    row, into = curve_row(cell), _sensed(work, group) + k.PTANH_SENSES
    constants = cell_row(work, cell) + a.CURVE
    vdd, vss = work.nets[k.DEVICE, k.NEGATION_VDD], work.nets[k.DEVICE, k.NEGATION_VSS]
    kappa, share = small[constants, k.KAPPA], small[constants, k.GATE_SHARE]
    stage = stage_of(
        work, k.NEGATION_VDD, kappa, small[constants, k.FLOOR], small[constants, k.RHO]
    )
    for p in range(k.POINTS):
        over, y = work.known[k.VOLTS, p] - vss, curves[row + k.VOLTAGE, p]
        h, h_d, h_s, r = current(stage, y, vss + over * share)
        by_gate = kappa * (h_d + h_s) * r
        curves[into + k.BY_KAPPA, p] = -kappa * h * r
        curves[into + k.BY_FLOOR, p] = -kappa * h_s * r
        curves[into + k.BY_RHO, p] = -kappa * h_s * r * (vdd - y)
        curves[into + k.BY_SHARE, p] = by_gate * over
        curves[into + k.BY_GATE_N, p] = by_gate


# --- gradients -----------------------------------------------------------------------------------


@compiled
def gather_gradients(work: LoadedWork, number: int, count: int) -> None:
    """Sum the gradients of all crossbars over prints; the last print is given the sums."""
    if count == 1:
        return
    ints, small, prints = work.ints, work.small, work.prints
    sums = print_row(work, k.GATHERED_ROWS)
    for c in range(ints[a.SIZES, a.COLUMNS]):
        gradient = ints[a.SMALL, a.BY_PARAMETERS] + c
        for m in range(small.shape[1]):
            total = small[gradient, m] + (prints[sums + c, m] if number > 0 else _ZERO)
            prints[sums + c, m] = total
            if number + 1 == count:
                small[gradient, m] = total
