"""What the window tells a person, as values: what happened, and what can be done about it."""

from dataclasses import dataclass
from typing import Literal

from pnn_studio.app.protocol import Job


@dataclass(frozen=True, eq=False)
class Remedy:
    """Something that helps, offered as a button.

    Attributes
    ----------
    text : str
        What stands on the button.
    do : {"retry", "resume"}
        Give `job` to a worker again, or let the run at the place `run` go on.
    job : Job or None
        What to do again.
    run : int
        Place of a run in the history.
    """

    text: str
    do: Literal["retry", "resume"]
    job: Job | None = None
    run: int = -1


@dataclass(frozen=True, eq=False)
class Message:
    """What the message bar shows.

    Attributes
    ----------
    tone : {"error", "note"}
        Whether something failed.
    text : str
        One line.
    details : str
        What a report needs; offered for copying.
    remedies : tuple of Remedy
        What can be done about it, the best one first.
    """

    tone: Literal["error", "note"]
    text: str
    details: str = ""
    remedies: tuple[Remedy, ...] = ()
