"""What each token contributes to the answer: the answer with it, minus the answer without it.

Leave-one-out, or occlusion (Zeiler & Fergus 2014, "Visualizing and understanding convolutional
networks", section 4.2; for text Li et al. 2016, "Understanding neural networks through
representation erasure"). A token is not cut out, which would move all others, but replaced by
the unknown token. Gradients, and so integrated gradients, would need a training framework.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm.text import TextEncoder

Arrays = Mapping[str, npt.NDArray[Any]]
Array = npt.NDArray[np.float64]
BATCH_TOKENS = 8192  # of variants answered at once
BATCH_NUMBERS = 8_000_000  # of one output of theirs, which has all ids a token in language models

ANSWER = "answer"  # name of the change where answers have no probabilities


def probabilities(answer: Any) -> Mapping[str, float] | None:
    """Return an answer's probabilities by label; None where its task gives none."""
    found = answer.get("probabilities") if isinstance(answer, Mapping) else None
    return found if isinstance(found, Mapping) else None


def occluded(arrays: Arrays, place: int) -> dict[str, npt.NDArray[Any]]:
    """Return the input without one token: ids become unknown, numbers the mean over time."""
    changed = {}
    for name, array in arrays.items():
        copy = array.copy()
        if not np.issubdtype(array.dtype, np.integer):
            copy[place] = array.mean(axis=0)
        else:
            copy[place] = TextEncoder.PAD
            copy[(place, *[0] * (array.ndim - 1))] = TextEncoder.UNKNOWN
            if name == "pairs" and place:  # the pair before holds this token too
                copy[place - 1] = TextEncoder.UNKNOWN
        changed[name] = copy
    return changed


def contributions(
    arrays: Arrays,
    tokens: int,
    run: Callable[[dict[str, npt.NDArray[Any]]], dict[str, npt.NDArray[Any]]],
    values: Callable[[dict[str, npt.NDArray[Any]]], Sequence[Mapping[str, float]]],
    *,
    moved: bool = False,
) -> dict[str, Array]:
    """Return what each token adds to each value, {name: (tokens,)}.

    That is the value of the whole text minus that without the token. `ANSWER` is how far outputs
    move without it, the mean absolute change, which has no sign.

    Args:
        arrays: the network's input of one text, the first axis is time.
        tokens: of the text.
        run: a batch of inputs to the network's outputs.
        values: outputs to numbers by their names, a row each, such as labels' probabilities.
        moved: whether `ANSWER` is wanted too, which comes first.
    """
    whole = run({name: array[None] for name, array in arrays.items()})
    (said,) = values(whole)
    moves: list[float] = []
    found: list[list[float]] = []
    most = BATCH_NUMBERS // max(array.size for array in whole.values())
    for batch in _variants(arrays, tokens, max(1, min(BATCH_TOKENS // tokens, most))):
        outputs = run(batch)
        if moved:
            moves += _moves(whole, outputs)
        for without in values(outputs):
            found.append([value - without[name] for name, value in said.items()])
    table = np.array(found, np.float64)
    added = {name: table[:, k] for k, name in enumerate(said)}
    return {ANSWER: np.array(moves), **added} if moved else added


def _moves(whole: Arrays, outputs: Arrays) -> list[float]:
    """Return the mean absolute change of all outputs, a number a row."""
    gaps = [
        np.abs(whole[name] - array).reshape(len(array), -1)
        for name, array in outputs.items()
        if len(whole[name]) == 1  # not what is the same for every text, such as transitions
    ]
    moved: list[float] = np.concatenate(gaps, axis=1).mean(axis=1).tolist()
    return moved


def _variants(arrays: Arrays, tokens: int, rows: int) -> Iterator[dict[str, npt.NDArray[Any]]]:
    """Yield batches of so many rows of the input, with one token left out in each row."""
    for start in range(0, tokens, rows):
        each = [occluded(arrays, place) for place in range(start, min(tokens, start + rows))]
        yield {name: np.stack([row[name] for row in each]) for name in arrays}
