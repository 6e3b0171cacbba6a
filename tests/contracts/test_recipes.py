"""What every recipe must do, on its own default corpus with its tiny preset."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

import textlstm
from textlstm import bundle, discover, training

NAMES = discover.names()


@pytest.fixture(scope="module", params=NAMES)
def run(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "run"
    return textlstm.train(request.param, preset="tiny", out=folder)


def test_the_table_is_whole():
    assert NAMES == ["sentiment"]


def test_it_trains_and_the_loss_falls(run):
    losses = [row["loss"] for row in run.history]
    assert len(losses) >= 2
    assert losses[-1] < losses[0]


def test_scores_lie_in_their_intervals_and_baselines_stand_beside(run):
    for score in run.report.scores.values():
        assert score.low <= score.value <= score.high
    assert set(run.report.baselines) == {"network-alone", "majority", "tfidf-logistic", "nb-svm"}


def test_saved_and_loaded_it_answers_alike(run):
    texts = [row["input"] for row in run.rows[:50]]
    again = textlstm.Predictor.load(run.folder).predict(texts)
    for row, answer in zip(run.rows[:50], again, strict=True):
        assert answer["label"] == row["answer"]["label"]
        assert answer["probabilities"] == pytest.approx(row["answer"]["probabilities"], abs=1e-5)


def test_alone_is_as_in_a_batch(run):
    texts = [row["input"] for row in run.rows[:40]] + ["", "a", "zzz qqq", "字" * 300]
    together = run.predictor.predict(texts)
    for text, answer in zip(texts, together, strict=True):
        alone = run.predictor.predict([text])[0]
        assert alone["probabilities"] == pytest.approx(answer["probabilities"], abs=1e-5)


def test_empty_one_word_and_unseen_words_have_an_answer(run):
    for answer in run.predictor.predict(["", " ", "one", "qwertzuiop", "\x00", "😀"]):
        assert np.isfinite(list(answer["probabilities"].values())).all()


def test_every_weight_gets_a_gradient(run):
    recipe = discover.load(run.report.recipe)
    settings = recipe.settings.from_mapping(run.predictor.bundle.settings)
    training.prepare(settings.seed)
    model = recipe.network(settings, run.predictor.task)
    rows = run.predictor.task.encode([row["input"] for row in run.rows[:64]])
    targets = run.predictor.task.encode_targets([row["target"] for row in run.rows[:64]])
    tokens = training.pad([row["tokens"] for row in rows])
    labels = np.stack([row["label"] for row in targets])
    with tf.GradientTape() as tape:
        loss = model.loss(labels, model(tokens, training=True))
    gradients = tape.gradient(loss, model.trainable_weights)
    for weight, gradient in zip(model.trainable_weights, gradients, strict=True):
        assert gradient is not None, weight.path
        assert np.abs(keras.ops.convert_to_numpy(tf.convert_to_tensor(gradient))).max() > 0, (
            weight.path
        )


def test_the_bundles_weights_are_the_networks(run):
    found = bundle.load(run.folder)
    recipe = discover.load(run.report.recipe)
    settings = recipe.settings.from_mapping(found.settings)
    model = recipe.network(settings, found.task)
    saved = found.weights()
    assert set(saved) == {weight.path for weight in model.weights}
    for weight in model.weights:
        assert saved[weight.path].shape == tuple(weight.shape)
        weight.assign(saved[weight.path])
    rows = found.task.encode([row["input"] for row in run.rows[:20]])
    tokens = training.pad([row["tokens"] for row in rows])
    answers = found.task.decode({"logits": np.asarray(model(tokens, training=False))})
    for row, answer in zip(run.rows[:20], answers, strict=True):
        assert answer["probabilities"] == pytest.approx(row["answer"]["probabilities"], abs=1e-4)


def test_files_are_json_that_others_can_read(run):
    for name in ("settings.json", "report.json"):
        json.loads((run.folder / name).read_text(encoding="utf-8"))
    for line in (run.folder / "log.jsonl").read_text(encoding="utf-8").splitlines():
        assert json.loads(line)["kind"] in ("steps", "epoch")
