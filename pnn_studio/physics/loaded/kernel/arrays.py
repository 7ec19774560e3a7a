"""The arrays of the compiled loaded model, beside those that both models have.

A circuit's curves are a run of rows over `POINTS` voltages: the edges of a table's cells, then the
Chebyshev nodes of the input range, then the bias voltage.
"""

from typing import NamedTuple

import numpy as np

from pnn_studio.physics.kernels.arrays import Floats, Ints
from pnn_studio.physics.loaded.curves import HIGH, LOW
from pnn_studio.physics.loaded.nodes import DEGREE
from pnn_studio.physics.loaded.tables import CELLS

EDGES = CELLS + 1
NODES = DEGREE + 1
AT_BIAS = EDGES + NODES
# whole vectors of numbers
POINTS = -(-(AT_BIAS + 1) // 16) * 16
# where a negation is solved first, and how wide the rows of a pair of start tables are
FEW = 17

BOTTOM, PER_VOLT = np.float32(LOW), np.float32(CELLS / (HIGH - LOW))
LAST_CELL = np.float32(CELLS - 1)


class LoadedWork(NamedTuple):
    """What a thread works in, for one design at a time.

    Attributes
    ----------
    ints, nets, small, places, tiles : arrays
        As in `Work`; `nets` has constants alone.
    curves : float array, shape (rows, POINTS)
        Of each cell `CURVE_ROWS` rows, then `COEFFICIENTS` ...
    known : float array, shape (rows, POINTS)
        Voltages of the points, splines and polynomials.
    starts : float array, shape (kappas, gates)
        Outputs of ptanh stages, to begin with.
    square : float array, shape (rows, 2 columns)
        Of each layer the inverse of its Jacobian, then room to invert in.
    means : float array, shape (2 NODES, row length of the parameters)
        By split: what makes means over samples of what is known at the nodes.
    signs : float array, shape (columns, row length of the parameters)
        -1 or 1 by the sign of theta_raw.
    prints : float array, shape (rows, row length of the parameters)
        What a print is drawn from, see `FACTOR_ROWS`.
    """

    ints: Ints
    nets: Floats
    small: Floats
    places: Ints
    tiles: Floats
    curves: Floats
    known: Floats
    starts: Floats
    square: Floats
    means: Floats
    signs: Floats
    prints: Floats


# field of ints[SIZES]: columns of the widest layer
WIDEST = 7
# fields of ints[NETS]: how many prints an epoch learns from and is judged by, and rows of `curves`:
# those of each circuit of a print (0: those as drawn are in use), the sensitivities that they are
# made of, and where the former begin when prints are in use
PRINTS, JUDGES, OWN_CURVES, SENSED, PRINT_CURVES = 3, 4, 5, 6, 7
# --- rows of nets, and places in them ------------------------------------------------------------
DEVICE, START, SPREAD = 1, 2, 3
VT, PER_A, GAIN, LAM = 0, 1, 2, 3
PTANH_VDD, PTANH_VSS, NEGATION_VDD, NEGATION_VSS = 4, 5, 6, 7
MIDDLE, PER_HALF, KAPPA_LOW, PER_KAPPA, GATE_LOW, PER_GATE = 0, 1, 2, 3, 4, 5
# deviations: of ln R, of ln W/L kp, of both together, of Vt in volt, and of what all resistors of a
# print have in common
OHMS, SIZES, BOTH, THRESHOLD, COMMON = 0, 1, 2, 3, 4
# --- rows of a cell in `curves` ------------------------------------------------------------------
# open voltage, resistance, power, inner node of a ptanh, and gradients of the first three
VOLTAGE, RESISTANCE, WATT, INNER, BY_VOLTAGE, BY_RESISTANCE, BY_WATT = 0, 1, 2, 3, 4, 5, 6
CURVE_ROWS = 7
# rows after those of all cells: coefficients of the first layer's negation, voltage and resistance,
# their gradients, and room for the few points
COEFFICIENTS, BY_COEFFICIENTS, ROOM, EXTRA_ROWS = 0, 2, 4, 5
# of each group, volt by unit of: ln kappa and voltage of the gate of both stages of a ptanh; ln
# kappa, floor, rho, share and voltage of the gate of a negation. Then, of the latter, the
# coefficients in the first layer
BY_KAPPA, BY_KAPPA_2, BY_GATE, BY_GATE_2, PTANH_SENSES = 0, 1, 2, 3, 4
BY_FLOOR, BY_RHO, BY_SHARE, BY_GATE_N, NEGATION_SENSES = 1, 2, 3, 4, 5
# --- rows of `prints`, in turns of as many as there are columns ----------------------------------
# of each column what its conductances are multiplied by, gradients summed over prints, and normals
# of its entries and of its ptanh; then normals of the negations of each layer's rows and bias, and
# that of all resistors together
FACTOR_ROWS, GATHERED_ROWS, ENTRY_NORMALS, PTANH_NORMALS, NEGATION_NORMALS = 0, 1, 2, 3, 4
# --- rows of `known` -----------------------------------------------------------------------------
VOLTS, FEW_VOLTS, FROM_FEW = 0, 1, 2
# coefficients of a polynomial from values at the nodes
FROM_NODES = FROM_FEW + FEW
KNOWN_ROWS = FROM_NODES + NODES
# --- places in a cell's row of constants, and in that of their gradients -------------------------
KAPPA, KAPPA_2, FLOOR, RHO, GATE_SHARE, INWARD, SHARE = 0, 1, 2, 3, 4, 5, 6
# --- rows of a layer in `small`, by input and bias -----------------------------------------------
LOAD, PLAIN, LOAD_N, FLOWS_IN, COUNT = 0, 1, 2, 3, 4
ROW_SQUARE, NEGATED_SQUARE, NEGATION_WATT = 5, 6, 7
BY_LOAD, BY_LOAD_N, MEAN_OHM, MEAN_OHM_N, MEAN_SLOPE = 8, 9, 10, 11, 12
START_WEIGHT = 13
ROW_KINDS = 14
# --- places in a layer's row of watts, after the three parts -------------------------------------
LOADS, DRIVERS, OWN = 3, 4, 5
# --- places of a column's values that differ from those of the ideal model -----------------------
TOTAL = 5
# --- rows of a layer in the tiles, by input and bias; what a first layer has no need of comes last
OPEN, OHM_N, LESS_N, Y, U, BY_J = 0, 1, 2, 3, 4, 5
FIRST_KINDS = 6
VOLT, OHM, A, LESS, BY_I, FED = 6, 7, 8, 9, 10, 11
NEAR, SLOPE, WATT_SLOPE, OHM_SLOPE = 12, 13, 14, 15
KINDS = 16
# --- fields of a layer's table, by the names that they have here ---------------------------------
ROWS, MULTIPLIER = 4, 6
# from a voltage of a row or a negation to the gradient of the current that it gives
TO_CURRENT = 2
