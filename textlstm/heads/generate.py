"""The Keras half of generation: ids and states in, the cost of each next token out."""

from collections.abc import Sequence
from typing import Any, Protocol

import keras
from keras import ops

from textlstm import layers


class Generation(Protocol):
    """What the head reads of a generation task."""

    @property
    def size(self) -> int:
        """Number of ids."""


class GenerateHead:
    """Inputs, output layer and loss of a generation task.

    Args:
        task: its targets are ids below `size`.
        cutoffs: where the clusters of an adaptive softmax end, without the last; empty: one
            softmax over all ids.
    """

    def __init__(self, task: Generation, cutoffs: Sequence[int] = ()) -> None:
        """Take the number of tokens of the task; cutoffs beyond it are left out."""
        self.task = task
        self.cutoffs = (*(size for size in cutoffs if size < task.size), task.size)

    def inputs(self, states: Sequence[int]) -> dict[str, Any]:
        """Return the symbolic inputs by name.

        "tokens" int32 (batch, time), the token before; "next" int32 (batch, time), the one to be
        told, -1 where none counts; "state_1", ... float32 (batch, size).

        Args:
            states: sizes, of `layers.state_sizes`.
        """
        found = {n: keras.Input((None,), dtype="int32", name=n) for n in ("tokens", "next")}
        for k, size in enumerate(states, start=1):
            found[f"state_{k}"] = keras.Input((size,), name=f"state_{k}")
        return found

    def __call__(self, outputs: Any, targets: Any, embedding: Any = None) -> Any:
        """Return the costs (batch, time) in nats of targets, given outputs (batch, time, n).

        Args:
            outputs: of the recurrent layers.
            targets: the input "next".
            embedding: a layer whose vectors of n numbers score the tokens too; None: the softmax
                has vectors of its own.
        """
        return layers.AdaptiveSoftmax(self.cutoffs, embedding, name="softmax")([outputs, targets])

    def loss(self, y_true: Any, costs: Any) -> Any:
        """Return the mean cost of a token that counts, a scalar in nats.

        Args:
            y_true: int (batch, time), as the input "next".
            costs: float (batch, time).
        """
        counted = ops.cast(ops.cast(y_true, "int32") >= 0, "float32")
        return ops.sum(costs * counted) / ops.maximum(ops.sum(counted), 1.0)
