"""What explain tells of a language model: the next token, and what each token adds to it."""

from pathlib import Path

import keras
import numpy as np
import pytest

from textlstm import discover
from textlstm.bundle import Bundle
from textlstm.corpora import Example
from textlstm.errors import Refusal
from textlstm.explaining import Explainer, occlusion
from textlstm.explaining.occlusion import occluded
from textlstm.export import generation
from textlstm.runtime import Predictor

RECIPE = discover.load("generation")
TEXT = "the cat saw"


@pytest.fixture(scope="module")
def predictor():
    values = {**RECIPE.presets["tiny"], "tokens": "characters", "min_count": 1}
    settings = RECIPE.settings.from_mapping(values)
    text = "the cat saw a dog\nand the dog saw a cat\n" * 20
    task = RECIPE.task(settings, [Example(text, text, "a.txt:1")])
    keras.utils.set_random_seed(2)
    model = RECIPE.network(settings, task)
    for weight in model.trainable_weights:
        weight.assign(keras.random.normal(weight.shape, stddev=0.5))
    return Predictor(Bundle(Path("here"), {}, task, {}, {"model": generation.to_onnx(model)}))


def log_probabilities(predictor, ids):
    """Of the token after the last id, reading from the beginning of a text."""
    engine = predictor.engine
    state = engine.read(np.asarray(ids, np.int32), engine.first())
    return engine.next(state)[0]


def test_the_answer_is_the_most_probable_next_token(predictor):
    found = Explainer(predictor).explain(TEXT)
    (row,) = predictor.task.encode([TEXT])
    expected = log_probabilities(predictor, row["tokens"])
    best = int(np.argmax(expected))
    assert found.answer["label"].startswith(predictor.task.pieces([best])[0])
    assert found.probability == pytest.approx(float(np.exp(expected[best])), rel=1e-4)
    assert len(found.answer["probabilities"]) == 5
    assert len(found.tokens) == len(row["tokens"]) == len(TEXT)


def test_variants_are_as_many_at_once_as_their_probabilities_have_room(predictor, monkeypatch):
    explainer = Explainer(predictor)
    whole, rows, answer = explainer.explain(TEXT), [], explainer._answer
    monkeypatch.setattr(
        explainer, "_answer", lambda batch: (rows.append(len(batch["tokens"])), answer(batch))[1]
    )
    numbers = 3 * len(TEXT) * predictor.task.size  # of three variants
    monkeypatch.setattr(occlusion, "BATCH_NUMBERS", numbers)
    monkeypatch.setattr(occlusion, "_moves", None)  # which nobody sees
    found = explainer.explain(TEXT)
    assert rows == [1, 1, 3, 3, 3, 2]
    np.testing.assert_allclose(found.contribution, whole.contribution, atol=1e-6)


def test_a_token_adds_what_the_next_one_loses_without_it(predictor):
    found = Explainer(predictor).explain(TEXT)
    (row,) = predictor.task.encode([TEXT])
    best = int(np.argmax(log_probabilities(predictor, row["tokens"])))
    whole = np.exp(log_probabilities(predictor, row["tokens"])[best])
    for place, value in enumerate(found.contribution):
        without = occluded({"tokens": row["tokens"]}, place)["tokens"]
        expected = whole - np.exp(log_probabilities(predictor, without)[best])
        assert value == pytest.approx(float(expected), abs=1e-5), place
    assert np.abs(found.contribution).max() > 1e-4


def test_nothing_is_not_explained(predictor):
    with pytest.raises(Refusal, match="^the text holds no token: nothing to explain$"):
        Explainer(predictor).explain("")
