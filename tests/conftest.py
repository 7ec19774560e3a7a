"""What every test needs: no display, no race for the cores, no deadline that load can break."""

import os
import signal
import sys

from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A run in the background ignores these, and what it starts to be ended by them would, too.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

settings.register_profile("pnn_studio", deadline=None)
settings.load_profile("pnn_studio")


def pytest_collection_modifyitems(items):
    # what takes minutes comes first, so that nobody waits for it in the end
    items.sort(key=lambda item: "tests/soak" not in item.nodeid)


def pytest_collection_finish():
    # The tensors of tests are too small for threads, which only make the timing erratic.
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
