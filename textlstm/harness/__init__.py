"""The evaluation harness, a module a kind of task: what is measured and what a model must beat.

`evaluation` answers, times and writes; what differs between kinds is behind the protocol `Kind`.
"""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

import numpy as np

from textlstm.baselines import Baseline
from textlstm.corpora.example import Example
from textlstm.report import Report, Score

# By what an answer of the kind holds, so that predictions on disk tell their kind.
KINDS = {
    "label": "classify",
    "entities": "tag",
    "translation": "translate",
    "log_probabilities": "generate",
    "forecast": "forecast",
}

SIGNIFICANT = 0.05
CHUNK = 1000  # inputs a call of predict
ALONE = "network-alone"  # beside the baselines: the model without its linear part

Row = Mapping[str, Any]  # {"input", "target", "answer", "where"}


class Measured(Protocol):
    """What was measured of some answers."""

    @property
    def scores(self) -> dict[str, Score]:
        """Scores by name, the most important one first."""

    @property
    def per_label(self) -> dict[str, dict[str, float]]:
        """Figures of each label or type."""

    @property
    def correct(self) -> np.ndarray:
        """Whether an example is answered rightly as a whole; bool (examples,)."""

    @property
    def notes(self) -> list[str]:
        """What a reader must know."""


class Kind(Protocol):
    """A module of this package: how one kind of task is scored."""

    MAIN: str  # the score that decides who is ahead
    COLUMNS: Mapping[str, str]  # scores that a table shows, by short names; empty: the first ones
    TEST: str  # name of the paired test's p in `paired`

    def learn(self, task: Any, train: Iterable[Example] | None, seed: int) -> Any:
        """Return what is needed of the training part, which may be read once; None without it."""

    def measure(self, task: Any, rows: Sequence[Row], learned: Any, seed: int) -> Measured:
        """Return the measures of rows whose answers are given."""

    def details(self, task: Any, rows: Sequence[Row], found: Any) -> dict[str, Any]:
        """Return what the page draws of them."""

    def looked_into(
        self, predictor: Any, task: Any, rows: Sequence[Row], learned: Any = None
    ) -> dict[str, Any]:
        """Return what the page draws that the predictor has to be asked for."""

    def baselines(
        self, task: Any, learned: Any, inputs: Sequence[Any], seed: int
    ) -> dict[str, Baseline]:
        """Return what a model must beat, trained and answered."""

    def versus(self, first: Any, second: Any, seed: int) -> dict[str, Any]:
        """Return the paired test of two `Measured`."""

    def verdict(self, report: Report) -> list[str]:
        """Return who is ahead, and whether that can be chance, as sentences."""

    def outcome(self, row: Row) -> Any:
        """Return what `paired` compares of one row; KeyError, TypeError: the row has it not."""

    def target(self, row: Row) -> Any:
        """Return the target of a row, in a form that can be compared."""

    def paired(
        self, first: Sequence[Any], second: Sequence[Any], reports: tuple[Report, Report]
    ) -> dict[str, Any]:
        """Return the paired test of two systems' outcomes; their reports say how they score."""


def of(kind: str) -> Kind:
    """Return how a kind of task is scored."""
    return cast(Kind, importlib.import_module(f"textlstm.harness.{kind}"))


def answered(judge: Kind, predictor: Any, inputs: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the answers of a part that a kind of task is scored by.

    They are those of `predict`, a thousand inputs a call, unless the kind has a function `answers`
    that asks for others: what a language model predicts is a continuation, what is scored is how
    likely it finds the text.
    """
    asks = getattr(judge, "answers", None)
    if asks is not None:
        return cast(list[dict[str, Any]], asks(predictor, inputs))
    found: list[dict[str, Any]] = []
    for start in range(0, len(inputs), CHUNK):
        found += predictor.predict(inputs[start : start + CHUNK])
    return found


def of_answer(answer: Mapping[str, Any]) -> Kind:
    """Return how answers of this form are scored.

    Raises:
        KeyError: no kind of task answers so.
    """
    key = next((key for key in KINDS if key in answer), None)
    if key is None:
        raise KeyError("answer")
    return of(KINDS[key])
