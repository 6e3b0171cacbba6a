"""States that are carried: pieces are as one pass; recurrent weights that are dropped."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from textlstm import kernels, layers
from textlstm.errors import SettingsError

DIM = 5


def network(cell, units, **dropouts):
    keras.utils.set_random_seed(2)
    sizes = layers.state_sizes(cell, units)
    x = keras.Input((None, DIM))
    states = [keras.Input((size,)) for size in sizes]
    y, after = layers.carried(x, states, cell, units, seed=1, **dropouts)
    model = keras.Model([x, *states], [y, *after])
    for number, weight in enumerate(model.trainable_weights):
        random = np.random.default_rng(number).normal(scale=0.6, size=weight.shape)
        weight.assign(random.astype(np.float32))
    return model, sizes


def zeros(sizes, rows=2):
    return [tf.zeros((rows, size)) for size in sizes]


def text(time=9, rows=2):
    return tf.constant(np.random.default_rng(7).normal(size=(rows, time, DIM)), tf.float32)


CELLS = [("rnn", (4,)), ("lstm", (4, 3)), ("gru", (4, 3))]


@pytest.mark.parametrize(("cell", "units"), CELLS)
def test_pieces_are_as_one_pass(cell, units):
    model, sizes = network(cell, units)
    x = text()
    whole, *last = model([x, *zeros(sizes)])
    states, found = zeros(sizes), []
    for piece in (x[:, :1], x[:, 1:4], x[:, 4:]):
        y, *states = model([piece, *states])
        found.append(y)
    np.testing.assert_allclose(np.concatenate(found, axis=1), whole, atol=1e-6)
    for one, other in zip(states, last, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    assert [state.shape[-1] for state in last] == sizes


@pytest.mark.parametrize(("cell", "units"), CELLS)
def test_the_state_decides(cell, units):
    model, sizes = network(cell, units)
    one = np.asarray(model([text(), *zeros(sizes)])[0])
    other = np.asarray(model([text(), *(z + 1 for z in zeros(sizes))])[0])
    assert np.abs(one - other).max() > 1e-3


@pytest.mark.parametrize(("cell", "units"), CELLS)
def test_dropped_weights_are_one_draw_a_batch(cell, units):
    model, sizes = network(cell, units, weight_dropout=0.5)
    x = tf.repeat(text(rows=1), 3, axis=0)
    first = np.asarray(model([x, *zeros(sizes, 3)], training=True)[0])
    second = np.asarray(model([x, *zeros(sizes, 3)], training=True)[0])
    np.testing.assert_allclose(first[0], first[1], atol=1e-6)  # all rows alike
    assert np.abs(first - second).max() > 1e-3  # another draw
    np.testing.assert_allclose(first[:, 0], second[:, 0], atol=1e-6)  # no state yet
    plain, _ = network(cell, units)
    plain.set_weights(model.get_weights())
    np.testing.assert_allclose(
        model([x, *zeros(sizes, 3)])[0], plain([x, *zeros(sizes, 3)])[0], atol=1e-6
    )


def test_the_fused_kernel_computes_what_keras_does():
    if not kernels.kernel():
        pytest.skip("no kernel on this machine")
    found = []
    for off in (False, True):
        model, sizes = network("lstm", (4,), weight_dropout=0.5)
        x = text()
        with tf.GradientTape() as tape:
            tape.watch(x)
            if off:
                with kernels.off():
                    y, *_ = model([x, *zeros(sizes)], training=True)
            else:
                y, *_ = model([x, *zeros(sizes)], training=True)
            loss = tf.reduce_sum(y**2)
        weights = [weight.value for weight in model.trainable_weights]
        found.append([y, *tape.gradient(loss, [x, *weights])])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize(("cell", "units"), CELLS)
def test_dropped_weights_get_no_gradient_and_others_do(cell, units):
    model, sizes = network(cell, units, weight_dropout=0.5)
    with tf.GradientTape() as tape:
        y, *_ = model([text(), *zeros(sizes)], training=True)
        loss = tf.reduce_sum(y)
    kernel = next(w for w in model.trainable_weights if "recurrent_kernel" in w.path)
    gradient = np.asarray(tape.gradient(loss, kernel.value))
    share = (gradient == 0).mean()
    assert 0.2 < share < 0.8
    assert {w.path for w in model.weights} >= {kernel.path}


def test_wrong_values_are_refused():
    with pytest.raises(SettingsError, match="units=4: expected one number a layer"):
        layers.carried(keras.Input((None, DIM)), [], "rnn", 4)
    with pytest.raises(SettingsError, match="weight_dropout=1: expected a fraction"):
        layers.WeightDropLSTM(3, weight_dropout=1)
