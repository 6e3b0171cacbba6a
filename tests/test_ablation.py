"""The network without its linear part, taken from the bundle's graph."""

import keras
import numpy as np

import textlstm
from textlstm import checkpoint
from textlstm.ablation import network_alone
from textlstm.batches import pad

TEXTS = ["the film was not bad", "a dull story and a bad end", "good", ""]


def test_it_answers_as_the_network_below_the_linear_part(tiny_run):
    whole = tiny_run.predictor
    alone = network_alone(whole)
    recipe = textlstm.load_recipe("sentiment")
    settings = recipe.settings.from_mapping(whole.bundle.settings)
    model = recipe.network(settings, whole.task)
    variables = {variable.path: variable for variable in model.weights}
    checkpoint.assign(variables, whole.bundle.weights(), "bundle")
    below = keras.Model(model.inputs, model.get_layer("network_logits").output)
    rows = [arrays["tokens"] for arrays in whole.task.encode(TEXTS)]
    expected = whole.task.probabilities(below.predict_on_batch(pad(rows)))
    found = [list(answer["probabilities"].values()) for answer in alone.predict(TEXTS)]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    mixed = [list(answer["probabilities"].values()) for answer in whole.predict(TEXTS)]
    assert np.abs(np.array(mixed) - expected).max() > 0.01
    assert alone.task is whole.task and network_alone(whole) is not whole


def test_without_n_grams_there_is_nothing_to_leave_out(tmp_path, reviews):
    run = textlstm.train(
        "sentiment", preset="tiny", data=str(reviews), ngrams=False, epochs=1, out=tmp_path / "run"
    )
    assert network_alone(run.predictor) is None
    assert "network-alone" not in run.report.baselines
