"""The head of translation: its loss against the definition, and what does not count."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from textlstm import heads
from textlstm.errors import SettingsError

TASK = SimpleNamespace(boundary=6)


def log_softmax(x):
    x = x - x.max(axis=-1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_the_loss_is_the_smoothed_cross_entropy_of_tokens(smoothing):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2, 4, 7)).astype("float32") * 3
    ids = np.array([[3, 6, -1, -1], [0, 2, 5, 6]], "int32")
    target = np.eye(7)[np.maximum(ids, 0)] * (1 - smoothing) + smoothing / 7
    costs = -(target * log_softmax(logits)).sum(axis=-1)
    found = float(heads.TranslateHead(TASK, smoothing).loss(ids, logits))
    assert found == pytest.approx(costs[ids >= 0].mean(), rel=1e-5)


def test_padding_does_not_count_and_nothing_costs_nothing():
    head = heads.TranslateHead(TASK)
    logits = np.random.default_rng(1).normal(size=(1, 3, 7)).astype("float32")
    short = float(head.loss(np.array([[2, 6]], "int32"), logits[:, :2]))
    assert float(head.loss(np.array([[2, 6, -1]], "int32"), logits)) == pytest.approx(short)
    assert float(head.loss(np.full((1, 3), -1, "int32"), logits)) == 0.0


def test_tied_logits_are_products_with_the_vectors():
    head = heads.TranslateHead(TASK)
    table = keras.layers.ReversibleEmbedding(7, 5, name="t")
    previous = head.inputs()["previous"]
    states = table(previous)
    model = keras.Model(previous, head(states, table))
    vectors = np.asarray(table.embeddings)
    ids = np.array([[1, 4]], "int32")
    np.testing.assert_allclose(np.asarray(model(ids))[0], vectors[ids[0]] @ vectors.T, atol=1e-6)
    assert len(model.trainable_weights) == 1


def test_refusal():
    with pytest.raises(SettingsError, match="label_smoothing=1: expected a fraction"):
        heads.TranslateHead(TASK, 1)
