"""What a worker that is started here does first.

Ctrl-C goes to all processes of a terminal, but it is the command that ends its workers.
"""

import signal

# what every unit needs, so that the first one waits for none of it
import pnn_studio.app.cluster.there  # noqa: F401 - loaded for later


def dask_setup(_worker: object) -> None:
    """Do so; Dask calls it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
