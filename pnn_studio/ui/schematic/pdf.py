"""Schematics as a PDF to print: a page of A4 a layer, upright or lying as suits it."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import Evaluation
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.schematic import Schematic, Text
from pnn_studio.storage.files import write_atomically
from pnn_studio.ui.schematic.item import LEAST_TEXT, SchematicItem, write_text
from pnn_studio.ui.schematic.levels import NAMES_GROWTH
from pnn_studio.ui.widgets.theme import LIGHT, Appearance

_DPI, _POINT = 1200, 96 / 72
_MARGIN_MM = 12.0
_HEADING = 34.0  # px, for the title over the drawing
# Letters are no smaller on paper, as far as a slot has room for them.
_LEAST_PX = 6.0 * _POINT
_LEAST_SCALE = 0.4
_PAPER = replace(LIGHT, canvas="#FFFFFF")


def schematics_of(
    design: TrainedDesign,
    evaluation: Evaluation | None,
    sample: int,
    names: NodeNames | None = None,
) -> tuple[Schematic, ...]:
    """Place every layer of a design, with the voltages of a sample where they are known."""
    states = evaluation.layers if evaluation is not None else (None,) * len(design.layers)
    return tuple(
        layer_schematic(design, index, state=state, sample=sample, names=names)
        for index, state in enumerate(states)
    )


def write_pdf(path: Path, schematics: tuple[Schematic, ...], appearance: Appearance) -> None:
    """Write schematics as PDF, one a page, each as large as fits.

    Raises
    ------
    ProjectFileError
        Where the file cannot be written.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setTitle("; ".join(each.title for each in schematics))
    writer.setCreator("pNN Studio")
    _turn(writer, schematics[0])
    painter = QPainter(writer)
    for index, schematic in enumerate(schematics):
        if index:
            _turn(writer, schematic)
            writer.newPage()
        _paint(painter, writer, schematic, appearance)
    painter.end()
    write_atomically(path, bytes(buffer.data().data()))


def _scale_in(schematic: Schematic, width: float, height: float) -> float:
    wide = width / (schematic.width + NAMES_GROWTH / _LEAST_SCALE)
    return min(wide, (height - _HEADING) / schematic.height, 1.0)


def _turn(writer: QPdfWriter, schematic: Schematic) -> None:
    """Choose how the next page lies."""
    short, long = 210 - 2 * _MARGIN_MM, 297 - 2 * _MARGIN_MM
    upright = min(short / schematic.width, long / schematic.height)
    lying = min(long / schematic.width, short / schematic.height)
    orientation = QPageLayout.Orientation
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            orientation.Portrait if upright >= lying else orientation.Landscape,
            QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
    )


def _paint(
    painter: QPainter, writer: QPdfWriter, schematic: Schematic, appearance: Appearance
) -> None:
    per_px = _DPI / 96
    width, height = writer.width() / per_px, writer.height() / per_px
    painter.save()
    painter.scale(per_px, per_px)
    write_text(painter, Text(0, 14, schematic.title, 13, bold=True), _PAPER)
    scale = _scale_in(schematic, width, height)
    left = max((width - scale * schematic.width) / 2, scale * NAMES_GROWTH / _LEAST_SCALE)
    painter.translate(left, _HEADING)
    painter.scale(scale, scale)
    item = SchematicItem(appearance)
    item.show_schematic(schematic)
    whole = QRectF(0, 0, schematic.width, schematic.height)
    legible = max(scale, _LEAST_SCALE) * LEAST_TEXT / _LEAST_PX
    item.paint_on(painter, whole, _PAPER, legible, values=True)
    painter.restore()
