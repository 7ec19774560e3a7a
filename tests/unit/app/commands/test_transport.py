"""A run knows nothing of where its shares are trained."""

import numpy as np
import pytest

from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.errors import TrainingLost
from pnn_studio.training.chunks import ChunkedTraining

PLAN = FamilyPlan.grid(Layout(4, (3,), 3), 3, 2, Schedule(max_epochs=5))


class Here:
    """A transport that trains a share at once, in this process."""

    def __init__(self, models, *, lost=False):
        self.models, self.lost = models, lost
        self.asked = []

    def train(self, job, number, checkpoint):
        self.asked.append((number, job.plan.designs, checkpoint))
        training = ChunkedTraining(
            job.plan, job.data, self.models.technology, self.models.surrogates
        )
        return Trained(training, lost=self.lost)


class Trained:
    def __init__(self, training, *, lost):
        *_, self.record = training.run()
        self.family = training.family()
        self.trouble, self.busy, self.lost = "", False, lost
        self.told = []

    def listen(self, timeout=0.0):
        if self.lost:
            raise TrainingLost("It is gone.")

    def control(self, control):
        self.told.append(control.action)

    def keep_at(self, checkpoint):
        self.told.append(checkpoint)

    def forget(self):
        self.told.append("forget")

    def finish(self):
        pass

    def close(self):
        self.told.append("close")


@pytest.fixture(scope="module")
def models():
    return load_models()


@pytest.fixture(scope="module")
def dataset(models):
    return load_data("iris", models.technology)


def test_shares_are_trained_where_a_transport_takes_them(models, dataset, tmp_path):
    transport = Here(models)
    state = tmp_path / "p.part"
    training = FamilyRun(PLAN, dataset, models, checkpoint=state, processes=3, transport=transport)
    family = training.run()
    training.forget()
    assert transport.asked == [(1, 2, state), (2, 2, state)]
    assert not state.exists()
    whole = FamilyRun(PLAN, dataset, models, processes=1).run()
    # not bit for bit: companions still decide the last bits of the ideal model
    np.testing.assert_allclose(family.total_power, whole.total_power, rtol=1e-3)
    assert np.array_equal(family.epochs, whole.epochs)


def test_a_share_that_is_gone_ends_the_run_with_what_was_said_of_it(models, dataset):
    training = FamilyRun(PLAN, dataset, models, processes=2, transport=Here(models, lost=True))
    with pytest.raises(TrainingLost, match=r"It is gone\."):
        training.run()
