"""A language model as one ONNX graph whose states go in and come out.

One graph serves to score a whole text, the time axis being free, and to draw token by token.
`runtime.generator` runs it.
"""

from typing import Any

import keras
import numpy as np

from textlstm import layers
from textlstm.errors import Refusal
from textlstm.export import recurrent
from textlstm.export.graph import Graph, Value
from textlstm.export.onnx import TABLE, Known, convert
from textlstm.export.walk import arguments, uses


def to_onnx(model: keras.Model) -> bytes:
    """Return the network as an ONNX model.

    Inputs: `tokens` int32 (batch, time), `state_1`, ... float32 (batch, size). Outputs:
    `log_probabilities` (batch, time, ids) of the token after each, `next_state_1`, ...

    Args:
        model: inputs "tokens", "next" and "state_1", ...; outputs the costs of one
            `layers.AdaptiveSoftmax` and the states after the last step, in the states' order.

    Raises:
        Refusal: another form of network, or a layer without a mapping.
    """
    softmax = output(model)
    hidden = arguments(softmax)[0]
    given = {tensor.name: tensor for tensor in model.inputs}
    names = states(model)
    if len(model.outputs) != 1 + len(names):
        raise Refusal(
            f"network {model.name!r}: {len(names)} states go in, {len(model.outputs) - 1} come out"
        )
    graph = Graph()
    known: Known = {id(given["tokens"]): graph.input("tokens", "int32", (None, None))}
    for name in names:
        size = given[name].shape[-1]
        known[id(given[name])] = graph.given(name, "float32", ["batch", size])
    wanted = [hidden, *model.outputs[1:]]
    for node in uses(wanted, set(known)):
        kind = recurrent.kind(node.operation)
        if len(node.input_tensors) > 1 and TABLE.get(kind) is recurrent.one_way:
            x, *first = [known[id(tensor)] for tensor in node.input_tensors]
            found = recurrent.carried(graph, node.operation, _name(x), [*map(_name, first)])
            ranks = [3, *(2 for _ in first)]
            for tensor, made, rank in zip(node.output_tensors, found, ranks, strict=True):
                known[id(tensor)] = Value(made, rank)
        else:
            convert(graph, node.output_tensors, known)
    value = Value(_log_probabilities(graph, softmax.operation, _name(known[id(hidden)])), 3)
    graph.output("log_probabilities", value, softmax.operation.cutoffs[-1])
    for name, tensor in zip(names, model.outputs[1:], strict=True):
        graph.result(f"next_{name}", _name(known[id(tensor)]), ["batch", tensor.shape[-1]])
    return graph.model(model.name)


def output(model: keras.Model) -> Any:
    """Return the use of the network's one `layers.AdaptiveSoftmax`, which its costs come from.

    Raises:
        Refusal: the inputs are others, or the costs come from another layer.
    """
    names = {tensor.name for tensor in model.inputs}
    if not {"tokens", "next"} <= names or len(names) != 2 + len(states(model)):
        raise Refusal(
            f"network {model.name!r}: inputs {sorted(names)}, expected tokens, next, state_1, ..."
        )
    (node,) = list(uses(model.outputs[:1], set()))[-1:]
    if not isinstance(node.operation, layers.AdaptiveSoftmax):
        raise Refusal(f"network {model.name!r}: its first output is no AdaptiveSoftmax")
    return node


def states(model: keras.Model) -> list[str]:
    """Return the names of the network's states: "state_1", "state_2", ..."""
    count = sum(tensor.name.startswith("state_") for tensor in model.inputs)
    return [f"state_{k}" for k in range(1, count + 1)]


def _name(value: Any) -> str:
    assert isinstance(value, Value)
    return value.name


def _log_probabilities(graph: Graph, layer: Any, x: str) -> str:
    """Return (time, batch, ids) of the layer's inputs (time, batch, features)."""
    first = layer.cutoffs[0]
    head, *tails = _scores(graph, layer, x)
    head = graph.one("LogSoftmax", head, axis=2)
    if not tails:
        return head
    parts = [_between(graph, head, 0, first)]
    for k, scores in enumerate(tails):
        tail = graph.one("LogSoftmax", scores, axis=2)
        parts.append(graph.one("Add", tail, _between(graph, head, first + k, first + k + 1)))
    return graph.one("Concat", *parts, axis=2)


def _scores(graph: Graph, layer: Any, x: str) -> list[str]:
    """Return the scores of each softmax; those of the clusters follow the ids in the first."""
    first, total, count = layer.cutoffs[0], layer.cutoffs[-1], len(layer.clusters)
    bias = np.asarray(layer.bias)
    doors = graph.weight(f"{layer.name}/clusters", np.asarray(layer.doors)) if count else ""
    if layer.embedding is not None:  # one product for all
        name = f"{layer.embedding.name}/embeddings"
        table = graph.weight(name, np.asarray(layer.embedding.embeddings))
        table = graph.one("Concat", table, doors, axis=0) if count else table
        all_ids = _product(graph, x, table, graph.weight(f"{layer.name}/bias", bias))
        if not count:
            return [all_ids]
        found = [_between(graph, all_ids, *ends) for ends in ((0, first), *layer.clusters)]
        ends = _between(graph, all_ids, total, total + count)
        return [graph.one("Concat", found[0], ends, axis=2), *found[1:]]
    table = graph.weight(f"{layer.name}/head", np.asarray(layer.head))
    table = graph.one("Concat", table, doors, axis=0) if count else table
    own = np.concatenate([bias[:first], bias[total:]])
    found = [_product(graph, x, table, graph.weight(f"{layer.name}/head_bias", own))]
    for k, (low, high) in enumerate(layer.clusters):
        down = graph.weight(f"{layer.name}/down_{k + 1}", np.asarray(layer.down[k]))
        vectors = graph.weight(f"{layer.name}/tail_{k + 1}", np.asarray(layer.tails[k]))
        inner = graph.weight(f"{layer.name}/bias_{k + 1}", bias[low:high])
        found.append(_product(graph, graph.one("MatMul", x, down), vectors, inner))
    return found


def _between(graph: Graph, name: str, low: int, high: int) -> str:
    return graph.one("Slice", name, *map(graph.axes, (low, high, 2)))


def _product(graph: Graph, x: str, table: str, bias: str) -> str:
    scores = graph.one("MatMul", x, graph.one("Transpose", table, perm=[1, 0]))
    return graph.one("Add", scores, bias)
