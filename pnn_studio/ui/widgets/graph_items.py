"""pyqtgraph, set up as the window uses it.

Its import makes Python know every class of Qt, which takes longer than all of the window's own
modules together: what the window shows first must not import this module. `shell.preload` does
once there is time.
"""

import pyqtgraph as pg

# Its clean-up at exit touches objects that Qt has already deleted.
pg.setConfigOption("exitCleanup", False)

__all__ = ["pg"]
