"""What is known about the rows of a corpus after they were read once: counts, labels, clashes.

In memory stay 16 bytes an example (64-bit hashes of its text and of its target; 4 more of a pair,
the ratio of its lengths) until they were compared, and one entry for each distinct label.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.kinds import LABELLED, Kind, Target
from textlstm.corpora.ratios import Ratios
from textlstm.errors import DataError, nearest

MOST_REFUSALS = 20  # that are kept; all are counted
SUGGESTED = 50  # unseen labels whose nearest known one is looked for
SHOWN = 3  # refusals in a message
MOST_LABELS = 10_000  # distinct ones; more means that the column is no label
_64_BITS = (1 << 64) - 1


@dataclass
class Survey:
    """What one part of one source holds.

    Attributes:
        name: of the source.
        kind: of its examples.
        read: rows.
        refused: rows among them that could not be used.
        refusals: the first of these.
        empty: examples whose text is empty.
        first_empty: where the first of them is.
        tokens: of the examples that come as tokens.
        labels: how often each label occurs, for a labelled text its raw target.
        first: where each of them occurs first.
        ratios: of the lengths of pairs.
    """

    name: str
    kind: Kind = LABELLED
    read: int = 0
    refused: int = 0
    refusals: list[Bad] = field(default_factory=list)
    empty: int = 0
    first_empty: str = ""
    tokens: int = 0
    labels: Counter[Target] = field(default_factory=Counter)
    first: dict[Target, str] = field(default_factory=dict)
    ratios: Ratios = field(default_factory=Ratios)
    _hashes: "array[int]" = field(default_factory=lambda: array("Q"), repr=False)
    _targets: "array[int]" = field(default_factory=lambda: array("Q"), repr=False)

    @property
    def used(self) -> int:
        """Rows that became examples."""
        return self.read - self.refused

    def refuse(self, bad: Bad) -> None:
        """Count a row that cannot be used."""
        self.read += 1
        self.refused += 1
        if len(self.refusals) < MOST_REFUSALS:
            self.refusals.append(bad)

    def use(self, example: Example, text: str, hashed: int) -> None:
        """Count an example.

        Args:
            example: the example.
            text: its text, as its kind gives it.
            hashed: `split.text_hash` of the text.

        Raises:
            DataError: there are too many distinct labels.
        """
        self.read += 1
        for label in self.kind.labels(example.target):
            self.labels[label] += 1
            if label not in self.first:
                self.first[label] = example.where
                self._limit(example.where)
        if not isinstance(example.input, str):
            self.tokens += len(example.input)
        sides = self.kind.sides(example)
        if sides is not None:
            self.ratios.add(*sides, example.where)
        if not text.strip():
            self.empty += 1
            self.first_empty = self.first_empty or example.where
        self._hashes.append(hashed)
        # Python's hash differs between processes, so it must not leave this one
        self._targets.append(hash(example.target) & _64_BITS)

    def _limit(self, where: str) -> None:
        if len(self.first) > MOST_LABELS:
            raise DataError(
                f"{where}: {len(self.first):,} different {self.kind.label}s in {self.used:,} rows; "
                f"is this column the {self.kind.column}? Say {self.kind.column}=NAME."
            )

    def hashes(self) -> NDArray[np.uint64]:
        """Return the hashes of the texts, (examples,)."""
        return np.array(self._hashes, dtype=np.uint64)

    def targets(self) -> NDArray[np.uint64]:
        """Return hashes of the targets, (examples,), comparable within this process only."""
        return np.array(self._targets, dtype=np.uint64)

    def forget(self) -> None:
        """Free what is kept of every example."""
        self._hashes, self._targets = array("Q"), array("Q")
        self.ratios.forget()


def single_labels(counts: Mapping[Target, int]) -> Counter[str]:
    """Return how often each label occurs, the items of tuples one by one."""
    found: Counter[str] = Counter()
    for target, count in counts.items():
        for label in (target,) if isinstance(target, str) else target:
            found[label] += count
    return found


@dataclass(frozen=True, slots=True)
class Unseen:
    """A label that training never saw.

    Attributes:
        label: the label.
        count: examples that have it.
        where: the first of them.
        near: " Did you mean 'pos'?" or an empty string; looked for among the first ones alone.
    """

    label: str
    count: int
    where: str
    near: str


def unseen(train_counts: Mapping[Target, int], survey: Survey) -> list[Unseen]:
    """Return the labels of a part that training never saw, in the order they occur.

    They are never mapped to another label: an example that has one counts as wrong. A target
    `a|b` counts as seen where training has `a|b`, or both `a` and `b` alone or in such a target.

    Args:
        train_counts: examples of training by raw target, of tagged text entities by type.
        survey: of the part.
    """
    several = survey.kind.several
    known = set(single_labels(train_counts))
    if several:
        known |= {piece.strip() for label in known for piece in label.split("|")}
    names = sorted(known)
    found: dict[str, Unseen] = {}
    for target, count in survey.labels.items():
        for whole in (target,) if isinstance(target, str) else target:
            pieces = [] if whole in known else [piece.strip() for piece in whole.split("|")]
            if pieces and (not several or "" in pieces):  # not of the form a|b
                pieces = [whole]
            for label in pieces:
                if label not in known:
                    before = found[label].count if label in found else 0
                    where = found[label].where if label in found else survey.first[target]
                    # each is compared with all of training's: too slow for thousands
                    near = nearest(label, names) if len(found) < SUGGESTED else ""
                    found[label] = Unseen(label, before + count, where, near)
    return list(found.values())


def alike(labels: Iterable[str]) -> list[tuple[str, ...]]:
    """Return groups of labels that differ only in case or in outer spaces."""
    groups: dict[str, list[str]] = {}
    for label in labels:
        groups.setdefault(label.strip().casefold(), []).append(label)
    return [tuple(sorted(group)) for group in groups.values() if len(group) > 1]


def clashes(surveys: Iterable[Survey]) -> tuple[int, int]:
    """Return how many texts occur with different targets, and how many examples these are."""
    every = list(surveys)
    hashes = np.concatenate([s.hashes() for s in every]) if every else np.zeros(0, np.uint64)
    targets = np.concatenate([s.targets() for s in every]) if every else np.zeros(0, np.uint64)
    if not len(hashes):
        return 0, 0
    order = np.lexsort((targets, hashes))
    hashes, targets = hashes[order], targets[order]
    start = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]])
    size = np.diff(np.r_[start, len(hashes)])
    # targets are sorted within a text, so the first and the last differ if any do
    several = targets[start] != targets[start + size - 1]
    return int(several.sum()), int(size[several].sum())


def repeats(survey: Survey) -> int:
    """Return how many examples repeat a text that came before, with whatever target."""
    hashes = survey.hashes()
    return len(hashes) - len(np.unique(hashes))


def repeated_pairs(survey: Survey) -> int:
    """Return how many examples repeat a text that came before and its target."""
    both = np.stack([survey.hashes(), survey.targets()], axis=1)
    return len(both) - len(np.unique(both, axis=0))


def shared(one: Iterable[Survey], other: Iterable[Survey]) -> tuple[int, int]:
    """Return how many examples of `one` have a text that `other` has too, and of how many."""
    mine = np.concatenate([np.zeros(0, np.uint64), *(s.hashes() for s in one)])
    theirs = np.concatenate([np.zeros(0, np.uint64), *(s.hashes() for s in other)])
    return int(np.isin(mine, np.unique(theirs)).sum()), len(mine)


def by_label(counts: Mapping[Target, int], most: int = 8, noun: str = "label") -> str:
    """Return "neg: 12,500, pos: 12,500", the most frequent labels first."""
    single = single_labels(counts).most_common()
    shown = [f"{label[:40]}: {count:,}" for label, count in single[:most]]
    return ", ".join(shown + ([f"{len(single) - most} more {noun}s"] if len(single) > most else []))


def refusal(survey: Survey, read: int, outcome: str = "") -> str:
    """Return what is said about rows that cannot be used: the first ones, and how many.

    Args:
        survey: with the refusals.
        read: rows of the whole source.
        outcome: "skipped" where reading goes on, "none is left", or "" for the way to go on.
    """
    shown = "; ".join(f"{bad.where}: {bad.reason}" for bad in survey.refusals[:SHOWN])
    count = f"{survey.name}: {survey.refused:,} of {read:,} rows"
    if outcome == "skipped":
        return f"{shown}\n{count} skipped."
    if outcome:
        return f"{shown}\n{survey.name}: none of the {read:,} rows can be used."
    return f"{shown}\n{count} cannot be used; bad_rows=skip goes on without them."
