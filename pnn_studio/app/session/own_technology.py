"""A technology of one's own: another one with other limits, written as a file beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pnn_studio.app.session import technologies
from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.print_process import PrintProcess, technology_file
from pnn_studio.domain.reading import read_regular
from pnn_studio.domain.technology import Technology, load_technology
from pnn_studio.errors import PnnError, TechnologyError
from pnn_studio.storage.files import write_atomically

Part = tuple[CircuitName, str]  # circuit and component
_MAX_BYTES = 256 << 10
_SECTION = re.compile(r"\s*\[([\w.]+)\]\s*(?:#.*)?$")
_NUMBER = r"[-+\w.]+"
_SAME = 1e-9  # of two numbers that are one


@dataclass(frozen=True)
class Limits:
    """What can be printed, as far as it can be changed in the window.

    Attributes
    ----------
    title : str
        What people call the technology.
    least_r, largest_r : float
        Ohm of a crossbar resistor.
    ranges : mapping of (circuit, component) to (low, high)
        Ohm or metre.
    """

    title: str
    least_r: float
    largest_r: float
    ranges: Mapping[Part, tuple[float, float]]

    @classmethod
    def of(cls, technology: Technology) -> "Limits":
        """Return those of a technology."""
        ranges = {
            (circuit.name, each.name): (each.low, each.high)
            for circuit in technology.circuits
            for each in circuit.components
        }
        return cls(technology.title, 1 / technology.g_max, 1 / technology.g_min, ranges)


def beyond_surrogates(limits: Limits, folder: Path) -> tuple[str, ...]:
    """Name the components that reach beyond what surrogates were fitted on.

    Raises
    ------
    SurrogateError
        Where their cards cannot be read.
    """
    found = []
    for (circuit, name), (low, high) in limits.ranges.items():
        fitted = technologies.fitted_range(folder, circuit, name)
        if low < fitted[0] * (1 - _SAME) or high > fitted[1] * (1 + _SAME):
            found.append(f"{circuit} {name}")
    return tuple(found)


def surrogate_words(limits: Limits, print_process: PrintProcess, technology: Technology) -> str:
    """Say what becomes of the surrogates with these limits."""
    folder = print_process.surrogate_folder(technology)
    try:
        beyond = beyond_surrogates(limits, folder)
    except PnnError as error:
        return str(error)
    if not beyond:
        return (
            "The surrogates stay: they were fitted on all of these ranges, and no limit of the "
            "crossbar is of concern to them."
        )
    reach = "reaches" if len(beyond) == 1 else "reach"
    return (
        f"{', '.join(beyond)} {reach} beyond what the surrogates were fitted on: training refuses "
        "them until new ones are made (pnn-studio surrogates build --technology FILE --out DIR) "
        "and chosen here."
    )


def write_own(source: str, limits: Limits, path: Path) -> None:
    """Write the technology `source` with other limits to a file of its own.

    The ends of theta move along with those of the conductances, as for another largest R.

    Raises
    ------
    TechnologyError
        Where limits make no technology, or the file is not written as those that ship.
    ProjectFileError
        Where it cannot be written.
    """
    own = technology_file(source)
    if path.resolve() == own.resolve():
        raise TechnologyError(f"{path.name} is what this is made of; choose another name.")
    before = load_technology(source)
    text = read_regular(own, _MAX_BYTES, TechnologyError, "the technology").decode("utf-8")
    g_min, g_max = 1 / limits.largest_r, 1 / limits.least_r
    wanted: dict[tuple[str, str], dict[str, float]] = {
        ("crossbar", "g_min"): {"value": g_min},
        ("crossbar", "g_max"): {"value": g_max},
        ("crossbar", "theta_min"): {"value": before.theta_min * g_min / before.g_min},
        ("crossbar", "theta_max"): {"value": before.theta_max * g_max / before.g_max},
    }
    for (circuit, name), (low, high) in limits.ranges.items():
        wanted[f"{circuit}.components", name] = {"low": low, "high": high}
    made = _changed(text, limits.title, wanted)
    kept = path.read_bytes() if path.is_file() else None
    write_atomically(path, made.encode())
    try:
        _check(load_technology(path), limits)
    except TechnologyError:
        if kept is None:
            path.unlink()
        else:
            write_atomically(path, kept)
        raise


def _changed(text: str, title: str, wanted: Mapping[tuple[str, str], Mapping[str, float]]) -> str:
    """Put other numbers, and a title, into the text of a technology; all else stays as it is."""
    section, lines = "", []
    for line in text.splitlines():
        match = _SECTION.match(line)
        section = match.group(1) if match else section
        name = line.partition("=")[0].strip()
        head, source, tail = line.partition("source")  # whose words may hold numbers
        for key, value in wanted.get((section, name), {}).items():
            head = re.sub(
                rf"\b{key}(\s*)=(\s*){_NUMBER}", rf"{key}\1=\g<2>{value!r}", head, count=1
            )
        if not section and name == "title":
            quoted = title.replace("\\", "\\\\").replace('"', '\\"')
            head, source, tail = f'title = "{quoted}"', "", ""
        lines.append(head + source + tail)
    return "\n".join(lines) + "\n"


def _check(made: Technology, limits: Limits) -> None:
    """Refuse where the numbers did not arrive: the file is not written as those that ship."""
    found = Limits.of(made)
    pairs = [(found.least_r, limits.least_r), (found.largest_r, limits.largest_r)]
    for part, ends in limits.ranges.items():
        pairs += list(zip(found.ranges[part], ends, strict=True))
    same = all(abs(one - other) <= _SAME * abs(other) for one, other in pairs)
    if not same or found.title != limits.title:
        raise TechnologyError(
            "This technology file is not written as those that ship, so that its limits cannot be "
            "changed here; edit the file itself."
        )
