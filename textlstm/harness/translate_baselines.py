"""What a translator must beat: the source itself, a dictionary, and the nearest training pair."""

import heapq
import random
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm.baselines import Baseline
from textlstm.corpora.example import Example
from textlstm.cutting import word_offsets
from textlstm.errors import DataError
from textlstm.harness import lexicon
from textlstm.ngrams import NGrams
from textlstm.words import is_unspaced

LIMIT = 200_000  # pairs
BYTES = 40_000_000  # of their text
LINKS = 12_000_000  # pairs of words that the dictionary is learned from; they take 0.5 GB
COMPARED = 10_000_000  # similarities in memory at once

# Marks that join what is before or behind them, where words are otherwise a space apart.
_NO_SPACE_BEFORE = re.compile(r"[.,;:!?%)\]}\u2019\u201d\u00bb\u2026\u3000-\u303f\uff00-\uffef]")
_NO_SPACE_BEHIND = re.compile(
    r"[(\[{\u00bf\u00a1\u2018\u201c\u201e\u00ab\u3000-\u303f\uff00-\uffef]"
)
_ENDING = re.compile(r"(?:'(?:s|re|ve|ll|d|m)|n't)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Learned:
    """What the harness takes from the training part, read once.

    Attributes:
        pairs: source and target of a uniform sample, in the order of reading.
        read: pairs of the whole part.
    """

    pairs: list[tuple[str, str]]
    read: int

    def size(self, used: int) -> str:
        """Return how many of the pairs were used, in words."""
        if used < self.read:
            return f"a sample of {used:,} of {self.read:,} pairs"
        return f"{used:,} pairs"


def learn(
    task: Any, train: Iterable[Example], *, seed: int = 0, limit: int = LIMIT, most: int = BYTES
) -> Learned:
    """Return the pairs that the baselines learn from.

    Every pair draws a number and the lowest are kept: as many as the limits allow.

    Args:
        task: `raw(input)`.
        train: examples; those without a target are left out.
        seed: of the sample.
        limit: pairs in the sample, at most.
        most: bytes of text in the sample, at most.

    Raises:
        DataError: no training example has a target.
    """
    generator = random.Random(seed)
    heap: list[tuple[float, int, tuple[str, str], int]] = []
    read = used = 0
    for example in train:
        if example.target is None:
            continue
        read += 1
        drawn = generator.random()
        pair = (task.raw(example.input), str(example.target))
        size = sum(len(text.encode("utf-8", "surrogatepass")) for text in pair)
        heapq.heappush(heap, (-drawn, read, pair, size))
        used += size
        while len(heap) > limit or (used > most and len(heap) > 1):
            used -= heapq.heappop(heap)[3]
    if not read:
        raise DataError("the training part holds no translation: there are no baselines")
    return Learned([row[2] for row in sorted(heap, key=lambda row: row[1])], read)


def baselines(
    task: Any, learned: Learned, inputs: Sequence[Any], *, seed: int = 0
) -> dict[str, Baseline]:
    """Return the baselines "copy-source", "word-by-word" and "nearest-sentence", answered.

    - copy-source: the source, unchanged.
    - word-by-word: each word's likeliest translation by `lexicon`, in the order of the source;
      unknown words are copied.
    - nearest-sentence: the target of the training pair whose source is most like this one.

    Args:
        task: `raw(input)`.
        learned: of the training part.
        inputs: raw, to answer.
        seed: of the sample that the dictionary is learned from.
    """
    texts = [task.raw(given) for given in inputs]
    started = time.perf_counter()
    copied = [_answer(text) for text in texts]
    note = "the source, unchanged; it learns nothing"
    return {
        "copy-source": Baseline(copied, time.perf_counter() - started, note),
        "word-by-word": _word_by_word(learned, texts, seed),
        "nearest-sentence": _nearest(learned, texts),
    }


def _word_by_word(learned: Learned, texts: Sequence[str], seed: int) -> Baseline:
    started = time.perf_counter()
    sources, targets = _linked(learned, seed)
    lower = [[word.lower() for word in words] for words in sources]
    found = lexicon.learn(lower, targets)
    capital = _capitals(learned)
    answers = []
    for text in texts:
        said = [found.get(word.lower(), (word, 0.0))[0] for word in cut(text)]
        whole = joined(said)
        answers.append(_answer(whole[:1].upper() + whole[1:] if capital else whole))
    note = (
        f"the likeliest translation of each of {len(found):,} words (IBM Model 1, "
        f"{lexicon.ITERATIONS} iterations), unknown words copied, learned from "
        f"{learned.size(len(sources))}"
    )
    return Baseline(answers, time.perf_counter() - started, note)


def _linked(learned: Learned, seed: int) -> tuple[list[list[str]], list[list[str]]]:
    """Return words of sources and targets, of as many pairs, drawn by seed, as LINKS allow."""
    order = np.random.default_rng(seed).permutation(len(learned.pairs)).tolist()
    kept: dict[int, tuple[list[str], list[str]]] = {}
    links = 0
    for place in order:
        source, target = map(cut, learned.pairs[place])
        links += (len(source) + 1) * len(target)
        if links > LINKS and kept:
            break
        kept[place] = (source, target)
    pairs = [kept[place] for place in sorted(kept)]
    return [source for source, _ in pairs], [target for _, target in pairs]


def _capitals(learned: Learned) -> bool:
    """Tell whether most of the targets that begin with a cased letter begin with a capital."""
    first = [target.lstrip()[:1] for _, target in learned.pairs]
    return sum(letter.isupper() for letter in first) > sum(letter.islower() for letter in first)


def _nearest(learned: Learned, texts: Sequence[str]) -> Baseline:
    from sklearn.feature_extraction.text import TfidfTransformer

    started = time.perf_counter()
    grams = NGrams(2, 1)
    known, asked = grams.fit([source for source, _ in learned.pairs]), grams.transform(texts)
    if known.shape[1]:  # some source has a word
        weighted = TfidfTransformer(sublinear_tf=True).fit(known)
        known, asked = weighted.transform(known), weighted.transform(asked)
    best = [place for rows in _blocks(asked, known) for place in rows]
    answers = [_answer(learned.pairs[place][1]) for place in best]
    note = (
        "the translation of the training sentence most like this one (cosine of TF-IDF, "
        f"{sum(grams.sizes):,} word 1-2-grams, a Chinese character counting as a word), out of "
        f"{learned.size(len(learned.pairs))}"
    )
    return Baseline(answers, time.perf_counter() - started, note)


def _blocks(asked: Any, known: Any) -> Iterator[list[int]]:
    """Yield the most similar row of `known` for the rows of `asked`; the first of equal ones."""
    height = max(1, COMPARED // known.shape[0])
    turned = known.T.tocsr()
    for start in range(0, asked.shape[0], height):
        similar = (asked[start : start + height] @ turned).tocsr()
        yield np.asarray(similar.argmax(axis=1)).ravel().tolist()


def cut(text: str) -> list[str]:
    """Return the words and marks of a text by the rules of `textlstm.words`, as they are spelt."""
    return [text[start:end] for start, end in word_offsets(text)]


def joined(words: Sequence[str]) -> str:
    """Return words as running text: no space before a full stop or between Chinese characters."""
    found = ""
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if before and not _touch(before, word):
            found += " "
        found += word
    return found


def _touch(before: str, word: str) -> bool:
    return bool(
        (is_unspaced(before[-1]) and is_unspaced(word[0]))
        or _NO_SPACE_BEFORE.match(word)
        or _NO_SPACE_BEHIND.fullmatch(before)
        or _ENDING.fullmatch(word)
    )


def _answer(text: str) -> dict[str, Any]:
    return {"translation": text, "score": 0.0}
