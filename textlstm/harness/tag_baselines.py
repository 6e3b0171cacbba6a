"""What a tagger must beat on the same sentences: the most frequent tag, and a linear tagger."""

import heapq
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm import spans
from textlstm.baselines import Baseline
from textlstm.corpora.example import Example
from textlstm.errors import DataError
from textlstm.harness import tagger
from textlstm.tasks import spotted

LIMIT = 200_000  # sentences
TOKENS = 600_000  # as many as the matrix of their features may hold in memory

Tokens = tuple[tuple[str, ...], spotted.Offsets, str]  # words, offsets, raw text


@dataclass(frozen=True, slots=True)
class Learned:
    """What the harness takes from the training part, read once.

    Attributes:
        seen: (type, text) of every entity.
        sentences: words of a uniform sample, in the order of reading.
        tags: BIO tags of the sample.
        read: sentences of the whole part.
    """

    seen: frozenset[tuple[str, str]]
    sentences: list[tuple[str, ...]]
    tags: list[list[str]]
    read: int


def learn(
    task: Any, train: Iterable[Example], *, seed: int = 0, limit: int = LIMIT, tokens: int = TOKENS
) -> Learned:
    """Return what baselines and scores need to know of the training part.

    Every sentence draws a number and the lowest are kept: as many as the limits allow.

    Args:
        task: `segmented(input)` and `raw(input)`.
        train: examples; those without a target are left out.
        seed: of the sample.
        limit: sentences in the sample, at most.
        tokens: tokens in the sample, at most.

    Raises:
        DataError: no training example has a target.
    """
    generator = random.Random(seed)
    heap: list[tuple[float, int, tuple[str, ...], list[str]]] = []
    seen: set[tuple[str, str]] = set()
    read = used = 0
    for example in train:
        if example.target is None:
            continue
        read += 1
        words, offsets = task.segmented(example.input)
        raw = task.raw(example.input)
        seen.update((kind, raw[start:end]) for kind, start, end in example.target)
        drawn = generator.random()
        heapq.heappush(heap, (-drawn, read, tuple(words), spotted.tags(example.target, offsets)))
        used += len(words)
        while len(heap) > limit or (used > tokens and len(heap) > 1):
            used -= len(heapq.heappop(heap)[2])
    if not read:
        raise DataError("the training part holds no tagged sentence: there are no baselines")
    kept = sorted(heap, key=lambda row: row[1])
    return Learned(frozenset(seen), [row[2] for row in kept], [row[3] for row in kept], read)


def baselines(
    task: Any, learned: Learned, inputs: Sequence[Any], *, seed: int = 0
) -> dict[str, Baseline]:
    """Return the baselines "most-frequent-tag" and "linear-tagger", trained and answered.

    - most-frequent-tag: each word has the tag it had most often, unknown words O; the tags are
      read as conlleval reads them.
    - linear-tagger: see `tagger`; windows of words with affixes and shapes, or of characters.

    Args:
        task: `segmented(input)` and `raw(input)`.
        learned: of the training part.
        inputs: raw, to answer.
        seed: of the training.
    """
    cut: list[Tokens] = [(*task.segmented(given), task.raw(given)) for given in inputs]
    size = f"{len(learned.sentences):,} sentences"
    if len(learned.sentences) < learned.read:
        size = f"a sample of {len(learned.sentences):,} of {learned.read:,} sentences"
    return {
        "most-frequent-tag": _most_frequent(learned, cut, size),
        "linear-tagger": _linear(learned, cut, size, seed),
    }


def _most_frequent(learned: Learned, cut: Sequence[Tokens], size: str) -> Baseline:
    started = time.perf_counter()
    counts: dict[str, Counter[str]] = {}
    for words, tags in zip(learned.sentences, learned.tags, strict=True):
        for word, tag in zip(words, tags, strict=True):
            counts.setdefault(word, Counter())[tag] += 1
    best = {}
    for word, found in counts.items():
        tag = max(found, key=lambda name: (found[name], name == "O", name))
        best[word] = (tag, found[tag] / found.total())
    answers = []
    for words, offsets, raw in cut:
        pairs = [best.get(word, ("O", 1.0)) for word in words]
        answers.append(_answer([tag for tag, _ in pairs], [p for _, p in pairs], offsets, raw))
    note = f"the tag each of {len(best):,} words had most often, trained on {size}"
    return Baseline(answers, time.perf_counter() - started, note)


def _linear(learned: Learned, cut: Sequence[Tokens], size: str, seed: int) -> Baseline:
    started = time.perf_counter()
    model = tagger.fit(learned.sentences, learned.tags, seed)
    if model is None:
        nothing = [_answer([], [], (), "") for _ in cut]
        note = "training holds no entity: it answers none"
        return Baseline(nothing, time.perf_counter() - started, note)
    found = tagger.answers(model, [words for words, _, _ in cut])
    answers = [
        _answer(tags, sure, offsets, raw)
        for (tags, sure), (_, offsets, raw) in zip(found, cut, strict=True)
    ]
    unit = "characters" if model.words.characters else "words, affixes and shapes"
    note = (
        f"{unit} two to each side, the two tags before ({model.size:,} features), greedy, "
        f"trained on {size}"
    )
    return Baseline(answers, time.perf_counter() - started, note)


def _answer(
    tags: Sequence[str], sure: Sequence[float], offsets: spotted.Offsets, raw: str
) -> dict[str, Any]:
    """Return the answer of BIO tags; an entity's score is the product of its tags' shares."""
    found = []
    for kind, first, end in spans.entities_of(list(tags), "bio"):
        a, b = offsets[first][0], offsets[end - 1][1]
        score = float(np.prod(sure[first:end]))
        found.append({"type": kind, "text": raw[a:b], "start": a, "end": b, "score": score})
    return {"entities": found}
