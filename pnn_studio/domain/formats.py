"""What a design can be exported to, and what can be opened or imported: the one table of both.

The Export menu, the palette, the command line, the messages between the processes, the dialogs
and what may be dropped on the window read it; `app.commands.export` maps each export to the
function that writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ExportFormat = Literal["netlist", "svg", "pdf", "png", "csv", "xschem", "kicad", "design"]
ImportFormat = Literal["project", "data", "design", "sweep", "technology"]
Samples = Literal["none", "shown", "needed"]


@dataclass(frozen=True)
class Export:
    """A kind of file that a design can be written to.

    Attributes
    ----------
    id : str
        Its name on the command line and between the processes, and of what writes it.
    name : str
        What it is called in menus.
    words : str
        The same in the middle of a sentence.
    tip : str
        What it is for.
    endings : tuple of str
        With their dot; the first is that of a new file.
    kind : str
        What a file dialog calls such files.
    samples : {"none", "shown", "needed"}
        Whether it has voltages of a test sample: never; where they are asked for and the data of
        the design are at hand; or it cannot be written without.
    technology : bool
        Whether the technology of the design is needed, if only to read its data.
    """

    id: ExportFormat
    name: str
    words: str
    tip: str
    endings: tuple[str, ...]
    kind: str
    samples: Samples = "none"
    technology: bool = True

    @property
    def filter(self) -> str:
        """What a file dialog shows.

        Examples
        --------
        >>> EXPORTS["netlist"].filter
        'SPICE netlist (*.cir *.sp)'
        """
        return _filter(self.kind, self.endings)


@dataclass(frozen=True)
class Import:
    """A kind of file that can be opened.

    Attributes
    ----------
    id : str
        Its name in code.
    name, many : str
        What one is called and what a file dialog calls several.
    endings : tuple of str
        With their dot, in lower case; the first is that of a new file.
    verb : str
        What is done with one; empty where none can be dropped on the window.
    """

    id: ImportFormat
    name: str
    many: str
    endings: tuple[str, ...]
    verb: str = ""

    @property
    def filter(self) -> str:
        """What a file dialog shows."""
        return _filter(self.many, self.endings)


def _filter(kind: str, endings: tuple[str, ...]) -> str:
    return f"{kind} ({' '.join(f'*{each}' for each in endings)})"


_TABLES = (".csv", ".tsv", ".tab", ".txt", ".dat", ".data", ".prn", ".arff", ".xlsx", ".ods")

EXPORTS: Mapping[ExportFormat, Export] = {
    each.id: each
    for each in (
        Export(
            "netlist", "SPICE netlist", "SPICE netlist", "The whole circuit; plain ngspice runs it",
            (".cir", ".sp"), "SPICE netlist", samples="needed",
        ),
        Export(
            "svg", "Schematic SVG", "schematic as SVG",
            "The network as a figure: crossbars, component values, circuits",
            (".svg",), "SVG picture", samples="shown",
        ),
        Export(
            "pdf", "Schematic PDF", "schematic as PDF",
            "The same figure, its fonts inside",
            (".pdf",), "PDF document", samples="shown",
        ),
        Export(
            "png", "Schematic PNG", "schematic as PNG",
            "The same figure in pixels of a chosen resolution",
            (".png",), "PNG picture", samples="shown",
        ),
        Export(
            "csv", "Component table CSV", "component table", "Every printed part with its value",
            (".csv",), "CSV table",
        ),
        Export(
            "xschem", "Schematic for xschem", "schematic for xschem",
            "To go on in xschem: schematic, symbols and circuits in files beside each other",
            (".sch",), "xschem schematic",
        ),
        Export(
            "kicad", "Schematic for KiCad", "schematic for KiCad",
            "To go on in KiCad 6 or newer: the network, and its circuits on sheets beside it",
            (".kicad_sch",), "KiCad schematic",
        ),
        Export(
            "design", "Design file", "design file", "The design, to check or export it later",
            (".json",), "Design", technology=False,
        ),
    )
}  # fmt: skip

IMPORTS: Mapping[ImportFormat, Import] = {
    each.id: each
    for each in (
        Import("project", "project", "pNN Studio project", (".pnn",), "Open"),
        Import("data", "table", "Tables", _TABLES, "Import"),
        Import("design", "design", "Designs", (".json",), "Open"),
        Import("sweep", "sweep", "Sweeps", (".npz",), "Open"),
        Import("technology", "technology", "Technologies", (".toml",)),
    )
}


def export_words() -> str:
    """Name all kinds of export in a sentence.

    Examples
    --------
    >>> export_words().startswith("SPICE netlist, schematic as SVG, schematic as PDF")
    True
    """
    *most, last = (each.words for each in EXPORTS.values())
    return f"{', '.join(most)} or {last}"


def import_of(ending: str) -> Import | None:
    """Return what a file with that ending is opened as when it is handed to the window.

    Examples
    --------
    >>> import_of(".CSV").name, import_of(".toml")
    ('table', None)
    """
    for each in IMPORTS.values():
        if each.verb and ending.lower() in each.endings:
            return each
    return None
