"""The adaptive softmax: it is a distribution, and the full softmax where there is one cutoff."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from textlstm import layers
from textlstm.errors import SettingsError

IDS, SIZE = 12, 8


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def made(cutoffs, tied):
    embedding = None
    if tied:
        embedding = keras.layers.Embedding(IDS, SIZE)
        embedding.build()
        embedding.embeddings.assign(random(IDS, SIZE, seed=3))
    layer = layers.AdaptiveSoftmax(cutoffs, embedding)
    layer.build([(None, None, SIZE), (None, None)])
    for number, weight in enumerate(layer.weights):
        weight.assign(random(*weight.shape, seed=number))
    return layer


CASES = [(cutoffs, tied) for cutoffs in ((12,), (5, 12), (3, 6, 12)) for tied in (False, True)]


@pytest.mark.parametrize(("cutoffs", "tied"), CASES)
def test_probabilities_sum_to_one_and_costs_are_theirs(cutoffs, tied):
    layer, x = made(cutoffs, tied), random(4, 7, SIZE)
    told = np.asarray(layer.log_probabilities(x))
    assert told.shape == (4, 7, IDS)
    np.testing.assert_allclose(np.exp(told).sum(-1), 1.0, atol=1e-5)
    targets = np.random.default_rng(1).integers(-1, IDS, (4, 7)).astype(np.int32)
    costs = np.asarray(layer([x, targets]))
    own = -np.take_along_axis(told, np.maximum(targets, 0)[..., None], -1)[..., 0]
    np.testing.assert_allclose(costs, np.where(targets < 0, 0.0, own), atol=1e-4)


def test_two_steps_are_those_of_the_equation():
    layer, x = made((3, 6, 12), True), random(1, 1, SIZE)
    table = np.concatenate([np.asarray(layer.embedding.embeddings), np.asarray(layer.doors)])
    scores = (x[0, 0] @ table.T + np.asarray(layer.bias)).astype(np.float64)

    def softmax(places):
        weights = np.exp(scores[places] - scores[places].max())
        return weights / weights.sum()

    head = softmax([0, 1, 2, 12, 13])
    expected = [*head[:3], *(head[3] * softmax(range(3, 6))), *(head[4] * softmax(range(6, 12)))]
    np.testing.assert_allclose(np.exp(layer.log_probabilities(x))[0, 0], expected, rtol=1e-4)


def test_one_cutoff_is_the_full_softmax():
    layer, x = made((12,), False), random(2, 3, SIZE)
    scores = x @ np.asarray(layer.head).T + np.asarray(layer.bias)
    np.testing.assert_allclose(
        layer.log_probabilities(x), tf.nn.log_softmax(scores), atol=1e-5
    )  # fmt: skip


@pytest.mark.parametrize(("cutoffs", "tied"), CASES)
def test_every_weight_gets_a_gradient(cutoffs, tied):
    layer, x = made(cutoffs, tied), tf.constant(random(3, 8, SIZE))
    targets = np.arange(24, dtype=np.int32).reshape(3, 8) % IDS
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(layer([x, targets]))
    values = [weight.value for weight in layer.trainable_weights]
    for weight, gradient in zip(layer.trainable_weights, tape.gradient(loss, values), strict=True):
        assert np.abs(np.asarray(tf.convert_to_tensor(gradient))).max() > 0, weight.path


def test_a_batch_without_rare_tokens_has_finite_gradients():
    layer, x = made((3, 6, 12), False), tf.constant(random(2, 2, SIZE))
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(layer([x, np.array([[0, 1], [2, -1]], np.int32)]))
    assert np.isfinite(np.asarray(tape.gradient(loss, x))).all()


def test_wrong_cutoffs_are_refused():
    with pytest.raises(SettingsError, match=r"cutoffs=\(5, 3\): expected rising numbers"):
        layers.AdaptiveSoftmax((5, 3))
    with pytest.raises(SettingsError, match=r"cutoffs=0: expected a whole number of at least 1"):
        layers.AdaptiveSoftmax((0, 3))
    layer = layers.AdaptiveSoftmax((12,), keras.layers.Embedding(IDS, 5))
    with pytest.raises(SettingsError, match="inputs of 8 numbers cannot be scored by vectors of 5"):
        layer.build([(None, None, SIZE), (None, None)])
    layer = layers.AdaptiveSoftmax((5, 11), keras.layers.Embedding(IDS, SIZE))
    with pytest.raises(SettingsError, match="11 ids cannot be scored by 12 vectors"):
        layer.build([(None, None, SIZE), (None, None)])
