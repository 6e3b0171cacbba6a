"""The recurrent nodes of an ONNX graph: their weights, and their inputs made visible."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from textlstm.errors import Refusal
from textlstm.reference import ACTIVATIONS, GRU, LSTM, RNN, Activation, Cell, from_onnx

KINDS = {"RNN": "rnn", "LSTM": "lstm", "GRU": "gru"}
# ONNX's names of the activations where a node says none: of the gates first
_DEFAULTS = {"rnn": ("Tanh",), "lstm": ("Sigmoid", "Tanh", "Tanh"), "gru": ("Sigmoid", "Tanh")}
_DIRECTIONS = {
    "forward": ("forward",),
    "reverse": ("backward",),
    "bidirectional": ("forward", "backward"),
}


@dataclass(frozen=True)
class Node:
    """One recurrent layer of the graph.

    Attributes:
        name: of the node, which is the layer's.
        kind: "rnn", "lstm" or "gru".
        cells: the equations with the node's weights, by direction.
        x: name of its input (time, batch, features).
        y: name of its hidden states (time, directions, batch, units).
        start: names of the states it starts from (directions, batch, units); none: zeros.
    """

    name: str
    kind: str
    cells: Mapping[str, Cell]
    x: str
    y: str
    start: tuple[str, ...]

    @property
    def tensors(self) -> list[str]:
        """Names of all that must be seen of the graph."""
        return [self.x, self.y, *self.start]


def opened(graph: bytes) -> tuple[bytes, list[Node]]:
    """Return a graph whose recurrent nodes' inputs and states are outputs too, and the nodes.

    The answer of the graph stays what it is; nodes come in the order of the graph.

    Raises:
        Refusal: a node computes what the reference equations do not.
    """
    import onnx

    model = onnx.load_from_string(graph)
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes = [_node(node, weights) for node in model.graph.node if node.op_type in KINDS]
    shown = {output.name for output in model.graph.output}
    for node in nodes:
        for name in node.tensors:
            if name not in shown:
                shown.add(name)
                model.graph.output.add().CopyFrom(
                    onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
                )
    return model.SerializeToString(), nodes


def _node(node: Any, weights: Mapping[str, Any]) -> Node:
    import onnx

    kind = KINDS[node.op_type]
    given = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    inputs = [*node.input, *[""] * (8 - len(node.input))]
    if inputs[7] or any(given.get(name) for name in ("clip", "input_forget", "layout")):
        raise Refusal(f"layer {node.name!r}: peepholes, clip, input_forget and layout are not read")
    if kind == "gru" and not given.get("linear_before_reset"):
        raise Refusal(
            f"layer {node.name!r}: a GRU with reset_after=False is not read; "
            "reset_after=True, Keras' default, is"
        )
    if not node.output or not node.output[0]:
        raise Refusal(f"layer {node.name!r}: the graph does not name its hidden states")
    ways = _DIRECTIONS[given.get("direction", b"forward").decode()]
    named = [n.decode() for n in given.get("activations", ())] or [*_DEFAULTS[kind]] * len(ways)
    size = len(named) // len(ways)
    arrays = [onnx.numpy_helper.to_array(_held(node, weights, name)) for name in inputs[1:4]]
    cells = {}
    for k, way in enumerate(ways):
        own = from_onnx(kind, *(array[k].astype("float64") for array in arrays))
        cells[way] = _cell(node.name, kind, own, named[k * size : (k + 1) * size])
    start = tuple(name for name in inputs[5:7] if name)
    return Node(node.name, kind, cells, inputs[0], node.output[0], start)


def _held(node: Any, weights: Mapping[str, Any], name: str) -> Any:
    if name not in weights:
        raise Refusal(f"layer {node.name!r}: the weights {name!r} are not in the graph as they are")
    return weights[name]


def _cell(layer: str, kind: str, weights: Any, names: list[str]) -> Cell:
    """Return the equations of one direction with its activations."""
    functions: list[Activation] = []
    for name in names:
        if name.lower() not in ACTIVATIONS:
            can = ", ".join(ACTIVATIONS)
            raise Refusal(f"layer {layer!r}: activation {name!r} is not read, {can} are")
        functions.append(ACTIVATIONS[name.lower()])
    if kind == "rnn":
        return RNN(weights, functions[0])
    if functions[1:] != functions[1:2] * (len(functions) - 1):
        raise Refusal(f"layer {layer!r}: different activations {names[1:]} are not read")
    return (LSTM if kind == "lstm" else GRU)(weights, functions[1], functions[0])
