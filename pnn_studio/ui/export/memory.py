"""What is remembered of exports: kind, formats and choices of each kind, and the folder."""

import json
from dataclasses import dataclass, field, replace

from pnn_studio.domain.codec import decode, encode
from pnn_studio.domain.export_kinds import KINDS
from pnn_studio.domain.export_options import ONE_COLUMN_MM, ExportOptions, FigureOptions
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.errors import PnnError

# what a figure is first offered as: for one column of a paper
_FIRST = ExportOptions(figure=FigureOptions(width_mm=ONE_COLUMN_MM, style="paper"))


def usual_order(kind: str) -> ExportOrder:
    """Return what a kind is exported as before anything was chosen."""
    return ExportOrder(kind, (KINDS[kind].formats[0].id,), _FIRST)


@dataclass(frozen=True)
class ExportMemory:
    """The choices of the last export of each kind.

    Attributes
    ----------
    kind : str
        The kind that was exported last.
    folder : str
        Where to; empty before the first export.
    orders : tuple of ExportOrder
        The last one of each kind.
    """

    kind: str = "schematic"
    folder: str = ""
    orders: tuple[ExportOrder, ...] = field(default=())

    def order(self, kind: str) -> ExportOrder:
        """Return what was chosen for a kind last."""
        return next((each for each in self.orders if each.kind == kind), usual_order(kind))

    def with_order(self, order: ExportOrder) -> "ExportMemory":
        """Remember a choice."""
        others = tuple(each for each in self.orders if each.kind != order.kind)
        return replace(self, orders=(*others, order))

    @property
    def text(self) -> str:
        """All of it as text."""
        return json.dumps(encode(self)[0])

    @staticmethod
    def of_text(text: str) -> "ExportMemory":
        """Read what `text` holds; what cannot be read is as at the first start."""
        try:
            found = decode(json.loads(text), {}, ExportMemory)
        except (ValueError, TypeError, KeyError, RecursionError, PnnError):
            return ExportMemory()
        assert isinstance(found, ExportMemory)
        return found if found.kind in KINDS else replace(found, kind=ExportMemory.kind)
