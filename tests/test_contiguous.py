"""Streams of running text: every token once, read after the token before it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlstm.contiguous import Contiguous
from textlstm.errors import SettingsError


@given(
    st.integers(1, 300), st.integers(1, 12), st.integers(1, 20),
    st.one_of(st.none(), st.integers(0, 3)),
)  # fmt: skip
def test_every_token_is_a_target_once_and_follows_what_is_read(count, rows, steps, epoch):
    text = np.arange(10, 10 + count, dtype=np.int32)
    plan = Contiguous(text, rows=rows, steps=steps, start=5, seed=3)
    pieces = list(plan.pieces(plan.plan(epoch)))
    targets = np.concatenate([piece.targets for piece in pieces], axis=1)
    tokens = np.concatenate([piece.tokens for piece in pieces], axis=1)
    told = targets.ravel()[targets.ravel() >= 0]
    assert told.tolist() == text.tolist()  # the streams one after another are the text
    before = {int(t): int(t) - 1 for t in text[1:]} | {10: 5}
    inside = targets >= 0
    assert [before[int(t)] for t in targets[inside]] == tokens[inside].tolist()
    assert max(piece.targets.shape[1] for piece in pieces) <= steps
    assert sum(plan.tokens(*borders) for borders in plan.plan(epoch)) == count
    assert plan.padding() == pytest.approx(1 - count / targets.size)


def test_the_order_is_a_function_of_seed_and_epoch():
    text = np.arange(5000, dtype=np.int32)
    plans = [Contiguous(text, rows=4, steps=50, seed=seed) for seed in (1, 1, 2)]
    assert plans[0].plan(3) == plans[1].plan(3)
    firsts = {tuple(plan.plan(epoch)[0]) for plan in plans for epoch in range(6)}
    assert len(firsts) > 4
    assert plans[0].plan(None) == plans[2].plan(None)


def test_wrong_values_are_refused():
    text = np.arange(9, dtype=np.int32)
    with pytest.raises(SettingsError, match="^batch_rows=0: expected at least 1$"):
        Contiguous(text, rows=0)
    with pytest.raises(SettingsError, match="^steps=0: expected at least 1$"):
        Contiguous(text, steps=0)
    with pytest.raises(ValueError, match="one token or more"):
        Contiguous(text[:0])
