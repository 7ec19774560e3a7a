"""A sweep that is killed goes on where it was, and ends with the numbers of one that was not."""

import os
import random
import signal
import subprocess
import time

import numpy as np
import pytest

from tests.support.command_line import COMMAND, environment

# more in the soak run: PNN_KILLS=20
KILLS = int(os.environ.get("PNN_KILLS", "1"))
# two processes have a share each
SWEEP = ["sweep", "iris", "--alphas", "5", "--seeds", "10", "--epochs", "600", "--out", "s.npz"]


def start(folder):
    return subprocess.Popen(
        [*COMMAND, *SWEEP],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def numbers(folder):
    with np.load(folder / "s.npz") as file:
        return {name: file[name] for name in file.files if name != "meta"}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_killed_sweep_ends_with_the_same_numbers(here, tmp_path):
    (tmp_path / "whole").mkdir()
    began = time.monotonic()
    assert here(*SWEEP, cwd=tmp_path / "whole").code == 0
    lasts = time.monotonic() - began
    whole = numbers(tmp_path / "whole")
    draw = random.Random(1)
    resumed = 0
    for kill in range(KILLS):
        folder = tmp_path / f"killed {kill}"
        folder.mkdir()
        process = start(folder)
        if kill == 0:  # one at least has something to go on from, however slow the machine is
            while not list(folder.glob("s.npz.part*")) and process.poll() is None:
                time.sleep(0.02)
        else:
            time.sleep(draw.uniform(0.5, 1.0) * lasts)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        again = start(folder)
        _, told = again.communicate()
        assert again.returncode == 0, told
        resumed += "Going on" in told
        assert sorted(path.name for path in folder.iterdir()) == ["s.npz"]
        for name, array in numbers(folder).items():
            np.testing.assert_array_equal(array, whole[name], err_msg=name)
    assert resumed
