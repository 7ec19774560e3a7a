"""Designs of the trade-off that lie too close to be told apart: one mark, with their number in it.

No mark is moved to make room: a small test split gives many designs the same accuracy, and where
they are is what a plot is for. Designs of one accuracy that are closer than a mark join; a strip of
ticks under their row shows each one, and zooming in takes them apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from pnn_studio.ui.plots.run_marks import mark_path
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.colormap import alpha_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pnn_studio.ui.widgets.theme import Theme

JOIN = 8.0  # px; designs of one accuracy that are closer share a mark
DOT, MARK = 3.0, 7.5  # px, radius of a single design, and of a mark with a number
_TICK_FROM, _TICK_TO, _ROOM = 11.0, 17.0, 24.0  # px under a row, and what the next must be off
_MOST = 99
_BRIGHT = 0.45  # luminance from which dark text is read better


@dataclass(frozen=True, eq=False)
class Crowd:
    """Designs that share a mark.

    Attributes
    ----------
    points : tuple of int
        Points of the cloud, by ascending power.
    mw, percent : float
        Where the mark stands: the place of a single design; of more the middle of their powers.
    kind : int
        0 done, 1 still improving, 2 not of the source that the plot shows.
    """

    points: tuple[int, ...]
    mw: float
    percent: float
    kind: int = 0

    @property
    def radius(self) -> float:
        """Of its mark, in px."""
        return MARK if len(self.points) > 1 else DOT


@dataclass(frozen=True, eq=False)
class Crowds:
    """All marks of a cloud at one scale.

    Attributes
    ----------
    all : tuple of Crowd
        From the left, row by row.
    places : array, shape (crowds, 2)
        Milliwatt and percent of each.
    of_point : mapping of int to int
        Place in `all` of the crowd that a point belongs to.
    """

    all: tuple[Crowd, ...]
    places: NDArray[np.float64]
    of_point: dict[int, int]

    def of(self, point: int | None) -> Crowd | None:
        """Return the crowd of a point; None where it is not shown."""
        at = None if point is None else self.of_point.get(point)
        return None if at is None else self.all[at]


def crowds_of(
    mw_percent: NDArray[np.float64],
    kinds: NDArray[np.int64],
    mask: NDArray[np.bool_],
    px_per_mw: float,
) -> Crowds:
    """Join the designs that lie too close.

    Parameters
    ----------
    mw_percent : array, shape (points, 2)
        Where the designs are.
    kinds : int array, shape (points,)
        Only designs of one kind join.
    mask : bool array, shape (points,)
        Which are shown.
    px_per_mw : float
        Scale of the plot.
    """
    shown = np.flatnonzero(mask)
    mw, percent = mw_percent[shown].T
    order = shown[np.lexsort((mw, kinds[shown], np.round(percent, 6)))]
    found: list[Crowd] = []
    run: list[int] = []
    for point in order.tolist():
        if run and not _joins(mw_percent, kinds, run, point, px_per_mw):
            found.append(_crowd(mw_percent, kinds, run))
            run = []
        run.append(point)
    if run:
        found.append(_crowd(mw_percent, kinds, run))
    of_point = {point: at for at, each in enumerate(found) for point in each.points}
    places = np.array([(each.mw, each.percent) for each in found]).reshape(-1, 2)
    return Crowds(tuple(found), places, of_point)


def _joins(
    places: NDArray[np.float64], kinds: NDArray[np.int64], run: Sequence[int], point: int,
    px_per_mw: float,
) -> bool:  # fmt: skip
    first = run[0]
    if kinds[first] != kinds[point] or abs(places[first, 1] - places[point, 1]) > 1e-6:  # noqa: PLR2004 - percent
        return False
    # from the first one on, or a chain of neighbours would become one mark
    return bool((places[point, 0] - places[first, 0]) * px_per_mw < JOIN)


def _crowd(places: NDArray[np.float64], kinds: NDArray[np.int64], run: Sequence[int]) -> Crowd:
    first, last = places[run[0]], places[run[-1]]
    return Crowd(tuple(run), float(first[0] + last[0]) / 2, float(first[1]), int(kinds[run[0]]))


def rows_with_room(percent: NDArray[np.float64], px_per_percent: float) -> NDArray[np.float64]:
    """Return the accuracies whose row has room under it for a strip of ticks, ascending."""
    rows = np.unique(np.round(percent, 6))
    gaps = np.diff(rows, prepend=-math.inf) * px_per_percent
    return np.asarray(rows[gaps >= _ROOM])


def paint_mark(
    painter: QPainter, at: QPointF, count: int, color: QColor, theme: Theme, kind: int = 0,
    place: int = 0,
) -> None:  # fmt: skip
    """Paint a mark: a dot, or its number of designs; a ring where the designs are of another kind.

    Parameters
    ----------
    painter : QPainter
        What paints.
    at : QPointF
        Where, in px.
    count : int
        Number of designs.
    color : QColor
        Of their alpha.
    theme : Theme
        The looks.
    kind : int
        As in `Crowd`.
    place : int
        Of the run among those that are drawn, which gives the mark its shape.
    """
    radius = MARK if count > 1 else DOT
    ring = color if kind == 1 else theme.color("text2")
    if kind:
        painter.setPen(QPen(ring, 1.2))
        painter.setBrush(theme.color("plot") if count > 1 else Qt.BrushStyle.NoBrush)
        painter.drawPath(mark_path(place, radius - 0.4).translated(at))
    else:
        painter.setPen(QPen(theme.color("plot"), 1) if count > 1 else Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPath(mark_path(place, radius).translated(at))
    if count > 1:
        bright = 0.3 * color.redF() + 0.59 * color.greenF() + 0.11 * color.blueF() > _BRIGHT
        painter.setPen(ring if kind else QColor("#14121F" if bright else "#FFFFFF"))
        painter.setFont(looks.font(10 if count <= _MOST else 8, bold=True))
        text = str(count) if count <= _MOST else f"{_MOST}+"
        box = QRectF(at.x() - 12, at.y() - 8, 24, 15.5)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_ticks(
    painter: QPainter,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    alpha: NDArray[np.float64],
    theme: Theme,
) -> None:
    """Paint a tick under each design, at its very place, in the colour of its alpha."""
    pens = {}
    for left, row, shade in zip(x, y, np.round(alpha * 255).astype(int), strict=True):
        if shade not in pens:
            pens[shade] = QPen(alpha_color(shade / 255, theme), 1)
        painter.setPen(pens[shade])
        painter.drawLine(QPointF(left, row + _TICK_FROM), QPointF(left, row + _TICK_TO))
