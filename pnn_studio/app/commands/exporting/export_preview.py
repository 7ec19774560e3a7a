"""What a file of an export looks like, small enough for a dialog: a picture, or the first lines."""

import re
import struct
from dataclasses import replace
from html import unescape

import numpy as np

from pnn_studio.app.commands.exporting.export_order import make_files
from pnn_studio.app.jobs.protocol import Drawing
from pnn_studio.domain.export_options import LEAST_DPI, ONE_COLUMN_MM, TWO_COLUMNS_MM
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.units import count_of
from pnn_studio.errors import UsageError

PREVIEW_DPI = 200
_MM_PER_INCH = 25.4
_MOST_LINES, _MOST_LETTERS = 400, 40_000
_HIDDEN = re.compile(r"<(head|svg|style)\b.*?</\1>", re.DOTALL)
_BREAKS = re.compile(r"</(?:h1|h2|p|tr|pre|figcaption)>")
_CELLS = re.compile(r"</t[hd]>")
_TAG = re.compile(r"<[^>]*>")


def preview_of(subject: ExportSubject, order: ExportOrder) -> Drawing:
    """Draw what an order would write: its figure where it has one, else the text of a file.

    Raises
    ------
    PnnError
        Where it cannot be made of what is known.
    """
    kind = order.what
    if kind.drawn and kind.format("png") is not None:
        try:
            return _drawn(subject, order, PREVIEW_DPI)
        except UsageError:  # a large network has too many pixels
            return _drawn(subject, order, LEAST_DPI)
    chosen = order.files[0]
    files = make_files(subject, order, chosen, f"preview{chosen.ending}")
    content = next(iter(files.values()))
    return _text(content.decode("utf-8", "replace"), len(content), is_page=chosen.id == "html")


def _drawn(subject: ExportSubject, order: ExportOrder, dpi: int) -> Drawing:
    figure = replace(order.options.figure, dpi=dpi)
    small = ExportOrder(order.kind, ("png",), replace(order.options, figure=figure))
    pages = list(make_files(subject, small, small.files[0], "preview.png").values())
    content = pages[0]
    width, height = struct.unpack(">II", content[16:24])  # of the header, which comes first
    size = (width / dpi * _MM_PER_INCH, height / dpi * _MM_PER_INCH)
    words = f"{size[0]:.0f} × {size[1]:.0f} mm, text 7 pt, {_fit(size[0])}"
    if len(pages) > 1:
        words += f", sheet 1 of {len(pages)}"
    return Drawing(np.frombuffer(content, dtype=np.uint8), "", size, words)


def _fit(width: float) -> str:
    """Say what a figure of that width fits."""
    room = 0.6  # mm; a pixel more or less is none
    if width <= ONE_COLUMN_MM + room:
        return "fits one column"
    return "fits two columns" if width <= TWO_COLUMNS_MM + room else "wider than two columns"


def _text(text: str, size: int, *, is_page: bool) -> Drawing:
    lines = text.count("\n")
    if is_page:
        text = _HIDDEN.sub("", text)
        text = _TAG.sub("", _BREAKS.sub("\n", _CELLS.sub("   ", text.replace("\n", " "))))
        text = "\n".join(" ".join(each.split()) for each in unescape(text).split("\n"))
    shown = "\n".join(text[:_MOST_LETTERS].split("\n")[:_MOST_LINES])
    words = f"{count_of(lines, 'line')}, {-(-size // 1000):,} kB"
    return Drawing(np.zeros(0, np.uint8), shown, (0.0, 0.0), words)
