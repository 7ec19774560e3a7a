"""Every reader gets changed files; `scripts/soak --fuzz MINUTES` does it for so long each."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fuzzing import MOST_BYTES
from tests.support.readers import READERS

MINUTES = float(os.environ.get("PNN_SOAK_FUZZ", "0"))
SEED = int(os.environ.get("PNN_SOAK_SEED", "1"))
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.skipif(not MINUTES, reason="scripts/soak --fuzz MINUTES does it")
@pytest.mark.timeout(300 + 90 * MINUTES)
@pytest.mark.parametrize("name", READERS)
def test_no_changed_file_crashes_hangs_or_fills_the_memory(name, tmp_path, record_property):
    command = [sys.executable, "-m", "tests.support.fuzzing", name, str(60 * MINUTES), str(SEED)]
    done = subprocess.run(
        [*command, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(done.stdout)
    record_property(
        "figures",
        f"{found['files']} files, {found['answers']} different answers, {found['slowest_s']} s and "
        f"{found['most_mb']} MB at most, {len(found['findings'])} findings",
    )
    assert found["findings"] == {}
    assert found["most_mb"] < MOST_BYTES >> 20
