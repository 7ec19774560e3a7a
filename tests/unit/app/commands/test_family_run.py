"""A training on a full disk goes on, and writes its state when there is room."""

import tempfile
from dataclasses import replace
from datetime import date
from importlib.metadata import version

import numpy as np
import pytest

from pnn_studio.app.commands import family_run
from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.train import train_kept
from pnn_studio.domain.engine import Origin
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.sweep_file import load_sweep
from tests.support.killing import unlike

# long enough that its state is written several times
SCHEDULE = Schedule(max_epochs=20_000, patience=10**6, starts=1)
PLAN = FamilyPlan.grid(Layout(4, (3,), 3), 2, 2, SCHEDULE)


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
    again = family_of(None).run()
    assert unlike(family, again) == []
    assert again.origin == Origin(str(date.today()), f"pnn_studio {version('pnn-studio')}")


@pytest.fixture
def sweep_of(often, monkeypatch):
    """Return what sweeps to a path, the disk as full as `at_end` makes it when all is trained."""
    models = load_models()
    dataset = load_data("iris", models.technology)

    def sweep(out, at_end=lambda: None):
        def follow(record, training):
            if record.progress >= 1:
                at_end()
            return True

        return train_kept(PLAN, dataset, models, out, follow)

    return sweep


def fill(disk):
    with pytest.raises(OSError, match="No space left"):
        (disk / "filler").write_bytes(bytes(2 << 20))


def test_a_sweep_that_cannot_be_written_at_its_end_is_kept_where_there_is_room(
    sweep_of, small_disk, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    out = small_disk / "iris.npz"
    with pytest.raises(ProjectFileError, match="No space left on device") as told:
        sweep_of(out, lambda: fill(small_disk))
    (kept,) = tmp_path.glob("pnn-studio-*/iris.npz")
    assert f"The result is in {kept};" in str(told.value)
    assert unlike(load_sweep(kept), sweep_of(None)) == []
    # and the same command goes on from the state that is there
    (small_disk / "filler").unlink()
    assert (small_disk / "iris.npz.part").exists()
    assert unlike(sweep_of(out), load_sweep(kept)) == []
    assert list(small_disk.iterdir()) == [out]


def test_a_sweep_that_can_be_written_nowhere_goes_on_by_the_same_command(
    sweep_of, small_disk, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    fill(small_disk)
    with pytest.raises(ProjectFileError, match="Nor could its state be kept: make room"):
        sweep_of(small_disk / "iris.npz")


def test_a_training_whose_state_can_never_be_written_still_has_its_result(family_of, tmp_path):
    training = family_of(tmp_path / "missing" / "p.part")
    family = training.run()
    assert "cannot be written" in training.trouble
    assert np.array_equal(family.epochs, [SCHEDULE.max_epochs] * 4)


def test_the_state_is_kept_elsewhere_from_the_moment_that_this_is_said(family_of, tmp_path):
    before, after = tmp_path / "a.part", tmp_path / "b.part"
    training = family_of(before)
    written = []

    def follow(record, training):
        if before.exists() and not written:
            written.append(before.stat().st_mtime_ns)
            training.keep_at(after)
            assert after.exists()
        return record.epoch < SCHEDULE.max_epochs // 2

    training.run(follow)
    assert before.stat().st_mtime_ns == written[0]
    again = family_of(after)
    assert again.resumed
    assert unlike(again.run(), family_of(None).run()) == []


def test_a_state_is_taken_up_for_the_model_and_the_reference_it_is_of_alone(often, tmp_path):
    models = load_models()
    dataset = load_data("iris", models.technology)
    state = tmp_path / "a.part"
    ideal = replace(PLAN, power_reference=0.2)
    FamilyRun(ideal, dataset, models, checkpoint=state).run(lambda record, _: record.epoch < 10)
    assert FamilyRun(ideal, dataset, models, checkpoint=state).resumed
    for other in (PLAN, replace(ideal, model="loaded"), replace(ideal, power_reference=0.3)):
        assert not FamilyRun(other, dataset, models, checkpoint=state).resumed
