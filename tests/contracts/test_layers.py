"""What every layer must do, applied to every combination of cell, direction, depth and pooling."""

from itertools import product
from types import SimpleNamespace

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
from keras import ops

from textlstm import export, heads, layers

WORDS, DIM = 30, 5
TASK = SimpleNamespace(labels=("bad", "fair", "good"), multi=False, counts={})
COMBINATIONS = list(
    product(
        ("rnn", "lstm", "gru"), (False, True), ((4,), (4, 3)), ("last", "max", "mean", "attention")
    )
)
TEXTS = [
    np.array(ids, "int32")
    for ids in ([7, 3, 9, 4, 2, 8, 8, 1, 5], [5, 1, 6], [9], [29, 28, 27, 26, 1, 2], [1])
]

SHORT = [np.array(ids, "int32") for ids in ([5, 11, 6], [9, 4], [21, 2, 17])]  # eager steps cost


def network(cell, bidirectional, units, pooling, **dropouts):
    keras.utils.set_random_seed(3)
    head = heads.ClassifyHead(TASK)
    tokens = head.inputs()
    x = layers.WordDropout(dropouts.get("words", 0.0))(tokens)
    x = layers.embedding(x, WORDS, DIM, dropout=dropouts.get("types", 0.0))
    x = layers.recurrent(
        x, cell, units, bidirectional, dropout=dropouts.get("dropout", 0.0),
        recurrent_dropout=dropouts.get("recurrent_dropout", 0.0),
    )  # fmt: skip
    model = keras.Model(tokens, head(layers.pool(x, pooling, bidirectional=bidirectional)))
    for variable in model.weights:  # zero biases and small vectors would hide a wrong order
        variable.assign(keras.random.normal(variable.shape, stddev=0.7))
    return model, head


def compiled(model):
    """The network as one trace for every shape, ids to logits."""
    ids = tf.TensorSpec((None, None), tf.int32)
    traced = tf.function(lambda x: model(x, training=False), input_signature=[ids])
    return lambda tokens: traced(tf.constant(tokens)).numpy()


def padded(texts, extra=0):
    time = max(map(len, texts)) + extra
    return np.stack([np.pad(text, (0, time - len(text))) for text in texts])


def test_the_table_is_whole():
    assert len(COMBINATIONS) == 3 * 2 * 2 * 4


@pytest.mark.parametrize(("cell", "bidirectional", "units", "pooling"), COMBINATIONS)
def test_contract(cell, bidirectional, units, pooling):
    model, head = network(cell, bidirectional, units, pooling, words=0.5, types=0.5)
    answer = compiled(model)
    batch = answer(padded(TEXTS))
    assert np.ptp(batch, axis=0).min() > 1e-3  # the texts are told apart
    # alone = in a batch = with more padding
    alone = np.concatenate([answer(text[None]) for text in TEXTS])
    np.testing.assert_allclose(alone, batch, atol=2e-6)
    np.testing.assert_allclose(answer(padded(TEXTS, 6)), batch, atol=2e-6)
    # an empty row, which is never made, still gives what no words give: the bias
    nothing = answer(np.zeros((1, 4), "int32"))
    np.testing.assert_allclose(nothing[0], model.get_layer("logits").bias, atol=1e-6)
    # ONNX = Keras, for all of these
    session = onnxruntime.InferenceSession(export.to_onnx(model))
    for rows in [padded(TEXTS), padded(TEXTS, 6), *(text[None] for text in TEXTS)]:
        (found,) = session.run(["logits"], {"tokens": rows})
        np.testing.assert_allclose(found, answer(rows), atol=1e-5)
    with_empty = padded([*TEXTS, np.zeros(0, "int32")])
    (found,) = session.run(["logits"], {"tokens": with_empty})
    np.testing.assert_allclose(found, answer(with_empty), atol=1e-5)
    every_weight_gets_a_gradient(model, head)
    same_answers_from_config_and_weights(model, answer(padded(SHORT)))


def every_weight_gets_a_gradient(model, head):
    with tf.GradientTape() as tape:
        loss = head.loss(np.array([0, 1, 2], "int32"), model(padded(SHORT), training=True))
    for variable, gradient in zip(
        model.trainable_variables,
        tape.gradient(loss, [v.value for v in model.trainable_variables]),
        strict=True,
    ):
        assert gradient is not None, variable.path
        assert np.abs(tf.convert_to_tensor(gradient)).max() > 0, variable.path


def same_answers_from_config_and_weights(model, expected):
    again = keras.Model.from_config(model.get_config())
    assert again.get_config() == model.get_config()
    again.set_weights(model.get_weights())
    np.testing.assert_allclose(again(padded(SHORT)), expected, atol=1e-6)


ALLOWED = ([True, False], [[True, False], [True, True]], [True, True])
ORDER = dict(zip(("start", "between", "end"), ALLOWED, strict=True))
LAYERS = {
    "LinearNGrams": lambda: layers.LinearNGrams(64, 3),
    "LinearWindow": lambda: layers.LinearWindow(),
    "WordDropout": lambda: layers.WordDropout(0.25, unknown=3, seed=5),
    "EmbeddingDropout": lambda: layers.EmbeddingDropout(0.25, size=9, seed=5),
    "MaxPooling": lambda: layers.MaxPooling(),
    "MeanPooling": lambda: layers.MeanPooling(),
    "LastPooling": lambda: layers.LastPooling(bidirectional=True),
    "AttentionPooling": lambda: layers.AttentionPooling(units=4),
    "AttentionDecoder": lambda: layers.AttentionDecoder(
        "gru", (4, 3), 5, "additive", True, 0.25, 5
    ),
    "CharacterCNN": lambda: layers.CharacterCNN(9, 4, 6, 5, 0.25, seed=5),
    "CharacterLSTM": lambda: layers.CharacterLSTM(9, 4, 3),
    "SideBySide": lambda: layers.SideBySide(),
    "CRF": lambda: layers.CRF(*ALLOWED),
    "ConstrainedSoftmax": lambda: layers.ConstrainedSoftmax(*ALLOWED),
    "AdaptiveSoftmax": lambda: layers.AdaptiveSoftmax((4, 9)),
}

FUSED = {  # tests/layers/test_fused.py compares them with Keras' layers
    "LSTM": lambda: layers.LSTM(3, return_sequences=True, dropout=0.25),
    "GRU": lambda: layers.GRU(3, go_backwards=True),
    "Bidirectional": lambda: layers.Bidirectional(layers.LSTM(3)),
    "WeightDropLSTM": lambda: layers.WeightDropLSTM(3, weight_dropout=0.25),
    "WeightDropGRU": lambda: layers.WeightDropGRU(3, weight_dropout=0.25),
    "WeightDropRNN": lambda: layers.WeightDropRNN(3, weight_dropout=0.25),
}


def test_every_layer_is_in_the_table_above():
    made = {n for n in layers.__all__ if isinstance(getattr(layers, n), type)}
    assert made == {*LAYERS, *FUSED, "Pooling"}


@pytest.mark.parametrize("name", [*LAYERS, *FUSED])
def test_config_makes_the_layer_again(name):
    layer = (LAYERS | FUSED)[name]()
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    if name in FUSED:
        return
    own = {k: v for k, v in layer.get_config().items() if k not in ("name", "dtype", "trainable")}
    assert own == {
        "LinearNGrams": {"buckets": 64, "most": 3},
        "WordDropout": {"rate": 0.25, "unknown": 3, "seed": 5},
        "EmbeddingDropout": {"rate": 0.25, "size": 9, "seed": 5},
        "LastPooling": {"bidirectional": True},
        "AttentionPooling": {"units": 4},
        "AttentionDecoder": {
            "cell": "gru",
            "units": (4, 3),
            "readout": 5,
            "attention": "additive",
            "input_feeding": True,
            "dropout": 0.25,
            "seed": 5,
        },
        "CharacterCNN": {
            "size": 9,
            "dimensions": 4,
            "filters": 6,
            "width": 5,
            "dropout": 0.25,
            "seed": 5,
        },
        "CharacterLSTM": {"size": 9, "dimensions": 4, "units": 3},
        "CRF": ORDER,
        "ConstrainedSoftmax": ORDER,
        "AdaptiveSoftmax": {"cutoffs": (4, 9)},
    }.get(name, {})


TAG_TASK = SimpleNamespace(
    tags=("O", "X"), scheme="bio", counts={}, features=("tokens", "characters"), allowed=ALLOWED
)
TAGGERS = list(product(("crf", "softmax"), ("cnn", "lstm")))


def tagger(kind, spelling):
    keras.utils.set_random_seed(3)
    head = heads.TagHead(TAG_TASK, kind)
    given = head.inputs()
    words = layers.embedding(given["tokens"], WORDS, DIM)
    make = layers.CharacterCNN if spelling == "cnn" else layers.CharacterLSTM
    x = layers.SideBySide()([words, make(WORDS, DIM, 4)(given["characters"])])
    model = keras.Model(given, head(layers.recurrent(x, "gru", (4,))))
    for variable in model.trainable_weights:
        variable.assign(keras.random.normal(variable.shape, stddev=0.7))
    return model, head


def spelled(texts, extra=0):
    """Inputs of the tagger: each word is spelled by its id and the ids below it."""
    tokens = padded(texts, extra)
    below = tokens[..., None] - np.arange(3 + extra, dtype="int32")
    return {"tokens": tokens, "characters": np.maximum(below, 0) * (np.arange(3 + extra) < 3)}


@pytest.mark.parametrize(("kind", "spelling"), TAGGERS)
def test_contract_of_taggers(kind, spelling):
    model, head = tagger(kind, spelling)
    batch = model.predict_on_batch(spelled(TEXTS))
    wider = model.predict_on_batch(spelled(TEXTS, 4))
    session = onnxruntime.InferenceSession(export.to_onnx(model))
    for row, text in enumerate(TEXTS):
        alone = model.predict_on_batch(spelled([text]))[0]
        (found,) = session.run(["emissions"], spelled([text]))
        for other in (wider[row, : len(text)], alone, found[0]):
            np.testing.assert_allclose(other, batch[row, : len(text)], atol=1e-5)
    tags = np.array([[0, 1, 1], [1, 0, -1], [0, 0, 1]], "int32")
    with tf.GradientTape() as tape:
        loss = head.loss(tags, model(spelled(SHORT), training=True))
    values = [v.value for v in model.trainable_variables]
    for variable, gradient in zip(
        model.trainable_variables, tape.gradient(loss, values), strict=True
    ):
        assert gradient is not None, variable.path
        assert np.abs(tf.convert_to_tensor(gradient)).max() > 0, variable.path
    again = keras.Model.from_config(model.get_config())
    assert again.get_config() == model.get_config()
    again.set_weights(model.get_weights())
    np.testing.assert_allclose(again.predict_on_batch(spelled(TEXTS)), batch, atol=1e-6)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_training_with_every_dropout_is_random_and_repeatable(cell):
    rates = {"words": 0.3, "types": 0.3, "dropout": 0.3, "recurrent_dropout": 0.3}
    runs = []
    for _ in range(2):
        model, _ = network(cell, True, (4, 3), "max", **rates)
        runs.append([np.array(model(padded(SHORT), training=True)) for _ in range(2)])
    assert np.abs(runs[0][0] - runs[0][1]).max() > 1e-3  # other masks each time
    np.testing.assert_array_equal(runs[0], runs[1])


def test_random_states_are_variables_of_the_network():
    model, _ = network("lstm", True, (4,), "max", words=0.3, types=0.3, dropout=0.3)
    states = [v for v in model.variables if "seed_generator" in v.path]
    assert len(states) == 4  # words, types, forward, backward
    before = [v.numpy().copy() for v in states]
    first = np.array(model(padded(SHORT), training=True))
    assert all((v.numpy() != old).any() for v, old in zip(states, before, strict=True))
    for variable, old in zip(states, before, strict=True):
        variable.assign(old)
    np.testing.assert_array_equal(model(padded(SHORT), training=True), first)


def test_no_dropout_outside_training():
    model, _ = network("gru", True, (4,), "max", words=0.9, types=0.9, dropout=0.9)
    plain, _ = network("gru", True, (4,), "max")
    plain.set_weights(model.get_weights())
    np.testing.assert_allclose(
        ops.convert_to_numpy(model(padded(SHORT))), plain(padded(SHORT)), atol=1e-6
    )
