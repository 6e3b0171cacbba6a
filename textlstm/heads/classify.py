"""The Keras half of classification: token ids in, one logit a label out."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import keras
import numpy as np
from keras import ops

from textlstm.errors import SettingsError
from textlstm.layers.checks import fraction, one_of
from textlstm.layers.ngrams import LinearNGrams

LARGEST = 10.0  # of a multi-label weight, and its inverse the smallest


class Classification(Protocol):
    """What the head reads of a classification task."""

    labels: Sequence[str]
    multi: bool
    counts: Mapping[str, int]
    buckets: int
    longest: int


class ClassifyHead:
    """Inputs, output layer and loss of a classification task.

    Args:
        task: `labels`, `multi` (several labels a text), `counts`, label -> texts in training, and
            of the linear model beside the network `buckets` (0: there is none) and `longest`.
        label_smoothing: share of the target given to all labels alike (Szegedy et al. 2016,
            section 7); with several labels a text, targets move towards one half.
        balance: "balanced" weighs the classes against their frequency, n / (labels * count)
            (King & Zeng 2001; scikit-learn's "balanced"), n being the sum of the counts. With
            several labels a text the weight is of a label's presence, kept within 0.1 and 10.

    Raises:
        SettingsError: for values outside these ranges, or "balanced" with a label that
            training has no text for.
    """

    def __init__(
        self, task: Classification, label_smoothing: float = 0.0, balance: str = "none"
    ) -> None:
        """Read labels and counts of the task."""
        self.task = task
        self.labels = tuple(task.labels)
        self.multi = task.multi
        self.label_smoothing = fraction("label_smoothing", label_smoothing)
        self.balance = one_of("balance", balance, ("none", "balanced"))
        self.weights = np.ones(len(self.labels), "float32")
        if self.balance == "balanced":
            self.weights = _balanced(self.labels, task.counts, self.multi)

    def inputs(self) -> Any:
        """Return the symbolic input "tokens", int32 (batch, time), padded on the right with 0."""
        return keras.Input((None,), dtype="int32", name="tokens")

    def __call__(self, features: Any, tokens: Any = None) -> Any:
        """Return logits (batch, labels) of features (batch, n), from a layer named "logits".

        Args:
            features: of the text.
            tokens: ids (batch, time) for the linear model of n-grams; None: without it.
        """
        beside = tokens is not None and self.task.buckets > 0
        name = "network_logits" if beside else "logits"
        logits = keras.layers.Dense(len(self.labels), dtype="float32", name=name)(features)
        if not beside:
            return logits
        linear = LinearNGrams(self.task.buckets, self.task.longest, name="logits")
        return linear([logits, tokens])

    def loss(self, y_true: Any, logits: Any) -> Any:
        """Return the mean loss over the rows that have a known label, a scalar in nats.

        Args:
            y_true: int (batch,), the label's number, -1 for one that training never saw; with
                several labels a text float (batch, labels) of 0 and 1, a row of -1 likewise.
            logits: float (batch, labels).
        """
        logits = ops.cast(logits, "float32")
        rows, valid = (self._several if self.multi else self._single)(y_true, logits)
        valid = ops.cast(valid, "float32")
        # A batch without a single known label costs nothing instead of 0 / 0.
        return ops.sum(rows * valid) / ops.maximum(ops.sum(valid), 1.0)

    def _single(self, y_true: Any, logits: Any) -> tuple[Any, Any]:
        number = ops.cast(ops.reshape(y_true, (-1,)), "int32")
        known = ops.maximum(number, 0)
        log_p = ops.log_softmax(logits, axis=-1)
        share = self.label_smoothing / len(self.labels)
        target = ops.one_hot(known, len(self.labels)) * (1.0 - self.label_smoothing) + share
        weight = ops.take(ops.convert_to_tensor(self.weights), known, axis=0)
        return -weight * ops.sum(target * log_p, axis=-1), number >= 0

    def _several(self, y_true: Any, logits: Any) -> tuple[Any, Any]:
        y = ops.cast(ops.reshape(y_true, (-1, len(self.labels))), "float32")
        target = y * (1.0 - self.label_smoothing) + 0.5 * self.label_smoothing
        # -log sigmoid(x) = softplus(-x), -log(1 - sigmoid(x)) = softplus(x): no overflow
        present = self.weights * target * ops.softplus(-logits)
        absent = (1.0 - target) * ops.softplus(logits)
        return ops.mean(present + absent, axis=-1), ops.all(y >= 0, axis=-1)


def _balanced(labels: tuple[str, ...], counts: Mapping[str, int], multi: bool) -> np.ndarray:
    """Return n / (labels * count) for each label, float32."""
    n = np.array([counts.get(label, 0) for label in labels], "float64")
    if not n.all():
        label = labels[int(np.argmin(n))]
        raise SettingsError(f"balance='balanced': no text in training is labelled {label!r}")
    weights = n.sum() / (len(labels) * n)
    if multi:
        weights = np.clip(weights, 1 / LARGEST, LARGEST)
    return np.asarray(weights, "float32")
