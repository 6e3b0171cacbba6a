"""The fixed linear forecast of a window beside a network."""

import numpy as np

from textlstm.export.call import Call
from textlstm.export.graph import Graph, Value


def linear_window(graph: Graph, call: Call) -> Value:
    """Map LinearWindow: (batch, n) and (time, batch, features) to (batch, n)."""
    layer, (output, window) = call.layer, call.inputs
    kernel = graph.weight(f"{layer.name}/kernel", np.asarray(layer.kernel))
    bias = graph.weight(f"{layer.name}/bias", np.asarray(layer.bias))
    rows = graph.one("Transpose", window.name, perm=[1, 0, 2])
    flat = graph.one("Reshape", rows, graph.axes(-1, layer.kernel.shape[0]))
    linear = graph.one("Add", graph.one("MatMul", flat, kernel), bias)
    return Value(graph.one("Add", output.name, linear), 2)
