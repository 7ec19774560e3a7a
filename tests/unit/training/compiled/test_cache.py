import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from numba.core.dispatcher import Dispatcher

from pnn_studio.training.compiled import cache, loop

PROGRAM = """
import os
import sys
from pathlib import Path
import numba

@numba.njit(_nrt=False)
def twice(x):
    return x * 2.0

from pnn_studio.training.compiled.cache import Part, call_cached, is_kept, write_archive

def called(value):
    return Part("twice", twice, lambda: twice(value))

if sys.argv[1] == "make":
    assert os.environ["PYTHONHASHSEED"] == "0"
    write_archive(called(2.0), Path(sys.argv[3]))
else:
    folders = [Path(each) for each in sys.argv[2:]]
    maker = [sys.argv[0], "make"] if sys.argv[1] == "use" else ["-c", "raise SystemExit(1)"]
    print(is_kept(["twice"], folders), is_kept(["twice"], []))
    print(call_cached([called(2.0)], maker, folders))
    assert call_cached([called(3.0)], maker, folders)
    print(sum(twice.stats.cache_misses.values()))
"""


@pytest.fixture
def started(tmp_path):
    """Compile or load a small function in a process of its own; whether it was there before."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)

    def run(*folders, how="use"):
        command = [sys.executable, str(program), how, *map(str, folders)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        kept, nowhere, there, misses = done.stdout.split()
        # what is called was never compiled by the process that calls it
        assert (int(misses) == 0) is (how == "use")
        assert (nowhere, kept) == ("False", "True" if there == "True" else kept)
        return there == "True"

    return run


def test_what_was_compiled_is_there_the_next_time(started, tmp_path):
    folder = tmp_path / "kept"
    assert not started(folder)
    assert [path.name for path in folder.iterdir()] == [cache.archive_name("twice")]
    assert started(folder)


def test_a_damaged_archive_is_made_anew(started, tmp_path):
    folder = tmp_path / "kept"
    assert not started(folder)
    (archive,) = folder.iterdir()
    whole = archive.read_bytes()
    assert cache._unpack(archive, tmp_path / "whole")
    for broken in (whole[: len(whole) // 2], whole[:300] + b"x" + whole[301:]):
        archive.write_bytes(broken)
        assert not cache._unpack(archive, tmp_path / "broken")
    assert not started(folder)
    assert archive.read_bytes()[:2] == b"PK"
    assert started(folder)


def test_a_folder_that_cannot_be_written_is_passed_over(started, tmp_path):
    blocked, other = tmp_path / "file" / "below", tmp_path / "other"
    blocked.parent.write_text("in the way")
    assert not started(blocked, other)
    assert started(blocked, other)


def test_where_no_process_can_compile_this_one_does(started, tmp_path):
    assert not started(tmp_path / "kept", how="alone")
    assert not (tmp_path / "kept").exists()


def test_an_archive_never_writes_outside_of_its_folder(tmp_path):
    archive, into = tmp_path / "a.zip", tmp_path / "into"
    into.mkdir()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("../outside", "x")
    assert not cache._unpack(archive, into)
    assert not (tmp_path / "outside").exists()


def test_old_archives_make_room(tmp_path):
    for number in range(12):
        (tmp_path / f"compiled-{number}.zip").write_bytes(b"x")
    (tmp_path / "mine.zip").write_bytes(b"x")
    cache._thin(tmp_path)
    assert len(list(tmp_path.glob("compiled-*"))) == 8
    assert (tmp_path / "mine.zip").exists()


def test_an_archive_is_named_by_all_that_was_compiled():
    warm_modules = {
        Path(value.py_func.__code__.co_filename)
        for name, module in list(sys.modules.items())
        if name.startswith("pnn_studio.") and module is not None
        for value in vars(module).values()
        if isinstance(value, Dispatcher)
    }
    assert Path(loop.__file__) in warm_modules
    assert warm_modules <= set(cache.sources())


def test_looking_at_packed_data_does_not_load_the_compiler():
    code = (
        "import sys, pnn_studio.physics.kernels.packing, pnn_studio.training.compiled.design\n"
        "print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
