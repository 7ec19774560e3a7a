"""What every test needs: no display, no race for the cores, no deadline that load can break."""

import os
import sys

from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("pnn_studio", deadline=None)
settings.load_profile("pnn_studio")


def pytest_collection_finish():
    # The tensors of tests are too small for threads, which only make the timing erratic.
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
