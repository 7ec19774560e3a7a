"""Options of ``export`` that say how a file is written and a schematic is drawn."""

import functools
from collections.abc import Callable
from typing import Any

import click

from pnn_studio.app.cli.numbers import Count
from pnn_studio.domain.export_options import (
    LEAST_DPI,
    LEAST_MM,
    MOST_DPI,
    MOST_MM,
    WIDTHS,
    Bench,
    ExportOptions,
    FigureOptions,
    Style,
)
from pnn_studio.domain.layout import Crossbar


class Width(click.ParamType[float | None]):
    """Width of a figure: ``88``, ``181``, ``free``, or any number of millimetres."""

    name = "88|181|free|MM"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | None:
        """Read text as the command line gives it."""
        if value in WIDTHS:
            return WIDTHS[value]
        try:
            millimetres = float(value)
        except ValueError:
            millimetres = 0.0
        if not LEAST_MM <= millimetres <= MOST_MM:
            said = f"{LEAST_MM:.0f} to {MOST_MM:.0f} mm"
            self.fail(f"{value!r} is no width: 88, 181, free, or {said}.", param, ctx)
        return millimetres


_OPTIONS = (
    click.option(
        "--crossbar", type=click.Choice(["modified", "original"]),
        help="Structure to export the same weights in [its own].",
    ),
    click.option(
        "--sample", type=Count(0), default=0, help="Sample of the test split [0]."
    ),
    click.option(
        "--bench", type=click.Choice(["sample", "test"]), default="sample",
        help="What a netlist runs: that sample, or the test split with accuracy and power "
        "[sample].",
    ),
    click.option("--width", type=Width(), default="181", help="Of a figure, in mm [181]."),
    click.option("--bw", is_flag=True, help="Draw black on white."),
    click.option(
        "--style", type=click.Choice(["paper", "document"]), default="document",
        help="One line under the figure, or frame, legend and title block [document].",
    ),
    click.option(
        "--layer", type=Count(1), help="Draw this layer only, from 1 on [all]."
    ),
    click.option("--no-cells", is_flag=True, help="Leave the nonlinear circuits out."),
    click.option("--voltages", is_flag=True, help="Write the voltages of the sample."),
    click.option("--pages", is_flag=True, help="A sheet for each layer, one for the circuits."),
    click.option(
        "--dpi", type=Count(LEAST_DPI, MOST_DPI), default=600,
        help="Resolution of a PNG [600].",
    ),
)  # fmt: skip


def export_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add these options to a command; it gets them as one `ExportOptions` named ``chosen``."""

    @functools.wraps(function)
    def command(
        *,
        crossbar: Crossbar | None,
        sample: int,
        bench: Bench,
        width: float | None,
        bw: bool,
        style: Style,
        layer: int | None,
        no_cells: bool,
        voltages: bool,
        pages: bool,
        dpi: int,
        **others: Any,
    ) -> Any:
        figure = FigureOptions(
            width_mm=width, colour=not bw, style=style,
            layer=None if layer is None else layer - 1,
            cells=not no_cells, voltages=voltages, pages=pages, dpi=dpi,
        )  # fmt: skip
        return function(**others, chosen=ExportOptions(crossbar, sample, bench, figure))

    decorated: Callable[..., Any] = command
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
