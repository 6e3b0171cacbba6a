"""Tasks: one kind of answer a file. A task knows labels, encodes, decodes and scores.

Light: a bundle is read and its answers are made here without TensorFlow, Keras or scikit-learn
(scikit-learn is imported inside `score` alone).
"""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self, cast

import numpy as np

from textlstm.errors import BundleError
from textlstm.report import Score
from textlstm.text import TextEncoder

_KINDS = {"classify": ("textlstm.tasks.classify", "Classify")}

Arrays = dict[str, np.ndarray]
Answer = dict[str, Any]


class Task(Protocol):
    """One kind of answer: what training, prediction and evaluation ask of it."""

    kind: ClassVar[str]

    @property
    def notes(self) -> list[str]:
        """What the user should know of how the task was made."""

    @property
    def encoders(self) -> dict[str, TextEncoder]:
        """The text encoders by their name in the bundle."""

    def encode(self, inputs: Sequence[Any]) -> list[Arrays]:
        """Return the network's input arrays of raw inputs, one mapping an input."""

    def encode_targets(self, targets: Sequence[Any]) -> list[Arrays]:
        """Return the arrays of raw targets that the loss compares with."""

    def decode(self, outputs: Arrays) -> list[Answer]:
        """Return answers from the network's outputs of a batch, row by row."""

    def score(self, targets: Sequence[Any], answers: Sequence[Answer]) -> dict[str, Score]:
        """Return scores of answers against raw targets."""

    def quick_score(self, targets: Sequence[Any], answers: Sequence[Answer]) -> tuple[str, float]:
        """Return name and value of the one score that decides which epoch is the best."""

    def with_thresholds(self, targets: Sequence[Any], answers: Sequence[Answer]) -> Self:
        """Return the task with what is chosen on validation answers, such as thresholds."""

    def to_json(self) -> dict[str, Any]:
        """Return everything but the encoders, as plain JSON types."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any], encoders: Mapping[str, TextEncoder]) -> Self:
        """Return the task that `to_json` wrote."""


def encoder_names(kind: str) -> tuple[str, ...]:
    """Return which encoders a bundle of this kind of task holds.

    Raises:
        BundleError: the kind is not known to this version.
    """
    return cast(tuple[str, ...], _task_class(kind).encoder_names)


def from_json(data: Mapping[str, Any], encoders: Mapping[str, TextEncoder]) -> Task:
    """Return the task of a bundle's task.json.

    Raises:
        BundleError: the kind is not known, or a field is missing.
    """
    kind = _task_class(str(data.get("kind")))
    try:
        return cast(Task, kind.from_json(data, encoders))
    except (KeyError, TypeError, ValueError) as problem:
        raise BundleError(f"task.json cannot be read: {problem!r}") from None


def _task_class(kind: str) -> Any:
    if kind not in _KINDS:
        raise BundleError(f"a task of kind {kind!r} is not known to this version of textlstm")
    module, name = _KINDS[kind]
    return getattr(importlib.import_module(module), name)
