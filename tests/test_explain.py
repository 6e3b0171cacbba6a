"""`explain`: gates are Keras' own, contributions are the predictor's, pictures are whole."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import keras
import numpy as np
import pytest

from textlstm import bundle, checkpoint, discover, layers
from textlstm.errors import Refusal, SettingsError
from textlstm.explaining import Explainer, command, explain, occlusion, terminal
from textlstm.export import to_onnx
from textlstm.runtime import Predictor
from textlstm.tasks.classify import Classify
from textlstm.text import TextEncoder

TEXTS = ["not a good film, but a lovely song", "the meal was bad", "这部电影不好看，音乐很美。"] * 3
TEXT = "the film was not a good film, 不好看。"
KINDS = [
    (cell, both, units)
    for cell in ("lstm", "gru", "rnn")
    for both in (False, True)
    for units in ((5,), (4, 6))
]
NAMES = {"lstm": ("input", "forget", "output"), "gru": ("update", "reset"), "rnn": ()}


def network(cell, both, units, encoder, outputs=2, activation="tanh", last=False):
    """A small network whose weights, biases too, are all different."""
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    x = layers.embedding(tokens, encoder.size, 7, None)
    x = layers.recurrent(x, cell, units, both, activation=activation, return_sequences=not last)
    if not last:
        x = layers.pool(x, "max", bidirectional=both, name="pooled")
    model = keras.Model(tokens, keras.layers.Dense(outputs, name="logits")(x))
    rng = np.random.default_rng(3)
    for weight in model.weights:
        weight.assign(rng.normal(scale=0.5, size=weight.shape))
    return model


def predictor_of(model, encoder, *, multi=False, max_tokens=None):
    """A predictor of a network without files."""
    labels = tuple("abcdefgh"[: model.output_shape[-1]])
    thresholds = (0.0,) * len(labels) if multi else ()
    task = Classify(labels, multi, encoder, dict.fromkeys(labels, 1), max_tokens, thresholds)
    return Predictor(bundle.Bundle(Path("m"), {}, task, {}, {"model": to_onnx(model)}))


@pytest.fixture(scope="module")
def words():
    return TextEncoder.fit(TEXTS)


@pytest.fixture(scope="module")
def predictor(words):
    return predictor_of(network("lstm", True, (5,), words), words)


@pytest.fixture(scope="module")
def explanation(predictor):
    return explain(predictor, TEXT)


def gates_of_keras(cell, x):
    """Gates and states that a Keras cell computes, step by step: what its sigmoid gives."""
    seen = []
    sigmoid = getattr(cell, "recurrent_activation", None)

    def recorded(a):
        seen.append(np.asarray(sigmoid(a))[0])
        return keras.ops.convert_to_tensor(seen[-1][None])

    if sigmoid is not None:
        cell.recurrent_activation = recorded
    states = [keras.ops.zeros((1, cell.units))] * len(keras.tree.flatten(cell.state_size))
    hidden, memory = [], []
    for step in x:
        _, states = cell(keras.ops.convert_to_tensor(step[None]), states)
        hidden.append(np.asarray(states[0])[0])
        memory.append(np.asarray(states[-1])[0])
    if sigmoid is not None:
        cell.recurrent_activation = sigmoid
    return np.array(seen), np.array(hidden), np.array(memory)


def same_as_keras(found, model, ids):
    """Assert that all gates and states are those of the Keras network, to 1e-5."""
    for gates in found.layers:
        layer = model.get_layer(gates.layer)
        # the second input of a layer is the mask
        read = keras.Model(model.inputs[0], keras.tree.flatten(layer.input)[0])
        x = np.asarray(read(ids[None]))[0]
        own = getattr(layer, f"{gates.direction}_layer", layer)
        turn = slice(None, None, -1 if gates.direction == "backward" else 1)
        seen, hidden, memory = gates_of_keras(own.cell, x[turn])
        expected = {"hidden": hidden[turn]}
        if gates.cell == "lstm":
            expected["cell"] = memory[turn]
        for k, name in enumerate(NAMES[gates.cell]):
            expected[name] = seen[k :: len(NAMES[gates.cell])][turn]
        assert set(gates.values) == {*expected, *({"candidate"} if gates.names else ())}
        for name, values in expected.items():
            np.testing.assert_allclose(gates.values[name], values, atol=1e-5, err_msg=name)


@pytest.mark.parametrize(("cell", "both", "units"), KINDS)
def test_gates_are_those_of_keras(words, cell, both, units):
    model = network(cell, both, units, words)
    found = explain(predictor_of(model, words), TEXT)
    ways = ["forward", "backward"] if both else ["forward"]
    assert [(g.layer, g.direction) for g in found.layers] == [
        (f"recurrent_{k + 1}", way) for k in range(len(units)) for way in ways
    ]
    same_as_keras(found, model, words.encode(TEXT))


def test_gates_of_a_trained_run_are_those_of_keras(tiny_run):
    opened = bundle.load(tiny_run.folder)
    recipe = discover.load("sentiment")
    model = recipe.network(recipe.settings.from_mapping(opened.settings), opened.task)
    learned = opened.weights()
    for name, variable in zip(checkpoint.weights(model), model.weights, strict=True):
        variable.assign(learned[name])
    text = "the film was not good 17"
    found = explain(tiny_run.folder, text)
    assert [gates.direction for gates in found.layers] == ["forward", "backward"]
    same_as_keras(found, model, opened.task.encoder.encode(text))


def test_relu_and_the_last_state_only(words):
    model = network("gru", False, (4, 5), words, activation="relu", last=True)
    found = explain(predictor_of(model, words), TEXT)
    assert [gates.units for gates in found.layers] == [4, 5]
    assert (found.layers[1].values["hidden"] >= 0).all()


def test_the_answer_is_the_predictors(predictor, explanation):
    (answer,) = predictor.predict([TEXT])
    assert explanation.answer["label"] == answer["label"] == explanation.label
    for label, value in answer["probabilities"].items():
        assert explanation.answer["probabilities"][label] == pytest.approx(value, abs=1e-6)


def test_a_contribution_is_the_answer_minus_that_without_the_token(predictor, explanation):
    (whole,) = predictor.predict([TEXT])
    for place, token in enumerate(explanation.tokens):
        without = f"{TEXT[: token.start]} zzzz {TEXT[token.end :]}"
        (other,) = predictor.predict([without])
        for label, values in explanation.contributions.items():
            gap = whole["probabilities"][label] - other["probabilities"][label]
            assert values[place] == pytest.approx(gap, abs=1e-6)
    assert np.abs(explanation.contribution).max() > 1e-3
    assert sum(explanation.contributions.values()) == pytest.approx(0, abs=1e-6)


def test_many_variants_are_answered_in_parts(predictor, explanation, monkeypatch):
    monkeypatch.setattr(occlusion, "BATCH_TOKENS", 30)
    again = explain(predictor, TEXT)
    np.testing.assert_allclose(again.contribution, explanation.contribution, atol=1e-6)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_what_is_left_is_the_product_of_the_gates_since(words, cell):
    found = explain(predictor_of(network(cell, True, (5,), words), words), TEXT)
    for gates in found.layers:
        gate = gates.values["forget" if cell == "lstm" else "update"]
        time = len(gate)
        for start in range(time):
            for at in range(time):
                ahead = at - start if gates.direction == "forward" else start - at
                since = range(start + 1, at + 1) if at >= start else range(at, start)
                product = np.prod([gate[k] for k in since], axis=0).mean() if since else 1.0
                expected = product if ahead >= 0 else 0.0
                assert gates.left[start, at] == pytest.approx(expected), (start, at)
        end = -1 if gates.direction == "forward" else 0
        np.testing.assert_array_equal(gates.left_at_end, gates.left[:, end])


def test_an_rnn_has_no_gate(words):
    found = explain(predictor_of(network("rnn", False, (5,), words), words), TEXT)
    (gates,) = found.layers
    assert gates.left is None and gates.left_at_end is None and gates.names == ()
    assert list(gates.means()) == ["|h|"]
    assert gates.to_json()["left"] is None
    assert "product" not in found.table(matrix=True)
    assert found.png() and found.html()


@pytest.mark.parametrize("tokens", ["words", "characters", "bpe"])
@pytest.mark.parametrize(
    "text", ["", "a", "Not a LOVELY 😀 film，这部电影 ﬁne", "\t x\x1b[31m y \n"]
)
def test_tokens_are_the_raw_texts(tokens, text):
    encoder = TextEncoder.fit(TEXTS, tokens=tokens, vocabulary=280)
    found = explain(predictor_of(network("gru", False, (3,), encoder), encoder), text)
    assert len(found.tokens) == len(encoder.encode(text)) == len(found.contribution)
    for token in found.tokens:
        assert text[token.start : token.end] == token.text
        assert token.shown
    assert all(gates.values["hidden"].shape == (len(found.tokens), 3) for gates in found.layers)
    for width in (80, 200):
        assert "\x1b" not in found.table(width)  # what a text holds does not reach the terminal
    assert found.html()


def test_unknown_and_cut_tokens_are_said(words):
    model = network("lstm", False, (3,), words)
    found = explain(predictor_of(model, words, max_tokens=3), "a zebra was a good film")
    assert [token.text for token in found.tokens] == ["a", "zebra", "was"]
    assert [token.unknown for token in found.tokens] == [False, True, False]
    assert found.notes == ("cut to its first 3 of 6 tokens", "unknown to the vocabulary: zebra")
    assert found.contribution[1] == 0
    for shown in (found.table(), found.html()):
        assert "cut to its first 3 of 6 tokens" in shown


def test_several_labels(words):
    model = network("lstm", False, (3,), words, outputs=3)
    found = explain(predictor_of(model, words, multi=True), TEXT)
    assert found.answer["label"] == ["a", "b", "c"]
    assert found.label == max("abc", key=found.answer["probabilities"].__getitem__)
    assert found.heading.startswith(f"a, b, c  (probability of {found.label}: 0.")
    assert set(found.contributions) == set("abc")


def test_an_answer_without_probabilities(predictor, monkeypatch):
    monkeypatch.setattr(
        Classify, "decode", lambda self, outputs, rows: [{"n": 1}] * len(outputs["logits"])
    )
    found = explain(predictor, TEXT)
    assert list(found.contributions) == [found.label] == ["answer"]
    assert (found.contribution >= 0).all() and found.contribution.max() > 1e-3
    assert found.heading == "{'n': 1}"
    assert "how far the outputs move" in " ".join(found.table().split())
    assert found.html()


def test_other_inputs_are_left_out_too():
    arrays = {
        "tokens": np.array([5, 6, 7], np.int32),
        "characters": np.array([[2, 3], [4, 5], [6, 0]], np.int32),
        "series": np.array([[1.0], [2.0], [6.0]], np.float32),
    }
    found = occlusion.occluded(arrays, 1)
    assert found["tokens"].tolist() == [5, 1, 7]
    assert found["characters"].tolist() == [[2, 3], [1, 0], [6, 0]]
    assert found["series"].tolist() == [[1], [3], [6]]
    assert arrays["tokens"].tolist() == [5, 6, 7]


def test_a_wrong_equation_is_noticed(predictor):
    explainer = Explainer(predictor)
    explainer._nodes[0].cells["backward"].weights.b_f[:] += 0.01
    with pytest.raises(
        Refusal,
        match=r"^layer 'recurrent_1' backward: the hidden states of the equations and of ONNX "
        r"Runtime are 0\.0\S+ apart, expected at most 0\.0001$",
    ):
        explainer.explain(TEXT)


def refusal(predictor, change):
    """What is said of the predictor's graph after a change of it."""
    import onnx

    model = onnx.load_from_string(predictor.bundle.graphs["model"])
    change(model.graph, next(node for node in model.graph.node if node.name == "recurrent_1"))
    graphs = {"model": model.SerializeToString()}
    changed = Predictor(replace(predictor.bundle, graphs=graphs))
    with pytest.raises(Refusal) as caught:
        explain(changed, TEXT)
    return str(caught.value)


def test_nodes_that_the_equations_do_not_describe_are_refused(words, predictor):
    import onnx

    def clipped(graph, node):
        node.attribute.append(onnx.helper.make_attribute("clip", 3.0))

    assert refusal(predictor, clipped) == (
        "layer 'recurrent_1': peepholes, clip, input_forget and layout are not read"
    )
    gru = predictor_of(network("gru", False, (3,), words), words)

    def before(graph, node):
        kept = [a for a in node.attribute if a.name != "linear_before_reset"]
        del node.attribute[:]
        node.attribute.extend(kept)

    assert "a GRU with reset_after=False is not read" in refusal(gru, before)

    def softsign(graph, node):
        for attribute in node.attribute:
            if attribute.name == "activations":
                attribute.strings[0] = b"Softsign"

    assert refusal(gru, softsign) == (
        "layer 'recurrent_1': activation 'Softsign' is not read, tanh, relu, sigmoid are"
    )


def test_a_layer_that_reads_something_else_is_said(predictor):
    explainer, notes = Explainer(predictor), []
    arrays = explainer._arrays(explainer.task.encode([TEXT])[0])
    with pytest.raises(Refusal, match="^no recurrent layer reads the tokens: recurrent_1 reads"):
        explainer._layers(arrays, 3, notes)


def test_likely_mistakes(predictor, explanation, monkeypatch, tmp_path):
    with pytest.raises(TypeError, match="explain takes one text"):
        explain(predictor, [TEXT])
    with pytest.raises(SettingsError, match=r"a\.pdf: expected a name that ends in \.png, \.html"):
        explanation.save(tmp_path / "a.pdf")
    with pytest.raises(SettingsError, match="none: no such folder$"):
        explanation.save(tmp_path / "none" / "a.png")
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(Refusal, match="^onnx is not installed, which explain needs: `pip"):
        explain(predictor, TEXT)


ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("colour", [False, True])
def test_the_heat_map_fits_the_terminal(words, width, colour):
    predictor = predictor_of(network("lstm", True, (4, 6), words), words)
    long = TEXT * 4 + "antidisestablishmentarianism"
    shown = explain(predictor, long).table(width, colour=colour, matrix=True)
    assert ("\x1b[" in shown) == colour
    lines = ANSI.sub("", shown).splitlines()
    assert max(map(terminal.columns, lines)) <= width
    titles = [line for line in lines if "(LSTM)" in line and "product" not in line]
    assert len(titles) == (4 if width == 80 else 2)  # side by side where there is room
    assert "antidisestabl…" in shown


def test_columns_of_a_terminal():
    assert [terminal.columns(text) for text in ("", "film", "电影", "e\u0301", "，")] == [
        0,
        4,
        4,
        1,
        2,
    ]


def test_the_heat_map_says_the_numbers(explanation):
    rows = explanation.table(80).splitlines()
    gates = explanation.layers[0]
    start = next(k for k, row in enumerate(rows) if " forget " in row) + 1
    for place, token in enumerate(explanation.tokens):
        row = rows[start + place]
        assert row.startswith(token.shown)
        value = gates.values["forget"][place].mean()
        shade = terminal.SHADES[int(value * 10)]
        assert f" {value:.2f} {shade * 2}" in row
        assert f"{explanation.contribution[place] + 0.0:+.3f}".replace("-0.000", "+0.000") in row
    assert str(explanation) == explanation.table()


def test_a_matrix_too_wide_is_said_not_cut(predictor):
    shown = explain(predictor, "a good film " * 40).table(80, matrix=True)
    assert "120 tokens need 125 columns: see --save FILE.html" in shown


class Tags(HTMLParser):
    """Collects tags and notices those that are not closed."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_stands_alone(predictor):
    found = explain(predictor, '<script>alert(1)</script> & "good" film 电影')
    for document in (found.html(), found._repr_html_()):
        tags = Tags()
        tags.feed(document)
        assert tags.open == []
        names = {name for name, _ in tags.seen}
        assert "script" not in names and "link" not in names
        images = [attrs for name, attrs in tags.seen if name == "image"]
        assert len(images) == 2 * 6
        assert all(attrs["href"].startswith("data:image/png;base64,") for attrs in images)
        assert "http" not in document.replace("http-equiv", "")
        assert "&lt;script&gt;" in document
    assert "default-src 'none'" in found.html()


def test_pixels_are_a_png():
    from io import BytesIO

    from matplotlib.image import imread

    from textlstm.explaining.pixels import blue, both, png

    values = np.array([[0.0, 0.5, 1.0], [1.0, 0.2, 0.0]])
    read = imread(BytesIO(png(blue(values))))
    np.testing.assert_allclose(read * 255, blue(values), atol=0.5)
    assert read[0, 0].min() > read[0, 1].min() > read[0, 2].min()
    signs = both(np.array([[-2.0, 0.0, 2.0]]))
    assert signs[0, 0, 0] > signs[0, 0, 2] and signs[0, 2, 2] > signs[0, 2, 0]  # orange, blue


def test_signs_that_no_font_has_are_numbered(predictor, monkeypatch):
    from matplotlib.axes import Axes

    from textlstm.explaining import picture

    labels, draw = [], Axes.set_yticks
    monkeypatch.setattr(picture, "FONTS", ())
    monkeypatch.setattr(
        Axes, "set_yticks",
        lambda self, *given, **more: (labels.append(given[1:]), draw(self, *given, **more)),
    )  # fmt: skip
    assert (
        explain(predictor, "a $good$ 电影").png().startswith(b"\x89PNG")
    )  # and nothing is warned of
    assert (["a", "$", "good", "$", "5", "6"],) in labels


def test_a_picture_of_a_very_long_text_is_drawn(words, monkeypatch):
    from textlstm.explaining import picture

    monkeypatch.setattr(picture, "NAMED", 50)
    monkeypatch.setattr(picture, "TALLEST", 20)
    predictor = predictor_of(network("rnn", True, (3, 2), words), words)
    data = explain(predictor, "good film " * 100).png()
    rows = int.from_bytes(data[20:24], "big")
    assert picture.DPI * 20 < rows < picture.DPI * 25


def test_everything_is_in_the_json(explanation, tmp_path):
    explanation.save(tmp_path / "a.json")
    found = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert found == explanation.to_json()
    assert [token["text"] for token in found["tokens"]] == [t.text for t in explanation.tokens]
    (forward, _) = found["layers"]
    np.testing.assert_allclose(
        forward["values"]["forget"], explanation.layers[0].values["forget"], atol=1e-6
    )
    assert set(forward["values"]) == {"forget", "input", "candidate", "cell", "output", "hidden"}


def test_the_command(tiny_run, tmp_path):
    files = [tmp_path / "a.png", tmp_path / "a.html"]
    shown = command(tiny_run.folder, "the film was not good", save=files, width=100)
    assert shown == explain(tiny_run.folder, "the film was not good").table(100)
    assert files[0].read_bytes().startswith(b"\x89PNG")
    assert files[1].read_text(encoding="utf-8").startswith("<!doctype html>")
    found = json.loads(command(tiny_run.folder, "the film", as_json=True))
    assert found["text"] == "the film"
    with pytest.raises(SettingsError):  # before anything is loaded
        command(tmp_path / "none", "", save=[tmp_path / "a.pdf"])


def test_nothing_heavy_is_loaded(tiny_run):
    code = (
        "import sys; from textlstm.explaining import command; "
        f"command({str(tiny_run.folder)!r}, 'the film was not good'); "
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    heavy = {"tensorflow", "keras", "sklearn", "tensorflow_datasets", "matplotlib", "scipy"}
    assert set(done.stdout.split()) & heavy == set()


def test_the_tokens_of_a_tagger_are_those_it_reads(tmp_path):
    from textlstm import train
    from textlstm.progress import Quiet

    rows = [f"Old-Town{k} B-LOC\nis O\nfine O" for k in range(12)]
    (tmp_path / "a.txt").write_text("\n\n".join(rows) + "\n", "utf-8")
    run = train("ner", preset="tiny", epochs=1, format="conll", train=str(tmp_path / "a.txt"),
                out=tmp_path / "run", progress=Quiet())  # fmt: skip
    text = "The Anglo-Dutch firm, ½ of it."
    found = run.explain(text)
    assert [token.text for token in found.tokens] == [
        "The", "Anglo-Dutch", "firm", ",", "½", "of", "it", ".",
    ]  # fmt: skip
    assert all(text[token.start : token.end] == token.text for token in found.tokens)
    assert "{" not in found.said
    assert "cut to" not in " ".join(found.notes)
    assert "depends on it" in found.html()


def test_very_long_texts_are_refused(predictor):
    with pytest.raises(Refusal, match=r"^1,001 tokens: explain leaves out one after the other"):
        explain(predictor, "film " * 1001)


def test_where_nothing_can_be_written(explanation, tmp_path):
    (tmp_path / "a.html").mkdir()
    with pytest.raises(SettingsError, match=r"a\.html: is a folder$"):
        explanation.save(tmp_path / "a.html")
    with pytest.raises(SettingsError, match="File name too long$"):
        explanation.save(tmp_path / f"{'x' * 250}.html")
