"""Backward against finite differences of forward: for every weight, input and starting state."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_cases import KINDS, cases, some_cell

from textlstm.reference import (
    ACTIVATIONS,
    Layer,
    backward,
    draw,
    forward,
    read,
    read_back,
)

STEP = 1e-6


def slopes(loss, array):
    """Central differences of a loss by every number of an array, which is changed in place."""
    found = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        kept = array[place]
        array[place] = kept + STEP
        above = loss()
        array[place] = kept - STEP
        below = loss()
        array[place] = kept
        found[place] = (above - below) / (2 * STEP)
    return found


def same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@given(cases(), st.booleans())
@settings(max_examples=40)
def test_backward_is_the_slope_of_forward(case, reverse):
    cell, x, mask, rng = case
    start = tuple(rng.normal(size=part.shape) for part in cell.start(len(x)))
    reading = forward(cell, x, mask, start, reverse=reverse)
    seen = rng.normal(size=reading.outputs.shape)
    last = [rng.normal(size=part.shape) for part in reading.state]

    def loss():
        now = forward(cell, x, mask, start, reverse=reverse)
        ends = zip(last, now.state, strict=True)
        return (seen * now.outputs).sum() + sum((d * s).sum() for d, s in ends)

    found = backward(reading, seen, tuple(last))
    same(found.x, slopes(loss, x))
    for part, array in zip(found.state, start, strict=True):
        same(part, slopes(loss, array))
    for name, array in cell.weights._asdict().items():
        same(getattr(found.weights, name), slopes(loss, array))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_slope_is_the_slope_of_its_activation(name):
    f = ACTIVATIONS[name]
    a = np.array([-3.0, -0.4, 0.7, 2.0])
    same(f.slope(f(a)), (f(a + STEP) - f(a - STEP)) / (2 * STEP))
    assert np.isfinite(f(np.array([-1e4]))).all()


@pytest.mark.parametrize("kind", KINDS)
def test_relu_has_its_gradient_too(kind):
    rng = np.random.default_rng(4)
    cell = some_cell(kind, 3, 4, rng, 0.5, ACTIVATIONS["relu"])
    x = rng.normal(size=(2, 5, 3))
    found = backward(forward(cell, x), np.ones((2, 5, 4)))
    same(found.x, slopes(lambda: forward(cell, x).outputs.sum(), x))


@given(st.sampled_from(KINDS), st.integers(1, 3), st.booleans(), st.integers(0, 10**6))
@settings(max_examples=15)
def test_a_stack_passes_gradients_down(kind, depth, both, seed):
    rng = np.random.default_rng(seed)
    units, features, layers = 3, 2, []
    for _ in range(depth):
        ways = [some_cell(kind, features, units, rng, 0.7) for _ in range(1 + both)]
        layers.append(Layer(*ways))
        features = units * len(ways)
    x = rng.normal(size=(2, 4, 2))
    mask = np.array([[True] * 4, [True, True, False, False]])
    done = read(layers, x, mask)
    seen, last = rng.normal(size=done.outputs.shape), rng.normal(size=done.last.shape)

    def loss():
        now = read(layers, x, mask)
        return (seen * now.outputs).sum() + (last * now.last).sum()

    dx, gradients = read_back(done, seen, last)
    same(dx, slopes(loss, x))
    for layer, found in zip(layers, gradients, strict=True):
        for cell, gradient in zip((layer.cell, layer.backward), found, strict=False):
            for weight, array in zip(gradient.weights, cell.weights, strict=True):
                same(weight, slopes(loss, array))


def test_the_gradient_of_every_hidden_state_is_kept():
    """An RNN's goes from step to step by Uᵀ diag(1 - h²), all the way from the last."""
    rng = np.random.default_rng(0)
    cell = some_cell("rnn", 2, 3, rng, 0.5)
    reading = forward(cell, rng.normal(size=(1, 6, 2)))
    found = backward(reading, dstate=(np.ones((1, 3)),)).h
    expected = np.ones((1, 3))
    for t in range(5, -1, -1):
        np.testing.assert_allclose(found[:, t], expected, rtol=1e-12)
        expected = expected * (1 - reading.outputs[:, t] ** 2) @ cell.weights.U.T


@pytest.mark.parametrize("kind", KINDS)
def test_first_values_are_those_of_keras_in_law(kind):
    weights = draw(kind, 5, 8, np.random.default_rng(1))._asdict()
    names = [name for name in weights if name.startswith("U")]
    rows = np.concatenate([weights[name] for name in names], axis=1)
    np.testing.assert_allclose(rows @ rows.T, np.eye(8), atol=1e-12)
    for name, array in weights.items():
        if name.startswith("b"):
            assert (array == (1.0 if name == "b_f" else 0.0)).all()
        if name.startswith("W"):
            assert np.abs(array).max() <= np.sqrt(6 / (5 + len(names) * 8))
