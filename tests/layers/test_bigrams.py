import keras
import numpy as np
import onnxruntime
import pytest

from textlstm import layers
from textlstm.errors import SettingsError
from textlstm.export import to_onnx

TOKENS = np.array([[5, 29_999, 5, 29_999, 0, 0], [7, 0, 0, 0, 0, 0], [2, 2, 2, 2, 2, 2]], "int32")


def by_hand(tokens, buckets):
    """The formula of the docstring in Python's own whole numbers."""
    found = np.zeros_like(tokens)
    for row, ids in enumerate(tokens.tolist()):
        for place, token in enumerate(ids):
            before = ids[place - 1] if place else 0
            if token:
                found[row, place] = 1 + (before * 1_000_003 + token) % (buckets - 1)
    return found


@pytest.mark.parametrize("buckets", [2, 100, 32_768])
def test_ids_are_the_formula(buckets):
    found = layers.Bigrams(buckets)(TOKENS)
    assert np.asarray(found).dtype == np.int32
    np.testing.assert_array_equal(np.asarray(found), by_hand(TOKENS, buckets))


def test_order_and_neighbour_matter_and_padding_stays():
    found = np.asarray(layers.Bigrams(32_768)(TOKENS))
    assert found[0, 1] == found[0, 3] != found[0, 2]
    assert found[2, 0] != found[2, 1] == found[2, 5]
    assert (found[TOKENS == 0] == 0).all() and (found[TOKENS > 0] > 0).all()


def test_one_bucket_is_refused():
    with pytest.raises(SettingsError, match="buckets"):
        layers.Bigrams(1)


def test_the_exported_graph_answers_alike():
    keras.utils.set_random_seed(1)
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    words = layers.embedding(tokens, 30_000, 8)
    pairs = layers.embedding(layers.Bigrams(512, name="pairs")(tokens), 512, 8, name="bigrams")
    x = layers.recurrent(keras.layers.Add()([words, pairs]), "gru", (6,))
    model = keras.Model(tokens, keras.layers.Dense(3, name="logits")(layers.pool(x, "max")))
    session = onnxruntime.InferenceSession(to_onnx(model), providers=["CPUExecutionProvider"])
    found = session.run(None, {"tokens": TOKENS})[0]
    np.testing.assert_allclose(found, model.predict_on_batch(TOKENS), atol=1e-6)
    longer = np.pad(TOKENS, ((0, 0), (0, 3)))
    np.testing.assert_allclose(session.run(None, {"tokens": longer})[0], found, atol=1e-6)


def test_it_is_made_again_from_its_configuration():
    layer = layers.Bigrams(100, name="pairs")
    again = layers.Bigrams.from_config(layer.get_config())
    assert (again.buckets, again.name) == (100, "pairs")
