import json

import keras
import numpy as np
import pytest

from textlstm import layers
from textlstm.errors import SettingsError


def test_given_vectors_are_the_first_values_and_stay_out_of_the_config():
    matrix = np.arange(12, dtype="float32").reshape(4, 3)
    tokens = keras.Input((None,), dtype="int32")
    model = keras.Model(tokens, layers.embedding(tokens, 4, 3, matrix))
    np.testing.assert_array_equal(model(np.array([[2, 1]])), matrix[[[2, 1]]])
    assert [w.path for w in model.trainable_weights] == ["embedding/embeddings"]
    assert "9.0" not in json.dumps(model.get_config())


def test_frozen():
    tokens = keras.Input((None,), dtype="int32")
    model = keras.Model(tokens, layers.embedding(tokens, 4, 3, trainable=False))
    assert model.trainable_weights == []
    assert len(model.weights) == 1


def test_id_0_is_masked():
    x = layers.embedding(keras.Input((None,), dtype="int32"), 4, 3, dropout=0.5)
    assert x._keras_mask is not None


def test_dropout_takes_a_type_away_wherever_it_occurs():
    layer = layers.EmbeddingDropout(0.4, size=1000, seed=3)
    tokens = np.tile(np.arange(1000, dtype="int32"), (3, 2))
    vectors = np.ones((3, 2000, 2), "float32")
    np.testing.assert_array_equal(layer(vectors, tokens), vectors)
    found = np.array(layer(vectors, tokens, training=True))
    first = found[0, :1000]
    np.testing.assert_array_equal(found, np.tile(first, (3, 2, 1)))
    np.testing.assert_allclose(np.unique(found), [0, 1 / 0.6], rtol=1e-6)
    assert abs((first[:, 0] == 0).mean() - 0.4) < 0.06
    again = np.array(layer(vectors, tokens, training=True))
    assert (again != found).any()


def test_equal_seeds_of_different_layers_draw_differently():
    words, types = layers.WordDropout(0.5, seed=1), layers.EmbeddingDropout(0.5, 400, seed=1)
    tokens = np.arange(400, dtype="int32")[None]  # each at the place of its own draw
    a = np.array(words(tokens, training=True))[0] == 1
    b = np.array(types(np.ones((1, 400, 1), "float32"), tokens, training=True))[0, :, 0] == 0
    assert 0.3 < (a[2:] == b[2:]).mean() < 0.7


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"size": 0}, "size=0: expected a whole number of at least 1"),
        ({"dim": 2.5}, "dim=2.5: expected a whole number of at least 1"),
        ({"dropout": 30}, "dropout=30: expected a fraction, 0 <= dropout < 1"),
        (
            {"matrix": np.zeros((4, 2))},
            "matrix of shape (4, 2): expected (size, dim) = (4, 3)",
        ),
    ],
)
def test_refused(given, message):
    with pytest.raises(SettingsError) as refusal:
        tokens = keras.Input((None,), dtype="int32")
        layers.embedding(tokens, **{"size": 4, "dim": 3, **given})
    assert str(refusal.value) == message
