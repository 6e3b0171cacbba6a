"""Measures of entities: precision, recall and F1 as conlleval counts them, each with an interval.

An answered entity is right where its type, its start and its end are those of a target (Tjong Kim
Sang and De Meulder 2003, section 3.1). Intervals come from a bootstrap over sentences.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm.errors import DataError
from textlstm.report import Score
from textlstm.tasks import measures, resampling
from textlstm.tasks.spotted import (
    ANSWERED,
    RIGHT,
    TARGETS,
    Resampled,
    Sentence,
    counted,
    f1,
    f1_interval,
    figures,
    sentence,
    tags,
)

TYPES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of the answers to one part.

    Attributes:
        scores: entity_f1, entity_precision, entity_recall, macro_f1, token_accuracy, ece.
        per_label: precision, recall, f1 and support of each type.
        calibration: rows of {"low", "high", "count", "confidence", "accuracy"}, a bin each.
        counts: right, answered and target entities, int (sentences, 3).
        correct: whether a sentence is answered rightly as a whole; bool (sentences,).
        notes: what a reader must know.
    """

    scores: dict[str, Score]
    per_label: dict[str, dict[str, float]]
    calibration: list[dict[str, float | None]]
    counts: np.ndarray
    correct: np.ndarray
    notes: list[str]


def measure(
    sentences: Sequence[Sentence],
    types: Sequence[str],
    *,
    bootstrap: int = 1000,
    seed: int = 0,
) -> Measured:
    """Return everything that is measured of a tagger's answers.

    Precision and recall without any entity to divide by are 0, as in conlleval; where there is
    neither target nor answer there is nothing to get wrong, and all three are 1. macro_f1 is the
    mean over the types that targets or answers have. token_accuracy is the share of tokens with
    the right BIO tag. ece (Guo et al. 2017, 15 bins) is that of the answered entities' scores.

    Args:
        sentences: see `spotted.sentence`.
        types: that training knew.
        bootstrap: resamples; 0 leaves the intervals out.
        seed: of the resamples.

    Raises:
        DataError: there is no sentence.
    """
    if not sentences:
        raise DataError("no sentence to score: the part is empty")
    whole = counted(sentences, ["all"], lambda s, e: "all")
    names = sorted({e[0] for s in sentences for e in (*s.targets, *s.answers)} | set(types))
    kinds = counted(sentences, names, lambda s, e: e[0])
    hits, tokens = _tokens(sentences)
    drawn = Resampled(bootstrap, seed, len(sentences))
    scores = _micro(whole, drawn)
    scores["macro_f1"] = _macro(kinds, drawn)
    if tokens.any():
        scores["token_accuracy"] = _share(hits, tokens, drawn)
    calibration, ece = _calibration(sentences, drawn)
    if ece is not None:
        scores["ece"] = ece
    return Measured(
        scores=scores,
        per_label={name: figures(kinds[:, place].sum(axis=0)) for place, name in enumerate(names)},
        calibration=calibration,
        counts=whole[:, 0],
        correct=(whole[:, 0, RIGHT] == whole[:, 0, ANSWERED])
        & (whole[:, 0, RIGHT] == whole[:, 0, TARGETS]),
        notes=_notes(sentences, types),
    )


def measured(
    targets: Sequence[Sequence[Sequence[Any]]],
    answers: Sequence[Mapping[str, Any]],
    types: Sequence[str],
    *,
    bootstrap: int = 1000,
    seed: int = 0,
) -> Measured:
    """Return what `measure` does where texts and tokens are not at hand: no token_accuracy.

    Args:
        targets: `((type, start, end), ...)` each.
        answers: `{"entities": [{"type", "start", "end", "score"}, ...]}` each.
        types: that training knew.
        bootstrap: resamples; 0 leaves the intervals out.
        seed: of the resamples.

    Raises:
        DataError: there is no sentence.
    """
    pairs = zip(targets, answers, strict=True)
    sentences = [sentence("", (), target, answer) for target, answer in pairs]
    return measure(sentences, types, bootstrap=bootstrap, seed=seed)


def _micro(whole: np.ndarray, drawn: Resampled) -> dict[str, Score]:
    counts = whole[:, 0].sum(axis=0)
    whole_part = figures(counts, 1.0)
    sums = drawn(whole[:, 0])
    right, answered, targets = counts.tolist()
    low, high = f1_interval(counts, f1(sums))
    scores = {"entity_f1": Score(whole_part["f1"], low=low, high=high)}
    for name, place, cases in (("precision", ANSWERED, answered), ("recall", TARGETS, targets)):
        with np.errstate(invalid="ignore", divide="ignore"):
            low, high = resampling.percentile(sums[:, RIGHT] / sums[:, place])
        if low is not None and right in (0, cases):  # resampling cannot vary it
            low, high = resampling.proportion(right, cases)
        scores[f"entity_{name}"] = Score(whole_part[name], low=low, high=high)
    return scores


def _macro(kinds: np.ndarray, drawn: Resampled) -> Score:
    each = f1(kinds.sum(axis=0))
    there = np.isfinite(each)
    if not there.any():
        return Score(1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = f1(drawn(kinds))
        known = np.isfinite(values)
        means = np.where(known, values, 0.0).sum(axis=1) / known.sum(axis=1)
    low, high = resampling.percentile(means)
    return Score(float(each[there].mean()), low=low, high=high)


def _tokens(sentences: Sequence[Sentence]) -> tuple[np.ndarray, np.ndarray]:
    """Return tokens with the right tag and tokens, int (sentences,) each."""
    pairs = [
        (
            sum(a == b for a, b in zip(tags(s.targets, s.tokens), tags(s.answers, s.tokens),
                                       strict=True)),
            len(s.tokens),
        )
        for s in sentences
    ]  # fmt: skip
    return np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])


def _share(hits: np.ndarray, cases: np.ndarray, drawn: Resampled) -> Score:
    right, total = int(hits.sum()), int(cases.sum())
    sums = drawn(np.stack([hits, cases], axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = resampling.percentile(sums[:, 0] / sums[:, 1])
    if low is not None and right in (0, total):
        low, high = resampling.proportion(right, total)
    return Score(right / total, low=low, high=high)


def _calibration(
    sentences: Sequence[Sentence], drawn: Resampled
) -> tuple[list[dict[str, float | None]], Score | None]:
    sure = np.array([score for s in sentences for score in s.scores])
    if not len(sure) or not np.isfinite(sure).all():
        return [], None
    right = np.array([entity in s.targets for s in sentences for entity in s.answers])
    value, rows, gaps = measures.calibrated(
        sure[:, None], right[:, None], np.ones((len(sure), 1), bool)
    )
    where = np.repeat(np.arange(len(sentences)), [len(s.answers) for s in sentences])
    shares = np.zeros((len(sentences), gaps.shape[1] + 1))
    np.add.at(shares[:, :-1], where, gaps)
    shares[:, -1] = np.bincount(where, minlength=len(sentences)) / len(sure)
    sums = drawn(shares)
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = np.abs(sums[:, :-1]).sum(axis=1) / sums[:, -1]
    low, high = resampling.reflected(value, errors)
    return rows, Score(value, higher_is_better=False, low=low, high=high)


def _notes(sentences: Sequence[Sentence], types: Sequence[str]) -> list[str]:
    notes = []
    total = sum(len(s.targets) for s in sentences)
    if not total:
        notes.append(
            "the targets hold no entity: recall has nothing to find, and entity_f1 is 1 only "
            "where nothing is answered"
        )
    strange = Counter(e[0] for s in sentences for e in sorted(s.targets)
                      if e[0] not in set(types))  # fmt: skip
    if strange:
        shown = ", ".join(f"{kind!r} {n:,}" for kind, n in strange.most_common(TYPES_SHOWN))
        more = len(strange) - TYPES_SHOWN
        notes.append(
            f"{sum(strange.values()):,} of {total:,} target entities have a type that training "
            f"never saw ({shown}{f' and {more:,} more types' if more > 0 else ''}); they count as "
            "missed"
        )
    beside = 0
    for s in sentences:
        starts, ends = {a for a, _ in s.tokens}, {b for _, b in s.tokens}
        if s.tokens:
            beside += sum(a not in starts or b not in ends for _, a, b in s.targets)
    if beside:
        notes.append(
            f"{beside:,} of {total:,} target entities begin or end inside a token: no answer by "
            "tokens can equal them"
        )
    return notes
