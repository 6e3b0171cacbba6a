"""Recurrent stacks against the equations, one step after the other in NumPy."""

import keras
import numpy as np
import pytest

from textlstm import layers
from textlstm.errors import SettingsError

RNG = np.random.default_rng(4)
X = RNG.normal(size=(3, 6, 5)).astype("float32")
LENGTHS = [6, 2, 1]
MASK = np.arange(6)[None] < np.array(LENGTHS)[:, None]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def rnn_step(x, state, w, u, b, act):
    h = act(x @ w + state[0] @ u + b)
    return h, (h,)


def lstm_step(x, state, w, u, b, act):
    h, c = state
    i, f, g, o = np.split(x @ w + h @ u + b, 4)
    c = sigmoid(f) * c + sigmoid(i) * act(g)
    h = sigmoid(o) * act(c)
    return h, (h, c)


def gru_step(x, state, w, u, b, act):
    (h,) = state
    (wz, wr, wn), (uz, ur, un) = np.split(w, 3, axis=1), np.split(u, 3, axis=1)
    (bz, br, bn), (cz, cr, cn) = np.split(b[0], 3), np.split(b[1], 3)
    z = sigmoid(x @ wz + h @ uz + bz + cz)
    r = sigmoid(x @ wr + h @ ur + br + cr)
    n = act(x @ wn + r * (h @ un + cn) + bn)
    h = z * h + (1 - z) * n
    return h, (h,)


STEPS = {"rnn": rnn_step, "lstm": lstm_step, "gru": gru_step}


def by_hand(cell, weights, text, units, act):
    """Outputs (time, units) of one text without padding."""
    state = tuple(np.zeros(units) for _ in range(2 if cell == "lstm" else 1))
    found = []
    for x in text:
        h, state = STEPS[cell](x, state, *weights, act)
        found.append(h)
    return np.array(found)


def build(**settings):
    keras.utils.set_random_seed(1)
    x, mask = keras.Input((None, 5)), keras.Input((None,), dtype="bool")
    model = keras.Model([x, mask], layers.recurrent(x, mask=mask, **settings))
    for variable in model.weights:
        variable.assign(RNG.normal(size=variable.shape))
    return model


@pytest.mark.parametrize("cell", STEPS)
@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_stack_is_the_equations(cell, activation, bidirectional):
    model = build(cell=cell, units=(4, 3), bidirectional=bidirectional, activation=activation)
    act = np.tanh if activation == "tanh" else lambda x: np.maximum(x, 0)
    weights = [np.array(w, "float64") for w in model.get_weights()]
    found = model.predict_on_batch([X, MASK])
    assert found.shape == (3, 6, 6 if bidirectional else 3)
    for row, length in enumerate(LENGTHS):
        out = X[row, :length].astype("float64")
        per_layer = 6 if bidirectional else 3
        for k, units in enumerate((4, 3)):
            w = weights[k * per_layer : (k + 1) * per_layer]
            ways = [by_hand(cell, w[:3], out, units, act)]
            if bidirectional:
                ways.append(by_hand(cell, w[3:], out[::-1], units, act)[::-1])
            out = np.concatenate(ways, axis=1)
        np.testing.assert_allclose(found[row, :length], out, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_without_sequences_the_state_after_the_last_word(bidirectional):
    model = build(cell="gru", units=(4, 3), bidirectional=bidirectional, return_sequences=False)
    whole = build(cell="gru", units=(4, 3), bidirectional=bidirectional)
    whole.set_weights(model.get_weights())
    found, steps = (m.predict_on_batch([X, MASK]) for m in (model, whole))
    for row, length in enumerate(LENGTHS):
        expected = steps[row, length - 1]
        if bidirectional:
            expected = np.concatenate([expected[:3], steps[row, 0, 3:]])
        np.testing.assert_allclose(found[row], expected, atol=1e-6)


def test_the_mask_of_the_embedding_is_used():
    tokens = keras.Input((None,), dtype="int32")
    model = keras.Model(tokens, layers.recurrent(layers.embedding(tokens, 9, 4), "lstm", (3,)))
    short = model.predict_on_batch(np.array([[4, 7, 2]]))
    long = model.predict_on_batch(np.array([[4, 7, 2, 0, 0]]))
    np.testing.assert_allclose(long[:, :3], short, atol=1e-6)


def test_weights_have_clear_names():
    names = [w.path for w in build(cell="lstm", units=(4,), bidirectional=True).weights]
    assert names == [
        f"recurrent_1/{way}_lstm/lstm_cell/{part}"
        for way in ("forward", "backward")
        for part in ("kernel", "recurrent_kernel", "bias")
    ]
    names = [w.path for w in build(cell="gru", units=(4, 3), bidirectional=False).weights]
    assert names == [
        f"recurrent_{k}/gru_cell/{part}"
        for k in (1, 2)
        for part in ("kernel", "recurrent_kernel", "bias")
    ]


def drawn(cell, seed):
    """What a layer of one unit a direction makes of 400 ones, some of them dropped."""
    x = keras.Input((1, 400))
    model = keras.Model(x, layers.recurrent(x, cell, (1,), dropout=0.5, seed=seed))
    for variable in model.weights:
        kernel = variable.shape[0] == 400
        ramp = np.linspace(0, 2e-3, 400)[:, None] if kernel else 0.0
        variable.assign(np.broadcast_to(ramp, variable.shape))
    return np.array(model(np.ones((1, 1, 400), "float32"), training=True))[0, 0].tolist()


@pytest.mark.parametrize("cell", STEPS)
def test_the_seed_decides_what_is_dropped_and_each_direction_has_its_own(cell):
    found = []
    for seed in (0, 0, 1):
        keras.utils.set_random_seed(len(found))  # Keras' own must have no part in it
        found.append(drawn(cell, seed))
    assert found[0] == found[1]
    assert len({*found[0], *found[2]}) == 4


def test_without_a_seed_the_global_one_decides():
    found = []
    for seed in (0, 0, 1):
        keras.utils.set_random_seed(seed)
        found.append(drawn("lstm", None))
    assert found[0] == found[1] != found[2]
    assert found[0][0] != found[0][1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dropout": 50}, "dropout=50: expected a fraction, 0 <= dropout < 1"),
        ({"dropout": 1.0}, "dropout=1.0: expected a fraction, 0 <= dropout < 1"),
        (
            {"recurrent_dropout": -0.1},
            "recurrent_dropout=-0.1: expected a fraction, 0 <= recurrent_dropout < 1",
        ),
        ({"dropout": True}, "dropout=True: expected a fraction, 0 <= dropout < 1"),
        ({"cell": "lsmt"}, "cell='lsmt': expected one of rnn, lstm, gru. Did you mean 'lstm'?"),
        ({"units": 128}, "units=128: expected one number a layer, such as (128,)"),
        ({"units": ()}, "units=(): expected one number a layer, such as (128,)"),
        ({"units": (8, 0)}, "units=0: expected a whole number of at least 1"),
        ({"units": (8.0,)}, "units=8.0: expected a whole number of at least 1"),
        ({"activation": "elu"}, "activation='elu': expected one of tanh, relu. "
                                "Did you mean 'relu'?"),
    ],
)  # fmt: skip
def test_refused(settings, message):
    with pytest.raises(SettingsError) as refusal:
        layers.recurrent(keras.Input((None, 4)), **settings)
    assert str(refusal.value) == message
