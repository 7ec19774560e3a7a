import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import Category, ImportOptions, InputColumn
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import DIVERGED
from pnn_studio.errors import PnnError, ProjectFileError
from pnn_studio.storage.design_file import save_design
from pnn_studio.storage.sweep_file import load_sweep, save_sweep
from tests.support.runs import sample_family, small_plan
from tests.support.values import same


@pytest.mark.parametrize(
    "layout",
    [Layout(4, (3,), 3), Layout(2, (5, 4), 2, "original", "layer")],
    ids=str,
)
def test_a_family_comes_back_value_for_value(tmp_path, layout):
    family = sample_family(small_plan(3, 2, layout))
    save_sweep(tmp_path / "s.npz", family)
    assert same(load_sweep(tmp_path / "s.npz"), family)


def test_choices_at_import_come_back(tmp_path):
    data = DataReference(
        "x.csv",
        options=ImportOptions(decimal=",", categories=(Category("a", "one-hot", ("x", "y")),)),
        columns=(InputColumn("a", "one-hot", ("x", "y"), 0.0),),
    )
    family = sample_family(small_plan(1, 1), data)
    save_sweep(tmp_path / "s.npz", family)
    assert same(load_sweep(tmp_path / "s.npz"), family)
    assert load_sweep(tmp_path / "s.npz").design(0).data == data


def test_a_diverged_design_comes_back_as_it_was(tmp_path):
    family = sample_family(small_plan(2, 2))
    family.status[1] = DIVERGED
    for array in (family.theta[0], family.power, family.accuracy, family.valid_loss):
        array[1] = np.nan
    save_sweep(tmp_path / "s.npz", family)
    assert same(load_sweep(tmp_path / "s.npz"), family)


def test_odd_names_come_back(tmp_path):
    names = ("=1", "\x1b[2J", "大小", "\udcff")
    family = replace(sample_family(small_plan(1, 1)), input_names=names)
    save_sweep(tmp_path / "s.npz", family)
    assert load_sweep(tmp_path / "s.npz").input_names == names


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    path = tmp_path_factory.mktemp("sweep") / "s.npz"
    save_sweep(path, sample_family(small_plan(2, 2)))
    return path.read_bytes()


@pytest.fixture
def refusal(tmp_path, content):
    """Write a sweep file with some arrays replaced, and return why it is refused."""

    def of(changes=None, raw=None, **arrays):
        path = tmp_path / "s.npz"
        if raw is None:
            with np.load(io.BytesIO(content)) as file:
                all_arrays = dict(file)
            card = json.loads(str(all_arrays["meta"])) | (changes or {})
            all_arrays |= {"meta": np.array(json.dumps(card))} | arrays
            kept = {name: array for name, array in all_arrays.items() if array is not None}
            np.savez_compressed(path, **kept)
        else:
            path.write_bytes(raw)
        with pytest.raises(ProjectFileError) as error:
            load_sweep(path)
        assert "s.npz" in str(error.value)
        return str(error.value)

    return of


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"theta_0": np.zeros((4, 6, 2))}, "theta_0: must be numbers of shape (4, 6, 3)"),
        ({"theta_0": np.zeros((4, 6, 3), complex)}, "theta_0"),
        ({"theta_0": np.full((4, 6, 3), np.nan)}, "theta_0: holds a value that is not finite"),
        ({"theta_1": None}, "theta_1: must be numbers"),
        ({"alpha": np.array(0.5)}, "alpha"),
        ({"alpha": np.array([0, 0.5, 1, 2])}, "alpha weighs power"),
        ({"alpha": np.array([0, 0.5, 1, np.nan])}, "alpha weighs power"),
        ({"alpha": np.array([])}, "seed"),
        ({"seed": np.array([0, 1, 0, np.nan])}, "seed: must be numbers"),
        ({"seed": np.array([0, 1, 0, -1])}, "seed"),
        ({"status": np.array([1, 1, 1, 7])}, "status"),
        ({"epochs": np.array([1, 1, 1, -7])}, "epochs"),
        ({"accuracy": np.full((4, 3), 2.0)}, "accuracy: must lie in 0..1"),
        ({"power_w": np.full((4, 3), np.inf)}, "power_w"),
        ({"omega_ptanh": np.full((4, 1, 5), 1.0)}, "omega_ptanh"),
        ({"meta": np.array("{")}, "not a sweep file"),
        ({"meta": np.array("[]")}, "must be a table"),
        ({"meta": None}, "not a sweep file"),
        ({"meta": np.array([{"a": 1}], dtype=object)}, "not a sweep file"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(refusal, arrays, told):
    assert told in refusal(**arrays)


@pytest.mark.parametrize(
    ("meta", "told"),
    [
        ({"format": "pnn-design"}, "format"),
        ({"version": 4}, "newer version"),
        ({"layout": {}}, "layout.inputs: is missing"),
        ({"input_names": ["a"]}, "do not match the layout"),
        ({"low": [0]}, "low: must be 4"),
        ({"g_min_s": "1"}, "g_min_s"),
        ({"schedule": {"learning_rate": -1}}, "schedule.learning_rate"),
        ({"data": {"source": "\0"}}, "data.source"),
    ],
)
def test_a_wrong_entry_is_named_with_its_place(refusal, meta, told):
    assert told in refusal(meta)


def test_pickled_objects_are_never_loaded(refusal):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("it was unpickled",))

    assert "not a sweep file" in refusal(extra=np.array([Trap()], dtype=object))


def test_a_file_that_was_cut_off_is_told_as_such(refusal, content):
    for share in (0, 0.2, 0.5, 0.99):
        told = refusal(raw=content[: int(share * len(content))])
        assert "not a sweep file, or was cut off" in told


def test_a_zip_bomb_is_not_unpacked(refusal):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("theta_0.npy", b"")
        archive.filelist[0].file_size = 3 << 30  # what the directory promises
    assert "unpacks to 3072 MiB" in refusal(raw=stream.getvalue())


@pytest.mark.parametrize("shape", ["(1000000000000, 8)", "(-1,)", "('a',)", "(" * 300])
def test_a_header_that_promises_too_much_is_refused(refusal, shape):
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(118 + 64 * (len(header) > 117) * 5) + "\n"
    array = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("alpha.npy", array)
    assert "not a sweep file" in refusal(raw=stream.getvalue())


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_no_mutation_of_a_file_raises_anything_but_a_refusal(tmp_path, content, data):
    # stored, not compressed, so that a change reaches the arrays and not only the checksums
    with np.load(io.BytesIO(content)) as file:
        names, stream = list(file), io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name in names:
                member = io.BytesIO()
                np.lib.format.write_array(member, file[name], allow_pickle=False)
                raw = bytearray(member.getvalue())
                if data.draw(st.integers(0, 4)) == 0:
                    at = data.draw(st.integers(0, len(raw) - 1))
                    raw[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
                archive.writestr(f"{name}.npy", bytes(raw))
    path = tmp_path / "s.npz"
    path.write_bytes(stream.getvalue())
    try:
        family = load_sweep(path)
        for index in np.flatnonzero(family.status != DIVERGED):
            save_design(tmp_path / "d.json", family.design(int(index)))
    except PnnError:
        pass
