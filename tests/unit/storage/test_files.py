import os
import stat
from pathlib import Path

import pytest

from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.files import check_writable, make_folder, read_limited, write_atomically


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path):
    write_atomically(tmp_path / "f", b"one")
    write_atomically(tmp_path / "f", b"two")
    assert (tmp_path / "f").read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_what_stood_there_is_kept_where_writing_fails(tmp_path, monkeypatch):
    write_atomically(tmp_path / "f", b"one")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ProjectFileError, match="f cannot be written: No space left"):
        write_atomically(tmp_path / "f", b"two")
    assert (tmp_path / "f").read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_result_has_the_rights_of_any_other_file(tmp_path):
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "f", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    check_writable(tmp_path / "link")
    write_atomically(tmp_path / "link", b"one")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"one"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (".", "is a folder"),
        ("missing/f", "does not exist"),
        ("file/f", "does not exist|Not a directory"),
        ("dangling", "does not exist"),
        ("pipe", "a device or a pipe"),
        ("x" * 300, "too long"),
    ],
)
def test_what_cannot_be_written_is_told_without_writing(tmp_path, name, told):
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "missing" / "f")
    os.mkfifo(tmp_path / "pipe")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ProjectFileError, match=told):
        check_writable(tmp_path / name)
    assert sorted(tmp_path.iterdir()) == before


def test_what_can_be_written_is_left_as_it_was(tmp_path):
    (tmp_path / "f").write_bytes(b"one")
    check_writable(tmp_path / "f")
    check_writable(tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    assert (tmp_path / "f").read_bytes() == b"one"


def test_a_folder_is_made_with_its_parents(tmp_path):
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    with pytest.raises(ProjectFileError, match="file"):
        make_folder(tmp_path / "file")


def test_no_more_is_read_than_allowed(tmp_path):
    (tmp_path / "f").write_bytes(b"12345")
    assert read_limited(tmp_path / "f", 5) == b"12345"
    with pytest.raises(ProjectFileError, match="larger than"):
        read_limited(tmp_path / "f", 4)
    with pytest.raises(ProjectFileError, match="No such file"):
        read_limited(tmp_path / "missing", 4)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_an_endless_device_is_not_read_to_its_end():
    with pytest.raises(ProjectFileError, match="a device or a pipe"):
        read_limited(Path("/dev/zero"), 1 << 20)


def test_a_pipe_is_refused_without_waiting_for_its_other_end(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ProjectFileError, match="a device or a pipe"):
        read_limited(tmp_path / "pipe", 4)
