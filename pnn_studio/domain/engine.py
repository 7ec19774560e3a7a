"""What trained a design, down to the kind of processor: elsewhere the last bits may differ."""

import os
from dataclasses import dataclass


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


def cores() -> int:
    """Count the cores that this process may use, which may be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
