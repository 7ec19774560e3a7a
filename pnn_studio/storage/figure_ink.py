"""Colours of a printed schematic: 4.5:1 against white and more, or black."""

from collections.abc import Mapping

from pnn_studio.domain.schematic import Role

BLACK = "#000000"
_GREY = "#767676"  # of what is not printed, in black and white
INKS: Mapping[Role, str] = {
    "plain": "#1A1D21",
    "label": "#555C66",
    "negative": "#A84900",
    "positive": "#00629A",
    "negation": "#8A5B00",
    "activation": "#00704F",
    "muted": _GREY,
}


def ink(role: Role, *, colour: bool) -> str:
    """Return the colour of a role, as ``#RRGGBB``."""
    if colour:
        return INKS[role]
    return _GREY if role == "muted" else BLACK
