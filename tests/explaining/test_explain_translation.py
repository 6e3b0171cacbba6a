"""What explain tells of a translation: gates of the encoder, and what each source token adds."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from textlstm import discover
from textlstm.bundle import Bundle
from textlstm.corpora import Example
from textlstm.explaining import Explainer, translations
from textlstm.explaining.occlusion import occluded
from textlstm.export import translation
from textlstm.runtime import Predictor
from textlstm.tasks.translate import Translate

RECIPE = discover.load("translation")
TEXT = "the cat saw a dog"


@pytest.fixture(scope="module")
def made():
    values = {**RECIPE.presets["tiny"], "units": (4,), "decoder": (5, 4), "min_count": 1}
    settings = RECIPE.settings.from_mapping(values)
    task = Translate.fit([Example(TEXT, "die Katze sah einen Hund", "")], settings)
    keras.utils.set_random_seed(2)
    model = RECIPE.network(settings, task)
    for weight in model.trainable_weights:
        weight.assign(keras.random.normal(weight.shape, stddev=0.5))
    bundle = Bundle(Path("here"), {}, task, {}, translation.graphs(model))
    return model, task, Predictor(bundle)


def mean_log_probability(model, tokens, target):
    logits = np.asarray(model({"tokens": tokens[None], "previous": target["previous"][None]}))[0]
    top = logits.max(axis=-1, keepdims=True)
    log_p = logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True))
    return log_p[np.arange(len(log_p)), target["next"]].mean()


def test_a_token_adds_what_the_translation_loses_without_it(made):
    model, task, predictor = made
    found = Explainer(predictor).explain(TEXT)
    (answer,) = predictor.predict([TEXT])
    assert found.answer == answer
    assert found.label == "translation" and found.said == answer["translation"]
    (row,) = task.encode([TEXT])
    (target,) = task.encode_targets([answer["translation"]], [row])
    whole = mean_log_probability(model, row["tokens"], target)
    for place, value in enumerate(found.contribution):
        without = occluded({"tokens": row["tokens"]}, place)["tokens"]
        expected = whole - mean_log_probability(model, without, target)
        assert value == pytest.approx(expected, abs=1e-5), place
    assert np.abs(found.contribution).max() > 1e-3
    assert "mean log-probability of the translation's tokens" in found.method


def test_a_translation_longer_than_the_limit_is_explained_as_a_whole(made):
    model, task, predictor = made
    cut = replace(predictor.bundle, task=replace(task, max_tokens=3))
    engine = Predictor(cut).engine
    said = "die Katze sah einen Hund"
    (target,) = task.encode_targets([said], [])
    assert len(target["next"]) == 6
    (row,) = cut.task.encode([TEXT])
    session = predictor.engine._encoder
    encoded = session.run(None, {"tokens": row["tokens"][None]})
    outputs = dict(zip([node.name for node in session.get_outputs()], encoded, strict=True))
    values = translations.scores(cut.task, engine, {"translation": said})
    whole = mean_log_probability(model, row["tokens"], target)
    assert values(outputs)[0]["translation"] == pytest.approx(float(whole), abs=1e-5)
    empty = translations.scores(cut.task, engine, {"translation": ""})
    (none,) = task.encode_targets([""], [])
    whole = mean_log_probability(model, row["tokens"], none)
    assert empty(outputs)[0]["translation"] == pytest.approx(float(whole), abs=1e-5)


def test_the_gates_are_those_of_the_encoder(made):
    _, task, predictor = made
    found = Explainer(predictor).explain(TEXT)
    assert [layer.direction for layer in found.layers] == ["forward", "backward"]
    assert len(found.tokens) == len(task.encode([TEXT])[0]["tokens"])
    assert answer_in(found.table(100), found.said) and "forget" in found.table(100)


def answer_in(table, said):
    return "".join(said.split())[:20] in "".join(table.split())
