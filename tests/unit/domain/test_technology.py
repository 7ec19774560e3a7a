import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.domain.cells import COMPONENTS
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import TechnologyError
from tests.support.technologies import NEGT, write_technology

TEXT = NEGT.read_text("utf-8")


@pytest.fixture
def refusal(tmp_path):
    """Load the open technology with one text replaced, and return why it is refused."""

    def of(old, new):
        assert old in TEXT
        path = tmp_path / "lab.toml"
        path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(TechnologyError) as error:
            load_technology(path)
        return str(error.value)

    return of


def test_the_open_technology_is_as_documented():
    # shared reference: Zhao et al., ICCAD 2023, and the fits that the file names as its sources
    t = load_technology("negt")
    assert (t.theta_min, t.theta_max) == (0.01, 10)
    assert (t.g_min, t.g_max) == (1e-7, 1e-4)
    assert (t.input_low, t.input_high, t.bias) == (0, 1, 1)
    assert (t.measurable, t.margin, t.power_reference) == (0.1, 0.3, 0.15)
    assert (t.activation.vdd, t.activation.vss, t.negation.vdd, t.negation.vss) == (1, -1, 1, -2.2)
    assert t.transistor is not None
    assert (t.transistor.kp, t.transistor.vt, t.transistor.n) == (1.6e-4, 0.19, 1.25)
    assert t.activation.defaults == {
        "R1": 12e3, "R2": 4e3, "W1": 60e-6, "L1": 55e-6, "W2": 100e-6, "L2": 40e-6
    }  # fmt: skip
    assert [str(each) for each in t.negation.constraints] == [
        "R1 > R2", "R3 > R4", "R1/R2 > R3/R4", "W > L"
    ]  # fmt: skip


def test_every_quantity_states_its_source():
    for line in TEXT.splitlines():
        if "unit =" in line:
            assert re.search(r'source = "[^"]{5,}"', line), line


def test_components_come_in_the_order_that_surrogates_read_whatever_the_file_has(tmp_path):
    head, mark, rest = TEXT.partition("[ptanh.components]\n")
    lines, blank, tail = rest.partition("\n\n")
    path = tmp_path / "lab.toml"
    path.write_text(head + mark + "\n".join(reversed(lines.split("\n"))) + blank + tail, "utf-8")
    for circuit in load_technology().circuit_names:
        names = [each.name for each in load_technology(path).circuit(circuit).components]
        assert tuple(names) == COMPONENTS[circuit]


def test_a_technology_may_have_no_transistor(tmp_path):
    path = write_technology(tmp_path / "lab.toml", transistor=False)
    assert load_technology(path).transistor is None


def test_the_fingerprint_tells_versions_apart(tmp_path):
    one = load_technology(write_technology(tmp_path / "one.toml"))
    changed = {"kp = { value = 1.6": "kp = { value = 1.7"}
    two = load_technology(write_technology(tmp_path / "two.toml", **changed))
    assert one.fingerprint != two.fingerprint
    assert one.fingerprint == load_technology(tmp_path / "one.toml").fingerprint


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("format = 1", "format = 2", "format: must be 1"),
        ('id = "negt"', 'id = "../evil"', "id: must be a short name"),
        ('id = "negt"', 'id = "negt\\n"', "id: must be a short name"),
        ('title = "nEGT, open 1.0"', 'title = "two\\nlines"', "title: must be one line"),
        ("value = 1e-7", 'value = "1e-7"', "crossbar.g_min.value: must be a finite number"),
        ("value = 1e-7", "value = nan", "crossbar.g_min.value"),
        ("value = 1e-7", "value = 1", "crossbar.g_min: needs 0 < g_min < g_max"),
        ("value = 1e-7", "value = -1", "crossbar.g_min"),
        ('unit = "S"', 'unit = "mS"', 'crossbar.g_min.unit: must be "S"'),
        ("value = 10.0", "value = 100.0", "crossbar.theta_max"),
        ("value = 0.15", "value = 0", "training.power_reference"),
        ('model = "ekv"', 'model = "bsim"', "transistor.model"),
        ("value = 1.6e-4", "value = -1.6e-4", "transistor: kp, n and ut must be positive"),
        ("R1 = { value = 12e3", "R7 = { value = 12e3", "ptanh.components: must name exactly"),
        ("value = 12e3, low = 5e3", "value = 4e3, low = 5e3", "ptanh.components.R1.value"),
        ("low = 5e3, high = 25e3", "low = 25e3, high = 5e3", "ptanh.components.R1.low"),
        ('scale = "log"', 'scale = "cubic"', "ptanh.components.R1.scale"),
        ('"R1 > R2"', '"R1 > .control"', "ptanh.constraints"),
        ('"R1 > R2"', '"R1 > R2 > R3"', "ptanh.constraints"),
        ('"R1 > R2"', '"R2 > R1"', "ptanh.constraints: the default values break R2 > R1"),
        ("value = -1.0", "value = 2.0", "ptanh.vdd: must lie above vss"),
        ("[negation.components]", "[negation.parts]", "negation.components: is missing"),
    ],
)
def test_a_wrong_entry_is_named_with_its_place(refusal, old, new, told):
    assert told in refusal(old, new)


def test_what_is_no_technology_is_refused(tmp_path):
    path = tmp_path / "lab.toml"
    for content in (b"", b"\xff\xfe", b"a = [", b"a = " + b"9" * 5000, b"a = " + b"[" * 5000):
        path.write_bytes(content)
        with pytest.raises(TechnologyError, match=r"lab\.toml"):
            load_technology(path)
    with pytest.raises(TechnologyError, match="No such file"):
        load_technology(tmp_path / "missing.toml")
    path.write_bytes(b"#" * (2 << 20))
    with pytest.raises(TechnologyError, match="larger than 256 KiB"):
        load_technology(path)


@given(st.data())
def test_no_broken_file_raises_anything_else(tmp_path_factory, data):
    start = data.draw(st.integers(0, len(TEXT)))
    length = data.draw(st.integers(0, 40))
    text = TEXT[:start] + data.draw(st.text(max_size=8)) + TEXT[start + length :]
    path = tmp_path_factory.mktemp("technology") / "lab.toml"
    path.write_bytes(text.encode("utf-8", "replace"))
    with contextlib.suppress(TechnologyError):
        assert load_technology(path).title.isprintable()


BEFORE_STARTS = "b75d3df8f0ef50740c0c90ccb62cf425102606d443609be995c1371e37c0ee46"


def test_designs_of_the_version_before_are_of_this_one_while_its_values_are_the_same(tmp_path):
    shipped = load_technology()
    assert shipped.accepts(BEFORE_STARTS)
    assert shipped.accepts(shipped.fingerprint)
    text = NEGT.read_text("utf-8")
    for old, new, same in (
        ("start = 46.8e3", "start = 45e3", True),
        ("kp = { value = 1.6e-4", "kp = { value = 1.7e-4", False),
        ("R5 = { value = 6.63e3", "R5 = { value = 6.7e3", False),
    ):
        assert old in text
        path = tmp_path / "negt.toml"
        path.write_text(text.replace(old, new), "utf-8")
        assert load_technology(path).accepts(BEFORE_STARTS) is same


@pytest.mark.parametrize("start", ["4e3", "60e3"])
def test_a_start_outside_the_range_of_its_component_is_named(tmp_path, start):
    path = tmp_path / "lab.toml"
    path.write_text(NEGT.read_text("utf-8").replace("start = 46.8e3", f"start = {start}"), "utf-8")
    with pytest.raises(TechnologyError, match=r"negation\.components\.R1\.start: .* lies outside"):
        load_technology(path)
