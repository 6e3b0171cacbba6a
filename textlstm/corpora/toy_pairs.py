"""What the embedded corpora of pairs share: a source, a target, how they are cut and stored.

Such a corpus has `pairs(config)`, its pairs by part; its module offers `features` and `example`.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from textlstm.corpora.example import Example

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Pair:
    """A source text and the one target text that belongs to it."""

    source: str
    target: str


def share(words: Iterable[str]) -> float:
    """Return a number from 0 to 1, exclusive, that hangs on these words alone."""
    digest = hashlib.sha256("\0".join(words).encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def filled(
    draw: Callable[[], tuple[tuple[str, ...], str, Told]],
    sizes: Mapping[str, int],
    held: Mapping[str, float],
) -> dict[str, list[Told]]:
    """Return what is drawn until every part is full, no text twice.

    Args:
        draw: gives a key, whose `share` tells the part, a text, and what is kept of both.
        sizes: how many each part gets.
        held: parts beside train, each with the share below which a key is in it, rising.
    """
    parts: dict[str, list[Told]] = {part: [] for part in sizes}
    seen: set[str] = set()
    while any(len(parts[part]) < wanted for part, wanted in sizes.items()):
        words, text, told = draw()
        number = share(words)
        part = next((part for part, below in held.items() if number < below), "train")
        if text not in seen and len(parts[part]) < sizes[part]:
            seen.add(text)
            parts[part].append(told)
    return parts


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
