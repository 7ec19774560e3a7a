"""The circuits of one design: component values to curves, and the gradient back.

Counterpart of `SolvedCells`: each starts near its solution, the same whatever was solved before or
beside it. A ptanh stage is read in a table of all that the technology can print; a negation is
solved at few points, and a spline gives the others.
"""

import math

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, spliced
from pnn_studio.physics.kernels.arrays import Floats, Number
from pnn_studio.physics.kernels.components import cell_row, components_backward, find_components
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.stage import back, current, improved, ratio, stage_of

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
# steps of Newton's method: at the few points from the low rail, then at all
_FROM_RAIL, _AFTER = 4, 2


@compiled
def curve_row(cell: int) -> Number:
    """Return where the curves of a cell begin."""
    return cell * k.CURVE_ROWS


@compiled
def extra_row(work: LoadedWork) -> Number:
    """Return where the rows begin that follow those of all cells."""
    return 2 * work.ints[a.SIZES, a.GROUPS] * k.CURVE_ROWS


@compiled
def first_point(work: LoadedWork, group: int) -> Number:
    """Return the first point where a group's negation is asked: that of a first layer has nodes."""
    return k.EDGES if group == 0 and work.ints[a.SIZES, a.GROUPS] > 1 else 0


@spliced
def solve_cells(work: LoadedWork, parameters: Floats, at: int) -> None:
    """Find component values and curves of all cells; parameters as for `evaluate_cells`."""
    groups = work.ints[a.SIZES, a.GROUPS]
    for group in range(groups):
        find_components(work, parameters, at, group)
        _ptanh(work, group)
        find_components(work, parameters, at, groups + group)
        _negation(work, group)
    _coefficients(work)


@compiled
def begin_cells(work: LoadedWork) -> None:
    """Set the gradients of all curves and constants to nothing."""
    curves, small, extra = work.curves, work.small, extra_row(work)
    for cell in range(2 * work.ints[a.SIZES, a.GROUPS]):
        row, by = curve_row(cell), cell_row(work, cell) + a.BY_CURVE
        for p in range(k.POINTS):
            curves[row + k.BY_VOLTAGE, p] = _ZERO
            curves[row + k.BY_RESISTANCE, p] = _ZERO
            curves[row + k.BY_WATT, p] = _ZERO
        for c in range(small.shape[1]):
            small[by, c] = _ZERO
    for p in range(k.NODES):
        curves[extra + k.BY_COEFFICIENTS, p] = _ZERO
        curves[extra + k.BY_COEFFICIENTS + 1, p] = _ZERO


# --- ptanh ---------------------------------------------------------------------------------------


@compiled
def _begin_stage(work: LoadedWork, kappa: Number, gates: int, gate: int, into: int) -> None:
    """Read the outputs of a ptanh stage, linear between what was solved.

    The gates lie in a row of `known` (`gates` = 0) or of `curves` (1).
    """
    starts, curves, nets = work.starts, work.curves, work.nets
    between = (np.float32(math.log(kappa)) - nets[k.START, k.KAPPA_LOW]) * nets[
        k.START, k.PER_KAPPA
    ]
    top = np.float32(starts.shape[0] - 2)
    clamped = between if between > _ZERO else _ZERO
    row = int(clamped if clamped < top else top)
    share = between - np.float32(row)
    low, per_volt = nets[k.START, k.GATE_LOW], nets[k.START, k.PER_GATE]
    end = np.float32(starts.shape[1] - 2)
    for p in range(k.EDGES):
        volt = work.known[gate, p] if gates == 0 else curves[gate, p]
        at = (volt - low) * per_volt
        held = at if at > _ZERO else _ZERO
        cell = int(held if held < end else end)
        within = at - np.float32(cell)
        less = starts[row, cell] + within * (starts[row, cell + 1] - starts[row, cell])
        more = starts[row + 1, cell] + within * (starts[row + 1, cell + 1] - starts[row + 1, cell])
        curves[into, p] = less + share * (more - less)


@compiled
def _ptanh(work: LoadedWork, cell: int) -> None:
    small, curves, known = work.small, work.curves, work.known
    values, row = cell_row(work, cell), curve_row(cell)
    omega, inverse, constants = values + a.OMEGA, values + a.INVERSE, values + a.CURVE
    kappa = small[omega, 0] * small[omega, 2] * small[inverse, 3]
    kappa_2 = small[omega, 1] * small[omega, 4] * small[inverse, 5]
    small[constants, k.KAPPA], small[constants, k.KAPPA_2] = kappa, kappa_2
    vdd, vss = work.nets[k.DEVICE, k.PTANH_VDD], work.nets[k.DEVICE, k.PTANH_VSS]
    g1, g2, r2 = small[inverse, 0], small[inverse, 1], small[omega, 1]
    small[constants, k.FLOOR], small[constants, k.SHARE] = vss, (vdd - vss) * g2
    inner, voltage = row + k.INNER, row + k.VOLTAGE
    first = stage_of(work, k.PTANH_VDD, kappa, vss, _ZERO)
    _begin_stage(work, kappa, 0, k.VOLTS, inner)
    for p in range(k.EDGES):
        curves[inner, p] = improved(first, curves[inner, p], known[k.VOLTS, p])
    second = stage_of(work, k.PTANH_VDD, kappa_2, vss, _ZERO)
    _begin_stage(work, kappa_2, 1, inner, voltage)
    for p in range(k.EDGES):
        n = curves[inner, p]
        y = improved(second, curves[voltage, p], n)
        curves[voltage, p] = y
        curves[row + k.RESISTANCE, p] = r2 * ratio(second, y, n)
        curves[row + k.WATT, p] = (vdd - vss) * ((vdd - n) * g1 + (vdd - y) * g2)


@compiled
def _ptanh_backward(work: LoadedWork, cell: int) -> None:
    small, curves, known = work.small, work.curves, work.known
    values, row = cell_row(work, cell), curve_row(cell)
    omega, inverse, constants = values + a.OMEGA, values + a.INVERSE, values + a.CURVE
    by_omega = values + a.BY_OMEGA
    vdd, vss = work.nets[k.DEVICE, k.PTANH_VDD], work.nets[k.DEVICE, k.PTANH_VSS]
    g1, g2, r2 = small[inverse, 0], small[inverse, 1], small[omega, 1]
    kappa, kappa_2 = small[constants, k.KAPPA], small[constants, k.KAPPA_2]
    first = stage_of(work, k.PTANH_VDD, kappa, vss, _ZERO)
    second = stage_of(work, k.PTANH_VDD, kappa_2, vss, _ZERO)
    by_kappa, by_kappa_2, by_g1, by_g2, by_r2 = _ZERO, _ZERO, _ZERO, _ZERO, _ZERO
    inner, voltage = row + k.INNER, row + k.VOLTAGE
    for p in range(k.EDGES):
        n, y = curves[inner, p], curves[voltage, p]
        watt = (vdd - vss) * curves[row + k.BY_WATT, p]
        by_ohm = curves[row + k.BY_RESISTANCE, p]
        by_g1 += watt * (vdd - n)
        by_g2 += watt * (vdd - y)
        by_r2 += by_ohm * curves[row + k.RESISTANCE, p]
        by_y = curves[row + k.BY_VOLTAGE, p] - watt * g2
        by_2, _by_floor, _by_rho, by_n = back(second, y, n, by_y, by_ohm * r2)
        by_kappa_2 += by_2
        by_n -= watt * g1
        by_1, _by_floor, _by_rho, _by_g = back(first, n, known[k.VOLTS, p], by_n, _ZERO)
        by_kappa += by_1
    by_g2 += (vdd - vss) * small[values + a.BY_CURVE, k.SHARE]
    by_kappa *= kappa
    by_kappa_2 *= kappa_2
    small[by_omega, 0] = (by_kappa - by_g1 * g1) * g1
    small[by_omega, 1] = (by_kappa_2 - by_g2 * g2 + by_r2) * g2
    small[by_omega, 2] = by_kappa * small[inverse, 2]
    small[by_omega, 3] = -by_kappa * small[inverse, 3]
    small[by_omega, 4] = by_kappa_2 * small[inverse, 4]
    small[by_omega, 5] = -by_kappa_2 * small[inverse, 5]


# --- negation ------------------------------------------------------------------------------------


@compiled
def _negation(work: LoadedWork, group: int) -> None:
    small, curves, known = work.small, work.curves, work.known
    cell = work.ints[a.SIZES, a.GROUPS] + group
    values, row, few = cell_row(work, cell), curve_row(cell), extra_row(work) + k.ROOM
    omega, inverse, constants = values + a.OMEGA, values + a.INVERSE, values + a.CURVE
    vdd, vss = work.nets[k.DEVICE, k.NEGATION_VDD], work.nets[k.DEVICE, k.NEGATION_VSS]
    g1, g2, g5, r5 = small[inverse, 0], small[inverse, 1], small[inverse, 4], small[omega, 4]
    kappa = r5 * small[omega, 5] * small[inverse, 6]
    both = _ONE / (g1 + g2)
    floor, rho = (vdd * g1 + vss * g2) * both, both * g5
    inward = _ONE / (small[omega, 2] + small[omega, 3])
    share = small[omega, 2] * inward
    small[constants, k.KAPPA], small[constants, k.FLOOR] = kappa, floor
    small[constants, k.RHO], small[constants, k.GATE_SHARE] = rho, share
    small[constants, k.INWARD], small[constants, k.SHARE] = inward, (vdd - floor) * g5
    stage = stage_of(work, k.NEGATION_VDD, kappa, floor, rho)
    begin, voltage = first_point(work, group), row + k.VOLTAGE
    for p in range(k.FEW):
        curves[few, p] = vss
    for _ in range(_FROM_RAIL):
        for p in range(k.FEW):
            gate = vss + (known[k.FEW_VOLTS, p] - vss) * share
            curves[few, p] = improved(stage, curves[few, p], gate)
    for p in range(begin, k.POINTS):
        curves[voltage, p] = _ZERO
    for i in range(k.FEW):
        volt = curves[few, i]
        for p in range(begin, k.POINTS):
            curves[voltage, p] += volt * known[k.FROM_FEW + i, p]
    # loops of their own, for one that does all is too long to be vectorised
    for _ in range(_AFTER):
        for p in range(begin, k.POINTS):
            gate = vss + (known[k.VOLTS, p] - vss) * share
            curves[voltage, p] = improved(stage, curves[voltage, p], gate)
    for p in range(begin, k.POINTS):
        v, y = known[k.VOLTS, p], curves[voltage, p]
        gate = vss + (v - vss) * share
        _h, h_d, _h_s, r = current(stage, y, gate)
        curves[row + k.RESISTANCE, p] = r5 * (_ONE - kappa * h_d * r)
        pulled = (vdd - y) * g5
        source = floor + both * pulled
        watt = vdd * ((vdd - source) * g1 + pulled) - vss * (source - vss) * g2
        curves[row + k.WATT, p] = watt + (v - vss) * (v - vss) * inward


@compiled
def _negation_backward(work: LoadedWork, group: int) -> None:
    small, curves, known = work.small, work.curves, work.known
    cell = work.ints[a.SIZES, a.GROUPS] + group
    values, row = cell_row(work, cell), curve_row(cell)
    omega, inverse, constants = values + a.OMEGA, values + a.INVERSE, values + a.CURVE
    by_omega, by = values + a.BY_OMEGA, values + a.BY_CURVE
    vdd, vss = work.nets[k.DEVICE, k.NEGATION_VDD], work.nets[k.DEVICE, k.NEGATION_VSS]
    g1, g2, g5, r5 = small[inverse, 0], small[inverse, 1], small[inverse, 4], small[omega, 4]
    kappa, floor = small[constants, k.KAPPA], small[constants, k.FLOOR]
    rho, share = small[constants, k.RHO], small[constants, k.GATE_SHARE]
    inward, both = small[constants, k.INWARD], _ONE / (g1 + g2)
    stage = stage_of(work, k.NEGATION_VDD, kappa, floor, rho)
    by_kappa, by_floor, by_rho, by_share = _ZERO, _ZERO, _ZERO, _ZERO
    by_g1, by_g2, by_g5, by_r5, by_both, by_inward = _ZERO, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO
    for p in range(first_point(work, group), k.POINTS):
        v, y = known[k.VOLTS, p], curves[row + k.VOLTAGE, p]
        watt, by_ohm = curves[row + k.BY_WATT, p], curves[row + k.BY_RESISTANCE, p]
        pulled = (vdd - y) * g5
        source = floor + both * pulled
        by_source = -watt * (vdd * g1 + vss * g2)
        by_pulled = watt * vdd + by_source * both
        by_g1 += watt * vdd * (vdd - source)
        by_g2 -= watt * vss * (source - vss)
        by_both += by_source * pulled
        by_inward += watt * (v - vss) * (v - vss)
        by_g5 += by_pulled * (vdd - y)
        by_r5 += by_ohm * curves[row + k.RESISTANCE, p]
        by_y = curves[row + k.BY_VOLTAGE, p] - by_pulled * g5
        gate = vss + (v - vss) * share
        one, two, three, four = back(stage, y, gate, by_y, by_ohm * r5)
        by_kappa += one
        by_floor += two + by_source
        by_rho += three
        by_share += four * (v - vss)
    by_power = small[by, k.SHARE]
    by_floor += small[by, k.FLOOR] - by_power * g5
    by_inward += small[by, k.INWARD] + by_share * small[omega, 2]
    by_g5 += by_power * (vdd - floor) + by_rho * both
    by_both += by_rho * g5 + by_floor * (vdd * g1 + vss * g2)
    by_g1 += by_floor * vdd * both - by_both * both * both
    by_g2 += by_floor * vss * both - by_both * both * both
    by_kappa *= kappa
    small[by_omega, 0] = -by_g1 * g1 * g1
    small[by_omega, 1] = -by_g2 * g2 * g2
    small[by_omega, 2] = by_share * inward - by_inward * inward * inward
    small[by_omega, 3] = -by_inward * inward * inward
    small[by_omega, 4] = (by_kappa - by_g5 * g5 + by_r5) * g5
    small[by_omega, 5] = by_kappa * small[inverse, 5]
    small[by_omega, 6] = -by_kappa * small[inverse, 6]


@compiled
def _coefficients(work: LoadedWork) -> None:
    """Find the polynomials of the first layer's negation, voltage and resistance."""
    curves, known, extra = work.curves, work.known, extra_row(work) + k.COEFFICIENTS
    row = curve_row(work.ints[a.SIZES, a.GROUPS])
    for kind in range(2):
        for c in range(k.NODES):
            total = _ZERO
            for p in range(k.NODES):
                total += known[k.FROM_NODES + p, c] * curves[row + kind, k.EDGES + p]
            curves[extra + kind, c] = total


@spliced
def cells_backward(work: LoadedWork) -> None:
    """Turn the gradients of curves and constants into those of the raw parameters."""
    curves, known, extra = work.curves, work.known, extra_row(work) + k.BY_COEFFICIENTS
    groups = work.ints[a.SIZES, a.GROUPS]
    row = curve_row(groups) + k.BY_VOLTAGE
    for kind in range(2):
        for p in range(k.NODES):
            total = _ZERO
            for c in range(k.NODES):
                total += known[k.FROM_NODES + p, c] * curves[extra + kind, c]
            curves[row + kind, k.EDGES + p] += total
    for group in range(groups):
        _ptanh_backward(work, group)
        _negation_backward(work, group)
    for cell in range(2 * groups):
        for c in range(6 if cell < groups else 7, 8):
            work.small[cell_row(work, cell) + a.BY_OMEGA, c] = _ZERO
        components_backward(work, cell)
