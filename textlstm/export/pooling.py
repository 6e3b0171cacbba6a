"""Pooling over time in ONNX operators, with the same masks as the Keras layers."""

import numpy as np

from textlstm.export.call import Call
from textlstm.export.graph import Graph, Mask, Value


def max_pooling(graph: Graph, call: Call) -> Value:
    """Map MaxPooling: (time, batch, features) to (batch, features)."""
    steps = graph.steps(call.mask)
    x = call.x.name
    if steps is not None:
        x = graph.one("Where", steps, x, graph.scalar(-3e38))
    largest = graph.one("ReduceMax", x, graph.axes(0), keepdims=0)
    return Value(_zero_without_words(graph, largest, call.mask), 2)


def mean_pooling(graph: Graph, call: Call) -> Value:
    """Map MeanPooling: (time, batch, features) to (batch, features)."""
    steps, lengths = graph.steps(call.mask), graph.lengths(call.mask)
    if steps is None or lengths is None:
        return Value(graph.one("ReduceMean", call.x.name, graph.axes(0), keepdims=0), 2)
    kept = graph.one("Where", steps, call.x.name, graph.scalar(0.0))
    total = graph.one("ReduceSum", kept, graph.axes(0), keepdims=0)
    words = graph.one("Max", graph.one("Cast", lengths, to=1), graph.scalar(1.0))
    return Value(graph.one("Div", total, graph.one("Unsqueeze", words, graph.axes(1))), 2)


def last_pooling(graph: Graph, call: Call) -> Value:
    """Map LastPooling: the last word's step, and the first word's for the backward half."""
    x, lengths = call.x.name, graph.lengths(call.mask)
    if lengths is None:
        last = _step(graph, x, -1)
    else:
        place = graph.one("Max", graph.one("Cast", lengths, to=7), graph.axes(1))
        place = graph.one("Unsqueeze", graph.one("Sub", place, graph.axes(1)), graph.axes(1))
        rows = graph.one("Transpose", x, perm=[1, 0, 2])  # (batch, time, features)
        last = graph.one("GatherND", rows, place, batch_dims=1)
    if call.layer.bidirectional:
        forward, _ = graph.add("Split", [last], 2, axis=1, num_outputs=2)
        _, backward = graph.add("Split", [_step(graph, x, 0)], 2, axis=1, num_outputs=2)
        last = graph.one("Concat", forward, backward, axis=1)
    return Value(_zero_without_words(graph, last, call.mask), 2)


def attention_pooling(graph: Graph, call: Call) -> Value:
    """Map AttentionPooling: (time, batch, features) to (batch, features)."""
    layer, x = call.layer, call.x.name
    kernel, bias, context = (
        graph.weight(f"{layer.name}/{name}", np.asarray(variable))
        for name, variable in (
            ("kernel", layer.kernel), ("bias", layer.bias), ("context", layer.context)
        )
    )  # fmt: skip
    inner = graph.one("Add", graph.one("MatMul", x, kernel), bias)
    scores = graph.one("MatMul", graph.one("Tanh", inner), context)  # (time, batch, 1)
    steps = graph.steps(call.mask)
    if steps is None:
        weights = graph.one("Softmax", scores, axis=0)
    else:
        scores = graph.one("Where", steps, scores, graph.scalar(-1e9))
        weights = graph.one("Softmax", scores, axis=0)
        # zero on padding even in a row without words, whose softmax is even
        weights = graph.one("Where", steps, weights, graph.scalar(0.0))
    return Value(graph.one("ReduceSum", graph.one("Mul", x, weights), graph.axes(0), keepdims=0), 2)


def _step(graph: Graph, x: str, place: int) -> str:
    """Return one step, (batch, features)."""
    at = graph.weight(f"step_{place}", np.array(place, "int64"))
    return graph.one("Gather", x, at, axis=0)


def _zero_without_words(graph: Graph, name: str, mask: Mask) -> str:
    """Return (batch, features) with zeros in the rows that hold no word."""
    steps = graph.steps(mask)
    if steps is None:
        return name
    # words come first: a row without one at step 0 has none
    return graph.one("Where", _step(graph, steps, 0), name, graph.scalar(0.0))
