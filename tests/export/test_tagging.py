"""A tagger with characters, shapes and a CRF: exported, compared, padded."""

from types import SimpleNamespace

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from textlstm import heads, layers
from textlstm.errors import Refusal
from textlstm.export import compare, constants, to_onnx
from textlstm.tasks import lattice

TAGS = ("O", "B-X", "I-X")
ALLOWED = (
    [True, True, False], [[True, True, False], [True, True, True], [True, True, True]], [True] * 3
)  # fmt: skip
TASK = SimpleNamespace(
    tags=TAGS, scheme="bio", counts={}, features=("tokens", "characters", "shapes"), allowed=ALLOWED
)
WORDS, CHARACTERS, SHAPES, WIDTH = 20, 12, 5, 6
RNG = np.random.default_rng(4)


def row_of(length):
    spelled = RNG.integers(1, CHARACTERS, (length, WIDTH)).astype("int32")
    spelled[np.arange(WIDTH) >= RNG.integers(1, WIDTH + 1, (length, 1))] = 0
    return {
        "tokens": RNG.integers(1, WORDS, length).astype("int32"),
        "characters": spelled,
        "shapes": RNG.integers(1, SHAPES, length).astype("int32"),
        "offsets": np.stack([np.arange(length) * 3, np.arange(length) * 3 + 2], 1).astype("int32"),
    }


ROWS = [row_of(n) for n in (5, 1, 9, 3, 3, 14)]


def network(kind="crf", spelling="cnn"):
    keras.utils.set_random_seed(2)
    head = heads.TagHead(TASK, kind)
    given = head.inputs()
    words = layers.embedding(layers.WordDropout(0.1)(given["tokens"]), WORDS, 6)
    make = layers.CharacterCNN if spelling == "cnn" else layers.CharacterLSTM
    parts = [
        words,
        make(CHARACTERS, 4, 5, name="spelling")(given["characters"]),
        layers.embedding(given["shapes"], SHAPES, 3, name="shapes_embedding"),
    ]
    x = keras.layers.Dropout(0.2)(layers.SideBySide()(parts))
    x = layers.recurrent(x, "lstm", (7,))
    model = keras.Model(given, head(keras.layers.Dropout(0.2)(x)))
    rng = np.random.default_rng(1)
    for variable in model.trainable_weights:
        variable.assign(rng.normal(size=variable.shape, scale=0.7))
    return model


def decode(outputs, rows):
    """Entities as the task of named entities gives them."""
    lengths = [len(row["tokens"]) for row in rows]
    table = outputs["transitions"]
    best = lattice.viterbi(outputs["emissions"], lengths, table)
    marginals = lattice.Marginals(outputs["emissions"], lengths, table)
    answers = []
    for k, row in enumerate(rows):
        places = np.flatnonzero(best[k] == 1)
        scores = marginals.spans(best, np.full(len(places), k), places, places + 1)
        answers.append(
            {"entities": [
                {"type": "X", "start": int(row["offsets"][p, 0]), "score": float(score)}
                for p, score in zip(places, scores, strict=True)
            ]}
        )  # fmt: skip
    return answers


@pytest.fixture(scope="module")
def model():
    return network()


def changed(data, name, change):
    graph = onnx.load_from_string(data)
    (held,) = (held for held in graph.graph.initializer if held.name == name)
    array = np.array(numpy_helper.to_array(held))
    change(array)
    held.CopyFrom(numpy_helper.from_array(array, name))
    return graph.SerializeToString()


@pytest.mark.parametrize(
    ("kind", "spelling"), [("crf", "cnn"), ("crf", "lstm"), ("softmax", "cnn")]
)
def test_the_graph_answers_as_the_network(kind, spelling):
    """Keras and ONNX, alone, in a batch, with more padding of words and characters."""
    model = network(kind, spelling)
    report = compare(model, to_onnx(model), ROWS, decode)
    assert (report.texts, report.alone, report.ties) == (6, 6, 0)
    assert 0 < report.largest < 2e-5
    whole = to_onnx(model)
    assert whole == to_onnx(model)


def test_outputs_and_inputs_of_the_graph(model):
    session = onnxruntime.InferenceSession(to_onnx(model))
    shapes = {i.name: (i.type, i.shape) for i in session.get_inputs()}
    assert shapes == {
        "tokens": ("tensor(int32)", ["batch", "time"]),
        "characters": ("tensor(int32)", ["batch", "time", "characters"]),
        "shapes": ("tensor(int32)", ["batch", "time"]),
    }
    assert [(o.name, o.shape) for o in session.get_outputs()] == [
        ("emissions", ["batch", "time", 3]), ("transitions", [5, 5])
    ]  # fmt: skip
    row = ROWS[0]
    emissions, table = session.run(
        ["emissions", "transitions"], {name: row[name][None] for name in shapes}
    )
    assert np.ptp(emissions, axis=1).min() > 0.1
    (layer,) = (one for one in model.layers if one.name == "emissions")
    np.testing.assert_array_equal(table, layer.constants()["transitions"])
    np.testing.assert_array_equal(constants(model)["transitions"], table)
    ops = [node.op_type for node in onnx.load_from_string(to_onnx(model)).graph.node]
    assert not {"Loop", "Scan", "If"} & set(ops)


@pytest.mark.parametrize(
    "name", ["spelling/table_0", "spelling/table_2", "shapes_embedding/embeddings", "scores/bias"]
)
def test_a_changed_weight_is_found(model, name):
    data = changed(to_onnx(model), name, lambda a: a.__iadd__(np.linspace(0, 0.05, a.shape[-1])))
    with pytest.raises(Refusal, match=r"text \d \(\d+ tokens\)"):
        compare(model, data, ROWS, decode)


def test_changed_transitions_are_found(model):
    data = changed(to_onnx(model), "transitions/constant", lambda a: a[0].__iadd__(0.01))
    with pytest.raises(Refusal) as refusal:
        compare(model, data, ROWS, decode)
    found = str(refusal.value)
    assert found.startswith("the exported graph's 'transitions' is 0.0") and "off the net" in found


def test_a_network_that_minds_padding_is_found():
    """Keras' Concatenate makes padding count where one part has no mask."""
    head = heads.TagHead(TASK)
    given = head.inputs()
    words = layers.embedding(given["tokens"], WORDS, 6)
    spelled = layers.CharacterCNN(CHARACTERS, 4, 5)(given["characters"])
    x = layers.recurrent(keras.layers.Concatenate()([words, spelled]), "lstm", (7,))
    given.pop("shapes")
    model = keras.Model(given, head(x))
    with pytest.raises(Refusal, match="does not answer as the network"):
        compare(model, to_onnx(model), ROWS, decode)


def test_another_score_is_a_difference_and_another_entity_a_tie(model):
    def noisy(kind):
        calls = iter(range(10**6))

        def other(outputs, rows):
            entity = {"type": "X", "start": 0, "score": 0.5}
            if next(calls) >= len(ROWS):  # after the network's own answers
                entity |= {"score": 0.51} if kind == "score" else {"start": 1, "score": 0.1}
            return [{"entities": [entity]}]

        return other

    data = to_onnx(model)
    with pytest.raises(Refusal, match=r"score 0\.5 and 0\.51"):
        compare(model, data, ROWS, noisy("score"))
    assert compare(model, data, ROWS, noisy("entity")).ties == len(ROWS)


def test_two_layers_with_constants_of_one_name():
    head = heads.TagHead(TASK)
    given = {"tokens": head.inputs()["tokens"]}
    x = layers.embedding(given["tokens"], WORDS, 3)
    free = np.ones(3, bool), np.ones((3, 3), bool), np.ones(3, bool)
    twice = [layers.CRF(*ALLOWED, name="a")(x), layers.ConstrainedSoftmax(*free, name="b")(x)]
    with pytest.raises(Refusal) as refusal:
        to_onnx(keras.Model(given, twice))
    assert str(refusal.value) == "layer 'b': there is another output named 'transitions'"


def test_characters_of_ids_without_characters_are_refused():
    tokens = keras.Input((None, None), dtype="int32", name="characters")
    x = keras.layers.Embedding(9, 4, mask_zero=True, name="e")(tokens)
    with pytest.raises(Refusal, match=r"only ids \(batch, time\) != 0 can be exported"):
        to_onnx(keras.Model(tokens, layers.MeanPooling()(x)))
