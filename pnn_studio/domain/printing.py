"""What a process can print, and how far what it prints lies from what was drawn.

A technology file states both in its table ``[printing]``: the grid of printable values, and the
spread of each quantity with its source; what is only assumed is marked ``assumed = true``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.fields import Fields
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.errors import UsageError

Floats = NDArray[np.float64]
SeriesName = Literal["E12", "E24", "E96"]

# IEC 60063: the significant digits of a decade; E96 is 10^(k/96) to three digits
_E24 = (10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 27, 30,
        33, 36, 39, 43, 47, 51, 56, 62, 68, 75, 82, 91)  # fmt: skip
SERIES: Mapping[SeriesName, tuple[float, ...]] = {
    "E12": tuple(value / 10 for value in _E24[::2]),
    "E24": tuple(value / 10 for value in _E24),
    "E96": tuple(round(10 ** (k / 96), 2) for k in range(96)),
}
# relative: 10 MΩ and 1 / 1e-7 S are the same resistor
_SAME = 1e-9
_MOST_VALUES = 100_000


@dataclass(frozen=True)
class Grid:
    """Values that can be printed.

    Attributes
    ----------
    series : {"E12", "E24", "E96"} or None
        Of resistors (IEC 60063); None where they come in equal steps.
    step : float
        Ohm between printable resistors where there is no series; else 0.
    width, length : float
        Metre between printable widths and lengths of transistors.
    resistor_tolerance, size_tolerance : float
        Relative deviation that the process promises not to exceed; 0 where it promises none.
    assumed : bool
        Whether any of it is assumed rather than known of the process.
    """

    series: SeriesName | None = "E24"
    step: float = 0.0
    width: float = 5e-6
    length: float = 5e-6
    resistor_tolerance: float = 0.0
    size_tolerance: float = 0.0
    assumed: bool = True

    @property
    def words(self) -> str:
        """Say it in a few words, for example ``E24, W and L in steps of 5 µm``."""
        resistors = self.series or f"R in steps of {_short(self.step, 'Ω')}"
        if self.width == self.length:
            return f"{resistors}, W and L in steps of {_short(self.width, 'm')}"
        width, length = _short(self.width, "m"), _short(self.length, "m")
        return f"{resistors}, W in steps of {width}, L of {length}"

    def resistors(self, low: float, high: float) -> Floats:
        """Return all printable resistances within `low`..`high` ohm, rising.

        Raises
        ------
        UsageError
            Where there is none, or more than can be searched.

        Examples
        --------
        >>> Grid("E12").resistors(1e4, 2.3e4).tolist()
        [10000.0, 12000.0, 15000.0, 18000.0, 22000.0]
        """
        if self.series is None:
            return _steps(self.step, low, high, "Ω")
        return _of_series(self.series, low, high)

    def sizes(self, step: float, low: float, high: float) -> Floats:
        """Return all printable widths or lengths within `low`..`high` metre, rising."""
        return _steps(step, low, high, "m")

    def component(self, name: str, low: float, high: float) -> Floats:
        """Return all printable values of a component of a nonlinear circuit, by its name."""
        if name.startswith("R"):
            return self.resistors(low, high)
        return self.sizes(self.width if name.startswith("W") else self.length, low, high)


# The window asks for the same ranges at every design; 100,000 values are 800 KB.
@lru_cache(maxsize=32)
def _of_series(series: SeriesName, low: float, high: float) -> Floats:
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    decades = [
        # through text, so that 4.7 kΩ is the number that 4700 is
        float(f"{digits}e{decade}")
        for decade in range(first, last + 1)
        for digits in SERIES[series]
    ]
    values = np.array(decades)
    inside = values[(values >= low * (1 - _SAME)) & (values <= high * (1 + _SAME))]
    if not len(inside):
        raise UsageError(
            f"No value of {series} lies within {format_si(low, 'Ω')} to "
            f"{format_si(high, 'Ω')}; choose a finer series in [printing.grid]."
        )
    inside.setflags(write=False)
    return inside


@lru_cache(maxsize=32)
def _steps(step: float, low: float, high: float, unit: str) -> Floats:
    first, last = int(np.ceil(low / step * (1 - _SAME))), int(np.floor(high / step * (1 + _SAME)))
    if not 1 <= last - max(first, 1) + 1 <= _MOST_VALUES:
        what = "no value" if last < max(first, 1) else "too many values"
        raise UsageError(
            f"A step of {format_si(step, unit)} leaves {what} within {format_si(low, unit)} to "
            f"{format_si(high, unit)}; choose another step in [printing.grid]."
        )
    # rounded, so that 3 steps of 5 µm are the number that 15e-6 is
    values = np.array([float(f"{number * step:.12g}") for number in range(max(first, 1), last + 1)])
    values.setflags(write=False)
    return values


def is_on(value: float, printable: Floats) -> bool:
    """Whether a value is one of the printable ones."""
    nearest = printable[np.abs(printable - value).argmin()]
    return bool(abs(value - nearest) <= _SAME * nearest)


@dataclass(frozen=True)
class Deviation:
    """Standard deviation of a printed quantity.

    Attributes
    ----------
    value : float
        Of the logarithm (relative), or in volt.
    source : str
        Where it is known from.
    assumed : bool
        Whether it is assumed rather than known of the process.
    """

    value: float
    source: str = ""
    assumed: bool = False


_NONE = Deviation(0.0)


@dataclass(frozen=True)
class Spread:
    """How far prints lie from the drawing; all quantities are independent of each other.

    Attributes
    ----------
    resistor_global : Deviation
        Of ln R, the same draw for all resistors of a print (ink, layer thickness).
    resistor_local : Deviation
        Of ln R, one draw for each resistor.
    width, length : Deviation
        Of ln W and ln L, one draw for each transistor.
    vt : Deviation
        Of the threshold in volt, one draw for each transistor.
    kp : Deviation
        Of ln kp, one draw for each transistor.
    rail : Deviation
        Of each rail and of the bias, relative to its voltage; one draw for each in a print.
    input_noise : Deviation
        In volt, one draw for each input at each sample of a print.
    """

    resistor_global: Deviation = _NONE
    resistor_local: Deviation = _NONE
    width: Deviation = _NONE
    length: Deviation = _NONE
    vt: Deviation = _NONE
    kp: Deviation = _NONE
    rail: Deviation = _NONE
    input_noise: Deviation = _NONE

    @staticmethod
    def of_share(share: float) -> "Spread":
        """Spread every printed resistor, W and L by so much (of the logarithm), nothing else.

        Raises
        ------
        UsageError
            Where it is not within 0..1.
        """
        if not 0 <= share <= 1:
            raise UsageError(f"A spread of {share:g} cannot be printed; give 0 % to 100 %.")
        one = Deviation(share, "as asked for")
        return Spread(resistor_local=one, width=one, length=one)

    def scaled(self, factor: float) -> "Spread":
        """Return all deviations times `factor`."""
        return Spread(
            **{
                each.name: replace(
                    getattr(self, each.name), value=factor * getattr(self, each.name).value
                )
                for each in fields(self)
            }
        )

    @property
    def resistor(self) -> float:
        """Standard deviation of ln R, global and local part together."""
        return float(np.hypot(self.resistor_global.value, self.resistor_local.value))

    @property
    def assumed(self) -> tuple[str, ...]:
        """Names of the deviations that are assumed."""
        named = ((each.name, getattr(self, each.name)) for each in fields(self))
        return tuple(name for name, deviation in named if deviation.assumed and deviation.value)

    @property
    def words(self) -> str:
        """Say it in a few words."""
        parts = [f"R {format_percent(self.resistor)}"]
        for name, unit in (("width", ""), ("length", ""), ("vt", "V"), ("kp", ""), ("rail", ""),
                           ("input_noise", "V")):  # fmt: skip
            value = getattr(self, name).value
            if value:
                text = format_si(value, unit) if unit else format_percent(value)
                parts.append(f"{_SPOKEN[name]} {text}")
        return ", ".join(parts)


def _short(value: float, unit: str) -> str:
    """Write a step as people say it: 5 µm, not 5.00 µm."""
    number, prefixed = format_si(value, unit).split(" ")
    return f"{float(number):g} {prefixed}"


_SPOKEN = {"width": "W", "length": "L", "vt": "Vt", "kp": "kp", "rail": "rails",
           "input_noise": "inputs"}  # fmt: skip
_UNITS = {"vt": "V", "input_noise": "V"}


@dataclass(frozen=True)
class Printing:
    """The table ``[printing]`` of a technology file."""

    grid: Grid
    spread: Spread


def read_printing(root: Fields) -> Printing | None:
    """Read the table ``[printing]``; None where a file has none, as older ones."""
    if not root.has("printing"):
        return None
    table = root.table("printing")
    return Printing(_grid(table.table("grid")), _spread(table.table("spread")))


def _grid(table: Fields) -> Grid:
    resistor = table.table("resistor")
    series: SeriesName | None = None
    step = 0.0
    if resistor.has("series"):
        text = resistor.text("series", list(SERIES))
        series = next(each for each in SERIES if each == text)
    else:
        resistor.text("unit", ["Ω"])
        step = resistor.number("value", 1e-3, 1e12)
    sizes = []
    tolerances = [_tolerance(resistor)]
    assumed = [_assumed(resistor)]
    for name in ("width", "length"):
        entry = table.table(name)
        entry.text("unit", ["m"])
        sizes.append(entry.number("value", 1e-9, 1e-2))
        tolerances.append(_tolerance(entry))
        assumed.append(_assumed(entry))
    return Grid(
        series=series,
        step=step,
        width=sizes[0],
        length=sizes[1],
        resistor_tolerance=tolerances[0],
        size_tolerance=max(tolerances[1:]),
        assumed=any(assumed),
    )


def _tolerance(entry: Fields) -> float:
    return entry.number("tolerance", 0, 10) if entry.has("tolerance") else 0.0


def _assumed(entry: Fields) -> bool:
    if entry.text("source") == "":
        raise entry.fail("source", "must say where it is known from.")
    value = entry.value("assumed") if entry.has("assumed") else False
    if not isinstance(value, bool):
        raise entry.fail("assumed", "must be true or false.")
    return value


def _spread(table: Fields) -> Spread:
    names = [each.name for each in fields(Spread)]
    for name in table.keys():
        if name not in names:
            raise table.fail(name, f"is no spread; there are {', '.join(names)}.")
    found = {}
    for name in names:
        if table.has(name):
            entry = table.table(name)
            entry.text("unit", [_UNITS.get(name, "1")])
            deviation = entry.number("value", 0, 1)
            found[name] = Deviation(deviation, entry.text("source"), _assumed(entry))
    return Spread(**found)
