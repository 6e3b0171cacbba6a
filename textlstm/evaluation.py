"""The one harness: scores of a Predictor's answers, beside what a model must beat.

What is scored is what `Predictor.predict` answers to raw inputs. This module knows no network.
"""

import json
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import textlstm
from textlstm import atomic, harness, page
from textlstm.baselines import Baseline
from textlstm.corpora.example import Example
from textlstm.errors import DataError
from textlstm.report import Report, Score, plain

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
        task: `kind`; of kind "classify" also `labels`, `multi` and
            `target(raw)`, a target as it is compared; of kind "tag" also `types`,
            `segmented(input)` and `raw(input)`; of kind "translate" also `tokenize` (the name of
            sacreBLEU's tokenizer) and `raw(input)`; of kind "generate" `encode`, `text`, `size`.
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
        judge = harness.of(task.kind)
        rows = _answered(judge, predictor, examples)
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
    with timed(seconds, "score"):
        learned = judge.learn(task, train, seed)
        found = judge.measure(task, rows, learned, seed)
        report.scores, report.per_label = found.scores, found.per_label
        report.notes += found.notes
        report.details |= judge.details(task, rows, found)
        report.details |= judge.looked_into(predictor, task, rows, learned)
    with timed(seconds, "baselines"):
        beside: dict[str, Baseline] = {}
        if alone is not None:
            part: dict[str, float] = {}
            with timed(part, harness.ALONE):
                answers = [row["answer"] for row in _answered(judge, alone, _examples(rows))]
            note = "the same network without the linear model of n-grams"
            beside[harness.ALONE] = Baseline(answers, part[harness.ALONE], note)
        if learned is None:
            report.notes.append("no baselines: the training part is not at hand")
        else:
            say("baselines: learning from the same training part")
            beside |= judge.baselines(task, learned, [row["input"] for row in rows], seed)
        for name, baseline in beside.items():
            answered = [{**row, "answer": a} for row, a in zip(rows, baseline.answers, strict=True)]
            other = judge.measure(task, answered, learned, seed)
            report.baselines[name] = _beside(judge, found, other, baseline, seed)
        report.notes += judge.verdict(report)
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


def _answered(
    judge: harness.Kind, predictor: Predicts, examples: Iterable[Example]
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for example in examples:
        if example.target is None:
            raise DataError(f"{example.where}: no target, so that no answer can be scored")
        rows.append({"input": example.input, "target": example.target, "where": example.where})
    answers = harness.answered(judge, predictor, [row["input"] for row in rows])
    for row, answer in zip(rows, answers, strict=True):
        row["answer"] = answer
    keys = ("input", "target", "answer", "where")
    return [{key: row[key] for key in keys} for row in rows]


def _examples(rows: Sequence[Mapping[str, Any]]) -> Iterator[Example]:
    for row in rows:
        yield Example(row["input"], row["target"], row["where"])


def _beside(
    judge: harness.Kind,
    found: harness.Measured,
    other: harness.Measured,
    baseline: Baseline,
    seed: int,
) -> dict[str, Any]:
    """Return a baseline's row: its scores and its paired test against the model."""
    test = judge.versus(found, other, seed)
    ahead = test["difference"] if found.scores[judge.MAIN].higher_is_better else -test["difference"]
    return {
        "scores": other.scores,
        **{key: value for key, value in test.items() if key.endswith("_p")},
        "better": ahead < 0,
        "difference": Score(
            test["difference"], found.scores[judge.MAIN].unit, low=test["low"], high=test["high"]
        ),
        "only_model_right": test["only_first"],
        "only_baseline_right": test["only_second"],
        "seconds": baseline.seconds,
        "note": baseline.note,
    }
