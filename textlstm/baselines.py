"""What a model must beat, on the same examples: majority class, TF-IDF + logistic, NB-SVM.

The linear models are meant to be good ones. Both see n-grams of words, where a Chinese character
counts as a word; how strongly they are regularised is chosen on a fifth of the training part
that is held out, and then they are trained on all of it. They answer in the form a model does.
"""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm import linear, sampling
from textlstm.corpora.example import Example
from textlstm.errors import DataError
from textlstm.ngrams import NGrams, han_share

LIMIT = 200_000
LONG = 1_000_000  # bytes from which n-grams met in a single text are left out
CHOSEN_ON = 10_000  # examples on which the regularisation is chosen
FEW = 100  # examples below which nothing is held out
HAN = 0.5  # share from which a corpus counts as Chinese

# Inverse regularisation, in the order of trial: of equally good ones the first is taken.
TFIDF_C = (10.0, 3.0, 1.0, 30.0)
NB_C = (0.1, 0.3, 0.03, 1.0)
THRESHOLDS = (0.5, 0.4, 0.3, 0.2, 0.1, 0.6, 0.7)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Answers of one baseline.

    Attributes:
        answers: {"label", "probabilities"} an input, as a model's.
        seconds: training and answering.
        note: what it is, how it was set up, and on how many examples it was trained.
    """

    answers: list[dict[str, Any]]
    seconds: float
    note: str


@dataclass(frozen=True, slots=True)
class _Linear:
    """What one linear model sees and how it is trained."""

    train: Any  # csr_array (examples, n-grams)
    test: Any
    ratio: bool  # scale columns by the log-count ratio of each label
    seed: int
    stuck: list[float]  # an entry a fit that did not converge


def classify(
    train: Iterable[Example],
    inputs: Sequence[str],
    labels: Sequence[str],
    multi: bool,
    *,
    seed: int = 0,
    limit: int = LIMIT,
) -> dict[str, Baseline]:
    """Return the baselines "majority", "tfidf-logistic" and "nb-svm", trained and answered.

    - majority: always the most frequent label (set of labels); probabilities are frequencies.
    - tfidf-logistic: word 1-2-grams (Chinese: character 1-3-grams), sublinear term frequency,
      L2 norm, logistic regression.
    - nb-svm: Wang and Manning 2012, "Baselines and Bigrams", section 2: presence of 1-3-grams
      scaled by naive Bayes' log-count ratio (alpha = 1), logistic loss for the probabilities.

    Several labels are trained one against the rest. In multi-label data the one threshold of all
    labels is chosen on the held-out fifth together with the regularisation, by micro-F1.

    Args:
        train: examples whose targets are as the task compares them: a label, or a tuple of
            labels if `multi`. Read once; a seeded sample of it is kept.
        inputs: texts to answer.
        labels: the model's.
        multi: whether a text carries any number of labels.
        seed: of the sample and of the held-out fifth.
        limit: examples in the sample, at most; at most 40 MB of text.

    Raises:
        DataError: no training example carries one of the labels.
    """
    started = time.perf_counter()
    kept, read, skipped = sampling.uniform(train, set(labels), limit=limit, seed=seed)
    if not kept:
        raise DataError("the training part holds no labelled example: there are no baselines")
    texts = [example.input for example in kept]
    truth = _truth(kept, labels)
    size = f"{len(kept):,} examples"
    if len(kept) + skipped < read:
        size = f"a sample of {len(kept):,} of {read:,} examples"
    if skipped:
        size += f" ({skipped:,} without a label of the model left out)"
    found = {"majority": _majority(kept, truth, inputs, labels, multi)}
    if int(truth.any(axis=0).sum()) < 2 and not multi:
        return found | {
            name: Baseline(found["majority"].answers, 0.0, "one label only: as majority")
            for name in ("tfidf-logistic", "nb-svm")
        }
    chinese = han_share(texts) >= HAN
    grams = NGrams(3, 2 if sum(map(len, texts)) > LONG else 1)
    counts, others = grams.fit(texts), grams.transform(inputs)
    unit = "character" if chinese else "word"
    shared = (time.perf_counter() - started) / 2
    for name, most, ratio in (("tfidf-logistic", 3 if chinese else 2, False), ("nb-svm", 3, True)):
        started = time.perf_counter()
        columns = sum(grams.sizes[:most])
        pair = counts[:, :columns], others[:, :columns]
        model = _Linear(*(_present(*pair) if ratio else _tfidf(*pair)), ratio, seed, [])
        chosen, threshold = _choose(model, truth, multi, NB_C if ratio else TFIDF_C)
        model.stuck.clear()
        values = _probabilities(model.train, truth, model.test, model, chosen, multi)
        note = f"{unit} 1-{most}-grams ({columns:,}), C={chosen:g}, trained on {size}"
        note += f", threshold {threshold:g}" if multi else ""
        note += "; it had not quite converged" if model.stuck else ""
        answers = _answers(values, labels, threshold if multi else None)
        found[name] = Baseline(answers, shared + time.perf_counter() - started, note)
    return found


def _truth(kept: Sequence[Example], labels: Sequence[str]) -> np.ndarray:
    """Return bool (examples, labels)."""
    place = {label: column for column, label in enumerate(labels)}
    truth = np.zeros((len(kept), len(labels)), bool)
    for row, example in enumerate(kept):
        names = (example.target,) if isinstance(example.target, str) else example.target
        truth[row, [place[name] for name in names if name in place]] = True
    return truth


def _majority(
    kept: Sequence[Example],
    truth: np.ndarray,
    inputs: Sequence[str],
    labels: Sequence[str],
    multi: bool,
) -> Baseline:
    started = time.perf_counter()
    shares = truth.mean(axis=0).tolist()
    label: str | list[str]
    if multi:
        sets = Counter(tuple(row) for row in truth.tolist())
        common = max(sets, key=lambda row: (sets[row], row))
        label = [name for name, carried in zip(labels, common, strict=True) if carried]
        shown = ", ".join(label) or "no label"
        share = sets[common] / len(truth)
    else:
        place = int(truth.sum(axis=0).argmax())
        label = shown = labels[place]
        share = shares[place]
    answer = {"label": label, "probabilities": dict(zip(labels, shares, strict=True))}
    note = f"always {shown!r}, {share:.1%} of {len(kept):,} training examples"
    answers = [dict(answer) for _ in inputs]
    return Baseline(answers, time.perf_counter() - started, note)


def _tfidf(train: Any, test: Any) -> tuple[Any, Any]:
    """Return (1 + log tf) * idf with rows of length one; idf as scikit-learn's, smoothed."""
    if not train.shape[1]:  # no text has a word
        return train, test
    from sklearn.feature_extraction.text import TfidfTransformer

    made = TfidfTransformer(sublinear_tf=True).fit(train)
    return made.transform(train), made.transform(test)


def _present(train: Any, test: Any) -> tuple[Any, Any]:
    return (
        linear.with_data(train, np.ones_like(train.data)),
        linear.with_data(test, np.ones_like(test.data)),
    )


def _choose(
    model: _Linear, truth: np.ndarray, multi: bool, candidates: Sequence[float]
) -> tuple[float, float]:
    """Return the inverse regularisation and threshold that are best on a held-out fifth."""
    if len(truth) < FEW:
        return candidates[0], 0.5
    drawn = np.random.default_rng(model.seed).permutation(len(truth))[:CHOSEN_ON]
    held, rest = drawn[: len(drawn) // 5], np.sort(drawn[len(drawn) // 5 :])
    best = (-1.0, candidates[0], 0.5)
    for c in candidates:
        values = _probabilities(model.train[rest], truth[rest], model.train[held], model, c, multi)
        if multi:
            for threshold in THRESHOLDS:
                said = values >= threshold
                both = int((said & truth[held]).sum())
                f1 = 2 * both / max(1, int(said.sum()) + int(truth[held].sum()))
                best = max(best, (f1, c, threshold), key=lambda row: row[0])
        else:
            hits = truth[held, :][np.arange(len(held)), values.argmax(axis=1)].mean()
            best = max(best, (float(hits), c, 0.5), key=lambda row: row[0])
    return best[1], best[2]


def _probabilities(
    train: Any, truth: np.ndarray, test: Any, model: _Linear, c: float, multi: bool
) -> np.ndarray:
    """Return (test, labels); one label's coefficients are in memory at a time."""
    if truth.shape[1] == 2 and not multi:
        second = _one(train, truth[:, 1], test, model, c)
        return np.stack([1 - second, second], axis=1)
    columns = [_one(train, truth[:, place], test, model, c) for place in range(truth.shape[1])]
    values = np.stack(columns, axis=1)
    return values if multi else values / np.maximum(values.sum(axis=1, keepdims=True), 1e-12)


def _one(train: Any, carried: np.ndarray, test: Any, model: _Linear, c: float) -> np.ndarray:
    """Return the probability of one label on each test text."""
    if carried.all() or not carried.any() or not train.shape[1]:
        return np.full(test.shape[0], carried.mean())
    fit = linear.nb_logistic if model.ratio else linear.logistic
    found = fit(train, carried, c, model.seed)
    if not found.converged:
        model.stuck.append(c)
    logits = test @ found.weights + found.bias
    return np.asarray(np.exp(-np.logaddexp(0.0, -logits)))


def _answers(
    values: np.ndarray, labels: Sequence[str], threshold: float | None
) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    for row in values:
        label: str | list[str] = labels[int(row.argmax())]
        if threshold is not None:
            label = [name for name, value in zip(labels, row, strict=True) if value >= threshold]
        shown = dict(zip(labels, map(float, row), strict=True))
        answers.append({"label": label, "probabilities": shown})
    return answers
