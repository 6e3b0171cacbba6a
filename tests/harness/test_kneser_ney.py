"""Kneser-Ney smoothing: a hand example, sums of one, and what a model of it must know."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textlstm.harness.kneser_ney import FALLBACK, KneserNey, discounts


def everything(model, history):
    return [
        math.exp(model.log_probabilities(np.array([token]), np.array(history))[0])
        for token in range(1, model.size)
    ]


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=120), st.integers(1, 5),
    st.lists(st.integers(1, 6), min_size=1, max_size=6),
)  # fmt: skip
def test_probabilities_sum_to_one_after_any_history(text, order, history):
    model = KneserNey(np.array(text), size=7, order=order, start=1)
    found = everything(model, history)
    assert sum(found) == pytest.approx(1.0, abs=1e-9)
    assert min(found) > 0


def test_a_bigram_by_hand():
    # The text after the start 1:  2 3 2 3 2 4.  With few counts of counts the discounts are
    # 0.5, 1 and 1.5.
    # Different tokens before 2: {1, 3}, before 3: {2}, before 4: {2}; four bigrams in all:
    # 12, 23, 32, 24.
    model = KneserNey(np.array([2, 3, 2, 3, 2, 4]), size=5, order=2, start=1)
    taken = 1.0 + 0.5 + 0.5  # of the counts 2, 1 and 1
    lower = {
        1: taken / 4 / 4, 2: (2 - 1) / 4 + taken / 4 / 4, 3: 0.5 / 4 + taken / 4 / 4,
        4: 0.5 / 4 + taken / 4 / 4,
    }  # fmt: skip
    # After 2: 3 twice, 4 once.
    left = (1.0 + 0.5) / 3
    by_hand = {
        1: left * lower[1], 2: left * lower[2], 3: (2 - 1) / 3 + left * lower[3],
        4: (1 - 0.5) / 3 + left * lower[4],
    }  # fmt: skip
    assert everything(model, [2]) == pytest.approx([by_hand[k] for k in (1, 2, 3, 4)])
    # 4 was never followed by anything: the lower order alone.
    assert everything(model, [4]) == pytest.approx([lower[k] for k in (1, 2, 3, 4)])


def slow(text, order, history, token, size, start):
    """Return the same probability from dictionaries, as the equations are written."""
    row = [start, *text]
    grams = [[tuple(row[i : i + n]) for i in range(len(row) - n + 1)] for n in range(1, order + 1)]
    counts = []
    for n in range(1, order + 1):
        own = {}
        if n == order:
            for gram in grams[n - 1] if n > 1 else [(t,) for t in text]:
                own[gram] = own.get(gram, 0) + 1
        else:
            for gram in set(grams[n]):
                own[gram[1:]] = own.get(gram[1:], 0) + 1
        counts.append(own)

    def probability(history, n):
        own = counts[n - 1]
        if n == 1:
            own = {gram: count for gram, count in own.items() if gram[0] != 0}
        d = (0.0, *discounts(np.array(list(own.values()), float)))
        below = 1 / (size - 1) if n == 1 else probability(history[1:], n - 1)
        if len(history) < n - 1:
            return below
        history = tuple(history[len(history) - n + 1 :]) if n > 1 else ()
        after = {gram: count for gram, count in own.items() if gram[:-1] == history}
        total = sum(after.values())
        if not total:
            return below
        left = sum(d[min(count, 3)] for count in after.values()) / total
        count = after.get((*history, token), 0)
        return (count - d[min(count, 3)]) / total + left * below

    found = None
    for n in range(1, order + 1):
        if n == 1 or len(history) >= n - 1:
            found = probability(tuple(history), n)
    return found


@settings(max_examples=30)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=60), st.integers(2, 4))
def test_arrays_and_dictionaries_agree(text, order):
    model = KneserNey(np.array(text), size=5, order=order, start=1)
    for history in ([1, 2, 3], [2, 2, 2], text[:3] if len(text) > 2 else [1, 1, 1]):
        history = history[-(order - 1) :]
        for token in range(1, 5):
            told = model.log_probabilities(np.array([token]), np.array(history))[0]
            assert math.exp(told) == pytest.approx(slow(text, order, history, token, 5, 1))


def test_a_whole_text_is_told_as_token_by_token():
    text = np.random.default_rng(1).integers(1, 6, 200)
    model = KneserNey(text, size=6, order=4, start=1)
    told = model.log_probabilities(text[:20], 1)
    for place in range(20):
        history = np.array([1, *text[:place]])
        assert told[place] == pytest.approx(
            model.log_probabilities(text[place : place + 1], history)[0]
        )


def test_discounts_are_those_of_the_equation():
    counts = np.repeat([1.0, 2.0, 3.0, 4.0], [40, 20, 10, 5])
    y = 40 / (40 + 2 * 20)
    assert discounts(counts) == pytest.approx(
        (1 - 2 * y * 20 / 40, 2 - 3 * y * 10 / 20, 3 - 4 * y * 5 / 10)
    )
    assert discounts(np.array([1.0, 1.0])) == FALLBACK


def test_order_one_knows_frequencies_only():
    text = np.array([1] * 60 + [2] * 30 + [3] * 9 + [4])
    model = KneserNey(text, size=6, order=1, start=1)
    found = everything(model, [3, 2])
    assert found == everything(model, [1])
    assert found[0] > found[1] > found[2] > found[3] > found[4] > 0
