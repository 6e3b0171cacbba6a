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

_KINDS = {
    "classify": ("textlstm.tasks.classify", "Classify"),
    "tag": ("textlstm.tasks.tag", "Tag"),
    "translate": ("textlstm.tasks.translate", "Translate"),
    "generate": ("textlstm.tasks.generate", "Generate"),
    "forecast": ("textlstm.tasks.forecast", "Forecast"),
}

Arrays = dict[str, np.ndarray]
Answer = dict[str, Any]


class Task(Protocol):
    """One kind of answer: what training, prediction and evaluation ask of it."""

    kind: ClassVar[str]
    target_name: ClassVar[str]  # name of the array that the loss compares with
    size_name: ClassVar[str]  # name of the array by whose length examples form batches
    per_step: ClassVar[bool]  # whether the target has a value a token, -1 being padding
    by_loss: ClassVar[bool]  # whether the best epoch is that of the lowest loss, without answers
    steps: ClassVar[int]  # of training that are enough, and
    most_epochs: ClassVar[int]  # epochs at most, where epochs= is not given

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the network's inputs; the first has the tokens of the raw input."""

    @property
    def notes(self) -> list[str]:
        """What the user should know of how the task was made."""

    @property
    def encoders(self) -> dict[str, TextEncoder]:
        """The text encoders by their name in the bundle."""

    @classmethod
    def encoder_names(cls, data: Mapping[str, Any]) -> tuple[str, ...]:
        """Return which encoders the task of a task.json has."""

    def raw(self, given: Any) -> str:
        """Return an input as the text that a person reads."""

    def encode(self, inputs: Sequence[Any]) -> list[Arrays]:
        """Return the arrays of raw inputs: the features, and what decoding needs besides."""

    def encode_targets(self, targets: Sequence[Any], rows: Sequence[Arrays]) -> list[Arrays]:
        """Return the arrays of raw targets that the loss compares with; rows are the inputs'."""

    def known(self, targets: np.ndarray) -> int:
        """Return what a batch of target arrays weighs in the mean loss: its rows, or tokens."""

    def complete(self, given: Any, answer: Answer) -> Answer:
        """Return an answer with what is quoted from its raw input."""

    def to_json(self) -> dict[str, Any]:
        """Return everything but the encoders, as plain JSON types."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any], encoders: Mapping[str, TextEncoder]) -> Self:
        """Return the task that `to_json` wrote."""


class Decoded(Task, Protocol):
    """A task whose answers are one run of one graph, decoded."""

    def decode(self, outputs: Arrays, rows: Sequence[Arrays]) -> list[Answer]:
        """Return answers from the network's outputs of a padded batch, row by row.

        Args:
            outputs: by name, as ONNX Runtime gives them.
            rows: what `encode` returned for each row.
        """

    def score(self, targets: Sequence[Any], answers: Sequence[Answer]) -> dict[str, Score]:
        """Return scores of answers against raw targets."""


class Judged(Decoded, Protocol):
    """A task whose best epoch is that of the best answers: `by_loss` is false."""

    def quick_score(self, targets: Sequence[Any], answers: Sequence[Answer]) -> tuple[str, float]:
        """Return name and value of the one score that decides which epoch is the best."""

    def with_thresholds(self, targets: Sequence[Any], answers: Sequence[Answer]) -> Self:
        """Return the task with what is chosen on validation answers, such as thresholds."""


def judged(task: Task) -> Judged | None:
    """Return a task whose epochs are judged by its answers as such; None: they are by the loss."""
    return None if task.by_loss else cast(Judged, task)


def encoder_names(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which encoders a bundle with this task.json holds.

    Raises:
        BundleError: the kind is not known to this version.
    """
    return cast(tuple[str, ...], _task_class(str(data.get("kind"))).encoder_names(data))


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
