"""Pooling against a loop over the valid steps."""

import keras
import numpy as np
import pytest

from textlstm import layers
from textlstm.errors import SettingsError

RNG = np.random.default_rng(2)
X = (RNG.normal(size=(4, 5, 6)) - 3).astype("float32")  # negative: zeros on padding would win
LENGTHS = [5, 3, 1, 0]
MASK = np.arange(5)[None] < np.array(LENGTHS)[:, None]


def by_hand(layer, steps):
    """Pooled value (features,) of the valid steps (time, features) of one row."""
    if not len(steps):
        return np.zeros(6)
    if isinstance(layer, layers.MaxPooling):
        return steps.max(axis=0)
    if isinstance(layer, layers.MeanPooling):
        return steps.mean(axis=0)
    if isinstance(layer, layers.LastPooling):
        first_half = 3 if layer.bidirectional else 6
        return np.concatenate([steps[-1, :first_half], steps[0, first_half:]])
    kernel, bias, context = (w.numpy() for w in layer.weights)
    scores = [float(np.tanh(step @ kernel + bias) @ context[:, 0]) for step in steps]
    weights = np.exp(scores) / np.exp(scores).sum()
    return sum(w * step for w, step in zip(weights, steps, strict=True))


def attention():
    layer = layers.AttentionPooling(units=4)
    layer.build((None, None, 6))
    for variable in layer.weights:
        variable.assign(RNG.normal(size=variable.shape))
    return layer


KINDS = {
    "max": layers.MaxPooling,
    "mean": layers.MeanPooling,
    "last": layers.LastPooling,
    "last, both ways": lambda: layers.LastPooling(bidirectional=True),
    "attention": attention,
}


@pytest.mark.parametrize("kind", KINDS)
def test_pooled_is_the_loop(kind):
    layer = KINDS[kind]()
    expected = [by_hand(layer, X[row, :length]) for row, length in enumerate(LENGTHS)]
    np.testing.assert_allclose(layer(X, mask=MASK), expected, rtol=1e-5, atol=1e-6)
    whole = [by_hand(layer, row) for row in X]
    np.testing.assert_allclose(layer(X), whole, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rubbish", [1e9, np.nan, np.inf, -np.inf])
def test_padding_has_no_influence(kind, rubbish):
    layer = KINDS[kind]()
    dirty = np.where(MASK[..., None], X, np.float32(rubbish))
    np.testing.assert_array_equal(layer(dirty, mask=MASK), layer(X, mask=MASK))


@pytest.mark.parametrize("kind", KINDS)
def test_half_precision(kind):
    layer = KINDS[kind]()
    if kind != "attention":
        found = np.array(type(layer)(**{**layer.get_config(), "dtype": "float16"})(X, mask=MASK))
        assert found.dtype == np.float16
        np.testing.assert_allclose(found, layer(X, mask=MASK), atol=0.01)


@pytest.mark.parametrize("kind", ["last", "max", "mean", "attention"])
def test_pool_takes_the_mask_that_is_carried_or_given(kind):
    tokens = keras.Input((None,), dtype="int32")
    x = layers.embedding(tokens, 9, 4)
    given = keras.ops.not_equal(tokens, 3)
    carried = layers.pool(x, kind, bidirectional=True, name="a")
    stopped = layers.pool(x, kind, given, bidirectional=True, name="b")
    model = keras.Model(tokens, [carried, stopped])
    a, _ = model.predict_on_batch(np.array([[4, 5]]))
    c, d = model.predict_on_batch(np.array([[4, 5, 0]]))
    np.testing.assert_allclose(a, c, atol=1e-7)
    _, e = model.predict_on_batch(np.array([[4, 5, 0, 3]]))
    np.testing.assert_allclose(d, e, atol=1e-7)
    assert carried.shape == (None, 4)
    assert getattr(carried, "_keras_mask", None) is None


def test_refused():
    x = keras.Input((None, 4))
    with pytest.raises(SettingsError) as refusal:
        layers.pool(x, "maxx")
    assert str(refusal.value) == (
        "pooling='maxx': expected one of last, max, mean, attention. Did you mean 'max'?"
    )
    with pytest.raises(SettingsError) as refusal:
        layers.pool(x, "last")
    assert str(refusal.value) == ("pooling='last' needs bidirectional=True or bidirectional=False")
    with pytest.raises(SettingsError, match="units=0: expected a whole number of at least 1"):
        layers.AttentionPooling(units=0)
