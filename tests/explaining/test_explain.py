"""`explain`: gates are Keras' own, contributions are the predictor's, pictures are whole."""

import sys
from dataclasses import replace

import keras
import numpy as np
import pytest
from explain_networks import KINDS, NAMES, TEXT, TEXTS, network, predictor_of

from textlstm import bundle, checkpoint, discover
from textlstm.errors import Refusal, SettingsError
from textlstm.explaining import Explainer, explain, occlusion
from textlstm.runtime import Predictor
from textlstm.tasks.classify import Classify
from textlstm.text import TextEncoder


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
