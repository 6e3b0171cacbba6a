"""The one harness: scores of a Predictor's answers, beside what a model must beat.

What is scored is what `Predictor.predict` answers to raw inputs. This module knows no network.
"""

import json
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

import textlstm
from textlstm import atomic, baselines, page
from textlstm.corpora.example import Example
from textlstm.errors import DataError
from textlstm.ngrams import words
from textlstm.report import Report, Score, number, p_value, plain
from textlstm.tasks import measures, resampling

CHUNK = 1000  # inputs a call of predict
BUCKETS = 5  # of the table by length
MISTAKES = 50
MISTAKE_CHARACTERS = 2000
SIGNIFICANT = 0.05

ALONE = "network-alone"  # beside the baselines: the model without its linear part

REPORT = "report.json"
PREDICTIONS = "predictions.jsonl"
PAGE = "report.html"


class Predicts(Protocol):
    """Anything that answers inputs, such as `textlstm.Predictor`."""

    def predict(self, inputs: Any, /) -> list[dict[str, Any]]:
        """Return an answer an input."""


@dataclass(frozen=True, slots=True)
class About:
    """What a report says besides the scores.

    Attributes:
        recipe: its name.
        corpus: name of the corpus or file.
        split: the part that is scored.
        settings: of the run.
        versions: of the packages; textlstm's and Python's are added.
        seconds: of earlier phases, such as "train".
        history: a row an epoch.
        notes: sentences that the reader must know.
    """

    recipe: str
    corpus: str
    split: str = "test"
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    history: Sequence[Mapping[str, Any]] = ()
    notes: Sequence[str] = ()


def evaluate_part(
    predictor: Predicts,
    task: Any,
    examples: Iterable[Example],
    about: About,
    *,
    train: Iterable[Example] | None = None,
    alone: Predicts | None = None,
    seed: int = 0,
    say: Callable[[str], None] | None = None,
) -> tuple[Report, list[dict[str, Any]]]:
    """Return the report on one part and its rows {"input", "target", "answer", "where"}.

    Args:
        predictor: whose answers are scored.
        task: `kind`, `score(targets, answers)`; of kind "classify" also `labels`, `multi` and
            `target(raw)`, a target as it is compared.
        examples: the part; held in memory.
        about: what else the report says.
        train: on which the baselines are trained; None leaves them out, with a note.
        alone: the model without its linear part, shown beside the baselines; None: it has none.
        seed: of baselines and resamples.
        say: is told what takes long.

    Raises:
        DataError: the part is empty, or an example has no target.
    """
    say = say or (lambda line: None)
    seconds = dict(about.seconds)
    with timed(seconds, "predict"):
        rows = _answered(predictor, examples)
    if not rows:
        raise DataError(f"{about.corpus}: the {about.split} part holds no example to score")
    report = Report(
        recipe=about.recipe,
        corpus=about.corpus,
        split=about.split,
        examples=len(rows),
        scores={},
        settings=dict(about.settings),
        versions={"textlstm": textlstm.__version__, "python": platform.python_version(),
                  **about.versions},
        seconds=seconds,
        notes=list(about.notes),
        details={"history": [dict(row) for row in about.history]},
    )  # fmt: skip
    say(f"{about.split}: {len(rows):,} examples answered in {seconds['predict']:.1f} s")
    if task.kind != "classify":
        with timed(seconds, "score"):
            report.scores = task.score([r["target"] for r in rows], [r["answer"] for r in rows])
        return report, rows
    with timed(seconds, "score"):
        targets = [task.target(row["target"]) for row in rows]
        found = measures.classification(
            targets, [row["answer"] for row in rows], task.labels, task.multi, seed=seed
        )
        _describe(report, rows, found)
    with timed(seconds, "baselines"):
        beside: dict[str, baselines.Baseline] = {}
        if alone is not None:
            part: dict[str, float] = {}
            with timed(part, ALONE):
                answers = [row["answer"] for row in _answered(alone, _examples(rows))]
            note = "the same network without the linear model of n-grams"
            beside[ALONE] = baselines.Baseline(answers, part[ALONE], note)
        if train is None:
            report.notes.append("no baselines: the training part is not at hand")
        else:
            say("baselines: training linear models on the same part")
            comparable = (
                replace(e, target=task.target(e.target)) for e in train if e.target is not None
            )
            beside |= baselines.classify(
                comparable, [row["input"] for row in rows], task.labels, task.multi, seed=seed
            )
        _beside(report, beside, targets, task, found.correct, seed)
    return report, rows


def write(folder: str | Path, report: Report, predictions: Sequence[Mapping[str, Any]]) -> None:
    """Write report.json, predictions.jsonl and report.html, each whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(plain(row), ensure_ascii=False, allow_nan=False) for row in predictions)
    # A lone surrogate is legal in JSON input but not in UTF-8: it is written as its escape.
    text = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
    atomic.write_bytes(place / PREDICTIONS, text)
    whole = page.html(report, predictions, report.details.get("history", []))
    atomic.write_bytes(place / PAGE, whole.encode("utf-8", "backslashreplace"))
    report.save(place / REPORT)


@contextmanager
def timed(seconds: dict[str, float], phase: str) -> Iterator[None]:
    """Add the seconds of the block to a phase."""
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[phase] = seconds.get(phase, 0.0) + time.perf_counter() - started


def _answered(predictor: Predicts, examples: Iterable[Example]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for example in examples:
        if example.target is None:
            raise DataError(f"{example.where}: no target, so that no answer can be scored")
        rows.append({"input": example.input, "target": example.target, "where": example.where})
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        answers = predictor.predict([row["input"] for row in chunk])
        for row, answer in zip(chunk, answers, strict=True):
            row["answer"] = answer
    keys = ("input", "target", "answer", "where")
    return [{key: row[key] for key in keys} for row in rows]


def _examples(rows: Sequence[Mapping[str, Any]]) -> Iterator[Example]:
    for row in rows:
        yield Example(row["input"], row["target"], row["where"])


def _describe(report: Report, rows: Sequence[Mapping[str, Any]], found: measures.Measured) -> None:
    report.scores = found.scores
    report.per_label = found.per_label
    report.notes += found.notes
    report.details |= {
        "confusion": found.confusion,
        "calibration": found.calibration,
        "by_length": by_length([row["input"] for row in rows], found.correct),
        "mistakes": mistakes(rows, found),
    }


def by_length(texts: Sequence[str], correct: np.ndarray) -> list[dict[str, Any]]:
    """Return accuracy with its 95 % interval (Wilson) in buckets of like many texts.

    Returns:
        Rows {"from", "to", "examples", "accuracy", "low", "high"}; lengths in words, a Chinese
        character counting as one.
    """
    lengths = np.array([len(words(text)) for text in texts])
    ends = np.unique(np.quantile(lengths, np.linspace(0, 1, BUCKETS + 1)[1:]).round()).astype(int)
    found, start = [], int(lengths.min())
    for end in ends.tolist():
        inside = (lengths >= start) & (lengths <= end)
        examples = int(inside.sum())
        if examples:
            right = int(correct[inside].sum())
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
            start = end + 1
    return found


def mistakes(rows: Sequence[Mapping[str, Any]], found: measures.Measured) -> list[dict[str, Any]]:
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


def _beside(
    report: Report,
    beaten: Mapping[str, baselines.Baseline],
    targets: Sequence[Any],
    task: Any,
    correct: np.ndarray,
    seed: int,
) -> None:
    """Add each baseline's scores and its paired test against the model, and say who is ahead."""
    for name, baseline in beaten.items():
        found = measures.classification(
            targets, baseline.answers, task.labels, task.multi, seed=seed
        )
        test = resampling.paired(correct, found.correct, seed)
        report.baselines[name] = {
            "scores": found.scores,
            "mcnemar_p": test["mcnemar_p"],
            "better": test["difference"] < 0,
            "difference": Score(test["difference"], low=test["low"], high=test["high"]),
            "only_model_right": test["only_first"],
            "only_baseline_right": test["only_second"],
            "seconds": baseline.seconds,
            "note": baseline.note,
        }
    report.notes += verdict(report)


def verdict(report: Report) -> list[str]:
    """Return who is ahead by accuracy, and whether that can be chance, as sentences."""
    if not set(report.baselines) - {ALONE}:
        return []
    model = report.scores["accuracy"]
    notes = []
    peers = [item for item in report.baselines.items() if item[0] != ALONE]
    ranked = sorted(peers, key=lambda item: -item[1]["scores"]["accuracy"].value)
    for name, row in ranked:
        if row["better"]:
            who = (
                "always giving the most frequent answer"
                if name == "majority"
                else ("the linear model")
            )
            notes.append(f"{who} is better here ({_against(name, row, model)})" + _chance(row))
    if notes:
        return notes
    name, row = ranked[0]
    if row["mcnemar_p"] < SIGNIFICANT:
        return [f"the model is better than every baseline (the best: {_against(name, row, model)})"]
    return [
        f"the model is not clearly better than {name} ({_against(name, row, model)})" + _chance(row)
    ]


def _against(name: str, row: Mapping[str, Any], model: Score) -> str:
    p = p_value(row["mcnemar_p"])
    shown = p if p.startswith("<") else f"= {p}"
    value = number(row["scores"]["accuracy"].value)
    return f"{name} {value} against {model.shown()}, McNemar p {shown}"


def _chance(row: Mapping[str, Any]) -> str:
    return "" if row["mcnemar_p"] < SIGNIFICANT else ": the difference is within chance"
