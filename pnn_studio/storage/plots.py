"""The plots of a design for a paper: trade-off, curves of its training, check in ngspice."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from pnn_studio.domain.plots import Array, CheckPlot, CurvesPlot, FrontPlot, FrontPoints, YieldPlot
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.storage.plot_style import (
    ACTIVATION,
    ALPHA,
    CROSSBAR,
    GREY,
    INK,
    NEGATION,
    ORANGE,
    Drawn,
    figure_of,
    file_of,
    legend_above,
    paper_style,
)

_WIDE_MM = 120.0  # from here on panels stand beside each other
_MOST_POINTS = 2000  # of a panel of a check; the table has them all
_PARTS = ("crossbar", "activation", "negation")
_PART_INKS = (CROSSBAR, ACTIVATION, NEGATION)
_PART_DASHES = ("--", "-.", ":")
_PART_HATCHES = ("", "////", "....")
_KINDS = (
    ("negation", "negation", NEGATION, "^"),
    ("column", "column of the crossbar", CROSSBAR, "s"),
    ("activation", "activation", ACTIVATION, "o"),
)


Plot = FrontPlot | CurvesPlot | CheckPlot | YieldPlot


@dataclass(frozen=True)
class PlotLook:
    """How a plot is drawn.

    Attributes
    ----------
    width_mm : float
        88 for one column, 181 for two.
    mono : bool
        Whether it is drawn in black and white alone.
    dpi : int
        Of a PNG.
    """

    width_mm: float = 88.0
    mono: bool = False
    dpi: int = 600


def draw_plot(plot: Plot, look: PlotLook) -> Figure:
    """Draw a plot, its text of 7 pt in the size of the figure."""
    with paper_style():
        if isinstance(plot, FrontPlot):
            return _front(plot, look)
        if isinstance(plot, CurvesPlot):
            return _curves(plot, look)
        return _yield(plot, look) if isinstance(plot, YieldPlot) else _check(plot, look)


def plot_file(figure: Figure, drawn: Drawn, dpi: int) -> bytes:
    """Write what `draw_plot` drew as SVG, PDF or PNG; the same values and look are the same bytes.

    In SVG text is drawn as outlines, in PDF its font is in the file.
    """
    with paper_style():
        return file_of(figure, drawn, dpi)


def plot_size(plot: Plot, look: PlotLook) -> tuple[float, float]:
    """Return width and height of a plot in mm."""
    wide = look.width_mm >= _WIDE_MM
    if isinstance(plot, FrontPlot):
        return look.width_mm, 80.0 if wide else 66.0
    if isinstance(plot, CurvesPlot):
        return look.width_mm, 58.0 if wide else 132.0
    if isinstance(plot, YieldPlot):
        return look.width_mm, 62.0 if wide else 112.0
    panels = len(np.unique(plot.layers)) + 1
    columns = _columns(panels, wide=wide)
    side = look.width_mm / columns
    return look.width_mm, round(-(-panels // columns) * side * 0.95 + 12.0, 1)


def _columns(panels: int, *, wide: bool) -> int:
    return min(panels, 4 if wide else 2)


# --- trade-off -----------------------------------------------------------------------------------


def _front(plot: FrontPlot, look: PlotLook) -> Figure:
    figure = figure_of(*plot_size(plot, look))
    axes = figure.subplots()
    by_alpha = plot.goal == "alpha" and len(np.unique(plot.goals)) > 1 and not look.mono
    model, spice = plot.of("model"), plot.of("ngspice")
    if model is not None:
        _scatter(axes, plot, model, filled=False, by_alpha=by_alpha)
        _step(axes, model, GREY if not look.mono else INK, "--", f"front, model {plot.model}")
    if spice is not None:
        _scatter(axes, plot, spice, filled=True, by_alpha=by_alpha)
        _step(axes, spice, INK, "-", "front, ngspice")
    _ring(axes, plot, plot.chosen, "s", INK if look.mono else ORANGE, "this design")
    _ring(axes, plot, plot.picked, "D", INK, "least power within 95 %, ngspice")
    axes.set(xlabel="power, mW", ylabel="test accuracy, %")
    axes.set_xlim(left=0.0)
    axes.margins(y=0.06)
    legend_above(figure, axes, 3 if look.width_mm >= _WIDE_MM else 2)
    if by_alpha:
        bar = figure.colorbar(
            ScalarMappable(ALPHA, "viridis"), ax=axes, label="alpha", aspect=28, pad=0.02
        )
        bar.ax.set_ylim(0.0, 1.0)
        bar.outline.set_visible(False)
        for mesh in bar.ax.collections:  # drawn, not a picture of it
            mesh.set(rasterized=False, edgecolor="face")
    return figure


def _scatter(
    axes: Axes, plot: FrontPlot, points: FrontPoints, *, filled: bool, by_alpha: bool
) -> None:
    name = "designs, ngspice" if filled else f"designs, model {plot.model}"
    colours: Any = INK
    if by_alpha:
        colours = _viridis(plot.goals[points.designs])
    axes.scatter(
        points.power * 1e3,
        points.accuracy * 100,
        s=11 if filled else 7,
        marker="o",
        facecolors=colours if filled else "none",
        edgecolors="white" if filled else colours,
        linewidths=0.4 if filled else 0.6,
        zorder=3 if filled else 2,
        label=name,
    )


def _viridis(goals: Array) -> NDArray[np.float64]:
    return np.asarray(ScalarMappable(ALPHA, "viridis").to_rgba(goals))


def _step(axes: Axes, points: FrontPoints, colour: str, dash: str, name: str) -> None:
    at = points.front
    axes.step(
        points.power[at] * 1e3,
        points.accuracy[at] * 100,
        dash,
        where="post",
        color=colour,
        label=name,
        zorder=2.5,
    )


def _ring(
    axes: Axes, plot: FrontPlot, design: int | None, marker: str, colour: str, name: str
) -> None:
    """Mark a design where its best known source has it: ngspice before the model."""
    for points in reversed(plot.points):
        at = np.flatnonzero(points.designs == design) if design is not None else ()
        if len(at):
            axes.plot(
                points.power[at] * 1e3,
                points.accuracy[at] * 100,
                marker,
                mfc="none",
                mec=colour,
                mew=1.0,
                ms=7,
                linestyle="none",
                zorder=4,
                label=name,
            )
            return


# --- curves --------------------------------------------------------------------------------------


def _curves(plot: CurvesPlot, look: PlotLook) -> Figure:
    figure = figure_of(*plot_size(plot, look))
    wide = look.width_mm >= _WIDE_MM
    panels = figure.subplots(*((1, 3) if wide else (3, 1)), sharex=True)
    loss, accuracy, power = panels
    for axes, values, scale in ((loss, plot.loss, 1.0), (accuracy, plot.accuracy, 100.0)):
        for column, (name, dash, colour) in enumerate(
            (("train", "--", GREY if not look.mono else INK), ("validation", "-", INK))
        ):
            axes.plot(plot.epochs, values[:, column] * scale, dash, color=colour, label=name)
    loss.set_yscale("log")
    loss.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    loss.yaxis.set_minor_locator(NullLocator())
    loss.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    loss.set_ylabel("loss, V")
    accuracy.set_ylabel("accuracy, %")
    power.plot(plot.epochs, plot.power.sum(axis=1) * 1e3, "-", color=INK, label="total")
    for column, part in enumerate(_PARTS):
        colour = INK if look.mono else _PART_INKS[column]
        dash = _PART_DASHES[column]
        power.plot(plot.epochs, plot.power[:, column] * 1e3, dash, color=colour, label=part)
    power.set_ylabel("power, mW")
    # names stand above the curves
    most = float(np.nanmax(plot.power.sum(axis=1), initial=0.0)) * 1e3
    power.set_ylim(0.0, 1.4 * max(most, 1e-6))
    for axes in panels if wide else panels[-1:]:
        axes.set_xlabel("epoch")
    for axes in panels:
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.set_xlim(left=0)
    loss.legend(loc="upper right")
    power.legend(loc="upper right", ncols=2)
    loss.set_title(f"model {plot.model}", loc="left")
    return figure


# --- yield ---------------------------------------------------------------------------------------


def _yield(plot: YieldPlot, look: PlotLook) -> Figure:
    figure = figure_of(*plot_size(plot, look))
    wide = look.width_mm >= _WIDE_MM
    histogram, curve = figure.subplots(*((1, 2) if wide else (2, 1)))
    samples, lost = len(plot.prints) - 1, INK if look.mono else ORANGE
    first = max(int(np.flatnonzero(plot.prints)[0]) - 1, 0)
    right = np.arange(first, samples + 1)
    shares = 100 * plot.prints[first:] / plot.prints.sum()
    kept = right >= plot.least_count
    for some, name, fill, edge in (
        (kept, f"kept, {format_percent(plot.share)}", "white" if look.mono else _light(GREY), INK),
        (~kept, f"lost, {format_percent(1 - plot.share)}", lost, lost),
    ):
        width, places = 80 / samples, 100 * right[some] / samples
        histogram.bar(places, shares[some], width, color=fill, edgecolor=edge, linewidth=0.5,
                      label=name)  # fmt: skip
    limit = 100 * (plot.least_count - 0.5) / samples
    histogram.axvline(limit, color=INK, linestyle="--", linewidth=0.7)
    histogram.set(xlabel=f"accuracy, %, of {samples} test samples", ylabel="prints, %")
    low, high = (format_percent(each) for each in plot.interval)
    histogram.set_title(f"yield {format_percent(plot.share)} ({low} to {high})", loc="left")
    spread = 100 * plot.spread
    curve.fill_between(spread, 100 * plot.low, 100 * plot.high, color=_light(GREY), linewidth=0,
                       label="5 to 95 % of prints")  # fmt: skip
    curve.plot(spread, 100 * plot.mean, "-", color=INK, label="mean")
    curve.axhline(100 * plot.least, color=INK, linestyle="--", linewidth=0.7,
                  label=f"limit {format_percent(plot.least)}")  # fmt: skip
    curve.axvline(100 * plot.at, color=GREY, linestyle=":", linewidth=0.7)
    curve.set(xlabel="spread of R, %", ylabel="accuracy, test, %", xlim=(0, spread[-1] or 1))
    curve.set_title("model loaded, solved exactly", loc="left")
    histogram.legend(loc="upper left")
    curve.legend(loc="lower left")
    figure.supxlabel(plot.words, x=0.995, ha="right", fontsize="medium")
    return figure


# --- check ---------------------------------------------------------------------------------------


def _check(plot: CheckPlot, look: PlotLook) -> Figure:
    figure = figure_of(*plot_size(plot, look))
    layers = np.unique(plot.layers)
    panels = len(layers) + 1
    columns = _columns(panels, wide=look.width_mm >= _WIDE_MM)
    grid = np.atleast_1d(figure.subplots(-(-panels // columns), columns)).ravel()
    low, high = _range(plot)
    for axes, layer in zip(grid, layers, strict=False):
        axes.plot((low, high), (low, high), "-", color=GREY, linewidth=0.7, zorder=1)
        for kind, name, colour, marker in _KINDS:
            x, y = _points_of(plot, int(layer), kind)
            axes.plot(
                x,
                y,
                marker,
                mfc="none",
                mec=INK if look.mono else colour,
                mew=0.5,
                ms=2.6,
                linestyle="none",
                label=name,
            )
        axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
        axes.set(xlabel=f"model {plot.model}, V", ylabel="ngspice, V")
        axes.set_title(f"layer {layer}", loc="left")
    _powers(grid[panels - 1], plot, look)
    for axes in grid[panels:]:
        axes.set_visible(False)
    legend_above(figure, grid[0], len(_KINDS) if look.width_mm >= _WIDE_MM else 2)
    return figure


def _range(plot: CheckPlot) -> tuple[float, float]:
    both = np.concatenate([plot.model_v.ravel(), plot.spice_v.ravel()])
    finite = both[np.isfinite(both)]
    if not len(finite):
        return -1.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    room = max(0.05 * (high - low), 0.05)
    return low - room, high + room


def _points_of(plot: CheckPlot, layer: int, kind: str) -> tuple[Array, Array]:
    """Return the points of the nodes of a kind: all, or those farthest off and some of the rest."""
    nodes = np.flatnonzero((plot.layers == layer) & (np.array(plot.kinds) == kind))
    x, y = plot.model_v[:, nodes].ravel(), plot.spice_v[:, nodes].ravel()
    if len(x) > _MOST_POINTS:
        worst = np.argsort(-np.abs(y - x), kind="stable")
        even = np.linspace(0, len(worst) - 1, _MOST_POINTS // 2).round().astype(int)
        kept = np.unique(np.concatenate([worst[: _MOST_POINTS // 2], worst[even]]))
        x, y = x[kept], y[kept]
    return x, y


def _powers(axes: Axes, plot: CheckPlot, look: PlotLook) -> None:
    """Draw the powers of both by part, and say how the answers agree."""
    names = (f"model {plot.model}", "ngspice")
    below = np.zeros(2)
    for column, part in enumerate(_PARTS):
        milliwatts = plot.power[:, column] * 1e3
        axes.bar(
            names,
            milliwatts,
            0.55,
            bottom=below,
            label=part,
            color="white" if look.mono else _light(_PART_INKS[column]),
            edgecolor=INK if look.mono else _PART_INKS[column],
            linewidth=0.7,
            hatch=_PART_HATCHES[column],
        )
        below = below + milliwatts
    for place, (total, share) in enumerate(zip(below, plot.accuracy, strict=True)):
        text = f"{format_si(total / 1e3, 'W')}\n{format_percent(share)}"
        axes.annotate(
            text, (place, total), (0, 2), textcoords="offset points", ha="center", va="bottom"
        )
    samples = len(plot.model_v)
    axes.set_title(f"{plot.answers_equal} of {samples} answers equal", loc="left")
    axes.set_ylabel("power, mW")
    room = 1.75 if look.width_mm >= _WIDE_MM else 2.6  # for the names above the bars
    axes.set_ylim(0, max(float(below.max()), 1e-6) * room)
    axes.grid(visible=False, axis="x")
    axes.legend(loc="upper right")


def _light(colour: str) -> tuple[float, float, float]:
    """Return a colour mixed with white, so that hatches and edges stay visible on it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (1 - 0.45 * (1 - part) for part in parts)
    return red, green, blue
