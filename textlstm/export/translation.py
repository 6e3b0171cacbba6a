"""A sequence-to-sequence network as two ONNX graphs: the encoder, and one step of the decoder.

The step serves all hypotheses of a sentence at once: its arrays are (batch, beam, ...), the
source's (batch, source, ...) are shared by the beam. `runtime.translator` runs them.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from textlstm import layers
from textlstm.errors import Refusal
from textlstm.export import recurrent
from textlstm.export.graph import Graph, Mask, Value
from textlstm.export.onnx import Known, convert
from textlstm.export.walk import arguments, uses
from textlstm.layers.decoder import NOWHERE

FIXED = ("memory", "keys", "mask")  # arrays of the source that every step reads


def graphs(model: keras.Model) -> dict[str, bytes]:
    """Return "encoder" and "step" of a network with one `layers.AttentionDecoder`.

    Args:
        model: inputs "tokens" int32 (batch, source) and "previous" int32 (batch, time), output
            logits (batch, time, ids).

    Raises:
        Refusal: a layer without a mapping, no or several decoders, or other inputs.
    """
    names = sorted(tensor.name for tensor in model.inputs)
    if names != ["previous", "tokens"] or len(model.outputs) != 1:
        raise Refusal(f"network {model.name!r}: inputs {names}, expected previous and tokens")
    decoder = _decoder(model)
    target, memory, summary, words = arguments(decoder)
    layer = decoder.operation
    inputs = {tensor.name: tensor for tensor in model.inputs}
    return {
        "encoder": _encoder(layer, inputs["tokens"], memory, summary, words),
        "step": _step(layer, inputs["previous"], target, decoder.output_tensors[0], model),
    }


def _decoder(model: keras.Model) -> Any:
    found = [
        node
        for node in uses(model.outputs, {id(tensor) for tensor in model.inputs})
        if isinstance(node.operation, layers.AttentionDecoder)
    ]
    if len(found) != 1:
        raise Refusal(f"network {model.name!r}: {len(found)} attention decoders, expected one")
    return found[0]


def _encoder(layer: Any, tokens: Any, memory: Any, summary: Any, words: Any) -> bytes:
    graph = Graph()
    known: Known = {id(tokens): graph.input("tokens", "int32", (None, None))}
    convert(graph, [memory, summary, words], known)
    read, vector, mask = known[id(memory)], known[id(summary)], known[id(words)]
    assert isinstance(read, Value) and isinstance(vector, Value) and isinstance(mask, Mask)
    bridge = _dense(graph, layer.bridge, vector.name)
    start = 0
    for k, size in enumerate(layer.state_sizes, start=1):
        ends = [graph.axes(start), graph.axes(start + size), graph.axes(1)]
        graph.result(f"state_{k}", graph.one("Slice", bridge, *ends), ["batch", size])
        start += size
    if layer.input_feeding:  # the output before the first is zero
        zero = graph.one(
            "Mul", graph.one("Slice", bridge, *map(graph.axes, (0, 1, 1))), graph.scalar(0.0)
        )
        wide = graph.one("Expand", zero, graph.axes(1, layer.readout))
        graph.result(f"state_{len(layer.state_sizes) + 1}", wide, ["batch", layer.readout])
    if layer.attention != "none":
        rows = graph.one("Transpose", read.name, perm=[1, 0, 2])
        keys = _dense(graph, layer.keys, rows)
        steps = graph.steps(mask)
        if steps is None:
            raise Refusal(f"layer {layer.name!r}: every place of the source counts as a word")
        on = graph.one("Cast", graph.one("Squeeze", steps, graph.axes(2)), to=1)
        graph.result("memory", rows, ["batch", "time", memory.shape[-1]])
        graph.result("keys", keys, ["batch", "time", layer.units[0]])
        graph.result("mask", graph.one("Transpose", on, perm=[1, 0]), ["batch", "time"])
    return graph.model("encoder")


def _step(layer: Any, previous: Any, target: Any, output: Any, model: keras.Model) -> bytes:
    graph = Graph()
    ids = graph.given("previous", "int32", ["batch", "beam"])
    known: Known = {id(previous): ids}
    convert(graph, [target], known)
    vectors = known[id(target)]
    assert isinstance(vectors, Value)
    sizes = [*layer.state_sizes, *([layer.readout] if layer.input_feeding else [])]
    states = [
        graph.given(f"state_{k}", "float32", ["batch", "beam", size]).name
        for k, size in enumerate(sizes, start=1)
    ]
    source = {}
    if layer.attention != "none":
        features = layer.recurrent[1].cell.kernel.shape[0] if len(layer.recurrent) > 1 else None
        features = features or layer.output_layer.kernel.shape[0]
        wide = features - layer.units[0]
        last = {"memory": [wide], "keys": [layer.units[0]], "mask": []}
        for name in FIXED:
            source[name] = graph.given(name, "float32", ["batch", "time", *last[name]]).name
    rows = _Rows(graph, ids.name)
    x = vectors.name
    if layer.input_feeding:
        x = graph.one("Concat", x, states[-1], axis=2)
    each = len(layer.state_sizes) // len(layer.units)
    after: list[str] = []
    weights = context = ""
    for k, cell in enumerate(layer.recurrent):
        own = [rows.flat(state) for state in states[k * each : (k + 1) * each]]
        name = f"{layer.name}/{cell.name}"
        made, *last_states = recurrent.step(graph, cell, rows.flat(x), own, name)
        after += [rows.beams(state, cell.units) for state in last_states]
        x = rows.beams(made, cell.units)
        if k == 0 and source:
            weights, context = _look(graph, layer, x, source)
        if context:
            x = graph.one("Concat", x, context, axis=2)
    x = graph.one("Tanh", _dense(graph, layer.output_layer, x, activate=False))
    if layer.input_feeding:
        after.append(x)
    known[id(output)] = Value(x, 3)
    convert(graph, model.outputs, known)
    logits = known[id(model.outputs[0])]
    assert isinstance(logits, Value)
    found = graph.one("LogSoftmax", logits.name, axis=2)
    graph.result("log_probabilities", found, ["batch", "beam", model.outputs[0].shape[-1]])
    for k, (state, size) in enumerate(zip(after, sizes, strict=True), start=1):
        graph.result(f"next_state_{k}", state, ["batch", "beam", size])
    if weights:
        graph.result("attention", weights, ["batch", "beam", "time"])
    return graph.model("step")


class _Rows:
    """Between (batch, beam, features) and the (1, rows, features) of recurrent operators."""

    def __init__(self, graph: Graph, ids: str) -> None:
        self._graph = graph
        self._shape = graph.one("Shape", ids)

    def flat(self, name: str) -> str:
        """Return (1, batch * beam, features)."""
        shape = self._graph.one("Shape", name, start=2)
        ends = self._graph.one("Concat", self._graph.axes(1, -1), shape, axis=0)
        return self._graph.one("Reshape", name, ends)

    def beams(self, name: str, size: int) -> str:
        """Return (batch, beam, size)."""
        ends = self._graph.one("Concat", self._shape, self._graph.axes(size), axis=0)
        return self._graph.one("Reshape", name, ends)


def _look(graph: Graph, layer: Any, states: str, source: Mapping[str, str]) -> tuple[str, str]:
    """Return weights (batch, beam, source) and contexts (batch, beam, features)."""
    if layer.attention == "multiplicative":
        turned = graph.one("Transpose", source["keys"], perm=[0, 2, 1])
        scores = graph.one("MatMul", states, turned)
    else:
        query = graph.one("Unsqueeze", _dense(graph, layer.query, states), graph.axes(2))
        keys = graph.one("Unsqueeze", source["keys"], graph.axes(1))
        both = graph.one("Tanh", graph.one("Add", query, keys))
        vector = graph.weight(f"{layer.name}/context", np.asarray(layer.context)[:, None])
        scores = graph.one("Squeeze", graph.one("MatMul", both, vector), graph.axes(3))
    off = graph.one("Sub", source["mask"], graph.scalar(1.0))
    off = graph.one("Mul", off, graph.scalar(-NOWHERE))
    scores = graph.one("Add", scores, graph.one("Unsqueeze", off, graph.axes(1)))
    weights = graph.one("Softmax", scores, axis=2)
    return weights, graph.one("MatMul", weights, source["memory"])


def _dense(graph: Graph, layer: Any, x: str, activate: bool = True) -> str:
    name = graph.one("MatMul", x, graph.weight(layer.path + "/kernel", np.asarray(layer.kernel)))
    if layer.use_bias:
        name = graph.one("Add", name, graph.weight(layer.path + "/bias", np.asarray(layer.bias)))
    tanh = activate and layer.activation is keras.activations.tanh
    return graph.one("Tanh", name) if tanh else name
