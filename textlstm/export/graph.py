"""An ONNX graph under construction.

Every sequence in it is time-major, (time, batch, features), which is what ONNX's recurrent
operators read: ids are transposed once, before the embedding looks them up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 18
IR_VERSION = 8  # what opset 18 was released with: readable from ONNX Runtime 1.14 on

TYPES = {"float32": TensorProto.FLOAT, "int32": TensorProto.INT32}


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor of the graph.

    Attributes:
        name: in the graph; time-major where it is a sequence.
        rank: number of axes.
    """

    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Mask:
    """Which steps are words: those where any of some id tensors is not 0.

    Attributes:
        ids: names of time-major id tensors (time, batch).
        everything: True where some part of the network takes every step for a word.
    """

    ids: tuple[str, ...] = ()
    everything: bool = False

    def __or__(self, other: "Mask") -> "Mask":
        """Return the mask that is True where one of both is."""
        return Mask(tuple(sorted({*self.ids, *other.ids})), self.everything or other.everything)


class Graph:
    """Nodes, weights, inputs and outputs, with names that depend on nothing but the network."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._nodes: list[onnx.NodeProto] = []
        self._made: dict[tuple[Any, ...], list[str]] = {}
        self._weights: dict[str, np.ndarray] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def add(
        self, op: str, inputs: Sequence[str], outputs: int = 1, name: str = "", **attributes: Any
    ) -> list[str]:
        """Return the names of a node's outputs; an equal node that exists is used again.

        Args:
            op: ONNX operator.
            inputs: tensor names, "" for one that is left out.
            outputs: how many outputs it has; those that nobody reads cost nothing.
            name: of the node; by default the operator and a number.
            **attributes: of the operator.
        """
        key = (op, tuple(inputs), outputs, repr(sorted(attributes.items())))
        if key not in self._made:
            name = name or f"{op}_{len(self._nodes)}"
            self._made[key] = [f"{name}:{k}" for k in range(outputs)]
            self._nodes.append(
                helper.make_node(op, inputs, self._made[key], name=name, **attributes)
            )
        return self._made[key]

    def one(self, op: str, *inputs: str, **attributes: Any) -> str:
        """Return the name of the one output of a node, like `add`."""
        return self.add(op, inputs, **attributes)[0]

    def weight(self, name: str, array: Any) -> str:
        """Return the name under which the graph holds an array, `name` where it is free."""
        array = np.asarray(array, order="C")
        tried, k = name, 1
        while tried in self._weights:
            held = self._weights[tried]
            if held.dtype == array.dtype and np.array_equal(held, array):
                return tried
            k += 1
            tried = f"{name}_{k}"
        self._weights[tried] = array
        return tried

    def axes(self, *values: int) -> str:
        """Return the name of an int64 vector such as `axes` or `shape` inputs take."""
        return self.weight("axes_" + "_".join(map(str, values)), np.array(values, "int64"))

    def scalar(self, value: float) -> str:
        """Return the name of a float32 number."""
        return self.weight(f"number_{value:g}", np.array(value, "float32"))

    def input(self, name: str, dtype: str, shape: Sequence[int | None]) -> Value:
        """Return the graph's input `name`, time-major.

        Args:
            name: of the input.
            dtype: "int32" for ids (batch, time) or (batch, time, characters), "float32" for the
                others.
            shape: of these, (batch, time, features) or (batch, features).
        """
        sequence = dtype == "int32" or len(shape) == 3
        sizes = ["batch", "time", *shape[2:]] if sequence else ["batch", *shape[1:]]
        if dtype == "int32":  # an axis without a size is named after the input
            sizes = [size or name for size in sizes]
        value = self.given(name, dtype, sizes)
        return self._flip(value) if sequence else value

    def given(self, name: str, dtype: str, sizes: Sequence[int | str | None]) -> Value:
        """Return the graph's input `name` of these sizes, as it is."""
        self._inputs.append(helper.make_tensor_value_info(name, TYPES[dtype], sizes))
        return Value(name, len(sizes))

    def output(self, name: str, value: Value, features: int | None) -> None:
        """Make `value` the graph's output `name`, with the batch axis first again."""
        sizes = ["batch", "time", features] if value.rank == 3 else ["batch", features]
        source = self._flip(value) if value.rank == 3 else value
        self.result(name, source.name, sizes)

    def result(self, name: str, source: str, sizes: Sequence[int | str | None]) -> None:
        """Make the float32 tensor `source` of these sizes the graph's output `name`, as it is."""
        self._nodes.append(helper.make_node("Identity", [source], [name], name=f"out_{name}"))
        self._outputs.append(helper.make_tensor_value_info(name, TYPES["float32"], sizes))

    def constant(self, name: str, array: np.ndarray) -> None:
        """Make a float32 array that depends on no input the graph's output `name`."""
        self.result(name, self.weight(f"{name}/constant", array), array.shape)

    def _flip(self, value: Value) -> Value:
        order = [1, 0, *range(2, value.rank)]
        return Value(self.one("Transpose", value.name, perm=order), value.rank)

    def steps(self, mask: Mask) -> str | None:
        """Return the name of bool (time, batch, 1), True at words; None where all steps are."""
        if mask.everything:
            return None
        found = [self.one("Cast", ids, to=TensorProto.BOOL) for ids in mask.ids]
        joined = found[0]
        for other in found[1:]:
            joined = self.one("Or", joined, other)
        return self.one("Unsqueeze", joined, self.axes(2))

    def lengths(self, mask: Mask) -> str | None:
        """Return the name of int32 (batch,), words a row; None where all steps are words.

        Words come first and padding after them, so this is also where the last word ends.
        """
        steps = self.steps(mask)
        if steps is None:
            return None
        ones = self.one("Cast", steps, to=TensorProto.INT32)
        return self.one("ReduceSum", ones, self.axes(0, 2), keepdims=0)

    def model(self, about: str) -> bytes:
        """Return the finished graph as a checked ONNX model.

        Args:
            about: name of the graph.
        """
        weights = [numpy_helper.from_array(array, name) for name, array in self._weights.items()]
        graph = helper.make_graph(self._nodes, about, self._inputs, self._outputs, weights)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="textlstm",
        )
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))
