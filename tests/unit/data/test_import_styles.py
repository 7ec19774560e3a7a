"""Numbers, delimiters and encodings in every style: found by what stands in the file."""

import contextlib
import csv
import io

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pnn_studio.data.datasets import load_dataset, preview_dataset
from pnn_studio.data.decoding import detect
from pnn_studio.data.numerals import Style, detect_style, is_date, is_missing, numbers
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import DECIMALS, THOUSANDS, ImportOptions
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import DatasetError

NEGT = load_technology("negt")


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "delimiter", "values", "ambiguous"),
    [
        (["1.5", "2"], ",", [1.5, 2], False),
        (["1,5", "2"], ";", [1.5, 2], False),
        (["1.234,5", "2"], ";", [1234.5, 2], False),
        (["1,234.5", "2"], ",", [1234.5, 2], False),
        (["1,234", "2,345"], ";", [1.234, 2.345], True),
        (["1,234", "2,345"], ",", [1234, 2345], True),
        (["1,234", "0.5"], ",", [1234, 0.5], False),
        (["1,234,567", "2,000"], ",", [1234567, 2000], False),
        (["1.234", "2.345"], ";", [1.234, 2.345], False),
        (["1.234.567", "2"], ";", [1234567, 2], False),
        (["0,123", "0,5"], ";", [0.123, 0.5], False),
        (["1.234", "0,5"], ";", [1234, 0.5], False),
        (["1'234.5", "12"], ",", [1234.5, 12], False),
        (["1\u2019234", "12"], ",", [1234, 12], False),
        (["1 234,5", "0,5"], ";", [1234.5, 0.5], False),
        (["1\u202f234", "1\u00a0000"], ";", [1234, 1000], False),
        (["-1,5e3", "+2,5E-1"], ";", [-1500, 0.25], False),
        (["1e3", " 7 "], ",", [1000, 7], False),
    ],
)
def test_numbers_are_read_as_their_neighbours_tell(cells, delimiter, values, ambiguous):
    style = detect_style(cells, delimiter, "", "")
    assert numbers(cells, style).tolist() == values
    assert style.ambiguous == ambiguous


@pytest.mark.parametrize(
    ("cell", "style"),
    [
        ("1,5", Style()),
        ("1.5", Style(",")),
        ("1,23,4", Style(".", ",")),
        ("12,34", Style(".", ",")),
        ("1,2345", Style(".", ",")),
        ("1.234.5", Style(",", ".")),
        ("1,2,3", Style(",")),
        ("1 2", Style(",", " ")),
        ("1_1", Style()),
        ("1_1", Style(",")),
        ("", Style()),
        ("x", Style(",", ".")),
    ],
)
def test_what_is_no_number_in_a_style_is_none(cell, style):
    assert np.isnan(numbers([cell], style)).all()


def written(value, decimal, thousands):
    whole, _, fraction = f"{abs(value):,.4f}".partition(".")
    sign = "-" if value < 0 else ""
    return sign + whole.replace(",", thousands) + decimal + fraction


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1),
    st.sampled_from(DECIMALS),
    st.sampled_from(["", *THOUSANDS, "\u202f"]),
)
def test_numbers_written_in_any_style_come_back(values, decimal, thousands):
    assume(decimal != thousands)
    cells = [written(value, decimal, thousands) for value in values]
    style = detect_style(cells, ";", "", "")
    assert numbers(cells, style) == pytest.approx([round(value, 4) for value in values], abs=1e-4)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_plain_numbers_keep_every_bit(value):
    assert numbers([repr(value)], Style()).tobytes() == np.array([value]).tobytes()


@pytest.mark.parametrize("cell", ["", " ", "?", "NA", "n/a", "NaN", "null", "-", "#N/A"])
def test_a_missing_value_has_many_spellings(cell):
    assert is_missing(cell)


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("2024-01-31", True), ("31.12.2024", True), ("1/2/24", True), ("12:30", True),
        ("2024-01-31T12:00:00Z", True), ("3-Jan-20", True), ("1.5", False), ("1.5.3", False),
        ("10-20", False), ("v1.2", False),
    ],
)  # fmt: skip
def test_dates_are_known_by_their_form(cell, date):
    assert is_date(cell) == date


# --- encodings ---------------------------------------------------------------------------------

TEXTS = {
    "cp1252": "Länge;Art\n1,5;Kürbis\n2,5;Möhre\n",
    "cp1250": "a,b,gatunek\n1,2,świerk\n3,4,dąb\n5,6,jesion wyniosły\n7,8,żółta wiśnia\n",
    "cp1251": "a,b,вид\n1,2,сосна\n3,4,берёза\n",
    "cp1253": "a,είδος\n1,πεύκο\n2,δρυς\n",
    "cp1254": "a,tür\n1,çınar\n2,meşe ağacı\n",  # noqa: RUF001 - Turkish
    "koi8-r": "a,b,вид\n1,2,сосна\n3,4,берёза\n",
    "mac-roman": "Länge;Art\n1,5;Kürbis\n2,5;Möhre\n",
    "gb18030": "a,b,种类\n1,2,松树\n3,4,桦树\n",
    "utf-8": "a,b,种类\n1,2,松树\n3,4,Möhre\n",
    "utf-16-le": "a,b\n1,Möhre\n",
    "utf-16-be": "a,b\n1,Möhre\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_an_encoding_is_found_by_the_words_in_it(encoding):
    assert detect(TEXTS[encoding].encode(encoding)) == encoding


def test_the_first_word_that_is_no_utf_8_may_stand_far_below():
    content = b"a,label\n" + b"1,x\n" * 100_000 + "2,Möhre und Kürbis\n".encode("cp1252")
    assert detect(content) == "cp1252"


def test_a_chosen_encoding_that_does_not_fit_is_told_with_its_line(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes("a,label\n1,x\n2,Möhre\n".encode("cp1252"))
    reference = DataReference(str(path), options=ImportOptions(encoding="utf-8"))
    with pytest.raises(DatasetError, match="line 3: byte 15 is not utf-8 text; choose"):
        load_dataset(reference, NEGT)


# --- whole files -------------------------------------------------------------------------------

names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=5)


@given(
    columns=st.lists(names.map("n{}".format), min_size=2, max_size=4, unique=True),
    values=st.lists(st.integers(-99_999, 99_999), min_size=24, max_size=24),
    delimiter=st.sampled_from(",;\t|"),
    decimal=st.sampled_from(DECIMALS),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    blank=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_table_in_any_style_is_read_back(
    tmp_path, columns, values, delimiter, decimal, end, encoding, blank
):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerow([*columns, "label"])
    rows = [values[i : i + len(columns)] for i in range(0, 24 - 24 % len(columns), len(columns))]
    rows = [row for row in rows if len(row) == len(columns)] * 3
    for number, row in enumerate(rows):
        cells = [f"{value / 8:.3f}".replace(".", decimal) for value in row]
        writer.writerow([*cells, "xy"[number % 2]])
        if blank:
            text.write(end)
    path = tmp_path / "data.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    data = load_dataset(DataReference(str(path)), NEGT)
    assert data.input_names == tuple(columns)
    back = data.low + data.voltages * (data.high - data.low)
    wanted = np.clip(np.array(rows) / 8, data.low, data.high)
    np.testing.assert_allclose(back, wanted, rtol=0, atol=1e-6)


pieces = st.sampled_from(
    [
        *("1", "0,5", "1.234,5", "x", "", '"', "'", "nan", "1e999", "\x00", "\r", "\n", ",", ";"),
        *("\t", "|", "train", "é", "sep=;", "@relation r\n", "@data\n", "@attribute a real\n"),
        *("@attribute b {x,'y z'}\n", "{", "}", "%", "?", "2024-01-01", "=cmd()", "\x1b[2J"),
    ]
)


@given(
    st.lists(pieces, max_size=30).map("".join),
    st.sampled_from(["", "utf-16-le", "cp1252"]),
    st.sampled_from(["refuse", "drop", "median"]),
    st.sampled_from([None, True, False]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
def test_any_text_is_read_or_refused_and_the_preview_says_which(
    tmp_path, text, encoding, missing, header
):
    path = tmp_path / "data.csv"
    path.write_bytes(text.encode(encoding or "utf-8"))
    options = ImportOptions(encoding=encoding, missing=missing, header=header)
    reference, loaded = DataReference(str(path), options=options), False
    with contextlib.suppress(DatasetError):
        assert np.isfinite(load_dataset(reference, NEGT).voltages).all()
        loaded = True
    with contextlib.suppress(DatasetError):
        preview = preview_dataset(reference, NEGT)
        assert preview.importable == loaded
        assert loaded or preview.problems
        loaded = False
    assert not loaded  # what can be loaded can be looked at, too
