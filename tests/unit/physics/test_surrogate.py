"""Artefacts of surrogates: those that ship hold what they state, and wrong ones are refused."""

import json
import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from pnn_studio.circuit.characterise import characterise, netlist_hash
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import SurrogateError
from pnn_studio.physics.surrogate import load_surrogate, load_surrogates
from tests.support.technologies import SHIPPED, copy_surrogates, edit_card, write_weights

NEGT = load_technology("negt")


@pytest.fixture
def kit(tmp_path):
    return copy_surrogates(tmp_path / "kit", "negt")


def omega_of(circuit):
    return torch.tensor(list(NEGT.circuit(circuit).defaults.values()), dtype=torch.float64)


# --- those that ship ---------------------------------------------------------------------------


@pytest.mark.parametrize("circuit", NEGT.circuit_names)
def test_the_cards_state_errors_within_what_was_asked_for(circuit):
    card = json.loads((SHIPPED / circuit / "card.json").read_text("utf-8"))
    assert card["circuits"] >= 2000
    assert NEGT.accepts(card["technology_fingerprint"])
    assert card["netlist_sha256"] == netlist_hash(NEGT, circuit)
    for group in card["held_out"].values():
        assert group["r2"]["power"] >= 0.999
        assert min(group["r2"][f"eta{number}"] for number in (1, 2, 3, 4)) >= 0.998
        # the surrogate costs next to nothing beside the form of the tanh
        assert group["curve_rms"] <= group["form_rms"] + 1e-3
    assert card["held_out"]["all"]["circuits"] == card["circuits"] // 5
    assert ("near_default" in card["held_out"]) == (circuit == "negation")


@pytest.mark.parametrize("circuit", NEGT.circuit_names)
def test_circuits_simulated_anew_are_predicted_as_the_cards_state(circuit):
    surrogate = load_surrogates(SHIPPED, NEGT)[circuit]
    stated = surrogate.card["held_out"]["all"]
    table = characterise(NEGT, circuit, 64, seed=20_231_029)
    omega = torch.tensor(table.omega)
    eta, power = surrogate.eta(omega).numpy(), surrogate.power(omega).numpy()

    def r2(wanted, found):
        return 1 - np.sum((wanted - found) ** 2) / np.sum((wanted - wanted.mean()) ** 2)

    assert r2(table.power, power) >= 0.999
    for number in range(4):
        assert r2(table.eta[:, number], eta[:, number]) >= 0.998
    inside = (table.v_in >= -1e-9) & (table.v_in <= 1 + 1e-9)
    v_in = table.v_in[inside]
    curve = eta[:, :1] + eta[:, 1:2] * np.tanh((v_in - eta[:, 2:3]) * eta[:, 3:])
    simulated = table.v_out[:, inside] * (-1 if circuit == "negation" else 1)
    rms = np.median(np.sqrt(np.mean((curve - simulated) ** 2, axis=1)))
    assert rms == pytest.approx(stated["curve_rms"], rel=0.3)
    assert rms < 0.04


@pytest.mark.parametrize("circuit", NEGT.circuit_names)
def test_single_precision_and_batches_change_nothing(circuit):
    surrogate = load_surrogates(SHIPPED, NEGT)[circuit]
    omega = omega_of(circuit)
    batch = (omega * torch.linspace(0.9, 1.1, 6, dtype=torch.float64)[:, None]).reshape(2, 3, -1)
    eta = surrogate.eta(batch)
    assert eta.shape == (2, 3, 4)
    assert surrogate.power(batch).shape == (2, 3)
    torch.testing.assert_close(surrogate.eta(batch[1, 2]), eta[1, 2])
    single = surrogate.to(torch.float32).eta(batch.float())
    torch.testing.assert_close(single.double(), eta, rtol=1e-3, atol=1e-3)


# --- every form that a card may have, against a computation by hand ----------------------------

ACTIVATIONS = {
    "linear": lambda value, _: value,
    "tanh": lambda value, _: math.tanh(value),
    "relu": lambda value, _: max(value, 0.0),
    "sigmoid": lambda value, _: 1 / (1 + math.exp(-value)),
    "prelu": lambda value, slope: value if value >= 0 else slope * value,
}
INPUTS = [("R1", "log"), ("R2", "raw"), ("R2/R1", "raw"), ("W1/L1", "log")]


def write_eta(folder, activations, input_scaling, output_scaling, transforms=("raw",) * 4):
    """Replace the eta model of a ptanh card by one of 4-3-4 with weights that can be recomputed."""
    rng = np.random.default_rng(5)
    tensors = {
        "weight0": rng.normal(size=(3, 4)),
        "bias0": rng.normal(size=3),
        "weight1": rng.normal(size=(4, 3)),
        "bias1": rng.normal(size=4),
    }
    for number, activation in enumerate(activations):
        if activation == "prelu":
            tensors[f"slope{number}"] = rng.uniform(0.1, 0.9, size=(3, 1)[number])
    write_weights(
        folder / "mine.safetensors",
        {name: torch.tensor(each, dtype=torch.float64) for name, each in tensors.items()},
    )

    def edit(card):
        model = card["models"]["eta"]
        model |= {
            "weights": "mine.safetensors",
            "layers": [4, 3, 4],
            "activations": list(activations),
            "inputs": [{"name": name, "transform": each} for name, each in INPUTS],
            "input_scaling": input_scaling,
            "output_scaling": output_scaling,
        }
        for output, transform in zip(model["outputs"], transforms, strict=True):
            output["transform"] = transform

    edit_card(folder, edit)
    return tensors


MEANS = {
    "kind": "mean-deviation",
    "mean": [9.3, 5e3, 0.4, 0.2],
    "deviation": [0.4, 1e3, 0.2, 0.5],
}
RANGES = {"kind": "min-max", "min": [8.5, 3e3, 0.1, -1.0], "max": [10.2, 8e3, 1.0, 1.5]}
OUT_MEANS = {
    "kind": "mean-deviation",
    "mean": [0.2, 0.7, 0.1, 3.0],
    "deviation": [0.1, 0.2, 0.3, 1.0],
}
OUT_RANGES = {"kind": "min-max", "min": [0.0, 0.1, -0.2, 1.0], "max": [0.5, 1.0, 0.4, 5.0]}


def scaled(scaling, values, *, back=False):
    keys = ("min", "max") if scaling["kind"] == "min-max" else ("mean", "deviation")
    result = []
    for value, first, second in zip(values, *(scaling[key] for key in keys), strict=True):
        spread = second - first if scaling["kind"] == "min-max" else second
        result.append(value * spread + first if back else (value - first) / spread)
    return result


@pytest.mark.parametrize("first", ACTIVATIONS)
@pytest.mark.parametrize("last", ["linear", "sigmoid", "prelu"])
@pytest.mark.parametrize("scalings", [(MEANS, OUT_RANGES), (RANGES, OUT_MEANS)])
@pytest.mark.parametrize("transforms", [("raw",) * 4, ("raw", "log", "raw", "log"), ("log",) * 4])
def test_a_card_is_evaluated_as_a_computation_by_hand_says(kit, first, last, scalings, transforms):
    tensors = write_eta(kit / "ptanh", (first, last), *scalings, transforms)
    surrogate = load_surrogate(kit / "ptanh", NEGT, "ptanh")
    values = NEGT.activation.defaults
    raw = [math.log(values["R1"]), values["R2"], values["R2"] / values["R1"],
           math.log(values["W1"] / values["L1"])]  # fmt: skip
    signal = scaled(scalings[0], raw)
    for number, activation in enumerate((first, last)):
        sums = [
            sum(w * s for w, s in zip(row, signal, strict=True)) + bias
            for row, bias in zip(tensors[f"weight{number}"], tensors[f"bias{number}"], strict=True)
        ]
        slopes = np.broadcast_to(tensors.get(f"slope{number}", 0.0), len(sums))
        signal = [
            ACTIVATIONS[activation](each, slope) for each, slope in zip(sums, slopes, strict=True)
        ]
    outputs = scaled(scalings[1], signal, back=True)
    expected = [
        math.exp(each) if transform == "log" else each
        for each, transform in zip(outputs, transforms, strict=True)
    ]
    assert surrogate.eta(omega_of("ptanh")).tolist() == pytest.approx(expected)


def test_weights_may_be_of_any_precision(kit):
    path = kit / "ptanh" / "eta.safetensors"
    expected = load_surrogate(kit / "ptanh", NEGT, "ptanh").eta(omega_of("ptanh"))
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        tensors = load_file(SHIPPED / "ptanh" / "eta.safetensors")
        write_weights(path, {name: each.to(dtype) for name, each in tensors.items()})
        found = load_surrogate(kit / "ptanh", NEGT, "ptanh").eta(omega_of("ptanh"))
        torch.testing.assert_close(found, expected, rtol=0.1, atol=0.1)


def test_a_card_need_not_state_held_out_errors(kit):
    edit_card(kit / "ptanh", lambda card: card.pop("held_out"))
    load_surrogates(kit, NEGT)


def test_the_example_of_the_readme_loads(tmp_path):
    text = (SHIPPED.parent / "README.md").read_text("utf-8")
    card = json.loads(text.split("```json\n")[2].split("```")[0])
    (tmp_path / "card.json").write_text(json.dumps(card | {"technology": "negt"}))
    for model in card["models"].values():
        tensors = {}
        for number, (inputs, outputs) in enumerate(pairwise(model["layers"])):
            tensors[f"weight{number}"] = torch.zeros(outputs, inputs)
            tensors[f"bias{number}"] = torch.zeros(outputs)
            if model["activations"][number] == "prelu":
                tensors[f"slope{number}"] = torch.tensor([0.25])
        write_weights(tmp_path / model["weights"], tensors)
    surrogate = load_surrogate(tmp_path, NEGT, "ptanh")
    assert surrogate.eta(omega_of("ptanh")).tolist() == pytest.approx([0.26, 0.68, 0.1, 3.3])
    assert float(surrogate.power(omega_of("ptanh"))) == pytest.approx(math.exp(-8.1))


# --- wrong cards -------------------------------------------------------------------------------


def setter(*path, to):
    def edit(card):
        for key in path[:-1]:
            card = card[key]
        card[path[-1]] = to

    return edit


def popper(*path):
    def edit(card):
        for key in path[:-1]:
            card = card[key]
        card.pop(path[-1])

    return edit


def overflow(card):
    model = card["models"]["eta"]
    model["outputs"][0]["transform"] = "log"
    model["output_scaling"]["mean"][0] = 1e5


ETA = ("models", "eta")
WRONG = {
    "format": (setter("format", to="csv"), "format: must be 'pnn-surrogate'"),
    "version": (setter("version", to=2), "version: must be 1"),
    "technology": (setter("technology", to="lab"), "technology: must be 'negt', not 'lab'"),
    "circuit": (setter("circuit", to="negation"), "circuit: must be 'ptanh'"),
    "components": (popper("components", 0), "components: must name R1, R2, W1, L1, W2, L2"),
    "name": (setter("components", 0, "name", to="R9"), "components: must name"),
    "unit": (setter("components", 0, "unit", to="kΩ"), 'components[0].unit: must be "Ω"'),
    "range": (setter("components", 0, "high", to=2e4), "R1 was fitted on 5000..20000 Ω"),
    "order": (setter("components", 0, "low", to=1e9), "components[0].low: needs 0 < low < high"),
    "zero": (setter("components", 0, "low", to=0), "components[0].low"),
    "no model": (popper("models", "power"), "models.power: is missing"),
    "no input": (setter(*ETA, "inputs", to=[]), "models.eta.inputs: names no input"),
    "input": (setter(*ETA, "inputs", 0, "name", to="R9"), "models.eta.inputs[0].name: 'R9'"),
    "ratio": (setter(*ETA, "inputs", 0, "name", to="R1/R9"), "models.eta.inputs[0].name"),
    "half ratio": (setter(*ETA, "inputs", 0, "name", to="R1/"), "models.eta.inputs[0].name"),
    "long ratio": (setter(*ETA, "inputs", 0, "name", to="R1/R2/W1"), "models.eta.inputs[0].name"),
    "transform": (setter(*ETA, "inputs", 0, "transform", to="log10"), 'must be "raw" or "log"'),
    "output": (setter(*ETA, "outputs", 0, "name", to="eta9"), "models.eta.outputs: must be eta1"),
    "output unit": (setter(*ETA, "outputs", 3, "unit", to="V"), "eta4 in 1/V"),
    "outputs": (popper(*ETA, "outputs", 0), "models.eta.outputs"),
    "layers": (setter(*ETA, "layers", to=[9, 32, 4]), "models.eta.activations: must name one of"),
    "ends": (setter(*ETA, "layers", 0, to=8), "models.eta.layers: must go from 9 inputs to 4"),
    "wide": (setter(*ETA, "layers", 1, to=31), "weight0 must have shape (31, 9), found (32, 9)"),
    "huge": (setter(*ETA, "layers", 1, to=10**9), "models.eta.layers"),
    "activation": (setter(*ETA, "activations", 0, to="gelu"), "linear, tanh, relu, sigmoid, prelu"),
    "slopes": (setter(*ETA, "activations", 0, to="prelu"), "slope0 must have shape (32,)"),
    "scaling": (setter(*ETA, "input_scaling", "kind", to="quantile"), '"min-max" or'),
    "means": (popper(*ETA, "input_scaling", "mean", 0), "input_scaling.mean: must be 9"),
    "deviation": (setter(*ETA, "output_scaling", "deviation", 0, to=0), "output_scaling: has a"),
    "nan": (setter(*ETA, "input_scaling", "mean", 0, to=math.nan), "input_scaling.mean"),
    "path": (setter(*ETA, "weights", to="../eta.safetensors"), "models.eta.weights: must be a"),
    "pickle": (setter(*ETA, "weights", to="eta.pt"), "models.eta.weights: must be a .safetensors"),
    "missing": (setter(*ETA, "weights", to="no.safetensors"), "No such file"),
    "wrong weights": (setter(*ETA, "weights", to="power.safetensors"), "weight2 must have shape"),
    "held out": (setter("held_out", to=[1]), "held_out: must be a table"),
    "r2": (popper("held_out", "all", "r2", "eta2"), "held_out.all.r2.eta2: is missing"),
    "circuits": (setter("held_out", "all", "circuits", to="many"), "held_out.all.circuits"),
    "no tanh": (overflow, "no usable tanh"),
    "power": (setter("models", "power", "output_scaling", "mean", to=[-1e4]), "no positive power"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "told"), WRONG.values(), ids=WRONG)
def test_a_wrong_card_is_refused_with_a_sentence(kit, edit, told):
    edit_card(kit / "ptanh", edit)
    with pytest.raises(SurrogateError) as error:
        load_surrogates(kit, NEGT)
    assert told in str(error.value)
    assert str(kit / "ptanh") in str(error.value)


def change(tensors, name, to):
    return tensors | {name: to}


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda t: change(t, "weight1", t["weight1"].T[:5]), "weight1 must have shape (32, 32)"),
        (lambda t: change(t, "bias2", t["bias2"] * math.nan), "bias2: must hold finite"),
        (lambda t: change(t, "bias2", t["bias2"].int()), "bias2: must hold finite floating"),
        (
            lambda t: change(t, "bias2", torch.full((4,), math.nan).to(torch.float8_e4m3fn)),
            "bias2: must hold finite",
        ),
        (lambda t: change(t, "extra", t["bias2"].clone()), "does not name: extra"),
        (lambda t: {k: v for k, v in t.items() if k != "bias0"}, "bias0 must have shape"),
    ],
)
def test_wrong_weights_are_refused_with_a_sentence(kit, edit, told):
    path = kit / "ptanh" / "eta.safetensors"
    write_weights(path, edit(load_file(path)))
    with pytest.raises(SurrogateError) as error:
        load_surrogates(kit, NEGT)
    assert told in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"\xff" * 100, None])
def test_what_is_no_safetensors_file_is_refused(kit, content):
    path = kit / "ptanh" / "eta.safetensors"
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(SurrogateError, match=r"eta\.safetensors"):
        load_surrogates(kit, NEGT)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b"9" * 5000])
def test_what_is_no_card_is_refused(kit, content):
    (kit / "negation" / "card.json").write_bytes(content)
    with pytest.raises(SurrogateError, match=r"negation/card\.json"):
        load_surrogates(kit, NEGT)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_mutation_of_an_artefact_raises_anything_but_a_refusal(tmp_path, data):
    if not (tmp_path / "kit").exists():
        copy_surrogates(tmp_path / "kit", "negt")
    folder = tmp_path / "kit" / "ptanh"
    name = data.draw(st.sampled_from(["card.json", "eta.safetensors"]))
    original = (SHIPPED / "ptanh" / name).read_bytes()
    content = bytearray(original)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, min(len(content) - 1, 5000)))
        piece = data.draw(
            st.sampled_from([b"", b"null", b"-1", b"1e999", b"[]", b"{}", b'"', b"9" * 400])
            | st.binary(max_size=8)
        )
        content[start : start + data.draw(st.integers(0, 20))] = piece
    (folder / name).write_bytes(content)
    try:
        surrogate = load_surrogates(tmp_path / "kit", NEGT)["ptanh"]
    except SurrogateError:
        return
    finally:
        (folder / name).write_bytes(original)
    assert torch.isfinite(surrogate.eta(omega_of("ptanh"))).all()
