"""What every recipe must do, on its own default corpus with its tiny preset."""

import json
import shutil
from dataclasses import dataclass, replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from click.testing import CliRunner

import textlstm
from textlstm import bundle, discover, harness, training
from textlstm.batches import pad
from textlstm.cli import main
from textlstm.export import constants, generation_parity, translation_parity
from textlstm.export.walk import output_names
from textlstm.lab import tally
from textlstm.progress import Quiet

NAMES = discover.names()


@pytest.fixture(scope="module", params=NAMES)
def run(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "run"
    return textlstm.train(request.param, preset="tiny", out=folder)


BASELINES = {
    "classify": {"network-alone", "majority", "tfidf-logistic", "nb-svm"},
    "tag": {"most-frequent-tag", "linear-tagger"},
    "translate": {"copy-source", "word-by-word", "nearest-sentence"},
    "generate": {"kneser-ney", "unigram", "uniform"},
    "forecast": {"last-value", "drift", "autoregression"},  # no season in so short a history
}


@dataclass(frozen=True)
class Inputs:
    """What a kind of task is asked besides its own data.

    Attributes:
        key: what the input is called in a JSON line.
        strange: inputs that it must answer.
        typed: one for the command line.
        first: of its tokens, None where there is nothing to explain.
    """

    key: str
    strange: list
    typed: str
    first: str | None


TEXTS = Inputs(
    "text",
    ["", " ", "a", "one", "zzz qqq", "qwertzuiop", "\x00", "😀", "字" * 300],
    "Anna flew to 北京, not bad at all.",
    "anna",
)
RISING = " ".join(map(str, range(30)))
NUMBERS = Inputs(
    "past", [[0.0] * 30, [1e6] * 30, [-1e6] * 29 + [1e6], RISING, RISING + " 1e-9"], RISING, None
)
INPUTS = {
    "classify": TEXTS,
    "tag": TEXTS,
    "translate": replace(TEXTS, key="source"),
    "generate": replace(TEXTS, key="prefix"),
    "forecast": NUMBERS,
}


def numbers(answer):
    """Return every number in an answer, in its order."""
    if isinstance(answer, dict):
        return [x for value in answer.values() for x in numbers(value)]
    if isinstance(answer, list):
        return [x for value in answer for x in numbers(value)]
    return [] if isinstance(answer, str) else [float(answer)]


def words(answer):
    """Return an answer without its numbers that are not whole."""
    if isinstance(answer, dict):
        return {key: words(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [words(value) for value in answer]
    return None if isinstance(answer, float) else answer


def same(one, other, tolerance=1e-5):
    return words(one) == words(other) and numbers(one) == pytest.approx(
        numbers(other), abs=tolerance
    )


def encoded(task, rows, model):
    """Return the network's inputs and the targets of some rows of a report, as a batch."""
    if task.kind == "generate":
        found = task.encode([row["input"] for row in rows])
        batch = pad([row["tokens"][:100] for row in found], fill=-1)
        inputs = {t.name: np.zeros((len(rows), t.shape[-1] or 1), "f4") for t in model.inputs}
        inputs |= {"tokens": np.pad(np.maximum(batch, 0)[:, :-1], ((0, 0), (1, 0))), "next": batch}
        return inputs, batch, found
    found = task.encode([row["input"] for row in rows])
    targets = task.encode_targets([row["target"] for row in rows], found)
    found = [{**row, **target} for row, target in zip(found, targets, strict=True)]
    inputs = {name: pad([row[name] for row in found]) for name in task.features}
    arrays = [row[task.target_name] for row in targets]
    batch = pad(arrays, fill=-1) if task.per_step else np.stack(arrays)
    return (inputs if len(inputs) > 1 else next(iter(inputs.values()))), batch, found


def network(run):
    recipe = discover.load(run.report.recipe)
    settings = recipe.settings.from_mapping(run.predictor.bundle.settings)
    training.prepare(settings.seed)
    keras.utils.clear_session()
    return recipe.network(settings, run.predictor.task)


def test_the_table_is_whole():
    assert NAMES == ["forecast", "generation", "ner", "sentiment", "translation"]


def test_it_trains_and_the_loss_falls(run):
    losses = [row["loss"] for row in run.history]
    assert len(losses) >= 2
    assert losses[-1] < losses[0]


def test_scores_lie_in_their_intervals_and_baselines_stand_beside(run):
    for score in run.report.scores.values():
        assert score.low <= score.value <= score.high
    assert set(run.report.baselines) == BASELINES[run.predictor.task.kind]


def test_saved_and_loaded_it_answers_alike(run):
    inputs = [row["input"] for row in run.rows[:50]]
    predictor = textlstm.Predictor.load(run.folder)
    again = harness.answered(harness.of(predictor.task.kind), predictor, inputs)
    for row, answer in zip(run.rows[:50], again, strict=True):
        assert same(answer, row["answer"])


def test_alone_is_as_in_a_batch(run):
    strange = INPUTS[run.predictor.task.kind].strange
    inputs = [row["input"] for row in run.rows[:40]] + strange
    together = run.predictor.predict(inputs)
    for given, answer in zip(inputs, together, strict=True):
        assert same(run.predictor.predict([given])[0], answer)


def test_strange_inputs_have_an_answer(run):
    for answer in run.predictor.predict(INPUTS[run.predictor.task.kind].strange):
        assert np.isfinite(numbers(answer)).all()


def test_every_weight_gets_a_gradient(run):
    model = network(run)
    inputs, targets, _ = encoded(run.predictor.task, run.rows[:64], model)
    with tf.GradientTape() as tape:
        loss = model.loss(targets, keras.tree.flatten(model(inputs, training=True))[0])
    gradients = tape.gradient(loss, model.trainable_weights)
    for weight, gradient in zip(model.trainable_weights, gradients, strict=True):
        assert gradient is not None, weight.path
        assert np.abs(keras.ops.convert_to_numpy(tf.convert_to_tensor(gradient))).max() > 0, (
            weight.path
        )


def test_the_bundles_weights_are_the_networks(run):
    found = bundle.load(run.folder)
    model = network(run)
    saved = found.weights()
    assert set(saved) == {weight.path for weight in model.weights}
    for weight in model.weights:
        assert saved[weight.path].shape == tuple(weight.shape)
        weight.assign(saved[weight.path])
    if found.task.kind == "generate":
        tokens = [row["tokens"] for row in found.task.encode([r["input"] for r in run.rows[:5]])]
        generation_parity.compare(model, found.graphs["model"], tokens, start=found.task.start)
        return
    inputs, _, rows = encoded(found.task, run.rows[:20], model)
    if found.task.kind == "translate":  # its answers are searched for, step by step
        translation_parity.compare(model, found.graphs, rows)
        return
    made = dict(zip(output_names(model.outputs), [np.asarray(model(inputs))], strict=True))
    answers = found.task.decode({**made, **constants(model)}, rows)
    for row, answer in zip(run.rows[:20], answers, strict=True):
        assert same(found.task.complete(row["input"], answer), row["answer"], 1e-4)


def test_the_runner_predicts_and_explains(run):
    about = INPUTS[run.predictor.task.kind]
    text = about.typed
    done = CliRunner().invoke(main, ["predict", str(run.folder), text, "--json"])
    assert done.exit_code == 0, done.output
    line = json.loads(done.output)
    assert line.pop(about.key) == text
    assert same(line, json.loads(json.dumps(run.predictor.predict([text])[0])))
    done = CliRunner().invoke(main, ["explain", str(run.folder), text, "--json"])
    if about.first is None:
        assert done.exit_code == 1
        assert "explain is for texts" in done.output
        return
    assert done.exit_code == 0, done.output
    tokens = [token["text"] for token in json.loads(done.output)["tokens"]]
    assert "".join(tokens).lower().startswith(about.first)
    if run.predictor.task.kind != "generate":  # whose explanation is of the next token alone
        assert same(run.explain(text).answer, run.predictor.predict([text])[0])


def test_evaluated_again_it_scores_the_same(run):
    again = textlstm.evaluate(run.folder)
    assert again.examples == run.report.examples
    for name, score in run.report.scores.items():
        assert again.scores[name].value == pytest.approx(score.value)
    assert set(again.baselines) == set(run.report.baselines)


def test_a_shootout_counts_its_runs(run, tmp_path):
    """Two entries with the same run: what each recipe's settings, graphs and rows must give."""
    for name in ("one", "other"):
        shutil.copytree(run.folder, tmp_path / name)
    recipe = discover.load(run.report.recipe)
    settings = recipe.settings.from_mapping(run.predictor.bundle.settings)
    entries = [tally.Entry(n, {}, settings, [tmp_path / n]) for n in ("one", "other")]
    about = {"recipe": recipe.name, "seeds": [1], "budget": "same-units", "recurrent": None}
    found = tally.standings(recipe, entries, about, [], Quiet())
    (pair,) = found.to_json()["paired"]["seeds"]
    assert pair["difference"] == 0
    for row in found.to_json()["combinations"]:
        assert row["score"]["value"] == next(iter(run.report.scores.values())).value
        assert row["operations"] > 0 and row["parameters"]["recurrent"] > 0
    assert found.table(80)


def test_files_are_json_that_others_can_read(run):
    for name in ("settings.json", "report.json"):
        json.loads((run.folder / name).read_text(encoding="utf-8"))
    for line in (run.folder / "log.jsonl").read_text(encoding="utf-8").splitlines():
        assert json.loads(line)["kind"] in ("steps", "epoch")
