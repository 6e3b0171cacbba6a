"""Sentences with tags or entities as Python code holds them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from textlstm import spans, targets


def sentences(X: Any) -> list[Any]:
    """Return texts, or tuples of tokens; all rows alike.

    Raises:
        TypeError: something that is neither.
    """
    rows = targets.listed(X, "X", "texts or lists of tokens")
    if all(isinstance(row, str) for row in rows):
        return [str(row) for row in rows]
    found = []
    for place, row in enumerate(rows):
        if isinstance(row, str) or not isinstance(row, Sequence | np.ndarray):
            raise TypeError(f"X[{place}] is a {type(row).__name__}: expected a list of tokens")
        if not all(isinstance(token, str) for token in row):
            raise TypeError(f"X[{place}] holds something that is no str")
        found.append(tuple(map(str, row)))
    return found


def raw(given: Any) -> str:
    """Return a text itself, or its tokens joined."""
    return given if isinstance(given, str) else spans.joined(given)[0]


def entities(
    inputs: Sequence[Any], y: Sequence[Any], form: str, scheme: str
) -> list[tuple[tuple[str, int, int], ...]]:
    """Return the entities of each row by places in its raw text.

    Args:
        inputs: what `sentences` returned.
        y: entities (type, start, end) of each, or tags.
        form: "entities" or "tags".
        scheme: of the tags.

    Raises:
        ValueError: an entity outside its text, another number of tags, or tags that violate the
            scheme.
    """
    found = []
    for place, (given, row) in enumerate(zip(inputs, y, strict=True)):
        if form == "entities":
            entities = [(str(name), int(start), int(end)) for name, start, end in row]
            for name, start, end in entities:
                if not 0 <= start < end <= len(given):
                    raise ValueError(f"y[{place}]: {name} at {start}-{end} is outside the text")
        else:
            tags = list(map(str, row))
            if len(tags) != len(given):
                raise ValueError(f"y[{place}] has {len(tags)} tags for {len(given)} tokens")
            wrong = spans.violations(tags, scheme)
            if wrong:
                raise ValueError(f"y[{place}][{wrong[0][0]}]: {wrong[0][1]}")
            offsets = spans.joined(given)[1]
            entities = [
                (name, offsets[first][0], offsets[last - 1][1])
                for name, first, last in spans.entities_of(tags, scheme)
            ]
        found.append(tuple(sorted(entities, key=lambda entity: entity[1])))
    return found


def tags(given: Sequence[str], entities: Sequence[Any], scheme: str) -> list[str]:
    """Return the tags of a sentence's tokens for entities by places in its raw text."""
    offsets = spans.joined(given)[1]
    starts = {start: k for k, (start, _) in enumerate(offsets)}
    ends = {end: k + 1 for k, (_, end) in enumerate(offsets)}
    return spans.tags_of([(n, starts[a], ends[b]) for n, a, b in entities], len(given), scheme)
