import keras
import numpy as np
import pytest

from textlstm import layers
from textlstm.errors import SettingsError

TOKENS = np.tile(np.array([[5, 6, 7, 8, 0, 0]], "int32"), (2000, 1))


def test_replaces_its_share_of_the_words_by_the_unknown_one_in_training_only():
    layer = layers.WordDropout(0.3, unknown=2, seed=1)
    np.testing.assert_array_equal(layer(TOKENS), TOKENS)
    found = np.array(layer(TOKENS, training=True))
    assert found.dtype == np.int32
    hit = found == 2
    assert abs(hit[:, :4].mean() - 0.3) < 0.02
    np.testing.assert_array_equal(found[:, 4:], 0)  # padding stays padding, so does the mask
    np.testing.assert_array_equal(found[~hit], TOKENS[~hit])


def test_positions_are_drawn_for_themselves():
    found = np.array(layers.WordDropout(0.5, seed=1)(TOKENS, training=True))[:, :4] == 1
    assert {tuple(row) for row in found} == set(np.ndindex(2, 2, 2, 2))


def test_stays_a_tensor_of_ids_in_a_network():
    tokens = keras.Input((None,), dtype="int32")
    found = layers.WordDropout(0.5)(tokens)
    assert (found.dtype, found.shape) == ("int32", (None, None))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rate": 50}, "rate=50: expected a fraction, 0 <= rate < 1"),
        ({"rate": 0.1, "unknown": 0}, "unknown=0: expected a whole number of at least 1"),
    ],
)
def test_refused(given, message):
    with pytest.raises(SettingsError) as refusal:
        layers.WordDropout(**given)
    assert str(refusal.value) == message
