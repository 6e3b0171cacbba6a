"""What a language model expects after a text, and what each token adds to that."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from textlstm.explaining.entities import Arrays, Values

MOST = 5  # tokens whose probability is told


def begun(engine: Any) -> dict[str, np.ndarray]:
    """Return the states of a model that has read nothing but the beginning of a text.

    Args:
        engine: `runtime.generator.Generator` of the model; (1, units) each, by their names.
    """
    return dict(engine.next(engine.first())[1])


def answered(task: Any, outputs: Arrays) -> tuple[dict[str, Any], Values]:
    """Return the most probable next tokens, and a function from outputs to their probabilities.

    Args:
        task: a language model's.
        outputs: of the text, "log_probabilities" (1, time, ids).

    Returns:
        `{"label", "probabilities"}`: the first token and all of them, as text; tokens that read
        alike, such as parts of characters, are told apart by their numbers.
    """
    last = outputs["log_probabilities"][0, -1]
    ids = np.argsort(-last, kind="stable")[:MOST].tolist()
    names: dict[str, int] = {}
    for i, piece in zip(ids, task.pieces(ids), strict=True):
        names[piece if piece and piece not in names else f"{piece} #{i}"] = i

    def values(found: Arrays) -> list[dict[str, float]]:
        rows = np.exp(found["log_probabilities"][:, -1, list(names.values())].astype(np.float64))
        return [dict(zip(names, row, strict=True)) for row in rows.tolist()]

    probabilities: Mapping[str, float] = values(outputs)[0]
    return {"label": next(iter(names)), "probabilities": dict(probabilities)}, values
