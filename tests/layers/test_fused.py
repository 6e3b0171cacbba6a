"""The fused layers against Keras' own: same names, weights, answers, states and dropouts."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.trainers.trainer import model_supports_jit

from textlstm import kernels, layers
from textlstm.kernels import operators

KINDS = {"lstm": (layers.LSTM, keras.layers.LSTM), "gru": (layers.GRU, keras.layers.GRU)}
RNG = np.random.default_rng(8)
X = RNG.normal(size=(4, 7, 5)).astype("float32")
RIGHT = np.arange(7) < np.array([[7], [2], [0], [5]])
ANY = RNG.random((4, 7)) < 0.5
needs_kernel = pytest.mark.skipif(not kernels.kernel(), reason=kernels.kernel().why)


@pytest.fixture
def calls(monkeypatch):
    """How many directions each call of the fused operator had."""
    made, compute = [], operators.recurrence

    def counted(inputs, *args, **kwargs):
        made.append(len(inputs))
        return compute(inputs, *args, **kwargs)

    monkeypatch.setattr(operators, "recurrence", counted)
    return made


def pair(cell, both=False, **settings):
    """A fused layer and Keras', with the same weights."""
    ours, stock = (kind(6, **settings) for kind in KINDS[cell])
    if both:
        ours, stock = layers.Bidirectional(ours), keras.layers.Bidirectional(stock)
    for layer in (ours, stock):
        layer.build(X.shape)
    assert [w.shape for w in ours.weights] == [w.shape for w in stock.weights]
    for variable, other in zip(ours.weights, stock.weights, strict=True):
        if variable.trainable:
            value = RNG.normal(size=variable.shape, scale=0.6)
            variable.assign(value)
            other.assign(value)
    return ours, stock


def same(found, expected):
    found, expected = keras.tree.flatten(found), keras.tree.flatten(expected)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=3e-6)


@needs_kernel
@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("mask", [None, RIGHT, ANY], ids=["no-mask", "right", "any"])
@pytest.mark.parametrize(
    "settings",
    [{}, {"return_sequences": True}, {"return_state": True},
     {"return_sequences": True, "return_state": True}, {"go_backwards": True},
     {"return_sequences": True, "go_backwards": True}],
    ids=lambda s: "-".join(s) or "last",
)  # fmt: skip
def test_the_answers_are_those_of_keras(calls, cell, both, mask, settings):
    if both and "go_backwards" in settings:
        return
    settings = dict(settings)
    if settings.get("return_sequences"):
        settings["zero_output_for_mask"] = True
    ours, stock = pair(cell, both, **settings)
    expected = stock(X, mask=mask)
    same(ours(X, mask=mask), expected)
    assert calls == [2 if both else 1]
    with kernels.off():
        same(ours(X, mask=mask), expected)
    assert len(calls) == 1


@needs_kernel
@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("both", [False, True])
def test_an_initial_state(calls, cell, both):
    ours, stock = pair(cell, both, return_sequences=True, return_state=True)
    states = (4 if cell == "lstm" else 2) // (1 if both else 2)
    state = [RNG.normal(size=(4, 6)).astype("float32") for _ in range(states)]
    same(ours(X, initial_state=state), stock(X, initial_state=state))
    assert calls == [1 + both]


@needs_kernel
@pytest.mark.parametrize("cell", KINDS)
def test_a_stateful_layer_goes_on(calls, cell):
    ours, stock = pair(cell, return_sequences=True, stateful=True)
    for _ in range(2):
        same(ours(X), stock(X))
    assert calls == [1, 1]


@needs_kernel
@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("both", [False, True])
def test_the_same_input_dropout_as_keras(calls, cell, both):
    ours, stock = pair(cell, both, dropout=0.4, seed=11, return_sequences=True)
    first, second = ours(X, training=True), ours(X, training=True)
    same([first, second], [stock(X, training=True), stock(X, training=True)])
    assert np.abs(first - second).max() > 1e-3
    same(ours(X), stock(X))  # which moves the random state, in Keras as here
    same(ours(X, training=True), stock(X, training=True))
    assert calls == [1 + both] * 4


FALLBACKS = {
    "activation": {"activation": "relu"},
    "gates": {"recurrent_activation": "hard_sigmoid"},
    "no bias": {"use_bias": False},
    "unrolled": {"unroll": True},
    "half": {"dtype": "mixed_bfloat16"},
}


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("name", FALLBACKS)
def test_what_the_kernel_does_not_have_is_left_to_keras(calls, cell, both, name):
    ours, stock = pair(cell, both, return_sequences=True, **FALLBACKS[name])
    np.testing.assert_array_equal(
        *(np.asarray(keras.ops.cast(layer(X, training=True), "float32")) for layer in (ours, stock))
    )
    assert calls == []


def test_more_that_is_left_to_keras(calls, monkeypatch):
    ours, stock = pair("gru", reset_after=False)
    same(ours(X), stock(X))
    ours, stock = pair("lstm", return_sequences=True, zero_output_for_mask=False)
    same(ours(X, mask=RIGHT), stock(X, mask=RIGHT))
    assert calls == []
    monkeypatch.setattr("textlstm.layers.fused._has_gpu", lambda: True)
    ours, stock = pair("lstm", True)
    same(ours(X), stock(X))
    assert calls == []


@needs_kernel
@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("both", [False, True])
def test_recurrent_dropout_is_kerass_own_and_only_in_training(calls, cell, both):
    ours, stock = pair(cell, both, recurrent_dropout=0.4, dropout=0.3, seed=4)
    same(ours(X, training=True), stock(X, training=True))
    assert calls == []
    same(ours(X), stock(X))
    assert calls == [1 + both]


@needs_kernel
def test_two_ways_that_do_not_fit_together_run_one_by_one(calls):
    ours = layers.Bidirectional(layers.LSTM(6), merge_mode="sum")
    stock = keras.layers.Bidirectional(keras.layers.LSTM(6), merge_mode="sum")
    for layer in (ours, stock):
        layer.build(X.shape)
    stock.set_weights(ours.get_weights())
    same(ours(X), stock(X))
    assert calls == [1, 1]


def test_a_layer_of_another_kind_in_both_ways(calls):
    ours, stock = (
        wrapper(keras.layers.RNN(keras.layers.LSTMCell(3)))
        for wrapper in (layers.Bidirectional, keras.layers.Bidirectional)
    )
    for layer in (ours, stock):
        layer.build(X.shape)
    stock.set_weights(ours.get_weights())
    same(ours(X), stock(X))
    assert calls == []


@pytest.mark.parametrize("cell", KINDS)
def test_names_weights_and_config_are_those_of_keras(cell):
    ours, stock = KINDS[cell]
    for settings in ({}, {"return_sequences": True, "dropout": 0.5}):
        mine, other = (kind(3, name="x", **settings).get_config() for kind in (ours, stock))
        assert mine.pop("zero_output_for_mask") is bool(settings)
        assert other.pop("zero_output_for_mask") is False
        assert mine == other
    both = [
        wrapper(kind(3, name=cell), name="y")
        for wrapper, kind in zip((layers.Bidirectional, keras.layers.Bidirectional), KINDS[cell],
                                 strict=True)
    ]  # fmt: skip
    for layer in both:
        layer.build((None, None, 4))
    assert [w.path for w in both[0].weights] == [w.path for w in both[1].weights]
    assert both[0].weights[0].path == f"y/forward_{cell}/{cell}_cell/kernel"


def small(cell="lstm"):
    x = keras.Input((None, 5))
    y = layers.recurrent(x, cell, (6,), return_sequences=False)
    return keras.Model(x, keras.layers.Dense(1)(y))


def test_xla_is_not_chosen():
    model = small()
    assert not model_supports_jit(model)
    model.compile("adam", "mse")
    assert not model.jit_compile


@needs_kernel
@pytest.mark.parametrize("cell", KINDS)
def test_under_a_distribution_strategy(calls, cell):
    strategy = tf.distribute.MirroredStrategy(["CPU:0"])
    with strategy.scope():
        model = small(cell)
        model.compile("sgd", "mse")
    losses = model.fit(X, np.ones((4, 1)), epochs=8, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert set(calls) == {2}


@needs_kernel
def test_what_is_traced_without_the_kernel_has_none_of_its_operators():
    model = small()
    spec = tf.TensorSpec((None, None, 5), tf.float32)

    def operators_of():
        graph = (
            tf.function(lambda x: model(x), input_signature=[spec]).get_concrete_function().graph
        )
        return {op.type for op in graph.get_operations()}

    assert "TextlstmRecurrence" in operators_of()
    with kernels.off():
        assert not any(name.startswith("Textlstm") for name in operators_of())
