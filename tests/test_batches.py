"""Batch plans cover everything once; padding; the thread that keeps ahead."""

import subprocess
import sys
import threading
import time
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlstm.batches import ByLength, Prefetch, pad
from textlstm.errors import SettingsError

LENGTHS = st.lists(st.integers(0, 300), max_size=300)
REVIEWS = np.clip(np.exp(np.random.default_rng(0).normal(5.3, 0.6, 25_000)), 10, 2500).astype(int)


@given(
    lengths=LENGTHS,
    tokens=st.integers(1, 1000),
    rows=st.integers(1, 40),
    seed=st.integers(0, 2**40),
    epoch=st.one_of(st.none(), st.integers(0, 99)),
)
def test_every_example_is_in_one_batch_within_the_limits(lengths, tokens, rows, seed, epoch):
    plan = ByLength(lengths, tokens=tokens, rows=rows, seed=seed).plan(epoch)
    assert sorted(i for batch in plan for i in batch.tolist()) == list(range(len(lengths)))
    for batch in plan:
        assert 1 <= len(batch) <= rows
        longest = max(1, *(lengths[i] for i in batch)) if len(batch) > 1 else 1
        assert len(batch) == 1 or len(batch) * longest <= tokens
    again = ByLength(np.array(lengths, np.int32), tokens=tokens, rows=rows, seed=seed).plan(epoch)
    assert [b.tolist() for b in plan] == [b.tolist() for b in again]


def flat(plan):
    return [i for batch in plan for i in batch.tolist()]


def test_seed_and_epoch_decide_the_order():
    plans = [flat(ByLength(REVIEWS[:500], seed=s).plan(e)) for s in (0, 1) for e in (0, 1)]
    assert len({tuple(plan) for plan in plans}) == 4
    by_length = [flat(ByLength(REVIEWS[:500], seed=s).plan(None)) for s in (0, 1)]
    assert by_length[0] == by_length[1]
    sizes = REVIEWS[by_length[0]]
    assert (np.diff(sizes) >= 0).all()


def test_batches_are_made_of_others_each_epoch():
    by = ByLength(REVIEWS, rows=32)
    first, second = ({i: set(b.tolist()) for b in by.plan(e) for i in b.tolist()} for e in (0, 1))
    shared = np.mean([len(first[i] & second[i]) - 1 for i in range(2000)])
    assert shared < 2  # of 31 companions


def test_long_and_short_batches_take_turns():
    plan = ByLength(REVIEWS).plan(0)
    means = np.array([REVIEWS[batch].mean() for batch in plan])
    assert abs(np.corrcoef(np.arange(len(means)), means)[0, 1]) < 0.2


def test_little_is_padding():
    by = ByLength(REVIEWS)
    assert by.padding(0) < 0.03
    assert by.padding(None) < 0.005
    wasted = sum(len(b) * REVIEWS[b].max() for b in by.plan(3)) / REVIEWS.sum()
    assert by.padding(3) == pytest.approx(1 - 1 / wasted)
    assert ByLength([3, 1], rows=2).padding(0) == pytest.approx(1 / 3)
    assert ByLength([]).padding(0) == 0.0


def test_a_text_beyond_the_budget_is_alone():
    plan = ByLength([5, 1000, 5, 2000], tokens=10, rows=8).plan(None)
    assert [b.tolist() for b in plan] == [[0, 2], [1], [3]]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"tokens": 0}, "tokens=0: expected at least 1"),
        ({"rows": 0}, "rows=0: expected at least 1"),
        ({"seed": -1}, "seed=-1: expected at least 0"),
    ],
)
def test_settings_that_cannot_be_used(wrong, message):
    with pytest.raises(SettingsError, match=message):
        ByLength([1], **wrong)


@pytest.mark.parametrize("lengths", [[1, -1], [[1]], [1.5]])
def test_lengths_that_are_none(lengths):
    with pytest.raises(ValueError, match="lengths: expected whole numbers"):
        ByLength(lengths)


def test_numbers_stay_numbers_with_all_their_columns():
    batch = pad([np.array([[1.5, 0.0]]), np.array([[2.0, 0.0], [3.0, 0.0]])])
    assert batch.dtype == np.float32
    assert batch.tolist() == [[[1.5, 0], [0, 0]], [[2, 0], [3, 0]]]


def test_padding_on_the_right():
    batch = pad([np.array([1, 2, 3], np.int32), np.array([4]), np.array([5, 6], np.int8)])
    assert batch.dtype == np.int32
    assert batch.tolist() == [[1, 2, 3], [4, 0, 0], [5, 6, 0]]
    for wrong in ([], [np.array([1]), np.zeros(0, np.int32)]):
        with pytest.raises(ValueError, match="one id or more"):
            pad(wrong)


def prefetching():
    return [thread for thread in threading.enumerate() if thread.name == "prefetch"]


@pytest.fixture(autouse=True)
def no_thread_stays():
    yield
    assert prefetching() == []


@pytest.mark.parametrize("depth", [1, 3, 100])
def test_items_come_in_order_and_again(depth):
    ahead = Prefetch(lambda: iter(range(50)), depth)
    assert list(ahead) == list(range(50))
    assert list(ahead) == list(range(50))
    assert prefetching() == []
    assert list(Prefetch(lambda: [None, (), 0], depth)) == [None, (), 0]
    assert list(Prefetch(list, depth)) == []


def test_it_runs_ahead_but_no_further_than_its_depth():
    made = []

    def items():
        for i in range(100):
            made.append(i)
            yield i

    with Prefetch(items, 3) as ahead:
        taken = iter(ahead)
        assert next(taken) == 0
        deadline = time.monotonic() + 10
        while len(made) < 5 and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(0.05)
        assert len(made) == 5  # one taken, three ready, one in hand


def test_waiting_is_measured():
    def slow():
        for i in range(3):
            time.sleep(0.05)
            yield i

    ahead = Prefetch(slow)
    assert list(ahead) == [0, 1, 2]
    assert 0.14 < ahead.waited < 5
    quick = Prefetch(lambda: range(3))
    for _ in quick:
        time.sleep(0.05)
    assert quick.waited < 0.1


def test_an_error_comes_after_the_items_before_it():
    def items():
        yield 1
        yield 2
        raise KeyError("broken")

    got = []
    with pytest.raises(KeyError, match="broken") as error:
        for item in Prefetch(items, 1):
            got.append(item)
    assert got == [1, 2]
    assert any(entry.name == "items" for entry in error.traceback)


def test_an_error_of_the_factory_comes_through():
    def broken():
        raise OSError("no such store")

    with pytest.raises(OSError, match="no such store"):
        list(Prefetch(broken))


@pytest.mark.parametrize("depth", [1, 4])
@pytest.mark.parametrize("left", [0, 1, 7])
def test_leaving_the_loop_ends_the_thread_and_the_iterable(depth, left):
    closed = []

    def items():
        try:
            yield from count()
        finally:
            closed.append(threading.current_thread().name)

    with Prefetch(items, depth) as ahead:
        for item in ahead:
            if item == left:
                break
    assert prefetching() == []
    assert closed == ["prefetch"]


def test_an_iterable_that_fails_when_it_is_closed_does_not_hang():
    def items():
        try:
            yield from count()
        finally:
            raise RuntimeError("while closing")

    for depth in (1, 2):
        with Prefetch(items, depth) as ahead:
            assert next(iter(ahead)) == 0
        assert prefetching() == []


def test_an_error_or_an_interrupt_in_the_loop_ends_the_thread():
    for kind in (ValueError, KeyboardInterrupt):
        with pytest.raises(kind):
            for _ in Prefetch(count, 2):
                raise kind
        assert prefetching() == []


def test_two_loops_at_once_and_close():
    ahead = Prefetch(count, 2)
    a, b = iter(ahead), iter(ahead)
    assert [next(a), next(b), next(a)] == [0, 0, 1]
    assert len(prefetching()) == 2
    ahead.close()
    assert prefetching() == []
    assert list(a) == []


def test_a_depth_that_cannot_be():
    with pytest.raises(SettingsError, match="depth=0: expected at least 1"):
        Prefetch(list, 0)


INTERRUPTED = """
import _thread, signal, threading, time
from textlstm.batches import Prefetch

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it

def items():
    yield 0
    time.sleep(0.3)
    _thread.interrupt_main()
    time.sleep(0.2)
    yield 1

try:
    for item in Prefetch(items):
        pass
except KeyboardInterrupt:
    print("interrupted", [t.name for t in threading.enumerate()])
"""


def test_an_interrupt_while_waiting_ends_the_thread():
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("interrupted ['MainThread']\n", "")


def test_a_process_ends_though_a_loop_is_open():
    code = (
        "from itertools import count\nfrom textlstm.batches import Prefetch\n"
        "loop = iter(Prefetch(count))\nprint(next(loop))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == ("0\n", "", 0)
