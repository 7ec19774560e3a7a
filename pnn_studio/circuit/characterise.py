"""Characterisation: many copies of a nonlinear circuit simulated, reduced to eta and power."""

import contextlib
import hashlib
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import numpy as np
from numpy.typing import NDArray

from pnn_studio.circuit.cells import add_cell, add_voltage, cell_netlist, new_circuit, write_out
from pnn_studio.circuit.devices import transistor_of
from pnn_studio.circuit.ngspice import find_ngspice, run_netlist
from pnn_studio.circuit.sampling import sample_components
from pnn_studio.circuit.tanh_fit import fit_tanh
from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.characterisation import CircuitTable
from pnn_studio.domain.netlist import Netlist
from pnn_studio.domain.technology import Circuit, Technology
from pnn_studio.domain.units import spice_number
from pnn_studio.errors import TechnologyError

# A fit over a narrower sweep leaves eta badly identified. First and last voltage and step.
SWEEP = (-2.0, 2.0, 0.05)
# More make the matrix slow to solve, fewer waste the start of a process.
CIRCUITS_PER_NETLIST = 16
_TIMEOUT_S = 60.0
_POINTS_OF_MEAN = 201

# swept input (points,), outputs and delivered power (circuits, points)
Curves = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
# given a technology, a circuit and the components of pieces, each of shape (circuits, components):
# yields what `simulate_circuits` finds of each, with its number, in any order
Elsewhere = Callable[
    [Technology, CircuitName, Sequence[NDArray[np.float64]]],
    Generator[tuple[int, Curves], None, None],
]


def characterise(
    technology: Technology,
    name: CircuitName,
    count: int,
    seed: int,
    processes: int = 2,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    elsewhere: Elsewhere | None = None,
) -> CircuitTable:
    """Simulate `count` copies of a nonlinear circuit in ngspice and reduce them.

    Parameters
    ----------
    technology : Technology
        Gives transistor, rails, component ranges and constraints.
    name : str
        Which circuit of the technology.
    count, seed : int
        Number of copies and seed of the Sobol samples; the same ones give the same table.
    processes : int
        How many ngspice run at a time.
    progress : callable or None
        Called with the number of circuits simulated so far and `count`, in the caller's thread.
    cancelled : callable or None
        Asked every 50 ms from other threads; when it returns True all ends.
    elsewhere : callable or None
        Has other machines simulate, see `Elsewhere`.

    Raises
    ------
    SimulatorMissing
        Where there is no ngspice, or the technology has no transistor.
    SimulationFailed
        Where one of the runs fails; carries its netlist.
    TechnologyError
        Where the technology's inputs lie outside the sweep, or its constraints leave nothing.
    Cancelled
        Where `cancelled` returned True.
    """
    transistor_of(technology)
    if not (SWEEP[0] <= technology.input_low and technology.input_high <= SWEEP[1]):
        raise TechnologyError(
            f"{technology.id}: the inputs' {technology.input_low:g}..{technology.input_high:g} V "
            f"leave the simulated {SWEEP[0]:g}..{SWEEP[1]:g} V; narrow them."
        )
    circuit = technology.circuit(name)
    omega, near_default = sample_components(circuit, count, seed)
    names = tuple(component.name for component in circuit.components)
    pieces = [omega[chunk] for chunk in _chunks(len(omega))]
    found = {}
    done = 0
    with contextlib.closing(
        _simulate(technology, name, pieces, processes, cancelled)
        if elsewhere is None
        else elsewhere(technology, name, pieces)
    ) as results:
        for number, curves in results:
            found[number] = curves
            done += len(pieces[number])
            if progress is not None:
                progress(done, len(omega))
    v_in = found[0][0]
    v_out, power = (
        np.concatenate([found[number][place] for number in range(len(pieces))]) for place in (1, 2)
    )
    weights = _mean_weights(v_in, technology.input_low, technology.input_high)
    return CircuitTable(
        circuit=name,
        technology=technology.id,
        technology_fingerprint=technology.fingerprint,
        netlist_hash=netlist_hash(technology, name),
        seed=seed,
        names=names,
        omega=omega,
        near_default=near_default,
        v_in=v_in,
        v_out=v_out,
        eta=fit_tanh(v_in, circuit.kind.sign * v_out),
        power=power @ weights,
    )


def netlist_hash(technology: Technology, name: CircuitName) -> str:
    """SHA-256 of the circuit's test bench with default values: says what was characterised."""
    return hashlib.sha256(cell_netlist(technology, name, SWEEP).text.encode("ascii")).hexdigest()


def _bench(technology: Technology, circuit: Circuit, omega: NDArray[np.float64]) -> Netlist:
    """Put copies of one circuit side by side, each with supplies of its own to tell its power."""
    names = [component.name for component in circuit.components]
    spice = new_circuit(f"{circuit.name} circuits", technology, [circuit.name])
    add_voltage(spice, "in", "x", 0.0)
    probes = {"v_in": "v(x)"}
    for index, values in enumerate(omega):
        # a source of 0 V measures the current out of the input
        spice.V(f"in{index}", "x", f"x{index}", raw_spice="dc 0")
        add_voltage(spice, f"dd{index}", f"vdd{index}", circuit.vdd)
        add_voltage(spice, f"ss{index}", f"vss{index}", circuit.vss)
        nodes = (f"x{index}", f"y{index}", f"vdd{index}", f"vss{index}")
        add_cell(spice, str(index), circuit.name, nodes, dict(zip(names, values, strict=True)))
        probes |= {f"v_out{index}": f"v(y{index})", f"i_in{index}": f"i(vin{index})",
                   f"i_dd{index}": f"i(vdd{index})", f"i_ss{index}": f"i(vss{index})"}  # fmt: skip
    saved = [f".save {variable}" for variable in probes.values()]
    sweep = " ".join(spice_number(value) for value in SWEEP)
    points = round((SWEEP[1] - SWEEP[0]) / SWEEP[2]) + 1
    return Netlist(write_out(spice, [*saved, f".dc Vin {sweep}"]), probes, points)


def simulate_circuits(
    technology: Technology,
    name: CircuitName,
    omega: NDArray[np.float64],
    *,
    cancelled: Callable[[], bool] | None = None,
    executable: str = "",
) -> Curves:
    """Simulate copies of a circuit in one netlist; `omega` has shape (circuits, components).

    Raises
    ------
    SimulatorMissing, SimulationFailed, Cancelled
        As `characterise`.
    """
    circuit = technology.circuit(name)
    values = run_netlist(
        _bench(technology, circuit, omega),
        _TIMEOUT_S,
        cancelled=cancelled,
        executable=executable or find_ngspice(),
    ).values
    v_in = values["v_in"]
    v_out, power = [], []
    for index in range(len(omega)):
        v_out.append(values[f"v_out{index}"])
        # a supply's current counts from + through the source to -, hence the minus
        power.append(v_in * values[f"i_in{index}"] - circuit.vdd * values[f"i_dd{index}"]
                     - circuit.vss * values[f"i_ss{index}"])  # fmt: skip
    return v_in, np.stack(v_out), np.stack(power)


def _simulate(
    technology: Technology,
    name: CircuitName,
    pieces: Sequence[NDArray[np.float64]],
    processes: int,
    cancelled: Callable[[], bool] | None,
) -> Generator[tuple[int, Curves], None, None]:
    """Simulate all pieces here, and yield each by its number when it is done."""
    executable = find_ngspice()
    stopped = threading.Event()

    def should_stop() -> bool:
        return stopped.is_set() or (cancelled is not None and cancelled())

    def run(piece: NDArray[np.float64]) -> Curves:
        return simulate_circuits(
            technology, name, piece, cancelled=should_stop, executable=executable
        )

    with ThreadPoolExecutor(processes, thread_name_prefix="ngspice") as pool:
        numbers = {pool.submit(run, piece): number for number, piece in enumerate(pieces)}
        try:
            for future in as_completed(numbers):
                yield numbers[future], future.result()
        finally:
            # a failure or an interruption here ends the other runs too
            stopped.set()
            pool.shutdown(cancel_futures=True)


def _chunks(count: int) -> Iterator[slice]:
    for start in range(0, count, CIRCUITS_PER_NETLIST):
        yield slice(start, min(start + CIRCUITS_PER_NETLIST, count))


def _mean_weights(v: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Weights (points,) of a curve's mean over low..high: linear between points, trapezoid rule."""
    at = np.linspace(low, high, _POINTS_OF_MEAN)
    share = np.full(_POINTS_OF_MEAN, 1 / (_POINTS_OF_MEAN - 1))
    share[[0, -1]] /= 2
    return np.array([share @ np.interp(at, v, unit) for unit in np.eye(len(v))])
