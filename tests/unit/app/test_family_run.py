"""A training on a full disk goes on, and writes its state when there is room."""

import numpy as np
import pytest

from pnn_studio.app import family_run
from pnn_studio.app.commands import load_data, load_models
from pnn_studio.app.family_run import FamilyRun
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan, Schedule
from tests.support.killing import unlike

PLAN = FamilyPlan.grid(Layout(4, (3,), 3), 2, 2, Schedule(max_epochs=60))


@pytest.fixture
def often(monkeypatch):
    """Have the state written after every epoch that is reported."""
    monkeypatch.setattr(family_run, "FIRST_CHECKPOINT_S", 0.0)
    monkeypatch.setattr(family_run, "CHECKPOINT_EVERY_S", 0.0)


@pytest.fixture
def family_of(often):
    models = load_models()
    dataset = load_data("iris", models.technology)
    return lambda checkpoint: FamilyRun(PLAN, dataset, models, checkpoint=checkpoint)


def test_a_full_disk_ends_no_training_and_its_state_is_kept_once_there_is_room(
    family_of, small_disk
):
    state, filler = small_disk / "p.part", small_disk / "filler"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(bytes(2 << 20))
    training = family_of(state)
    troubles = []

    def follow(record, training):
        troubles.append(training.trouble)
        if len(troubles) == 5:
            assert not state.exists()
            filler.unlink()
        return True

    family = training.run(follow)
    assert "No space left on device" in troubles[4]
    assert troubles[-1] == ""
    assert state.exists()
    assert list(small_disk.iterdir()) == [state]
    assert unlike(family, family_of(None).run()) == []


def test_a_training_whose_state_can_never_be_written_still_has_its_result(family_of, tmp_path):
    training = family_of(tmp_path / "missing" / "p.part")
    family = training.run()
    assert "cannot be written" in training.trouble
    assert np.array_equal(family.epochs, [60] * 4)
