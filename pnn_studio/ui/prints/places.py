"""Where parts of a print are selected in the window."""

from pnn_studio.app.analysis.part_names import PartPlace
from pnn_studio.app.session.selection import CircuitItem, Item, ResistorItem


def item_of(place: PartPlace) -> Item | None:
    """Return what is selected in the window where a part stands."""
    if place.layer == 0:
        return None
    if place.role is None:
        return ResistorItem(place.layer, place.row or 0, place.column or 0)
    index = place.column if place.role == "activation" else place.row
    own = None if place.role == "activation" else place.column
    return CircuitItem(place.layer, place.role, index or 0, own)
