"""The Keras half of sequence tagging: ids of words and characters in, scores of tags out."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import keras
import numpy as np
from keras import ops

from textlstm.errors import SettingsError
from textlstm.layers.checks import fraction, one_of
from textlstm.layers.crf import CRF, ConstrainedSoftmax

LARGEST = 10.0  # of a tag's weight, and its inverse the smallest
PADDING, UNKNOWN = -1, -2  # in the place of a tag's number
AXES = {"tokens": 1, "characters": 2, "shapes": 1, "pairs": 1}  # after the batch


class Tagging(Protocol):
    """What the head reads of a tagging task."""

    tags: Sequence[str]
    scheme: str
    counts: Mapping[str, int]
    features: Sequence[str]
    allowed: tuple[Any, Any, Any]


class TagHead:
    """Inputs, output layer and loss of a tagging task.

    Args:
        task: `tags`, `features` (names of the inputs), `counts`, tag -> tokens in training, and
            `allowed`: which tag may come first (tags,), which may follow which (tags, tags), and
            which may come last (tags,).
        kind: "crf" learns whole sequences (`layers.CRF`), "softmax" each tag for itself; answers
            keep to the allowed transitions with both.
        balance: "balanced" weighs tags against their frequency, n / (tags * count) kept within
            0.1 and 10, n being the sum of the counts. With "crf" a sentence's weight is the mean
            weight of its tags.
        label_smoothing: share of the target given to all tags alike (Szegedy et al. 2016,
            section 7); "softmax" only.

    Raises:
        SettingsError: for values outside these ranges, or label smoothing with "crf".
    """

    def __init__(
        self,
        task: Tagging,
        kind: str = "crf",
        balance: str = "none",
        label_smoothing: float = 0.0,
    ) -> None:
        """Read tags, counts and allowed transitions of the task."""
        self.task = task
        self.tags = tuple(task.tags)
        self.kind = one_of("kind", kind, ("crf", "softmax"))
        self.balance = one_of("balance", balance, ("none", "balanced"))
        self.label_smoothing = fraction("label_smoothing", label_smoothing)
        if self.kind == "crf" and self.label_smoothing:
            raise SettingsError(
                f"label_smoothing={label_smoothing!r}: a CRF has none, expected 0 or kind='softmax'"
            )
        self.weights = np.ones(len(self.tags), "float32")
        if self.balance == "balanced":
            self.weights = _balanced(self.tags, task.counts)
        start, between, end = task.allowed
        make = CRF if self.kind == "crf" else ConstrainedSoftmax
        self.layer = make(start, between, end, name="emissions", dtype="float32")

    def inputs(self) -> dict[str, Any]:
        """Return the symbolic inputs by name, int32, padded on the right with 0.

        "tokens", "shapes" and "pairs" are (batch, time), "characters" (batch, time, characters).
        """
        return {
            name: keras.Input((None,) * AXES[name], dtype="int32", name=name)
            for name in self.task.features
        }

    def __call__(self, features: Any) -> Any:
        """Return emissions (batch, time, tags) of features (batch, time, n).

        They come from a dense layer "scores" and the head's layer "emissions".
        """
        scores = keras.layers.Dense(len(self.tags), dtype="float32", name="scores")(features)
        return self.layer(scores)

    def loss(self, y_true: Any, emissions: Any) -> Any:
        """Return the mean loss, a scalar in nats; 0 for a batch in which nothing is known.

        "crf": negative log-likelihood a sentence, over the sentences whose tags are all known.
        "softmax": cross-entropy a token, over the tokens whose tag is known.

        Args:
            y_true: int (batch, time), the tag's number, -1 at padding, -2 for a tag that training
                never saw.
            emissions: float (batch, time, tags).
        """
        emissions = ops.cast(emissions, "float32")
        tags = ops.cast(ops.reshape(y_true, ops.shape(emissions)[:2]), "int32")
        known = ops.maximum(tags, 0)
        weight = ops.take(ops.convert_to_tensor(self.weights), known, axis=0)
        if self.kind == "crf":
            costs, counted = self._sentences(tags, known, weight, emissions)
        else:
            costs, counted = self._tokens(tags, known, weight, emissions)
        counted = ops.cast(counted, "float32")
        return ops.sum(costs * counted) / ops.maximum(ops.sum(counted), 1.0)

    def _sentences(self, tags: Any, known: Any, weight: Any, emissions: Any) -> tuple[Any, Any]:
        words = ops.not_equal(tags, PADDING)
        costs = -self.layer.log_likelihood(emissions, known, words)
        if self.balance == "balanced":
            on = ops.cast(words, "float32")
            costs *= ops.sum(weight * on, axis=1) / ops.maximum(ops.sum(on, axis=1), 1.0)
        strange = ops.any(ops.equal(tags, UNKNOWN), axis=1)
        return costs, ops.logical_and(ops.any(words, axis=1), ops.logical_not(strange))

    def _tokens(self, tags: Any, known: Any, weight: Any, emissions: Any) -> tuple[Any, Any]:
        share = self.label_smoothing / len(self.tags)
        target = ops.one_hot(known, len(self.tags)) * (1.0 - self.label_smoothing) + share
        log_p = ops.log_softmax(emissions, axis=-1)
        return -weight * ops.sum(target * log_p, axis=-1), tags >= 0


def _balanced(tags: tuple[str, ...], counts: Mapping[str, int]) -> np.ndarray:
    """Return n / (tags * count) for each tag, float32; a tag that never occurs has the largest."""
    n = np.array([counts.get(tag, 0) for tag in tags], "float64")
    weights = n.sum() / (len(tags) * np.maximum(n, 1e-9))
    return np.asarray(np.clip(weights, 1 / LARGEST, LARGEST), "float32")
