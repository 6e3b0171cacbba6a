"""Measures of answers: accuracy, F1, ROC-AUC and calibration, each with a 95 % interval.

Values are scikit-learn's; the intervals come from a bootstrap over the examples. Accuracy and F1
use the percentile interval (Wilson's where every answer is right or every one is wrong: resampling
cannot vary those), the calibration error the reflected one, see `resampling.reflected`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm.errors import DataError
from textlstm.report import Score
from textlstm.tasks import resampling

BINS = 15
DENSE_LABELS = 60  # up to here the confusion matrix is kept whole
PAIRS = 50  # most frequent mix-ups
RANKED_CELLS = 1e8  # examples * labels * resamples of ROC-AUC: about three seconds


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of the answers to one part.

    Attributes:
        scores: accuracy, macro_f1, micro_f1 (multi-label), roc_auc (where it applies), ece.
        per_label: precision, recall, f1, support a label; as scikit-learn with zero_division=0.
        confusion: {"labels", "counts": rows are targets, columns answers; None if there are
            many labels or several a text, "pairs": [[target, answer, count]] of mix-ups}.
        calibration: rows of {"low", "high", "count", "confidence", "accuracy"}, a bin each.
        correct: whether an example is answered rightly, all labels of it; bool (examples,).
        confidence: probability of the answer (examples,); multi-label: of the surest wrong
            decision, or of the least sure one where all are right. NaN where it is not known.
        notes: what a reader must know.
    """

    scores: dict[str, Score]
    per_label: dict[str, dict[str, float]]
    confusion: dict[str, Any]
    calibration: list[dict[str, float | None]]
    correct: np.ndarray
    confidence: np.ndarray
    notes: list[str]


@dataclass(frozen=True, slots=True)
class _Tables:
    """Targets, answers (both bool) and probabilities (NaN: not given), (examples, names)."""

    names: tuple[str, ...]
    target: np.ndarray
    answer: np.ndarray
    probability: np.ndarray


def classification(
    targets: Sequence[str | tuple[str, ...]],
    answers: Sequence[Mapping[str, Any]],
    labels: Sequence[str],
    multi: bool,
    *,
    bootstrap: int = 1000,
    seed: int = 0,
) -> Measured:
    """Return everything that is measured of a classifier's answers.

    A target that is none of `labels` counts as answered wrongly and has its own row everywhere.
    macro_f1 is the mean over the labels that occur in targets or answers. roc_auc is the mean
    over the labels that some examples carry and others do not, one against the rest (of two
    labels both are equal). ece is the expected calibration error of Guo et al. 2017
    (arXiv:1706.04599, equation 3) with 15 bins of equal width on the probability of the answer;
    in multi-label data, of each decision for or against a label.

    Args:
        targets: as the task compares them: a label, or a tuple of labels if `multi`.
        answers: {"label": str or list of str, "probabilities": {label: float}} each.
        labels: that training knew.
        multi: whether a text carries any number of labels.
        bootstrap: resamples; 0 leaves the intervals out.
        seed: of the resamples.

    Raises:
        DataError: there is no example.
    """
    if len(targets) != len(answers):
        raise ValueError(f"{len(targets)} targets, but {len(answers)} answers")
    if not targets:
        raise DataError("no example to score: the part is empty")
    t = _tables(targets, answers, labels)
    correct = (t.target == t.answer).all(axis=1)
    notes = _unseen(targets, labels)
    values, per_label = _counted(t, correct, multi)
    known, sure, right, used = _decisions(t, len(labels), multi)
    ranked: list[int] = []
    if known:
        ranked = _rankable(t, len(labels), multi)
        if ranked:
            values["roc_auc"] = _roc_auc(t, ranked)
        values["ece"], calibration, gaps = calibrated(sure, right, used)
    else:
        calibration, gaps = [], np.zeros((len(targets), 0))
        notes.append("roc_auc and ece are left out: not every answer has finite probabilities")
    drawn = _resampled(t, correct, gaps, ranked, resamples=bootstrap, seed=seed)
    return Measured(
        scores={name: _score(name, value, drawn[name], correct) for name, value in values.items()},
        per_label=per_label,
        confusion=_confusion(t, multi),
        calibration=calibration,
        correct=correct,
        confidence=_confidence(sure, right, multi) if known else np.full(len(targets), np.nan),
        notes=notes,
    )


def _tables(
    targets: Sequence[str | tuple[str, ...]],
    answers: Sequence[Mapping[str, Any]],
    labels: Sequence[str],
) -> _Tables:
    sets = [(target,) if isinstance(target, str) else target for target in targets]
    said = [(a["label"],) if isinstance(a["label"], str) else a["label"] for a in answers]
    others = {name for row in (*sets, *said) for name in row} - set(labels)
    names = (*labels, *sorted(others))
    place = {name: column for column, name in enumerate(names)}
    target = np.zeros((len(sets), len(names)), bool)
    answer = np.zeros_like(target)
    # No answer can give a probability to a label that training never saw: it is zero.
    probability = np.zeros(target.shape)
    for row, (truth, words, whole) in enumerate(zip(sets, said, answers, strict=True)):
        target[row, [place[name] for name in truth]] = True
        answer[row, [place[name] for name in words]] = True
        given = whole.get("probabilities") or {}
        probability[row, : len(labels)] = [given.get(label, np.nan) for label in labels]
    return _Tables(names, target, answer, probability)


def _unseen(targets: Sequence[str | tuple[str, ...]], labels: Sequence[str]) -> list[str]:
    known = set(labels)
    rows = [(t,) if isinstance(t, str) else t for t in targets]
    strange = Counter(name for row in rows for name in row if name not in known)
    if not strange:
        return []
    number = sum(any(name not in known for name in row) for row in rows)
    shown = ", ".join(f"{name!r} {count:,}" for name, count in strange.most_common(5))
    more = f" and {len(strange) - 5:,} more labels" if len(strange) > 5 else ""
    return [
        f"{number:,} of {len(rows):,} examples carry a label that training never saw "
        f"({shown}{more}); they count as answered wrongly"
    ]


def _counted(
    t: _Tables, correct: np.ndarray, multi: bool
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    from sklearn.metrics import f1_score, precision_recall_fscore_support

    columns = precision_recall_fscore_support(t.target, t.answer, average=None, zero_division=0)
    keys = ("precision", "recall", "f1", "support")
    per_label = {
        name: {key: float(column[place]) for key, column in zip(keys, columns, strict=True)}
        for place, name in enumerate(t.names)
    }
    values = {"accuracy": float(correct.mean())}
    occurring = (t.target | t.answer).any(axis=0)
    if occurring.any():
        values["macro_f1"] = float(columns[2][occurring].mean())
        if multi:
            values["micro_f1"] = float(
                f1_score(t.target, t.answer, average="micro", zero_division=0)
            )
    return values, per_label


def _decisions(
    t: _Tables, labels: int, multi: bool
) -> tuple[bool, np.ndarray, np.ndarray, np.ndarray]:
    """Return whether probabilities are known, then confidence, hit and use of each decision."""
    if multi:
        used = np.ones(t.target.shape, bool)
        used[:, labels:] = t.target[:, labels:]
        sure = np.where(t.answer, t.probability, 1 - t.probability)
        right = t.target == t.answer
    else:
        used = np.ones((len(t.target), 1), bool)
        sure = t.probability[t.answer][:, None]
        right = (t.target & t.answer).any(axis=1)[:, None]
    return bool(np.isfinite(t.probability).all()), sure, right, used


def _rankable(t: _Tables, labels: int, multi: bool) -> list[int]:
    """Return the labels whose ranking can be measured; one of two that mirror each other."""
    carried = t.target[:, :labels].sum(axis=0)
    found = [int(place) for place in np.flatnonzero((carried > 0) & (carried < len(t.target)))]
    mirrored = not multi and labels == 2 and int(carried.sum()) == len(t.target)
    return found[:1] if mirrored else found


def _roc_auc(t: _Tables, ranked: Sequence[int]) -> float:
    from sklearn.metrics import roc_auc_score

    each = [roc_auc_score(t.target[:, place], t.probability[:, place]) for place in ranked]
    return float(np.mean(each))


def calibrated(
    sure: np.ndarray, right: np.ndarray, used: np.ndarray
) -> tuple[float, list[dict[str, float | None]], np.ndarray]:
    """Return the calibration error, a row a bin, and each example's share in it (examples, BINS).

    Args:
        sure: probability of each decision, float (examples, decisions).
        right: whether it is right, bool.
        used: whether it counts, bool.
    """
    bins = np.clip(np.ceil(sure * BINS).astype(int) - 1, 0, BINS - 1)
    gaps = np.zeros((len(sure), BINS))
    examples = np.broadcast_to(np.arange(len(sure))[:, None], sure.shape)
    np.add.at(gaps, (examples[used], bins[used]), (right.astype(float) - sure)[used] / used.sum())
    rows: list[dict[str, float | None]] = []
    for number in range(BINS):
        inside = used & (bins == number)
        count = int(inside.sum())
        rows.append(
            {
                "low": number / BINS,
                "high": (number + 1) / BINS,
                "count": count,
                "confidence": float(sure[inside].mean()) if count else None,
                "accuracy": float(right[inside].mean()) if count else None,
            }
        )
    return float(np.abs(gaps.sum(axis=0)).sum()), rows, gaps


def _confidence(sure: np.ndarray, right: np.ndarray, multi: bool) -> np.ndarray:
    if not multi:
        return np.asarray(sure[:, 0])
    wrong = np.where(right, -1.0, sure).max(axis=1)
    return np.asarray(np.where(wrong >= 0, wrong, sure.min(axis=1)))


def _confusion(t: _Tables, multi: bool) -> dict[str, Any]:
    if multi:
        return {"labels": list(t.names), "counts": None, "pairs": []}
    from sklearn.metrics import confusion_matrix

    truth, said = t.target.argmax(axis=1), t.answer.argmax(axis=1)
    mixed = Counter(zip(truth[truth != said].tolist(), said[truth != said].tolist(), strict=True))
    counts = None
    if len(t.names) <= DENSE_LABELS:
        counts = confusion_matrix(truth, said, labels=range(len(t.names))).tolist()
    pairs = [[t.names[a], t.names[b], count] for (a, b), count in mixed.most_common(PAIRS)]
    return {"labels": list(t.names), "counts": counts, "pairs": pairs}


def _resampled(
    t: _Tables,
    correct: np.ndarray,
    gaps: np.ndarray,
    ranked: Sequence[int],
    *,
    resamples: int,
    seed: int,
) -> dict[str, np.ndarray]:
    """Return each score's values on the resamples; arrays of their number."""
    from scipy.sparse import csr_array

    both = csr_array((t.target & t.answer).astype(np.float64)).T
    total = csr_array(t.target.astype(np.float64) + t.answer).T
    orders = [resampling.Ranking(t.target[:, place], t.probability[:, place]) for place in ranked]
    ranking = min(resamples, max(200, int(RANKED_CELLS / (len(correct) * max(1, len(ranked))))))
    found: dict[str, list[np.ndarray]] = {
        name: [np.zeros(0)] for name in ("accuracy", "macro_f1", "micro_f1", "roc_auc", "ece")
    }
    done = 0
    for counts in resampling.weights(len(correct), resamples, seed):
        found["accuracy"].append(counts @ correct / len(correct))
        hits, sums = both @ counts.T, total @ counts.T
        with np.errstate(invalid="ignore", divide="ignore"):
            each = np.where(sums > 0, 2 * hits / sums, 0.0)
            found["macro_f1"].append(each.sum(axis=0) / (sums > 0).sum(axis=0))
            found["micro_f1"].append(2 * hits.sum(axis=0) / sums.sum(axis=0))
        found["ece"].append(np.abs(counts @ gaps).sum(axis=1))
        if orders and done < ranking:
            areas = np.stack([order.areas(counts[: ranking - done]) for order in orders])
            valid = np.isfinite(areas)
            with np.errstate(invalid="ignore"):
                means = np.where(valid, areas, 0.0).sum(axis=0) / valid.sum(axis=0)
            found["roc_auc"].append(means)
        done += len(counts)
    return {name: np.concatenate(blocks) for name, blocks in found.items()}


def _score(name: str, value: float, drawn: np.ndarray, correct: np.ndarray) -> Score:
    low, high = resampling.percentile(drawn)
    if name == "ece":
        low, high = resampling.reflected(value, drawn)
    elif name == "accuracy" and len(drawn) and (correct.all() or not correct.any()):
        low, high = resampling.proportion(int(correct.sum()), len(correct))
    return Score(value, higher_is_better=name != "ece", low=low, high=high)
