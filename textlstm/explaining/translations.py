"""The score of a translation where a token of its source is left out."""

from collections.abc import Mapping
from typing import Any

from textlstm.explaining.entities import Arrays, Values

TRANSLATION = "translation"


def scores(task: Any, engine: Any, answer: Mapping[str, Any]) -> Values:
    """Return a function from encoder outputs of variants of a source to {"translation": score}.

    The score is the mean log-probability of a token of the answered text, its end included, given
    the variant.

    Args:
        task: a translation task.
        engine: `runtime.translator.Translator` of the model.
        answer: of the model to the source as it is.
    """
    said = answer[TRANSLATION]
    ids = task.target.encode(said).tolist() if said else []

    def values(outputs: Arrays) -> list[dict[str, float]]:
        return [{TRANSLATION: value} for value in engine.scored(outputs, ids).tolist()]

    return values
