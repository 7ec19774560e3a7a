"""What can be exported, as people look for it: kinds of content, each in one or several formats.

Files of a single design come from `formats.EXPORTS`: what is added there appears here by itself.
The dialog's list, the Export menu, the context menus of plots, `export --what` and
`export --all` read this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.formats import EXPORTS, Export, ExportFormat

Needs = Literal["design", "family", "curves", "check", "prints"]


@dataclass(frozen=True)
class FileFormat:
    """A format of a kind.

    Attributes
    ----------
    id : str
        Its name for ``--format``, and on its check box in capitals: the ending without its dot.
    of_design : str or None
        Entry of `EXPORTS` that writes it; None where `app.commands.export_order` does.
    """

    id: str
    of_design: ExportFormat | None = None

    @property
    def ending(self) -> str:
        """The ending of its files, with the dot."""
        return f".{self.id}"


@dataclass(frozen=True)
class ExportKind:
    """A kind of content.

    Attributes
    ----------
    id : str
        Its name for ``--what``.
    name : str
        What it is called in the dialog.
    tip : str
        What it is for.
    formats : tuple of FileFormat
        The first one is taken where none is chosen.
    needs : {"design", "family", "curves", "check", "prints"}
        What must be known beside the design.
    suffix : str
        What its files are called behind the name of the design.
    drawn : bool
        Whether it is a figure with a width, colours and a resolution.
    """

    id: str
    name: str
    tip: str
    formats: tuple[FileFormat, ...]
    needs: Needs = "design"
    suffix: str = ""
    drawn: bool = False

    @property
    def of_design(self) -> bool:
        """Whether it shows the circuit of the design, in either structure."""
        return any(each.of_design not in (None, "design") for each in self.formats)

    def format(self, name: str) -> FileFormat | None:
        """Return the format of that name; None where there is none."""
        return next((each for each in self.formats if each.id == name), None)

    def lacks(self, subject: ExportSubject) -> str:
        """Say in a few words why it cannot be made yet; empty where it can."""
        family = subject.family
        if self.needs == "family" and family is None:
            return "No other designs known"
        if self.needs == "curves" and (family is None or not len(family.history.epochs)):
            return "No curves known"
        if self.needs == "check" and subject.verification is None:
            return "Not checked yet"
        if self.needs == "prints" and subject.prints is None:
            return "No prints computed yet"
        return ""


_PICTURE = ("svg", "pdf", "png")
_SCHEMATIC: tuple[ExportFormat, ...] = tuple(each for each in EXPORTS if each in _PICTURE)
_NAMES: Mapping[str, tuple[str, str, str]] = {
    "csv": ("parts", "Component table", "-parts"),
    "netlist": ("netlist", "Netlist", ""),
    "design": ("design", "Design file", ""),
}


def _formats(*names: str) -> tuple[FileFormat, ...]:
    return tuple(FileFormat(name) for name in names)


def _of_design(export: Export) -> ExportKind:
    name, title, suffix = _NAMES.get(export.id, (export.id, export.name, ""))
    ending = export.endings[0].removeprefix(".")
    return ExportKind(name, title, export.tip, (FileFormat(ending, export.id),), suffix=suffix)


_FIGURES = (
    ExportKind(
        "schematic", "Schematic", "The crossbars with their circuits and component values",
        tuple(FileFormat(each, each) for each in _SCHEMATIC), suffix="-schematic", drawn=True,
    ),
    ExportKind(
        "front", "Trade-off figure", "Accuracy over power of every design, by model and ngspice",
        _formats(*_PICTURE, "csv"), "family", "-front", drawn=True,
    ),
    ExportKind(
        "curves", "Curves", "Loss, accuracy and power of the design while it trained",
        _formats(*_PICTURE, "csv"), "curves", "-curves", drawn=True,
    ),
    ExportKind(
        "check", "Check", "Every node in ngspice over the model, and power and accuracy of both",
        _formats(*_PICTURE, "csv", "json"), "check", "-check", drawn=True,
    ),
    ExportKind(
        "yield", "Yield", "How many prints work, how accuracy falls with the spread, and why",
        _formats(*_PICTURE, "csv", "json"), "prints", "-yield", drawn=True,
    ),
)  # fmt: skip
_DESIGNS = ExportKind(
    "designs", "All designs", "Every design of the family with its figures, one line each",
    _formats("csv"), "family", "-designs",
)  # fmt: skip
_REPORT = ExportKind(
    "report", "Report", "All of it on pages to read and print, one file that needs no network",
    _formats("html"), suffix="-report",
)  # fmt: skip


def _kinds() -> dict[str, ExportKind]:
    single = {
        kind.id: kind
        for kind in (_of_design(each) for each in EXPORTS.values() if each.id not in _SCHEMATIC)
    }
    design = single.pop("design")
    first = [single.pop(each) for each in ("netlist", "parts")]
    every = (*_FIGURES, *first, _DESIGNS, *single.values(), _REPORT, design)
    return {kind.id: kind for kind in every}


KINDS: Mapping[str, ExportKind] = _kinds()


def kind_of(export: ExportFormat) -> ExportKind:
    """Return the kind of content that a format of a design is one of.

    Examples
    --------
    >>> kind_of("pdf").name, kind_of("csv").name
    ('Schematic', 'Component table')
    """
    found = (kind for kind in KINDS.values() for each in kind.formats if each.of_design == export)
    return next(found)
