import contextlib
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from pnn_studio.domain.project import Project
from pnn_studio.domain.settings import Settings, Shown
from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.project_file import ProjectFile, differ
from pnn_studio.storage.project_open import (
    create_project,
    journal_of,
    migrate_project,
    open_project,
    read_project,
    reading,
    replace_project,
)
from pnn_studio.storage.project_schema import APPLICATION_ID, VERSION, tables
from tests.support.projects import full_project, projects
from tests.support.values import same

OLD = Path(__file__).resolve().parents[2] / "data/old"
anything = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "p.pnn"
    create_project(path, full_project()).close()
    return path


def tamper(path, *statements):
    connection = sqlite3.connect(path)
    for each in statements:
        connection.execute(*each) if isinstance(each, tuple) else connection.execute(each)
    connection.commit()
    connection.close()


def refusal(path):
    with pytest.raises(ProjectFileError) as error:
        read_project(path)
    assert "\n" not in str(error.value)
    return str(error.value)


@anything
@given(projects())
def test_any_project_comes_back_value_for_value(tmp_path, project):
    path = tmp_path / "p.pnn"
    path.unlink(missing_ok=True)
    create_project(path, project).close()
    assert same(read_project(path), project)


@anything
@given(projects(), projects())
def test_writing_a_difference_gives_what_writing_the_whole_gives(tmp_path, one, two):
    path = tmp_path / "p.pnn"
    path.unlink(missing_ok=True)
    with create_project(path, one) as file:
        file.write(two, one)
        file.check_integrity()
        assert same(file.read(), two)
        assert not differ(two, two, with_view=True)


def test_only_what_changed_is_written(path):
    with open_project(path, writable=True) as file:
        before = file.read()
        written = []
        file._connection.set_trace_callback(written.append)
        file.write(replace(before, steps=(*before.steps, Settings(shown=Shown(alpha=0.1)))), before)
    touched = {line.split()[2] for line in written if line.startswith(("INSERT", "DELETE"))}
    assert touched == {"steps", "project"}


def test_the_file_says_what_it_is_and_writes_are_safe(path):
    with open_project(path, writable=True) as file:
        connection = file._connection

        def pragma(name):
            return connection.execute(f"PRAGMA {name}").fetchone()[0]

        assert pragma("application_id") == APPLICATION_ID
        assert pragma("user_version") == VERSION
        assert pragma("foreign_keys") == 1
        assert pragma("journal_mode") == "delete"
        assert pragma("synchronous") == 2  # FULL
        assert pragma("trusted_schema") == 0
        assert pragma("cell_size_check") == 1
    with open_project(path, writable=True):
        pass  # the checks above wrote nothing


def test_arrays_are_npy_files_that_numpy_reads_without_this_program(path, tmp_path):
    connection = sqlite3.connect(path)
    query = "SELECT npy FROM families_arrays WHERE name = 'omega.ptanh'"
    (tmp_path / "a.npy").write_bytes(connection.execute(query).fetchone()[0])
    connection.close()
    array = np.load(tmp_path / "a.npy", allow_pickle=False)
    assert same(array, full_project().runs[0].family.omega["ptanh"])


def test_a_failed_write_leaves_the_file_as_it_was(path):
    with open_project(path, writable=True) as file:
        before = file.read()
        file._connection.execute("PRAGMA max_page_count = 1")  # a disk with no page left
        larger = replace(
            before, steps=tuple(Settings(shown=Shown(alpha=each / 9999)) for each in range(9999))
        )
        with pytest.raises(ProjectFileError, match="no space left on the disk"):
            file.write(larger, before)
        assert same(file.read(), before)


# --- a file that something else made -------------------------------------------------------------


def test_random_bytes_are_no_project(tmp_path):
    path = tmp_path / "p.pnn"
    path.write_bytes(np.random.default_rng(0).bytes(20_000))
    assert "is not a project of pNN Studio" in refusal(path)


def test_an_empty_file_and_a_folder_are_no_projects(tmp_path):
    (tmp_path / "p.pnn").touch()
    assert "it is empty" in refusal(tmp_path / "p.pnn")
    assert "is no file" in refusal(tmp_path)
    assert "does not exist" in refusal(tmp_path / "none.pnn")


def test_a_database_of_another_program_is_no_project(tmp_path):
    tamper(tmp_path / "p.pnn", "CREATE TABLE steps (number INTEGER)")
    assert "is a database, but not a project" in refusal(tmp_path / "p.pnn")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_truncated_file_is_told_as_such_and_not_changed(path, share):
    content = path.read_bytes()
    cut = content[: int(len(content) * share)]
    path.write_bytes(cut)
    assert "cut off" in refusal(path) or "damaged" in refusal(path)
    assert path.read_bytes() == cut


def test_a_byte_that_flipped_is_found_or_does_no_harm(path):
    content, project = path.read_bytes(), full_project()
    rng = np.random.default_rng(1)
    for _ in range(300):
        place = int(rng.integers(len(content)))
        changed = bytearray(content)
        changed[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(changed)
        with contextlib.suppress(ProjectFileError):
            read_project(path)
    path.write_bytes(content)
    assert same(read_project(path), project)


def test_a_newer_version_is_refused_kindly_and_left_alone(path):
    tamper(path, f"PRAGMA user_version = {VERSION + 1}")
    content = path.read_bytes()
    assert "newer version of pNN Studio" in refusal(path)
    with pytest.raises(ProjectFileError, match="Nothing was changed"):
        open_project(path, writable=True)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("view", "CREATE VIEW v AS SELECT * FROM steps"),
        (
            "trigger",
            "CREATE TRIGGER t AFTER INSERT ON steps BEGIN DELETE FROM runs; END",
        ),
        ("table", "CREATE TABLE more (x)"),
        ("table", "CREATE VIRTUAL TABLE f USING fts5(x)"),
        ("index", "CREATE INDEX i ON steps (value)"),
    ],
)
def test_what_no_project_has_is_refused_by_its_name(path, kind, statement):
    tamper(path, statement)
    content = path.read_bytes()
    assert f"holds a {kind}" in refusal(path)
    with pytest.raises(ProjectFileError):
        open_project(path, writable=True)
    assert path.read_bytes() == content


def test_a_view_in_the_place_of_a_table_is_refused(path):
    tamper(
        path,
        "PRAGMA foreign_keys = OFF",
        "DROP TABLE runs",
        "CREATE VIEW runs AS SELECT 1 AS number, load_extension('x') AS value",
    )
    assert "holds a view 'runs'" in refusal(path)


def test_a_table_with_a_computed_column_or_a_check_is_refused(path):
    tamper(
        path,
        "DROP TABLE project",
        "CREATE TABLE project (key TEXT, value TEXT DEFAULT (hex(zeroblob(99))))",
    )
    assert "holds a table 'project'" in refusal(path)


def test_a_table_that_is_missing_is_named(path):
    tamper(path, "DROP TABLE checks_arrays")
    assert "'checks_arrays' is missing" in refusal(path)


ARRAY = "UPDATE families_arrays SET npy = ? WHERE name = 'theta.0'"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE steps SET value = 'no JSON' WHERE number = 1", "steps 1"),
        ("UPDATE steps SET value = '[1]' WHERE number = 1", "must be a Settings, not a list"),
        ('UPDATE steps SET value = \'{"$type": "Popen"}\'', "must be a Settings"),
        ("UPDATE steps SET value = replace(value, '[3]', '[300]')", "at most|1 to 256 neurons"),
        ("UPDATE steps SET value = replace(value, '[3]', '[\"x\"]')", "hidden.0 must be a whole"),
        ("UPDATE steps SET value = replace(value, 'modified', 'M')", "crossbar must be 'modified'"),
        ("UPDATE steps SET value = replace(value, '0.5', 'NaN')", "alpha must lie"),
        ("DELETE FROM steps", "current must name one of 0 steps"),
        ("UPDATE project SET value = '7' WHERE key = 'current'", "must name one of 3 steps"),
        ("DELETE FROM project WHERE key = 'view'", "project: 'view'"),
        ("UPDATE runs SET value = '" + "[" * 100_000 + "'", "runs 1"),
        ("DELETE FROM families_arrays WHERE name = 'theta.0'", "theta.0 must be an array"),
        ((ARRAY, (b"",)), "no array"),
        ((ARRAY, (b"\x93NUMPY\x01\x00",)), "no array"),
    ],
)
def test_a_wrong_entry_is_named_with_its_place(path, statement, words):
    tamper(path, statement)
    with pytest.raises(ProjectFileError, match=words):
        read_project(path)


def npy(header, payload=b""):
    text = header.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + payload


@pytest.mark.parametrize(
    ("content", "words"),
    [
        # 8 TiB, claimed in 128 bytes
        (npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1048576, 1048576), }"), "claims"),
        (npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }"), "no array"),
        (npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", b"c" * 8), "no array"),
        (npy("{'descr': '<U4', 'fortran_order': False, 'shape': (1,), }", b"c" * 16), "no array"),
        (npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }"), "no array"),
        (npy("__import__('os').system('true')"), "no array"),
        (npy("{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }", b"c" * 8), "float64"),
        (npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", b"c" * 8), "the shape"),
    ],
)
def test_what_an_array_claims_is_checked_before_memory_is_taken(path, content, words):
    tamper(path, (ARRAY, (content,)))
    with pytest.raises(ProjectFileError, match=words):
        read_project(path)


def test_rows_without_end_are_counted_before_they_are_read(path, monkeypatch):
    monkeypatch.setattr("pnn_studio.storage.project_file.MAX_ROWS", 2)
    with pytest.raises(ProjectFileError, match="3 rows; at most 2"):
        read_project(path)


@pytest.mark.parametrize("limit", ["MAX_TEXT", "MAX_BLOB", "MAX_ARRAYS"])
def test_sizes_are_checked_before_they_are_read(path, monkeypatch, limit):
    monkeypatch.setattr(f"pnn_studio.storage.project_file.{limit}", 100)
    with pytest.raises(ProjectFileError, match=r"at most .*100"):
        read_project(path)


# --- versions, copies, crashes -------------------------------------------------------------------


def older_project(path, version):
    """Put a project there that an older version of the program wrote."""
    shutil.copyfile(OLD / "project.pnn", path)
    newer = [
        f"DROP TABLE {name}" for name in reversed(list(tables())) if name not in tables(version)
    ]
    tamper(path, *newer, f"PRAGMA user_version = {version}")


@pytest.mark.parametrize("version", range(1, VERSION))
def test_an_older_version_is_brought_up_and_its_original_kept(tmp_path, version):
    path = tmp_path / "p.pnn"
    older_project(path, version)
    content, before = path.read_bytes(), read_project(path)
    assert path.read_bytes() == content  # to look at it changes nothing
    with open_project(path, writable=True) as file:
        assert file.version == version
        original = migrate_project(file, before)
        file.check_integrity()
        assert file.version == VERSION
        assert same(file.read(), before)
        file.write(full_project(), before)
    assert original.name == f"p.format-{version}.pnn"
    assert same(read_project(original), before)
    with open_project(original, writable=False) as kept:
        assert kept.version == version
    assert same(read_project(path), full_project())


def test_the_original_of_an_earlier_migration_is_not_written_over(tmp_path):
    path = tmp_path / "p.pnn"
    (tmp_path / "p.format-1.pnn").write_text("mine")
    older_project(path, 1)
    with open_project(path, writable=True) as file:
        assert migrate_project(file, file.read()).name == "p.format-1-2.pnn"
    assert (tmp_path / "p.format-1.pnn").read_text() == "mine"


def test_a_project_replaces_another_whole_and_with_its_journal(path):
    journal_of(path).write_bytes(b"left by a crash")
    other = Project(steps=(Settings(shown=Shown(alpha=0.25)),))
    replace_project(path, other)
    assert same(read_project(path), other)
    assert [each.name for each in path.parent.iterdir()] == ["p.pnn"]


def test_what_cannot_be_replaced_is_kept_and_named(path):
    project, folder = read_project(path), path.parent / "folder.pnn"
    folder.mkdir()
    (folder / "inside").touch()
    with pytest.raises(ProjectFileError, match=r"folder\.pnn cannot be written"):
        replace_project(folder, project)
    assert sorted(each.name for each in path.parent.iterdir()) == ["folder.pnn", "p.pnn"]


def test_a_project_is_never_made_over_a_file(path):
    content = path.read_bytes()
    with pytest.raises(ProjectFileError, match="cannot be made: File exists"):
        create_project(path, Project())
    assert path.read_bytes() == content


def test_what_a_crash_left_half_written_is_read_without_writing_there(path, tmp_path):
    before = read_project(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the commit
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO steps VALUES (?, ?)", ((number, "x" * 4000) for number in range(9, 99))
    )
    folder = tmp_path / "after the crash"
    folder.mkdir()
    copy = folder / "p.pnn"
    copy.write_bytes(path.read_bytes())
    journal_of(copy).write_bytes(journal_of(path).read_bytes())
    connection.close()
    content = copy.read_bytes()
    with reading(copy) as file:
        assert same(file.read(), before)
    assert copy.read_bytes() == content
    assert journal_of(copy).exists()


def test_a_file_that_another_window_writes_is_read_as_it_was_at_one_moment(path, monkeypatch):
    refused, rows = [], ProjectFile._rows

    def read_rows(self, table):
        try:
            with sqlite3.connect(path, timeout=0) as other:
                other.execute("DELETE FROM steps WHERE number > 0")
            other.close()
        except sqlite3.OperationalError as error:
            refused.append(str(error))
        return rows(self, table)

    monkeypatch.setattr(ProjectFile, "_rows", read_rows)
    with open_project(path, writable=False) as file:
        assert same(file.read(), full_project())
    assert set(refused) == {"database is locked"}
