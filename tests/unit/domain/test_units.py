import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.domain.units import (
    MINUS,
    format_percent,
    format_si,
    parse_si,
    read_count,
    read_number,
    spice_number,
)
from pnn_studio.errors import UsageError

UNITS = ("S", "m", "s", "Hz")  # of those that are typed prefixes that nobody prints are refused
# what ngspice multiplies by, from its manual, section "Some naming conventions"
SPICE = {"f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1, "k": 1e3, "meg": 1e6,
         "g": 1e9}  # fmt: skip

quantities = st.one_of(
    st.floats(1e-15, 9.99e14), st.floats(-9.99e14, -1e-15), st.just(0.0)
)  # what three digits and a prefix from f to T can write


@given(quantities, st.sampled_from(UNITS))
def test_a_quantity_is_read_back_within_its_three_digits(value, unit):
    assert parse_si(format_si(value, unit), unit) == pytest.approx(value, rel=5.1e-3)


@given(quantities, st.sampled_from(UNITS))
def test_more_digits_are_read_back_more_exactly(value, unit):
    assert parse_si(format_si(value, unit, 9), unit) == pytest.approx(value, rel=5.1e-9)


@given(quantities)
def test_a_quantity_shows_three_digits_and_at_most_three_before_the_point(value):
    text = format_si(value, "W").removesuffix("W").rstrip("fpnµmkMGT ").removeprefix(MINUS)
    if value:
        digits = text.replace(".", "")
        assert len(digits.lstrip("0")) <= 3 <= len(digits)
        assert len(text.partition(".")[0]) <= 3


@given(st.floats(1e-15, 9.9e11) | st.floats(-9.9e11, -1e-15))
def test_a_spice_number_is_exact_to_nine_digits(value):
    text = spice_number(value)
    suffix = text.lstrip("+-0123456789.e")
    mantissa = float(text.removesuffix(suffix) if suffix else text)
    assert mantissa * SPICE[suffix] == pytest.approx(value, rel=1e-8)


def test_mega_is_written_so_that_spice_does_not_read_milli():
    assert spice_number(1e6) == "1meg"
    assert spice_number(1e-3) == "1m"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_shown_as_a_dash_and_never_enters_a_netlist(value):
    assert format_si(value, "W") == format_percent(value) == "\N{EM DASH}"
    with pytest.raises(ValueError, match="netlist"):
        spice_number(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (999.4, "999 V"),
        (999.6, "1.00 kV"),
        (1e-3, "1.00 mV"),
        (0.9996, "1.00 V"),
        (-0.0312, "−31.2 mV"),
    ],
)
def test_a_prefix_changes_where_rounding_asks_for_it(value, text):
    assert format_si(value, "V") == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5mW", 5e-3),
        (" 5 mW ", 5e-3),
        ("5m", 5e-3),
        ("0.005", 5e-3),
        ("5e-3", 5e-3),
        ("−5 mW", -5e-3),
        ("5 μW", 5e-6),
        ("5 µW", 5e-6),
        ("5uW", 5e-6),
        ("5 mw", 5e-3),
        ("0,005", 5e-3),
        ("5,5 mW", 5.5e-3),
        ("5m5", 5.5e-3),
        ("5m5W", 5.5e-3),
        ("2,5e-3W", 2.5e-3),
        (".5W", 0.5),
    ],
)
def test_people_may_write_a_quantity_in_many_ways(text, value):
    assert parse_si(text, "W") == value


@given(st.floats(1e-12, 1e5))
def test_watts_ohms_and_volts_are_read_back_where_they_can_be_printed(value):
    for unit, scale in (("W", 1.0), ("V", 1.0), ("Ω", 1e12)):
        text = format_si(value * scale, unit)
        assert parse_si(text, unit) == pytest.approx(value * scale, rel=5.1e-3)
        assert parse_si(text.replace(".", ","), unit) == parse_si(text, unit)


@pytest.mark.parametrize(
    ("text", "unit", "meant"),
    [("5 MW", "W", "5 mW"), ("5MW", "W", "5 mW"), ("4,5 MEG", "W", "4.5 mW"), ("2m", "Ω", "2 MΩ"),
     ("1 MV", "V", "1 mV")],
)  # fmt: skip
def test_a_prefix_that_nobody_prints_is_asked_back(text, unit, meant):
    with pytest.raises(UsageError, match=f"did you mean {meant}"):
        parse_si(text, unit)


@pytest.mark.parametrize(
    ("text", "ohm"),
    [("4k7", 4700), ("4K7", 4700), ("4k7Ω", 4700), ("2M2", 2.2e6), ("2MEG", 2e6), ("2meg", 2e6),
     ("2 MEGohm", 2e6), ("2 M", 2e6), ("2,2 MΩ", 2.2e6), ("470R", 470), ("4R7", 4.7),
     ("10 000", 1e4), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1.234.567", 1234567)],
)  # fmt: skip
def test_resistances_are_read_as_they_stand_on_parts_and_in_netlists(text, ohm):
    assert parse_si(text, "Ω") == ohm


@given(st.integers(1, 999), st.integers(0, 999))
def test_a_comma_before_three_digits_is_never_guessed(whole, part):
    with pytest.raises(UsageError, match=rf"{whole}{part:03} or {whole}\.{part:03}"):
        read_number(f"{whole},{part:03}")
    assert read_number(f"{whole}.{part:03}") == float(f"{whole}.{part:03}")
    assert read_number(f"0,{part:03}") == float(f"0.{part:03}")


def test_a_count_is_whole():
    assert [read_count(each) for each in ("51", "2k", "2 000", "0")] == [51, 2000, 2000, 0]
    for text in ("1,5", "2.5", "1,000", "many", "", "5 mW"):
        with pytest.raises(UsageError):
            read_count(text)


@pytest.mark.parametrize("text", ["10k", "10 kOhm", "10kohm", "10 kΩ", "10KΩ", "10 k\u2126"])
def test_ohm_has_many_spellings(text):
    assert parse_si(text, "Ω") == 10e3


@pytest.mark.parametrize("text", ["", "W", "5 mV", "5 xW", "five", "5..0", "nan", "5 m W"])
def test_what_is_no_quantity_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match="5mW"):
        parse_si(text, "W")


def test_what_no_float_can_hold_is_refused():
    with pytest.raises(UsageError, match="too large"):
        parse_si("1e999", "W")


@given(st.text(max_size=20) | st.text("0123456789.,'- eEmMkKWRΩ", max_size=12))
def test_any_text_is_a_quantity_or_refused(text):
    with contextlib.suppress(UsageError):
        assert math.isfinite(parse_si(text, "W"))


@given(st.floats(1e-9, 1) | st.just(0.0))
def test_a_share_is_written_as_the_percentage_that_it_is(share):
    text = format_percent(share)
    assert text.endswith(" %")
    assert float(text.removesuffix(" %")) == pytest.approx(100 * share, rel=5.1e-3)
