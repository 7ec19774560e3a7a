"""What a person chooses for an exported file beyond its format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pnn_studio.domain.layout import Crossbar
from pnn_studio.errors import UsageError

ONE_COLUMN_MM, TWO_COLUMNS_MM = 88.0, 181.0  # of IEEE's journals and proceedings
WIDTHS: Mapping[str, float | None] = {"88": ONE_COLUMN_MM, "181": TWO_COLUMNS_MM, "free": None}
LEAST_MM, MOST_MM = 60.0, 2000.0
LEAST_DPI, MOST_DPI = 72, 1200

Style = Literal["paper", "document"]
Bench = Literal["sample", "test"]


@dataclass(frozen=True)
class FigureOptions:
    """How the schematic is drawn (SVG, PDF, PNG).

    Attributes
    ----------
    width_mm : float or None
        Width of a sheet; None for as wide as the drawing needs. What does not fit at 7 pt is drawn
        at the next width of `WIDTHS`, and split by columns beyond.
    colour : bool
        Colours of the categories, or black on white.
    style : {"paper", "document"}
        A figure with one line under it; or a frame, a legend and a title block.
    layer : int or None
        Only this layer, 0 is the first; None for the whole network.
    cells : bool
        Whether the nonlinear circuits are drawn down to their transistors.
    voltages : bool
        Whether the voltages of the sample stand beside the nodes.
    pages : bool
        A sheet for each layer and one for the cells, or all on one.
    dpi : int
        Resolution of a PNG.
    """

    width_mm: float | None = TWO_COLUMNS_MM
    colour: bool = True
    style: Style = "document"
    layer: int | None = None
    cells: bool = True
    voltages: bool = False
    pages: bool = False
    dpi: int = 600

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if self.width_mm is not None and not LEAST_MM <= self.width_mm <= MOST_MM:
            raise UsageError(
                f"A figure is {LEAST_MM:.0f} to {MOST_MM:.0f} mm wide, not {self.width_mm:g}."
            )
        if not LEAST_DPI <= self.dpi <= MOST_DPI:
            raise UsageError(f"A PNG has {LEAST_DPI} to {MOST_DPI} dpi, not {self.dpi}.")


@dataclass(frozen=True)
class ExportOptions:
    """All choices of an export; each format reads those that concern it.

    Attributes
    ----------
    crossbar : {"modified", "original"} or None
        Structure to export the same weights in; None for the design's own.
    sample : int
        Which sample of the test split drives the inputs, where one does.
    bench : {"sample", "test"}
        What the test bench of a netlist runs: that sample, or all of the test split.
    figure : FigureOptions
        How the schematic is drawn.
    """

    crossbar: Crossbar | None = None
    sample: int = 0
    bench: Bench = "sample"
    figure: FigureOptions = field(default_factory=FigureOptions)
