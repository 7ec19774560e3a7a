"""Expected failures: each says what is wrong, where, and what to do."""

import unicodedata


def one_line(text: str) -> str:
    r"""Write text of a stranger as one line; what could steer a terminal as an escape.

    Examples
    --------
    >>> one_line("two\nlines\x1b[2J")
    'two lines\\x1b[2J'
    """
    line = " ".join(text.split())
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in line)


# what turns the direction of writing, so that a text looks like another
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str) -> str:
    r"""Write what steers a terminal, or hides letters, as an escape; blanks and lines stay.

    Examples
    --------
    >>> visible("two\nlines\x1b[2J"), visible("a\u202eb"), visible("Größe 大小")
    ('two\nlines\\x1b[2J', 'a\\u202eb', 'Größe 大小')
    """
    return "".join(
        ascii(each)[1:-1]
        if each in _DIRECTIONS
        or (each not in "\t\r\n" and unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp"))
        else each
        for each in text
    )


class PnnError(Exception):
    r"""An expected failure, shown as one line and never as a traceback.

    Parameters
    ----------
    message : str
        What is wrong, where, and the remedy, in one line. It may quote a file of a stranger, so
        what could steer a terminal is written as an escape.

    Examples
    --------
    >>> str(PnnError("no column\n\x1b[2J"))
    'no column \\x1b[2J'
    """

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class UsageError(PnnError):
    """An argument or option that cannot be used."""


class LayoutError(PnnError):
    """A layout that no circuit can have."""


class DatasetError(PnnError):
    """Data that cannot be read or learned from."""


class TechnologyError(PnnError):
    """A technology file that is incomplete or contradicts itself."""


class SurrogateError(PnnError):
    """A surrogate artefact whose card and weights do not fit."""


class ProjectFileError(PnnError):
    """A design, sweep or project file that cannot be read or written."""


class SimulatorMissing(PnnError):
    """No ngspice to run, or no netlists to simulate."""


class SimulationFailed(PnnError):
    """ngspice stopped, or took too long.

    Parameters
    ----------
    message : str
        One line: what happened and ngspice's own words.
    netlist : str
        What was simulated, whole.
    log : str
        All that ngspice printed.
    point, node : int or None, str
        At which point of the sweep, and at which node of the netlist, where it says so.
    """

    def __init__(
        self,
        message: str,
        netlist: str = "",
        log: str = "",
        point: int | None = None,
        node: str = "",
    ) -> None:
        super().__init__(message)
        self.netlist = netlist
        self.log = log
        self.point, self.node = point, node


class NotSolved(PnnError):
    """A printed circuit for whose voltages no solution was found.

    Parameters
    ----------
    design : str
        What to call the design.
    layer : int
        In which layer, 1 is the first.
    sample : int
        At which sample, 0 is the first.
    why : str
        What was tried, and what to do.
    """

    def __init__(self, design: str, layer: int, sample: int, why: str) -> None:
        super().__init__(f"Layer {layer} of {design} has no solution at sample {sample}: {why}")
        self.design, self.layer, self.sample, self.why = design, layer, sample, why


class TrainingFailed(PnnError):
    """A training that could not go on."""


class TrainingLost(TrainingFailed):
    """A training of which a process died: it can go on from the state that it kept."""


class ClusterError(PnnError):
    """A cluster that cannot be reached, or whose workers would give other numbers."""


class Cancelled(PnnError):
    """The person stopped the work; nothing went wrong."""
