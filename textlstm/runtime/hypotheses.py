"""Hypotheses of a batch's sentences, grown by a token a step: what search and sampling share.

Shapes: `open` sentences are still worked on, each has `hypotheses`, of which some may be dead
(log-probability -inf).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from textlstm.decoding import Decoding

Array = npt.NDArray[Any]
Arrays = Mapping[str, Array]

# Log-probability of an end that is forced although the network holds it for impossible: finite,
# so that hypotheses can still be told apart by what was before.
IMPOSSIBLE = -1e4


class Stepped(NamedTuple):
    """What a step of the network gives.

    Attributes:
        log_probabilities: float `(open, hypotheses, ids)` of the next token, at most 0; an array
            of its own, which is written into.
        states: by name, `(open, hypotheses, ...)`.
        attention: `(open, hypotheses, source)`, or None.
    """

    log_probabilities: Array
    states: Arrays
    attention: Array | None


# (previous ids int32 (open, hypotheses), states, fixed) -> Stepped. Row by row: what is beside a
# hypothesis makes no difference to it.
Step = Callable[[Array, Arrays, Arrays], Stepped]


@dataclass(frozen=True)
class Batch:
    """Source sentences at the beginning of their translation.

    Attributes:
        step: one step of the decoder.
        states: its first states by name, `(batch, ...)`.
        fixed: what each step is given unchanged, by name, `(batch, ...)`.
        lengths: source tokens of each sentence.
        boundary: id that starts and ends a target.
        never: ids that are not produced.
    """

    step: Step
    states: Arrays
    fixed: Arrays
    lengths: Sequence[int]
    boundary: int
    never: Sequence[int]


@dataclass(frozen=True)
class Hypothesis:
    """A target text that has ended.

    Attributes:
        ids: its tokens, without the end.
        log_probability: natural logarithm, of all tokens and the end.
        attention: `(tokens + 1, source)` weights at each token and at the end, where kept.
    """

    ids: tuple[int, ...]
    log_probability: float
    attention: Array | None = None

    @property
    def score(self) -> float:
        """Mean log-probability of a token, the end included."""
        return self.log_probability / (len(self.ids) + 1)


class Open:
    """The open sentences of a batch and their live hypotheses.

    Attributes:
        rows: place of each open sentence in the batch, ascending.
        limits: most tokens of each.
        log_probability: float64 `(open, hypotheses)`.
        tokens: int32 `(open, hypotheses, length)`: what each hypothesis has so far.
    """

    def __init__(
        self, batch: Batch, decoding: Decoding, *, hypotheses: int = 1, attention: bool = False
    ) -> None:
        """Open all sentences of a batch, each with this many empty hypotheses.

        Args:
            batch: the sentences.
            decoding: for the least and most tokens.
            hypotheses: number a sentence.
            attention: whether the weights are kept.
        """
        rows = len(batch.lengths)
        self._step, self._end, self._never = batch.step, batch.boundary, list(batch.never)
        self._min_length = decoding.min_length
        self._attended: Array | None = None  # (open, hypotheses, length, source)
        self._attention: Array | None = None  # of the step that was last
        self._keep_attention = attention
        self.rows = np.arange(rows)
        self.limits = np.array([decoding.longest(length) for length in batch.lengths], np.int64)
        self.log_probability = np.zeros((rows, hypotheses))
        self.tokens = np.zeros((rows, hypotheses, 0), np.int32)
        self._states: Arrays = {
            name: np.repeat(state[:, None], hypotheses, axis=1)
            for name, state in batch.states.items()
        }
        self._fixed = dict(batch.fixed)

    @property
    def length(self) -> int:
        """Number of tokens that every live hypothesis has so far."""
        return int(self.tokens.shape[2])

    def step(self) -> Array:
        """Return log-probabilities `(open, hypotheses, ids)`, -inf for what is not allowed next.

        Never allowed are the ids of `never`; before `min_length` the end; at the most tokens a
        sentence may have, everything but the end.
        """
        if self.length:
            previous = self.tokens[:, :, -1]
        else:
            previous = np.full(self.log_probability.shape, self._end, np.int32)
        found, self._states, self._attention = self._step(previous, self._states, self._fixed)
        found[..., self._never] = -np.inf
        if self.length < self._min_length:
            found[..., self._end] = -np.inf
        full = self.limits[self.rows] <= self.length
        if full.any():
            ends = np.maximum(found[full, :, self._end], IMPOSSIBLE)
            found[full] = -np.inf
            found[full, :, self._end] = ends
        return found

    def ended(self, place: int, hypothesis: int, log_probability: float) -> Hypothesis:
        """Return a hypothesis of the open sentence at `place`, now that it has ended."""
        weights = None
        if self._keep_attention and self._attention is not None:
            weights = self._attention[place, hypothesis][None]
            if self._attended is not None:
                weights = np.concatenate([self._attended[place, hypothesis], weights])
        ids = self.tokens[place, hypothesis].tolist()
        return Hypothesis(tuple(ids), float(log_probability), weights)

    def extend(self, parents: Array, ids: Array, log_probability: Array, going: Array) -> None:
        """Go on with new hypotheses, and with those sentences alone that are still open.

        Args:
            parents: int `(open, new hypotheses)`: which hypothesis each goes on from.
            ids: its next token, of the same shape.
            log_probability: of all its tokens; -inf: dead.
            going: bool `(open,)`: which sentences stay open.
        """
        parents, ids = parents[going], ids[going]
        place = np.flatnonzero(going)[:, None]
        self.rows, self.log_probability = self.rows[going], log_probability[going]
        if not len(self.rows):
            return
        if self._keep_attention and self._attention is not None:
            now = self._attention[:, :, None]
            past = now if self._attended is None else np.concatenate([self._attended, now], axis=2)
            self._attended = past[place, parents]
        next_ids = ids[..., None].astype(np.int32)
        self.tokens = np.concatenate([self.tokens[place, parents], next_ids], axis=2)
        self._states = {name: state[place, parents] for name, state in self._states.items()}
        if not going.all():
            self._fixed = {name: array[going] for name, array in self._fixed.items()}
