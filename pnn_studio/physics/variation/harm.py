"""Which components make prints fail, and what a component that is off or broken does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.board import Board, BoardPart
from pnn_studio.domain.print_report import Fault, FaultKind
from pnn_studio.physics.variation.dealing import Cancelled, Follow, deal
from pnn_studio.physics.variation.monte_carlo import Lot
from pnn_studio.physics.variation.solver import PrintSolver

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# the place, after those of the parts, of what the inputs contribute
INPUTS = "inputs"
# what stands for a fault: an open resistor still leaks, a short has contacts, a dead transistor
# conducts a billionth
OPEN_OHM, SHORT_OHM, DEAD = 1e12, 10.0, 1e-9


@dataclass(frozen=True, eq=False)
class Judged:
    """The samples of a lot that count, and their right answers.

    Attributes
    ----------
    lot : Lot
        What is printed.
    classes : int array, shape (samples,)
        Right answers.
    samples : slice
        Which of the lot's samples those are.
    """

    lot: Lot
    classes: Ints
    samples: slice

    def answers(
        self, solver: PrintSolver, values: Floats, volts: Floats | None = None
    ) -> Ints | None:
        """Return what a print answers, by default without noise; None without a solution."""
        driven = self.lot.voltages if volts is None else volts
        found = solver.solve(values, driven[self.samples])
        return None if found is None else np.asarray(found[0].argmax(axis=1))

    def right(self, solver: PrintSolver, values: Floats, volts: Floats | None = None) -> int:
        """Count the right answers of a print; -1 where it has no solution."""
        answers = self.answers(solver, values, volts)
        return -1 if answers is None else int((answers == self.classes).sum())


@dataclass(frozen=True, eq=False)
class Harm:
    """What share of the lost yield each part has.

    Attributes
    ----------
    refs : tuple of str
        The board's parts, then ``inputs``.
    share : array, shape (parts + 1,)
        Sums to 1, or is 0 throughout where no print is lost.
    orders : int
        Orders of repair that were tried.
    """

    refs: tuple[str, ...]
    share: Floats
    orders: int


def harm_of(
    judged: Judged,
    lost: Sequence[int],
    least: int,
    orders: int,
    threads: int,
    cancelled: Cancelled = None,
    follow: Follow = None,
) -> Harm:
    """Share the lost yield out among the parts.

    A lost print is repaired part by part, in a random order, until it keeps the limit: the part
    that turns it bears the loss. The share of a part is the mean over orders, its Shapley-Shubik
    index (Shapley and Shubik, American Political Science Review 48, 1954), every step solved
    exactly. Where in an order the print turns is found by bisection.

    Parameters
    ----------
    judged : Judged
        What is printed, and what counts.
    lost : sequence of int
        Prints that do not keep the limit.
    least : int
        How many of them must be right.
    orders, threads : int
        How many orders are tried, print after print, and on how many threads.
    """
    lot = judged.lot
    board = lot.board
    refs = (*(part.ref for part in board.parts), INPUTS)
    turned = np.zeros(orders, np.int64)

    def keeps(solver: PrintSolver, number: int, repaired: Ints) -> bool:
        normals, driven = lot.normals(number), lot.driven(number)
        for part in repaired.tolist():
            if part < len(board.parts):
                normals[board.parts[part].places] = 0.0
            else:
                driven = lot.voltages
        printed = board.printed(normals, lot.deviations)
        return judged.right(solver, printed, driven) >= least

    def work(solver: PrintSolver, number: int) -> None:
        order = np.random.default_rng((lot.seed, number)).permutation(len(refs))
        print_ = lost[number % len(lost)]
        low, high = 0, len(refs)
        while high - low > 1:
            middle = (low + high) // 2
            if keeps(solver, print_, order[:middle]):
                high = middle
            else:
                low = middle
        turned[number] = order[high - 1]

    done = deal(orders, threads, lot.solver, work, cancelled, follow) if len(lost) else 0
    share = np.bincount(turned[:done], minlength=len(refs)) / max(done, 1)
    return Harm(refs, share, done)


def sensitivity_of(judged: Judged, threads: int, change: float = 0.1) -> Floats:
    """Change of accuracy when a part is off by so much, on the worse side, shape (parts,).

    Resistors, and of transistors W (which is what kp, and one over L, count as), change by
    ``+-change``; all resistors together for what is common; 0 for rails.
    """
    lot = judged.lot
    board = lot.board
    drawn = judged.right(lot.solver(), np.array(board.nominal))
    worse = np.zeros(len(board.parts))

    def work(solver: PrintSolver, number: int) -> None:
        part, found = board.parts[number], []
        if part.ref == "rails":
            return
        for factor in (1 - change, 1 + change):
            normals, deviations = np.zeros(board.quantities), np.ones(board.quantities)
            normals[part.first] = np.log(factor)
            found.append(judged.right(solver, board.printed(normals, deviations)) - drawn)
        worse[number] = min(found) / len(judged.classes)

    deal(len(board.parts), threads, lot.solver, work)
    return worse


def faults_of(
    judged: Judged, threads: int, cancelled: Cancelled = None, follow: Follow = None
) -> tuple[Fault, ...]:
    """Break every part once: resistors open and shorted, transistors dead.

    Each fault alone, everything else as drawn, by the exact solve. An open resistor is 1 TΩ, a
    short 10 Ω, a dead transistor has a billionth of its kp.
    """
    lot, classes = judged.lot, judged.classes
    board = lot.board
    cases = [(part, kind) for part in board.parts for kind in _faults(part)]
    drawn = judged.answers(lot.solver(), np.array(board.nominal))
    if drawn is None:
        return ()
    found: list[Fault | None] = [None] * len(cases)

    def work(solver: PrintSolver, number: int) -> None:
        part, kind = cases[number]
        answers = judged.answers(solver, broken(board, part, kind))
        changed, accuracy = len(classes), 0.0
        if answers is not None:
            changed = int((answers != drawn).sum())
            accuracy = float((answers == classes).mean())
        found[number] = Fault(part.ref, kind, part.group, changed, accuracy)

    done = deal(len(cases), threads, lot.solver, work, cancelled, follow)
    return tuple(each for each in found[:done] if each is not None)


def _faults(part: BoardPart) -> tuple[FaultKind, ...]:
    if part.kind == "common":
        return ()
    return ("open", "short") if part.kind == "resistor" else ("dead",)


def broken(board: Board, part: BoardPart, kind: FaultKind) -> Floats:
    """Return what is printed with one fault, shape (quantities,)."""
    values = np.array(board.nominal)
    if kind == "dead":
        values[part.first + part.count - 1] *= DEAD
    else:
        values[part.first] = OPEN_OHM if kind == "open" else SHORT_OHM
    return values
