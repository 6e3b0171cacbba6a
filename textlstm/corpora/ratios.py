"""Pairs whose lengths do not fit: the one side is cut off, missing, or of another sentence."""

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappushpop
from typing import NamedTuple

import numpy as np

from textlstm.corpora.source import many

FACTOR = 4  # from the usual ratio of lengths, either way
_KEPT = 3  # places of pairs at either end


class Pair(NamedTuple):
    """A pair by its lengths.

    Attributes:
        log_ratio: natural logarithm of characters of the target by those of the source.
        where: file and line.
        source: characters.
        target: characters.
    """

    log_ratio: float
    where: str
    source: int
    target: int


@dataclass
class Ratios:
    """The ratios of lengths of many pairs: 4 bytes a pair, and the most extreme ones."""

    _logs: "array[float]" = field(default_factory=lambda: array("f"))
    _ends: dict[int, list[tuple[float, Pair]]] = field(default_factory=lambda: {1: [], -1: []})

    def add(self, source: int, target: int, where: str) -> None:
        """Count a pair of these many characters, at least one on each side."""
        pair = Pair(math.log(target / source), where, source, target)
        self._logs.append(pair.log_ratio)
        self._keep(pair)

    def _keep(self, pair: Pair) -> None:
        for sign, kept in self._ends.items():
            if len(kept) < _KEPT:
                kept.append((sign * pair.log_ratio, pair))
                kept.sort()
            else:
                heappushpop(kept, (sign * pair.log_ratio, pair))

    def forget(self) -> None:
        """Free what is kept of every pair."""
        self._logs = array("f")


def odd(every: Iterable[Ratios]) -> str:
    """Return what is said about pairs whose lengths do not fit, or an empty string.

    A pair does not fit if its ratio of lengths is more than `FACTOR` times the usual one, the
    median of all, or less than a `FACTOR`th of it: languages differ in how long they are.
    """
    found = list(every)
    logs = np.concatenate([np.zeros(0, np.float32), *(np.array(one._logs) for one in found)])
    if not len(logs):
        return ""
    usual = float(np.median(logs))
    count = int((np.abs(logs - usual) > math.log(FACTOR)).sum())
    if not count:
        return ""
    ends = {pair for one in found for kept in one._ends.values() for _, pair in kept}
    worst = max(ends, key=lambda pair: (abs(pair.log_ratio - usual), pair.where))
    return (
        f"{many(count, 'pair')} of {len(logs):,} with lengths more than {FACTOR} times off the "
        f"usual ratio ({_ratio(usual)} characters of target to one of source), most of all "
        f"{worst.where} ({worst.source:,} and {worst.target:,} characters)"
    )


def _ratio(log: float) -> str:
    return f"{math.exp(log):.2g}"
