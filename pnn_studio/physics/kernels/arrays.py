"""The arrays that compiled functions work on: few, so that a call has few arguments.

A thread has a `Work`, in which every quantity is a run of rows; `ints` says where each begins. A
design's parameters are a matrix: a row for each column of each crossbar (its inputs, bias and
ground side by side), then a row for each cell. Cells are numbered by circuit (ptanh, negation),
then by group.
"""

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]
# a scalar in compiled code: numba knows its type, mypy does not
Number = Any


_CACHE_LINE = 64


def aligned_zeros(rows: int, length: int) -> Floats:
    """Make an array that begins with a cache line: a vector that spans two is read twice."""
    memory = np.zeros(rows * length * 4 + _CACHE_LINE, np.uint8)
    begin = -memory.ctypes.data % _CACHE_LINE
    return memory[begin : begin + rows * length * 4].view(np.float32).reshape(rows, length)


class AnyWork(Protocol):
    """What both models have in what a thread works in; see `Work`."""

    @property
    def ints(self) -> Ints:
        """Sizes and tables."""

    @property
    def nets(self) -> Floats:
        """Constants."""

    @property
    def small(self) -> Floats:
        """What does not have a value for each sample."""

    @property
    def places(self) -> Ints:
        """Where entries are read from."""

    @property
    def tiles(self) -> Floats:
        """What has."""


class Work(NamedTuple):
    """What a thread works in, for one design of the ideal model at a time.

    Attributes
    ----------
    ints : int array, shape (rows, 8)
        Sizes, and tables of layers, surrogates and constraints.
    nets : float array, shape (rows, widest stage)
        Constants and weights of the surrogates, and what their stages give.
    small : float array, shape (rows, row length of the parameters)
        All that belongs to entries, rows and columns of crossbars, and to cells.
    places : int array, shape (rows, row length of the parameters)
        Where entries are read from.
    tiles : float array, shape (rows, samples of a tile)
        The data, and all that has a value for each sample. Rows of a tile of data are the inputs,
        then what a sample counts (0 for padding), then its class.
    """

    ints: Ints
    nets: Floats
    small: Floats
    places: Ints
    tiles: Floats


class Exact(NamedTuple):
    """What a design is evaluated with.

    Attributes
    ----------
    ints : int array
        As in `Work`.
    nets, small : float arrays
        As in `Work`, in double precision; after an evaluation `small` has sizes and cells.
    volts : float array, shape (samples, inputs)
        All splits, one after the other.
    truth, split : int arrays, shape (samples,)
        Right classes, and 0, 1, 2 for train, valid, test.
    signals : float array, shape (4, row length)
        Two rows for the voltages between layers.
    figures : float array, shape (3, 3)
        Accuracy and measurable accuracy by split in the first two rows; watt of crossbar,
        activation and negation on the test split in the last.
    """

    ints: Ints
    nets: Doubles
    small: Doubles
    volts: Doubles
    truth: Ints
    split: Ints
    signals: Doubles
    figures: Doubles


# rows of `ints`
SIZES, DATA, SMALL, PLACES, NETS = 0, 1, 2, 3, 4
LAYER_TABLE = 5  # first row of the layers; the other tables follow
INT_FIELDS = 8

# --- fields of ints[SIZES] -----------------------------------------------------------------------
LAYERS, GROUPS, COLUMNS, ORIGINAL = 0, 1, 2, 3
MLPS, RULES, RULE_COUNT = 4, 5, 6  # rows where these tables begin
# --- fields of ints[DATA] ------------------------------------------------------------------------
# rows of a tile of data, tiles and samples of each split (padded to whole vectors), first row of
# the outputs in volt, which two rows of the loss follow, and first of two rows to spare
TILE_ROWS, TILES, SAMPLES, VOLTS, SPARE = 0, 1, 3, 5, 6
# --- fields of ints[SMALL]: first rows in `small` ------------------------------------------------
# of each column: printed |theta|, coefficients of the printed entries one after the other, dot
# products of all entries with the gradients of the column voltages, and what `SUM` ... name
SIZE, COEFFICIENT, DOT, COLUMN_VALUES = 0, 1, 2, 3
# of each layer four rows, see `PLAIN_SQUARE`; of each cell eight, see `SHARE`; watts of each layer
ROW_VALUES, CELLS, WATTS, BY_PARAMETERS = 4, 5, 6, 7
# mean squares of the inputs by split lie in the first two rows, then the weights of `READERS`
INPUT_SQUARES, READER_WEIGHTS = 0, 2
# --- fields of ints[PLACES]: first rows in `places` ----------------------------------------------
# of each column: the tile row that each printed entry reads, the same for all entries, and
# `ENTRIES` ...; of each layer two rows of flags, see `PRINTED`
SOURCE, EVERYWHERE, COLUMN_PLACES, FLAGS = 0, 1, 2, 3
# two rows of each layer: how many columns read an input, plain and negated
READER_COUNTS = 4
# lists of these columns lie in the first rows
READERS = 0
# --- fields of ints[NETS]: first rows in `nets` --------------------------------------------------
# scaling of the features, outputs of the surrogates (three rows each), ranges of the components
# (four rows a circuit), and acts with their slopes, of which each surrogate of a cell has `DEPTH`
SCALING, FINISH, LIMITS, ACTS, SLOPES, DEPTH = 0, 1, 2, 3, 4, 5
# nets[TECHNOLOGY] is the first row
TECHNOLOGY = 0

# --- fields of a layer in `ints` -----------------------------------------------------------------
INPUTS, OUTPUTS, GROUP, COLUMN = 0, 1, 2, 3
# first row in the tiles: the negation's tanh at each input, column voltages (then their
# gradients), the activation's tanh, gradients of the outputs
NEGATED, VOLTAGE, ACTIVATED, GRADIENT = 4, 5, 6, 7
# --- fields of a surrogate, its stages and its features in `ints` --------------------------------
FEATURE, FEATURES, STAGE, STAGES, OUTS = 0, 1, 2, 3, 4
WEIGHT, INS, WIDTH, ACTIVATION, BELOW = 0, 1, 2, 3, 4
NUMERATOR, DENOMINATOR, LOGARITHM, SCALE_AT = 0, 1, 2, 3

# --- fields of nets[TECHNOLOGY] ------------------------------------------------------------------
THETA_MIN, THETA_MAX, G_MIN, BIAS, REACH, MARGIN = 0, 1, 2, 3, 4, 5
# --- kinds of limits -----------------------------------------------------------------------------
LOW, SPAN, LOG_RATIO, IS_LOG = 0, 1, 2, 3
# --- rows of a cell: component values, then the curve with power and bias ------------------------
SHARE, RELAXED, OMEGA, LOG, INVERSE, BY_OMEGA, CURVE, BY_CURVE = 0, 1, 2, 3, 4, 5, 6, 7
CELL_ROWS = 8
# places in a curve, after the four of eta: watt, and what a negation gives at the bias row
POWER, AT_BIAS = 4, 5
# --- rows of a layer: mean squares of its voltages, plain and negated, and what each counts ------
PLAIN_SQUARE, NEGATED_SQUARE, BY_PLAIN, BY_NEGATED = 0, 1, 2, 3
ROW_KINDS = 4
# --- flags of a layer's inputs: a negation is printed, or asked for by any negative theta --------
PRINTED, ASKED = 0, 1
# --- values and places of a column ---------------------------------------------------------------
SUM, SMALLEST, SCALE, OFFSET, SQUARE, BY_SQUARE, BY_OFFSET, FACTOR = 0, 1, 2, 3, 4, 5, 6, 7
ENTRIES, SMALLEST_AT = 0, 1
