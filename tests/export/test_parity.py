"""compare(): finds every difference, and none where there is none."""

from types import SimpleNamespace

import keras
import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from textlstm import export, heads, layers
from textlstm.errors import Refusal
from textlstm.export import ParityReport, to_onnx

LABELS = ("bad", "good")
RNG = np.random.default_rng(8)
ENCODED = [RNG.integers(1, 20, n).astype("int32") for n in (4, 9, 1, 4, 30, 2, 1, 17)]


def compare(model, data, encoded, *others, **settings):
    return export.compare(model, data, [{"tokens": ids} for ids in encoded], *others, **settings)


def decode(outputs, rows):
    powers = np.exp(outputs["logits"] - outputs["logits"].max(-1, keepdims=True))
    shares = powers / powers.sum(-1, keepdims=True)
    return [
        {"label": LABELS[int(p.argmax())],
         "probabilities": dict(zip(LABELS, map(float, p), strict=True))}
        for p in shares
    ]  # fmt: skip


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(2)
    head = heads.ClassifyHead(SimpleNamespace(labels=LABELS, multi=False, counts={}))
    tokens = head.inputs()
    x = layers.recurrent(layers.embedding(tokens, 20, 4), "lstm", (5,), False)
    model = keras.Model(tokens, head(layers.pool(x, "attention")))
    for variable in model.weights:
        variable.assign(RNG.normal(size=variable.shape))
    return model


def changed(data, name, change):
    """The graph with one of its weights changed."""
    graph = onnx.load_from_string(data)
    for held in graph.graph.initializer:
        if held.name == name:
            array = np.array(numpy_helper.to_array(held))
            change(array)
            held.CopyFrom(numpy_helper.from_array(array, name))
            return graph.SerializeToString()
    raise KeyError(name)


def test_equal(model):
    report = compare(model, to_onnx(model), ENCODED, decode)
    assert report == ParityReport(texts=8, alone=8, largest=report.largest, ties=0)
    assert 0 < report.largest < 1e-5


def test_a_changed_weight_is_found_and_the_text_named(model):
    data = changed(to_onnx(model), "logits/bias", lambda a: a.__iadd__([0.01, 0]))
    texts = ["one two three four " * 9, *"bcdefgh"]
    with pytest.raises(Refusal) as refusal:
        compare(model, data, ENCODED, decode, texts=texts)
    first, second = str(refusal.value).split("\n")
    assert first == (
        "the exported graph does not answer as the network: text 0 (4 tokens) "
        "'one two three four one two three four one two three four one…'"
    )
    assert second.startswith("Keras in a batch and ONNX alone: ")


def test_a_difference_in_one_text_only_is_found(model):
    rare = [*ENCODED, np.array([19, 19], "int32")]
    without = [np.where(row == 19, 18, row) for row in ENCODED]
    data = changed(to_onnx(model), "embedding/embeddings", lambda a: a[19].__iadd__(0.5))
    compare(model, data, without, decode)
    with pytest.raises(Refusal, match=r"text 8 \(2 tokens\)"):
        compare(model, data, [*without, rare[-1]], decode)


def test_a_number_that_is_none_is_found(model):
    data = changed(to_onnx(model), "logits/bias", lambda a: a.fill(np.nan))
    with pytest.raises(Refusal, match="nan"):
        compare(model, data, ENCODED, decode)


def test_a_difference_in_padded_batches_only_is_found(model):
    """A graph that ignores the lengths: right for one text, wrong for a padded one."""
    graph = onnx.load_from_string(to_onnx(model))
    (where,) = (n for n in graph.graph.node if n.op_type == "Where" and "number_-1e+09" in n.input)
    softmax = next(n for n in graph.graph.node if n.op_type == "Softmax")
    softmax.input[0] = where.input[1]
    with pytest.raises(Refusal, match="Keras in a batch and ONNX in a batch: "):
        compare(model, graph.SerializeToString(), ENCODED, decode)


def test_a_network_that_minds_padding_is_found():
    """Keras against itself: alone and in a batch."""
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    x = keras.layers.Embedding(20, 4)(tokens)  # no mask
    head = heads.ClassifyHead(SimpleNamespace(labels=LABELS, multi=False, counts={}))
    model = keras.Model(tokens, head(layers.pool(x, "mean")))
    with pytest.raises(Refusal, match="does not answer as the network"):
        compare(model, to_onnx(model), ENCODED, decode)


def test_the_tolerance_is_for_probabilities_and_relative_for_large_logits(model):
    data = changed(to_onnx(model), "logits/bias", lambda a: a.__iadd__([2e-4, 0]))
    with pytest.raises(Refusal):
        compare(model, data, ENCODED, decode)
    report = compare(model, data, ENCODED, decode, tolerance=3e-4)
    assert 5e-5 < report.largest < 2.5e-4


def test_another_answer_within_the_tolerance_is_counted(model):
    """Answers that flip where two probabilities are equal to rounding."""
    balance = float(np.subtract(*model.predict_on_batch(ENCODED[0][None])[0]))
    bias = model.get_layer("logits").bias
    before = bias.numpy().copy()
    bias.assign(before - [balance - 4e-6, 0])
    data = changed(to_onnx(model), "logits/bias", lambda a: a.__isub__([8e-6, 0]))
    report = compare(model, data, ENCODED[:1], decode)
    bias.assign(before)
    assert report.ties == 1
    assert report.largest < 1e-4


def test_sequence_outputs_are_compared_up_to_the_length():
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    x = layers.recurrent(layers.embedding(tokens, 20, 4), "gru", (3,), False)
    model = keras.Model(tokens, keras.layers.Dense(2, name="tags")(x))

    def tags(outputs, rows):
        return outputs["tags"].argmax(-1).tolist()

    assert compare(model, to_onnx(model), ENCODED, tags).largest < 1e-5
    data = changed(to_onnx(model), "tags/bias", lambda a: a.__iadd__(1))
    with pytest.raises(Refusal, match="tags"):
        compare(model, data, ENCODED, tags)


def test_long_texts_are_left_out_where_keras_reads_alone(model):
    many = [np.full(n, 3, "int32") for n in (1, 4000, 4000, 3999, 2)]
    assert compare(model, to_onnx(model), many[:1], decode).alone == 1
    from textlstm.export import parity

    assert sorted(parity._affordable([len(row) for row in many])) == [0, 3, 4]
