"""`gradients`: norms are Keras' and those of finite differences, words follow from the numbers."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from click.testing import CliRunner

from textlstm.cli import main
from textlstm.errors import DataError, SettingsError
from textlstm.explaining import Explainer
from textlstm.lab import gradients, gradients_run, gradients_words
from textlstm.lab.gradients_clip import Training, trained
from textlstm.lab.gradients_flow import CELLS, Curve, Variant, drawn_curve, fate, norms
from textlstm.lab.gradients_settings import GradientSettings, TrainedSettings
from textlstm.reference import backward, forward, gradients_as_in_keras
from textlstm.runtime import Predictor

sys.path.insert(0, str(Path(__file__).parent / "runtime"))

from generation import made as language_model

SMALL = {"units": 6, "features": 3, "batch": 4, "seeds": 3}
VARIANTS = [
    Variant("rnn"),
    Variant("rnn", "relu", 1.3),
    Variant("gru", scale=1.5),
    Variant("lstm", forget_bias=2.0),
]


def invoke(*words):
    return CliRunner().invoke(main, ["gradients", *map(str, words)])


def directions(shape, seed):
    """The directions of the loss that `norms` draws."""
    last = np.random.default_rng(seed).normal(size=shape)
    return last / np.linalg.norm(last, axis=1, keepdims=True)


def keras_layer(variant, cell):
    """A Keras layer that goes one step, with the weights of a reference cell."""
    kind = {
        "rnn": keras.layers.SimpleRNNCell, "gru": keras.layers.GRUCell,
        "lstm": keras.layers.LSTMCell,
    }[variant.cell]  # fmt: skip
    layer = kind(6, activation=variant.activation, dtype="float64")
    layer.build((None, 3))
    layer.set_weights(gradients_as_in_keras(cell.weights))
    return layer


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: f"{v.cell} {v.activation}")
def test_norms_are_those_of_tensorflow(variant):
    cell = variant.drawn(3, 6, seed=4)
    if variant.cell == "gru":  # Keras keeps two biases of each gate, the equations their sum
        assert not any(getattr(cell.weights, name).any() for name in ("b_z", "b_r", "b_n", "b_Un"))
    x = np.random.default_rng(0).normal(size=(4, 9, 3))
    layer = keras_layer(variant, cell)
    states = [keras.ops.zeros((4, 6), "float64")] * len(cell.start(4))
    hidden = []
    with tf.GradientTape() as tape:
        for t in range(9):
            h, states = layer(tf.constant(x[:, t]), states)
            tape.watch(h)  # what comes back to h_t, from all later steps
            states = [h, *states[1:]]
            hidden.append(h)
        loss = tf.reduce_sum(h * directions((4, 6), 1))
    expected = np.stack([np.linalg.norm(g, axis=1) for g in tape.gradient(loss, hidden)], axis=1)
    found, _ = norms(cell, x, np.random.default_rng(1))
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    np.testing.assert_allclose(found[:, -1], 1)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: f"{v.cell} {v.activation}")
def test_norms_are_those_of_finite_differences(variant):
    """Move h_t alone, go on from there, and see how far the loss moves."""
    cell = variant.drawn(3, 6, seed=2)
    x = np.random.default_rng(3).normal(size=(1, 7, 3))
    last = directions((1, 6), 5)
    found, reading = norms(cell, x, np.random.default_rng(5))
    for t in range(6):
        slopes = []
        for unit in range(6):
            ends = []
            for step in (1e-6, -1e-6):
                h, *rest = (part.copy() for part in reading.steps[t].state)
                h[0, unit] += step
                ends.append((forward(cell, x[:, t + 1 :], state=(h, *rest)).state[0] * last).sum())
            slopes.append((ends[0] - ends[1]) / 2e-6)
        assert found[0, t] == pytest.approx(np.linalg.norm(slopes), rel=1e-5)


def test_a_curve_is_the_median_of_its_sequences_and_seeds():
    how = GradientSettings.from_mapping(SMALL)
    curve = drawn_curve(Variant("lstm", forget_bias=1.0), "LSTM", 12, how)
    assert curve.norms.shape == (3, 12)
    rng = np.random.default_rng([2, 1])
    x = rng.normal(size=(12, 4, 3))[::-1].transpose(1, 0, 2)
    reading = forward(Variant("lstm", forget_bias=1.0).drawn(3, 6, 2), x)
    last = directions((4, 6), [2, 2])
    own = np.linalg.norm(backward(reading, dstate=(last, np.zeros_like(last))).h, axis=-1)
    np.testing.assert_allclose(curve.norms[1], np.median(own, axis=0))  # seeds 1, 2, 3
    np.testing.assert_allclose(curve.middle(), np.sort(curve.norms, axis=0)[1])
    assert curve.ratio == curve.middle()[0]
    assert curve.factor**11 == pytest.approx(curve.ratio)
    assert 0.6 < curve.keep < 0.8  # sigmoid(1) = 0.73


def test_a_scale_is_on_the_recurrent_weights_alone():
    one, three = (Variant("gru", scale=scale).drawn(3, 6, 1).weights for scale in (1.0, 3.0))
    for name, weight in one._asdict().items():
        factor = 3 if name.startswith("U") else 1
        np.testing.assert_array_equal(getattr(three, name), weight * factor)


def test_regimes_of_an_rnn():
    """U keeps lengths, so a step back multiplies by its scale at most, times the slopes."""
    how = GradientSettings.from_mapping({**SMALL, "units": 32, "seeds": 2})
    small, large = (drawn_curve(Variant("rnn", scale=s), "RNN", 60, how) for s in (0.5, 4.0))
    assert (small.fate, large.fate) == ("vanishes", "explodes")
    assert small.factor < 0.5 and 1 < large.factor < 4
    assert [fate(r) for r in (0.0, 0.5, 101.0, np.inf, np.nan)] == [
        "vanishes", "is kept", "explodes", "explodes", "explodes",
    ]  # fmt: skip


def test_what_overflows_is_said_and_is_json():
    found = gradients.measure(
        cells=("rnn", "lstm"), activation=("relu",), scale=(500.0,), lengths=(200,),
        **{**SMALL, "units": 32},
    )  # fmt: skip
    assert [curve.fate for curve in found.curves] == ["explodes", "explodes"]
    assert "LSTM relu U×500 explodes (inf): undecided, equally far from 1" in found.findings()[0]
    assert "nan" not in found.table()
    document = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert document["curves"][0]["ratio"] is None
    assert found.png().startswith(b"\x89PNG")
    assert "explodes" in found.table()


def a_curve(cell, ratio, name=None, length=101):
    line = np.geomspace(ratio, 1, length)[None]
    return Curve(name or cell.upper(), cell, line, None, Variant(cell))


def test_verdicts_follow_from_the_numbers():
    rnn = a_curve("rnn", 1e-20)
    for ratio, words in (
        (1e-5, "LSTM vanishes (1e-05): confirmed, 1e15 times nearer to 1"),
        (0.5, "LSTM is kept (0.5): confirmed, 1e20 times nearer to 1"),
        (1e-18, "LSTM vanishes (1e-18): undecided, 1e+02 times nearer to 1"),
        (1e-24, "LSTM vanishes (1e-24): refuted, 1e4 times farther from 1"),
    ):
        (line,) = gradients_words.of_cells([rnn, a_curve("lstm", ratio)])
        assert words in line, line
    (line,) = gradients_words.of_cells([a_curve("rnn", 1.0), a_curve("lstm", 0.1)])
    assert "RNN is kept (1)" in line and "nothing to gain" in line
    (line,) = gradients_words.of_cells([a_curve("rnn", 1e9), a_curve("gru", 2.0)])
    assert "RNN explodes (1e+09)" in line and "confirmed, 1e9 times nearer" in line


def test_the_activation_is_judged():
    tanh, relu = a_curve("rnn", 1e-9, "RNN tanh"), a_curve("rnn", 1e9, "RNN relu")
    relu = replace(relu, variant=Variant("rnn", "relu"))
    assert gradients_words.of_cells([tanh, relu])[-1].endswith("explodes (1e+09): confirmed.")
    kept = replace(a_curve("rnn", 0.5, "RNN relu"), variant=Variant("rnn", "relu"))
    assert gradients_words.of_cells([tanh, kept])[-1].endswith("refuted by RNN relu.")
    assert gradients_words.of_cells([tanh]) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_clipping_goes_on_where_the_same_training_diverges(seed):
    free, clipped = trained(None, seed), trained(1.0, seed)
    assert free.losses[0] == clipped.losses[0]  # the same weights and sequences
    assert free.norms[0] == clipped.norms[0] > 10
    assert free.diverged and len(free.losses) < 200
    assert not clipped.diverged and len(clipped.losses) == 200
    assert clipped.end < clipped.losses[0] / 2
    (line,) = gradients_words.of_clipping([free, clipped])
    assert line.endswith("confirmed.") and f"at step {len(free.losses)}" in line
    (line,) = gradients_words.of_clipping([replace(clipped, clip=None), clipped])
    assert line.endswith("refuted.")


def test_a_loss_that_is_no_number_has_diverged():
    assert Training(None, (1.0, float("nan")), (1.0, 1.0)).diverged


def test_the_command_prints_saves_and_is_the_same_again(tmp_path):
    words = [
        "lengths=5,9", "units=6", "features=3", "batch=4", "seeds=2", "forget_bias=0,1", "clip=1",
        "activation=tanh,relu",
    ]  # fmt: skip
    files = [tmp_path / f"a.{ending}" for ending in ("png", "html", "json")]
    done = invoke(*words, *(word for file in files for word in ("--save", file)))
    assert done.exit_code == 0, done.output
    for name in ("RNN tanh", "RNN relu", "GRU tanh", "LSTM relu b_f=0", "LSTM tanh b_f=1"):
        assert f"\n{name} " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "Claim: gradient clipping tames explosion." in done.stdout.replace("\n ", "")
    png, html, document = (file.read_bytes() for file in files)
    assert png.startswith(b"\x89PNG")
    assert b"<script" not in html and b"http" not in html.replace(b"http-equiv", b"")
    again = json.loads(invoke(*words, "--json").stdout)
    assert json.loads(document) == again
    curve = next(c for c in again["curves"] if c["name"] == "LSTM tanh b_f=1" and c["length"] == 9)
    assert len(curve["norms"]) == 9 and curve["norms"][-1] == pytest.approx(1)
    assert curve["ratio_low"] <= curve["ratio"] == curve["norms"][0] <= curve["ratio_high"]
    assert [len(t["losses"]) < 200 for t in again["clipping"]] == [True, False]


def test_a_recipe_gives_its_size():
    done = invoke("sentiment", "lengths=3", "seeds=1", "batch=2", "--json")
    settings = json.loads(done.stdout)["settings"]
    assert (settings["units"], settings["features"]) == (64, 128)


def test_a_run_is_read_through_its_own_layers(tiny_run, tmp_path):
    texts = ["the film was not good 17", "bad", "the song was great and the meal was not"]
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    found = gradients.measure(tiny_run.folder, texts=str(file), lengths=(2, 5))
    assert [curve.name.split()[1] for curve in found.curves] == ["forward", "backward"]
    predictor = Predictor.load(tiny_run.folder)
    explainer = Explainer(predictor)
    for curve, way in zip(found.curves, (1, -1), strict=True):
        lengths = [len(explainer.explain(text).tokens) for text in texts]
        assert curve.norms.shape == (3, max(lengths))
        assert (~np.isnan(curve.norms)).sum(axis=1).tolist() == lengths
        forgets = [
            explainer.explain(text).layers[0 if way == 1 else 1].values["forget"].mean()
            for text in texts
        ]
        assert curve.keep == pytest.approx(np.mean(forgets), abs=1e-6)
        np.testing.assert_allclose(curve.norms[:, -1], 1)
    most = max(len(explainer.explain(text).tokens) for text in texts)
    assert f"{most - 1} steps before the last one" not in found.table()  # of one text only
    assert "steps before the last one" in found.table()
    assert found.png().startswith(b"\x89PNG")


def test_a_run_has_texts_of_its_own(tiny_run):
    done = invoke(tiny_run.folder, "most=7", "lengths=2,4,500", "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    rows = len((tiny_run.folder / "predictions.jsonl").read_text("utf-8").splitlines())
    assert f"of the {rows} texts of" in document["findings"][-1]
    assert document["curves"][0]["runs"] <= 7
    shown = " ".join(invoke(tiny_run.folder, "most=7", "lengths=2,4,500").stdout.split())
    assert "No 5 texts have steps 499 before the last." in shown
    assert " 1 before" in shown and "499 before -" not in shown


def test_a_text_may_hold_characters_that_are_no_line_ends_of_a_file(tmp_path):
    texts = ["one\x85two\u2028three", "", "four"]
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    assert gradients_run._texts(tmp_path, TrainedSettings(texts=str(file)))[0] == texts
    rows = "".join(json.dumps({"input": t}, ensure_ascii=False) + "\n" for t in texts)
    (tmp_path / "predictions.jsonl").write_text(rows, encoding="utf-8")
    assert gradients_run._texts(tmp_path, TrainedSettings())[0] == texts


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_language_model_begins_as_at_the_beginning_of_a_text(tmp_path, cell):
    language_model(tmp_path / "bundle", cell=cell, tokens="characters", units=(6, 5))
    file = tmp_path / "texts.txt"
    file.write_text("The old man\n\na drum.\n", encoding="utf-8")
    found = gradients.measure(tmp_path / "bundle", texts=str(file), lengths=(2, 5))
    assert [curve.norms.shape for curve in found.curves] == [(2, 11)] * 2
    assert "1 of them have no token: left out" in " ".join(found.table().split())
    explainer = Explainer(Predictor.load(tmp_path / "bundle"))
    for k, curve in enumerate(found.curves if cell == "lstm" else ()):
        seen = [explainer.explain(text).layers[k] for text in ("The old man", "a drum.")]
        forget = np.mean([layer.values["forget"].mean() for layer in seen])
        assert curve.keep == pytest.approx(forget, abs=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_backward_reads_from_the_end(cell, monkeypatch):
    """The backward direction's last step is the first token."""
    from textlstm.explaining.nodes import Node

    made = Variant(cell).drawn(2, 3, 1)
    x = np.random.default_rng(0).normal(size=(1, 5, 2))
    node = Node("n", cell, {"forward": made, "backward": made}, "x", "y", ())
    forwards, backwards = gradients_run._curves(node, [(x, [])], 1)
    expected, _ = norms(made, x[:, ::-1], np.random.default_rng(1))
    np.testing.assert_allclose(backwards.norms, expected)
    assert not np.allclose(forwards.norms, expected)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["sentimnt"], 2, "translation. Did you mean 'sentiment'?"),
        (["cell=rnn"], 2, "no setting is called 'cell'. Did you mean 'cells'?"),
        (["cells=rnn,lstn"], 2, "cells=lstn: expected rnn|gru|lstm. Did you mean 'lstm'?"),
        (["lengths=1"], 2, "lengths=1: expected from 2 to 2000"),
        (["lengths=5,5"], 2, "lengths= has 5 twice"),
        (["cells=rnn", "forget_bias=2"], 2, "forget_bias= is the LSTM's, and cells= has no lstm"),
        (["activation=gelu"], 2, "activation=gelu: expected tanh|relu"),
        (["lengths=5", "--save", "a.gif"], 2, "a.gif: expected a name that ends in .png"),
        (["lengths=5", "--save", "no/a.png"], 2, "no: no such folder"),
        (["."], 4, "."),
    ],
)
def test_mistakes_are_a_line(tmp_path, monkeypatch, words, code, message):
    monkeypatch.chdir(tmp_path)
    done = invoke(*words)
    assert (done.exit_code, message in done.stderr) == (code, True), done.output
    assert len(done.stderr.strip().splitlines()) <= 2
    assert not list(tmp_path.iterdir())


def test_mistakes_with_a_run(tiny_run, tmp_path):
    with pytest.raises(SettingsError, match="clip= is for cells before training, and .* lengths, "):
        gradients.measure(tiny_run.folder, clip=1.0)
    with pytest.raises(DataError, match="no predictions.jsonl of a run: give texts=FILE"):
        gradients.measure(tiny_run.folder / "bundle")
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    with pytest.raises(DataError, match="empty.txt: no texts"):
        gradients.measure(tiny_run.folder, texts=str(empty))
    empty.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not UTF-8 at byte 1"):
        gradients.measure(tiny_run.folder, texts=str(empty))
    with pytest.raises(DataError, match="absent.txt: No such file"):
        gradients.measure(tiny_run.folder, texts="absent.txt")


def test_nothing_heavy_is_loaded():
    code = (
        "import sys; from textlstm.cli import main\n"
        "main(['gradients', 'lengths=4', 'clip=1', 'seeds=1'], standalone_mode=False)\n"
        "heavy = {'tensorflow', 'keras', 'sklearn', 'matplotlib', 'onnx', 'scipy', 'onnxruntime'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
