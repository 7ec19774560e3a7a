"""What decides the bits of a training, and how two machines differ in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pnn_studio.domain.engine import Engine


@dataclass(frozen=True)
class Facts:
    """What a machine computes with.

    Attributes
    ----------
    program : str
        Version of this program.
    engine : Engine
        What trains there, with its libraries and processor.
    """

    program: str
    engine: Engine

    @property
    def plain(self) -> dict[str, Any]:
        """The same as plain values, to be sent."""
        engine = self.engine
        return {
            "program": self.program,
            "name": engine.name,
            "processor": engine.processor,
            "features": engine.features,
            "versions": [list(each) for each in engine.versions],
        }

    @property
    def fingerprint(self) -> str:
        """The same for machines that compute with the same, and for no others."""
        return sha256(repr(self).encode()).hexdigest()

    @staticmethod
    def of_plain(plain: Mapping[str, Any]) -> "Facts":
        """Read what `plain` says."""
        versions = tuple((str(name), str(version)) for name, version in plain["versions"])
        name, processor, features = (str(plain[each]) for each in ("name", "processor", "features"))
        return Facts(str(plain["program"]), Engine(name, processor, features, versions))


def why_not(one: Facts, wanted: Facts) -> str:
    """Say what of a machine is not as it must be, and what to do; empty where all is.

    Examples
    --------
    >>> engine = Engine("compiled 1", "znver3 x86_64", "", (("numba", "0.62.0"),))
    >>> other = Engine("compiled 1", "znver3 x86_64", "", (("numba", "0.61.2"),))
    >>> why_not(Facts("0.1.0", other), Facts("0.1.0", engine))[:45]
    'has numba 0.61.2, and here is 0.62.0: pip ins'
    """
    if one.program != wanted.program:
        return (
            f"has pnn-studio {one.program}, and here is {wanted.program}: install the same there, "
            "or end that worker."
        )
    there, here = dict(one.engine.versions), dict(wanted.engine.versions)
    other = [name for name in here if there.get(name) != here[name]]
    if other:
        name = other[0]
        return (
            f"has {name} {there.get(name, 'missing')}, and here is {here[name]}: pip install "
            f"'{name}=={here[name]}' there, or end that worker."
        )
    if one.engine != wanted.engine:
        return (
            f"trains by {one.engine.name} on {one.engine.processor}, and others by "
            f"{wanted.engine.name} on {wanted.engine.processor}: the same design would end with "
            "other bits. End that worker, or take only workers of its kind."
        )
    return ""
