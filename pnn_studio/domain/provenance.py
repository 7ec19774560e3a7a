"""Where an exported file comes from: program, model, data, alpha, seed, and whether it was checked.

`provenance_of` makes it for every kind of file; `storage.stamps` writes it into each format.
"""

from dataclasses import dataclass
from importlib.metadata import version

from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import visible


def program_version() -> str:
    """Return the version of this program."""
    return version("pnn-studio")


def this_program() -> str:
    """Name this program with its version, for example ``pnn_studio 0.1.0``."""
    return f"pnn_studio {program_version()}"


@dataclass(frozen=True)
class Provenance:
    """What a reader of a file must know to make it again.

    Attributes
    ----------
    title : str
        What is in the file, in a few words.
    entries : tuple of (name, value)
        For people and machines; names are lower case without spaces.
    """

    title: str
    entries: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """One line an entry, as comments say it.

        Examples
        --------
        >>> Provenance("iris", (("seed", "2"),)).lines
        ('seed: 2',)
        """
        return tuple(f"{name}: {value}" for name, value in self.entries)

    @property
    def sentence(self) -> str:
        """All of it on one line."""
        return "; ".join(self.lines)


def provenance_of(
    what: str,
    design: TrainedDesign,
    verification: Verification | None = None,
    family: Family | None = None,
    checked: int = 0,
) -> Provenance:
    """Say where a file comes from.

    Parameters
    ----------
    what : str
        Kind of file, for example ``schematic``.
    design : TrainedDesign
        The design that it is of, or that was chosen in a file of a whole family.
    verification : Verification, optional
        What ngspice said of exactly this design; without it the file says that it is not checked.
    family : Family, optional
        All designs, where the file is of them all.
    checked : int
        How many of those were checked in ngspice.
    """
    data = design.data
    name = f"{data.title} {design.layout}"
    asked = f"alpha {design.alpha:g}, seed {design.seed}"
    entries = [
        ("program", this_program()),
        ("design", f"{name}, {design.layout.crossbar} crossbar"),
        ("model", design.model),
        ("data", f"{data.title}, split seed {data.split_seed}"),
        ("data-sha256", data.fingerprint),
        ("technology", f"{design.technology}, sha256 {design.technology_fingerprint}"),
        ("alpha", f"{design.alpha:g}"),
        ("seed", str(design.seed)),
    ]
    if design.variation is not None:
        entries.append(("trained-for", design.trained_for))
    if design.engine is not None:
        entries.append(("trained-by", str(design.engine)))
    if design.origin is not None:
        entries.append(("trained", str(design.origin)))
    if family is not None:
        entries.append(("designs", f"{family.plan.designs}, {checked} checked in ngspice"))
    entries.append(("checked", _checked(verification)))
    said = tuple((key, visible(value)) for key, value in entries)
    return Provenance(visible(f"{what}: {name}, {asked}"), said)


def _checked(verification: Verification | None) -> str:
    if verification is None:
        return "not checked in ngspice"
    accuracy = format_percent(verification.spice_accuracy)
    power = format_si(verification.spice_power.total, "W")
    samples = f"{verification.samples} test samples"
    return f"{verification.simulator}: {accuracy}, {power} over {samples}"
