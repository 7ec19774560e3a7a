"""A few changed files for every reader, always the same; `scripts/soak --fuzz` tries for long."""

import random

import pytest

from tests.support.fuzzing import answer, seeds_of
from tests.support.mutations import mutated
from tests.support.readers import READERS

FILES = 25


@pytest.mark.parametrize("name", READERS)
def test_a_changed_file_is_read_or_refused(tmp_path, name):
    reader, chance = READERS[name], random.Random(5)
    seeds = seeds_of(name, tmp_path)
    path = tmp_path / f"f{reader.suffix}"
    for content in (*seeds, *(mutated(chance.choice(seeds), seeds, chance) for _ in range(FILES))):
        path.write_bytes(content)
        said, trace = answer(reader, path)
        assert said.startswith(("read", "refused")), trace


@pytest.mark.parametrize("name", ["design", "sweep", "card", "weights", "technology", "project"])
def test_a_file_to_begin_with_is_read_and_not_refused(tmp_path, name):
    path = tmp_path / f"f{READERS[name].suffix}"
    path.write_bytes(READERS[name].seeds(tmp_path)[0])
    assert answer(READERS[name], path) == ("read", "")
