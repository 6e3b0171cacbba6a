"""Costs of a softmax: values and gradients are those of TensorFlow's own cross-entropy."""

import numpy as np
import pytest
import tensorflow as tf

from textlstm.layers.softmax_costs import softmax_costs

RANDOM = np.random.default_rng(4)


def own(scores, places, smoothing):
    target = (1.0 - smoothing) * tf.one_hot(places, 9) + smoothing / 9
    return tf.nn.softmax_cross_entropy_with_logits(target, scores)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("count", [7, 1, 0])
@pytest.mark.parametrize("compiled", [False, True])
def test_costs_and_gradients_are_tensorflows(count, compiled, smoothing):
    scores = tf.constant(3 * RANDOM.normal(size=(count, 9)), tf.float32)
    places = tf.constant(RANDOM.integers(0, 9, count), tf.int32)
    weights = tf.constant(RANDOM.normal(size=count), tf.float32)  # what each cost is asked for
    found = []
    for function in (softmax_costs, own):
        run = tf.function(function) if compiled else function
        with tf.GradientTape() as tape:
            tape.watch(scores)
            costs = run(scores, places, smoothing)
            loss = tf.reduce_sum(weights * costs)
        found.append([costs, tape.gradient(loss, scores)])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_scores_too_large_for_an_exponential_have_costs():
    scores = tf.constant([[1000.0, -1000.0], [1000.0, -1000.0]])
    np.testing.assert_allclose(softmax_costs(scores, tf.constant([0, 1])), [0.0, 2000.0])


def test_runs_agree_bit_for_bit():
    scores = tf.constant(RANDOM.normal(size=(300, 500)), tf.float32)
    places = tf.constant(RANDOM.integers(0, 500, 300), tf.int32)

    @tf.function
    def gradient():
        with tf.GradientTape() as tape:
            tape.watch(scores)
            costs = softmax_costs(scores, places, 0.1)
        return tape.gradient(costs, scores)

    assert np.array_equal(gradient(), gradient())
