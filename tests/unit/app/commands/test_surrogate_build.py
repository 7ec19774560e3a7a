import json

import pytest

from pnn_studio.app.commands import surrogate_build
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import SurrogateError
from pnn_studio.physics.surrogate import load_surrogates
from pnn_studio.training import surrogate_fit
from tests.support.technologies import write_technology

NEGT = load_technology()


@pytest.fixture(autouse=True)
def _few_steps(monkeypatch):
    monkeypatch.setattr(surrogate_fit, "_STEPS", 300)


def build(folder, technology="", **options):
    """Build from 200 circuits, and return what was told of the progress."""
    told = []
    wanted = {"circuits": 200, "seed": 0, "data": None} | options
    surrogate_build.build(
        str(technology), folder, follow=lambda name, share: told.append((name, share)), **wanted
    )
    return told


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("build")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(surrogate_fit, "_STEPS", 300)
        told = build(folder / "negt", data=folder / "tables")
    return folder, told


def test_a_build_simulates_fits_and_writes_both_circuits(built):
    folder, told = built
    assert set(load_surrogates(folder / "negt", load_technology())) == set(NEGT.circuit_names)
    names = list(dict.fromkeys(name for name, _ in told))
    assert names == ["Simulate ptanh", "Fit ptanh", "Simulate negation", "Fit negation"]
    for name in names:
        assert next(share for each, share in reversed(told) if each == name) == pytest.approx(1)


def test_a_kept_table_is_fitted_again_without_simulating(built, tmp_path, monkeypatch):
    folder, _ = built
    monkeypatch.setenv("PATH", "/nowhere")  # no ngspice
    told = build(tmp_path / "again", data=folder / "tables")
    assert not [name for name, _ in told if name.startswith("Simulate")]
    for circuit in NEGT.circuit_names:
        for file in ("card.json", "eta.safetensors", "power.safetensors"):
            one, two = (each / circuit / file for each in (folder / "negt", tmp_path / "again"))
            assert one.read_bytes() == two.read_bytes()


def test_a_table_of_another_version_of_the_technology_is_not_passed_off(built, tmp_path):
    folder, _ = built
    changed = write_technology(
        tmp_path / "negt.toml", **{'id = "lab"': 'id = "negt"', "value = 0.19": "value = 0.18"}
    )
    with pytest.raises(SurrogateError, match="remove it"):
        build(tmp_path / "new", changed, data=folder / "tables")


def test_a_table_of_the_other_circuit_is_not_passed_off(built, tmp_path):
    folder, _ = built
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "ptanh.npz").write_bytes((folder / "tables" / "negation.npz").read_bytes())
    with pytest.raises(SurrogateError, match="negation circuit"):
        build(tmp_path / "new", data=tables)


def test_another_print_process_is_built_under_its_own_name(tmp_path):
    chosen = write_technology(tmp_path / "lab.toml", **{"high = 25e3": "high = 20e3"})
    build(tmp_path / "lab", chosen)
    card = json.loads((tmp_path / "lab" / "ptanh" / "card.json").read_text("utf-8"))
    assert card["technology"] == "lab"
    assert card["components"][0]["high"] == 20e3
    load_surrogates(tmp_path / "lab", load_technology(chosen))
