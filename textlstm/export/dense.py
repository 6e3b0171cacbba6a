"""Layers that treat every step for itself: embedding, dense, sums, norms, activations."""

import numpy as np

from textlstm.export.call import Call
from textlstm.export.graph import Graph, Value

_FUNCTIONS = {
    "linear": None, "relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid",
    "softmax": "Softmax", "softplus": "Softplus",
}  # fmt: skip


def identity(graph: Graph, call: Call) -> Value:
    """Map a layer that does nothing outside training: its first tensor."""
    return call.x


def embedding(graph: Graph, call: Call) -> Value:
    """Map Embedding: ids (time, batch) to vectors (time, batch, dim)."""
    table = graph.weight(f"{call.layer.name}/embeddings", np.asarray(call.layer.embeddings))
    return Value(graph.one("Gather", table, call.x.name), call.x.rank + 1)


def reversible_embedding(graph: Graph, call: Call) -> Value:
    """Map ReversibleEmbedding: ids to vectors, or vectors (..., dim) to a score an id."""
    layer = call.layer
    if not any(call.rest):  # reverse=False, or not said
        return embedding(graph, call)
    if layer.reverse_dtype is not None or layer.logit_soft_cap is not None:
        raise call.refuse("reverse_dtype= and logit_soft_cap= cannot be exported")
    if layer.tie_weights:
        table = graph.weight(f"{layer.name}/embeddings", np.asarray(layer.embeddings))
        kernel = graph.one("Transpose", table, perm=[1, 0])
    else:
        kernel = graph.weight(f"{layer.name}/reverse", np.asarray(layer.reverse_embeddings))
    return Value(graph.one("MatMul", call.x.name, kernel), call.x.rank)


def dense(graph: Graph, call: Call) -> Value:
    """Map Dense, over the last axis, with its activation."""
    layer = call.layer
    kernel = graph.weight(f"{layer.name}/kernel", np.asarray(layer.kernel))
    name = graph.one("MatMul", call.x.name, kernel)
    if layer.use_bias:
        bias = graph.weight(f"{layer.name}/bias", np.asarray(layer.bias))
        name = graph.one("Add", name, bias)
    return Value(_function(graph, call, name), call.x.rank)


def activation(graph: Graph, call: Call) -> Value:
    """Map Activation."""
    return Value(_function(graph, call, call.x.name), call.x.rank)


def add(graph: Graph, call: Call) -> Value:
    """Map Add of two or more tensors of one rank."""
    return Value(graph.add("Sum", [x.name for x in call.inputs])[0], call.x.rank)


def concatenate(graph: Graph, call: Call) -> Value:
    """Map Concatenate of features."""
    rank = call.x.rank
    if call.layer.axis not in (-1, rank - 1):
        raise call.refuse(f"axis={call.layer.axis} cannot be exported, the last one can")
    return Value(graph.one("Concat", *(x.name for x in call.inputs), axis=rank - 1), rank)


def layer_normalization(graph: Graph, call: Call) -> Value:
    """Map LayerNormalization over the last axis."""
    layer, rank = call.layer, call.x.rank
    axes = layer.axis if isinstance(layer.axis, list | tuple) else [layer.axis]
    if [axis % rank for axis in axes] != [rank - 1]:
        raise call.refuse(f"axis={layer.axis} cannot be exported, the last one can")
    if not (layer.scale or layer.center):
        raise call.refuse("without scale and center it cannot be exported")
    (features,) = (layer.gamma if layer.scale else layer.beta).shape
    gamma = np.asarray(layer.gamma) if layer.scale else np.ones(features, "float32")
    beta = np.asarray(layer.beta) if layer.center else np.zeros(features, "float32")
    inputs = [
        call.x.name,
        graph.weight(f"{layer.name}/gamma", gamma),
        graph.weight(f"{layer.name}/beta", beta),
    ]
    return Value(graph.one("LayerNormalization", *inputs, axis=-1, epsilon=layer.epsilon), rank)


def _function(graph: Graph, call: Call, name: str) -> str:
    op = _FUNCTIONS[call.function(call.layer.activation, _FUNCTIONS)]
    if op is None:
        return name
    return graph.one(op, name, axis=-1) if op == "Softmax" else graph.one(op, name)
