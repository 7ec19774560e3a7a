"""Which data sets are measured, and on which machine."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared" / "datasets"
NAMES = ("iris", "seeds", "breastcancerwisc", "cardiotocography3clases")


def versions(*packages: str) -> dict[str, str]:
    """Return what the figures belong to."""
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }
