"""What a network is printed with is kept in its project; older projects knew one process alone."""

import json
import sqlite3

import pytest

from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.project_open import create_project, read_project
from tests.support.projects import full_project
from tests.support.values import same


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "p.pnn"
    create_project(path, full_project()).close()
    return path


def change_values(path, change):
    connection = sqlite3.connect(path)
    for table in ("steps", "runs"):
        for number, text in connection.execute(f"SELECT number, value FROM {table}").fetchall():
            value = json.loads(text)
            change(value["recipe"])
            connection.execute(
                f"UPDATE {table} SET value = ? WHERE number = ?", (json.dumps(value), number)
            )
    connection.commit()
    connection.close()


def test_a_project_from_before_technologies_could_be_chosen_opens_with_the_one_that_ships(path):
    change_values(path, lambda recipe: recipe.pop("print_process"))
    assert same(read_project(path), full_project())


def test_a_largest_resistor_that_is_none_is_refused(path):
    change_values(path, lambda recipe: recipe["print_process"].update(largest_r=-1.0))
    with pytest.raises(ProjectFileError, match="largest R must be positive"):
        read_project(path)
