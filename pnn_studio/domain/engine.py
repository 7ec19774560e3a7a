"""What trained a design, down to the kind of processor: elsewhere the last bits may differ."""

import os
from dataclasses import dataclass
from datetime import date

from pnn_studio.errors import ProjectFileError, one_line

_MOST_LETTERS = 60


@dataclass(frozen=True)
class Engine:
    """What trained designs, as files keep it.

    Two that are equal make of the same plan and data the same numbers, bit for bit.

    Attributes
    ----------
    name : str
        Of the program that trains, with its own version: ``compiled 1``.
    processor : str
        Kind of processor, or the device.
    features : str
        Instruction sets that it has.
    versions : tuple of (library, version)
        What numbers may depend on.
    """

    name: str
    processor: str
    features: str
    versions: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Say it in a few words, for messages."""
        libraries = ", ".join(f"{library} {version}" for library, version in self.versions)
        return f"{self.name} with {libraries} on {self.processor}"


@dataclass(frozen=True)
class Origin:
    """When a training ended, and in which program.

    No number depends on it: two trainings of one plan are equal but for this and their time.

    Attributes
    ----------
    date : str
        As in ISO 8601, for example ``2026-11-27``: where it was trained.
    program : str
        With its version.
    """

    date: str
    program: str

    def __post_init__(self) -> None:
        """Refuse what is no date, and no name of a program."""
        try:
            plain = date.fromisoformat(self.date).isoformat()
        except ValueError:
            plain = ""
        if plain != self.date:
            raise ProjectFileError(f"{one_line(self.date):.40} is no date such as 2026-11-27.")
        if len(self.program) > _MOST_LETTERS or one_line(self.program) != self.program:
            raise ProjectFileError("The program that trained a design has a name on one line.")

    def __str__(self) -> str:
        """Say it in a few words.

        Examples
        --------
        >>> str(Origin("2026-11-27", "pnn_studio 0.1.0"))
        '2026-11-27 with pnn_studio 0.1.0'
        """
        return f"{self.date} with {self.program}"


def cores() -> int:
    """Count the cores that this process may use, which may be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
