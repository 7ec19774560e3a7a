"""The check of many designs by whatever checks one of them."""

from pnn_studio.errors import NotSolved, SimulationFailed


def one_by_one(check):
    """Make of what checks one design, as `check_design` does, what checks many of them."""

    def check_designs(designs, technology, dataset, *, cancelled=None):
        for number, make in designs.items():
            try:
                yield number, check(make(), technology, dataset, cancelled=cancelled)
            except (SimulationFailed, NotSolved) as failure:
                yield number, failure

    return check_designs
