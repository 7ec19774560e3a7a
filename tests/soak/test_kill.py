"""The program is killed at a random moment, again and again; `scripts/soak` does it 50 times."""

import functools
import os

import pytest

from tests.support.killing import ordeal, project_for

KILLS = int(os.environ.get("PNN_SOAK_KILLS", "2"))
# one process trains the first, two the second: either has its own checkpoints
SWEEPS = (
    {"alphas": 8, "seeds": 3, "max_epochs": 1500, "model": "ideal"},
    {"alphas": 10, "seeds": 6, "max_epochs": 200, "model": "loaded"},
)


@functools.cache
def project_of(kind):
    """Return the project of a kind of sweep, and the family of it that nothing disturbed."""
    return project_for(SWEEPS[kind])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(KILLS))
def test_a_kill_loses_nothing_older_than_5_s_and_changes_no_number(seed, tmp_path, record_property):
    project, undisturbed = project_of(seed % len(SWEEPS))
    state, checkpoint = ordeal(tmp_path, project, undisturbed, seed)
    how = "with a checkpoint" if checkpoint else "without a checkpoint"
    record_property("figures", f"the run was {state}, {how}; its numbers are those of no kill")
