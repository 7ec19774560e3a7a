"""Reports of prints for tests: everything that a yield run says, without one."""

import numpy as np

from pnn_studio.domain.board import Board
from pnn_studio.domain.print_report import (
    Fault,
    PartHarm,
    PrintReport,
    SpiceProof,
    SpreadPoint,
    YieldPlan,
)
from pnn_studio.domain.technology import load_technology
from pnn_studio.domain.yields import Yield


def sample_report(design, plan=None, prints=40) -> PrintReport:
    """Make a report of a design on ten test samples: six of ten prints keep the limit."""
    technology, plan = load_technology("negt"), plan or YieldPlan(prints)
    part = Board.of(design, technology).resistors[0]
    right = np.arange(prints)[:, None] % 10 >= np.arange(10)[None] // 3
    found = Yield(right, np.ones(10, bool), plan.limit)
    return PrintReport(
        variation="technology",
        spread=technology.printing.spread,
        seed=0,
        asked=plan.prints,
        test=found,
        valid=found,
        unsolved=0,
        power=1e-3,
        harm=(PartHarm(part.ref, "crossbar", 0.75, -0.1), PartHarm("rails", "common", 0.25, 0.0)),
        orders=100,
        faults=(
            Fault(part.ref, "open", "crossbar", 2, 0.8),
            Fault("A1_0.T1", "dead", "activation", 0, 1.0),
        ),
        curve=(SpreadPoint(1.0, 0.117, 0.8, 0.6, 1.0),),
        spice=SpiceProof(40, 0, 30, 800, 800, 5e-6, 2.0),
        seconds=1.0,
    )
