import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.domain.units import MINUS, format_percent, format_si, parse_si, spice_number
from pnn_studio.errors import UsageError

UNITS = ("W", "V", "Ω", "S", "m", "s")
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
        (".5W", 0.5),
    ],
)
def test_people_may_write_a_quantity_in_many_ways(text, value):
    assert parse_si(text, "W") == value


@pytest.mark.parametrize("text", ["10k", "10 kOhm", "10kohm", "10 kΩ", "10KΩ", "10 k\u2126"])
def test_ohm_has_many_spellings(text):
    assert parse_si(text, "Ω") == 10e3


@pytest.mark.parametrize("text", ["", "W", "5 mV", "5 xW", "five", "5..0", "1e999", "nan", "5 m W"])
def test_what_is_no_quantity_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match="5mW"):
        parse_si(text, "W")


@given(st.text(max_size=20))
def test_any_text_is_a_quantity_or_refused(text):
    with contextlib.suppress(UsageError):
        assert math.isfinite(parse_si(text, "W"))


@given(st.floats(1e-9, 1) | st.just(0.0))
def test_a_share_is_written_as_the_percentage_that_it_is(share):
    text = format_percent(share)
    assert text.endswith(" %")
    assert float(text.removesuffix(" %")) == pytest.approx(100 * share, rel=5.1e-3)
