"""A linear tagger, greedy from left to right: logistic regression of each tag on hashed features.

Features are those that taggers before neural ones used (Ratinov and Roth 2009, section 3): a
window of words, affixes and shapes, and the two tags answered before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm.harness import features

# Tried on conll2003 (dev) and weibo_ner: with less of either F1 falls.
ALPHA = 3e-7  # of the L2 penalty
EPOCHS = 12
UPDATES = 25_000_000  # tokens times tags times epochs, at most; at least FEWEST epochs
FEWEST = 4
RARE = 2  # features met less often are left out
BLOCK = 50_000  # tokens whose features are in memory at once while answering


@dataclass(frozen=True, slots=True)
class Tagger:
    """Weights of a linear tagger.

    Attributes:
        words: what a word's features are.
        tags: names in BIO, "O" first.
        rows: int32 (2**BITS,), hashed column to row of the weights; the last row is zero.
        weights: float32 (features + 1, tags).
        bias: float32 (tags,).
        follows: bool (tags + 1, tags), which tag may follow which; the last row: at the start.
    """

    words: features.Words
    tags: tuple[str, ...]
    rows: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    follows: np.ndarray

    @property
    def size(self) -> int:
        """How many features have weights."""
        return len(self.weights) - 1


def fit(
    sentences: Sequence[Sequence[str]], tags: Sequence[Sequence[str]], seed: int
) -> Tagger | None:
    """Return the tagger of tagged sentences; None where every tag is "O".

    Each tag is trained against the rest by averaged stochastic gradient descent, with the true
    tags as the tags before.

    Args:
        sentences: words each.
        tags: BIO, one a word.
        seed: of the order in which tokens are visited.
    """
    names = ("O", *sorted({tag for row in tags for tag in row} - {"O"}))
    if len(names) == 1:
        return None
    place = {name: number for number, name in enumerate(names)}
    truth = np.array([place[tag] for row in tags for tag in row])
    lengths = [len(words) for words in sentences]
    words = features.Words(features.by_characters(sentences))
    own = words(sentences)
    position = np.concatenate([np.arange(n) for n in lengths])
    before = np.where(position > 0, np.roll(truth, 1), -1)
    earlier = np.where(position > 1, np.roll(truth, 2), -1)
    hashes = [features.window(own, lengths), features.history(own, before, earlier)]
    columns = np.concatenate([features.columns(part) for part in hashes], axis=1, dtype=np.int32)
    kept = np.bincount(columns.ravel(), minlength=1 << features.BITS) >= RARE
    size = int(kept.sum())
    rows = np.where(kept, np.cumsum(kept) - 1, size).astype(np.int32)
    weights, bias = _trained(_matrix(rows[columns], size), truth, len(names), seed)
    return Tagger(words, names, rows, weights, bias, _follows(names))


def _matrix(places: np.ndarray, size: int) -> Any:
    """Return the csr_array (tokens, size) of ones at the places below `size`."""
    from scipy.sparse import csr_array

    known = places < size
    ends = np.concatenate([[0], np.cumsum(known.sum(axis=1))])
    index = places[known]
    return csr_array((np.ones(len(index)), index, ends.astype(np.int32)), shape=(len(places), size))


def _trained(x: Any, truth: np.ndarray, tags: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.linear_model import SGDClassifier

    epochs = min(EPOCHS, max(FEWEST, UPDATES // (len(truth) * tags)))
    weights = np.zeros((x.shape[1] + 1, tags), np.float32)
    bias = np.zeros(tags, np.float32)
    for tag in range(tags):
        model = SGDClassifier(
            loss="log_loss", alpha=ALPHA, max_iter=epochs, tol=None, average=True,
            random_state=seed,
        )  # fmt: skip
        if (truth == tag).all() or not (truth == tag).any():  # "O" may be missing
            bias[tag] = 20.0 if (truth == tag).all() else -20.0
            continue
        model.fit(x, truth == tag)
        weights[:-1, tag], bias[tag] = model.coef_[0], model.intercept_[0]
    return weights, bias


def _follows(names: Sequence[str]) -> np.ndarray:
    """Return where an I- tag may stand: behind a B- or I- tag of its type."""
    rows = [
        [
            not name.startswith("I-") or (last != "O" and last[2:] == name[2:])
            for name in names
        ]
        for last in (*names, "O")
    ]  # fmt: skip
    return np.array(rows, bool)


def answers(
    tagger: Tagger, sentences: Sequence[Sequence[str]]
) -> Iterator[tuple[list[str], list[float]]]:
    """Yield the tags of each sentence and their probabilities, given the tags before."""
    start = 0
    while start < len(sentences):
        end, tokens = start, 0
        while end < len(sentences) and (end == start or tokens + len(sentences[end]) <= BLOCK):
            tokens += len(sentences[end])
            end += 1
        yield from _answered(tagger, sentences[start:end])
        start = end


def _answered(
    tagger: Tagger, sentences: Sequence[Sequence[str]]
) -> Iterator[tuple[list[str], list[float]]]:
    lengths = np.array([len(words) for words in sentences])
    own = tagger.words(sentences)
    fixed = _logits(tagger, features.window(own, lengths.tolist())) + tagger.bias
    starts = np.cumsum(lengths) - lengths
    said = np.full(len(own), -1)
    sure = np.zeros(len(own))
    for step in range(int(lengths.max(initial=0))):  # all sentences at once, token by token
        at = (starts + step)[lengths > step]
        before = said[at - 1] if step > 0 else np.full(len(at), -1)
        earlier = said[at - 2] if step > 1 else np.full(len(at), -1)
        logits = fixed[at] + _logits(tagger, features.history(own[at], before, earlier))
        logits = np.where(tagger.follows[before], logits.astype(np.float64), -np.inf)
        said[at] = logits.argmax(axis=1)
        chances = -np.logaddexp(0.0, -logits)  # logarithms, so that tiny ones stay apart
        best = chances.max(axis=1, keepdims=True)
        sure[at] = 1 / np.exp(chances - best).sum(axis=1)
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        inside = slice(start, start + length)
        yield [tagger.tags[n] for n in said[inside].tolist()], sure[inside].tolist()


def _logits(tagger: Tagger, hashes: np.ndarray) -> np.ndarray:
    """Return the sum of the features' weights, float32 (tokens, tags)."""
    found = np.zeros((len(hashes), len(tagger.tags)), np.float32)
    for column in tagger.rows[features.columns(hashes)].T:
        found += tagger.weights[column]
    return found
