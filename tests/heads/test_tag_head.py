"""The tagging loss against NumPy."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from textlstm import heads, layers
from textlstm.errors import SettingsError

RNG = np.random.default_rng(6)
TAGS = ("O", "B-X", "I-X")
ALLOWED = (
    [True, True, False], [[True, True, False], [True, True, True], [True, True, True]], [True] * 3
)  # fmt: skip
EMISSIONS = RNG.normal(size=(4, 3, 3), scale=2).astype("float32")
Y = np.array([[0, 1, 2], [1, -1, -1], [0, 1, -1], [1, 2, 0]], "int32")
LENGTHS = (Y != -1).sum(axis=1)


def task(features=("tokens",), **counts):
    counts = counts or {"O": 80, "B-X": 15, "I-X": 5}
    return SimpleNamespace(
        tags=TAGS, scheme="bio", counts=counts, features=features, allowed=ALLOWED
    )


def built(kind="crf", **settings):
    head = heads.TagHead(task(), kind, **settings)
    head.layer.build((None, None, 3))
    for variable in head.layer.weights:
        variable.assign(np.random.default_rng(1).normal(size=variable.shape))
    return head


def log_p(emissions):
    shifted = emissions - emissions.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def sentences(head, y=Y):
    return -np.array(head.layer.log_likelihood(EMISSIONS, np.maximum(y, 0), y != -1))


def test_inputs():
    head = heads.TagHead(task(("tokens", "characters", "shapes", "pairs")))
    found = head.inputs()
    assert {name: (i.name, i.dtype, i.shape) for name, i in found.items()} == {
        "tokens": ("tokens", "int32", (None, None)),
        "characters": ("characters", "int32", (None, None, None)),
        "shapes": ("shapes", "int32", (None, None)),
        "pairs": ("pairs", "int32", (None, None)),
    }


@pytest.mark.parametrize(("kind", "weights"), [("crf", 5), ("softmax", 2)])
def test_emissions(kind, weights):
    head = heads.TagHead(task(), kind)
    tokens = head.inputs()["tokens"]
    model = keras.Model(tokens, head(layers.embedding(tokens, 9, 4)))
    assert model.output_names == ["emissions"]
    assert model.output_shape == (None, None, 3)
    assert len(model.trainable_weights) == 1 + weights
    table = head.layer.constants()["transitions"]
    assert table[3, 2] == np.float32(-1e4) and table[0, 2] == np.float32(-1e4)
    assert table[1, 2] == 0


def test_crf_loss_is_the_mean_over_sentences():
    head = built()
    expected = sentences(head)
    assert float(head.loss(Y, EMISSIONS)) == pytest.approx(expected.mean(), rel=1e-5)
    assert float(head.loss(Y.astype("float32"), EMISSIONS)) == pytest.approx(
        expected.mean(), rel=1e-5
    )
    padded = head.loss(
        np.pad(Y, ((0, 1), (0, 2)), constant_values=-1), np.pad(EMISSIONS, ((0, 1), (0, 2), (0, 0)))
    )
    assert float(padded) == pytest.approx(expected.mean(), rel=1e-5)  # an empty row counts nothing


def test_crf_leaves_out_sentences_with_a_tag_that_is_not_known():
    head = built()
    y = Y.copy()
    y[0, 1] = y[3, 2] = -2
    found = float(head.loss(y, EMISSIONS))
    assert found == pytest.approx(sentences(head)[1:3].mean(), rel=1e-5)
    y[:, 0] = -2
    assert float(head.loss(y, EMISSIONS)) == 0.0


def test_softmax_loss_is_the_mean_over_known_tokens():
    head = built("softmax")
    y = Y.copy()
    y[0, 1] = -2
    known = y >= 0
    costs = -np.take_along_axis(log_p(EMISSIONS), np.maximum(y, 0)[..., None], 2)[..., 0]
    assert float(head.loss(y, EMISSIONS)) == pytest.approx(costs[known].mean(), rel=1e-5)
    y[y >= 0] = -2
    assert float(head.loss(y, EMISSIONS)) == 0.0


def test_label_smoothing_of_softmax():
    head = built("softmax", label_smoothing=0.3)
    p = log_p(EMISSIONS[:1])[0]
    target = 0.7 * np.eye(3)[Y[0]] + 0.1
    expected = -(target * p).sum(axis=1).mean()
    assert float(head.loss(Y[:1], EMISSIONS[:1])) == pytest.approx(expected, rel=1e-5)


def test_balanced():
    weights = np.array([100 / 240, 100 / 45, 100 / 15])
    head = built("softmax", balance="balanced")
    np.testing.assert_allclose(head.weights, weights, rtol=1e-6)
    costs = -np.take_along_axis(log_p(EMISSIONS), np.maximum(Y, 0)[..., None], 2)[..., 0]
    expected = (costs * weights[Y])[Y >= 0].mean()
    assert float(head.loss(Y, EMISSIONS)) == pytest.approx(expected, rel=1e-5)
    head = built(balance="balanced")
    share = [weights[row[:n]].mean() for row, n in zip(Y, LENGTHS, strict=True)]
    expected = (sentences(head) * share).mean()
    assert float(head.loss(Y, EMISSIONS)) == pytest.approx(expected, rel=1e-5)
    rare = heads.TagHead(task(**{"O": 9999, "B-X": 1}), balance="balanced").weights
    np.testing.assert_allclose(rare, [10000 / 29997, 10, 10], rtol=1e-6)


@pytest.mark.parametrize("kind", ["crf", "softmax"])
@pytest.mark.parametrize("balance", ["none", "balanced"])
def test_keras_trains_with_it(kind, balance):
    """Through compile and fit, where emissions carry a mask."""
    keras.utils.set_random_seed(0)
    head = heads.TagHead(task(), kind, balance)
    tokens = head.inputs()["tokens"]
    model = keras.Model(tokens, head(layers.embedding(tokens, 9, 4)))
    model.compile(optimizer=keras.optimizers.Adam(0.1), loss=head.loss)
    ids = np.array([[1, 2, 3], [2, 0, 0], [1, 2, 0], [2, 3, 4]], "int32")
    expected = float(head.loss(Y, model.predict_on_batch(ids)))
    assert model.train_on_batch(ids, Y) == pytest.approx(expected, rel=1e-5)
    for _ in range(40):
        loss = model.train_on_batch(ids, Y)
    assert loss < 0.2 * expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kind": "crff"}, "kind='crff': expected one of crf, softmax. Did you mean 'crf'?"),
        (
            {"balance": "balance"},
            "balance='balance': expected one of none, balanced. Did you mean 'balanced'?",
        ),
        (
            {"kind": "softmax", "label_smoothing": 1},
            "label_smoothing=1: expected a fraction, 0 <= label_smoothing < 1",
        ),
        (
            {"label_smoothing": 0.1},
            "label_smoothing=0.1: a CRF has none, expected 0 or kind='softmax'",
        ),
    ],
)
def test_refused(given, message):
    with pytest.raises(SettingsError) as refusal:
        heads.TagHead(task(), **given)
    assert str(refusal.value) == message
