"""Runs the program as a person does, and tells what came back."""

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pnn_studio.main import run

COMMAND = (sys.executable, "-m", "pnn_studio.main")


@dataclass(frozen=True)
class Finished:
    """Exit code and what was printed."""

    code: int
    out: str
    err: str

    @property
    def answer(self):
        """The one JSON object on stdout of a command that was done."""
        assert self.code == 0, self.err
        assert self.out.count("\n") == 1, "more than one line on stdout"
        return json.loads(self.out, parse_constant=_no_json)


def _no_json(name):
    raise AssertionError(f"{name} is no JSON")


def environment(**changed):
    """Return the environment of a shell without a display, with what is `changed`."""
    kept = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
    return kept | changed


def pnn_studio(*arguments, cwd, timeout=250, **changed):
    """Run the program in a process of its own, with some environment variables `changed`."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(**changed),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=timeout,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def pnn_studio_here(*arguments, cwd):
    """Run the program in this process, which spares loading torch again."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            run([str(each) for each in arguments])
        except SystemExit as end:
            return Finished(end.code, out.getvalue(), err.getvalue())
    raise AssertionError("the program has not ended")


def refusal(finished):
    """Return the one line of an expected failure; anything else fails the test."""
    assert finished.code == 2, finished.err
    assert finished.out == ""
    assert "Traceback" not in finished.err
    assert finished.err.startswith("pnn-studio: ")
    assert finished.err.endswith("\n")
    assert finished.err.count("\n") == 1, finished.err
    return finished.err.removeprefix("pnn-studio: ").rstrip("\n")


def stub(folder: Path, script: str) -> str:
    """Put a shell script named ngspice in front of the PATH, and return that PATH."""
    folder.mkdir()
    program = folder / "ngspice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
