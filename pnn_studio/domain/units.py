"""Numbers and SI prefixes: the one place where they are made, and read as people type them.

Everything inside the program is a float in SI base units; this module is the boundary. Every field
of the window and every option of the command line reads through it, so all read alike.
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
_EXPONENT = r"(?:[eE][+-]?[0-9]+)?"
_PLAIN = re.compile(rf"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+){_EXPONENT}")
_GROUPED = re.compile(
    r"[+-]?[0-9]{1,3}(?:"
    r"(?:(?P<space>[ '\u2019])[0-9]{3})(?:(?P=space)[0-9]{3})*(?:[.,][0-9]+)?"
    r"|,[0-9]{3}(?:(?:,[0-9]{3})+|(?:,[0-9]{3})*\.[0-9]+)"
    r"|\.[0-9]{3}(?:(?:\.[0-9]{3})+|(?:\.[0-9]{3})*,[0-9]+))"
)
# 1,234 is 1.234 to some and 1234 to others
_TWO_WAYS = re.compile(r"([+-]?[1-9][0-9]{0,2}),([0-9]{3})")
_QUANTITY = re.compile(rf"([+-]?[0-9.,][0-9.,' \u2019]*?{_EXPONENT})\s*([^0-9\s.,'\u2019]*)")
_PREFIX_WITHIN = re.compile(
    r"([+-]?[0-9]+)((?i:meg)|[fpnu\u00b5\u03bcmkKMGTRWVA\u03a9])([0-9]+)([^0-9]*)"
)
# the prefix that is typed by mistake, the one that was meant, and what nobody prints
_SLIPS = {
    "W": ("M", "m", "a megawatt"),
    "V": ("M", "m", "a megavolt"),
    "A": ("M", "m", "a megaampere"),
    "Ω": ("m", "M", "a milliohm"),
}
_EXAMPLES = {"Ω": "4k7, 10 kΩ or 2MEG"}


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


def _plain_signs(text: str) -> str:
    """Write signs and spaces of every kind as the plain ones."""
    text = text.strip().replace(MINUS, "-")
    return re.sub("[\u00a0\u202f\u2009]", " ", text)


def read_number(text: str) -> float:
    """Read a number with a comma or a point before its fraction.

    Signs between thousands may be there where they leave no doubt.

    Raises
    ------
    UsageError
        Where `text` is no finite number, or one that people read in two ways, as ``1,234``.

    Examples
    --------
    >>> read_number("0,5"), read_number("0.5"), read_number("-1,5e-3"), read_number("10 000")
    (0.5, 0.5, -0.0015, 10000.0)
    >>> read_number("1.234,5"), read_number("1,234.5"), read_number("0,125")
    (1234.5, 1234.5, 0.125)
    """
    plain = _plain_signs(text)
    if match := _TWO_WAYS.fullmatch(plain):
        whole, part = match.groups()
        raise UsageError(
            f"{text!r} can be read in two ways; write {whole}{part} or {whole}.{part}."
        )
    if _GROUPED.fullmatch(plain):
        decimal = max(plain.rfind("."), plain.rfind(","))
        if plain.count(plain[decimal]) > 1 or decimal < 0:  # only between thousands
            decimal = len(plain)
        kept = [re.sub("[^0-9+-]", "", part) for part in (plain[:decimal], plain[decimal:])]
        plain = ".".join(kept)
    elif not _PLAIN.fullmatch(plain):
        raise UsageError(f"{text!r:.40} is not a number; write for example 0.5 or 0,5.")
    value = float(plain.replace(",", "."))
    if not math.isfinite(value):
        raise UsageError(f"{text!r:.40} is too large.")
    return value


def read_count(text: str) -> int:
    """Read a whole number, also with a prefix (``2k``).

    Raises
    ------
    UsageError
        Where `text` is none.

    Examples
    --------
    >>> read_count("51"), read_count("2 000"), read_count("2k"), read_count("1e3")
    (51, 2000, 2000, 1000)
    """
    value = parse_si(text, "")
    if value != round(value):
        raise UsageError(f"{text!r:.40} is not a whole number; write for example 10.")
    return round(value)


def parse_si(text: str, unit: str) -> float:
    """Read a quantity as people write it.

    Parameters
    ----------
    text : str
        Number with comma or point, optional SI prefix and unit: ``5mW``, ``5 mW``, ``0,005``,
        ``10 kOhm``, ``4k7``, ``2MEG``.
    unit : str
        Base unit that is expected; it may be left out in `text`. Empty for a mere number.

    Returns
    -------
    float
        Value in SI base units.

    Raises
    ------
    UsageError
        Where `text` is no such quantity; where it can be read in two ways; and where its prefix is
        a slip (``5 MW``), with what was meant.

    Examples
    --------
    >>> parse_si("5mW", "W"), parse_si("10 MΩ", "Ω"), parse_si("0,25", "V")
    (0.005, 10000000.0, 0.25)
    >>> parse_si("4k7", "Ω"), parse_si("2MEG", "Ω"), parse_si("2 M", "Ω"), parse_si("4R7", "Ω")
    (4700.0, 2000000.0, 2000000.0, 4.7)
    """
    plain = _plain_signs(text)
    if match := _PREFIX_WITHIN.fullmatch(plain):
        whole, prefix, part, rest = match.groups()
        number, suffix = f"{whole}.{part}", prefix + rest.strip()
    elif match := _QUANTITY.fullmatch(plain):
        number, suffix = match.groups()
    else:
        number, suffix = "", ""
    factor = _factor(suffix, unit)
    reads = _PLAIN.fullmatch(number) or _GROUPED.fullmatch(number)
    if not reads or factor is None:
        if not unit:
            raise UsageError(f"{text!r:.40} is not a number; write for example 10.")
        example = _EXAMPLES.get(unit, f"5m{unit}")
        raise UsageError(f"{text!r:.40} is not a quantity in {unit}; write for example {example}.")
    prefix, power = factor
    value = read_number(number) * power
    slip, meant, nobody = _SLIPS.get(unit, ("", "", ""))
    if prefix and prefix == slip and value:
        amount = f"{read_number(number):g} {meant}{unit}".replace("-", MINUS)
        raise UsageError(
            f"{text.strip()!r:.40} asks for {format_si(value, unit)}, and nobody prints {nobody}: "
            f"did you mean {amount}?"
        )
    if not math.isfinite(value):
        raise UsageError(f"{text!r:.40} is too large.")
    return float(f"{value:.15g}")


def _factor(suffix: str, unit: str) -> tuple[str, float] | None:
    """Read what stands after a number: its prefix, and what that multiplies by."""
    if unit == "Ω":
        suffix = re.sub(r"(?i:ohms?)$|[\u2126Rr]$|(?<=[kKM])[Rr]$", "Ω", suffix)
    prefix = suffix
    if unit and suffix.lower().endswith(unit.lower()):
        prefix = suffix[: len(suffix) - len(unit)]
    if prefix.lower() == "meg":
        prefix = "M"
    return (prefix, _FACTORS[prefix]) if prefix in _FACTORS else None


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


def rough_duration(seconds: float) -> str:
    """Write a time that is only estimated: no more digits than it deserves, never too little.

    Examples
    --------
    >>> [rough_duration(each) for each in (0.4, 16.2, 94, 620, 5000)]
    ['1 s', '17 s', '1 min 40 s', '11 min', '1.4 h']
    """
    if seconds <= 60:  # noqa: PLR2004
        return f"{math.ceil(seconds)} s"
    if seconds <= 600:  # noqa: PLR2004
        tens = math.ceil(seconds / 10) * 10
        return f"{tens // 60} min {tens % 60} s" if tens % 60 else f"{tens // 60} min"
    if seconds <= 3600:  # noqa: PLR2004
        return f"{math.ceil(seconds / 60)} min"
    return f"{math.ceil(seconds / 360) / 10:.1f} h"
