"""The same orders, computed on this machine and by the workers of a cluster."""

from pnn_studio.app.cluster.pieces import ClusterWork
from pnn_studio.app.cluster.training import ClusterTransport
from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.study.run import StudyRun
from pnn_studio.physics.variation.monte_carlo import run_prints
from pnn_studio.storage.study_file import parse_study
from tests.support.killing import unlike
from tests.support.values import same


class Orders:
    """A sweep, a study and prints of a design.

    Parameters
    ----------
    models, dataset, plan
        Of the sweep.
    study : str
        TOML, of data sets that are built in.
    lot : Lot
        Whose prints are computed.
    prints : int
        How many.
    """

    def __init__(self, models, dataset, plan, study, lot, prints):
        self._models, self._dataset, self.plan = models, dataset, plan
        self._study, self._lot, self._prints = study, lot, prints

    def compute(self, folder, cluster=None, follow=None):
        """Return the families of sweep and study, and the answers of the prints."""
        transport = None if cluster is None else ClusterTransport(cluster)
        solve = run_prints if cluster is None else ClusterWork(cluster).run_prints
        sweep = FamilyRun(self.plan, self._dataset, self._models, transport=transport)
        families = [sweep.run(follow)] if follow else [sweep.run()]
        folder.mkdir()
        study = parse_study(self._study.encode(), folder / "s.toml")
        run = StudyRun(study, folder, transport=transport, at_once=2)
        run.run()
        families += [each.family for each in run.sweeps]
        return families, solve(self._lot, self._prints, 1)


def assert_alike(one, other):
    """Compare what `Orders.compute` returned, bit for bit."""
    for family, its in zip(one[0], other[0], strict=True):
        assert unlike(family, its) == []
    assert same(one[1], other[1])
