"""Beam search against all there is, against a loop, and beside other sentences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import NEVER, Table

from textlstm.decoding import Decoding
from textlstm.runtime.hypotheses import Batch, Stepped
from textlstm.runtime.search import beam_search

SEEDS = st.integers(0, 10_000)
ALL = 200  # more hypotheses than the toys have


@settings(max_examples=60)
@given(
    seed=SEEDS,
    alpha=st.sampled_from([0.0, 0.6, 1.0, 2.0]),
    beta=st.sampled_from([0.0, 0.3]),
    least=st.integers(0, 3),
    end=st.sampled_from([-3.0, 0.0, 3.0]),
)
def test_a_beam_wide_enough_finds_the_best_there_are(seed, alpha, beta, least, end):
    toy = Table(seed, ids=5, end=end)
    decoding = Decoding(
        beam=ALL, nbest=3, length_penalty=alpha, coverage_penalty=beta, min_length=least,
        max_length=4,
    )  # fmt: skip
    (found,) = beam_search(toy.batch(), decoding)
    wanted = toy.everything(decoding)[:3]
    assert [one.ids for one in found] == [ids for _, ids in wanted]
    for one in found:
        assert one.log_probability == pytest.approx(toy.follow(one.ids)[0])
        assert one.score == pytest.approx(one.log_probability / (len(one.ids) + 1))


@settings(max_examples=60)
@given(seed=SEEDS, end=st.sampled_from([-2.0, 0.0, 2.0]), least=st.integers(0, 4))
def test_a_beam_of_one_is_the_argmax_loop(seed, end, least):
    toy = Table(seed, sentences=3, ids=7, end=end)
    decoding = Decoding(beam=1, max_length=9, min_length=least)
    found = beam_search(toy.batch(), decoding)
    assert [one.ids for (one,) in found] == [toy.greedy(9, row, least) for row in range(3)]


@settings(max_examples=40)
@given(
    seed=SEEDS,
    beam=st.integers(1, 6),
    order=st.permutations(range(6)),
    lengths=st.lists(st.integers(1, 6), min_size=6, max_size=6),
)
def test_answers_do_not_depend_on_the_sentences_beside_them(seed, beam, order, lengths):
    toy = Table(seed, sentences=6, ids=9)
    decoding = Decoding(beam=beam, nbest=beam, length_penalty=float(beam > 1) or 1.0)
    found = beam_search(toy.batch([lengths[row] for row in order], order), decoding)
    for place, row in enumerate(order):
        (alone,) = beam_search(toy.batch([lengths[row]], [row]), decoding)
        assert found[place] == alone


@settings(max_examples=40)
@given(seed=SEEDS, alpha=st.sampled_from([0.0, 1.0, 1.5]), end=st.sampled_from([0.0, 2.0]))
def test_the_first_answer_is_the_same_for_every_nbest(seed, alpha, end):
    toy = Table(seed, ids=9, end=end)
    found = [
        beam_search(toy.batch(), Decoding(beam=6, nbest=n, length_penalty=alpha))[0]
        for n in (1, 3, 6)
    ]
    for n, each in zip((1, 3, 6), found, strict=True):
        assert len(each) == n and len(set(each)) == n
        assert each[0] == found[0][0]


def unbounded(toy, decoding):
    """Beam search as a plain loop that never stops early, but for `beam` finished ones."""
    live, finished = [((), 0.0)], []
    for length in range(decoding.longest(3) + 1):
        grown = []
        for ids, _ in live:
            for one in range(toy.boundary + 1):
                if one in NEVER or (length == decoding.longest(3) and one != toy.boundary):
                    continue
                whole = toy.follow(ids)[0] if one == toy.boundary else prefix(toy, (*ids, one))
                grown.append(((*ids, one), whole))
        grown.sort(key=lambda pair: -pair[1])
        finished += [
            (score / ((5 + length + 1) / 6) ** decoding.length_penalty, ids[:-1])
            for ids, score in grown[: decoding.beam]
            if ids[-1] == toy.boundary
        ]
        live = [pair for pair in grown if pair[0][-1] != toy.boundary][: decoding.beam]
        if len(finished) >= decoding.beam:
            break
    return sorted(finished, key=lambda pair: -pair[0])


def prefix(toy, ids):
    """Log-probability of ids without an end."""
    total, score, previous = 0, 0.0, toy.boundary
    for one in ids:
        total = (total + toy.weight[previous]) % toy.states
        score += toy.table[0, total, previous, one]
        previous = one
    return score


@settings(max_examples=40)
@given(
    seed=SEEDS,
    beam=st.integers(2, 5),
    alpha=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    end=st.sampled_from([-1.0, 0.0, 2.0]),
)
def test_stopping_early_changes_no_answer(seed, beam, alpha, end):
    toy = Table(seed, ids=7, end=end)
    for nbest in (1, beam):
        decoding = Decoding(beam=beam, nbest=nbest, length_penalty=alpha, max_length=8)
        (found,) = beam_search(toy.batch(), decoding)
        wanted = unbounded(toy, decoding)[:nbest]
        assert [one.ids for one in found] == [ids for _, ids in wanted]


def test_a_sure_end_stops_the_search_at_once():
    toy = Table(1, sentences=2, ids=6, end=20.0)
    assert [one.ids for (one,) in beam_search(toy.batch(), Decoding(beam=4))] == [(), ()]
    assert len(toy.rows_seen) == 1


def test_finished_sentences_leave_the_batch():
    toy = Table(2, sentences=3, ids=6, end=-30.0)
    beam_search(toy.batch([1, 2, 4]), Decoding(beam=2))
    assert toy.rows_seen == [3] * 13 + [2] * 2 + [1] * 4  # 2 * source + 10 tokens, and the end


@pytest.mark.parametrize("beam", [1, 4])
def test_a_network_that_never_ends_is_ended(beam):
    toy = Table(5, ids=6, end=-40.0)
    (found,) = beam_search(toy.batch([4]), Decoding(beam=beam))
    assert len(found[0].ids) == 18
    assert found[0].log_probability == pytest.approx(toy.follow(found[0].ids)[0])


def constant(row, **changed):
    """A batch of one sentence whose next token is always of the same log-probabilities."""

    def step(previous, states, fixed):
        shape = (*previous.shape, len(row))
        return Stepped(np.broadcast_to(np.array(row, np.float32), shape).copy(), states, None)

    return Batch(step, {}, {}, [3], len(row) - 1, changed.get("never", NEVER))


def test_an_impossible_end_still_ends_with_a_number():
    batch = constant([-9.0, -9.0, -0.5, -1.0, -np.inf])
    (found,) = beam_search(batch, Decoding(beam=2, nbest=2, max_length=3))
    assert [one.ids for one in found] == [(2, 2, 2), (2, 2, 3)]
    assert all(np.isfinite(one.score) for one in found)


def test_where_every_token_is_impossible_the_text_ends():
    for least in (0, 2):
        (found,) = beam_search(constant([0.0, 0.0, -np.inf, -np.inf]), Decoding(min_length=least))
        assert [one.ids for one in found] == [()] and np.isfinite(found[0].score)


def test_ties_go_to_the_lower_id():
    even = [np.log(0.2)] * 5
    decoding = Decoding(beam=3, nbest=3, length_penalty=0, min_length=1, max_length=2)
    (found,) = beam_search(constant(even), decoding)
    assert [one.ids for one in found] == [(2,), (2, 2), (2, 3)]
    (found,) = beam_search(constant(even), Decoding(beam=1, max_length=3))
    assert found[0].ids == (2, 2, 2)


def test_what_is_never_produced_is_not():
    likes = [-0.1, -0.1, -5.0, -6.0, -4.0]
    (found,) = beam_search(constant(likes), Decoding(beam=4, nbest=4, min_length=2, max_length=4))
    assert not {i for one in found for i in one.ids} & set(NEVER)
    likes[3] = -0.05
    (found,) = beam_search(constant(likes, never=(0, 1, 3)), Decoding(min_length=2, max_length=4))
    assert set(found[0].ids) == {2}


def test_attention_is_that_of_the_hypothesis():
    toy = Table(8, sentences=2, ids=7, end=-1.0)
    found = beam_search(toy.batch(), Decoding(beam=4, nbest=4), attention=True)
    for row, each in enumerate(found):
        for one in each:
            assert one.attention == pytest.approx(toy.follow(one.ids, row)[1])
    plain = beam_search(toy.batch(), Decoding(beam=4, coverage_penalty=0.2))
    assert plain[0][0].attention is None


def test_coverage_counts_the_source_alone_not_its_padding():
    toy = Table(9, ids=5)
    decoding = Decoding(beam=ALL, coverage_penalty=3.0, max_length=3)
    for source in (1, 3):
        (found,) = beam_search(toy.batch([source]), decoding)
        assert found[0].ids == toy.everything(decoding, source=source)[0][1]


def test_a_number_that_is_none_is_refused():
    with pytest.raises(FloatingPointError, match="not a number"):
        beam_search(constant([-1.0, -1.0, np.nan, -1.0]), Decoding())
