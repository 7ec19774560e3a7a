"""One transistor under one resistor, solved for many designs at once, with its gradient by hand.

Every equation of `cells` has this form: with H the current of a transistor of W/L = 1 in ampere,

    ``kappa H(y, g, s) + y - vdd = 0``,  ``s = floor + rho (vdd - y)``

for the output y at gate g, where kappa is W/L times the resistor at the upper rail. A ptanh is two
of them with rho = 0 and floor = vss, one after the other. Beside y the output resistance is asked
for as q, its ratio to that resistor: ``q = 1 - kappa H_d r`` with ``r = 1/(1 + kappa (H_d - rho
H_s))``, whose derivatives take the second ones of H. It depends on differences of voltages alone.

Shapes: D designs, P points.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from pnn_studio.domain.technology import Transistor

# volt squared under the root of the channel length modulation, as in `device`
_ROUNDED = 1e-4
# numbers of one tensor of a block: a handful of them fit a core's cache together
_BLOCK = 1 << 15


@dataclass(frozen=True, eq=False)
class Rows:
    """Parameters of the stages, shape (D, 1) each; see the module."""

    kappa: Tensor
    floor: Tensor
    rho: Tensor

    def block(self, of: slice) -> "Rows":
        """Return some of the designs."""
        return Rows(self.kappa[of], self.floor[of], self.rho[of])


class _Found:
    """H and its first derivatives at outputs y and gates g, shape (D, P)."""

    def __init__(self, device: Transistor, vdd: float, rows: Rows, y: Tensor, g: Tensor) -> None:
        a = 2 * device.n * device.ut
        self.a, self.lam, self.c = a, device.lam, 0.5 * device.kp * a * a
        self.across_rail = torch.neg(y).add_(vdd)
        s = torch.addcmul(rows.floor, rows.rho, self.across_rail)
        over = torch.sub(g, device.vt)
        self.f, self.f1 = _soft(torch.sub(over, s).mul_(1 / a))
        self.b, self.b1 = _soft(over.sub_(y).mul_(1 / a))
        across = torch.sub(y, s)
        self.root = torch.addcmul(_like(y, _ROUNDED), across, across).sqrt_()
        self.m = torch.mul(self.root, self.lam).add_(1)
        self.m1 = across.div_(self.root).mul_(self.lam)
        self.Q = torch.mul(self.f, self.f).addcmul_(self.b, self.b, value=-1)
        self.B = torch.mul(self.b, self.b1).mul_(2 / a)
        self.F = torch.mul(self.f, self.f1).mul_(2 / a)
        bent = torch.mul(self.Q, self.m1)
        self.H = torch.mul(self.Q, self.m).mul_(self.c)
        self.H_d = torch.addcmul(bent, self.B, self.m).mul_(self.c)
        self.H_s = torch.addcmul(bent, self.F, self.m).mul_(-self.c)
        total = torch.addcmul(self.H_d, rows.rho, self.H_s, value=-1)
        self.r = total.mul_(rows.kappa).add_(1).reciprocal_()

    def step(self, rows: Rows) -> Tensor:
        """Newton's step of y."""
        return torch.addcmul(self.across_rail, rows.kappa, self.H, value=-1).mul_(self.r)

    def second(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return H_dd, H_ds and H_ss."""
        m1, half = self.m1, 2 / self.a**2
        # Q m'' with m'' = lam rounded / root^3
        inverse = self.root.reciprocal()
        bent = torch.mul(inverse, inverse).mul_(inverse).mul_(self.lam * _ROUNDED).mul_(self.Q)
        sides = []
        for x, x1, first in ((self.b, self.b1, self.B), (self.f, self.f1, self.F)):
            # (x'^2 + x x'') with x'' = x' (1 - x')
            curved = torch.addcmul(x1, x, torch.rsub(x1, 1)).mul_(x1).mul_(half).mul_(self.m)
            sides.append((curved, torch.mul(first, m1).mul_(2)))
        (B2, B1), (F2, F1) = sides
        H_ds = (B1 + F1).mul_(0.5).add_(bent).mul_(-self.c)
        H_dd = B1.sub_(B2).add_(bent).mul_(self.c)
        H_ss = F1.add_(F2).add_(bent).mul_(self.c)
        return H_dd, H_ds, H_ss


def _like(x: Tensor, value: float) -> Tensor:
    return x.new_full((1, 1), value)


def _soft(x: Tensor) -> tuple[Tensor, Tensor]:
    """``ln(1 + e^x)``, x below 80, and its derivative; above 20 it is x to the last bit or two."""
    e = torch.exp(x.clamp(max=80.0))
    more = e.add_(1)
    return torch.log(more), torch.reciprocal(more).neg_().add_(1)


def solve_stage(
    device: Transistor, vdd: float, rows: Rows, start: Tensor, g: Tensor, steps: int, low: float
) -> tuple[Tensor, Tensor]:
    """Take Newton steps from `start` at gates g, both (D, P), within `low`..`vdd`; no gradient.

    Returns y and q, the latter as it is before the last step, which evaluates it anyway.
    """
    with torch.no_grad():
        outputs, ratios = torch.empty_like(start), torch.empty_like(start)
        for of in _blocks(*start.shape):
            part, y, gate = rows.block(of), start[of], g[of]
            for _ in range(steps):
                found = _Found(device, vdd, part, y, gate)
                torch.mul(found.H_d, found.r, out=ratios[of])
                y = found.step(part).add_(y).clamp_(low, vdd)
            outputs[of] = y
        return outputs, ratios.mul_(rows.kappa).neg_().add_(1)


def _blocks(designs: int, points: int) -> list[slice]:
    length = max(1, _BLOCK // points)
    return [slice(start, start + length) for start in range(0, designs, length)]


class Stage(torch.autograd.Function):
    """Give a solution its gradient (implicit function theorem).

    Arguments: device and vdd, y and q as solved (q None where it is not wanted), then kappa, floor,
    rho (D, 1) and g (D, P), which get gradients. Returns y and q, (D, P).
    """

    @staticmethod
    def forward(
        ctx: Any,
        branch: tuple[Transistor, float],
        y: Tensor,
        q: Tensor | None,
        kappa: Tensor,
        floor: Tensor,
        rho: Tensor,
        g: Tensor,
    ) -> tuple[Tensor, Tensor | None]:
        """See the class."""
        ctx.branch = branch
        ctx.save_for_backward(y, kappa, floor, rho, g)
        return y.clone(), None if q is None else q.clone()

    @staticmethod
    def backward(ctx: Any, by_y: Tensor, by_q: Tensor | None) -> Any:
        """See the class."""
        y, kappa, floor, rho, g = ctx.saved_tensors
        rows = Rows(kappa, floor, rho)
        device, vdd = ctx.branch
        done = [
            _backward(
                _Found(device, vdd, rows.block(of), y[of], g[of]),
                rows.block(of),
                by_y[of],
                None if by_q is None else by_q[of],
            )
            for of in _blocks(*y.shape)
        ]
        return None, None, None, *(torch.cat(parts) for parts in zip(*done, strict=True))


def _backward(
    at: _Found, rows: Rows, by_y: Tensor, by_q: Tensor | None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Gradients of kappa, floor, rho and g."""
    if by_q is None:
        whole = torch.mul(by_y, at.r).neg_()
        by_kappa = (whole * at.H).sum(dim=1, keepdim=True)
        by_s = whole.mul_(rows.kappa) * at.H_s
        by_rho = (by_s * at.across_rail).sum(dim=1, keepdim=True)
        by_g = torch.add(at.H_d, at.H_s).mul_(whole).neg_()
        return by_kappa, by_s.sum(dim=1, keepdim=True), by_rho, by_g
    H_dd, H_ds, H_ss = at.second()
    drain = torch.mul(at.H_d, at.r)
    loaded = torch.mul(at.r, by_q).mul_(rows.kappa)  # kappa r by_q
    less = torch.mul(drain, rows.kappa)  # 1 - q
    taken = torch.mul(less, loaded)
    # adjoints of H_d and H_s through q
    e_d, e_s = torch.sub(taken, loaded), taken * -rows.rho
    through_s = torch.mul(e_d, H_ds).addcmul_(e_s, H_ss)
    through_d = torch.mul(e_d, H_dd).addcmul_(e_s, H_ds)
    # ... of y, then of the equation
    whole = torch.addcmul(by_y, rows.rho, through_s, value=-1).add_(through_d).mul_(at.r).neg_()
    by_kappa = torch.mul(whole, at.H).addcmul_(drain.mul_(at.r), by_q, value=-1)
    whole.mul_(rows.kappa)
    by_g = torch.add(at.H_d, at.H_s).mul_(whole).add_(through_d).add_(through_s).neg_()
    by_s = through_s.addcmul_(whole, at.H_s)
    by_rho = torch.mul(by_s, at.across_rail).addcmul_(taken, at.H_s, value=-1)
    by_kappa, by_s, by_rho = (each.sum(dim=1, keepdim=True) for each in (by_kappa, by_s, by_rho))
    return by_kappa, by_s, by_rho, by_g
