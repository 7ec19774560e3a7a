"""How the parts of the window are arranged, as values that are kept from one start to the next."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

_WIDEST = 4000  # px; more is no width that a person chose
_SEEN_PX, _SEEN_TOP_PX = 120, 40  # so much of a window is on a screen, or it cannot be moved


@dataclass(frozen=True)
class Arrangement:
    """Which parts of the window are open in a tab, and how large they are.

    Attributes
    ----------
    panel, inspector, dock, runs : bool
        Whether data panel, inspector, curves with runs, and runs alone are open.
    panel_width, inspector_width, runs_width, dock_height : int
        In px; 0 where nobody has changed it.
    """

    panel: bool = True
    inspector: bool = True
    dock: bool = False
    runs: bool = False
    panel_width: int = 0
    inspector_width: int = 0
    runs_width: int = 0
    dock_height: int = 0

    def text(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self))


def read_arrangement(text: str, otherwise: Arrangement) -> Arrangement:
    """Read what `Arrangement.text` wrote; what cannot be read is as `otherwise`.

    Examples
    --------
    >>> read_arrangement('{"dock": true, "panel": 7, "runs_width": -3}', Arrangement()).dock
    True
    >>> read_arrangement("no JSON", Arrangement()) == Arrangement()
    True
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return otherwise
    if not isinstance(found, dict):
        return otherwise
    values = asdict(otherwise)
    for field in fields(Arrangement):
        value, before = found.get(field.name), values[field.name]
        is_size = type(value) is int and 0 <= value <= _WIDEST
        if type(value) is type(before) and (isinstance(value, bool) or is_size):
            values[field.name] = value
    return Arrangement(**values)


@dataclass(frozen=True)
class Rectangle:
    """A window or a screen, in px."""

    x: int
    y: int
    width: int
    height: int

    def text(self) -> str:
        """Write it as JSON."""
        return json.dumps([self.x, self.y, self.width, self.height])


def read_rectangle(text: str) -> Rectangle | None:
    """Read what `Rectangle.text` wrote; None where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or [type(each) for each in found] != [int] * 4:
        return None
    made = Rectangle(*found)
    sound = all(abs(each) < 10 * _WIDEST for each in found)
    return made if sound and made.width > 0 and made.height > 0 else None


def on_a_screen(window: Rectangle, screens: Sequence[Rectangle]) -> Rectangle:
    """Bring a window to where it can be seen and moved: a screen may be gone, or smaller.

    Parameters
    ----------
    window : Rectangle
        Where it was.
    screens : sequence of Rectangle
        What can be used of every screen, the main one first.

    Returns
    -------
    Rectangle
        As it was where enough of it is on a screen, else wholly on the main one; never larger than
        the screen that it is on.

    Examples
    --------
    >>> one = [Rectangle(0, 0, 1920, 1080)]
    >>> on_a_screen(Rectangle(2000, 100, 1440, 900), one)
    Rectangle(x=480, y=100, width=1440, height=900)
    >>> on_a_screen(Rectangle(100, 50, 1440, 900), one)
    Rectangle(x=100, y=50, width=1440, height=900)
    """
    if not screens:
        return window
    shown = [each for each in screens if _is_seen(window, each)]
    screen = shown[0] if shown else screens[0]
    width, height = min(window.width, screen.width), min(window.height, screen.height)
    if shown and (width, height) == (window.width, window.height):
        return window
    x = min(max(window.x, screen.x), screen.x + screen.width - width)
    y = min(max(window.y, screen.y), screen.y + screen.height - height)
    return Rectangle(x, y, width, height)


def under_title(screen: Rectangle, title: int) -> Rectangle:
    """Return what is left of a screen for a window under a title bar of that height.

    Examples
    --------
    >>> under_title(Rectangle(0, 25, 1366, 743), 30)
    Rectangle(x=0, y=55, width=1366, height=713)
    """
    return Rectangle(screen.x, screen.y + title, screen.width, screen.height - title)


def centred(window: Rectangle, screen: Rectangle) -> Rectangle:
    """Put a window into the middle of a screen, and make it no larger than that.

    Examples
    --------
    >>> centred(Rectangle(0, 0, 1440, 900), Rectangle(0, 55, 1366, 713))
    Rectangle(x=0, y=55, width=1366, height=713)
    """
    width, height = min(window.width, screen.width), min(window.height, screen.height)
    x = screen.x + (screen.width - width) // 2
    return Rectangle(x, screen.y + (screen.height - height) // 2, width, height)


def _is_seen(window: Rectangle, screen: Rectangle) -> bool:
    across = min(window.x + window.width, screen.x + screen.width) - max(window.x, screen.x)
    top = screen.y <= window.y <= screen.y + screen.height - _SEEN_TOP_PX
    return across >= _SEEN_PX and top
