"""The program where streams are closed, folders take no locks, and somebody ends it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from pnn_studio.app.cli import console
from pnn_studio.domain.project import Project
from pnn_studio.domain.settings import Settings
from pnn_studio.storage.project_open import create_project
from tests.support.command_line import COMMAND, environment, refusal, stub
from tests.support.process_tree import is_running

ROOT = Path(__file__).resolve().parents[2]
# every lock is refused in a folder named SHARE, as some file servers do it
NO_LOCKS = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
static int remote(int file) {
    char link[64], name[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length < 0) return 0;
    name[length] = 0;
    return strstr(name, "/SHARE/") != 0;
}
int flock(int file, int what) {
    int (*real)(int, int) = dlsym(RTLD_NEXT, "flock");
    if (remote(file)) { errno = ENOLCK; return -1; }
    return real(file, what);
}
static int locked(int file, int what, void *more, const char *name) {
    int (*real)(int, int, ...) = dlsym(RTLD_NEXT, name);
    int locks = what == F_SETLK || what == F_SETLKW || what == F_GETLK;
    if (locks && remote(file)) { errno = ENOLCK; return -1; }
    return real(file, what, more);
}
int fcntl(int file, int what, ...) {
    va_list more; va_start(more, what); void *value = va_arg(more, void *); va_end(more);
    return locked(file, what, value, "fcntl");
}
int fcntl64(int file, int what, ...) {
    va_list more; va_start(more, what); void *value = va_arg(more, void *); va_end(more);
    return locked(file, what, value, "fcntl64");
}
"""
SHARED = """
import sys
from pathlib import Path
from pnn_studio.storage.project_lock import NoLocks, ProjectLock, only_writer
from pnn_studio.storage.project_open import read_project
path = Path(sys.argv[1])
try:
    ProjectLock(path)
except NoLocks as told:
    print(told)
print(len(read_project(path).steps))
with only_writer(path.with_name("s.npz")):
    print("written")
"""


def test_a_sweep_goes_on_without_streams_and_without_a_home(tmp_path):
    command = ["sweep", "iris", "--alphas", "60", "--seeds", "1", "--epochs", "2", "--model",
               "ideal", "--out", "s.npz"]  # fmt: skip
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *COMMAND, *command],
        cwd=tmp_path,
        env={name: value for name, value in environment().items() if name != "HOME"},
        check=False,
    )
    assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["s.npz"]


def test_a_worker_needs_no_stderr():
    # nothing to listen to: it says that it is ready, and ends
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", sys.executable, "-m", "pnn_studio.app.worker"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0
    assert b'"Ready"' in done.stdout


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)],
    ids=["SIGTERM", "SIGHUP", "SIGINT"],
)
def test_a_command_that_is_told_to_end_leaves_nothing(
    here, tmp_path, workshop, monkeypatch, number, code
):
    child, own = tmp_path / "child", tmp_path / "own"
    own.mkdir()
    script = f'case "$*" in *--version*) exit 0;; esac; sleep 300 & echo $! > {child}; sleep 300'
    monkeypatch.setenv("PATH", stub(tmp_path / "bin", script))
    monkeypatch.setattr(tempfile, "tempdir", str(own))

    def end():
        patience = time.monotonic() + 60
        while time.monotonic() < patience:
            if child.exists() and child.read_text().endswith("\n"):
                os.kill(os.getpid(), number)
                return
            time.sleep(0.01)

    watcher = threading.Thread(target=end)
    watcher.start()
    done = here("check", workshop / "d.json", "--out", "report.json", cwd=tmp_path)
    watcher.join()
    assert done.code == code
    assert len(done.err.strip().splitlines()) == 1
    assert list(own.iterdir()) == []
    assert not (tmp_path / "report.json").exists()
    patience = time.monotonic() + 30
    while is_running(int(child.read_text())) and time.monotonic() < patience:
        time.sleep(0.01)
    assert not is_running(int(child.read_text()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_training_that_is_told_to_end_keeps_what_there_is(number, capfd):
    with console.checking_progress() as (_, stopped):
        assert not stopped()
        os.kill(os.getpid(), number)
        assert stopped()
    assert capfd.readouterr().err == "Stopping, and keeping what there is.\n"


def test_without_room_for_temporary_files_a_check_says_where(here, tmp_path, workshop, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    told = refusal(here("check", workshop / "d.json", cwd=tmp_path))
    assert "TMPDIR" in told
    assert str(tmp_path / "missing") in told
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # the remedy
    assert here("check", workshop / "d.json", cwd=tmp_path).code == 0


@pytest.mark.skipif(
    not (sys.platform == "linux" and shutil.which("cc")), reason="needs a C compiler on Linux"
)
def test_a_project_where_no_locks_are_taken_is_read_and_that_is_said(tmp_path):
    share = tmp_path / "SHARE"
    share.mkdir()
    create_project(share / "p.pnn", Project(steps=(Settings(),))).close()
    (tmp_path / "no_locks.c").write_text(NO_LOCKS)
    library = tmp_path / "no_locks.so"
    build = ["cc", "-shared", "-fPIC", "-o", library, tmp_path / "no_locks.c", "-ldl"]
    subprocess.run([str(each) for each in build], check=True)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", SHARED, str(share / "p.pnn")],
        cwd=ROOT,
        env=environment(LD_PRELOAD=str(library)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told, *rest = done.stdout.splitlines()
    assert "its folder takes no locks; copy it to a disk of this machine" in told
    assert rest == ["1", "written"]
    assert [path.name for path in share.iterdir()] == ["p.pnn"]
    # the remedy: a copy elsewhere is as good as any
    shutil.copyfile(share / "p.pnn", tmp_path / "copy.pnn")
    done = subprocess.run(
        [sys.executable, "-c", SHARED, str(tmp_path / "copy.pnn")],
        cwd=ROOT, env=environment(LD_PRELOAD=str(library)), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["1", "written"]
    assert time.monotonic() - began < 60


def test_a_diagnosis_says_what_a_report_needs_and_nothing_private(here, tmp_path, monkeypatch):
    home = tmp_path / "somebody"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / ".local"))
    done = here("diagnose", "--json", cwd=tmp_path)
    found = done.answer
    assert found["versions"]["Python"] == sys.version.split()[0]
    assert found["ngspice"]["version"].startswith("ngspice ")
    assert found["machine"]["cores"] >= 1
    assert found["folders"]["projects without a name"].startswith("~/.local/")
    assert "somebody" not in done.out
    words = here("diagnose", cwd=tmp_path)
    assert words.code == 0
    assert "ngspice" in words.out
    monkeypatch.delenv("HOME")
    assert here("diagnose", cwd=tmp_path).code == 0


def test_a_limit_that_is_missed_is_said_in_the_last_line(here, tmp_path):
    train = ("train", "iris", "--epochs", "3", "--model", "ideal", "--power-limit")
    done = here(*train, "1uW", "--out", "d.json", cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.out.splitlines()[-1].startswith("The limit of 1.00 µW is missed: the design takes ")
    assert here(*train, "1uW", "--json", cwd=tmp_path).answer["limit_met"] is False
    met = here(*train, "1W", cwd=tmp_path)
    assert "missed" not in met.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("train", "iris", "--power-limit", "5"), ["5W", "5mW"]),
        (("train", "iris", "--power-limit", "5MW"), ["5 mW"]),
        (("train", "iris", "--largest-r", "0"), ["largest R", "positive"]),
        (("check", "d.json", "--timeout", "nan"), ["--timeout", "nan"]),
    ],
)
def test_a_plausible_mistake_is_asked_back(here, tmp_path, options, words):
    told = refusal(here(*options, cwd=tmp_path))
    assert [word for word in words if word not in told] == []
