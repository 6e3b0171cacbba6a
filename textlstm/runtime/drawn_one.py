"""One token drawn from one row of log-probabilities: what `sampled.drawn` does, at less cost."""

from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm.runtime.sampled import Narrowing

_FEW = 64  # the n that is tried first


def drawn_one(scores: npt.NDArray[np.floating[Any]], draw: float, how: Narrowing) -> int:
    """Return the id that a random number draws from log-probabilities `(ids,)`.

    Only what can be in the nucleus is sorted: ids that each have less than (1 - top_p) / n of the
    whole have less than 1 - top_p together if there are n of them. Ids with more than a share of a
    small n are tried first: where they have top_p together, the nucleus is among them.

    Args:
        scores: -inf being impossible; at least one is not.
        draw: from 0 to below 1.
        how: temperature, top_k and top_p.
    """
    scaled = scores - scores.max()  # in the precision that is given: sums alone are float64
    with np.errstate(over="ignore"):  # a temperature next to 0 makes -inf of all but the largest
        scaled /= how.temperature
    weights = np.exp(scaled, out=scaled)
    ids: npt.NDArray[np.int64] | None = None
    if how.top_k is not None:
        count = min(how.top_k, len(weights))
        least = np.partition(weights, -count)[-count]
        ids = np.flatnonzero(weights >= least)  # of equals the lower ids are kept
        ids = ids[np.argsort(-weights[ids], kind="stable")][:count]
        weights = weights[ids]
    if how.top_p is not None:
        total = weights.sum(dtype=np.float64)
        for count in (_FEW, len(weights)):
            # a Python number, which does not make float64 of the weights
            likely = np.flatnonzero(weights >= float((1.0 - how.top_p) * total / count))
            likely = likely[np.argsort(-weights[likely], kind="stable")]
            sums = weights[likely].cumsum(dtype=np.float64)
            if len(sums) and sums[-1] >= how.top_p * total:
                break
        # an id is in the nucleus when those before it have less than top_p together
        likely = likely[: 1 + int(np.searchsorted(sums[:-1], how.top_p * total, "left"))]
        ids = likely if ids is None else ids[likely]
        weights = weights[likely]
    sums = weights.cumsum(dtype=np.float64)
    # the product may be rounded up to all of it
    bound = min(draw * sums[-1], np.nextafter(sums[-1], 0.0))
    place = int(np.searchsorted(sums, bound, "right"))
    return place if ids is None else int(ids[place])
