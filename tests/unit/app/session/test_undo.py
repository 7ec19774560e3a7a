"""Every edit is one step of undo, a drag is one, and at least 200 are kept."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.app.session.undo import UNDO_STEPS, Steps
from pnn_studio.domain.settings import Recipe, Settings


def numbered(number):
    return Settings(Recipe(max_epochs=number + 1))


def test_a_drag_is_one_step_until_it_ends():
    steps = Steps()
    for number in range(5):
        steps.take(numbered(number), "alpha")
    steps.end()
    steps.take(numbered(9), "alpha")
    assert steps.all == (Settings(), numbered(4), numbered(9))


def test_as_many_steps_as_promised_can_be_taken_back():
    steps = Steps()
    for number in range(UNDO_STEPS + 50):
        steps.take(numbered(number), None)
    assert steps.back == UNDO_STEPS >= 200
    while steps.back:
        steps.undo()
    assert steps.now == numbered(49)


@given(st.lists(st.sampled_from(["take", "drag", "undo", "redo", "close", "replace"])))
def test_steps_behave_like_two_stacks(actions):
    steps, past, now, future, open_step = Steps(), [], Settings(), [], None
    for number, action in enumerate(actions):
        new = numbered(number)
        match action:
            case "take" | "drag":
                name = "drag" if action == "drag" else None
                if name is None or name != open_step:
                    past.append(now)
                now, future, open_step = new, [], name
                steps.take(new, name)
            case "undo" if past:
                future.append(now)
                now, open_step = past.pop(), None
                steps.undo()
            case "redo" if future:
                past.append(now)
                now, open_step = future.pop(), None
                steps.redo()
            case "undo":
                steps.undo()  # there is none
            case "redo":
                steps.redo()
            case "close":
                open_step = None
                steps.end()
            case "replace":
                now = steps.now = now.taking(replace(now.shown, run=number))
        assert steps.all == (*past, now, *reversed(future))
        assert (steps.back, steps.ahead) == (len(past), len(future))
    again = Steps(steps.all, steps.back)
    assert (again.all, again.back, again.now) == (steps.all, steps.back, steps.now)
