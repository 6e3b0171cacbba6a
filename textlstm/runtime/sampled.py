"""Target texts drawn by the decoder's probabilities, the same ones for the same seed."""

import hashlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from textlstm.decoding import Decoding
from textlstm.runtime.hypotheses import IMPOSSIBLE, Array, Batch, Hypothesis, Open
from textlstm.runtime.largest import largest

_NUCLEUS = 64  # ids that are sorted first in search of the nucleus; mostly they are enough


def sample(
    batch: Batch, decoding: Decoding, sources: Sequence[bytes], *, attention: bool = False
) -> list[list[Hypothesis]]:
    """Return `nbest` samples of each sentence, by `score`, the highest first.

    Log-probabilities are divided by `temperature`, then the `top_k` most probable ids are kept,
    then the fewest of them that together have the probability `top_p` (Holtzman et al. 2020,
    https://arxiv.org/abs/1904.09751); of equal ones the lower ids. Scores are the network's own
    log-probabilities, whatever was kept.

    The random numbers of a sample are a function of the seed, its number and the bytes of its
    source. So a sentence has the same samples in every batch and at every place in it; a
    sentence that comes twice has them twice; more samples leave the first ones as they are.

    Args:
        batch: the sentences.
        decoding: nbest, temperature, top_k, top_p, seed and lengths.
        sources: what tells each sentence from others.
        attention: whether the hypotheses keep their attention.

    Raises:
        FloatingPointError: the network gave something that is not a number.
    """
    number = decoding.nbest
    front = Open(batch, decoding, hypotheses=number, attention=attention)
    random = [
        [numbers(decoding.seed, one, source, int(limit) + 1) for one in range(number)]
        for source, limit in zip(sources, front.limits, strict=True)
    ]
    found: list[dict[int, Hypothesis]] = [{} for _ in sources]
    same = np.arange(number)
    while len(front.rows):
        scores = front.step().astype(np.float64)
        stuck = scores.max(axis=2) == -np.inf  # every token impossible: end here
        scores[stuck, batch.boundary] = IMPOSSIBLE
        draws = np.array([[each[front.length] for each in random[row]] for row in front.rows])
        ids = drawn(scores.reshape(draws.size, -1), draws.ravel(), decoding).reshape(draws.shape)
        sums = front.log_probability + np.take_along_axis(scores, ids[..., None], axis=2)[..., 0]
        ends = ids == batch.boundary
        for place, one in np.argwhere(ends & (sums > -np.inf)).tolist():
            found[front.rows[place]][one] = front.ended(place, one, sums[place, one])
        sums[ends] = -np.inf
        going = np.any(sums > -np.inf, axis=1)
        front.extend(np.broadcast_to(same, ids.shape), ids, sums, going)
    return [
        sorted((each[one] for one in sorted(each)), key=lambda one: -one.score) for each in found
    ]


def numbers(
    seed: int, number: int, source: bytes, count: int, first: int = 0
) -> npt.NDArray[np.float64]:
    """Return random numbers `(count,)` from 0 to below 1, of this sample of this source.

    More numbers begin with the same ones; `first` of them are left out.
    """
    key = hashlib.blake2b(f"{seed} {number} ".encode() + source, digest_size=16).digest()
    stream = np.random.Philox(key=np.frombuffer(key, "<u8").astype(np.uint64))
    blocks, rest = divmod(first, 4)  # it makes four numbers at a time
    return np.random.Generator(stream.advance(blocks)).random(rest + count)[rest:]


class Narrowing(Protocol):
    """How the ids are chosen among which one is drawn."""

    @property
    def temperature(self) -> float:
        """What log-probabilities are divided by."""

    @property
    def top_k(self) -> int | None:
        """Among so many most probable ids."""

    @property
    def top_p(self) -> float | None:
        """Among the fewest ids that have this probability together."""


def drawn(scores: Array, draws: Array, decoding: Narrowing) -> Array:
    """Return an id a row of log-probabilities `(rows, ids)`, -inf being impossible.

    Args:
        scores: log-probabilities, not all of a row impossible.
        draws: random numbers `(rows,)` from 0 to below 1.
        decoding: temperature, top_k and top_p.

    Raises:
        FloatingPointError: a log-probability is not a number.
    """
    scaled = scores - scores.max(axis=1, keepdims=True)
    if np.isnan(scaled).any():
        raise FloatingPointError("a log-probability is not a number")
    with np.errstate(over="ignore"):  # a temperature next to 0 makes -inf of all but the largest
        weights = np.exp(scaled / decoding.temperature)
    if decoding.top_k is None and decoding.top_p is None:
        return _chosen(weights, draws)[:, 0]
    ids, kept = _kept(weights, decoding.top_k, decoding.top_p)
    return np.take_along_axis(ids, _chosen(kept, draws), axis=1)[:, 0]


def _chosen(weights: Array, draws: Array) -> Array:
    """Return columns `(rows, 1)`: where the running sum of weights passes `draws` of it all."""
    sums = weights.cumsum(axis=1)
    below = np.nextafter(sums[:, -1], 0.0)  # the product may be rounded up to all of it
    passed = sums > np.minimum(draws * sums[:, -1], below)[:, None]
    return passed.argmax(axis=1)[:, None]


def _kept(weights: Array, top_k: int | None, top_p: float | None) -> tuple[Array, Array]:
    """Return ids and weights `(rows, kept)`, the largest first; 0 for what is not kept."""
    width = weights.shape[1]
    total = weights.sum(axis=1, keepdims=True)
    count = min(width, top_k or _NUCLEUS)
    while True:
        ids, kept = largest(weights[:, None], np.zeros((len(weights), 1)), count)
        if top_p is None:
            return ids, kept
        if top_k is not None:
            total = kept.sum(axis=1, keepdims=True)
        sums = kept.cumsum(axis=1)
        if top_k is not None or count == width or (sums[:, -1:] >= top_p * total).all():
            break
        count = min(width, 8 * count)
    # an id is in the nucleus when those before it have less than top_p together
    kept[:, 1:][sums[:, :-1] >= top_p * total] = 0.0
    return ids, kept
