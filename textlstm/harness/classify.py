"""How labels of texts are scored: accuracy, F1 and calibration beside linear models; McNemar."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from textlstm import baselines as linear
from textlstm.baselines import Baseline
from textlstm.corpora.example import Example
from textlstm.harness import verdicts
from textlstm.harness.lengths import buckets
from textlstm.ngrams import words
from textlstm.report import Report
from textlstm.tasks import measures, resampling
from textlstm.tasks.classify import join_labels, split_labels

MAIN = "accuracy"
TEST = "mcnemar_p"
COLUMNS: Mapping[str, str] = {}
TESTED = verdicts.Test(
    MAIN, TEST, "McNemar p", {"majority": "always giving the most frequent answer"}
)

BUCKETS = 5  # of the table by length
MISTAKES = 50
MISTAKE_CHARACTERS = 2000

Row = Mapping[str, Any]


def learn(task: Any, train: Iterable[Example] | None, seed: int) -> Iterable[Example] | None:
    """Return the examples as the baselines compare them; nothing is read yet."""
    if train is None:
        return None
    return (replace(e, target=task.target(e.target)) for e in train if e.target is not None)


def measure(task: Any, rows: Sequence[Row], learned: Any, seed: int) -> measures.Measured:
    """Return `measures.classification` of the rows."""
    return measures.classification(
        [task.target(row["target"]) for row in rows],
        [row["answer"] for row in rows],
        task.labels,
        task.multi,
        seed=seed,
    )


def details(task: Any, rows: Sequence[Row], found: measures.Measured) -> dict[str, Any]:
    """Return confusion, calibration, accuracy by length, and the surest mistakes."""
    return {
        "confusion": found.confusion,
        "calibration": found.calibration,
        "by_length": by_length([row["input"] for row in rows], found.correct),
        "mistakes": mistakes(rows, found),
    }


def looked_into(
    predictor: Any, task: Any, rows: Sequence[Row], learned: Any = None
) -> dict[str, Any]:
    """Return nothing: the answers tell all that is drawn."""
    return {}


def baselines(
    task: Any, learned: Any, inputs: Sequence[str], seed: int
) -> dict[str, Baseline]:  # fmt: skip
    """Return `baselines.classify`, trained and answered."""
    return linear.classify(learned, inputs, task.labels, task.multi, seed=seed)


def versus(first: measures.Measured, second: measures.Measured, seed: int) -> dict[str, Any]:
    """Return McNemar's test of two systems' answers to the same texts."""
    return resampling.paired(first.correct, second.correct, seed)


def verdict(report: Report) -> list[str]:
    """Return who is ahead by accuracy, and whether that can be chance, as sentences."""
    return verdicts.verdict(report, TESTED)


def outcome(row: Row) -> bool:
    """Tell whether an answer is its target; a list of labels in any order."""
    said, target = row["answer"]["label"], row["target"]
    raw = target if isinstance(target, str) else tuple(target)
    return bool(
        said == join_labels(raw) if isinstance(said, str) else set(said) == set(split_labels(raw))
    )


def target(row: Row) -> Any:
    """Return the label, or the labels in their order."""
    found = row["target"]
    return sorted(found) if isinstance(found, list) else found


def paired(
    first: Sequence[bool], second: Sequence[bool], reports: tuple[Report, Report]
) -> dict[str, Any]:
    """Return McNemar's test of two systems, given which texts they answer rightly."""
    return resampling.paired(np.array(first, bool), np.array(second, bool))


def by_length(texts: Sequence[str], correct: np.ndarray) -> list[dict[str, Any]]:
    """Return accuracy with its 95 % interval (Wilson) in buckets of like many texts.

    Returns:
        Rows {"from", "to", "examples", "accuracy", "low", "high"}; lengths in words, a Chinese
        character counting as one.
    """
    lengths = np.array([len(words(text)) for text in texts])
    found = []
    for start, end in buckets(lengths, BUCKETS):
        inside = (lengths >= start) & (lengths <= end)
        examples, right = int(inside.sum()), int(correct[inside].sum())
        low, high = resampling.proportion(right, examples)
        found.append(
            {
                "from": start,
                "to": end,
                "examples": examples,
                "accuracy": right / examples,
                "low": low,
                "high": high,
            }
        )
    return found


def mistakes(rows: Sequence[Row], found: measures.Measured) -> list[dict[str, Any]]:
    """Return the wrong answers, the surest first, with the text cut where it is very long."""
    wrong = np.flatnonzero(~found.correct)
    sure = np.nan_to_num(found.confidence[wrong], nan=0.0)
    order = wrong[np.argsort(-sure, kind="stable")][:MISTAKES]
    kept = []
    for place in order.tolist():
        row = rows[place]
        text = row["input"]
        if len(text) > MISTAKE_CHARACTERS:
            text = text[:MISTAKE_CHARACTERS] + " ..."
        kept.append(
            {
                "where": row["where"],
                "input": text,
                "target": row["target"],
                "answer": row["answer"]["label"],
                "confidence": float(found.confidence[place]),
            }
        )
    return kept
