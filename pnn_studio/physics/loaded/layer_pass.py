"""The part of the model that runs over samples: loaded crossbars, forward and backward by hand.

Sources are linearised at their open outputs: a ptanh gives ``a = V - R i``, a negation
``y = V_n - R_n j``, with the currents i and j that the crossbar draws. The column voltages z solve

    ``r(z) = g+^T a(z) + g-^T y(z) + c - K z = 0``

(g+, g- conductances from inputs by the sign of theta; K and c the columns' whole conductances and
the bias row, its negation eliminated). One Newton step with the inverse of the Jacobian of a
design's mean resistances brings the error to 1e-3 of itself, so a few serve; a last one carries the
gradient. Backward solves the adjoint system with the same inverse: without further steps the
gradient errs by the same 1e-3.

Shapes: D designs of a block, M inputs, N columns, S samples. Negations are (D, M, S) in the
modified crossbar and (D, N, M, S) in the original one, where each has its own load.
"""

import torch
from torch import Tensor

from pnn_studio.physics.loaded.layer import Entry, Figures, Layer, Weights
from pnn_studio.physics.loaded.tables import Lookup, Table

# siemens, far below what is printed
_TINY = 1e-12


class LayerPass:
    """One layer of a block of designs, forward, then backward.

    Parameters
    ----------
    layer : Layer
        The block.
    own : bool
        Whether each negative weight has its own negation (original crossbar).
    rail : float
        Volt of the negations' negative rail, where their inputs lead to.
    """

    def __init__(self, layer: Layer, own: bool, rail: float) -> None:
        self._layer, self._own, self._rail = layer, own, rail
        self._driven = layer.drivers is not None
        self._count = layer.plain.shape[2]
        # what the columns load: driven rows, then negations that are shared
        loading = [layer.plain] if self._driven else []
        loading += [] if own else [layer.negated]
        self._loading = torch.cat([*loading, layer.plain[..., :0]], dim=2)
        self._loading_t = self._loading.transpose(1, 2)
        self._load = (layer.plain.sum(dim=1) + layer.inward)[..., None]
        self._load_n = layer.negated[..., None] if own else layer.negated.sum(dim=1)[..., None]

    # --- between columns, rows and negations ---------------------------------------------------

    def _across(self, columns: Tensor) -> tuple[Tensor, Tensor]:
        """``g+ x`` at each driven row and ``g- x`` at each negation of what lies on columns."""
        if self._own:
            return torch.bmm(self._loading_t, columns), self._load_n * columns[:, :, None]
        both = torch.bmm(self._loading_t, columns)
        rows = both.shape[1] - self._count
        return both[:, :rows], both[:, rows:]

    def _parts(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return where rows, negations and columns lie in `_state`."""
        shared, state = self._loading.shape[2], self._state
        rows = self._count if self._driven else 0
        return state[:, :rows], state[:, rows:shared], state[:, shared:]

    def _at_each(self, rows: Tensor) -> Tensor:
        """Take what lies on rows (D, M, S) to each negation."""
        return rows[:, None] if self._own else rows

    def _over(self, negations: Tensor) -> Tensor:
        """Sum over the negations of a row, (D, M, S)."""
        return negations.sum(dim=1) if self._own else negations

    # --- forward -------------------------------------------------------------------------------

    def first(self, volts: Tensor, basis: Tensor, steps: int) -> Tensor:
        """Return z (D, N, S) for inputs (M, S), ideal sources.

        `basis`, shape (nodes, M x S), interpolates what is known at the Chebyshev nodes.
        """
        layer = self._layer
        assert isinstance(layer.circuits, Entry)
        shape = (len(layer.plain), *volts.shape)
        self._basis = basis
        self._a = volts.expand(shape)
        self._from_plain = self._from_inputs(volts)
        self._open = (layer.circuits.voltage @ basis).view(shape)
        self._ohm_n = self._at_each((layer.circuits.resistance @ basis).view(shape))
        if self._own:
            z = self._from_plain + (self._load_n * self._open[:, None]).sum(dim=2)
        else:
            z = torch.baddbmm(self._from_plain, layer.negated, self._open)
        z.div_(layer.matrix.sum(dim=2)[..., None])
        return self._solve(z, *self._across(z), steps)

    def _from_inputs(self, volts: Tensor) -> Tensor:
        designs, columns, inputs = self._layer.plain.shape
        flat = self._layer.plain.reshape(-1, inputs)
        offset = self._layer.offset
        return torch.addmm(offset.reshape(-1, 1), flat, volts).view(designs, columns, -1)

    def later(self, before: Tensor, steps: int) -> Tensor:
        """Return z (D, N, S) for the column voltages of the layer before, (D, M, S)."""
        layer = self._layer
        assert layer.drivers is not None and isinstance(layer.circuits, Table)  # noqa: PT018
        self._source = Lookup(layer.drivers, before)
        volts, ohm = self._source.voltage, self._source.resistance
        self._less = torch.mul(ohm, self._load).add_(1).reciprocal_()
        # a straight line in place of the negation's curve tells what loads its input
        zero, slope = layer.circuits.straight()
        offset = layer.offset + zero * layer.negated.sum(dim=2)
        z = torch.bmm(layer.plain + slope[..., None] * layer.negated, volts).add_(offset[..., None])
        z.div_(layer.matrix.diagonal(dim1=1, dim2=2)[..., None])
        # of a row that no column feeds
        self._unfed = torch.addcmul(volts, ohm, self._rail * layer.inward[..., None])
        fed, up = self._across(z)
        self._near = self._a = self._rows(fed)
        self._cell = Lookup(layer.circuits, self._near)
        # a negation follows a along its slopes: V_n + slope (a - near)
        self._slope, self._ohm_slope, self._watt_slope = self._cell.slopes
        self._open = self._cell.voltage
        self._ohm_n = self._at_each(self._cell.resistance)
        return self._solve(z, fed, up, steps)

    def _rows(self, fed: Tensor) -> Tensor:
        """Row voltages a: ``(V + R fed) / (1 + R load)``."""
        return torch.addcmul(self._unfed, self._source.resistance, fed).mul_(self._less)

    def _solve(self, z: Tensor, fed: Tensor, up: Tensor, steps: int) -> Tensor:
        """Take steps from z, and keep rows, negations and columns as they are in the last."""
        layer, shared = self._layer, self._loading.shape[2]
        self._less_n = torch.mul(self._ohm_n, self._load_n).add_(1).reciprocal_()
        self._inverse = self._inverse_of_mean()
        # z + J^-1 r(z) as one product with rows, negations and columns
        step = torch.bmm(self._inverse, torch.cat([self._loading, -layer.matrix], dim=2))
        step[..., shared:].diagonal(dim1=1, dim2=2).add_(1)
        given = layer.offset[..., None] if self._driven else self._from_plain
        given = torch.bmm(self._inverse, given)
        self._state = z.new_empty(len(z), step.shape[2], z.shape[2])
        rows, negations, columns = self._parts()
        for number in range(steps):
            volts = self._open
            if self._driven and number > 0:
                self._a = self._rows(fed)
                moved = self._a - self._near
                volts = torch.addcmul(volts, self._slope, moved)
                ohm = torch.addcmul(self._cell.resistance, self._ohm_slope, moved)
                self._ohm_n = self._at_each(ohm)
                self._less_n = torch.mul(self._ohm_n, self._load_n).add_(1).reciprocal_()
            if self._driven:
                rows.copy_(self._a)
            columns.copy_(z)
            y = torch.addcmul(self._at_each(volts), self._ohm_n, up)
            if self._own:
                self._y = y.mul_(self._less_n)
                taken = torch.bmm(self._inverse, (self._load_n * self._y).sum(dim=2))
                z = torch.bmm(step, self._state).add_(given).add_(taken)
            else:
                self._y = torch.mul(y, self._less_n, out=negations)
                z = torch.bmm(step, self._state).add_(given)
            fed, up = self._across(z)
        columns.copy_(z)
        self._z, self._fed, self._up = z, fed, up
        return z

    def _inverse_of_mean(self) -> Tensor:
        """Invert the Jacobian of ``-r`` at a design's mean resistances, (D, N, N)."""
        layer = self._layer
        # the mean of R/(1 + R G) from that of 1/(1 + R G); where G is 0 nothing asks for it
        follow = self._less_n.mean(dim=-1)
        answer = (1 - follow) / self._load_n[..., 0].clamp(min=_TINY)
        if self._own:
            taken = torch.diag_embed((layer.negated.square() * answer).sum(dim=2))
        else:
            taken = torch.bmm(layer.negated * answer[:, None], layer.negated.transpose(1, 2))
        if self._driven:
            gain = (1 - self._less.mean(dim=-1)) / self._load[..., 0].clamp(min=_TINY)
            both = self._slope.mean(dim=-1) * gain
            crossed = layer.negated * (
                follow * both[:, None] if self._own else (follow * both)[:, None]
            )
            taken = taken + torch.bmm(
                layer.plain * gain[:, None] + crossed, layer.plain.transpose(1, 2)
            )
        jacobian = layer.matrix - taken
        # rows scaled to 1: conductances differ by decades between columns
        scale = layer.matrix.diagonal(dim1=1, dim2=2)
        inverse: Tensor = torch.linalg.inv_ex(jacobian / scale[..., None]).inverse
        inverse /= scale[:, None]
        return inverse

    def figures(self) -> Figures:
        """Take the means that the power is made of."""
        layer = self._layer
        self._j = torch.mul(self._load_n, self._y).sub_(self._up)
        self._cost_n = self._cost(layer.circuits, self._ohm_n, self._y)
        loads = _total(self._j * self._cost_n) / self._z.shape[2]
        mean = self._z.mean(dim=-1)
        columns, negations = _mean_square(self._z), _mean_square(self._y)
        if layer.drivers is None:
            none = mean.new_zeros(len(mean))
            rows = _mean_square(self._a[:1]).expand(len(mean), -1)
            return Figures(rows, columns, negations, mean, none, none[:, None][:, :0], loads)
        self._i = torch.mul(self._load, self._a).sub_(self._fed)
        self._i.sub_(self._rail * layer.inward[..., None])
        ohm = self._source.resistance
        self._cost_a = self._cost(layer.drivers, ohm, self._a)
        drivers = _total(self._source.power + self._i * self._cost_a) / self._z.shape[2]
        rows = _mean_square(self._a)
        spent = torch.addcmul(self._cell.power, self._watt_slope, self._a - self._near)
        circuits = spent.mean(dim=-1)
        return Figures(rows, columns, negations, mean, drivers, circuits, loads)

    @staticmethod
    def _cost(cells: Entry | Table, ohm: Tensor, output: Tensor) -> Tensor:
        """Watt inside for each ampere that is drawn."""
        shape = (-1, *[1] * (output.ndim - 1))
        inside: Tensor = torch.mul(ohm, cells.share.view(shape)).add_(cells.floor.view(shape))
        return inside - output

    # --- backward ------------------------------------------------------------------------------

    def backward(
        self, by_z: Tensor, weights: Weights, steps: int
    ) -> tuple[Tensor | None, list[Tensor]]:
        """Return the gradients of the column voltages before, and of the layer's tensors.

        `by_z` is that of what follows. The adjoint system is solved in 1 + `steps` steps.
        """
        layer, each = self._layer, 1 / self._z.shape[2]
        watt = (weights.watt * each)[:, None, None]
        watt_n = watt[..., None] if self._own else watt
        by_z = torch.addcmul(by_z, self._z, 2 * each * weights.columns[..., None])
        by_z.add_((each * weights.mean)[..., None])
        by_j = self._cost_n * watt_n
        by_y = self._y * (2 * each * weights.negations[..., None])
        by_y.addcmul_(self._j, -watt_n).addcmul_(by_j, self._load_n)
        self._watt_n = watt_n
        direct = [by_y, by_j]
        if layer.drivers is not None:
            by_i = self._cost_a * watt
            by_a = self._a * (2 * each * weights.rows[..., None])
            by_a.addcmul_(self._i, -watt).addcmul_(by_i, self._load)
            by_a.addcmul_(self._watt_slope, each * weights.circuits[..., None])
            direct += [by_a, by_i]
        transposed = self._inverse.transpose(1, 2)
        multiplier = torch.bmm(transposed, by_z)
        for _ in range(steps):
            left = self._left(by_z, multiplier, *self._through(multiplier, *direct))
            multiplier = torch.baddbmm(multiplier, transposed, left)
        return self._collect(multiplier, weights, *self._through(multiplier, *direct))

    def _through(
        self,
        multiplier: Tensor,
        by_y: Tensor,
        by_j: Tensor,
        by_a: Tensor | None = None,
        by_i: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Gradients of open voltages and of drawn currents: negations', then drivers'."""
        fed, up = self._across(multiplier)
        by_open = up.add_(by_y).mul_(self._less_n)
        by_j = torch.addcmul(by_j, self._ohm_n, by_open, value=-1)
        if by_a is None or by_i is None:
            return by_open, by_j, by_open, by_j
        by_volts = torch.addcmul(by_a, self._slope, self._over(by_open)).add_(fed)
        share = self._layer.circuits.share.view(-1, *[1] * (by_open.ndim - 1))
        by_ohm_n = self._over((share * self._watt_n - by_open) * self._j)
        by_volts.addcmul_(self._ohm_slope, by_ohm_n).mul_(self._less)
        by_i = torch.addcmul(by_i, self._source.resistance, by_volts, value=-1)
        return by_open, by_j, by_volts, by_i

    def _left(
        self,
        by_z: Tensor,
        multiplier: Tensor,
        _by_open: Tensor,
        by_j: Tensor,
        _by_volts: Tensor,
        by_i: Tensor,
    ) -> Tensor:
        """Gradient of the column voltages that the multipliers leave over."""
        left = torch.baddbmm(by_z, self._layer.matrix.transpose(1, 2), multiplier, alpha=-1)
        if self._own:
            left -= (self._load_n * by_j).sum(dim=2)
        else:
            left -= torch.bmm(self._layer.negated, by_j)
        if self._driven:
            left -= torch.bmm(self._layer.plain, by_i)
        return left

    def _collect(
        self,
        multiplier: Tensor,
        weights: Weights,
        by_open: Tensor,
        by_j: Tensor,
        by_volts: Tensor,
        by_i: Tensor,
    ) -> tuple[Tensor | None, list[Tensor]]:
        layer, z, each = self._layer, self._z, 1 / self._z.shape[2]
        rows, shared = self._count if self._driven else 0, self._loading.shape[2]
        by_state = torch.bmm(multiplier, self._state.transpose(1, 2))
        if self._own:
            by_negated = (by_j * (self._y - z[:, :, None])).sum(dim=-1)
            by_negated += torch.matmul(self._y, multiplier[..., None]).squeeze(-1)
        else:
            by_negated = by_state[..., rows:shared] - torch.bmm(z, by_j.transpose(1, 2))
            by_negated += (by_j * self._y).sum(dim=-1)[:, None]
        by_matrix, by_offset = -by_state[..., shared:], multiplier.sum(dim=-1)
        watt = (weights.watt * each)[:, None, None]
        by_cells, by_ohm_n = self._by_load(layer.circuits, self._j, self._ohm_n, by_open, watt)
        by_open, by_ohm_n = self._over(by_open), self._over(by_ohm_n)
        if layer.drivers is None:
            volts = self._a[0]
            by_plain = torch.matmul(multiplier, volts.T)
            by_nodes = [part.flatten(1) @ self._basis.T for part in (by_open, by_ohm_n)]
            none = torch.zeros_like(layer.inward)
            own = [by_plain, by_negated, by_matrix, by_offset, none]
            return None, own + by_nodes + by_cells
        by_plain = by_state[..., :rows] - torch.bmm(z, by_i.transpose(1, 2))
        by_rows = (by_i * self._a).sum(dim=-1)
        by_plain += by_rows[:, None]
        by_inward = by_rows - self._rail * by_i.sum(dim=-1)
        self._cell.move(self._a - self._near)
        by_table = self._cell.into_table(by_open, by_ohm_n, each * weights.circuits[..., None])
        by_drivers, by_ohm = self._by_load(
            layer.drivers, self._i, self._source.resistance, by_volts, watt
        )
        by_sources = self._source.into_table(by_volts, by_ohm, watt)
        before = self._source.backward(by_volts, by_ohm, watt)
        own = [by_plain, by_negated, by_matrix, by_offset, by_inward]
        return before, own + by_table + by_cells + by_sources + by_drivers

    @staticmethod
    def _by_load(
        cells: Entry | Table, drawn: Tensor, ohm: Tensor, by_open: Tensor, watt: Tensor
    ) -> tuple[list[Tensor], Tensor]:
        """Gradients of floor and share, and of the resistance."""
        wide = watt.view(-1, *[1] * (drawn.ndim - 1))
        share = cells.share.view(wide.shape)
        by_ohm = (share * wide - by_open) * drawn
        by_floor = _total(drawn)[:, None] * watt[:, 0]
        by_share = _total(drawn * ohm)[:, None] * watt[:, 0]
        return [by_floor, by_share], by_ohm


def _total(values: Tensor) -> Tensor:
    """Sum over all but the designs, (D,)."""
    return values.flatten(1).sum(dim=1)


def _mean_square(values: Tensor) -> Tensor:
    """Mean of the squares over samples, in one go over them."""
    length: Tensor = torch.linalg.vector_norm(values, dim=-1)
    return length.square_() / values.shape[-1]
