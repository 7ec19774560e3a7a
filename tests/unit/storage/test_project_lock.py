import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.project_lock import ProjectLock, ProjectLocked

HOLDER = (
    "import sys, time\n"
    "from pathlib import Path\n"
    "from pnn_studio.storage.project_lock import ProjectLock\n"
    "lock = ProjectLock(Path(sys.argv[1]))\n"
    "print('held', flush=True)\n"
    "time.sleep(60)\n"
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "p.pnn"


def test_a_second_one_learns_who_has_the_project(path):
    lock = ProjectLock(path)
    with pytest.raises(ProjectLocked, match=rf"another window \(process {os.getpid()} on "):
        ProjectLock(path)
    lock.release()
    ProjectLock(path).release()
    assert list(path.parent.iterdir()) == []


def test_one_project_has_one_lock_by_whatever_name(path):
    path.touch()
    link = path.with_name("link.pnn")
    link.symlink_to(path)
    lock = ProjectLock(link)
    with pytest.raises(ProjectLocked):
        ProjectLock(path)
    lock.release()


def test_a_process_that_is_killed_leaves_no_lock(path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(ProjectLocked, match=f"process {holder.pid} "):
        ProjectLock(path)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    ProjectLock(path).release()


def test_whatever_stands_in_a_lock_file_is_never_repeated(path):
    lock = ProjectLock(path)
    path.with_name(".p.pnn.lock").write_text('{"pid": "\\u001b[2J", "since": 3}')
    with pytest.raises(ProjectLocked, match=r"is open in another window\.$"):
        ProjectLock(path)
    lock.release()


def test_a_folder_that_is_not_there_takes_no_lock(path):
    with pytest.raises(ProjectFileError, match="takes no lock"):
        ProjectLock(path / "below")
