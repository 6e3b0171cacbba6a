"""Buckets of like many examples by length."""

import numpy as np


def buckets(lengths: np.ndarray, number: int) -> list[tuple[int, int]]:
    """Return first and last length of up to `number` buckets with like many examples each."""
    ends = np.unique(np.quantile(lengths, np.linspace(0, 1, number + 1)[1:]).round()).astype(int)
    found, start = [], int(lengths.min())
    for end in ends.tolist():
        if ((lengths >= start) & (lengths <= end)).any():
            found.append((start, end))
            start = end + 1
    return found
