"""The Keras half of translation: ids of source and target in, a logit a next token out."""

from typing import Any, Protocol

import keras
from keras import ops

from textlstm.layers.checks import fraction
from textlstm.layers.softmax_costs import softmax_costs

PADDING = -1  # in the place of a target's id


class Translation(Protocol):
    """What the head reads of a translation task."""

    @property
    def boundary(self) -> int:
        """The id before the first token of a target and after its last."""


class TranslateHead:
    """Inputs, output layer and loss of a translation task.

    Args:
        task: its targets are ids up to `boundary`.
        label_smoothing: share of the target given to all tokens alike (Szegedy et al. 2016,
            section 7).

    Raises:
        SettingsError: for values outside these ranges.
    """

    def __init__(self, task: Translation, label_smoothing: float = 0.0) -> None:
        """Take the number of tokens of the task."""
        self.task = task
        self.label_smoothing = fraction("label_smoothing", label_smoothing)

    def inputs(self) -> dict[str, Any]:
        """Return the symbolic inputs by name, int32, padded on the right with 0.

        "tokens" (batch, source), and "previous" (batch, time): the target one step late.
        """
        return {
            name: keras.Input((None,), dtype="int32", name=name) for name in ("tokens", "previous")
        }

    def __call__(self, outputs: Any, embedding: Any = None) -> Any:
        """Return logits (batch, time, boundary + 1) of a decoder's outputs (batch, time, n).

        Args:
            outputs: of the decoder.
            embedding: a `keras.layers.ReversibleEmbedding` whose vectors of the target's tokens,
                n numbers each, score them too (Press & Wolf 2017); None: a dense layer.
        """
        if embedding is None:
            return keras.layers.Dense(self.task.boundary + 1, name="logits")(outputs)
        return keras.layers.Identity(name="logits")(embedding(outputs, reverse=True))

    def loss(self, y_true: Any, logits: Any) -> Any:
        """Return the mean loss of a token, a scalar in nats, with label smoothing.

        Args:
            y_true: int (batch, time), the next token's id, -1 at padding.
            logits: float (batch, time, boundary + 1).
        """
        shape = ops.shape(logits)
        ids = ops.reshape(ops.cast(y_true, "int32"), (-1,))
        scores = ops.reshape(ops.cast(logits, "float32"), (-1, shape[-1]))
        costs = softmax_costs(scores, ops.maximum(ids, 0), self.label_smoothing)
        counted = ops.cast(ids != PADDING, "float32")
        return ops.sum(costs * counted) / ops.maximum(ops.sum(counted), 1.0)
