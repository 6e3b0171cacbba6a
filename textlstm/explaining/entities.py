"""Scores of a tagger's entities where a token of the text is left out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm.tasks.lattice import Marginals

Arrays = Mapping[str, npt.NDArray[Any]]
Entity = Mapping[str, Any]
Values = Callable[[Arrays], list[dict[str, float]]]


def name_of(entity: Entity) -> str:
    """Return type and places in the raw text, such as "LOC 10:18": no other entity has both."""
    return f"{entity['type']} {entity['start']}:{entity['end']}"


def scores(task: Any, encoded: Arrays, entities: Sequence[Entity]) -> Values:
    """Return a function from outputs of variants of one text to {entity's name: score}, each.

    The score is that of `Tag.decode`, the probability that exactly the entity's tags stand at its
    tokens, whether or not the variant's best tags hold it.

    Args:
        task: a tagging task.
        encoded: the text as its network reads it.
        entities: that the task has answered on it, with places in the raw text.
    """
    if not entities:
        return lambda outputs: [{} for _ in next(iter(outputs.values()))]
    targets = [[(each["type"], each["start"], each["end"])] for each in entities]
    tags = [row["tags"] for row in task.encode_targets(targets, [encoded] * len(targets))]

    def values(outputs: Arrays) -> list[dict[str, float]]:
        emissions = outputs["emissions"]
        rows = np.arange(len(emissions))
        lengths = np.full(len(rows), len(encoded["tokens"]))
        marginals = Marginals(emissions, lengths, outputs["transitions"])
        found: list[dict[str, float]] = [{} for _ in rows]
        for entity, own in zip(entities, tags, strict=True):
            inside = np.flatnonzero(own)  # O is 0
            starts, ends = np.full(len(rows), inside[0]), np.full(len(rows), inside[-1] + 1)
            p = marginals.spans(np.tile(own, (len(rows), 1)), rows, starts, ends)
            for row, value in zip(found, p.tolist(), strict=True):
                row[name_of(entity)] = value
        return found

    return values
