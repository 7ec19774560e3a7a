"""Runs ngspice as a child process and reads its binary raw file.

A child process, because ngspice's shared library leaks memory with each run and takes the whole
program down when it crashes; its own session, so that whatever it started ends with it. ngspice
reads no start-up file of the user, finds an empty home, no settings in its environment, and nothing
in standard input.
"""

import contextlib
import os
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.netlist import Netlist
from pnn_studio.domain.reading import read_regular
from pnn_studio.errors import Cancelled, SimulationFailed, SimulatorMissing

# names an ngspice that is not on the PATH
PROGRAM_VARIABLE = "PNN_NGSPICE"
_POLL_S = 0.05
_VERSION_TIMEOUT_S = 10.0
_LOG_LIMIT = 1 << 20
_LAST_WORDS = 300
_TROUBLE = re.compile(
    r"error|fatal|undefined|unknown|singular|convergence|too small|abort|failed|can't|cannot",
    re.IGNORECASE,
)
# on the way to convergence ngspice tells of each attempt
_ATTEMPT = re.compile(r"gmin|source stepping|^Note:|Cannot compute substitute")
# an analysis that broke off also says so here, even where ngspice ends with exit code 0
_BROKEN = re.compile(
    r"^\s*(fatal )?error|no convergence|simulation\(s\) aborted|timestep too small",
    re.IGNORECASE | re.MULTILINE,
)
# where a sweep broke off: value of the swept source, and a node or an element
_TROUBLE_AT = re.compile(
    r"\w+ = ([-+.\dEe]+):\s+trouble with (?:node \"([^\"]+)\"|\S+-instance (\S+))"
)
_HEADER_END = b"Binary:\n"
_HEADER_LIMIT, _HEADER_MOST = 1 << 20, 64 << 20
# of a result: a line of the header a variable, and its values
_RAW_LIMIT, _RAW_SPARE, _RAW_LINE = 1 << 30, 1 << 20, 256
# what ngspice would read settings from
_SETTINGS = ("SPICE", "NGSPICE", "XDG_CONFIG")


@dataclass(frozen=True, eq=False)
class RawResult:
    """What one run gave.

    Attributes
    ----------
    values : mapping of str to array
        The netlist's probes by their meaning, one value a point of the sweep, in volt and ampere.
    log : str
        All that ngspice printed.
    seconds : float
        Wall-clock time of the run.
    """

    values: Mapping[str, NDArray[np.float64]]
    log: str
    seconds: float


def find_ngspice(program: str | None = None) -> str:
    """Locate the ngspice program.

    Parameters
    ----------
    program : str or None
        The program itself; by default what the environment variable ``PNN_NGSPICE`` names, else
        ``ngspice`` on the ``PATH``.

    Raises
    ------
    SimulatorMissing
        Where it is not there or cannot be run.
    """
    named = program or os.environ.get(PROGRAM_VARIABLE)
    found = shutil.which(named or "ngspice")
    if found is None and named:
        raise SimulatorMissing(f"{named} is no program that can be run; choose an ngspice.")
    if found is None:
        raise SimulatorMissing(
            "ngspice was not found. Install it (Debian: apt-get install ngspice) "
            "or put its folder on the PATH."
        )
    return str(Path(found).absolute())


def simulator_version(executable: str, timeout_s: float = _VERSION_TIMEOUT_S) -> str:
    """Ask for name and version, for example ``ngspice 39`` (``ngspice`` where it does not say)."""
    with _own_folder() as folder:
        log, _ = _run_child([executable, "--version"], folder, timeout_s, None)
    match = re.search(r"ngspice-(\d[\w.+]*)", log)
    return f"ngspice {match[1]}" if match else "ngspice"


def run_netlist(
    netlist: Netlist,
    timeout_s: float,
    *,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int], None] | None = None,
    executable: str | None = None,
) -> RawResult:
    """Simulate a netlist that has one analysis.

    Parameters
    ----------
    netlist : Netlist
        Its probes must be among what it saves.
    timeout_s : float
        After so many seconds ngspice and all that it started are killed.
    cancelled : callable or None
        Asked every 50 ms; when it returns True the run is killed.
    progress : callable or None
        Told every 50 ms how many points of the sweep ngspice has written.
    executable : str or None
        The program; `find_ngspice` by default.

    Raises
    ------
    SimulatorMissing
        Where there is no ngspice.
    SimulationFailed
        Where ngspice reports an error, takes too long, or its result is not whole; carries netlist
        and log, and point and node where a sweep in steps of one did not converge.
    Cancelled
        Where `cancelled` returned True.
    """
    program = executable or find_ngspice()
    start = time.monotonic()
    with _own_folder() as folder:
        (folder / "netlist.cir").write_text(netlist.text, encoding="ascii")
        command = [program, "-n", "-b", "-r", "result.raw", "netlist.cir"]
        raw, most = folder / "result.raw", _raw_limit(netlist)

        def ask() -> bool:
            if raw.exists() and raw.stat().st_size > most:
                raise SimulationFailed(f"ngspice wrote more than {most >> 20} MiB and was stopped.")
            if progress is not None:
                progress(points_written(raw))
            return cancelled is not None and cancelled()

        try:
            log, code = _run_child(command, folder, timeout_s, ask)
            content = read_regular(raw, most, SimulationFailed) if raw.exists() else b""
        except SimulationFailed as failure:
            raise SimulationFailed(str(failure), netlist.text, failure.log) from failure
    if code != 0 or not content or _BROKEN.search(log):
        raise _failure(netlist, log, code)
    try:
        plots = read_raw(content)
    except ValueError as error:
        raise SimulationFailed(
            f"ngspice's result cannot be read: {error}.", netlist.text, log
        ) from error
    values = {}
    for meaning, variable in netlist.probes.items():
        found = next((plot[variable] for plot in plots if variable in plot), None)
        if found is None or found.size == 0 or not np.all(np.isfinite(found)):
            what = "did not record" if found is None else "gave no finite value for"
            raise SimulationFailed(
                f"ngspice {what} {variable}: {_last_words(log, code)}", netlist.text, log
            )
        if netlist.points and found.size != netlist.points:
            raise SimulationFailed(
                f"ngspice gave {found.size} of {netlist.points} points; this version, or a program "
                "in its place, does not simulate what it is asked to.",
                netlist.text,
                log,
            )
        values[meaning] = found
    return RawResult(values, log, time.monotonic() - start)


@contextlib.contextmanager
def _own_folder() -> Iterator[Path]:
    """Make a folder for a run of ngspice, and remove it with all that is in it.

    Raises
    ------
    SimulationFailed
        Where there is no room for it, or for the netlist.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="pnn-", ignore_cleanup_errors=True) as name:
            yield Path(name)
    except BrokenPipeError:
        raise  # of who is told how far it is
    except OSError as error:
        reason = error.strerror or "nothing can be written"
        raise SimulationFailed(
            f"ngspice needs a folder for its files, but in {_temporary()}: {reason}. Make room "
            "there, or name another folder in the environment variable TMPDIR."
        ) from error


def _temporary() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:
        return os.environ.get("TMPDIR", "/tmp")


def _raw_limit(netlist: Netlist) -> int:
    """Bytes that a result of a netlist may have."""
    if not netlist.points:
        return _RAW_LIMIT
    columns = len(netlist.probes) + 8  # the sweep itself, and what a version adds
    return _RAW_SPARE + columns * (_RAW_LINE + 8 * netlist.points)


def _failure(netlist: Netlist, log: str, code: int) -> SimulationFailed:
    """Tell of a run that broke off, and where where it says so."""
    point, node = None, ""
    if found := _TROUBLE_AT.search(log):
        with contextlib.suppress(ValueError, OverflowError):  # no number after all
            point, node = round(float(found[1])), found[2] or found[3]
    words = f"ngspice failed: {_last_words(log, code)}"
    return SimulationFailed(words, netlist.text, log, point, node)


def read_raw(content: bytes) -> tuple[Mapping[str, NDArray[np.float64]], ...]:
    """Parse a binary raw file of real numbers (ngspice manual, section "Rawfile").

    Parameters
    ----------
    content : bytes
        The file, one or more plots after each other.

    Returns
    -------
    tuple of mappings
        Of each plot its vectors, shape (points,), by lower-case name.

    Raises
    ------
    ValueError
        Where the file is cut off or of another kind.
    """
    plots: list[Mapping[str, NDArray[np.float64]]] = []
    at = 0
    while at < len(content):
        end = content.find(_HEADER_END, at, at + _HEADER_MOST)
        if end < 0:
            raise ValueError("the header of the raw file is cut off or not binary")
        header = content[at:end].decode("ascii", errors="replace")
        fields = dict(
            re.findall(r"^(Flags|No\. Variables|No\. Points):\s*(\S+)", header, re.MULTILINE)
        )
        names = re.findall(r"^\t\d+\t(\S+)\t", header, re.MULTILINE)
        try:
            columns, points = int(fields["No. Variables"]), int(fields["No. Points"])
        except (KeyError, ValueError):
            raise ValueError(
                "the raw file does not say how many variables and points it has"
            ) from None
        if fields.get("Flags") != "real" or len(names) != columns or columns < 1 or points < 0:
            raise ValueError("the raw file is not a table of real numbers")
        at = end + len(_HEADER_END)
        size = 8 * columns * points
        if len(content) - at < size:
            raise ValueError("the raw file is cut off")
        table = np.frombuffer(content, dtype="<f8", count=columns * points, offset=at)
        vectors = table.reshape(points, columns).T.copy()
        plots.append({name.lower(): vector for name, vector in zip(names, vectors, strict=True)})
        at += size
    return tuple(plots)


def points_written(raw: Path) -> int:
    """Count the points of a raw file that is still being written; 0 before its header is.

    ngspice writes 4 KiB at a time, so that the count is a little behind.
    """
    try:
        with raw.open("rb") as file:
            header = file.read(_HEADER_LIMIT)
            size = file.seek(0, os.SEEK_END)
    except OSError:
        return 0
    end = header.find(_HEADER_END)
    columns = re.search(rb"^No\. Variables:\s*(\d{1,9})", header, re.MULTILINE)
    if end < 0 or columns is None or int(columns[1]) == 0:
        return 0
    return (size - end - len(_HEADER_END)) // (8 * int(columns[1]))


def _last_words(log: str, code: int) -> str:
    """Put what ngspice itself said of the trouble on one line."""
    lines = [" ".join(line.split()) for line in log.splitlines() if line.strip()]
    telling = [line for line in lines if _TROUBLE.search(line) and not _ATTEMPT.search(line)]
    telling = telling or lines[-2:]
    # the first complaints name the cause, the last one that it gave up
    words = "; ".join(dict.fromkeys(telling[:3] + telling[-1:]))
    if len(words) > _LAST_WORDS:
        words = words[:_LAST_WORDS] + "..."
    return words or f"it ended with code {code} and said nothing"


def _run_child(
    command: list[str], folder: Path, timeout_s: float, cancelled: Callable[[], bool] | None
) -> tuple[str, int]:
    """Run `command` in `folder`; return what it printed and its exit code."""
    deadline = time.monotonic() + timeout_s
    # killed as we are, we could not end it; Linux then does (util-linux, part of every Debian)
    guard = shutil.which("setpriv")
    try:
        process = subprocess.Popen(
            [guard, "--pdeathsig", "KILL", "--", *command] if guard else command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=_environment(folder),
        )
    except OSError as error:
        raise SimulatorMissing(
            f"{command[0]} cannot be started: {error.strerror}; install ngspice anew."
        ) from error
    output = bytearray()
    assert process.stdout is not None  # it is a pipe
    try:
        with process.stdout, selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            # the end of the pipe wakes us at once; the process is asked too, for a child of it may
            # hold the pipe open
            while True:
                if selector.select(_POLL_S):
                    chunk = os.read(process.stdout.fileno(), 1 << 16)
                    output += chunk
                    del output[:-_LOG_LIMIT]
                    if not chunk:
                        break
                elif _has_ended(process):
                    break
                _stop_if_due(deadline, timeout_s, cancelled, output)
        while not _has_ended(process):
            _stop_if_due(deadline, timeout_s, cancelled, output)
            time.sleep(0.001)
    finally:
        # with whatever it has started, and before it is reaped, so that the group's number cannot
        # have gone to another process
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return output.decode("utf-8", errors="replace"), process.returncode


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process has ended; it is left to be reaped."""
    if not hasattr(os, "waitid"):
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of ngspice: no settings, and a home in which there are none."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_SETTINGS)}
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return kept | {"HOME": str(home)}


def _stop_if_due(
    deadline: float, timeout_s: float, cancelled: Callable[[], bool] | None, output: bytearray
) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled("The simulation was cancelled.")
    if time.monotonic() > deadline:
        log = output.decode("utf-8", errors="replace")
        raise SimulationFailed(
            f"ngspice took longer than {timeout_s:g} s and was stopped; "
            f"allow it more time or simulate fewer samples.",
            log=log,
        )
