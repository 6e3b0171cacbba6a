"""Sentences with the entities they should have and those answered, and counts of both."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm.tasks import resampling

Entity = tuple[str, int, int]  # type, start, end (exclusive) in characters
Offsets = Sequence[tuple[int, int]]

RIGHT, ANSWERED, TARGETS = 0, 1, 2  # places in counts


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with what it should have and what was answered.

    Attributes:
        text: raw, the one the offsets are of.
        tokens: start and end of each token in it.
        targets: the entities that are there.
        answers: those that were answered.
        scores: probability of each of the answers; NaN: not given.
    """

    text: str
    tokens: Offsets
    targets: frozenset[Entity]
    answers: tuple[Entity, ...]
    scores: tuple[float, ...]


def sentence(
    text: str, tokens: Offsets, targets: Sequence[Sequence[Any]], answer: Mapping[str, Any]
) -> Sentence:
    """Return a sentence of a target `((type, start, end), ...)` and an answer `{"entities"}`."""
    said = {(e["type"], e["start"], e["end"]): e.get("score") for e in answer["entities"]}
    return Sentence(
        text,
        tokens,
        frozenset((kind, start, end) for kind, start, end in targets),
        tuple(said),
        tuple(np.nan if score is None else float(score) for score in said.values()),
    )


def tags(entities: Sequence[Entity] | Set[Entity], tokens: Offsets) -> list[str]:
    """Return the BIO tag of each token; one that an entity covers in part belongs to it.

    Args:
        entities: by character offsets.
        tokens: start and end of each token.
    """
    found = ["O"] * len(tokens)
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    for kind, start, end in sorted(entities, key=lambda entity: entity[1:]):
        first = True
        for place in range(bisect_right(ends, start), bisect_left(starts, end)):
            if found[place] == "O":
                found[place] = f"{'B' if first else 'I'}-{kind}"
                first = False
    return found


def counted(
    sentences: Sequence[Sentence], names: Sequence[Any], of: Callable[[Sentence, Entity], Any]
) -> np.ndarray:
    """Return right, answered and target entities of each group, int64 (sentences, names, 3).

    Args:
        sentences: what is counted.
        names: the groups.
        of: the group of a sentence's entity.
    """
    place = {name: column for column, name in enumerate(names)}
    found = np.zeros((len(sentences), len(names), 3), np.int64)
    for row, s in enumerate(sentences):
        for entity in s.answers:
            found[row, place[of(s, entity)], ANSWERED] += 1
            if entity in s.targets:
                found[row, place[of(s, entity)], RIGHT] += 1
        for entity in s.targets:
            found[row, place[of(s, entity)], TARGETS] += 1
    return found


def figures(counts: np.ndarray, nothing: float = 0.0) -> dict[str, float]:
    """Return precision, recall, f1 and support; `nothing` where there is nothing at all."""
    right, answered, targets = counts.tolist()
    empty = 0.0 if answered or targets else nothing
    return {
        "precision": right / answered if answered else empty,
        "recall": right / targets if targets else empty,
        "f1": 2 * right / (answered + targets) if answered + targets else empty,
        "support": float(targets),
    }


def f1(counts: np.ndarray) -> np.ndarray:
    """Return F1 of counts (..., 3); NaN where there is neither target nor answer."""
    total = counts[..., ANSWERED] + counts[..., TARGETS]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(total > 0, 2 * counts[..., RIGHT] / total, np.nan))


def f1_interval(counts: np.ndarray, drawn: np.ndarray) -> tuple[float | None, float | None]:
    """Return the 95 % interval of F1 from its resamples.

    Where F1 is 0 or 1 resampling cannot vary it. F1 = 2 J / (1 + J), J the share of right
    entities among all that are a target or an answer, so J's interval (Wilson) tells F1's.

    Args:
        counts: right, answered and target entities (3,).
        drawn: F1 of the resamples.
    """
    right, answered, targets = counts.tolist()
    low, high = resampling.percentile(drawn)
    every = answered + targets - right
    if low is None or right not in (0, every):
        return low, high
    low, high = resampling.proportion(right, every)
    return 2 * low / (1 + low), 2 * high / (1 + high)


class Resampled:
    """Sums over resamples of the sentences, the same resamples each time."""

    def __init__(self, resamples: int, seed: int, sentences: int) -> None:
        """Draw from so many sentences; no resamples: no interval."""
        self.resamples, self.seed, self.sentences = resamples, seed, sentences

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Return (resamples, ...) sums of values (sentences, ...)."""
        flat = values.reshape(len(values), -1).astype(np.float64)
        blocks = [np.zeros((0, flat.shape[1]))]
        for counts in resampling.weights(self.sentences, self.resamples, self.seed):
            blocks.append(counts @ flat)
        return np.concatenate(blocks).reshape(-1, *values.shape[1:])
