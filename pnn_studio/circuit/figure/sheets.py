"""The schematic of a design on sheets of a chosen width: layers, cells, and what is said of them.

Layers and cells flow over the width like words. A layer that is wider than the chosen width gets
the next one, and beyond the last one it is split by columns; text is never smaller.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pnn_studio.circuit.figure.cells import cell_drawings
from pnn_studio.circuit.figure.drawing import CAP, CLEAR, STROKE, TEXT, Drawing
from pnn_studio.circuit.figure.layer import LayerFigure
from pnn_studio.circuit.wiring import wire_up
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import Evaluation
from pnn_studio.domain.export_options import TWO_COLUMNS_MM, WIDTHS, FigureOptions
from pnn_studio.domain.letters import fitted, text_width, wrapped
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.schematic import Role
from pnn_studio.domain.sheet import Line, Sheet
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import UsageError

BESIDE, UNDER = 4.0, 5.0  # mm between blocks
FRAME = 3.0  # from the frame to what is in it
LINE = 3.4  # of a caption
TITLE, TITLE_TEXT, TITLE_ROW, TITLE_LABEL = 66.0, 8.0, 5.7, 20.0
EDGE = 0.1  # of a sheet without a frame
LEGEND_ROW, LEGEND_SAMPLE = 5.0, 6.0
_ROUNDING = 1e-6
_Entry = tuple[str, Role]


@dataclass(frozen=True)
class TitleBlock:
    """What is said of a design beside its drawing.

    Attributes
    ----------
    name : str
        Of the design.
    rows : tuple of (str, tuple of str)
        Label and lines of each row of the title block.
    caption : str
        The same in one line, for a figure in a paper.
    """

    name: str
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    caption: str = ""


@dataclass
class _Page:
    """Blocks of one sheet, in their order, and what it shows."""

    name: str
    blocks: list[Drawing] = field(default_factory=list)


def design_sheets(
    design: TrainedDesign,
    technology: Technology,
    options: FigureOptions,
    title: TitleBlock,
    *,
    names: NodeNames | None = None,
    evaluation: Evaluation | None = None,
    sample: int = 0,
) -> tuple[Sheet, ...]:
    """Draw a design.

    Parameters
    ----------
    design : TrainedDesign
        In the crossbar structure to draw.
    technology : Technology
        The one that it was trained for.
    options : FigureOptions
        How.
    title : TitleBlock
        What is said of it.
    names : NodeNames, optional
        What people call the nodes; those of the data if left out.
    evaluation : Evaluation, optional
        Voltages, written where `options` ask for them.
    sample : int
        Which sample of it.

    Raises
    ------
    UsageError
        Where the layer is not there.
    """
    count = len(design.layers)
    if options.layer is not None and not 0 <= options.layer < count:
        raise UsageError(f"There is no layer {options.layer + 1}; the design has 1 to {count}.")
    wiring, alone = wire_up(design), options.layer is not None
    figures = [
        LayerFigure(
            design, wiring[index], index + 1, names or NodeNames.of(design), alone,
            evaluation.layers[index] if evaluation and options.voltages else None, sample,
        )
        for index in ((options.layer,) if options.layer is not None else range(count))
    ]  # fmt: skip
    inset = 2 * FRAME if options.style == "document" else 2 * EDGE
    width = _width(figures, options, inset)
    pages = []
    for figure in figures:
        step = figure.columns_in(width - inset) if options.width_mm is not None else figure.count
        starts = range(0, figure.count, step)
        for start in starts:
            columns = range(start, min(start + step, figure.count))
            name = f"layer {figure.number} of {count}"
            if len(starts) > 1:
                name += f", columns {columns.start + 1} to {columns.stop}"
            pages.append(_Page(name, [figure.draw(columns)]))
    if options.cells:
        shown = [figure.wiring for figure in figures]
        cells = cell_drawings(shown, technology, alone=alone)
        pages.append(_Page("circuits", list(cells)))
    if not options.pages:
        whole = f"layer {figures[0].number} of {count}" if alone else "whole network"
        pages = [_Page(whole, [block for page in pages for block in page.blocks])]
    return tuple(
        _sheet(page, number, len(pages), width, options, title)
        for number, page in enumerate(pages, start=1)
    )


def _width(figures: Sequence[LayerFigure], options: FigureOptions, inset: float) -> float:
    """Choose the width of the sheets."""
    if options.width_mm is None:
        return max(*(figure.width(figure.count) for figure in figures), TITLE + 20, 90.0) + inset
    widths = sorted(each for each in WIDTHS.values() if each is not None)
    for width in (options.width_mm, *(each for each in widths if each > options.width_mm)):
        if all(figure.width(figure.count) + inset <= width for figure in figures):
            return width
    return max(options.width_mm, TWO_COLUMNS_MM)


def _sheet(
    page: _Page, number: int, of: int, width: float, options: FigureOptions, title: TitleBlock
) -> Sheet:
    """Lay the blocks of a page out, and say what they are."""
    framed = options.style == "document"
    margin = FRAME if framed else EDGE
    room = width - 2 * margin
    places, drawing = _Places(room), Drawing()
    for block in page.blocks:
        drawing.put(block, *places.take(block))
    if framed:
        legend = _legend(options)
        drawing.put(legend, *places.take(legend))
        said = _title_block(title, page.name, f"sheet {number} of {of}")
        # its right and lower edge are those of the frame
        left = room + margin - TITLE
        bottom = max(places.bottom, places.height(left, room) + said.height - margin)
        drawing.put(said, left, bottom + margin - said.height)
    else:
        bottom = places.bottom
        for line in wrapped(_caption(title, page.name, of), room, TEXT):
            bottom += LINE
            drawing.write(0.0, bottom - (LINE - CAP) / 2, line)
    whole = Drawing()
    whole.put(drawing, margin, margin)
    height = bottom + 2 * margin
    if framed:
        half = STROKE / 2
        corners = ((half, half), (width - half, half), (width - half, height - half),
                   (half, height - half))  # fmt: skip
        whole.lines.append(Line(corners, STROKE, closed=True))
    return Sheet(
        page.name, width, height, options.colour,
        tuple(whole.parts), tuple(whole.lines), tuple(whole.discs), tuple(whole.texts),
    )  # fmt: skip


class _Places:
    """Finds room for blocks: as high as possible, then as far left as possible."""

    def __init__(self, width: float) -> None:
        self._width = width
        self._taken: list[tuple[float, float, float]] = []  # left, right, bottom

    @property
    def bottom(self) -> float:
        """How far down blocks reach."""
        return max((bottom for *_, bottom in self._taken), default=0.0)

    def height(self, left: float, right: float) -> float:
        """Return where it is free from `left` to `right`, with a distance to what is above."""
        above = [bottom for start, end, bottom in self._taken
                 if start < right + BESIDE and left < end + BESIDE]  # fmt: skip
        return max(above) + UNDER if above else 0.0

    def take(self, block: Drawing) -> tuple[float, float]:
        """Return a place for a block, which is taken then."""
        starts = [0.0, *(right + BESIDE for _, right, _ in self._taken)]
        fitting = [x for x in starts if x + block.width <= self._width + _ROUNDING] or [0.0]
        y, x = min((self.height(x, x + block.width), x) for x in fitting)
        self._taken.append((x, x + block.width, y + block.height))
        return x, y


def _caption(title: TitleBlock, name: str, of: int) -> str:
    part = f" ({name})" if of > 1 or name != "whole network" else ""
    return f"{title.name}{part}; {title.caption}" if title.caption else f"{title.name}{part}"


def _title_block(title: TitleBlock, page: str, sheet: str) -> Drawing:
    """Write the title block; its frame touches that of the sheet."""
    block = Drawing(TITLE)
    lines = [
        (label if number == 0 else "", line)
        for label, said in (("design", (f"{title.name}, {page}",)), *title.rows)
        for number, line in enumerate(piece for text in said for piece in _pieces(text))
    ]
    head = TITLE_ROW + 1.0
    block.height = head + len(lines) * TITLE_ROW
    edge = TITLE - STROKE / 2
    top = (((0.0, block.height), (0.0, 0.0), (edge, 0.0)), ((0.0, head), (edge, head)))
    for points in top:
        block.lines.append(Line(points, STROKE))
    room = TITLE - text_width(sheet, TEXT) - 6.0
    block.write(2.0, head - 2.2, fitted(title.name, room / 1.2, TITLE_TEXT), bold=True,
                size=TITLE_TEXT)  # fmt: skip
    block.write(TITLE - 2.0, head - 2.2, sheet, "end", "label")
    for number, (label, line) in enumerate(lines):
        y = head + number * TITLE_ROW
        if number and label:
            block.lines.append(Line(((0.0, y), (edge, y)), STROKE / 2, "muted"))
        block.write(2.0, y + TITLE_ROW - 1.8, label, role="label", size=TITLE_TEXT)
        block.write(TITLE_LABEL, y + TITLE_ROW - 1.8, line, size=TITLE_TEXT)
    return block


def _pieces(text: str) -> tuple[str, ...]:
    return wrapped(text, TITLE - TITLE_LABEL - 2.0, TITLE_TEXT)


def _legend(options: FigureOptions) -> Drawing:
    """Say what colours, dots and gaps mean; values are in ohm, as written."""
    rows: list[_Entry] = [("joined; a gap is not joined", "plain")]
    if options.colour:
        rows = [
            ("conductance, plain input", "positive"),
            ("conductance, negated input", "negative"),
            ("negation N", "negation"),
            ("activation A", "activation"),
            *rows,
        ]
    rows.append(("R row column, values in ohm", "label"))
    block = Drawing(0.0, len(rows) * LEGEND_ROW)
    for number, (words, role) in enumerate(rows):
        y = (number + 0.5) * LEGEND_ROW
        if role == "plain":
            block.dot("", LEGEND_SAMPLE / 2, y)
        elif role != "label":
            block.lines.append(Line(((0.0, y), (LEGEND_SAMPLE, y)), 2 * STROKE, role))
        block.write(LEGEND_SAMPLE + 2.0, y + CAP / 2, words)
        block.width = max(block.width, LEGEND_SAMPLE + 2.0 + text_width(words, TEXT) + CLEAR)
    return block
