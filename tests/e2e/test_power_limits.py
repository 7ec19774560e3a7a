import json

import numpy as np


def test_a_design_within_a_limit_says_so(here, tmp_path):
    done = here(
        "train", "iris", "--power-limit", "5mW", "--epochs", "150", "--out", "d.json", "--json",
        cwd=tmp_path,
    )  # fmt: skip
    answer = done.answer
    assert answer["limit_w"] == 0.005
    assert answer["limit_met"] is (answer["power_w"]["total"] <= 0.005)
    assert answer["limit_met"]


def test_a_sweep_of_limits_is_told_by_limit_and_seed(here, tmp_path):
    done = here(
        "sweep", "iris", "--power-limits", "3", "--seeds", "2", "--epochs", "80", "--out",
        "s.npz", "--json", cwd=tmp_path,
    )  # fmt: skip
    answer = done.answer
    limits, power = np.array(answer["limit_w"]), np.array(answer["power_w"])
    assert power.shape == (3, 2)
    np.testing.assert_allclose(limits / limits[-1], [0.2, 0.6, 1.0], rtol=1e-4)
    assert answer["limit_met"] == (power <= limits[:, None]).tolist()
    assert "best95" not in answer
    picked = here(
        "export", "--from", "s.npz", "--power-limit", f"{limits[1]}W", "--format", "design",
        "--out", "d.json", cwd=tmp_path,
    )  # fmt: skip
    assert picked.code == 0, picked.err
    total = json.loads((tmp_path / "d.json").read_text())["metrics"]["power_w"]["total"]
    assert min(abs(total - each) for each in power[1]) < 1e-12
    wrong = here(
        "export", "--from", "s.npz", "--alpha", "0.5", "--format", "design", "--out", "e.json",
        cwd=tmp_path,
    )  # fmt: skip
    assert wrong.code == 2
    assert "--power-limit" in wrong.err


def test_a_limit_that_is_no_power_is_refused(here, tmp_path):
    for limit in ("0", "-1mW", "5 V", "much", "5 MW", "1,000 mW"):
        done = here("train", "iris", "--power-limit", limit, cwd=tmp_path)
        assert done.code == 2
        assert done.err.count("\n") == 1
