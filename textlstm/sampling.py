"""A sample of a stream, of bounded memory: what the baselines are trained on."""

import heapq
import random
from collections.abc import Iterable

from textlstm.corpora.example import Example

BYTES = 40_000_000  # of sampled text: it bounds the memory of the linear models


def uniform(
    train: Iterable[Example], labels: set[str], *, limit: int, seed: int
) -> tuple[list[Example], int, int]:
    """Return a uniform sample in the order of reading, how many were read, and how many unusable.

    Every example draws a number and the lowest are kept: as many as `limit` and `BYTES` allow.
    """
    generator = random.Random(seed)
    heap: list[tuple[float, int, Example, int]] = []
    used = read = skipped = 0
    highest = 1.0
    for example in train:
        read += 1
        names = (example.target,) if isinstance(example.target, str) else example.target
        # An empty set of labels is an answer too, of multi-label data.
        if names is None or (names and not labels & set(names)):
            skipped += 1
            continue
        drawn = generator.random()
        if drawn >= highest:
            continue
        size = len(example.input.encode("utf-8", "surrogatepass"))
        heapq.heappush(heap, (-drawn, read, example, size))
        used += size
        while len(heap) > limit or (used > BYTES and len(heap) > 1):
            negative, _, _, size = heapq.heappop(heap)
            used -= size
            highest = -negative
    return [row[2] for row in sorted(heap, key=lambda row: row[1])], read, skipped
