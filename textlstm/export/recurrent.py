"""LSTM, GRU and SimpleRNN as ONNX's own operators, with the lengths of the rows.

Keras keeps the gates side by side in columns, ONNX one below the other in rows:

    LSTM  Keras i f c o    ONNX i o f c
    GRU   Keras z r h      ONNX z r h, linear_before_reset = 1 for reset_after
    RNN   one gate

ONNX reads two biases, of the input and of the state. Past a row's length it gives zero.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from textlstm import layers
from textlstm.export.call import Call
from textlstm.export.graph import Graph, Value

_OPS: dict[type, tuple[str, tuple[int, ...]]] = {
    keras.layers.LSTM: ("LSTM", (0, 3, 1, 2)),
    keras.layers.GRU: ("GRU", (0, 1, 2)),
    keras.layers.SimpleRNN: ("RNN", (0,)),
}
# Ours are computed in another way, but they are these layers.
_FUSED: dict[type, type] = {
    layers.LSTM: keras.layers.LSTM,
    layers.GRU: keras.layers.GRU,
    layers.Bidirectional: keras.layers.Bidirectional,
    layers.WeightDropLSTM: keras.layers.LSTM,
    layers.WeightDropGRU: keras.layers.GRU,
    layers.WeightDropRNN: keras.layers.SimpleRNN,
}
_ACTIVATIONS = {"tanh": "Tanh", "sigmoid": "Sigmoid", "relu": "Relu"}


def kind(layer: Any) -> type:
    """Return the class whose function maps a layer: its own, or Keras' own of a fused one."""
    return _FUSED.get(type(layer), type(layer))


def one_way(graph: Graph, call: Call) -> Value:
    """Map LSTM, GRU or SimpleRNN: (time, batch, units), or (batch, units) for the last state."""
    return _node(graph, call, [call.layer])


def both_ways(graph: Graph, call: Call, name: str = "") -> Value:
    """Map Bidirectional around one of them: the two directions side by side in the features.

    Args:
        graph: takes the node.
        call: of the layer.
        name: of node and weights; by default the layer's.
    """
    wrapper = call.layer
    if wrapper.merge_mode != "concat":
        raise call.refuse(f"merge_mode={wrapper.merge_mode!r} cannot be exported, 'concat' can")
    cells = [wrapper.forward_layer, wrapper.backward_layer]
    for cell in cells:
        if kind(cell) not in _OPS:
            raise call.refuse(f"{type(cell).__name__} cannot be exported, {_names()} can")
    if kind(cells[0]) is not kind(cells[1]) or cells[0].units != cells[1].units:
        raise call.refuse("two directions of different kind or size cannot be exported")
    if _activations(call, cells[0]) != _activations(call, cells[1]):
        raise call.refuse("two directions of different activation cannot be exported")
    return _node(graph, call, cells, name)


def _node(graph: Graph, call: Call, cells: list[Any], name: str = "") -> Value:
    if len(call.inputs) != 1:
        raise call.refuse("an initial state cannot be exported")
    for setting in ("go_backwards", "stateful", "return_state"):
        if getattr(cells[0], setting):
            raise call.refuse(f"{setting}=True cannot be exported")
    name = name or call.layer.name
    op, order = _OPS[kind(cells[0])]
    units = cells[0].units
    parts = [_weights(cell, order) for cell in cells]
    weights = [
        graph.weight(f"{name}/{letter}", np.stack([part[k] for part in parts]))
        for k, letter in enumerate("WRB")
    ]
    attributes = {"hidden_size": units, "activations": _activations(call, cells[0]) * len(cells)}
    if op == "GRU":
        attributes["linear_before_reset"] = int(cells[0].reset_after)
    if len(cells) == 2:
        attributes["direction"] = "bidirectional"
    lengths = graph.lengths(call.mask) or ""
    sequence, state = graph.add(op, [call.x.name, *weights, lengths], 2, name=name, **attributes)
    return _joined(graph, sequence if cells[0].return_sequences else state, cells)


def step(graph: Graph, cell: Any, x: str, states: Sequence[str], name: str) -> list[str]:
    """Return the output of one step of a layer, (1, rows, units), and its states after it.

    Args:
        graph: takes the node.
        cell: LSTM, GRU or SimpleRNN, ours or Keras'.
        x: name of the input (1, rows, features).
        states: names of h, and c of an LSTM, (1, rows, units).
        name: of node and weights.
    """
    after = _run(graph, cell, x, states, name)
    return [after[1], *after[1:]]


def carried(graph: Graph, layer: Any, x: str, states: Sequence[str]) -> list[str]:
    """Return the outputs of a one-directional layer, (time, batch, units), and its last states.

    Args:
        graph: takes the nodes.
        layer: LSTM, GRU or SimpleRNN, ours or Keras', called with its first states.
        x: name of the input (time, batch, features).
        states: names of h, and c of an LSTM, (batch, units), as the last states are.

    Raises:
        Refusal: the layer reads from the end, or gives other outputs.
    """
    for setting, wanted in (("go_backwards", False), ("return_sequences", True)):
        if getattr(layer, setting) is not wanted:
            raise Call(layer, inputs=()).refuse(f"{setting}={not wanted} cannot be exported")
    first = [graph.one("Unsqueeze", state, graph.axes(0)) for state in states]
    sequence, *last = _run(graph, layer, x, first, layer.name)
    found = [graph.one("Squeeze", state, graph.axes(0)) for state in last]
    return [graph.one("Squeeze", sequence, graph.axes(1)), *found]


def _run(graph: Graph, cell: Any, x: str, states: Sequence[str], name: str) -> list[str]:
    """Return outputs (time, 1, batch, units) and last states (1, batch, units) of an operator."""
    op, order = _OPS[kind(cell)]
    parts = zip("WRB", _weights(cell, order), strict=True)
    weights = [graph.weight(f"{name}/{letter}", part[None]) for letter, part in parts]
    call = Call(cell, inputs=())
    attributes = {"hidden_size": cell.units, "activations": _activations(call, cell)}
    if op == "GRU":
        attributes["linear_before_reset"] = int(cell.reset_after)
    return graph.add(op, [x, *weights, "", *states], 1 + len(states), name=name, **attributes)


def _joined(graph: Graph, name: str, cells: list[Any]) -> Value:
    """Return the directions, (..., directions, batch, units), side by side."""
    rank = 3 if cells[0].return_sequences else 2
    axis = rank - 2  # of the directions
    if len(cells) == 1:
        return Value(graph.one("Squeeze", name, graph.axes(axis)), rank)
    order = [*range(axis), axis + 1, axis, axis + 2]
    turned = graph.one("Transpose", name, perm=order)
    # 0 keeps an axis as it is
    shape = graph.axes(*[0] * (rank - 1), 2 * cells[0].units)
    return Value(graph.one("Reshape", turned, shape), rank)


def _weights(layer: Any, order: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return W (gates * units, features), R (gates * units, units), B (2 * gates * units)."""
    units, cell = layer.units, layer.cell

    def gates(columns: Any) -> np.ndarray:  # (n, gates * units) -> (gates * units, n)
        array = np.asarray(columns, "float32")
        return np.concatenate([array[:, k * units : (k + 1) * units].T for k in order])

    zeros = np.zeros(len(order) * units, "float32")
    if cell.bias is None:
        both = np.stack([zeros, zeros])
    else:
        bias = np.asarray(cell.bias, "float32")
        # GRU's reset_after form has a bias of its own for the state
        both = bias if bias.ndim == 2 else np.stack([bias, zeros])
    turned = np.concatenate([gates(row[None])[:, 0] for row in both])
    return gates(cell.kernel), gates(cell.recurrent_kernel), turned


def _activations(call: Call, layer: Any) -> list[str]:
    """Return ONNX's names: of the gates first, then of what is written and shown."""
    own = [layer.activation]
    if isinstance(layer, keras.layers.LSTM):
        own = [layer.recurrent_activation, layer.activation, layer.activation]
    elif isinstance(layer, keras.layers.GRU):
        own = [layer.recurrent_activation, layer.activation]
    return [_ACTIVATIONS[call.function(function, _ACTIVATIONS)] for function in own]


def _names() -> str:
    return ", ".join(sorted(kind.__name__ for kind in _OPS))
