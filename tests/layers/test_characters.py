"""Characters' layers against a word at a time."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from textlstm import layers
from textlstm.errors import SettingsError

RNG = np.random.default_rng(1)
SIZE = 9
WORDS = [[[3, 4, 5], [7], [2, 2]], [[8, 1, 6, 5, 4], [], []]]  # two texts


def padded(texts, width=5, time=3):
    ids = np.zeros((len(texts), time, width), "int32")
    for row, text in enumerate(texts):
        for place, word in enumerate(text):
            ids[row, place, : len(word)] = word
    return ids


def shuffled(layer):
    layer.build((None, None, None))
    for variable in layer.trainable_weights:
        variable.assign(RNG.normal(size=variable.shape, scale=0.7))
    return layer


def convolved(layer, word):
    """Features of one word: the largest answer of each filter, zeros around the word."""
    table, kernel, bias = (w.numpy() for w in layer.trainable_weights)
    left = (layer.width - 1) // 2
    vectors = np.pad(table[word], ((left, layer.width - 1 - left), (0, 0)))
    answers = [
        np.einsum("wd,wdf->f", vectors[k : k + layer.width], kernel) for k in range(len(word))
    ]
    return np.max(answers, axis=0) + bias


def read(layer, word):
    """Last states of Keras' own LSTM from either end."""
    vectors = layer.embeddings.numpy()[word][None]
    plain = keras.layers.Bidirectional(keras.layers.LSTM(layer.units))
    plain.build(vectors.shape)
    plain.set_weights(layer.reader.get_weights())
    return plain(vectors).numpy()[0]


KINDS = {
    "cnn": (lambda: layers.CharacterCNN(SIZE, 4, 6), convolved),
    "cnn of 2": (lambda: layers.CharacterCNN(SIZE, 4, 6, width=2), convolved),
    "cnn of 7": (lambda: layers.CharacterCNN(SIZE, 4, 6, width=7), convolved),
    "lstm": (lambda: layers.CharacterLSTM(SIZE, 4, 3), read),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_word_is_read_for_itself(kind):
    make, by_hand = KINDS[kind]
    layer = shuffled(make())
    found = np.array(layer(padded(WORDS)))
    assert found.shape == (2, 3, 6)
    for row, text in enumerate(WORDS):
        for place, word in enumerate(text):
            expected = by_hand(layer, word) if word else np.zeros(6)
            np.testing.assert_allclose(found[row, place], expected, atol=1e-5)
    # more padding of words and characters
    wider = np.array(layer(padded(WORDS, 8, 5)))
    np.testing.assert_allclose(wider[:, :3], found, atol=1e-6)
    assert not wider[:, 3:].any()


@pytest.mark.parametrize("kind", ["cnn", "lstm"])
def test_padding_is_not_learned_and_every_weight_is(kind):
    layer = shuffled(KINDS[kind][0]())
    with tf.GradientTape() as tape:
        loss = ops.sum(layer(padded(WORDS), training=True) ** 2)
    values = [v.value for v in layer.trainable_weights]
    gradients = [np.array(tf.convert_to_tensor(g)) for g in tape.gradient(loss, values)]
    assert all(np.abs(g).max() > 0 for g in gradients)
    (table,) = (g for g in gradients if g.shape == (SIZE, 4))
    assert not table[0].any()


@pytest.mark.parametrize("kind", ["cnn", "lstm"])
def test_in_a_network_there_is_no_mask_of_characters(kind):
    tokens = keras.Input((None,), dtype="int32")
    characters = keras.Input((None, None), dtype="int32")
    spelled = KINDS[kind][0]()(characters)
    assert spelled.shape == (None, None, 6) and spelled.dtype == "float32"
    assert getattr(spelled, "_keras_mask", None) is None
    x = layers.SideBySide()([layers.embedding(tokens, 9, 4), spelled])
    assert x.shape == (None, None, 10)
    model = keras.Model([tokens, characters], layers.pool(x, "mean"))
    ids = np.array([[1, 2, 3], [4, 0, 0]], "int32")
    found = model.predict_on_batch([ids, padded(WORDS)])
    more = model.predict_on_batch([np.pad(ids, ((0, 0), (0, 2))), padded(WORDS, 7, 5)])
    np.testing.assert_allclose(found, more, atol=1e-6)
    alone = model.predict_on_batch([ids[1:, :1], padded(WORDS)[1:, :1]])
    np.testing.assert_allclose(found[1:], alone, atol=1e-6)


def test_side_by_side_keeps_the_first_mask():
    a = np.ones((1, 2, 3), "float32")
    layer = layers.SideBySide()
    mask = np.array([[True, False]])
    np.testing.assert_array_equal(layer.compute_mask([a, a], [mask, None]), mask)
    assert layer.compute_mask([a, a], [None, mask]) is None
    assert layer([a, 2 * a]).shape == (1, 2, 6)


def test_dropout_of_characters_is_in_training_only_and_drawn_again():
    layer = shuffled(layers.CharacterCNN(SIZE, 8, 6, dropout=0.5, seed=1))
    ids = padded(WORDS)
    np.testing.assert_array_equal(layer(ids), layer(ids))
    a, b = np.array(layer(ids, training=True)), np.array(layer(ids, training=True))
    assert np.abs(a - b).max() > 1e-3
    assert not a[1, 1:].any()


def test_half_precision():
    for make in (layers.CharacterCNN, layers.CharacterLSTM):
        layer = make(SIZE, dtype="float16")
        found = np.array(layer(padded(WORDS)))
        assert found.dtype == np.float16 and np.isfinite(found).all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"size": 0}, "size=0: expected a whole number of at least 1"),
        ({"filters": 0}, "filters=0: expected a whole number of at least 1"),
        ({"width": 2.5}, "width=2.5: expected a whole number of at least 1"),
        ({"dropout": 50}, "dropout=50: expected a fraction, 0 <= dropout < 1"),
    ],
)
def test_refused(given, message):
    with pytest.raises(SettingsError) as refusal:
        layers.CharacterCNN(**{"size": 4, **given})
    assert str(refusal.value) == message
