"""F1 in parts of the entities: seen in training or not, by length, and by the sentence's length."""

from collections.abc import Sequence, Set
from typing import Any

import numpy as np

from textlstm.harness.lengths import buckets
from textlstm.tasks.spotted import (
    ANSWERED,
    Entity,
    Resampled,
    Sentence,
    counted,
    f1,
    f1_interval,
    figures,
)

LONGEST = 5  # tokens; longer entities share a row
BUCKETS = 5  # of sentences by length


def seen_and_unseen(
    sentences: Sequence[Sentence], known: Set[tuple[str, str]], drawn: Resampled
) -> list[dict[str, Any]]:
    """Return the figures of entities that training has seen with their type, and of the others.

    Targets and answers are divided alike, so both rows have a precision.

    Args:
        sentences: what is measured.
        known: (type, text) of the training part's entities.
        drawn: the resamples of the intervals.
    """

    def of(s: Sentence, entity: Entity) -> str:
        return "seen" if (entity[0], s.text[entity[1] : entity[2]]) in known else "unseen"

    names = ["seen", "unseen"]
    rows = _rows(counted(sentences, names, of), drawn)
    return [{"name": name, **row} for name, row in zip(names, rows, strict=True)]


def by_entity_length(sentences: Sequence[Sentence], drawn: Resampled) -> list[dict[str, Any]]:
    """Return the figures of entities of 1, 2, ... tokens, the longest ones together."""

    def of(s: Sentence, entity: Entity) -> int:
        covered = sum(a < entity[2] and entity[1] < b for a, b in s.tokens)
        return min(LONGEST, max(1, covered))

    lengths = list(range(1, LONGEST + 1))
    rows = _rows(counted(sentences, lengths, of), drawn)
    names = [*map(str, lengths[:-1]), f"{LONGEST}+"]
    return [
        {"name": name, **row}
        for name, row in zip(names, rows, strict=True)
        if row["support"] or row["answered"]
    ]


def by_length(
    sentences: Sequence[Sentence], counts: np.ndarray, drawn: Resampled
) -> list[dict[str, Any]]:
    """Return rows {"from", "to", "examples", "f1", "low", "high", ...}, lengths in tokens."""
    lengths = np.array([len(s.tokens) for s in sentences])
    found = []
    for start, end in buckets(lengths, BUCKETS):
        inside = (lengths >= start) & (lengths <= end)
        (row,) = _rows((counts * inside[:, None])[:, None], drawn)
        if row["support"] or row["answered"]:
            found.append({"from": start, "to": end, "examples": int(inside.sum()), **row})
    return found


def _rows(counts: np.ndarray, drawn: Resampled) -> list[dict[str, Any]]:
    """Return a row of figures a group of counts (sentences, groups, 3)."""
    rows = []
    for sums, values in zip(counts.sum(axis=0), f1(drawn(counts)).T, strict=True):
        low, high = f1_interval(sums, values)
        answered = int(sums[ANSWERED])
        rows.append({**figures(sums), "answered": answered, "low": low, "high": high})
    return rows
