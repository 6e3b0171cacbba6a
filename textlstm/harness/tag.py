"""How entities are scored: F1 by entity beside two taggers; paired bootstrap over sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm.baselines import Baseline
from textlstm.corpora.example import Example
from textlstm.harness import tag_baselines, tag_errors, tag_parts, verdicts
from textlstm.report import Report, Score
from textlstm.tasks import entities, resampling, spotted

MAIN = "entity_f1"
TEST = "bootstrap_p"
# What a table of 80 columns has room for; all of them are in the report's JSON.
COLUMNS = {
    "entity_f1": "entity_f1",
    "entity_precision": "precision",
    "entity_recall": "recall",
    "token_accuracy": "token_acc",
    "bootstrap p": "p",
}
TESTED = verdicts.Test(
    MAIN,
    TEST,
    "paired bootstrap p",
    {"most-frequent-tag": "giving each word its most frequent tag"},
)

RESAMPLES = 1000

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The measures of some rows, the sentences they are of, and what training has seen."""

    sentences: list[spotted.Sentence]
    measured: entities.Measured
    learned: tag_baselines.Learned | None
    seed: int

    @property
    def scores(self) -> dict[str, Score]:
        """Scores by name."""
        return self.measured.scores

    @property
    def per_label(self) -> dict[str, dict[str, float]]:
        """Figures of each type."""
        return self.measured.per_label

    @property
    def correct(self) -> np.ndarray:
        """Whether a sentence is answered without mistake."""
        return self.measured.correct

    @property
    def notes(self) -> list[str]:
        """What a reader must know."""
        return self.measured.notes


def learn(
    task: Any, train: Iterable[Example] | None, seed: int
) -> tag_baselines.Learned | None:  # fmt: skip
    """Return the entities of the training part and the sample the baselines are trained on."""
    return None if train is None else tag_baselines.learn(task, train, seed=seed)


def measure(
    task: Any, rows: Sequence[Row], learned: tag_baselines.Learned | None, seed: int
) -> Found:
    """Return `entities.measure` of the rows, by the tokens the task sees."""
    sentences = [
        spotted.sentence(
            task.raw(row["input"]), task.segmented(row["input"])[1], row["target"], row["answer"]
        )
        for row in rows
    ]
    return Found(sentences, entities.measure(sentences, task.types, seed=seed), learned, seed)


def details(task: Any, rows: Sequence[Row], found: Found) -> dict[str, Any]:
    """Return what the page draws: kinds of errors, F1 in parts of the entities, mistakes."""
    sentences, known = found.sentences, found.learned
    drawn = spotted.Resampled(RESAMPLES, found.seed, len(sentences))
    names = sorted({e[0] for s in sentences for e in (*s.targets, *s.answers)})
    return {
        "kind": "tag",
        "errors": tag_errors.errors(sentences),
        "confusion": tag_errors.confusion(sentences, names),
        "calibration": found.measured.calibration,
        "seen": [] if known is None else tag_parts.seen_and_unseen(sentences, known.seen, drawn),
        "by_entity_length": tag_parts.by_entity_length(sentences, drawn),
        "by_length": tag_parts.by_length(sentences, found.measured.counts, drawn),
        "mistakes": tag_errors.mistakes(sentences, [str(row["where"]) for row in rows]),
    }


def looked_into(
    predictor: Any, task: Any, rows: Sequence[Row], learned: Any = None
) -> dict[str, Any]:
    """Return nothing: the answers tell all that is drawn."""
    return {}


def baselines(
    task: Any, learned: tag_baselines.Learned, inputs: Sequence[Any], seed: int
) -> dict[str, Baseline]:
    """Return `tag_baselines.baselines`, trained and answered."""
    return tag_baselines.baselines(task, learned, inputs, seed=seed)


def versus(first: Found, second: Found, seed: int) -> dict[str, Any]:
    """Return the paired bootstrap of two systems' entity F1."""
    return resampling.paired_f1(first.measured.counts, second.measured.counts, seed)


def verdict(report: Report) -> list[str]:
    """Return who is ahead by entity F1, and whether that can be chance, as sentences."""
    return verdicts.verdict(report, TESTED)


def outcome(row: Row) -> tuple[int, int, int]:
    """Return how many entities of a row are right, answered and targets."""
    said = {(e["type"], e["start"], e["end"]) for e in row["answer"]["entities"]}
    meant = set(target(row))
    return len(said & meant), len(said), len(meant)


def target(row: Row) -> list[tuple[str, int, int]]:
    """Return the target's entities in the order of the text."""
    return sorted(((kind, start, end) for kind, start, end in row["target"]), key=lambda e: e[1:])


def paired(
    first: Sequence[tuple[int, int, int]],
    second: Sequence[tuple[int, int, int]],
    reports: tuple[Report, Report],
) -> dict[str, Any]:
    """Return the paired bootstrap of two systems, given their counts by sentence."""
    return resampling.paired_f1(np.array(first), np.array(second))
