"""Costs of a softmax: values and gradients are those of TensorFlow's own cross-entropy."""

import numpy as np
import pytest
import tensorflow as tf

from textlstm.layers.softmax_costs import softmax_costs

RANDOM = np.random.default_rng(4)


def own(rows, table, bias, places):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        places, tf.linalg.matmul(rows, table, transpose_b=True) + bias
    )


@pytest.mark.parametrize("count", [7, 1, 0])
@pytest.mark.parametrize("compiled", [False, True])
def test_costs_and_gradients_are_tensorflows(count, compiled):
    values = [
        tf.constant(3 * RANDOM.normal(size=size), tf.float32) for size in ((count, 4), (9, 4), (9,))
    ]
    places = tf.constant(RANDOM.integers(0, 9, count), tf.int32)
    weights = tf.constant(RANDOM.normal(size=count), tf.float32)  # what each cost is asked for
    found = []
    for function in (softmax_costs, own):
        run = tf.function(function) if compiled else function
        with tf.GradientTape() as tape:
            tape.watch(values)
            costs = run(*values, places)
            loss = tf.reduce_sum(weights * costs)
        found.append([costs, *tape.gradient(loss, values)])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_scores_too_large_for_an_exponential_have_costs():
    table = tf.constant([[1000.0], [-1000.0]])
    costs = softmax_costs(tf.ones((2, 1)), table, tf.zeros(2), tf.constant([0, 1]))
    np.testing.assert_allclose(costs, [0.0, 2000.0])


def test_runs_agree_bit_for_bit():
    rows, table = (tf.constant(RANDOM.normal(size=(n, 16)), tf.float32) for n in (300, 500))
    places = tf.constant(RANDOM.integers(0, 500, 300), tf.int32)

    @tf.function
    def gradient():
        with tf.GradientTape() as tape:
            tape.watch(table)
            costs = softmax_costs(rows, table, tf.zeros(500), places)
        return tape.gradient(costs, table)

    assert np.array_equal(gradient(), gradient())
