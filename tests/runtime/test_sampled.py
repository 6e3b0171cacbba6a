"""Samples: their frequencies, what is kept, what they depend on."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import NEVER, Table

from textlstm.decoding import Decoding
from textlstm.runtime.hypotheses import Batch, Stepped
from textlstm.runtime.sampled import numbers, sample

ROW = np.array([0.1, 0.1, 0.3, 0.05, 0.15, 0.2, 0.1])  # ids 0 and 1 are never produced
DRAWN = 4000
CHI_SQUARE = {1: 10.83, 2: 13.82, 3: 16.27, 4: 18.47}  # exceeded by chance once in 1000


def constant(row, number=1, dtype=np.float32):
    """A batch of sentences whose next token always has these probabilities."""
    with np.errstate(divide="ignore"):
        scores = np.log(np.array(row)).astype(dtype)

    def step(previous, states, fixed):
        return Stepped(np.tile(scores, (*previous.shape, 1)), states, None)

    return Batch(step, {}, {}, [3] * number, len(row) - 1, NEVER)


def first_tokens(row=ROW, **options):
    """Count first tokens (-1: the end) of samples of many different sentences."""
    decoding = Decoding(sample=True, max_length=1, **options)
    keys = [str(number).encode() for number in range(DRAWN)]
    found = sample(constant(row, DRAWN), decoding, keys)
    return Counter(one.ids[0] if one.ids else -1 for (one,) in found)


@pytest.mark.parametrize(
    ("options", "weights"),
    [
        ({}, {2: 0.3, 3: 0.05, 4: 0.15, 5: 0.2, -1: 0.1}),
        ({"seed": 7}, {2: 0.3, 3: 0.05, 4: 0.15, 5: 0.2, -1: 0.1}),
        ({"temperature": 0.5}, {2: 0.09, 3: 0.0025, 4: 0.0225, 5: 0.04, -1: 0.01}),
        ({"temperature": 3.0}, {i: p ** (1 / 3) for i, p in ((2, 0.3), (3, 0.05), (4, 0.15),
                                                             (5, 0.2), (-1, 0.1))}),
        ({"top_k": 3}, {2: 0.3, 4: 0.15, 5: 0.2}),
        ({"top_k": 100}, {2: 0.3, 3: 0.05, 4: 0.15, 5: 0.2, -1: 0.1}),
        ({"top_p": 0.6}, {2: 0.3, 5: 0.2}),  # 0.5 / 0.8 is 0.625
        ({"top_p": 0.65}, {2: 0.3, 5: 0.2, 4: 0.15}),
        ({"top_k": 3, "top_p": 0.7}, {2: 0.3, 5: 0.2}),  # of what top_k kept: 0.5 / 0.65
        ({"top_p": 1.0}, {2: 0.3, 3: 0.05, 4: 0.15, 5: 0.2, -1: 0.1}),
    ],
)  # fmt: skip
def test_frequencies_are_the_probabilities(options, weights):
    counts = first_tokens(**options)
    assert set(counts) == set(weights)
    total = sum(weights.values())
    distance = sum(
        (counts[i] - DRAWN * w / total) ** 2 / (DRAWN * w / total) for i, w in weights.items()
    )
    assert distance < CHI_SQUARE[len(weights) - 1]


@pytest.mark.parametrize("options", [{"top_k": 1}, {"top_p": 1e-9}, {"temperature": 1e-9}])
def test_hardly_any_choice_is_the_argmax(options):
    toy = Table(4, sentences=3, ids=7)
    decoding = Decoding(sample=True, max_length=6, **options)
    found = sample(toy.batch(), decoding, [b"a", b"b", b"c"])
    assert [one.ids for (one,) in found] == [toy.greedy(6, row) for row in range(3)]


def test_ties_are_kept_by_the_lower_id():
    assert set(first_tokens([0.2] * 5, top_k=2)) == {2, 3}
    assert set(first_tokens([0.2] * 5, top_p=0.5)) == {2, 3}


def test_a_nucleus_wider_than_what_is_sorted_first():
    row = np.ones(600) / 600
    counts = first_tokens(row, top_p=0.5)
    assert set(counts) == set(range(2, 301))  # 299 of 598 ids


@settings(max_examples=30)
@given(
    seed=st.integers(0, 1000),
    order=st.permutations(range(5)),
    nbest=st.integers(1, 4),
    kept=st.sampled_from([{}, {"top_k": 3}, {"top_p": 0.8}]),
)
def test_samples_depend_on_seed_number_and_source_alone(seed, order, nbest, kept):
    toy = Table(seed, sentences=5, ids=9)
    decoding = Decoding(sample=True, nbest=nbest, seed=seed, **kept)
    keys = [bytes([row]) for row in range(5)]
    found = sample(toy.batch(None, order), decoding, [keys[row] for row in order])
    for place, row in enumerate(order):
        (alone,) = sample(toy.batch(None, [row]), decoding, [keys[row]])
        assert found[place] == alone
        assert len(alone) == nbest
        assert np.all(np.diff([one.score for one in alone]) <= 0)
        one = Decoding(sample=True, seed=seed, **kept)
        ((first,),) = sample(toy.batch(None, [row]), one, [keys[row]])
        assert first in alone


@pytest.mark.parametrize("first", [0, 1, 3, 4, 9, 2**31])
def test_numbers_can_begin_anywhere(first):
    found = numbers(1, 0, b"a", 5, first)
    if first < 10:
        assert found.tolist() == numbers(1, 0, b"a", first + 5)[first:].tolist()
    assert found[1:].tolist() == numbers(1, 0, b"a", 4, first + 1).tolist()


def test_another_seed_draws_other_samples():
    toy = Table(1, sentences=1, ids=30, sharp=0.1, end=-9)
    drawn = {
        sample(toy.batch(), Decoding(sample=True, seed=seed), [b"x"])[0][0].ids for seed in range(9)
    }
    assert len(drawn) == 9


def test_samples_of_a_sentence_are_drawn_apart():
    toy = Table(1, sentences=1, ids=30, sharp=0.1, end=-9)
    (found,) = sample(toy.batch(), Decoding(sample=True, nbest=9), [b"x"])
    assert len({one.ids for one in found}) == 9


def test_scores_are_the_networks_own():
    toy = Table(3, sentences=2, ids=8, end=-1.0)
    decoding = Decoding(sample=True, nbest=3, temperature=2.0, top_k=4, min_length=2, max_length=5)
    found = sample(toy.batch(), decoding, [b"a", b"b"], attention=True)
    for row, each in enumerate(found):
        for one in each:
            score, attended = toy.follow(one.ids, row)
            assert one.log_probability == pytest.approx(score)
            assert one.attention == pytest.approx(attended)
            assert 2 <= len(one.ids) <= 5 and not set(one.ids) & set(NEVER)


def test_an_impossible_end_and_impossible_tokens_still_end():
    (found,) = sample(constant([0.1, 0.1, 0.8, 0.0]), Decoding(sample=True, max_length=4), [b"a"])
    assert found[0].ids == (2, 2, 2, 2) and math.isfinite(found[0].score)
    (found,) = sample(constant([0.5, 0.5, 0.0, 0.0]), Decoding(sample=True), [b"a"])
    assert found[0].ids == () and math.isfinite(found[0].score)


def test_a_number_that_is_none_is_refused():
    with pytest.raises(FloatingPointError, match="not a number"):
        sample(constant([np.nan] * 4), Decoding(sample=True), [b"a"])
