"""Training with a carried state: exact states, a loss of one pass, kill and resume."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import textlstm
from textlstm import checkpoint, training
from textlstm.errors import DataError
from textlstm.interrupt import Interrupt
from textlstm.progress import Quiet

sys.path.insert(0, str(Path(__file__).parent / "runtime"))

from generation import STORY, made


class Text:
    """A part of a store, in memory."""

    def __init__(self, ids):
        self.ids = ids

    def __len__(self):
        return 1

    def flat(self, column):
        return self.ids

    def lengths(self, column):
        return np.array([len(self.ids)])


def trainer(tmp_path, **settings):
    values = {"tokens": "characters", "batch_rows": 3, "steps": 7, "epochs": 3, **settings}
    s, task, model = made(tmp_path / "bundle", **values)
    ids = task.encode([STORY])[0]["tokens"]
    training.prepare(1)
    job = training.Job(model, task, Text(ids), Text(ids[:200]), [], s, tmp_path, Quiet())
    return training.trainer(job)


def test_the_valid_loss_of_pieces_is_that_of_one_pass(tmp_path):
    found = trainer(tmp_path)
    loss, name, score = found._validate()
    assert (name, score) == ("loss", -loss)
    plan = found._streams(found.job.valid, found.plan.rows)
    (whole,) = plan.pieces([(0, plan.length)])
    costs, *_ = found.job.model(
        {"tokens": whole.tokens, "next": whole.targets,
         **{t.name: np.zeros((plan.rows, t.shape[-1]), "f4") for t in found._states}}
    )  # fmt: skip
    assert float(found.job.model.loss(whole.targets, costs)) == pytest.approx(loss, rel=1e-5)


def test_states_go_on_in_training(tmp_path):
    found = trainer(tmp_path, learning_rate=1e-9)
    (piece,) = list(found.plan.pieces([(0, 7)]))
    zeros = found._zeros(3)
    _, after = found._learn(*map(tf.constant, piece), zeros)
    one, _ = found._learn(*map(tf.constant, piece), zeros)
    other, _ = found._learn(*map(tf.constant, piece), after)
    assert abs(float(one) - float(other)) > 1e-4
    assert [state.shape[-1] for state in after] == [state.shape[-1] for state in zeros]


def test_it_learns(tmp_path):
    found = trainer(tmp_path, learning_rate=0.02, average=0.0)
    before = found._validate()[0]
    state = found.run(Interrupt(print))
    assert state.done
    assert state.best_loss < before - 0.3
    assert [row["epoch"] for row in state.history] == [1, 2, 3]
    assert all(0 <= row["padding"] < 0.05 for row in state.history)


def weights(model):
    return checkpoint.weights(model)


def test_killed_and_gone_on_it_ends_the_same(tmp_path):
    dropouts = {"dropout": 0.3, "weight_dropout": 0.2, "embedding_dropout": 0.1, "average": 0.9}
    whole = trainer(tmp_path / "whole", **dropouts)
    whole.run(Interrupt(print))
    cut = trainer(tmp_path / "cut", **dropouts)

    class Killed(Exception):
        pass

    def kill(row):
        if row["epoch"] == 2:
            raise Killed

    cut.job.progress.step = kill
    with pytest.raises(Killed):
        cut.run(Interrupt(print))
    keras.backend.clear_session()
    again = trainer(tmp_path / "cut", **dropouts)
    state = again.run(Interrupt(print))
    assert len(state.history) == 3
    for name, array in weights(whole.job.model).items():
        np.testing.assert_array_equal(weights(again.job.model)[name], array, err_msg=name)


def test_a_batch_holds_no_more_tokens_than_asked(tmp_path):
    found = trainer(tmp_path, batch_tokens=9)
    assert (found.plan.rows, found.plan.steps) == (3, 3)


def test_a_validation_part_without_tokens_is_refused_before_training(tmp_path):
    s, task, model = made(tmp_path / "bundle", tokens="words", batch_rows=3, steps=7)
    ids = task.encode([STORY])[0]["tokens"]
    job = training.Job(model, task, Text(ids), Text(ids[:0]), [], s, tmp_path, Quiet())
    with pytest.raises(DataError, match="^the validation part holds no token$"):
        training.trainer(job)


def test_what_is_lowered_is_said(tmp_path):
    said = []

    class Told(Quiet):
        def say(self, text):
            said.append(text)

    s, task, model = made(tmp_path / "bundle", tokens="characters", batch_rows=3, steps=7)
    ids = task.encode([STORY])[0]["tokens"]
    assert len(ids) == 1788
    for changed, message in [
        ({"batch_rows": 3, "steps": 7}, []),
        ({"batch_rows": None, "steps": 300}, []),  # nobody asked for eight streams
        ({"batch_rows": 64, "steps": 100}, ["batch_rows=64 is lowered to 17: there are 1,788 "
                                            "tokens, and batch_tokens=16384"]),
        ({"batch_rows": 4, "steps": 400, "batch_tokens": 1000},
         ["steps=400 is lowered to 250: there are 1,788 tokens, and batch_tokens=1000"]),
    ]:  # fmt: skip
        said.clear()
        asked = replace(s, **changed)
        job = training.Job(model, task, Text(ids), Text(ids), [], asked, tmp_path, Told())
        training.trainer(job)
        assert said == message


def test_a_file_becomes_a_model_that_says_which_baseline_wins(tmp_path):
    lines = "".join(f"the {n % 7} of {n % 5} and the {n % 3}\n" for n in range(3000))
    (tmp_path / "a.txt").write_text(lines, encoding="utf-8")
    run = textlstm.train(
        "generation", preset="tiny", data=str(tmp_path / "a.txt"), tokens="words", epochs=1,
        vocabulary=None, out=tmp_path / "run",
    )  # fmt: skip
    assert run.report.examples == pytest.approx(7, abs=2)
    assert set(run.report.baselines) == {"kneser-ney", "unigram", "uniform"}
    assert run.report.scores["perplexity"].value == pytest.approx(
        run.report.scores["perplexity_per_token"].value
    )
    assert any("counting n-grams is better here" in note for note in run.report.notes)
    assert run.report.baselines["uniform"]["scores"]["perplexity"].value == pytest.approx(
        run.predictor.task.size - 1, rel=1e-4
    )
    again = textlstm.evaluate(run.folder)
    assert again.scores == run.report.scores
    shutil.copytree(run.folder, tmp_path / "again")
    found = textlstm.compare(run.folder, tmp_path / "again")
    assert found.pairs[0]["difference"] == 0
