"""What the embedded corpora of pairs share: a source, a target, and how they are stored.

Such a corpus has `pairs(config)`, its pairs by part; its module offers `features` and `example`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from textlstm.corpora.example import Example


@dataclass(frozen=True, slots=True)
class Pair:
    """A source text and the one target text that belongs to it."""

    source: str
    target: str


def share(words: Iterable[str]) -> float:
    """Return a number from 0 to 1, exclusive, that hangs on these words alone."""
    digest = hashlib.sha256("\0".join(words).encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def stored(pairs: Mapping[str, Iterable[Pair]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each part as they are stored."""
    return {
        part: [{"source": pair.source, "target": pair.target} for pair in found]
        for part, found in pairs.items()
    }


def features(tfds: Any) -> dict[str, Any]:
    """Return the features of a row, made of the module `tensorflow_datasets`."""
    return {"source": tfds.features.Text(), "target": tfds.features.Text()}


def example(row: Mapping[str, Any], where: str) -> Example:
    """Return what a stored row holds: the source and its target."""
    return Example(row["source"].decode("utf-8"), row["target"].decode("utf-8"), where)
