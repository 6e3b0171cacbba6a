"""`memory`: tasks are what the papers say, thresholds too, trainings end as they should."""

import json
import math
import os
import signal

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from textlstm.cli import main
from textlstm.errors import SettingsError
from textlstm.lab import memory, memory_training
from textlstm.lab.memory import Attempt, Memory
from textlstm.lab.memory_settings import PRESETS, MemorySettings
from textlstm.lab.memory_tasks import TASKS
from textlstm.progress import Quiet

SMALL = {"units": 16, "batch": 32, "learning_rate": 2e-2, "every": 25}


class Said(Quiet):
    """Keeps what is said."""

    def __init__(self):
        self.lines = []

    def say(self, text):
        self.lines.append(text)


def drawn(name, length, batch=64, seed=0):
    return TASKS[name].draw(np.random.default_rng(seed), batch, length)


@given(st.integers(2, 60), st.integers(0, 10**6))
@settings(max_examples=30)
def test_adding_marks_one_number_in_each_half(length, seed):
    x, y = drawn("adding", length, 20, seed)
    assert x.shape == (20, length, 2) and y.shape == (20, 1)
    assert (x[:, : length // 2, 1].sum(axis=1) == 1).all()
    assert (x[:, length // 2 :, 1].sum(axis=1) == 1).all()
    assert set(np.unique(x[..., 1])) <= {0.0, 1.0}
    assert (x[..., 0] >= 0).all() and (x[..., 0] < 1).all()
    np.testing.assert_allclose(y[:, 0], (x[..., 0] * x[..., 1]).sum(axis=1), rtol=1e-6)


def test_the_mean_answer_of_adding_has_the_published_error():
    _, y = drawn("adding", 100, 100_000)
    task = TASKS["adding"]
    assert task.error(np.full_like(y, 1.0), y) == pytest.approx(task.chance(100), rel=0.02)
    assert task.chance(100) == pytest.approx(0.167, abs=1e-3)
    assert task.limit(100) == 0.01


@given(st.integers(10, 300), st.integers(0, 10**6))
@settings(max_examples=30)
def test_order_is_that_of_the_two_symbols(length, seed):
    x, y = drawn("order", length, 20, seed)
    assert x.shape == (20, length, 8) and (x.sum(axis=-1) == 1).all()
    symbols = x.argmax(axis=-1)
    assert (symbols[:, 0] == 6).all() and (symbols[:, -1] == 7).all()
    for row, target in zip(symbols, y, strict=True):
        places = np.flatnonzero(row < 2)
        assert len(places) == 2
        assert 0.09 * length - 1 <= places[0] <= 0.2 * length + 1
        assert 0.5 * length - 1 <= places[1] <= 0.6 * length + 1
        assert target == 2 * row[places[0]] + row[places[1]]
    inner = np.delete(symbols, [0, length - 1], axis=1)
    assert inner.max() <= 5


def test_order_has_four_classes_of_equal_chance():
    _, y = drawn("order", 20, 20_000)
    np.testing.assert_allclose(np.bincount(y) / len(y), 0.25, atol=0.02)
    task = TASKS["order"]
    assert task.chance(20) == 0.75
    assert task.error(np.eye(4)[(y + (np.arange(len(y)) < 200)) % 4], y) == 0.01


@given(st.integers(1, 60), st.integers(0, 10**6))
@settings(max_examples=30)
def test_copy_repeats_ten_symbols_after_the_signal(length, seed):
    x, y = drawn("copy", length, 8, seed)
    assert x.shape == (8, length + 20, 10) and y.shape == (8, length + 20)
    symbols = x.argmax(axis=-1)
    assert set(np.unique(symbols[:, :10])) <= set(range(1, 9))
    assert (symbols[:, 10 + length - 1] == 9).all()
    rest = np.delete(symbols[:, 10:], length - 1, axis=1)
    assert (rest == 0).all()
    assert (y[:, :-10] == 0).all()
    np.testing.assert_array_equal(y[:, -10:], symbols[:, :10])


@pytest.mark.parametrize("length", [10, 100])
def test_who_guesses_the_copy_has_the_published_error(length):
    """Arxiv 1511.06464, section 5.1: 10 log 8 / (T + 20)."""
    _, y = drawn("copy", length, 500)
    logits = np.full((*y.shape, 9), -1e3)
    logits[:, :-10, 0] = 0.0
    logits[:, -10:, 1:] = 0.0
    task = TASKS["copy"]
    assert task.error(logits, y) == pytest.approx(10 * math.log(8) / (length + 20))
    assert task.chance(length) == pytest.approx(10 * math.log(8) / (length + 20))
    assert task.limit(length) == pytest.approx(task.chance(length) / 10)
    right = np.where(np.eye(9)[y] > 0, 0.0, -1e3)
    assert task.error(right, y) == pytest.approx(0, abs=1e-6)


def how(**changes):
    values = {
        "units": 8, "batch": 4, "steps": 3, "seconds": None, "every": 2, "learning_rate": 0.01,
        "rnn_learning_rate": 0.01, "clip_norm": 1.0, "forget_bias": None, "seed": 1,
    }  # fmt: skip
    return memory_training.Training(**{**values, **changes})


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_networks_answer_with_one_layer_of_the_cell(name, cell):
    task = TASKS[name]
    model = memory_training.network(task, cell, 12, how())
    x, _ = drawn(name, 12, 3)
    shape = {"number": (3, 1), "class": (3, 4), "classes": (3, 32, 9)}[task.output]
    assert model(x).shape == shape
    assert model.get_layer("recurrent_1").units == 8


def test_gates_start_to_keep():
    def bias(cell, **changes):
        network = memory_training.network(TASKS["adding"], cell, 100, how(units=500, **changes))
        return network.get_layer("recurrent_1").get_weights()[2]

    lstm = bias("lstm")
    i, f, g, o = np.split(lstm, 4)
    np.testing.assert_array_equal(i, -f)
    assert f.min() >= 0 and f.max() <= math.log(99) and np.exp(f).mean() == pytest.approx(50, 0.1)
    assert not g.any() and not o.any()
    np.testing.assert_array_equal(bias("lstm", forget_bias=3.0), np.repeat([0, 3, 0, 0], 500))
    z = bias("gru")
    assert (
        z[0, :500].min() >= 0 and z[0, :500].max() > 3 and not z[0, 500:].any() and not z[1].any()
    )
    assert not bias("gru", forget_bias=3.0).any()
    assert not bias("rnn").any()


def test_a_long_lstm_learns_what_a_mean_does_not(tmp_path):
    found = memory.measure(
        tasks=("adding",), lengths=(12,), cells=("rnn", "lstm"), steps=400, progress=Said(),
        rnn_learning_rate=1e-12, **SMALL,
    )  # fmt: skip
    rnn, lstm = found.attempts
    assert lstm.solved and lstm.error <= 0.01 and lstm.steps < 400
    assert lstm.history[0][0] == 0 and lstm.history[-1] == (lstm.steps, lstm.history[-1][1])
    assert lstm.history[-1][1] <= 0.01 < lstm.history[-2][1]
    assert not rnn.solved and rnn.steps == 400  # its learning rate is 0, all but
    words = " ".join(found.table().split())
    assert "LSTM T=12 solved." in words
    assert "T=12: confirmed: the LSTM has learned it, the RNN has not." in words
    assert found.png().startswith(b"\x89PNG")
    assert not found.interrupted


def test_the_same_seed_gives_the_same_course():
    def course(seed):
        found = memory.measure(
            tasks=("order",), lengths=(10,), cells=("gru",), steps=20, progress=Said(),
            seed=seed, **{**SMALL, "every": 10},
        )  # fmt: skip
        return found.attempts[0].history, found.attempts[0].error

    assert course(1) == course(1)
    assert course(1) != course(2)


def test_time_can_be_the_budget():
    found = memory.measure(
        tasks=("copy",), lengths=(30,), cells=("lstm",), minutes=1e-3, every=1, progress=Said()
    )
    assert found.attempts[0].steps < 1500
    assert found.attempts[0].verdict == "not solved"


def test_the_command_prints_and_saves(tmp_path):
    words = ["tasks=adding,copy", "lengths=4", "cells=lstm,rnn", "steps=2", "units=4", "batch=2"]
    files = [tmp_path / f"a.{ending}" for ending in ("png", "html", "json")]
    saves = [word for file in files for word in ("--save", str(file))]
    done = CliRunner().invoke(main, ["memory", *words, *saves])
    assert done.exit_code == 0, done.output
    assert "4 trainings of at most 2 steps" in done.stderr
    assert "adding T=4 LSTM: not solved after 2 steps, MSE" in done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "undecided: within this budget neither" in " ".join(done.stdout.split())
    document = json.loads(files[2].read_text(encoding="utf-8"))
    assert [(a["task"], a["cell"]) for a in document["attempts"]] == [
        ("adding", "lstm"), ("adding", "rnn"), ("copy", "lstm"), ("copy", "rnn"),
    ]  # fmt: skip
    assert document["attempts"][0]["limit"] == 0.01
    assert files[0].read_bytes().startswith(b"\x89PNG")
    assert b"<script" not in files[1].read_bytes()


def test_ctrl_c_gives_what_there_is(monkeypatch):
    calls = []

    class Breaking(Said):
        def say(self, text):
            super().say(text)
            if "T=4 GRU: " in text:  # the second of three has ended
                calls.append(text)
                os.kill(os.getpid(), signal.SIGINT)

    said = Breaking()
    found = memory.command(
        ["tasks=adding", "lengths=4", "steps=3", "units=4", "batch=2"],
        preset=None, save=(), progress=said,
    )  # fmt: skip
    assert len(calls) == 1
    assert [each.cell for each in found.attempts] == ["rnn", "gru"]
    assert found.interrupted and not found.attempts[0].interrupted
    assert "Interrupted: what is missing" in " ".join(found.table().split())
    assert any("ends with what there is" in line for line in said.lines)


def test_an_interrupted_training_is_called_so(monkeypatch):
    import types

    def learn(task, cell, length, how, look, stop):
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
        return memory_training.Course(1, [(0, 0.5)], 0, 0.1, 0.5)

    monkeypatch.setattr(memory_training, "learn", learn)
    assert isinstance(memory_training, types.ModuleType)
    done = CliRunner().invoke(main, ["memory", "tasks=adding", "lengths=4", "cells=rnn,lstm"])
    assert done.exit_code == 130
    assert "interrupted" in done.stdout and "Claim" not in done.stdout


def attempt(cell, length, solved):
    return Attempt("adding", cell, length, 0.1, solved, 9, 1.0, 5, ((0, 0.2),))


@pytest.mark.parametrize(
    ("rnn", "lstm", "words"),
    [
        (False, True, "confirmed: the LSTM"), (True, True, "refuted at this length: both"),
        (True, False, "refuted: the RNN"), (False, False, "undecided"),
    ],
)  # fmt: skip
def test_the_verdict_is_that_of_the_longest(rnn, lstm, words):
    attempts = (
        attempt("rnn", 5, not rnn), attempt("lstm", 5, not lstm),
        attempt("rnn", 9, rnn), attempt("lstm", 9, lstm),
    )  # fmt: skip
    found = Memory(MemorySettings().to_dict(), attempts)
    (claim,) = [line for line in found.findings() if line.startswith("Claim")]
    assert f"T=9: {words}" in claim


def test_presets_are_settings():
    for values in PRESETS.values():
        MemorySettings.from_mapping(values)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--preset", "quik"], "memory has no preset 'quik': it has quick. Did you mean 'quick'?"),
        (["tasks=addding"], "tasks=addding: expected adding|order|copy. Did you mean 'adding'?"),
        (["lengths=9", "tasks=order"], "lengths= has 9: tasks=order needs at least 10"),
        (["cells=rnn,rnn"], "cells= has rnn twice"),
        (["steps=0"], "steps=0: expected at least 1"),
        (["--save", "a.txt"], "a.txt: expected a name that ends in .png, .html, .json"),
        (["adding"], "'adding' is not a setting: expected KEY=VALUE."),
    ],
)
def test_mistakes_are_a_line_before_any_training(words, message, monkeypatch):
    def never(*_):
        raise AssertionError("trained")

    monkeypatch.setattr(memory, "product", never)
    done = CliRunner().invoke(main, ["memory", *words])
    assert done.exit_code == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2


def test_without_tensorflow_it_is_said(monkeypatch):
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "tensorflow" else find(name)
    )
    with pytest.raises(SettingsError, match="tensorflow is not installed, which memory needs"):
        memory.measure(lengths=(20,), progress=Said())
