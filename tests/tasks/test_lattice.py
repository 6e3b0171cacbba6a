"""Viterbi and marginals against all sequences, one by one."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textlstm.tasks import lattice


def paths_of(emissions, table):
    """All tag sequences of one row (time, tags) with their scores, in dictionary order."""
    tags = len(table) - 2
    paths = list(product(range(tags), repeat=len(emissions)))
    scores = []
    for path in paths:
        steps = [tags, *path, tags + 1]
        along = sum(table[a, b] for a, b in zip(steps, steps[1:], strict=False))
        scores.append(along + sum(emissions[t, tag] for t, tag in enumerate(path)))
    return np.array(paths), np.array(scores, "float64")


def problem(seed, batch=3, time=4, tags=3, forbidden=0.3, scale=2.0):
    rng = np.random.default_rng(seed)
    emissions = rng.normal(size=(batch, time, tags), scale=scale)
    table = rng.normal(size=(tags + 2, tags + 2))
    table[rng.random(table.shape) < forbidden] = -1e4
    table[:, 0] = table[0] = 0.5  # tag 0 is always possible
    lengths = rng.integers(1, time + 1, batch)
    lengths[0] = time
    return emissions, lengths, table


def by_tag(marginals, lengths, time, tags):
    """Probability of each tag at each step, (batch, time, tags), from spans of one token."""
    rows, starts = np.nonzero(np.arange(time) < np.asarray(lengths)[:, None])
    found = np.zeros((len(lengths), time, tags))
    for tag in range(tags):
        meant = np.full((len(lengths), time), tag)
        found[rows, starts, tag] = marginals.spans(meant, rows, starts, starts + 1)
    return found


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_best_path_and_probabilities_are_those_of_all_sequences(seed, batch, time, tags):
    emissions, lengths, table = problem(seed, batch, time, tags)
    best = lattice.viterbi(emissions, lengths, table)
    assert best.shape == (batch, time) and best.dtype == np.int64
    marginals = lattice.Marginals(emissions, lengths, table)
    for row, n in enumerate(lengths):
        paths, scores = paths_of(emissions[row, :n], table)
        np.testing.assert_array_equal(best[row, :n], paths[scores.argmax()])
        assert (best[row, n:] == -1).all()
        log_z = np.logaddexp.reduce(scores)
        assert marginals.log_z[row] == pytest.approx(log_z, rel=1e-9)
        p = np.exp(scores - log_z)
        tag_p = np.zeros((time, tags))
        for path, share in zip(paths, p, strict=True):
            tag_p[np.arange(n), path] += share
        found = by_tag(marginals, lengths, time, tags)
        np.testing.assert_allclose(found[row], tag_p, atol=1e-9)
        spans = [(a, b) for a in range(n) for b in range(a + 1, n + 1)]
        starts, ends = np.array(spans).T
        wanted = np.random.default_rng(seed).integers(0, tags, (batch, time))
        for tagged in (best, wanted):
            found = marginals.spans(tagged, np.full(len(spans), row), starts, ends)
            expected = [p[(paths[:, a:b] == tagged[row, a:b]).all(axis=1)].sum() for a, b in spans]
            np.testing.assert_allclose(found, expected, atol=1e-9)


def test_alone_as_in_a_batch():
    emissions, lengths, table = problem(5, batch=9, time=7, tags=5)
    best = lattice.viterbi(emissions, lengths, table)
    together = by_tag(lattice.Marginals(emissions, lengths, table), lengths, 7, 5)
    for row, n in enumerate(lengths):
        alone = emissions[row : row + 1, :n]
        np.testing.assert_array_equal(lattice.viterbi(alone, [n], table)[0], best[row, :n])
        one = by_tag(lattice.Marginals(alone, [n], table), [n], n, 5)
        np.testing.assert_allclose(one[0], together[row, :n], atol=1e-12)


def test_ties_go_to_the_lowest_number_from_the_end():
    flat = np.zeros((1, 3, 3))
    table = np.zeros((5, 5))
    np.testing.assert_array_equal(lattice.viterbi(flat, [3], table), [[0, 0, 0]])
    table[0, 0] = -1e4  # not after itself
    # last 0 (lowest), before it 1 (0 may not), and before that 0
    np.testing.assert_array_equal(lattice.viterbi(flat, [3], table), [[0, 1, 0]])


def test_the_best_path_keeps_to_what_is_allowed():
    emissions, lengths, table = problem(11, batch=50, time=12, tags=6, forbidden=0.6)
    best = lattice.viterbi(emissions, lengths, table)
    for row, n in enumerate(lengths):
        steps = [6, *best[row, :n], 7]
        assert min(table[a, b] for a, b in zip(steps, steps[1:], strict=False)) > -1e4


@pytest.mark.parametrize("scale", [50.0, 1e4])
def test_extreme_emissions(scale):
    emissions, lengths, table = problem(2, batch=20, time=6, tags=4, scale=scale)
    marginals = lattice.Marginals(emissions, lengths, table)
    assert np.isfinite(marginals.log_z).all()
    totals = by_tag(marginals, lengths, 6, 4).sum(axis=2)
    inside = np.arange(6) < lengths[:, None]
    assert np.isfinite(totals).all()
    if scale == 50:
        np.testing.assert_allclose(totals, inside, atol=1e-6)
    best = lattice.viterbi(emissions, lengths, table)
    rows = np.arange(20)
    shares = marginals.spans(best, rows, np.zeros(20, int), lengths)
    assert ((shares >= 0) & (shares <= 1)).all()


def test_long_rows():
    emissions, lengths, table = problem(3, batch=2, time=3000, tags=5)
    marginals = lattice.Marginals(emissions, lengths, table)
    np.testing.assert_allclose(by_tag(marginals, lengths, 3000, 5)[0].sum(axis=1), 1, atol=1e-9)


def test_of_a_crf_trained_elsewhere():
    """The table the layer hands out means the same here as in the layer."""
    from textlstm import layers

    rng = np.random.default_rng(0)
    layer = layers.CRF([True, False], [[True, True], [True, True]], [True, True])
    layer.build((None, None, 2))
    for variable in layer.weights:
        variable.assign(rng.normal(size=variable.shape))
    emissions = rng.normal(size=(2, 5, 2)).astype("float32")
    table = layer.constants()["transitions"]
    best = lattice.viterbi(emissions, [5, 3], table)
    found = lattice.Marginals(emissions, [5, 3], table).spans(best, [0, 1], [0, 0], [5, 3])
    mask = np.arange(5) < np.array([[5], [3]])
    np.testing.assert_allclose(
        np.log(found), layer.log_likelihood(emissions, best, mask), atol=1e-5
    )


@pytest.mark.parametrize(
    ("lengths", "size", "message"),
    [
        ([5, 1], 5, "lengths [5, 1]: expected 1 to 4"),
        ([4, 0], 5, "lengths [4, 0]: expected 1 to 4"),
        ([4], 5, "emissions (2, 4, 3), lengths (1,), transitions (5, 5): expected"),
        ([4, 4], 4, "emissions (2, 4, 3), lengths (2,), transitions (4, 4): expected"),
    ],
)
def test_refused(lengths, size, message):
    for made in (lattice.viterbi, lattice.Marginals):
        with pytest.raises(ValueError) as refusal:
            made(np.zeros((2, 4, 3)), lengths, np.zeros((size, size)))
        assert str(refusal.value).startswith(message)
