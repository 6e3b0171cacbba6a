"""The classification loss against NumPy."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from textlstm import heads
from textlstm.errors import SettingsError

RNG = np.random.default_rng(6)
LOGITS = RNG.normal(size=(5, 3), scale=3).astype("float32")


def task(multi=False, **counts):
    counts = counts or {"a": 10, "b": 30, "c": 60}
    return SimpleNamespace(labels=("a", "b", "c"), multi=multi, counts=counts)


def softmax(x):
    return np.exp(x) / np.exp(x).sum(-1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x.astype("float64")))


def test_inputs_and_logits():
    head = heads.ClassifyHead(task())
    tokens = head.inputs()
    assert (tokens.name, tokens.dtype, tokens.shape) == ("tokens", "int32", (None, None))
    model = keras.Model(tokens, head(keras.layers.Embedding(9, 4)(tokens)[:, 0]))
    assert model.output_names == ["logits"]
    assert model.output_shape == (None, 3)


def test_the_loss_is_the_mean_cross_entropy():
    y = np.array([0, 2, 1, 1, 2], "int32")
    expected = np.mean([-np.log(softmax(row)[k]) for row, k in zip(LOGITS, y, strict=True)])
    assert float(heads.ClassifyHead(task()).loss(y, LOGITS)) == pytest.approx(expected, rel=1e-5)
    # a column, as Keras may hand it over
    again = heads.ClassifyHead(task()).loss(y[:, None], LOGITS)
    assert float(again) == pytest.approx(expected, rel=1e-5)


def test_a_label_training_never_saw_does_not_count():
    head = heads.ClassifyHead(task(), label_smoothing=0.1, balance="balanced")
    some = head.loss(np.array([0, -1, 1, -1, 2]), LOGITS)
    assert float(some) == pytest.approx(float(head.loss(np.array([0, 1, 2]), LOGITS[[0, 2, 4]])))
    assert float(head.loss(np.full(5, -1), LOGITS)) == 0.0


def test_label_smoothing():
    head = heads.ClassifyHead(task(), label_smoothing=0.3)
    p = np.log(softmax(LOGITS[0]))
    expected = -(0.8 * p[1] + 0.1 * p[0] + 0.1 * p[2])
    assert float(head.loss(np.array([1]), LOGITS[:1])) == pytest.approx(expected, rel=1e-5)


def test_balanced_is_scikit_learns():
    from sklearn.utils.class_weight import compute_class_weight

    head = heads.ClassifyHead(task(), balance="balanced")
    seen = np.repeat([0, 1, 2], [10, 30, 60])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=seen)
    np.testing.assert_allclose(head.weights, expected, rtol=1e-6)
    y = np.array([0, 2, 1, 1, 2], "int32")
    rows = [-np.log(softmax(row)[k]) * expected[k] for row, k in zip(LOGITS, y, strict=True)]
    assert float(head.loss(y, LOGITS)) == pytest.approx(np.mean(rows), rel=1e-5)


def test_several_labels_a_text():
    y = np.array([[0, 1, 1], [0, 0, 0], [1, 1, 1], [1, 0, 0], [0, 1, 0]], "float32")
    p = sigmoid(LOGITS)
    rows = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(axis=1)
    head = heads.ClassifyHead(task(multi=True))
    assert float(head.loss(y, LOGITS)) == pytest.approx(rows.mean(), rel=1e-5)
    y[1] = -1
    expected = rows[[0, 2, 3, 4]].mean()
    assert float(head.loss(y, LOGITS)) == pytest.approx(expected, rel=1e-5)


def test_several_labels_smoothed_and_balanced():
    head = heads.ClassifyHead(
        task(multi=True, a=1, b=500, c=499), label_smoothing=0.2, balance="balanced"
    )
    np.testing.assert_allclose(head.weights, [10, 1000 / 1500, 1000 / 1497], rtol=1e-6)
    y = np.array([[1, 0, 1]], "float32")
    p, t = sigmoid(LOGITS[:1]), 0.8 * y + 0.1
    expected = -(head.weights * t * np.log(p) + (1 - t) * np.log(1 - p)).mean()
    assert float(head.loss(y, LOGITS[:1])) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("multi", [False, True])
def test_large_logits_give_a_finite_loss(multi):
    head = heads.ClassifyHead(task(multi=multi))
    y = np.array([[1, 0, 0]], "float32") if multi else np.array([0])
    wrong = np.array([[-1000.0, 1000.0, -1000.0]], "float32")
    expected = 2000 / 3 if multi else 2000
    assert float(head.loss(y, wrong)) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("multi", [False, True])
def test_keras_trains_with_it(multi):
    keras.utils.set_random_seed(0)
    head = heads.ClassifyHead(task(multi=multi))
    x = keras.Input((4,))
    model = keras.Model(x, head(x))
    model.compile(optimizer=keras.optimizers.Adam(0.1), loss=head.loss)
    inputs = np.eye(4, dtype="float32")
    y = np.array([[1, 0, 0], [0, 1, 1], [0, 0, 1], [1, 1, 0]]) if multi else np.array([0, 1, 2, -1])
    expected = float(head.loss(y, model.predict_on_batch(inputs)))
    assert model.train_on_batch(inputs, y) == pytest.approx(expected, rel=1e-5)
    for _ in range(60):
        loss = model.train_on_batch(inputs, y)
    assert loss < 0.3 * expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"label_smoothing": 1},
            "label_smoothing=1: expected a fraction, 0 <= label_smoothing < 1",
        ),
        (
            {"balance": "balance"},
            "balance='balance': expected one of none, balanced. Did you mean 'balanced'?",
        ),
    ],
)
def test_refused(given, message):
    with pytest.raises(SettingsError) as refusal:
        heads.ClassifyHead(task(), **given)
    assert str(refusal.value) == message


def test_balance_needs_a_text_of_every_label():
    with pytest.raises(SettingsError) as refusal:
        heads.ClassifyHead(task(a=3, c=4), balance="balanced")
    assert str(refusal.value) == "balance='balanced': no text in training is labelled 'b'"
