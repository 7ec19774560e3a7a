"""Remedies that are named and take minutes, followed; `scripts/soak` does it."""

import os
import re

import pytest

from tests.support.command_line import pnn_studio_here, refusal
from tests.support.technologies import copy_surrogates, write_technology


@pytest.mark.slow
@pytest.mark.skipif("PNN_SOAK_REMEDIES" not in os.environ, reason="scripts/soak does it")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("has_old_ones", [False, True], ids=["without surrogates", "with old ones"])
def test_surrogates_that_are_missing_are_built_by_the_command_that_is_named(tmp_path, has_old_ones):
    # a technology of one's own, which none ship for; the old ones are of another transistor
    kit = write_technology(tmp_path / "lab.toml", **{"value = 0.19": "value = 0.18"})
    new = tmp_path / "new"
    train = ("train", "iris", "--technology", kit, "--model", "ideal", "--epochs", "3")
    old = ("--surrogates", copy_surrogates(tmp_path / "old")) if has_old_ones else ()
    told = refusal(pnn_studio_here(*train, *old, cwd=tmp_path))
    command = re.search(r"pnn-studio (surrogates build --technology \S+)", told)
    assert command is not None, told
    named = command[1].rstrip(".,;)").replace("FILE", str(kit)).split()
    built = pnn_studio_here(*named, "--circuits", "200", "--out", new, cwd=tmp_path)
    assert built.code == 0, built.err
    done = pnn_studio_here(*train, "--surrogates", new, "--out", tmp_path / "d.json", cwd=tmp_path)
    assert done.code == 0, done.err
