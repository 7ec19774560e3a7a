"""What a scheduler is handed, too, which reads every call: light, for it has nothing to compute."""

from typing import Any


def run_unit(
    topic: str,
    wanted: str,
    number: int,
    call: str,
    shared: list[str],
    given: tuple[Any, ...],
) -> tuple[str, Any]:
    """Do a unit of work in a worker, as `there.do_unit` does."""
    # loads torch, which workers need and a scheduler does not
    from pnn_studio.app.cluster.there import do_unit

    return do_unit(topic, wanted, number, call, shared, given)
