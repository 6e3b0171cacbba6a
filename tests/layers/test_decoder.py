"""The attention decoder against its equations in NumPy, and what it may not look at."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from textlstm import layers
from textlstm.errors import SettingsError

BATCH, TIME, SOURCE, DIM, FEATURES = 3, 5, 7, 4, 6
LENGTHS = (7, 4, 1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def inputs(seed=0):
    rng = np.random.default_rng(seed)
    words = np.arange(SOURCE) < np.array(LENGTHS)[:, None]
    return [
        rng.normal(size=(BATCH, TIME, DIM)).astype("float32"),
        rng.normal(size=(BATCH, SOURCE, FEATURES)).astype("float32"),
        rng.normal(size=(BATCH, 3)).astype("float32"),
        words,
    ]


def made(**options):
    keras.utils.set_random_seed(5)
    layer = layers.AttentionDecoder(**{"units": (4, 3), "readout": 5, **options})
    layer(inputs())
    for weight in layer.trainable_weights:  # zero biases would hide mistakes
        weight.assign(keras.random.normal(weight.shape, stddev=0.6))
    return layer


def call(layer, given, **options):
    return np.asarray(layer([tf.constant(part) for part in given], **options))


def by_hand(layer, target, memory, summary):
    """One text, step by step, all of the source being words; LSTM in Keras' order i f c o."""
    w = {v.path.split("/", 1)[1]: np.asarray(v) for v in layer.weights if "seed" not in v.path}
    made = np.tanh(summary @ w["bridge/kernel"] + w["bridge/bias"])
    ends = np.cumsum(layer.state_sizes)
    states = np.split(made, ends[:-1])
    keys = memory @ w["keys/kernel"] if "keys/kernel" in w else None
    fed = np.zeros(layer.readout)
    outputs = []
    for vector in target:
        x = np.concatenate([vector, fed]) if layer.input_feeding else vector
        for k in range(len(layer.units)):
            h, c = states[2 * k], states[2 * k + 1]
            cell = f"lstm_{k + 1}/lstm_cell"
            z = x @ w[f"{cell}/kernel"] + h @ w[f"{cell}/recurrent_kernel"] + w[f"{cell}/bias"]
            i, f, g, o = np.split(z, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            states[2 * k], states[2 * k + 1] = h, c
            if k == 0 and keys is not None:
                if layer.attention == "multiplicative":
                    scores = keys @ h
                else:
                    query = h @ w["query/kernel"] + w["query/bias"]
                    scores = np.tanh(query + keys) @ w["context"]
                context = softmax(scores) @ memory
            x = h if keys is None else np.concatenate([h, context])
        fed = np.tanh(x @ w["readout/kernel"] + w["readout/bias"])
        outputs.append(fed)
    return np.stack(outputs)


@pytest.mark.parametrize("feeding", [False, True])
@pytest.mark.parametrize("attention", ["multiplicative", "additive", "none"])
def test_it_is_its_equations(attention, feeding):
    layer = made(attention=attention, input_feeding=feeding)
    given = inputs(1)
    found = call(layer, given)
    assert found.shape == (BATCH, TIME, 5)
    for row, length in enumerate(LENGTHS):
        target, memory, summary, _ = (part[row] for part in given)
        expected = by_hand(layer, target, memory[:length], summary)
        np.testing.assert_allclose(found[row], expected, atol=2e-6)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("feeding", [False, True])
def test_a_step_sees_no_later_target_and_no_padding(cell, feeding):
    layer = made(cell=cell, input_feeding=feeding)
    given = inputs(2)
    found = call(layer, given)
    later = [part.copy() for part in given]
    later[0][:, 3:] = 9.0
    np.testing.assert_allclose(call(layer, later)[:, :3], found[:, :3], atol=1e-6)
    assert np.abs(call(layer, later)[:, 3:] - found[:, 3:]).max() > 1e-3
    beyond = [part.copy() for part in given]
    beyond[1][~beyond[3]] = 1e4
    np.testing.assert_allclose(call(layer, beyond), found, atol=1e-6)


@pytest.mark.parametrize("feeding", [False, True])
@pytest.mark.parametrize("attention", ["multiplicative", "additive", "none"])
def test_every_weight_gets_a_gradient(attention, feeding):
    layer = made(attention=attention, input_feeding=feeding, dropout=0.2, seed=3)
    with tf.GradientTape() as tape:
        found = layer([tf.constant(part) for part in inputs()], training=True)
        loss = tf.reduce_sum(found**2)
    for weight, gradient in zip(
        layer.trainable_weights, tape.gradient(loss, layer.trainable_weights), strict=True
    ):
        assert gradient is not None, weight.path
        assert np.abs(gradient).max() > 0, weight.path


def test_dropout_is_the_same_at_every_step_and_only_in_training():
    layer = made(units=(4,), attention="none", dropout=0.5, seed=3)
    given = inputs()
    np.testing.assert_array_equal(call(layer, given), call(layer, given))
    found = call(layer, given, training=True)
    dropped = found == 0
    assert 0 < dropped.mean() < 1
    assert (dropped == dropped[:, :1]).all()
    assert np.abs(call(layer, given, training=True) - found).max() > 0  # drawn again


def test_a_text_does_not_depend_on_those_beside_it():
    layer = made()
    given = inputs(4)
    found = call(layer, given)
    for row, length in enumerate(LENGTHS):
        alone = [part[row : row + 1] for part in given]
        alone[1], alone[3] = alone[1][:, :length], alone[3][:, :length]
        np.testing.assert_allclose(call(layer, alone)[0], found[row], atol=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attention": "dot"}, "attention='dot': expected one of multiplicative, additive, none"),
        ({"units": ()}, r"units=\(\): expected one number a layer, such as \(256,\)"),
        ({"units": 5}, "units=5: expected one number a layer"),
        ({"dropout": 1.0}, "dropout=1.0: expected a fraction"),
        ({"readout": 0}, "readout=0: expected a whole number of at least 1"),
        ({"cell": "gur"}, "Did you mean 'gru'"),
    ],
)
def test_refusals(options, message):
    with pytest.raises(SettingsError, match=message):
        layers.AttentionDecoder(**options)
