"""A text read in pieces, two directions, masks: what does not depend on Keras."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_cases import KINDS, cases, some_cell

from textlstm.reference import Layer, backward, forward, read


@given(cases(), st.integers(0, 5))
@settings(max_examples=30)
def test_pieces_with_their_state_carried_on_are_the_whole(case, cut):
    cell, x, mask, rng = case
    mask = np.ones(x.shape[:2], bool) if mask is None else mask
    cut = min(max(cut, 1), x.shape[1] - 1)
    if x.shape[1] == 1:
        return
    whole = forward(cell, x, mask)
    first = forward(cell, x[:, :cut], mask[:, :cut])
    second = forward(cell, x[:, cut:], mask[:, cut:], first.state)
    joined = np.concatenate([first.outputs, second.outputs], axis=1)
    np.testing.assert_array_equal(joined, whole.outputs)
    for part, expected in zip(second.state, whole.state, strict=True):
        np.testing.assert_array_equal(part, expected)
    # and back again: the gradient of the second piece's start goes on into the first
    seen = rng.normal(size=whole.outputs.shape)
    all_at_once = backward(whole, seen)
    later = backward(second, seen[:, cut:])
    earlier = backward(first, seen[:, :cut], later.state)
    np.testing.assert_allclose(np.concatenate([earlier.x, later.x], 1), all_at_once.x, atol=1e-12)
    sums = zip(earlier.weights, later.weights, all_at_once.weights, strict=True)
    for a, b, expected in sums:
        np.testing.assert_allclose(a + b, expected, atol=1e-10)


@given(cases())
@settings(max_examples=20)
def test_what_the_mask_leaves_out_changes_nothing(case):
    cell, x, mask, rng = case
    if mask is None:
        return
    other = np.where(mask[..., None], x, rng.normal(size=x.shape))
    for reverse in (False, True):
        a, b = (forward(cell, each, mask, reverse=reverse) for each in (x, other))
        np.testing.assert_array_equal(a.outputs, b.outputs)
        assert not a.outputs[~mask].any()
        for one, two in zip(a.state, b.state, strict=True):
            np.testing.assert_array_equal(one, two)
        assert not backward(a, np.ones_like(a.outputs)).x[~mask].any()


@pytest.mark.parametrize("kind", KINDS)
def test_reading_from_the_end_is_reading_the_mirror(kind):
    rng = np.random.default_rng(3)
    cell, x = some_cell(kind, 2, 3, rng), rng.normal(size=(2, 5, 2))
    ahead, back = forward(cell, x[:, ::-1]), forward(cell, x, reverse=True)
    np.testing.assert_array_equal(back.outputs, ahead.outputs[:, ::-1])
    np.testing.assert_array_equal(back.values("h"), back.outputs)
    np.testing.assert_array_equal(back.state[0], back.outputs[:, 0])


def test_an_lstm_whose_gates_are_open_is_a_conveyor_belt():
    """f = 1 and i = 0: c_t = c_{t-1} over any number of steps, and so is its gradient."""
    cell = some_cell("lstm", 1, 2, np.random.default_rng(0), 0.0)
    cell.weights.b_f[:], cell.weights.b_i[:] = 100, -100
    start = np.zeros((1, 2)), np.array([[0.5, -2.0]])
    reading = forward(cell, np.ones((1, 200, 1)), state=start)
    np.testing.assert_array_equal(reading.state[1], start[1])
    gradient = backward(reading, dstate=(np.zeros((1, 2)), np.ones((1, 2))))
    np.testing.assert_array_equal(gradient.state[1], np.ones((1, 2)))


def test_states_go_with_one_direction_only():
    cell = some_cell("gru", 2, 3, np.random.default_rng(0))
    states = [(np.zeros((1, 3)),)]
    with pytest.raises(ValueError, match="^states are carried on in one direction only$"):
        read([Layer(cell, cell)], np.zeros((1, 4, 2)), states=states)


def test_a_stack_carries_the_states_of_all_its_layers():
    rng = np.random.default_rng(5)
    layers = [Layer(some_cell("lstm", 2, 3, rng)), Layer(some_cell("gru", 3, 4, rng))]
    x = rng.normal(size=(2, 6, 2))
    first = read(layers, x[:, :4])
    second = read(layers, x[:, 4:], states=first.states)
    whole = read(layers, x)
    np.testing.assert_array_equal(second.outputs, whole.outputs[:, 4:])
    np.testing.assert_array_equal(second.last, whole.outputs[:, -1])
