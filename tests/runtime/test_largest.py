"""The largest of many numbers, against sorting them all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textlstm.runtime.largest import BLOCK, largest


@settings(max_examples=80)
@given(
    seed=st.integers(0, 1000),
    rows=st.integers(1, 4),
    groups=st.integers(1, 4),
    width=st.sampled_from([1, 3, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 7]),
    count=st.integers(1, 12),
    ties=st.booleans(),
)
def test_as_a_stable_sort_of_all_finds_them(seed, rows, groups, width, count, ties):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rows, groups, width)).astype(np.float32)
    offsets = rng.normal(size=(rows, groups))
    if ties:
        values, offsets = np.round(values), np.round(offsets)
    values[rng.random(values.shape) < 0.2] = -np.inf
    offsets[rng.random(offsets.shape) < 0.2] = -np.inf
    places, sums = largest(values, offsets, count)
    flat = (values.astype(np.float64) + offsets[..., None]).reshape(rows, -1)
    order = np.argsort(-flat, axis=1, kind="stable")[:, :count]
    assert sums.tolist() == np.take_along_axis(flat, order, axis=1).tolist()
    there = sums > -np.inf
    assert places[there].tolist() == order[there].tolist()


def test_a_number_that_is_none_is_refused():
    values = np.zeros((2, 1, 300), np.float32)
    values[1, 0, 299] = np.nan
    with pytest.raises(FloatingPointError, match="not a number"):
        largest(values, np.zeros((2, 1)), 2)
