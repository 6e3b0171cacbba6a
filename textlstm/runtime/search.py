"""Beam search in NumPy over a decoder's steps, batched over sentences."""

import numpy as np

from textlstm.decoding import Decoding
from textlstm.runtime.hypotheses import IMPOSSIBLE, Array, Batch, Hypothesis, Open
from textlstm.runtime.largest import largest

_LEAST_COVERAGE = 1e-10  # a source token that got no attention at all costs a finite amount


def beam_search(
    batch: Batch, decoding: Decoding, *, attention: bool = False
) -> list[list[Hypothesis]]:
    """Return the `nbest` hypotheses of each sentence, best first; fewer where no more exist.

    In a step every live hypothesis goes on with every token. Of the `beam` most probable of all
    these, the ones with the end are finished; the `beam` most probable of the others live on.
    A sentence is done when `beam` hypotheses have finished, or when none that is alive can
    come among the `nbest` best of the finished any more, which changes no answer. It leaves
    the batch then. So `beam=1` is greedy, and the first answer is the same for every `nbest`.

    Finished hypotheses are ranked by Wu et al. 2016 (https://arxiv.org/abs/1609.08144), equation
    14: `log P / lp + cp` with `lp = ((5 + length) / 6) ** length_penalty`, the end counted in the
    length, and `cp = coverage_penalty * sum of log(min(attention on a source token, 1))`. Of equal
    ones the first is the one that finished first; in the same step the more probable, then the
    one of the better hypothesis, then the lower id.

    A live hypothesis has log P <= 0, and more tokens can only lower it. `lp` does not fall with
    the length, so dividing by the `lp` of the longest target allowed brings a number below 0 as
    near to 0 as can be; `cp` is never above 0. Hence no hypothesis that grows from it ranks above
    `log P / lp(longest)`.

    Args:
        batch: the sentences.
        decoding: beam, nbest, penalties and lengths.
        attention: whether the hypotheses keep their attention.

    Raises:
        FloatingPointError: the network gave something that is not a number.
    """
    beam, alpha, beta = decoding.beam, decoding.length_penalty, decoding.coverage_penalty
    front = Open(batch, decoding, attention=attention or beta > 0)
    found: list[list[tuple[float, Hypothesis]]] = [[] for _ in batch.lengths]
    while len(front.rows):
        scores = front.step()
        places, sums = largest(scores, front.log_probability, 2 * beam)
        parents, ids = np.divmod(places, scores.shape[2])
        ends = (ids == batch.boundary) & (sums > -np.inf)
        for place, column in np.argwhere(ends[:, :beam]).tolist():
            one = front.ended(place, parents[place, column], sums[place, column])
            row = front.rows[place]
            found[row].append((_rank(one, batch.lengths[row], alpha, beta), one))
        # At most `beam` of the 2 * beam are ends, one a hypothesis: the rest suffices.
        live = np.argsort(ends, axis=1, kind="stable")[:, :beam]
        parents, ids, sums = (
            np.take_along_axis(each, live, axis=1)
            for each in (parents, ids, np.where(ends, -np.inf, sums))
        )
        most = np.minimum(sums[:, 0], 0.0) / _length_penalty(front.limits[front.rows] + 1, alpha)
        going = most > _to_beat([found[row] for row in front.rows], decoding)
        for place in np.flatnonzero(~going & (sums[:, 0] == -np.inf)).tolist():
            row = front.rows[place]
            if not found[row]:  # the network holds every token for impossible: end here
                one = front.ended(place, 0, front.log_probability[place, 0] + IMPOSSIBLE)
                found[row].append((0.0, one))
        front.extend(parents, ids, sums, going)
    ranked = [sorted(each, key=lambda pair: -pair[0])[: decoding.nbest] for each in found]
    kept = [[one for _, one in each] for each in ranked]
    return kept if attention else [[_plain(one) for one in each] for each in kept]


def _rank(one: Hypothesis, source: int, alpha: float, beta: float) -> float:
    """Return equation 14 of a finished hypothesis of a source of so many tokens."""
    rank = one.log_probability / float(_length_penalty(np.array(len(one.ids) + 1), alpha))
    if not beta or one.attention is None:
        return rank
    covered = one.attention.sum(axis=0, dtype=np.float64)[:source]
    return rank + beta * float(np.log(np.clip(covered, _LEAST_COVERAGE, 1.0)).sum())


def _length_penalty(length: Array, alpha: float) -> Array:
    return ((5.0 + length) / 6.0) ** alpha


def _to_beat(found: list[list[tuple[float, Hypothesis]]], decoding: Decoding) -> Array:
    """Return for each sentence what a live hypothesis must be able to rank above to go on."""
    least = np.full(len(found), -np.inf)
    for place, each in enumerate(found):
        if len(each) >= decoding.beam:
            least[place] = np.inf
        elif len(each) >= decoding.nbest:
            least[place] = sorted(rank for rank, _ in each)[-decoding.nbest]
    return least


def _plain(one: Hypothesis) -> Hypothesis:
    return Hypothesis(one.ids, one.log_probability)
