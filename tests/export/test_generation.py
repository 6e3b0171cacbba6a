"""The graph of a language model: every cell and softmax, and what is refused."""

import sys
from pathlib import Path

import keras
import numpy as np
import onnx
import pytest

from textlstm import layers
from textlstm.errors import Refusal
from textlstm.export import by_kind, generation, generation_parity

sys.path.insert(0, str(Path(__file__).parent.parent / "runtime"))

from generation import STORY, made

CASES = [
    {"cell": "lstm", "units": (6, 8)},
    {"cell": "gru", "units": (6,), "tie": False, "softmax": "adaptive", "cutoffs": (4, 12)},
    {"cell": "rnn", "units": (6,), "softmax": "adaptive", "cutoffs": (4,)},
    {"cell": "lstm", "units": (8,), "tie": False},
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["cell"])
def test_it_tells_what_keras_tells(case, tmp_path):
    _, task, model = made(tmp_path / "b", tokens="characters", **case)
    graph = generation.to_onnx(model)
    texts = [row["tokens"] for row in task.encode([STORY[:70], "a", "", "fox 字"])]
    found = generation_parity.compare(model, graph, texts, start=task.start)
    assert found.texts == 3
    assert found.largest < 1e-5
    assert generation.to_onnx(model) == graph


def test_names_and_shapes_are_the_contract(tmp_path):
    _, task, model = made(tmp_path / "b", tokens="bpe", units=(6, 8))
    graph = onnx.load_from_string(generation.to_onnx(model)).graph

    def shapes(values):
        return {
            v.name: [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim]
            for v in values
        }

    assert shapes(graph.input) == {
        "tokens": ["batch", "time"], "state_1": ["batch", 6], "state_2": ["batch", 6],
        "state_3": ["batch", 8], "state_4": ["batch", 8],
    }  # fmt: skip
    assert shapes(graph.output) == {
        "log_probabilities": ["batch", "time", task.size], "next_state_1": ["batch", 6],
        "next_state_2": ["batch", 6], "next_state_3": ["batch", 8], "next_state_4": ["batch", 8],
    }  # fmt: skip


def test_a_tied_table_is_stored_once(tmp_path):
    _, task, model = made(tmp_path / "b", tokens="bpe", softmax="adaptive", cutoffs=(50,))
    graph = onnx.load_from_string(generation.to_onnx(model)).graph
    tables = [w for w in graph.initializer if list(w.dims) == [task.size, task.dimensions]]
    assert len(tables) == 1


def test_another_answer_is_refused(tmp_path):
    _, task, model = made(tmp_path / "b", tokens="characters")
    graph = generation.to_onnx(model)
    kernel = next(w for w in model.trainable_weights if "recurrent_kernel" in w.path)
    kernel.assign(kernel * 1.05)
    (row,) = task.encode([STORY[:40]])
    with pytest.raises(Refusal, match="the exported graph does not tell what the network tells"):
        generation_parity.compare(model, graph, [row["tokens"]], start=task.start)


def test_proven_reads_awkward_texts_too(tmp_path):
    _, task, model = made(tmp_path / "b", tokens="bpe")
    graphs = by_kind.proven(model, task, task.encode([STORY[:50]]))
    assert list(graphs) == ["model"]


def test_other_networks_are_refused():
    tokens, state = keras.Input((None,), dtype="int32", name="tokens"), keras.Input((3,), name="s")
    x = keras.layers.Embedding(9, 4)(tokens)
    model = keras.Model([tokens, state], layers.carried(x, [state], "gru", (3,))[0])
    with pytest.raises(Refusal, match="inputs .*'s', 'tokens'.*, expected tokens, next, state_1"):
        generation.to_onnx(model)
    assert np.isfinite(model([np.ones((1, 2), np.int32), np.zeros((1, 3), np.float32)])).all()
