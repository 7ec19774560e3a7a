"""A run knows nothing of where its plan is trained."""

import pytest

from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.domain.family import merge_families
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan, Schedule, merge_records
from pnn_studio.errors import TrainingLost
from pnn_studio.training.compiled.training import CompiledTraining
from pnn_studio.training.identity import compiled_engine
from tests.support.killing import unlike

PLAN = FamilyPlan.grid(Layout(4, (3,), 3), 3, 2, Schedule(max_epochs=20))


class Elsewhere:
    """A transport of two shares, trained one after the other, in no threads of the run's own."""

    def __init__(self, *, lost=False):
        self.lost, self.asked, self.engine = lost, [], compiled_engine()

    def take(self, plan, dataset, print_process):
        self.asked.append((plan, print_process))
        return Shares(plan, dataset, print_process, lost=self.lost)


class Shares:
    chunks = 1

    def __init__(self, plan, dataset, print_process, *, lost):
        models = load_models(print_process)
        self.plan, self.lost = plan, lost
        self.of = [tuple(range(first, plan.designs, 2)) for first in range(2)]
        self.parts = [
            CompiledTraining(
                plan.part(each), dataset, models.technology, models.surrogates, threads=1
            )
            for each in self.of
        ]

    def run(self, report_every=0.05):
        known = []
        for share, part in zip(self.of, self.parts, strict=True):
            *_, record = part.run(report_every)
            if self.lost:
                raise TrainingLost("A machine is gone.")
            known.append((share, record))
            yield merge_records(self.plan.designs, known)

    def family(self):
        parts = zip(self.of, (part.family() for part in self.parts), strict=True)
        return merge_families(self.plan, list(parts))

    def state(self):
        return {
            f"{number}_{name}": array
            for number, part in enumerate(self.parts)
            for name, array in part.state().items()
        }


@pytest.fixture(scope="module")
def models():
    return load_models()


@pytest.fixture(scope="module")
def dataset(models):
    return load_data("iris", models.technology)


def test_a_plan_is_trained_where_a_transport_takes_it_with_the_same_bits(models, dataset, tmp_path):
    transport, state = Elsewhere(), tmp_path / "p.part"
    training = FamilyRun(PLAN, dataset, models, checkpoint=state, transport=transport)
    family = training.run()
    assert transport.asked == [(PLAN, models.print_process)]
    assert state.exists()
    assert unlike(family, FamilyRun(PLAN, dataset, models).run()) == []


def test_who_is_gone_ends_the_run_with_what_was_said_of_it(models, dataset):
    training = FamilyRun(PLAN, dataset, models, transport=Elsewhere(lost=True))
    with pytest.raises(TrainingLost, match=r"A machine is gone\."):
        training.run()
