"""Write a design as files of any kind; the window's worker and the command line do it alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from pnn_studio.app.commands.check import in_crossbar
from pnn_studio.app.commands.exporting.figure_facts import title_block
from pnn_studio.app.commands.exporting.making import Making
from pnn_studio.app.commands.outputs import check_spares
from pnn_studio.app.commands.own_data import data_of, technology_of
from pnn_studio.circuit.components import component_table
from pnn_studio.circuit.figure.sheets import design_sheets
from pnn_studio.circuit.netlist_file import netlist_text, transistor
from pnn_studio.circuit.tool_sheet import tool_sheet
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.export_kinds import kind_of
from pnn_studio.domain.export_options import LEAST_DPI, ExportOptions
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.formats import EXPORTS, ExportFormat
from pnn_studio.domain.nodes import Given, NodeNames
from pnn_studio.domain.provenance import Provenance, provenance_of
from pnn_studio.domain.sheet import Sheet
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import DatasetError, UsageError
from pnn_studio.physics.evaluate import evaluate_design
from pnn_studio.storage.design_file import design_json
from pnn_studio.storage.files import write_together
from pnn_studio.storage.kicad import kicad_files
from pnn_studio.storage.stamps import BESIDE, SIDECAR, commented, sidecar_json, stamped
from pnn_studio.storage.tables import parts_csv
from pnn_studio.storage.xschem import xschem_files

Files = dict[str, bytes]
_DEFAULT = ExportOptions()


@dataclass(frozen=True, eq=False)
class Told:
    """What is said of a design in its files, beside what it is.

    Attributes
    ----------
    given : tuple of (str, str)
        Names that layers and neurons were given, see `NodeNames`.
    verification : Verification or None
        What ngspice said of exactly this design, for the figures of a title block.
    provenance : Provenance or None
        Where the files come from; None leaves that out.
    """

    given: Given = ()
    verification: Verification | None = None
    provenance: Provenance | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """Where the files come from, one line each, for formats of text."""
        return () if self.provenance is None else self.provenance.lines

    def stamped(self, ending: str, content: bytes) -> bytes:
        """Write where a picture comes from into the place that its format has for it."""
        if self.provenance is None:
            return content
        return stamped(ending, content, self.provenance)


_NOTHING = Told()


@dataclass(frozen=True, eq=False)
class _Asked:
    """What a writer may use; technology and data are there if its format asks for them."""

    name: str
    design: TrainedDesign
    technology: Technology | None
    dataset: Dataset | None
    options: ExportOptions
    names: NodeNames
    told: Told
    making: Making

    @property
    def printed(self) -> Technology:
        """The technology, of a format that asks for it."""
        if self.technology is None:
            raise UsageError("This format needs the technology of the design.")
        return self.technology

    @property
    def title(self) -> str:
        """Of a document."""
        return f"{self.design.data.title} {self.design.layout}"

    def numbered(self, contents: list[bytes]) -> Files:
        """Name several files: the first as asked, further ones with their number."""
        path = PurePath(self.name)
        return {
            self.name if number == 1 else f"{path.stem}-{number}{path.suffix}": content
            for number, content in enumerate(contents, start=1)
        }


def _netlist(asked: _Asked) -> Files:
    if asked.dataset is None:
        raise UsageError("A netlist needs the data of the design for the voltages of a sample.")
    text = netlist_text(
        asked.design, asked.printed, asked.dataset, bench=asked.options.bench,
        sample=asked.options.sample, names=asked.names,
    )  # fmt: skip
    return {asked.name: commented(text, asked.told.lines).encode()}


def _svg(asked: _Asked) -> Files:
    # matplotlib takes most of a second to load, and nothing but figures needs it
    from pnn_studio.storage.figure_svg import sheet_svg

    sheets = _sheets(asked)
    drawn = [sheet_svg(each, asked.title).encode() for each in sheets]
    return asked.numbered([asked.told.stamped(".svg", each) for each in drawn])


def _pdf(asked: _Asked) -> Files:
    # matplotlib again
    from pnn_studio.storage.figure_pdf import sheets_pdf

    drawn = sheets_pdf(_sheets(asked), asked.title, asked.making.go_on)
    return {asked.name: asked.told.stamped(".pdf", drawn)}


def _png(asked: _Asked) -> Files:
    # matplotlib again
    from pnn_studio.storage.figure_png import sheet_png

    dpi, go_on = asked.options.figure.dpi, asked.making.go_on
    drawn = [sheet_png(each, dpi, asked.title, go_on) for each in _sheets(asked)]
    return asked.numbered([asked.told.stamped(".png", each) for each in drawn])


def _table(asked: _Asked) -> Files:
    table = component_table(asked.design, asked.printed, asked.names)
    return {asked.name: parts_csv(table).encode()}


def _xschem(asked: _Asked) -> Files:
    sheet = tool_sheet(asked.design, asked.printed, asked.names)
    text = "\n".join(transistor(asked.printed))
    files = xschem_files(sheet, asked.name, text, asked.told.lines)
    return {name: content.encode() for name, content in files.items()}


def _kicad(asked: _Asked) -> Files:
    sheet = tool_sheet(asked.design, asked.printed, asked.names)
    files = kicad_files(sheet, asked.title, asked.name, asked.told.lines)
    return {name: content.encode() for name, content in files.items()}


def _design(asked: _Asked) -> Files:
    return {asked.name: design_json(asked.design).encode()}


WRITERS: Mapping[ExportFormat, Callable[[_Asked], Files]] = {
    "netlist": _netlist,
    "svg": _svg,
    "pdf": _pdf,
    "png": _png,
    "csv": _table,
    "xschem": _xschem,
    "kicad": _kicad,
    "design": _design,
}


def _sheets(asked: _Asked) -> tuple[Sheet, ...]:
    """Draw the design, with the voltages of the sample where they are asked for."""
    design, technology, figure = asked.design, asked.printed, asked.options.figure
    dataset = asked.dataset if figure.voltages else None

    def draw() -> tuple[Sheet, ...]:
        evaluation = None
        if dataset is not None:
            evaluation = evaluate_design(design, technology, dataset.part("test")[0])
        return design_sheets(
            design, technology, figure, title_block(design, technology, asked.told.verification),
            names=asked.names, evaluation=evaluation, sample=asked.options.sample,
        )  # fmt: skip

    key = (replace(figure, dpi=LEAST_DPI), design.layout.crossbar, asked.options.sample,
           dataset is None)  # fmt: skip
    sheets: tuple[Sheet, ...] = asked.making.once(("sheets", *key), draw)
    return sheets


def export_files(
    design: TrainedDesign,
    technology: Technology | None,
    file_format: ExportFormat,
    name: str,
    *,
    dataset: Dataset | None = None,
    options: ExportOptions = _DEFAULT,
    told: Told = _NOTHING,
    making: Making | None = None,
) -> Files:
    """Make the files of a design in one of the formats of `domain.formats`.

    Parameters
    ----------
    design : TrainedDesign
        What to write.
    technology : Technology or None
        The one that it was trained for; some formats do without.
    file_format : str
        Name of the format.
    name : str
        Of the first file; the names of further ones begin with its stem.
    dataset : Dataset, optional
        Needed for a netlist, which drives the inputs with samples of the test split, and for a
        schematic with voltages.
    options : ExportOptions
        What was chosen.
    told : Told
        What is said of it.
    making : Making, optional
        What was drawn of the same design already.

    Returns
    -------
    dict of str to bytes
        Contents by file name.

    Raises
    ------
    UsageError, SimulatorMissing
        Where a sample or a layer does not exist, or there is nothing to netlist.
    """
    if file_format not in WRITERS:
        raise UsageError(
            f"{file_format!r:.20} is no export format; there are {', '.join(EXPORTS)}."
        )
    if dataset is not None:
        dataset.check_test_sample(options.sample)
    shown = in_crossbar(design, options.crossbar) if file_format != "design" else design
    if shown.layout != design.layout:
        told = replace(told, verification=None)  # it is of the other structure
    names = NodeNames.of(shown, told.given)
    return WRITERS[file_format](
        _Asked(name, shown, technology, dataset, options, names, told, making or Making())
    )


def export_design(
    design: TrainedDesign,
    technology: Technology | None,
    file_format: ExportFormat,
    path: Path,
    *,
    dataset: Dataset | None = None,
    options: ExportOptions = _DEFAULT,
    told: Told = _NOTHING,
) -> tuple[Path, ...]:
    """Write a design to a file of one of the formats of `domain.formats`, and those beside it.

    Parameters are those of `export_files`; `path` is that of the first file.

    Returns
    -------
    tuple of Path
        What was written.

    Raises
    ------
    UsageError, ProjectFileError, SimulatorMissing
        As `export_files`, and where the path cannot be written.
    """
    check_spares(path, design.data)
    provenance = provenance_of(kind_of(file_format).name, design, told.verification)
    told = replace(told, provenance=provenance)
    files = export_files(
        design, technology, file_format, path.name, dataset=dataset, options=options, told=told
    )
    if path.suffix in BESIDE:
        files[f"{path.name}{SIDECAR}"] = sidecar_json(provenance)
    for name in files:
        check_spares(path.with_name(name), design.data)
    return write_together((path.with_name(name), content) for name, content in files.items())


def design_files(
    subject: ExportSubject,
    file_format: ExportFormat,
    name: str,
    options: ExportOptions,
    provenance: Provenance | None,
    making: Making,
) -> dict[str, bytes]:
    """Make the file of a design in a format, with its provenance in it.

    Parameters
    ----------
    subject : ExportSubject
        The design and its data; they are read again where they are not at hand.
    file_format : str
        Name of the format.
    name : str
        Of the file, with its ending.
    options : ExportOptions
        What was chosen for it.
    provenance : Provenance or None
        Where it comes from; None for what is drawn within another file.
    making : Making
        What was drawn of the same subject already.

    Returns
    -------
    dict of str to bytes
        Files by name.
    """
    design, asked = subject.design, EXPORTS[file_format]
    technology = technology_of(design, subject.technology) if asked.technology else None
    shown = asked.samples == "shown" and options.figure.voltages
    dataset = subject.data if asked.samples == "needed" or shown else None
    if dataset is None and technology is not None and asked.samples == "needed":
        dataset = data_of(design, technology)
    told = Told(subject.given, subject.verification, provenance)
    return export_files(
        design, technology, file_format, name, dataset=dataset, options=options, told=told,
        making=making,
    )  # fmt: skip


def design_drawings(
    subject: ExportSubject, options: ExportOptions, making: Making
) -> tuple[str, ...]:
    """Draw the schematic of a design as SVG documents, one a sheet."""
    files = design_files(subject, "svg", "schematic.svg", options, None, making)
    return tuple(content.decode() for content in files.values())


def export_with_its_data(
    design: TrainedDesign,
    file_format: ExportFormat,
    path: Path,
    *,
    technology: str = "",
    data: Dataset | str = "",
    options: ExportOptions = _DEFAULT,
    given: Given = (),
) -> str:
    """Write a design to a file, and load for that what its format asks for.

    Parameters
    ----------
    design, file_format, path, options
        As in `export_design`.
    given : tuple of (str, str)
        As in `Told`.
    technology : str
        Identifier or file of its technology, where it does not ship.
    data : Dataset or str
        Its data, or where they are now; empty where they did not move.

    Returns
    -------
    str
        What was left out and why, to be said after where it was written: voltages whose data
        cannot be read any more. Mostly empty.

    Raises
    ------
    PnnError
        Where it cannot be written, or not without data that cannot be read.
    """
    asked, lacks = EXPORTS[file_format], ""
    chosen = technology_of(design, technology) if asked.technology or technology else None
    needs = asked.samples == "needed" or (asked.samples == "shown" and options.figure.voltages)
    dataset = data if isinstance(data, Dataset) and needs else None
    if chosen is not None and dataset is None and needs:
        try:
            dataset = data_of(design, chosen, data if isinstance(data, str) else "")
        except DatasetError as error:
            if asked.samples == "needed" or data:
                raise
            lacks = f", without voltages: {error}"
    export_design(
        design, chosen, file_format, path, dataset=dataset, options=options, told=Told(given)
    )
    return lacks
