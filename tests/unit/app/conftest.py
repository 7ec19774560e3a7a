"""What tests of several modules need."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def small_disk(tmp_path):
    """Mount a disk of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip("a file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def open_folder():
    """Make a folder that everybody may enter; those of the other fixtures are for their owner."""
    folder = Path(tempfile.mkdtemp(prefix="pnn-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
