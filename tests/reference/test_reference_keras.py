"""The reference against Keras' own layers: outputs to 1e-5, gradients to 1e-4 of their size."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_cases import CELLS, KINDS, cases

from textlstm.reference import (
    ACTIVATIONS,
    Layer,
    backward,
    forward,
    from_keras,
    gradients_as_in_keras,
    read,
    read_back,
)

STOCK = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def stock(kind, units, rng, features, **given):
    """Keras' layer with normal weights, and the reference's cell of the same weights."""
    layer = STOCK[kind](units, return_sequences=True, zero_output_for_mask=True, **given)
    layer.build((None, None, features))
    values = [rng.normal(scale=0.7, size=w.shape).astype("float32") for w in layer.weights]
    layer.set_weights(values)
    activation = ACTIVATIONS[given.get("activation", "tanh")]
    wide = [value.astype("float64") for value in values]
    return layer, CELLS[kind](from_keras(kind, wide), activation)


def of_keras(layer, x, mask, seen):
    """Outputs of a layer and the gradients of sum(seen * outputs) by x and the weights."""
    x = tf.constant(x, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = layer(x, mask=None if mask is None else tf.constant(mask))
        loss = tf.reduce_sum(outputs * tf.constant(seen, tf.float32))
    gradients = tape.gradient(loss, [x, *layer.trainable_variables])
    return outputs.numpy(), [np.asarray(gradient) for gradient in gradients]


def close(found, expected):
    """To 1e-4 of the largest number of the gradient."""
    assert np.abs(found - expected).max() <= 1e-4 * max(np.abs(expected).max(), 1e-2)


@given(cases(), st.sampled_from(["tanh", "relu"]))
@settings(max_examples=24)
def test_outputs_and_gradients(case, activation):
    cell, x, mask, rng = case
    kind = {v: k for k, v in CELLS.items()}[type(cell)]
    units = cell.start(1)[0].shape[1]
    layer, own = stock(kind, units, rng, x.shape[2], activation=activation)
    seen = rng.normal(size=(*x.shape[:2], units))
    outputs, (dx, *weights) = of_keras(layer, x, mask, seen)
    reading = forward(own, x.astype("float32").astype("float64"), mask)
    np.testing.assert_allclose(reading.outputs, outputs, rtol=1e-5, atol=1e-5)
    found = backward(reading, seen)
    close(found.x, dx)
    for one, expected in zip(gradients_as_in_keras(found.weights), weights, strict=True):
        assert one.shape == expected.shape
        close(one, expected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("both", [False, True])
def test_stacked_in_one_direction_or_two(kind, both):
    rng = np.random.default_rng(11)
    x = rng.normal(size=(3, 6, 4)).astype("float32")
    mask = np.arange(6) < np.array([[6], [3], [0]])
    network, layers, features = [], [], 4
    for units in (3, 5):
        pairs = [stock(kind, units, rng, features) for _ in range(1 + both)]
        layers.append(Layer(*(own for _, own in pairs)))
        if both:
            layer = keras.layers.Bidirectional(
                STOCK[kind](units, return_sequences=True, zero_output_for_mask=True)
            )
            layer.build((None, None, features))
            layer.set_weights([w for one, _ in pairs for w in one.get_weights()])
        else:
            layer = pairs[0][0]
        network.append(layer)
        features = units * len(pairs)
    seen = rng.normal(size=(3, 6, features))
    with tf.GradientTape() as tape:
        y = start = tf.constant(x)
        tape.watch(start)
        for layer in network:
            y = layer(y, mask=tf.constant(mask))
        loss = tf.reduce_sum(y * tf.constant(seen, tf.float32))
    done = read(layers, x.astype("float64"), mask)
    np.testing.assert_allclose(done.outputs, y.numpy(), rtol=1e-5, atol=1e-5)
    dx, gradients = read_back(done, seen)
    expected, *weights = tape.gradient(
        loss, [start, *(w for layer in network for w in layer.trainable_variables)]
    )
    close(dx, expected.numpy())
    own = [g for layer in gradients for way in layer for g in gradients_as_in_keras(way.weights)]
    assert len(own) == len(weights)
    for one, other in zip(own, weights, strict=True):
        close(one, np.asarray(other))


@pytest.mark.parametrize("kind", KINDS)
def test_stateful(kind):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(2, 9, 3)).astype("float32")
    layer, own = stock(kind, 4, rng, 3)
    kept = STOCK[kind](4, return_sequences=True, stateful=True)
    kept.build((2, None, 3))
    kept.set_weights(layer.get_weights())
    state = None
    for piece in np.split(x, 3, axis=1):
        done = read([Layer(own)], piece.astype("float64"), states=state)
        state = done.states
        np.testing.assert_allclose(done.outputs, kept(piece), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_without_bias_has_zeros(kind):
    rng = np.random.default_rng(6)
    layer, own = stock(kind, 3, rng, 2, use_bias=False)
    x = rng.normal(size=(2, 4, 2)).astype("float32")
    outputs = forward(own, x.astype("float64")).outputs
    np.testing.assert_allclose(outputs, layer(x), rtol=1e-5, atol=1e-5)


def test_weights_of_another_layer_are_refused():
    weights = STOCK["gru"](3)
    weights.build((None, None, 2))
    with pytest.raises(ValueError, match=r"^lstm: kernel \(2, 9\), recurrent kernel \(3, 9\)"):
        from_keras("lstm", weights.get_weights())
