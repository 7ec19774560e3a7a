"""Prints, checks and circuits on a cluster, each as the function of here does them."""

import contextlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.cluster import there
from pnn_studio.app.cluster.connection import Cluster
from pnn_studio.app.cluster.dealing import deal_out
from pnn_studio.app.cluster.work import Result
from pnn_studio.app.commands.check import CHECK_TIMEOUT_S
from pnn_studio.app.commands.front_run import Failure
from pnn_studio.app.jobs.frames import pack_value, unpack_value
from pnn_studio.circuit.characterise import Curves
from pnn_studio.circuit.ngspice import find_ngspice, simulator_version
from pnn_studio.domain.archive import pack_arrays
from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.print_report import Answers
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import Cancelled, NotSolved, SimulationFailed
from pnn_studio.physics.variation.monte_carlo import Lot

Unit = Callable[[list[int], int], tuple[Any, ...]]
# prints that are one piece: most of a second of the smallest designs
_SLICE = 32


class ClusterWork:
    """Does on a cluster what functions of the same names do here; only who computes differs.

    Parameters
    ----------
    cluster : Cluster
        Connected.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def _shared(self, kind: str, value: Any) -> str:
        return self._cluster.shared(kind, pack_value(value))

    def _results(
        self,
        count: int,
        unit: Unit,
        cancelled: Callable[[], bool] | None = None,
        together: int = 1,
    ) -> Generator[tuple[list[int], bytes], None, None]:
        """Yield what came of pieces as they are done, until `cancelled` says so."""
        with contextlib.closing(
            deal_out(self._cluster, range(count), unit, together=together)
        ) as dealt:
            for told in dealt:
                for numbers, each in told:
                    if isinstance(each, Result):
                        yield numbers, each.content
                if cancelled is not None and cancelled():
                    return

    def check_designs(
        self,
        designs: Mapping[int, Callable[[], TrainedDesign]],
        technology: Technology,
        dataset: Dataset,
        *,
        timeout_s: float = CHECK_TIMEOUT_S,
        cancelled: Callable[[], bool] | None = None,
        at_once: int = 0,
    ) -> Iterator[tuple[int, Verification | Failure]]:
        """Simulate designs, as `front_run.check_designs` does."""
        names, simulator = [*designs], simulator_version(find_ngspice())
        shared = [self._shared("data", dataset), self._shared("technology", technology)]

        def unit(numbers: list[int], _slots: int) -> tuple[Any, ...]:
            design = pack_value(designs[names[numbers[0]]]())
            return "check", shared, design, timeout_s, simulator

        done = 0
        for (number,), content in self._results(len(names), unit, cancelled):
            found, done = unpack_value(content, there.CheckFound), done + 1
            yield names[number], found.verification or _failure(found)
        if done < len(names):
            raise Cancelled("The check was cancelled.")

    def run_prints(
        self,
        lot: Lot,
        prints: int,
        threads: int,
        *,
        first: int = 0,
        cancelled: Callable[[], bool] | None = None,
        follow: Callable[[int], None] | None = None,
    ) -> Answers:
        """Solve prints, as `monte_carlo.run_prints` does."""
        sent = there.LotSent(lot.design, lot.technology, lot.spread, lot.voltages, lot.seed)
        shared = self._shared("lot", sent)
        slices = -(-prints // _SLICE)
        chosen = np.full((prints, len(lot.voltages)), -1, np.int8)
        power, done = np.full(prints, np.nan), np.zeros(slices, bool)

        def unit(numbers: list[int], _slots: int) -> tuple[Any, ...]:
            at = numbers[0] * _SLICE
            count = min(len(numbers) * _SLICE, prints - at)
            return "prints", [shared], first + at, count

        for numbers, content in self._results(slices, unit, cancelled, together=slices):
            found = unpack_value(content, Answers)
            at = numbers[0] * _SLICE
            chosen[at : at + len(found.power)] = found.chosen
            power[at : at + len(found.power)] = found.power
            done[numbers] = True
            if follow is not None:
                follow(min(int(done.sum()) * _SLICE, prints))
        kept = prints if done.all() else int(np.argmin(done)) * _SLICE
        return Answers(chosen[:kept], power[:kept])

    def simulate(
        self, technology: Technology, name: CircuitName, pieces: Sequence[NDArray[np.float64]]
    ) -> Generator[tuple[int, Curves], None, None]:
        """Simulate circuits: an `Elsewhere` of `characterise`."""
        simulator, shared = (
            simulator_version(find_ngspice()),
            self._shared("technology", technology),
        )

        def unit(numbers: list[int], _slots: int) -> tuple[Any, ...]:
            omega = pack_arrays({"omega": pieces[numbers[0]]}, compressed=False)
            return "circuits", [shared], name, omega, simulator

        for (number,), content in self._results(len(pieces), unit):
            found = unpack_value(content, there.CurvesFound)
            yield number, (found.v_in, found.v_out, found.power)


def _failure(found: there.CheckFound) -> Failure:
    if found.message:
        return SimulationFailed(found.message, found.netlist, found.log)
    return NotSolved(found.design, found.layer, found.sample, found.why)
