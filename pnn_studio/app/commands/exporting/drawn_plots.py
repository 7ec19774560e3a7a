"""Plots of a subject as files; one that several files show is laid out once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pnn_studio.app.analysis import plot_values
from pnn_studio.app.commands.exporting.making import Making
from pnn_studio.domain.export_options import LEAST_DPI, TWO_COLUMNS_MM, FigureOptions
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.storage.plots import PlotLook, draw_plot, plot_file

_VALUES: Mapping[str, Callable[[ExportSubject], Any]] = {
    "front": plot_values.front_plot,
    "curves": plot_values.curves_plot,
    "check": plot_values.check_plot,
    "yield": plot_values.yield_plot,
}


def look_of(options: FigureOptions) -> PlotLook:
    """Return how a plot is drawn; one as wide as it needs is as wide as two columns."""
    return PlotLook(options.width_mm or TWO_COLUMNS_MM, not options.colour, options.dpi)


def drawn_plot(
    subject: ExportSubject, kind: str, ending: str, options: FigureOptions, making: Making
) -> bytes:
    """Draw a plot.

    Parameters
    ----------
    subject : ExportSubject
        What it is of.
    kind : {"front", "curves", "check", "yield"}
        Which plot.
    ending : {"svg", "pdf", "png"}
        As what.
    options : FigureOptions
        How wide, in which colours, and of a PNG with which resolution.
    making : Making
        Of one subject.

    Raises
    ------
    UsageError
        Where what it shows is not known.
    """
    look = look_of(options)
    if ending != "png":
        look = replace(look, dpi=LEAST_DPI)
    layout = ("plot", kind, look.width_mm, look.mono)
    figure = making.once(layout, lambda: draw_plot(_VALUES[kind](subject), look))

    def write() -> bytes:
        return plot_file(figure, ending, look.dpi)  # type: ignore[arg-type]  # of the kind's

    content: bytes = making.once((*layout, ending, look.dpi), write)
    return content
