"""The set-up that scripts/run and scripts/test share, with stand-ins for apt-get and Python."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[2] / "scripts" / "setup.sh"

FAKE_DPKG_QUERY = """
for name; do
    case $name in
        *t64) [[ " $RENAMED " == *" ${name%t64} "* ]] ;;
        *) [[ " $ABSENT $RENAMED " != *" $name "* ]] ;;
    esac && printf 'installed:%s ' "$name"
done
exit 1 # as dpkg-query does when it does not know a name
"""
FAKE_APT_GET = 'echo "apt-get $*" >>"$LOG"\n'
FAKE_SUDO = "exit 1\n"
FAKE_PYTHON = """
case "$1 $2" in
    "-m venv")
        echo venv >>"$LOG"
        rm -rf "$4"
        mkdir -p "$4/bin"
        cp "$0" "$4/bin/python"
        echo "command = python3 -m venv --clear $4" >"$4/pyvenv.cfg"
        ;;
    "-m pip")
        echo "pip ${!#}" >>"$LOG"
        echo "the words of pip"
        exit "${PIP_EXIT:-0}"
        ;;
    *print*) echo 3.11 ;;
esac
"""


class Checkout:
    """A checkout with nothing but the set-up, on a machine where every tool is a stand-in."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = folder.parent / "bin"
        self.log_file = folder.parent / "log"
        (folder / "scripts").mkdir(parents=True)
        shutil.copy(SETUP, folder / "scripts")
        (folder / "pyproject.toml").write_text("[project]\n")
        self.bin.mkdir()
        self.fake("dpkg-query", FAKE_DPKG_QUERY)
        self.fake("apt-get", FAKE_APT_GET)
        self.fake("sudo", FAKE_SUDO)
        self.fake("python3", FAKE_PYTHON)

    def fake(self, name, script):
        (self.bin / name).write_text(f"#!/usr/bin/env bash\n{script}")
        (self.bin / name).chmod(0o755)

    def set_up(self, level="run", *, as_root=True, absent="", renamed="", pip_exit=0):
        script = f"""set -euo pipefail
            source "$0/scripts/setup.sh"
            is_root() {{ {"true" if as_root else "false"}; }}
            setup {level}"""
        environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "LOG": str(self.log_file),
            "ABSENT": absent,
            "RENAMED": renamed,
            "PIP_EXIT": str(pip_exit),
        }
        return subprocess.run(
            ["bash", "-c", script, str(self.folder)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def log(self):
        """Return what was started since the last call."""
        lines = self.log_file.read_text().splitlines() if self.log_file.exists() else []
        self.log_file.unlink(missing_ok=True)
        return lines


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path / "a checkout")


def test_the_first_set_up_makes_an_environment_and_prints_nothing_on_stdout(checkout):
    result = checkout.set_up()
    assert (result.returncode, result.stdout) == (0, "")
    assert "takes some minutes" in result.stderr
    assert checkout.log() == ["venv", "pip ."]


def test_the_second_set_up_starts_nothing_and_says_nothing(checkout):
    checkout.set_up()
    checkout.log()
    result = checkout.set_up()
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert checkout.log() == []


def test_the_second_set_up_takes_less_than_300_ms(checkout):
    checkout.set_up()

    def seconds():
        start = os.times()
        checkout.set_up()
        end = os.times()  # of the cores: others may have them, too
        return sum(end[2:4]) - sum(start[2:4])

    assert min(seconds() for _ in range(5)) < 0.3


def test_a_changed_pyproject_is_installed_into_the_environment_that_is_there(checkout):
    checkout.set_up()
    checkout.log()
    (checkout.folder / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    assert checkout.set_up().returncode == 0
    assert checkout.log() == ["pip ."]


def test_the_tests_add_their_tools_and_running_needs_no_set_up_after_that(checkout):
    checkout.set_up("run")
    checkout.log()
    checkout.set_up("dev")
    assert checkout.log() == ["pip .[dev]"]
    checkout.set_up("run")
    assert checkout.log() == []


def test_running_after_a_changed_pyproject_keeps_the_tools_of_the_tests(checkout):
    checkout.set_up("dev")
    checkout.log()
    (checkout.folder / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    checkout.set_up("run")
    assert checkout.log() == ["pip .[dev]"]


def test_an_environment_whose_installation_was_killed_is_made_anew(checkout):
    checkout.set_up()
    checkout.log()
    (checkout.folder / ".venv" / ".set-up").unlink()
    (checkout.folder / ".venv" / ".unfinished").touch()
    checkout.set_up()
    assert checkout.log() == ["venv", "pip ."]


def test_an_environment_that_was_moved_with_its_checkout_is_made_anew(checkout):
    checkout.set_up()
    checkout.log()
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("moved"))
    checkout.set_up()
    assert checkout.log() == ["venv", "pip ."]


def test_a_failing_pip_is_quoted_and_tried_again_at_the_next_start(checkout):
    result = checkout.set_up(pip_exit=1)
    assert (result.returncode, result.stdout) == (2, "")
    assert "the words of pip" in result.stderr
    checkout.log()
    assert checkout.set_up().returncode == 0
    assert checkout.log() == ["pip ."]


def test_root_gets_the_missing_packages_installed_and_reads_what_for(checkout):
    result = checkout.set_up(absent="ngspice xvfb")
    assert "missing to simulate circuits: ngspice\n" in result.stderr
    update, install, *rest = checkout.log()
    assert update.endswith(" update")
    assert install.endswith(" ngspice")
    assert rest == ["venv", "pip ."]


def test_only_the_tests_ask_for_a_virtual_screen(checkout):
    checkout.set_up("dev", absent="ngspice xvfb")
    assert checkout.log()[1].endswith(" ngspice xvfb")


def test_a_user_who_may_not_install_reads_the_exact_command_and_goes_on(checkout):
    result = checkout.set_up(as_root=False, absent="ngspice libegl1")
    assert result.returncode == 0
    assert "sudo apt-get install ngspice libegl1\n" in result.stderr
    assert checkout.log() == ["venv", "pip ."]


def test_a_failing_apt_get_is_quoted_and_the_set_up_goes_on(checkout):
    checkout.fake("apt-get", "echo the words of apt-get; exit 100\n")
    result = checkout.set_up(absent="ngspice")
    assert (result.returncode, result.stdout) == (0, "")
    assert "the words of apt-get\nset-up: apt-get could not install them" in result.stderr
    assert checkout.log() == ["venv", "pip ."]


def test_a_library_under_its_newer_name_is_not_missing(checkout):
    checkout.set_up(renamed="libglib2.0-0")
    assert checkout.log() == ["venv", "pip ."]


def test_without_a_new_enough_python_the_set_up_ends_with_a_clear_line(checkout):
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        checkout.fake(name, "exit 1\n")
    result = checkout.set_up(as_root=False)
    assert result.returncode == 2
    assert result.stderr.endswith("Python 3.11 or newer is needed, and was not found\n")
