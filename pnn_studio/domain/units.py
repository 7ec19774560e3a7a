"""SI prefixes: the one place where they are made and parsed.

Everything inside the program is a float in SI base units; this module is the boundary.
"""

import math
import re

from pnn_studio.errors import UsageError

MINUS = "\N{MINUS SIGN}"
_PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}
_FACTORS = {prefix: 10.0**exponent for exponent, prefix in _PREFIXES.items()} | {
    "u": 1e-6,
    "\N{GREEK SMALL LETTER MU}": 1e-6,
    "K": 1e3,
}
# ngspice reads "m" and "M" both as milli, so mega is written out
_SPICE_SUFFIX = {-15: "f", -12: "p", -9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "meg", 9: "g"}
_NUMBER = re.compile(r"\s*([+\-\u2212]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([^\d\s]*)\s*$")


def _engineering(value: float, digits: int) -> tuple[str, int]:
    """Mantissa text with `digits` significant digits and the exponent (a multiple of 3)."""
    exponent = 0 if value == 0 else 3 * math.floor(math.log10(abs(value)) / 3)
    exponent = min(max(exponent, -15), 12)
    mantissa = float(f"{value / 10.0**exponent:.{digits}g}")
    if abs(mantissa) >= 1000 and exponent < 12:  # noqa: PLR2004 - 999.9 rounds up to the next prefix
        exponent += 3
        mantissa = float(f"{value / 10.0**exponent:.{digits}g}")
    whole = len(str(int(abs(mantissa))))
    return f"{mantissa:.{max(digits - whole, 0)}f}", exponent


def format_si(value: float, unit: str, digits: int = 3) -> str:
    """Write a quantity for people: SI prefix, three digits, typographic minus.

    Parameters
    ----------
    value : float
        Quantity in SI base units; not finite is written as an em dash.
    unit : str
        Base unit, for example ``"W"``.
    digits : int
        Significant digits.

    Examples
    --------
    >>> format_si(731e3, "Ω"), format_si(-0.884, "V"), format_si(0, "W")
    ('731 kΩ', '−884 mV', '0 W')
    >>> format_si(0.0053791, "W"), format_si(999.96e3, "Ω")
    ('5.38 mW', '1.00 MΩ')
    """
    if not math.isfinite(value):
        return "\N{EM DASH}"
    if value == 0:
        return f"0 {unit}".rstrip()
    text, exponent = _engineering(value, digits)
    return f"{text} {_PREFIXES[exponent]}{unit}".rstrip().replace("-", MINUS)


def format_percent(share: float) -> str:
    """Write a share of one as a percentage with three digits.

    Examples
    --------
    >>> format_percent(0.9677), format_percent(0.0042), format_percent(1.0), format_percent(0.0)
    ('96.8 %', '0.420 %', '100 %', '0 %')
    """
    if not math.isfinite(share):
        return "\N{EM DASH}"
    if share in (0.0, 1.0):
        return f"{share * 100:.0f} %"
    percent = float(f"{share * 100:.3g}")
    decimals = 2 - math.floor(math.log10(abs(percent)))
    return f"{percent:.{max(decimals, 0)}f} %".replace("-", MINUS)


def count_of(number: int, noun: str) -> str:
    """Write how many of something there are.

    Examples
    --------
    >>> count_of(1, "design"), count_of(510, "design")
    ('1 design', '510 designs')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def parse_si(text: str, unit: str) -> float:
    """Read a quantity as people write it.

    Parameters
    ----------
    text : str
        Number, optional SI prefix and unit: ``5mW``, ``5 mW``, ``0.005``, ``10 kOhm``.
    unit : str
        Base unit that is expected; it may be left out in `text`.

    Returns
    -------
    float
        Value in SI base units.

    Raises
    ------
    UsageError
        Where `text` is no such quantity.

    Examples
    --------
    >>> parse_si("5mW", "W"), parse_si("10 MΩ", "Ω"), parse_si("0.25", "V")
    (0.005, 10000000.0, 0.25)
    """
    match = _NUMBER.match(text)
    if match:
        number, suffix = match.groups()
        suffix = suffix.replace("ohm", "Ω").replace("Ohm", "Ω").replace("\N{OHM SIGN}", "Ω")
        prefix = suffix.removesuffix(unit)
        if prefix in _FACTORS:
            value = float(number.replace(MINUS, "-")) * _FACTORS[prefix]
            if math.isfinite(value):
                return float(f"{value:.15g}")
    raise UsageError(f"{text!r} is not a quantity in {unit}; write for example 5m{unit}.")


def spice_number(value: float) -> str:
    """Write a number as SPICE reads it, exact to 9 digits (``meg``, never ``M``).

    Examples
    --------
    >>> spice_number(4.44e6), spice_number(1365.0), spice_number(60e-6), spice_number(-1)
    ('4.44meg', '1.365k', '60u', '-1')
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be written in a netlist")
    if value == 0:
        return "0"
    exponent = min(max(3 * math.floor(math.log10(abs(value)) / 3 + 1e-12), -15), 9)
    return f"{value / 10.0**exponent:.9g}{_SPICE_SUFFIX[exponent]}"


def exponent_number(value: float) -> str:
    """Write a number to 9 digits that every program reads alike: no letters but that of a power.

    ``10meg`` is 0.01 to programs that know ``m`` alone.

    Examples
    --------
    >>> exponent_number(4.44e6), exponent_number(1365.0), exponent_number(60e-6), exponent_number(0)
    ('4.44e6', '1.365e3', '60e-6', '0')
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be written in a netlist")
    if value == 0:
        return "0"
    exponent = 3 * math.floor(math.log10(abs(value)) / 3 + 1e-12)
    power = f"e{exponent}" if exponent else ""
    return f"{value / 10.0**exponent:.9g}{power}"
