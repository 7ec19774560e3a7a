"""Edits of the layout: what is named keeps its name, whatever moves around it."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.app.analysis.sample_order import answers
from pnn_studio.app.session.layout_edits import (
    hidden_layers,
    insert_layers,
    move_layer,
    move_neuron,
    remove_layers,
    remove_neurons,
    rename,
    resize_layer,
    with_layers,
)
from pnn_studio.app.session.session import Session
from pnn_studio.domain.settings import Recipe
from tests.support.runs import sample_dataset, sample_family, start_run

NAMED = rename(rename(Recipe(hidden=(3, 4)), 0, None, "first"), 1, 2, "petal")


def test_a_name_moves_with_its_layer_and_its_neuron():
    swapped = move_layer(NAMED, 0, 1)
    assert swapped.hidden == (4, 3)
    assert dict(swapped.names) == {"2": "first", "1.2": "petal"}
    assert dict(insert_layers(NAMED, 0).names) == {"2": "first", "3.2": "petal"}
    assert dict(remove_layers(NAMED, [0]).names) == {"1.2": "petal"}
    assert dict(remove_neurons(NAMED, [(1, 0)]).names) == {"1": "first", "2.1": "petal"}


def test_a_neuron_without_a_name_that_is_moved_takes_its_number_along():
    moved = move_neuron(Recipe(hidden=(3,)), 0, 2, 0)
    assert hidden_layers(moved)[0].neurons == ("h1.2", "h1.0", "h1.1")
    assert move_neuron(moved, 0, 0, 2) == Recipe(hidden=(3,))


def test_a_layer_that_shrinks_loses_the_names_of_what_is_gone():
    assert dict(resize_layer(NAMED, 1, 2).names) == {"1": "first"}
    assert resize_layer(NAMED, 1, 6).hidden == (3, 6)


def test_control_characters_do_not_get_into_names_and_names_have_an_end():
    named = rename(NAMED, 0, None, " a\n\x1bb" + 100 * "x")
    assert dict(named.names)["1"] == "ab" + 22 * "x"
    assert "1" not in dict(rename(named, 0, None, "  ").names)


layers = st.lists(st.lists(st.sampled_from(["", "a", "b"]), min_size=1, max_size=4), min_size=1)


@given(layers, st.data())
def test_what_was_moved_and_moved_back_is_as_before(sizes, data):
    recipe = Recipe(hidden=tuple(len(each) for each in sizes))
    for layer, neurons in enumerate(sizes):
        for index, name in enumerate(neurons):
            recipe = rename(recipe, layer, index, name)
    a = data.draw(st.integers(0, len(sizes) - 1))
    b = data.draw(st.integers(0, len(sizes) - 1))
    assert move_layer(move_layer(recipe, a, b), b, a) == recipe
    assert with_layers(recipe, hidden_layers(recipe)) == recipe


def test_wrong_answers_come_first_and_every_sample_once():
    session = Session()
    dataset = replace(sample_dataset(), classes=np.arange(30) // 3 % 3)
    session.choose_data(dataset)
    session.edit(replace(session.recipe, alphas=1, seeds=1))
    start_run(session, session.plan())
    session.take_family(sample_family(session.plan()))
    told = answers(dataset, session.evaluation(session.design))
    wrong = told.truth != told.answer
    assert 0 < told.wrong < len(wrong)
    assert wrong[told.order[: told.wrong]].all()
    assert sorted(told.order) == list(range(len(wrong)))
    assert told.next_to(int(told.order[-1]), 1) == told.order[0]
    assert np.all(np.diff(told.order[: told.wrong]) > 0)
