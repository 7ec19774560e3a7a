"""How every plot that leaves the program looks, and how it becomes a file of the same bytes.

One style for the window's exports, the command line and the reproduction report: 88 or 181 mm wide
(one and two columns of IEEE), text of 7 pt, lines and text as vectors. Colours are viridis for
alpha and Okabe-Ito for what is compared; whatever a colour tells, a marker or a dash tells, too.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

Drawn = Literal["svg", "pdf", "png"]
MM_PER_INCH = 25.4
TEXT_PT = 7.0
INK, GREY, GRID = "#1A1D21", "#868D97", "#E9EBEE"
BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
CROSSBAR, ACTIVATION, NEGATION = "#A2447A", "#00704F", "#8A5B00"
# the last fifth of viridis is too pale on white
ALPHA = Normalize(0.0, 1.25)
_STYLE: Any = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so it is the same everywhere
    "font.size": TEXT_PT,
    "axes.labelsize": TEXT_PT,
    "axes.titlesize": TEXT_PT,
    "xtick.labelsize": TEXT_PT,
    "ytick.labelsize": TEXT_PT,
    "legend.fontsize": TEXT_PT,
    "figure.titlesize": TEXT_PT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.linewidth": 0.7,
    "grid.color": GRID,
    "grid.linewidth": 0.5,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "lines.linewidth": 1.0,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "legend.borderpad": 0.0,
    "legend.columnspacing": 1.2,
    "figure.constrained_layout.h_pad": 0.02,
    "figure.constrained_layout.w_pad": 0.02,
    "svg.hashsalt": "pnn_studio",  # the same figure is the same file
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "path.simplify": False,
    "text.usetex": False,
    "text.parse_math": False,  # names of data may hold a dollar sign
}


@contextmanager
def paper_style() -> Iterator[None]:
    """Draw in this style, whatever a person has set for plots of their own."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def figure_of(width_mm: float, height_mm: float) -> Figure:
    """Return an empty figure of that size."""
    return Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), layout="constrained")


def file_of(figure: Figure, drawn: Drawn, dpi: int = 600) -> bytes:
    """Return a figure as a file, without a date; call it inside `paper_style`.

    Parameters
    ----------
    figure : Figure
        What to write, in its own size.
    drawn : {"svg", "pdf", "png"}
        As what.
    dpi : int
        Of a PNG.
    """
    stream = io.BytesIO()
    metadata: dict[str, Any] = {
        "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        "png": {"Software": None},
    }[drawn]
    engine = figure.get_layout_engine()
    if engine is not None:  # once; savefig would draw everything before to find it out
        engine.execute(figure)
        figure.set_layout_engine("none")
    figure.savefig(stream, format=drawn, metadata=metadata, dpi=dpi)
    return stream.getvalue()


def legend_above(figure: Figure, axes: Axes, columns: int) -> None:
    """Name what is drawn above the plots, where it covers no point."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=columns)
