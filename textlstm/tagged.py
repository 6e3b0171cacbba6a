"""Sentences with tags or entities as Python code holds them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from textlstm import spans, targets
from textlstm.cutting import word_offsets

WHAT = "entities (type, start, end)"


def sentences(X: Any) -> list[Any]:
    """Return texts, or tuples of tokens; all rows alike.

    Raises:
        TypeError: something that is neither.
        ValueError: a row without tokens, or with an empty one.
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
        if len(row) == 0 or "" in row:
            raise ValueError(f"X[{place}] has no tokens, or an empty one")
        found.append(tuple(map(str, row)))
    return found


def problem(text: str, found: Sequence[tuple[str, int, int]]) -> str | None:
    """Return why entities cannot be tagged in a raw text, None where they can.

    They may not overlap, and begin and end where words do: there is no tag for half a word.

    Args:
        text: raw.
        found: (type, start, end) with 0 <= start < end <= len(text), sorted by place.
    """
    for left, right in pairwise(found):
        if right[1] < left[2]:
            return f"the entities {shown(left)} and {shown(right)} overlap"
    words = word_offsets(text) if found else []
    starts, ends = {start for start, _ in words}, {end for _, end in words}
    for entity in found:
        _, first, last = entity
        if first in starts and last in ends:
            continue
        name = f"the entity {text[first:last]!r} ({shown(entity)})"
        for start, end in words:
            if start < first < end or start < last < end:
                return f"{name} cuts the word {text[start:end]!r} ({start}-{end})"
        return f"{name} begins or ends in white space"
    return None


def shown(entity: tuple[str, int, int]) -> str:
    """Return an entity as messages name it: "PER 0-4"."""
    return f"{entity[0]} {entity[1]}-{entity[2]}"


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
        TypeError: a row that is no list, or a tag that is no str.
        ValueError: something that is no entity, one outside its text or inside a word, two that
            overlap, another number of tags, or tags that violate the scheme.
    """
    found = []
    for place, (given, row) in enumerate(zip(inputs, y, strict=True)):
        if form == "entities":
            entities = [_entity(item, place) for item in targets.listed(row, f"y[{place}]", WHAT)]
            entities.sort(key=lambda entity: entity[1:])
            for name, start, end in entities:
                if not 0 <= start < end <= len(given):
                    raise ValueError(f"y[{place}]: {name} at {start}-{end} is outside the text")
            wrong_place = problem(given, entities)
            if wrong_place:
                raise ValueError(f"y[{place}]: {wrong_place}")
        else:
            tags = listed_tags(row, place)
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
        found.append(tuple(entities))
    return found


def _entity(item: Any, place: int) -> tuple[str, int, int]:
    """Return (type, start, end) of a tuple or list; `place` is that of its row."""
    if isinstance(item, tuple | list) and len(item) == 3:
        name, start, end = item
        whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) for n in item[1:])
        if isinstance(name, str) and name.strip() and whole:
            return name, int(start), int(end)
    raise ValueError(f"y[{place}]: {item!r} is no (type, start, end)")


def listed_tags(row: Any, place: int) -> list[str]:
    """Return the tags of a row, which is that of `place`.

    Raises:
        TypeError: no list of tags, or something that is no str.
    """
    found = targets.listed(row, f"y[{place}]", "tags")
    for number, tag in enumerate(found):
        if not isinstance(tag, str):
            raise TypeError(f"y[{place}][{number}] is a {type(tag).__name__}: expected a tag")
    return list(map(str, found))


def tags(given: Sequence[str], entities: Sequence[Any], scheme: str) -> list[str]:
    """Return the tags of a sentence's tokens for entities by places in its raw text."""
    offsets = spans.joined(given)[1]
    starts = {start: k for k, (start, _) in enumerate(offsets)}
    ends = {end: k + 1 for k, (_, end) in enumerate(offsets)}
    return spans.tags_of([(n, starts[a], ends[b]) for n, a, b in entities], len(given), scheme)
