"""How sure a figure is: bootstrap intervals, McNemar's test and intervals of a proportion.

Example:
    Ten answers, of which a second system gets three more right and one more wrong:

    >>> round(mcnemar(1, 3), 3)
    0.625
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

CELLS = 200_000  # counts of examples at once; more fall out of the processor's cache
LOW, HIGH = 2.5, 97.5  # percentiles of a 95 % interval


def weights(examples: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Yield blocks of resamples as counts: float64 (block, examples), each row adds to examples.

    A row says how often each example was drawn when `examples` are drawn with replacement
    (Efron and Tibshirani 1993, chapter 6). The blocks together have `resamples` rows.
    """
    generator = np.random.default_rng(seed)
    block = max(1, CELLS // examples)
    for start in range(0, resamples, block):
        rows = min(block, resamples - start)
        drawn = generator.integers(0, examples, size=(rows, examples))
        drawn += np.arange(rows)[:, None] * examples
        counts = np.bincount(drawn.ravel(), minlength=rows * examples)
        yield counts.reshape(rows, examples).astype(np.float64)


class Ranking:
    """Area under the ROC curve on weighted examples; sorted once, ties count half."""

    def __init__(self, truth: np.ndarray, probability: np.ndarray) -> None:
        """Sort bool (examples,) by float (examples,)."""
        self.order = np.argsort(probability, kind="stable")
        self.truth = truth[self.order].astype(np.float64)
        ordered = probability[self.order]
        self.starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))

    def areas(self, counts: np.ndarray) -> np.ndarray:
        """Return the area of each row of counts (rows, examples); NaN where one side is missing."""
        drawn = counts[:, self.order]
        yes = drawn * self.truth
        no = drawn - yes
        if len(self.starts) < len(self.order):
            yes = np.add.reduceat(yes, self.starts, axis=1)
            no = np.add.reduceat(no, self.starts, axis=1)
        below = np.cumsum(no, axis=1)
        pairs = yes.sum(axis=1) * below[:, -1]
        below -= no / 2
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((yes * below).sum(axis=1) / pairs)


def percentile(values: np.ndarray) -> tuple[float | None, float | None]:
    """Return the 2.5 and 97.5 percentiles of a statistic's resamples; NaN ones do not count."""
    known = values[np.isfinite(values)]
    if not len(known):
        return None, None
    low, high = np.percentile(known, [LOW, HIGH])
    return float(low), float(high)


def reflected(value: float, values: np.ndarray) -> tuple[float | None, float | None]:
    """Return the basic bootstrap interval of a statistic that resampling pushes upwards.

    `2 * value - percentile` (Davison and Hinkley 1997, section 5.2), kept at or above zero and
    around the value. The calibration error is such a statistic: with fewer distinct examples the
    bins are noisier, so that the percentiles of the resamples lie above the value itself.
    """
    low, high = percentile(values)
    if low is None or high is None:
        return None, None
    return min(value, max(0.0, 2 * value - high)), max(value, 2 * value - low)


def proportion(right: int, examples: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), which also holds for few examples."""
    z = 1.959964
    share = right / examples
    middle = (share + z * z / (2 * examples)) / (1 + z * z / examples)
    spread = z / (1 + z * z / examples)
    spread *= math.sqrt(share * (1 - share) / examples + z * z / (4 * examples**2))
    # Rounding would leave the ends a hair beside zero and one.
    return (middle - spread if right else 0.0), (middle + spread if right < examples else 1.0)


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the two-sided exact p of McNemar's test (McNemar 1947), by the binomial.

    Args:
        only_first: examples that only the first system answers rightly.
        only_second: examples that only the second one answers rightly.
    """
    disagreeing = only_first + only_second
    term = total = 1
    for drawn in range(1, min(only_first, only_second) + 1):
        term = term * (disagreeing - drawn + 1) // drawn
        total += term
    return min(1.0, 2 * total / (1 << disagreeing))


def paired(first: np.ndarray, second: np.ndarray, seed: int = 0) -> dict[str, Any]:
    """Return how two systems differ on the same examples, given which they answer rightly.

    Args:
        first: bool (examples,).
        second: bool (examples,).
        seed: of the 1000 resamples.

    Returns:
        `{"difference", "low", "high", "only_first", "only_second", "mcnemar_p"}`; the difference
        is the accuracy of the first minus that of the second. Pairs are resampled: only their
        three kinds count, so one draw from a multinomial is one resample.
    """
    only_first = int((first & ~second).sum())
    only_second = int((second & ~first).sum())
    examples = len(first)
    kinds = np.array([only_first, only_second, examples - only_first - only_second])
    drawn = np.random.default_rng(seed).multinomial(examples, kinds / examples, size=1000)
    low, high = percentile((drawn[:, 0] - drawn[:, 1]) / examples)
    return {
        "difference": (only_first - only_second) / examples,
        "low": low,
        "high": high,
        "only_first": only_first,
        "only_second": only_second,
        "mcnemar_p": mcnemar(only_first, only_second),
    }


def paired_f1(first: np.ndarray, second: np.ndarray, seed: int = 0) -> dict[str, Any]:
    """Return how the F1 of two systems differs on the same sentences.

    Sentences are drawn with replacement, both systems' counts with them. The two-sided p is the
    share of resamples whose difference is as far from the observed one as that is from zero
    (Berg-Kirkpatrick et al. 2012, "An Empirical Investigation of Statistical Significance in
    NLP", section 2), the observed difference counted as one of them.

    Args:
        first: right, answered and target entities of each sentence, int (sentences, 3).
        second: of the other system.
        seed: of the 1000 resamples.

    Returns:
        `{"difference", "low", "high", "only_first", "only_second", "bootstrap_p"}`: F1 of the
        first minus that of the second, and the sentences that only one answers without mistake.
    """
    both = np.concatenate([first, second], axis=1).astype(np.float64)
    sums = np.concatenate([counts @ both for counts in weights(len(both), 1000, seed)])
    drawn = _f1(sums[:, :3]) - _f1(sums[:, 3:])
    total = both.sum(axis=0)
    difference = float(_f1(total[:3]) - _f1(total[3:]))
    low, high = percentile(drawn)
    # A difference that differs from the bound by rounding alone counts as reaching it.
    extreme = int((np.abs(drawn - difference) >= abs(difference) - 1e-12).sum())
    right = [(c[:, :1] == c[:, 1:]).all(axis=1) for c in (first, second)]
    return {
        "difference": difference,
        "low": low,
        "high": high,
        "only_first": int((right[0] & ~right[1]).sum()),
        "only_second": int((right[1] & ~right[0]).sum()),
        "bootstrap_p": (1 + extreme) / (1 + len(drawn)),
    }


def _f1(counts: np.ndarray) -> np.ndarray:
    """Return F1 of right, answered and target entities (..., 3); 1 where there are none at all."""
    total = counts[..., 1] + counts[..., 2]
    return np.asarray(np.where(total > 0, 2 * counts[..., 0] / np.maximum(total, 1), 1.0))
