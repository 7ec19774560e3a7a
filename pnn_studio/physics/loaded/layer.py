"""One crossbar as the pass over samples takes it, and what that pass finds.

Shapes: D designs, M inputs, N columns. Negations are (D, M) in the modified crossbar and (D, N, M)
in the original one, where each negative weight has its own.
"""

from dataclasses import dataclass

from torch import Tensor

from pnn_studio.physics.loaded.tables import Table


@dataclass(frozen=True, eq=False)
class Entry:
    """Negation of a first layer at the Chebyshev nodes of the input range, shape (D, nodes).

    `floor` and `share`, shape (D, 1), are as in `Curves`.
    """

    voltage: Tensor
    resistance: Tensor
    floor: Tensor
    share: Tensor

    @property
    def tensors(self) -> list[Tensor]:
        """All tensors, in the order of the attributes."""
        return list(vars(self).values())


@dataclass(frozen=True, eq=False)
class Layer:
    """One crossbar of all designs with what drives it, as far as it meets samples.

    Attributes
    ----------
    plain, negated : Tensors, shape (D, N, M)
        Siemens from the inputs, by the sign of theta.
    matrix : Tensor, shape (D, N, N)
        K: a column's whole conductance on the diagonal, less what the bias row's negation gives.
    offset : Tensor, shape (D, N)
        c: ampere from the bias row.
    inward : Tensor, shape (D, M)
        Input conductance of the negations at each row.
    circuits : Entry or Table
        The negations.
    drivers : Table or None
        The ptanh circuits before; None in a first layer.
    """

    plain: Tensor
    negated: Tensor
    matrix: Tensor
    offset: Tensor
    inward: Tensor
    circuits: Entry | Table
    drivers: Table | None

    @property
    def tensors(self) -> list[Tensor]:
        """All tensors: crossbar, negations, drivers."""
        own = [self.plain, self.negated, self.matrix, self.offset, self.inward]
        return own + self.circuits.tensors + (self.drivers.tensors if self.drivers else [])

    def rebuilt(self, tensors: list[Tensor]) -> "Layer":
        """Make the same of other tensors."""
        count = len(self.circuits.tensors)
        circuits = type(self.circuits)(*tensors[5 : 5 + count])
        drivers = Table(*tensors[5 + count :]) if self.drivers else None
        plain, negated, matrix, offset, inward = tensors[:5]
        return Layer(plain, negated, matrix, offset, inward, circuits, drivers)

    def block(self, of: slice) -> "Layer":
        """Return some of the designs, detached."""
        return self.rebuilt([each[of].detach() for each in self.tensors])


@dataclass(frozen=True, eq=False)
class Figures:
    """Means over samples in one layer.

    Attributes
    ----------
    rows, columns : Tensors, shape (D, M) and (D, N)
        Mean squares of row and column voltages.
    negations : Tensor, shape (D, M) or (D, N, M)
        Mean squares of the negations' outputs.
    mean : Tensor, shape (D, N)
        Mean column voltages.
    drivers : Tensor, shape (D,)
        Watt that is lost in all ptanh before this layer; 0 in a first layer.
    circuits : Tensor, shape (D, M)
        Watt that is lost in a negation at each row with an open output; (D, 0) in a first layer.
    loads : Tensor, shape (D,)
        Watt that loads add in all negations.
    """

    rows: Tensor
    columns: Tensor
    negations: Tensor
    mean: Tensor
    drivers: Tensor
    circuits: Tensor
    loads: Tensor


@dataclass(frozen=True, eq=False)
class Weights:
    """What is minimised by each of `Figures`, by the same names; `watt`, (D,), for all powers."""

    rows: Tensor
    columns: Tensor
    negations: Tensor
    mean: Tensor
    circuits: Tensor
    watt: Tensor
