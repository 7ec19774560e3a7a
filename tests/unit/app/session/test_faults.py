"""What is wrong with a layout is said with its place, the reason and what helps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.app.session.faults import faults
from pnn_studio.app.session.selection import LayerItem
from pnn_studio.app.session.technologies import Technologies
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.settings import Recipe
from pnn_studio.errors import PnnError
from tests.support.technologies import copy_surrogates, write_technology

TECHNOLOGIES = Technologies()


def only(recipe, classes=3):
    (fault,) = faults(recipe, classes, TECHNOLOGIES)
    return fault


def test_the_usual_settings_have_no_fault():
    assert faults(Recipe(), 3, TECHNOLOGIES) == ()


@pytest.mark.parametrize(
    ("hidden", "layer", "reason", "cure", "cured"),
    [
        ((), 1, "A network needs at least one hidden layer.", "Keep one of 3", (3,)),
        ((4, 0), 2, "Layer 2 has no neuron; it needs at least one.", "Set to 1", (4, 1)),
        (
            (300, 3), 1, "Layer 1 has 300 neurons; at most 256 are possible.", "Set to 256",
            (256, 3),
        ),
        (
            (3,) * 10, 8, "10 hidden layers; at most 8 are possible.", "Keep the first 8", (3,) * 8,
        ),
    ],
)  # fmt: skip
def test_what_no_circuit_can_have_is_cured_by_what_is_nearest(hidden, layer, reason, cure, cured):
    fault = only(Recipe(hidden=hidden))
    assert (fault.place, fault.reason, fault.blocks) == (LayerItem(layer), reason, True)
    assert (fault.cure.text, fault.cure.recipe.hidden) == (cure, cured)


def test_one_neuron_before_three_classes_is_worth_a_second_look_but_no_more():
    fault = only(Recipe(hidden=(4, 1)))
    assert fault.place == LayerItem(2)
    assert not fault.blocks
    assert (fault.cure.text, fault.cure.recipe.hidden) == ("Set to 3", (4, 3))
    assert faults(Recipe(hidden=(4, 1)), 2, TECHNOLOGIES) == ()
    assert faults(Recipe(hidden=(4, 1)), 0, TECHNOLOGIES) == ()


def test_too_many_designs_lose_seeds():
    fault = only(Recipe(alphas=201, seeds=100))
    assert fault.place == "family"
    assert fault.reason == "20100 designs; at most 20000 are trained at once."
    assert (fault.cure.text, fault.cure.recipe.seeds) == ("Set seeds to 99", 99)


@given(
    st.lists(st.integers(-1, 300), max_size=10).map(tuple),
    st.integers(1, 300),
    st.integers(1, 300),
)
def test_settings_are_refused_exactly_where_a_fault_blocks_and_cures_leave_none(
    hidden, alphas, seeds
):
    recipe = Recipe(hidden=hidden, alphas=alphas, seeds=seeds)
    try:
        recipe.check()
    except PnnError:
        refused = True
    else:
        refused = False
    found = faults(recipe, 3, TECHNOLOGIES)
    assert refused == any(fault.blocks for fault in found)
    for _ in range(30):
        if not found:
            break
        recipe = found[0].cure.recipe
        found = faults(recipe, 3, TECHNOLOGIES)
    assert found == ()
    Layout(4, recipe.hidden, 3)


def test_names_stay_with_the_layers_that_a_cure_keeps():
    recipe = Recipe(hidden=(3, 0), names=(("1", "first"), ("1.2", "last")))
    assert only(recipe).cure.recipe.names == recipe.names


# --- what it is printed with -------------------------------------------------------------------


def test_a_technology_that_is_gone_gives_way_to_the_one_that_ships(tmp_path):
    recipe = Recipe(print_process=PrintProcess(str(tmp_path / "gone.toml")))
    fault = only(recipe)
    assert fault.place == "technology"
    assert "cannot be read" in fault.reason
    assert (fault.cure.text, fault.cure.recipe) == ("Use nEGT, open 1.0", Recipe())


def test_a_technology_without_surrogates_says_that_it_needs_its_own(tmp_path):
    path = write_technology(tmp_path / "lab.toml")
    recipe = Recipe(print_process=PrintProcess(str(path)))
    fault = only(recipe)
    assert fault.place == "surrogates"
    assert fault.reason.startswith("No surrogates ship for nEGT, open 1.0; choose")
    folder = copy_surrogates(tmp_path / "fitted")
    assert (
        faults(replace(recipe, print_process=PrintProcess(str(path), str(folder))), 3, TECHNOLOGIES)
        == ()
    )
    # and they are not those of the technology that ships
    fault = only(Recipe(print_process=PrintProcess(surrogates=str(folder))))
    assert "made for the technology 'lab'" in fault.reason
    assert (fault.cure.text, fault.cure.recipe) == ("Use negt", Recipe())


def test_a_largest_resistor_beyond_what_prints_reliably_is_worth_a_second_look():
    fault = only(Recipe(print_process=PrintProcess(largest_r=1e8)))
    assert (fault.place, fault.blocks) == ("largest R", False)
    assert "100 MΩ lies above the 10.0 MΩ" in fault.reason
    assert (fault.cure.text, fault.cure.recipe) == ("Set to 10.0 MΩ", Recipe())


def test_a_largest_resistor_near_the_smallest_leaves_hardly_any_weights():
    fault = only(Recipe(print_process=PrintProcess(largest_r=5e4)))
    assert (fault.place, fault.blocks) == ("largest R", False)
    assert fault.reason == "Largest R of 50.0 kΩ leaves only weights of 1 to 5.0."
    assert faults(Recipe(print_process=PrintProcess(largest_r=1e6)), 3, TECHNOLOGIES) == ()


def test_a_largest_resistor_below_the_smallest_blocks():
    fault = only(Recipe(print_process=PrintProcess(largest_r=5e3)))
    assert (fault.place, fault.blocks) == ("largest R", True)
    assert fault.cure.recipe == Recipe()


def test_what_blocks_comes_first():
    found = faults(
        Recipe(hidden=(1,), alphas=201, seeds=100, print_process=PrintProcess(largest_r=1e8)),
        3,
        TECHNOLOGIES,
    )
    assert [fault.blocks for fault in found] == [True, False, False]
