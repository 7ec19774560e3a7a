"""Letters as outlines, and which font of this computer has them: that of matplotlib first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path as Outline
from numpy.typing import NDArray

from pnn_studio.domain.sheet import POINT_MM, Writing

FONT = "DejaVu Sans"  # comes with matplotlib
_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
_SIZE = 100.0  # points, at which outlines are read
_FIXED = 65536.0  # of an advance in FreeType's 16.16


@dataclass(frozen=True, eq=False)
class Glyph:
    """A letter.

    Attributes
    ----------
    name : str
        Unique for font and letter.
    letter, file : str
        What it is, and the file of its font.
    advance : float
        In em.
    points : array, shape (n, 2)
        Of its outline in em, y upwards; none for a space.
    codes : array, shape (n,)
        What they are, see `matplotlib.path.Path`.
    """

    name: str
    letter: str
    file: str
    advance: float
    points: NDArray[np.float64]
    codes: NDArray[np.uint8]

    def outline(self, x: float = 0.0) -> Outline:
        """Return its outline, moved to the right."""
        return Outline(np.add(self.points, (x, 0.0)), self.codes)


@dataclass
class Letters:
    """Letters that are written, each from the first font that has it.

    Attributes
    ----------
    lost : mapping from int to str
        What replaces letters that no font has.
    """

    lost: Mapping[int, str]
    _files: tuple[str, ...]
    _known: dict[tuple[str, bool], Glyph] = field(default_factory=dict)

    @staticmethod
    def of(texts: Iterable[str]) -> "Letters":
        """Look for fonts on this computer that have what the first one lacks."""
        letters = {letter for text in texts for letter in text}
        visible = {each for each in letters if each.isprintable()}
        first = fontManager.findfont(FONT)
        files = [str(first)]
        missing = _lacking(visible, first)
        for entry in sorted(fontManager.ttflist, key=lambda each: (each.name, each.fname)):
            if not missing:
                break
            plain = (entry.style, entry.weight) == ("normal", 400)
            # only TrueType can be put into a PDF as it is; the other draws boxes
            if plain and entry.fname.endswith(".ttf") and not entry.name.startswith("Last Resort"):
                left = _lacking(missing, entry.fname)
                if left != missing:
                    files.append(str(entry.fname))
                    missing = left
        lost = {ord(each): "\N{REPLACEMENT CHARACTER}" for each in missing | (letters - visible)}
        return Letters(lost, tuple(files))

    def known(self, text: str) -> str:
        """Return a text with what can be written."""
        return text.translate(self.lost)

    def glyph(self, letter: str, *, bold: bool = False) -> Glyph:
        """Return the outline of a letter."""
        key = (letter, bold)
        if key not in self._known:
            self._known[key] = self._read(letter, bold=bold)
        return self._known[key]

    def _read(self, letter: str, *, bold: bool) -> Glyph:
        files = [*self._files]
        if bold:  # other scripts are not
            heavy = FontProperties(family=[FONT], weight="bold")
            files.insert(0, str(fontManager.findfont(heavy)))
        has = (each for each in files if get_font(each).get_char_index(ord(letter)))
        file = next(has, files[0])
        font = get_font(file)
        font.set_size(_SIZE, 72)
        loaded = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
        vertices, codes = font.get_path()
        points = np.asarray(vertices, dtype=np.float64).reshape(-1, 2) / _SIZE
        name = f"{_short(font)}-{ord(letter):x}"
        advance = loaded.linearHoriAdvance / _FIXED / _SIZE
        form = np.asarray(codes, dtype=np.uint8)
        return Glyph(name, letter, file, advance, points, form)

    def start(self, text: Writing) -> float:
        """Return where a text of a sheet begins, in mm."""
        em = text.size * POINT_MM
        width = sum(self.glyph(each, bold=text.bold).advance for each in self.known(text.text))
        return text.x - _ANCHORS[text.anchor] * em * width


def _short(font: FT2Font) -> str:
    kept = "".join(c for c in font.postscript_name if c.isascii() and c.isalnum())
    return kept or "font"


def _lacking(letters: set[str], font: str) -> set[str]:
    """Return the letters that a font does not have."""
    opened = get_font(font)
    return {each for each in letters if not opened.get_char_index(ord(each))}
