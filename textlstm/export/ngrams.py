"""The linear model of n-grams beside a network."""

from typing import Any

import numpy as np
from onnx import TensorProto

from textlstm.export.call import Call
from textlstm.export.graph import Graph, Value
from textlstm.layers.ngrams import PRIME


def linear_ngrams(graph: Graph, call: Call) -> Value:
    """Map LinearNGrams: logits (batch, labels) and ids (time, batch) to logits (batch, labels)."""
    layer, (logits, tokens) = call.layer, call.inputs
    ids = _once(graph, _buckets(graph, layer, tokens.name))
    table = graph.weight(f"{layer.name}/table", np.asarray(layer.table))
    rows = graph.one("Gather", table, ids)  # (n-grams, batch, labels)
    linear = graph.one("ReduceSum", rows, graph.axes(0), keepdims=0)
    scale = graph.weight(f"{layer.name}/scale", np.asarray(layer.scale))
    bias = graph.weight(f"{layer.name}/bias", np.asarray(layer.bias))
    scaled = graph.one("Mul", logits.name, scale)
    return Value(graph.one("Add", graph.one("Add", scaled, linear), bias), 2)


def _buckets(graph: Graph, layer: Any, tokens: str) -> str:
    """Return the buckets of all n-grams, int64 (n-grams, batch), some of them equal."""
    keys = wide = graph.one("Cast", tokens, to=TensorProto.INT64)
    empty = graph.one("Equal", wide, _whole(graph, 0))
    found = []
    for n in range(layer.most):
        if n:
            moved = graph.one("Pad", keys, graph.axes(1, 0, 0, 0), _whole(graph, 0))
            before = graph.one("Slice", moved, graph.axes(0), graph.axes(-1), graph.axes(0))
            keys = graph.one("Add", graph.one("Mul", before, _whole(graph, PRIME)), wide)
        rest = graph.one("Mod", keys, _whole(graph, layer.buckets - 1))
        bucket = graph.one("Add", rest, _whole(graph, 1))
        found.append(graph.one("Where", empty, _whole(graph, 0), bucket))
    return graph.one("Concat", *found, axis=0)


def _once(graph: Graph, ids: str) -> str:
    """Return the ids of each column in falling order, with 0 in the place of a repeated one."""
    steps = graph.one("Shape", ids, start=0, end=1)
    ordered = graph.add("TopK", [ids, steps], 2, axis=0, largest=1, sorted=1)[0]
    moved = graph.one("Pad", ordered, graph.axes(1, 0, 0, 0), _whole(graph, 0))
    before = graph.one("Slice", moved, graph.axes(0), graph.axes(-1), graph.axes(0))
    repeated = graph.one("Equal", ordered, before)
    return graph.one("Where", repeated, _whole(graph, 0), ordered)


def _whole(graph: Graph, value: int) -> str:
    return graph.weight(f"integer_{value}", np.array(value, "int64"))
