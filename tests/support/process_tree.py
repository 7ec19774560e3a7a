"""What belongs to a process, and what it holds: read from /proc, without another library."""

import os
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def marked(name, value):
    """List the processes with that variable in their environment, dead ones left to reap included.

    A child keeps the variable of its parent whatever becomes of it, so nothing gets away.
    """
    wanted, found = f"{name}={value}".encode(), []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            there = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended, or belongs to somebody else
        if wanted in there:
            found.append(int(entry.name))
    return found


def is_running(pid):
    """Whether a process is there; one whose parent is gone may stay dead where nobody reaps."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def children(pid):
    """List the processes that a process has started, those left to reap included."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return found


def resident_bytes(pid="self"):
    """Memory of a process that is not swapped out."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def open_files():
    """Count the open files of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))


def threads():
    """Count the threads of this process."""
    return len(list(Path("/proc/self/task").iterdir()))
