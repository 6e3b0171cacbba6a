"""Best tag sequences and exact probabilities in a lattice of tags, in NumPy.

A row's score is the sum of its emissions (time, tags) and of `transitions`
(tags + 2, tags + 2) from row to column: row `tags` is the start, column `tags` + 1 the end.
Its probability is exp(score) over the sum for all tag sequences of its length.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

PADDING = -1  # in the place of a tag
LEAST = -700.0  # of a transition in the sums: exp of it is a float64


def viterbi(emissions: npt.ArrayLike, lengths: npt.ArrayLike, transitions: npt.ArrayLike) -> Whole:
    """Return the best tags of each row, int64 (batch, time), -1 past its length.

    Of equally good sequences it is the one whose last tag has the lowest number, then the one
    before it, and so on (Viterbi 1967; Rabiner 1989, equations 32 to 35).

    Args:
        emissions: (batch, time, tags).
        lengths: steps of each row, 1 to time, (batch,).
        transitions: (tags + 2, tags + 2).

    Raises:
        ValueError: for shapes that do not fit each other, or a length outside 1 .. time.
    """
    emitted, sizes, table = _checked(emissions, lengths, transitions)
    time, batch, tags = emitted.shape
    backwards = np.ascontiguousarray(table[:tags, :tags].T)  # to, from
    best = np.empty((time, batch, tags))
    np.add(emitted[0], table[tags, :tags], out=best[0])
    sources = np.empty((time, batch, tags), np.int64)
    paths = np.empty((batch, tags, tags))
    offsets = np.arange(0, paths.size, tags).reshape(batch, tags)
    before = best[0]
    for now, source, emission in zip(best[1:], sources[1:], emitted[1:], strict=True):
        np.add(before[:, None], backwards, out=paths)
        paths.argmax(axis=2, out=source)
        np.add(paths.take(offsets + source), emission, out=now)
        before = now
    rows, last = np.arange(batch), sizes - 1
    tag = (best[last, rows] + table[:tags, tags + 1]).argmax(axis=1)
    padding = np.arange(time)[:, None] > last
    # On padding every tag comes from itself, so that the last one waits for its step.
    sources[padding] = np.arange(tags)
    sources += (rows * tags)[:, None]  # places in a step's (batch, tags)
    places = np.empty((time, batch), np.int64)
    places[-1] = tag + rows * tags
    for source, place, place_before in zip(
        sources[:0:-1], places[:0:-1], places[-2::-1], strict=True
    ):
        source.take(place, out=place_before, mode="clip")  # without `mode` it takes a copy more
    found = places - rows * tags
    found[padding] = PADDING
    return np.ascontiguousarray(found.T)


class Marginals:
    """Exact probabilities of spans in a batch, by forward and backward variables.

    Rabiner 1989, equations 19 to 27, in logarithms. Transitions below -700 count as -700 in the
    sums, which is a probability of 1e-304 for what is not allowed.

    Attributes:
        log_z: log of the sum of exp(score) over all tag sequences, (batch,).
    """

    def __init__(
        self, emissions: npt.ArrayLike, lengths: npt.ArrayLike, transitions: npt.ArrayLike
    ) -> None:
        """Read a batch; arguments and errors are those of `viterbi`."""
        emitted, sizes, table = _checked(emissions, lengths, transitions)
        time, batch, tags = emitted.shape
        self._emitted = emitted
        self._table = table = np.maximum(table, LEAST)
        # Both directions side by side: (direction, row, tag). The backward one starts at its
        # row's last step, before which it stands outside.
        between = table[:tags, :tags]
        moves = np.exp(np.stack([between, between.T]))
        begins = np.stack([np.zeros(batch, np.int64), time - sizes])
        states = np.empty((time, 2, batch, tags))
        both = np.stack([emitted, emitted[::-1]], axis=1)
        bounds = np.stack([table[tags, :tags], table[:tags, tags + 1]])[:, None]
        first = both + bounds
        starts: dict[int, list[int]] = {}
        for row, begin in enumerate(begins[1].tolist()):
            starts.setdefault(begin, []).append(row)
        states[0] = first[0]
        before = states[0]
        largest, sums = np.empty((2, batch, 1)), np.empty((2, batch, tags))
        for t, (now, emission) in enumerate(zip(states[1:], both[1:], strict=True), start=1):
            np.maximum.reduce(before, axis=2, keepdims=True, out=largest)
            np.subtract(before, largest, out=now)
            np.exp(now, out=now)
            np.matmul(now, moves, out=sums)
            np.log(sums, out=now)
            now += largest
            now += emission
            if t in starts:
                now[1, starts[t]] = first[t, 1, starts[t]]
            before = now
        self._forward, self._backward = states[:, 0], states[::-1, 1]
        self.log_z = _log_sum(table[tags, :tags] + self._backward[0])

    def spans(
        self, tags: npt.ArrayLike, rows: npt.ArrayLike, starts: npt.ArrayLike, ends: npt.ArrayLike
    ) -> Floats:
        """Return the probability that tags stand at positions start .. end - 1, (spans,).

        That is the sum for all sequences that hold them there, whatever stands elsewhere:
        forward at the first of them, backward at the last, and the path between.

        Args:
            tags: the tags meant, (batch, time); those outside the spans are not looked at.
            rows: of each span.
            starts: first position of each span.
            ends: position after the last one; start < end <= the row's length.
        """
        chosen = np.maximum(np.asarray(tags, np.int64), 0).T  # (time, batch)
        rows, starts, lasts = np.asarray(rows), np.asarray(starts), np.asarray(ends) - 1
        columns = np.arange(chosen.shape[1])
        steps = self._emitted[np.arange(len(chosen))[:, None], columns, chosen]
        steps[1:] += self._table[chosen[:-1], chosen[1:]]
        along = np.cumsum(steps, axis=0)
        first, last = chosen[starts, rows], chosen[lasts, rows]
        inside = along[lasts, rows] - along[starts, rows] - self._emitted[lasts, rows, last]
        logs = self._forward[starts, rows, first] + inside + self._backward[lasts, rows, last]
        return np.asarray(np.minimum(np.exp(logs - self.log_z[rows]), 1.0))


def _log_sum(x: Floats) -> Floats:
    """Return log sum exp over the last axis."""
    largest = x.max(axis=-1, keepdims=True)
    return np.asarray(np.log(np.exp(x - largest).sum(axis=-1)) + largest[..., 0])


def _checked(
    emissions: npt.ArrayLike, lengths: npt.ArrayLike, transitions: npt.ArrayLike
) -> tuple[Floats, Whole, Floats]:
    """Return emissions (time, batch, tags), lengths and transitions."""
    given = np.asarray(emissions, np.float64)
    sizes, table = np.asarray(lengths, np.int64), np.asarray(transitions, np.float64)
    side = given.shape[-1] + 2
    if given.ndim != 3 or sizes.shape != given.shape[:1] or table.shape != (side, side):
        raise ValueError(
            f"emissions {given.shape}, lengths {sizes.shape}, transitions {table.shape}: "
            "expected (batch, time, tags), (batch,), (tags + 2, tags + 2)"
        )
    if sizes.size and not 1 <= sizes.min() <= sizes.max() <= given.shape[1]:
        raise ValueError(f"lengths {sizes.tolist()}: expected 1 to {given.shape[1]}")
    return np.ascontiguousarray(given.swapaxes(0, 1)), sizes, table
