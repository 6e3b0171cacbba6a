"""The few largest of very many numbers, found without sorting or copying them all."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]

BLOCK = 128  # numbers of which only the largest is looked at first


def largest(
    values: Floats, offsets: npt.NDArray[np.float64], count: int
) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return places and sums of the `count` largest of `values + offsets`, the largest first.

    Both are `(rows, count)`; a place counts through groups and values: `group * width + value`.
    Of equals the one of lower place comes first. A sum of -inf says that there is nothing more:
    its place means nothing. Fewer columns where a row has fewer numbers.

    The `count` largest lie in the `count` blocks whose largest numbers are largest, so these
    alone are looked into.

    Args:
        values: `(rows, groups, width)`, contiguous; -inf is allowed.
        offsets: `(rows, groups)`, added to each value of the group.
        count: how many are wanted, from 1.

    Raises:
        FloatingPointError: a value is not a number.
    """
    rows, groups, width = values.shape
    blocks = -(-width // BLOCK)
    tops = (_tops(values) + offsets[..., None]).reshape(rows, groups * blocks)
    if np.isnan(tops).any():
        raise FloatingPointError("a value is not a number")
    chosen = _first(tops, count)
    group, block = np.divmod(chosen, blocks)
    inside = block[..., None] * BLOCK + np.arange(BLOCK)  # (rows, blocks, BLOCK)
    places = group[..., None] * width + np.minimum(inside, width - 1)
    row = np.arange(rows)[:, None]
    sums = values.reshape(rows, -1)[row[..., None], places] + offsets[row, group][..., None]
    sums[inside >= width] = -np.inf
    places, sums = places.reshape(rows, -1), sums.reshape(rows, -1)
    best = _first(sums, min(count, groups * width))
    places, sums = places[row, best], sums[row, best]
    order = np.argsort(-sums, axis=1, kind="stable")  # places ascend: the lower of equals is first
    return places[row, order], sums[row, order]


def _tops(values: Floats) -> Floats:
    """Return `(rows, groups, blocks)`: the largest number of each block of each group."""
    rows, groups, width = values.shape
    whole = width // BLOCK
    strides = (*values.strides[:2], BLOCK * values.strides[2], values.strides[2])
    cut = np.lib.stride_tricks.as_strided(values, (rows, groups, whole, BLOCK), strides)
    tops = cut.max(axis=-1)
    if width % BLOCK:
        rest = values[..., whole * BLOCK :].max(axis=-1, keepdims=True)
        tops = np.concatenate([tops, rest], axis=-1)
    return tops


def _first(values: npt.NDArray[np.float64], count: int) -> Ints:
    """Return the columns `(rows, count)` of the largest values, in ascending order.

    Of equals the lower columns are taken.
    """
    rows, width = values.shape
    if width <= count:
        return np.broadcast_to(np.arange(width), (rows, width))
    least = np.partition(values, width - count, axis=1)[:, width - count, None]
    taken = values >= least
    if np.count_nonzero(taken) > rows * count:
        taken = values > least
        equal = values == least
        wanted = count - taken.sum(axis=1, keepdims=True)
        taken |= equal & (equal.cumsum(axis=1) <= wanted)
    return np.nonzero(taken)[1].reshape(rows, count)
