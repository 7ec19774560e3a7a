import pytest

from pnn_studio.domain.printing import Grid, Spread, is_on
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import TechnologyError, UsageError
from tests.support.technologies import NEGT

TEXT = NEGT.read_text("utf-8")


def loaded_from(tmp_path, text):
    path = tmp_path / "lab.toml"
    path.write_text(text, "utf-8")
    return load_technology(path)


def test_series_are_those_of_the_standard():
    # IEC 60063, one decade
    assert Grid("E12").resistors(1e3, 9.9e3).tolist() == [
        1000, 1200, 1500, 1800, 2200, 2700, 3300, 3900, 4700, 5600, 6800, 8200
    ]  # fmt: skip
    assert len(Grid("E24").resistors(1e4, 1e7)) == 73
    e96 = Grid("E96").resistors(100, 999).tolist()
    assert len(e96) == 96
    assert {102, 105, 133, 187, 499, 976} <= set(e96)


def test_sizes_are_whole_steps_within_their_range():
    assert Grid().component("L2", 30e-6, 60e-6).tolist() == [
        30e-6, 35e-6, 40e-6, 45e-6, 50e-6, 55e-6, 60e-6
    ]  # fmt: skip
    assert Grid(None, 250.0).resistors(300, 1000).tolist() == [500, 750, 1000]
    with pytest.raises(UsageError, match="no value"):
        Grid(width=1e-4).component("W1", 110e-6, 150e-6)


def test_ten_megohm_is_one_over_its_conductance():
    assert is_on(1 / 1e-7, Grid().resistors(1e4, 1e7))
    assert not is_on(1.02e6, Grid().resistors(1e4, 1e7))


def test_the_open_technology_says_of_every_spread_where_it_is_from_and_that_it_is_assumed():
    spread = load_technology("negt").printing.spread
    assert len(spread.assumed) == 8
    for name in spread.assumed:
        assert len(getattr(spread, name).source) > 5


def test_a_technology_without_the_table_still_opens(tmp_path):
    older = loaded_from(tmp_path, TEXT[: TEXT.index("# Values that can be printed")])
    assert older.printing is None
    # what is printed does not depend on what is known of its spread
    assert older.same_circuits == load_technology("negt").same_circuits


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('series = "E24"', 'series = "E23"', "printing.grid.resistor.series"),
        ("vt = { value = 0.01", "vt = { value = -0.01", "printing.spread.vt.value"),
        ("vt = { value = 0.01", "vth = { value = 0.01", "vth: is no spread"),
        ('unit = "V", source = "reading', 'unit = "1", source = "reading', "input_noise.unit"),
        ("assumed = true", 'assumed = "yes"', "assumed: must be true or false"),
        ("width = { value = 5e-6", "width = { value = 0", "printing.grid.width.value"),
    ],
)
def test_a_wrong_entry_is_named_with_its_place(tmp_path, old, new, said):
    head, mark, rest = TEXT.partition("[printing.grid]")
    with pytest.raises(TechnologyError, match=said.replace(".", r"\.")):
        loaded_from(tmp_path, head + mark + rest.replace(old, new, 1))


def test_a_share_spreads_resistors_and_sizes_alone():
    spread = Spread.of_share(0.1)
    assert (spread.resistor, spread.width.value, spread.length.value) == (0.1, 0.1, 0.1)
    assert spread.vt.value == spread.kp.value == spread.rail.value == 0
    assert spread.scaled(2).resistor == 0.2
    with pytest.raises(UsageError):
        Spread.of_share(1.5)
