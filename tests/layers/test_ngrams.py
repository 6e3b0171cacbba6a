"""The linear model of n-grams: its buckets, its sum, and the same in ONNX."""

import keras
import numpy as np
import onnxruntime
import pytest

from textlstm import layers
from textlstm.errors import SettingsError
from textlstm.export import to_onnx

TOKENS = np.array([[5, 29_999, 5, 29_999, 0, 0], [7, 0, 0, 0, 0, 0], [2, 2, 2, 2, 2, 2]], "int32")
RNG = np.random.default_rng(4)


def by_hand(ids, buckets, most):
    """The set of buckets of one text, by the docstring's formula in Python's whole numbers."""
    ids = [token for token in ids if token]
    found = set()
    for end in range(len(ids)):
        for n in range(1, most + 1):
            key = 0
            for token in ids[max(0, end + 1 - n) : end + 1]:
                key = key * 1_000_003 + token
            found.add(1 + key % (buckets - 1))
    return found


def built(buckets=64, most=2, labels=3):
    layer = layers.LinearNGrams(buckets, most, name="logits")
    layer.build([(None, labels), (None, None)])
    return layer


@pytest.mark.parametrize("buckets", [2, 100, 2**18])
@pytest.mark.parametrize("most", [1, 2, 3])
def test_each_bucket_of_a_text_comes_once(buckets, most):
    found = np.asarray(built(buckets, most).ids(TOKENS))
    assert found.shape == (3, 6 * most)
    for row, ids in zip(found.tolist(), TOKENS.tolist(), strict=True):
        present = [bucket for bucket in row if bucket]
        assert len(present) == len(set(present))
        assert set(present) == by_hand(ids, buckets, most)


def test_order_matters_from_pairs_on():
    pair, turned = np.array([[5, 8]], "int32"), np.array([[8, 5]], "int32")
    for most, same in ((1, True), (2, False)):
        layer = built(2**18, most)
        assert (set(layer.ids(pair)[0].numpy()) == set(layer.ids(turned)[0].numpy())) is same


def test_the_sum_is_added_and_training_is_left_alone():
    layer, logits = built(most=3), RNG.normal(size=(3, 3)).astype("float32")
    np.testing.assert_array_equal(layer([logits, TOKENS]), logits)  # nothing is set yet
    table = RNG.normal(size=(64, 3)).astype("float32")
    table[0] = 0
    layer.set_linear(table, [1.0, 2.0, 3.0], 0.5)
    expected = [
        0.5 * row + table[sorted(by_hand(ids, 64, 3))].sum(axis=0) + [1, 2, 3]
        for row, ids in zip(logits, TOKENS.tolist(), strict=True)
    ]
    np.testing.assert_allclose(layer([logits, TOKENS]), expected, rtol=1e-5)
    np.testing.assert_array_equal(layer([logits, TOKENS], training=True), logits)
    assert layer.trainable_variables == []


@pytest.mark.parametrize("most", [1, 2, 3])
def test_the_exported_graph_answers_alike(most):
    keras.utils.set_random_seed(1)
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    x = layers.recurrent(layers.embedding(tokens, 30_000, 8), "gru", (6,))
    logits = keras.layers.Dense(3)(layers.pool(x, "max"))
    layer = layers.LinearNGrams(512, most, name="logits")
    model = keras.Model(tokens, layer([logits, tokens]))
    table = RNG.normal(size=(512, 3)).astype("float32")
    table[0] = 0
    layer.set_linear(table, [1.0, 2.0, 3.0], 0.5)
    session = onnxruntime.InferenceSession(to_onnx(model), providers=["CPUExecutionProvider"])
    found = session.run(["logits"], {"tokens": TOKENS})[0]
    np.testing.assert_allclose(found, model.predict_on_batch(TOKENS), atol=1e-5)
    longer = np.pad(TOKENS, ((0, 0), (0, 3)))
    np.testing.assert_allclose(session.run(None, {"tokens": longer})[0], found, atol=1e-5)
    alone = [session.run(None, {"tokens": row[None, row > 0]})[0][0] for row in TOKENS]
    np.testing.assert_allclose(alone, found, atol=1e-5)


@pytest.mark.parametrize("arguments", [(1,), (64, 0), (64, 4)])
def test_sizes_out_of_range_are_refused(arguments):
    with pytest.raises(SettingsError, match="buckets|most"):
        layers.LinearNGrams(*arguments)
