import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pnn_studio.domain.codec import encode
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import Category, ImportOptions, InputColumn, Limits
from pnn_studio.domain.variation import Variation
from pnn_studio.errors import PnnError, ProjectFileError
from pnn_studio.storage.design_file import design_json, load_design, save_design
from tests.support.designs import sample_design
from tests.support.runs import sample_family, small_plan
from tests.support.values import same

HOSTILE = ("=1+1", "\x1b[2J", '"</text>', "Größe 大小", "\udcff")
TEXT = design_json(sample_design())


DESIGNS = {
    "plain": sample_design(),
    "original crossbar": sample_design(5, (4, 2), 2, "original", 3),
    "circuits of each layer": sample_family(
        small_plan(1, 1, replace(sample_design().layout, sharing="layer"))
    ).design(0),
    "odd names": sample_design(5, (2,), 5, input_names=HOSTILE, class_names=HOSTILE),
    "moved data": replace(
        sample_design(), data=DataReference("/a b/\udcff.csv", "kind", 5, "1" * 64)
    ),
    "for prints": replace(
        sample_design(),
        model="loaded",
        power_reference=0.1,
        variation=Variation(0.1, 0.02, 0.03, 0.04, 0.005, 0.06, named=True, prints=4),
    ),
    "imported data": replace(
        sample_design(),
        data=DataReference(
            "x.csv",
            options=ImportOptions(
                encoding="cp1252",
                delimiter=";",
                decimal=",",
                thousands=".",
                header=False,
                left_out=("column 1", "=1"),
                categories=(Category("size", "ordinal", ("S", "M")), Category("hue", "one-hot")),
                missing="median",
                scaling="train",
                limits=(Limits("", 0, 5), Limits("pH", 0, 14)),
                split_column="part",
                ratio=(70, 20, 10),
                stratified=False,
            ),
            columns=(
                InputColumn("pH", fill=7.25),
                InputColumn("size", "ordinal", ("S", "M"), 1.0),
                InputColumn("hue", "one-hot", ("<b>", "\udcff")),
            ),
        ),
    ),
}


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_a_design_comes_back_value_for_value(tmp_path, design):
    save_design(tmp_path / "d.json", design)
    assert same(load_design(tmp_path / "d.json"), design)


@pytest.mark.parametrize(
    ("name", "to", "told"),
    [
        ("resistor", 7, "variation.resistor"),
        ("named", 1, "variation.named: must be true or false"),
        ("prints", 3, "an even number of prints"),
    ],
)
def test_prints_that_cannot_be_trained_for_are_refused_with_their_place(tmp_path, name, to, told):
    entry = json.loads(design_json(DESIGNS["for prints"]))
    entry["variation"][name] = to
    assert told in refusal(tmp_path / "d.json", json.dumps(entry))


@given(st.integers(0, 2**31 - 1), st.integers(1, 6), st.integers(2, 4), st.floats(0, 1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_design_comes_back_value_for_value(tmp_path, seed, inputs, outputs, alpha):
    design = replace(sample_design(inputs, (3,), outputs, seed=seed), alpha=alpha)
    save_design(tmp_path / "d.json", design)
    assert same(load_design(tmp_path / "d.json"), design)


def refusal(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ProjectFileError) as error:
        load_design(path)
    return str(error.value)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_told_as_such(tmp_path, share):
    told = refusal(tmp_path / "d.json", TEXT[: int(share * len(TEXT))])
    assert "d.json is not a design file, or was cut off" in told


@pytest.mark.parametrize(
    "content",
    [b"\x00", b"\xff\xfe", b"[" * 100_000, b"9" * 5000, b"null", b"[]", b"NaN", b'{"a": 1}'],
    ids=["zero", "bytes", "deep", "digits", "null", "list", "nan", "other"],
)
def test_what_is_no_design_is_refused(tmp_path, content):
    assert "d.json" in refusal(tmp_path / "d.json", content)


def test_a_sweep_is_recognised(tmp_path):
    assert "export --from" in refusal(tmp_path / "s.npz", b"PK\x03\x04")


def test_a_file_of_a_newer_version_is_left_alone(tmp_path):
    told = refusal(tmp_path / "d.json", TEXT.replace('"version": 1', '"version": 4'))
    assert "newer version (4" in told


def test_data_without_choices_at_import_are_written_as_older_programs_read_them():
    assert json.loads(TEXT)["version"] == 1
    assert set(json.loads(TEXT)["data"]) == {"source", "label", "split_seed", "fingerprint"}
    chosen = design_json(DESIGNS["imported data"])
    assert json.loads(chosen)["version"] == 2


def imported(**changes):
    """Write the entry of an import without choices, but for `changes`."""
    return {"options": encode(ImportOptions())[0] | changes, "columns": []}


def change(*path, to):
    entry = json.loads(TEXT)
    place = entry
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return json.dumps(entry)


@pytest.mark.parametrize(
    ("path", "to", "told"),
    [
        (("format",), "pnn-sweep", "format: must be 'pnn-design'"),
        (("layout", "hidden"), [0], "layout.hidden"),
        (("layout", "hidden"), [4], "theta: must have 6 rows of 4"),
        (("layout", "hidden"), [3, 3], "layers: holds 2 layers, the layout has 3"),
        (("layout", "outputs"), 1, "layout: The output layer"),
        (("layout", "crossbar"), "new", "layout.crossbar"),
        (("layers", 0, "theta", 0), [1, 2], "layers[0].theta: must have 6 rows of 3"),
        (("layers", 0, "theta", 0, 0), "1", "layers[0].theta: must hold finite numbers"),
        (("layers", 0, "theta", 0, 0), 1e300, "layers[0].theta"),
        (("layers", 1, "theta"), [[0, 1, 1]] * 5, "float"),
        (("layers", 0, "ptanh", "omega", "R1"), -1, "layers[0].ptanh.omega.R1"),
        (("layers", 0, "ptanh", "omega"), {}, "layers[0].ptanh.omega.R1: is missing"),
        (("layers", 0, "negation", "eta"), [1, 2, 3], "layers[0].negation.eta: must be 4"),
        (("g_min_s",), 0, "g_min_s"),
        (("alpha",), 1.5, "alpha: must lie in 0..1"),
        (("alpha",), True, "alpha: must be a finite number"),
        (("seed",), 1.5, "seed"),
        (("input_names",), ["a"], "Names of inputs"),
        (("class_names",), "abc", "class_names: must be a list"),
        (("scaling", "low"), [0, 0, 0], "scaling.low: must be 4"),
        (("data", "source"), "a\0b", "data.source"),
        (("data", "source"), "", "data.source"),
        (("data", "import"), [], "data.import: must be a table"),
        (("data", "import"), {"options": {}, "columns": []}, "data.import: options must be"),
        (("data", "import"), imported(ratio=[1, 2]), "options.ratio must have 3 entries"),
        (("data", "import"), imported(ratio=[1, 2, -1]), "three positive numbers"),
        (("data", "import"), imported(encoding="rot13"), "'rot13' is no encoding"),
        (("data", "import"), imported(categories=[{"$type": "Popen"}]), "options.categories.0"),
        (("metrics", "accuracy", "test"), 2, "metrics.accuracy.test"),
        (("metrics", "power_w", "crossbar"), -1, "metrics.power_w.crossbar"),
        (("technology",), "negt", "technology: must be a table"),
        (("trained", "date"), "2026-02-30", "trained: 2026-02-30 is no date"),
        (("trained", "date"), "20261127", "trained: 20261127 is no date"),
        (("trained", "program"), "x\n.control", "trained: The program"),
        (("trained", "program"), "x" * 61, "trained: The program"),
    ],
)
def test_a_wrong_entry_is_named_with_its_place(tmp_path, path, to, told):
    assert told in refusal(tmp_path / "d.json", change(*path, to=to))


# older files do not say when they were trained
@pytest.mark.parametrize("key", sorted(set(json.loads(TEXT)) - {"trained"}))
def test_an_entry_that_is_not_there_is_missing(tmp_path, key):
    entry = json.loads(TEXT)
    del entry[key]
    assert key in refusal(tmp_path / "d.json", json.dumps(entry))


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_mutation_of_a_file_raises_anything_but_a_refusal(tmp_path, data):
    content = bytearray(TEXT.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content) - 1))
        end = data.draw(st.integers(start, min(start + 30, len(content))))
        piece = data.draw(
            st.sampled_from([b"", b"0", b"null", b"1e999", b"-1", b"[]", b"{}", b'"', b"9" * 400])
            | st.binary(max_size=4)
        )
        content[start:end] = piece
    path = tmp_path / "d.json"
    path.write_bytes(content)
    try:
        save_design(path, load_design(path))  # what loads can be written again
    except PnnError:
        pass


def test_a_design_file_is_bounded(tmp_path):
    with (tmp_path / "d.json").open("wb") as file:
        file.truncate(65 << 20)
    with pytest.raises(ProjectFileError, match="larger than 32 MiB"):
        load_design(tmp_path / "d.json")
