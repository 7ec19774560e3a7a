"""Monte Carlo over prints, by the exact solve, on all cores.

A print is the same whatever is computed beside it, so answers do not depend on threads, on the size
of slices or on where a run was ended.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.board import Board, draw, draw_noise
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.print_report import Answers
from pnn_studio.domain.printing import Spread
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import NotSolved
from pnn_studio.physics.variation.dealing import Cancelled, Follow, deal
from pnn_studio.physics.variation.solver import PrintSolver

Floats = NDArray[np.float64]

# prints that a thread takes at a time: some tens of milliseconds
_SLICE = 32


@dataclass(frozen=True, eq=False)
class Lot:
    """What prints are drawn and driven by.

    Attributes
    ----------
    design, technology
        What is printed, and on what process.
    spread : Spread
        How far prints lie from the drawing.
    voltages : array, shape (samples, inputs)
        Input voltages.
    seed : int
        Of the draws.
    """

    design: TrainedDesign
    technology: Technology
    spread: Spread
    voltages: Floats
    seed: int = 0
    board: Board = field(init=False)
    deviations: Floats = field(init=False)

    def __post_init__(self) -> None:
        """List the quantities once."""
        object.__setattr__(self, "board", Board.of(self.design, self.technology))
        object.__setattr__(self, "deviations", self.board.deviations(self.spread))

    def solver(self) -> PrintSolver:
        """Return what solves its prints; a thread needs one of its own."""
        return PrintSolver(self.board, self.technology, self.design.layout)

    def normals(self, number: int) -> Floats:
        """Return the draws of a print, shape (quantities,)."""
        return draw(self.seed, number, self.board.quantities)

    def printed(self, number: int) -> Floats:
        """Return what is printed, shape (quantities,)."""
        return self.board.printed(self.normals(number), self.deviations)

    def driven(self, number: int) -> Floats:
        """Return the input voltages with the noise of a print."""
        noise = self.spread.input_noise.value
        if not noise:
            return self.voltages
        drawn = draw_noise(self.seed, number, self.voltages.shape)
        return np.asarray(self.voltages + noise * drawn)

    def as_drawn(self) -> tuple[Floats, float]:
        """Return outputs (samples, classes) in volt and power in watt of the drawn design.

        Raises
        ------
        NotSolved
            Where the circuit has no solution.
        """
        found = self.solver().solve(np.array(self.board.nominal), self.voltages)
        if found is None:
            name = f"the design of alpha {self.design.alpha:g}, seed {self.design.seed},"
            raise NotSolved(name, 1, 0, "check its component values.")
        return found


def run_prints(
    lot: Lot,
    prints: int,
    threads: int,
    *,
    first: int = 0,
    cancelled: Cancelled = None,
    follow: Follow = None,
) -> Answers:
    """Solve so many prints, or as many of the first ones as are done when cancelled.

    Parameters
    ----------
    lot : Lot
        What is printed.
    prints, threads : int
        How many, and on how many threads.
    first : int
        Number of the first of them.
    cancelled : callable, optional
        Asked every 50 ms whether to end.
    follow : callable, optional
        Told every 50 ms how many are done.
    """
    chosen = np.full((prints, len(lot.voltages)), -1, np.int8)
    power = np.full(prints, np.nan)

    def work(solver: PrintSolver, number: int) -> None:
        for each in range(number * _SLICE, min((number + 1) * _SLICE, prints)):
            found = solver.solve(lot.printed(first + each), lot.driven(first + each))
            if found is not None:
                chosen[each] = found[0].argmax(axis=1)
                power[each] = found[1]

    tell = None if follow is None else lambda slices: follow(min(slices * _SLICE, prints))
    slices = deal(-(-prints // _SLICE), threads, lot.solver, work, cancelled, tell)
    kept = min(slices * _SLICE, prints)
    if follow is not None:
        follow(kept)
    return Answers(chosen[:kept], power[:kept])
