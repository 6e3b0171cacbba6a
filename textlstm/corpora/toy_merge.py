"""What the embedded corpora of several languages share: one order of the rows of all of them."""

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

Row = TypeVar("Row")


def merged(
    drawn: Sequence[Mapping[str, Sequence[Row]]], parts: Iterable[str], seed: int
) -> dict[str, tuple[Row, ...]]:
    """Return the rows of all languages by part, shuffled: the same order for the same seed.

    Args:
        drawn: the parts of each language.
        parts: the names of the parts, "train" first.
        seed: of the order; each part begins with it anew.
    """
    found = {}
    for part in parts:
        rows = [row for one in drawn for row in one[part]]
        random.Random(seed).shuffle(rows)
        found[part] = tuple(rows)
    return found
