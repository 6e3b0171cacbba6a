"""The CRF operator against the loop, against all sequences, and at the edges."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textlstm import kernels
from textlstm.kernels import operators
from textlstm.layers import crf

pytestmark = pytest.mark.skipif(not kernels.kernel(), reason=kernels.kernel().why)


class Case:
    """Random emissions and scores, a share of them not allowed; row 0 has every step."""

    def __init__(self, batch, time, tags, scale=2.0, forbidden=0.3, seed=0, lengths=None):
        rng = np.random.default_rng(seed)

        def scores(*shape):
            some = rng.normal(size=shape)
            return np.where(rng.random(shape) < forbidden, -1e4, some).astype("float32")

        self.emissions = (rng.normal(size=(batch, time, tags)) * scale).astype("float32")
        if lengths is None:
            lengths = rng.integers(0, time + 1, batch)
            lengths[:1] = time
        self.lengths = np.asarray(lengths)
        self.mask = np.arange(time) < self.lengths[:, None]
        self.start, self.between, self.end = scores(tags), scores(tags, tags), scores(tags)

    @property
    def all(self):
        return self.emissions, self.mask, self.start, self.between, self.end

    def operator(self):
        return [np.asarray(x) for x in kernels.crf_expected(*self.all)]

    def loop(self):
        on = self.mask[..., None]
        emissions = np.where(on, self.emissions, np.float32(0))
        found = crf._expected_by_loop(on, emissions, self.start, self.between, self.end)
        return [np.asarray(x) for x in found]

    def by_hand(self, row):
        """Log partition, tokens and pairs of a row, in float64, all sequences one by one."""
        n, tags = self.lengths[row], len(self.start)
        e, start, between, end = (
            np.asarray(x, "float64") for x in (self.emissions[row], *self.all[2:])
        )
        paths = np.array(list(product(range(tags), repeat=n)))
        steps = range(n)
        scores = start[paths[:, 0]] + end[paths[:, -1]]
        scores += sum(e[t, paths[:, t]] for t in steps)
        scores += sum(between[paths[:, t], paths[:, t + 1]] for t in steps[:-1])
        log_z = np.logaddexp.reduce(scores)
        tokens, pairs = np.zeros((n, tags)), np.zeros((tags, tags))
        for path, p in zip(paths, np.exp(scores - log_z), strict=True):
            tokens[steps, path] += p
            np.add.at(pairs, (path[:-1], path[1:]), p)
        return log_z, tokens, pairs


def agree(case):
    log_z, tokens, pairs = case.operator()
    batch, time, tags = case.emissions.shape
    assert (log_z.shape, tokens.shape) == ((batch,), (batch, time, tags))
    assert pairs.shape == (batch, tags, tags)
    some = case.lengths > 0
    assert not log_z[~some].any() and not tokens[~case.mask].any() and not pairs[~some].any()
    logs, by_tag, by_pair = case.loop()
    np.testing.assert_allclose(log_z[some], logs[some], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(tokens[case.mask], by_tag[case.mask], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(pairs[some], by_pair[some], rtol=1e-6, atol=1e-9)


@settings(max_examples=60)
@given(
    batch=st.integers(1, 6), time=st.integers(1, 12), tags=st.integers(1, 20),
    scale=st.sampled_from([0.0, 2.0, 100.0, 1e4]), forbidden=st.sampled_from([0.0, 0.3, 0.9, 1.0]),
    seed=st.integers(0, 2**16), data=st.data(),
)  # fmt: skip
def test_operator_and_loop_agree(batch, time, tags, scale, forbidden, seed, data):
    lengths = data.draw(st.lists(st.integers(0, time), min_size=batch, max_size=batch))
    agree(Case(batch, time, tags, scale, forbidden, seed, lengths))


@pytest.mark.parametrize("size", [(3, 1, 2), (2, 40, 65), (2, 5, 150), (40, 3, 9)])
def test_operator_and_loop_agree_at_the_edges_of_blocks_and_with_threads(size):
    agree(Case(*size))


@settings(max_examples=30)
@given(
    time=st.integers(1, 4), tags=st.integers(1, 4), scale=st.sampled_from([1.0, 30.0, 1e4]),
    forbidden=st.sampled_from([0.0, 0.3]), seed=st.integers(0, 2**16),
)  # fmt: skip
@example(time=4, tags=3, scale=1e4, forbidden=0.0, seed=0)
def test_the_sum_over_all_sequences(time, tags, scale, forbidden, seed):
    # where no tag may come, or only one that is far below the best, "not allowed" is -350
    if scale > 1:
        forbidden = 0.0
    case = Case(2, time, tags, scale, forbidden, seed, lengths=[time, max(time - 1, 1)])
    for scores in (case.start, case.between, case.end):
        scores[..., 0] = 0.5  # tag 0 may always come
    found = case.operator()
    for row in range(2):
        log_z, tokens, pairs = case.by_hand(row)
        assert found[0][row] == pytest.approx(log_z, rel=1e-6, abs=1e-6)
        np.testing.assert_allclose(found[1][row, : len(tokens)], tokens, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(found[2][row], pairs, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_long_rows(scale):
    case = Case(2, 5000, 7, scale, lengths=[5000, 4999])
    log_z, tokens, pairs = case.operator()
    assert np.isfinite(log_z).all()
    np.testing.assert_allclose(tokens[case.mask].sum(-1), 1, atol=1e-6)
    np.testing.assert_allclose(pairs.sum((1, 2)), case.lengths - 1, rtol=1e-6)


def test_without_transitions_each_tag_is_a_softmax_of_its_own():
    case = Case(1, 5000, 6, 3.0, forbidden=0.0)
    for scores in (case.start, case.between, case.end):
        scores[...] = 0
    log_z, tokens, pairs = case.operator()
    e = case.emissions[0].astype("float64")
    logs = np.logaddexp.reduce(e, axis=1)
    expected = np.exp(e - logs[:, None])
    assert log_z[0] == pytest.approx(logs.sum(), rel=1e-7)
    np.testing.assert_allclose(tokens[0], expected, rtol=1e-6)
    np.testing.assert_allclose(pairs[0], expected[:-1].T @ expected[1:], rtol=1e-6)


def test_a_thousand_tags():
    agree(Case(2, 3, 1000, lengths=[3, 1]))


def test_the_number_of_threads_changes_no_bit(monkeypatch):
    case = Case(37, 30, 40)
    results = []
    for count in (1, 2, 3, 8):
        monkeypatch.setattr(operators, "threads", lambda n=count: n)
        results.append(case.operator())
    for other in results[1:]:
        for one, same in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, same)


def test_a_row_does_not_depend_on_the_rows_beside_it():
    case = Case(11, 9, 20)
    whole = case.operator()
    case.emissions, case.mask = case.emissions[4:5], case.mask[4:5]
    for one, all_rows in zip(case.operator(), whole, strict=True):
        np.testing.assert_array_equal(one[0], all_rows[4])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_odd_numbers_stay_in_their_row_and_padding_is_not_read(value):
    case = Case(3, 4, 5, lengths=[4, 2, 4])
    clean = case.operator()
    case.emissions[1, 2:] = value
    for one, other in zip(case.operator(), clean, strict=True):
        np.testing.assert_array_equal(one, other)
    case.emissions[1, 1, 3] = value
    dirty = case.operator()
    for one, other in zip(dirty, clean, strict=True):
        np.testing.assert_array_equal(one[[0, 2]], other[[0, 2]])
    assert np.isfinite(dirty[0][1]) == (value == -np.inf)


@pytest.mark.parametrize("shape", [(0, 3), (2, 0)])
def test_an_empty_batch_and_no_time(shape):
    log_z, tokens, pairs = Case(*shape, 4).operator()
    assert (log_z.shape, tokens.shape, pairs.shape) == (shape[:1], (*shape, 4), (shape[0], 4, 4))
    assert not log_z.any() and not pairs.any()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("emissions", np.zeros((2, 3)),
         r"emissions has shape \(2, 3\), expected \(batch, time, tags\)"),
        ("emissions", np.zeros((2, 3, 0)), "expected at least one tag"),
        ("mask", np.ones((2, 4), bool), r"mask has shape \(2, 4\), expected \(2, 3\)"),
        ("mask", np.array([[1, 1, 0], [1, 0, 1]], bool),
         "mask of row 1 is off at step 1 and on after it, expected padding at the end only"),
        ("start", np.zeros(5), r"start has shape \(5\), expected \(4\)"),
        ("start", np.zeros(()), r"start has shape \(\), expected \(4\)"),
        ("between", np.zeros((4, 5)), r"transitions has shape \(4, 5\), expected \(4, 4\)"),
        ("end", np.zeros((1, 4)), r"end has shape \(1, 4\), expected \(4\)"),
    ],
)  # fmt: skip
def test_wrong_inputs_are_refused(name, value, message):
    case = Case(2, 3, 4)
    setattr(case, name, value if value.dtype == bool else value.astype("float32"))
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        case.operator()


def test_too_large_is_refused_before_anything_is_allocated():
    case = Case(1, 0, 1)
    case.emissions = tf.zeros((0, 1, 1 << 31))
    with pytest.raises(tf.errors.InvalidArgumentError, match="too large: emissions"):
        kernels.crf_expected(*case.all)


def test_unknown_shapes_in_a_function():
    case = Case(3, 5, 4)
    specs = [tf.TensorSpec((None, None, 4)), tf.TensorSpec((None, None), tf.bool)]

    @tf.function(input_signature=specs)
    def traced(emissions, mask):
        found = kernels.crf_expected(emissions, mask, case.start, case.between, case.end)
        assert [x.shape.as_list() for x in found] == [[None], [None, None, 4], [None, 4, 4]]
        return found

    for one, other in zip(traced(case.emissions, case.mask), case.operator(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert traced(case.emissions[:2, :1], case.mask[:2, :1])[1].shape == (2, 1, 4)


def test_it_has_no_gradient():
    case = Case(2, 3, 4)
    case.emissions = tf.constant(case.emissions)
    with tf.GradientTape() as tape:
        tape.watch(case.emissions)
        log_z, *_ = kernels.crf_expected(*case.all)
    with pytest.raises(LookupError, match="TextlstmCrfExpected"):
        tape.gradient(log_z, case.emissions)


def test_an_older_library_does_not_have_it(monkeypatch):
    assert kernels.knows_crf()
    older = SimpleNamespace(textlstm_recurrence=None)
    monkeypatch.setattr(operators, "loaded", lambda: older)
    assert not kernels.knows_crf()
    with pytest.raises(RuntimeError, match=r"no CRF operator: .*\.so is older: build it again"):
        Case(2, 3, 4).operator()


def test_without_a_kernel_it_says_why():
    with kernels.off():
        assert not kernels.knows_crf()
        with pytest.raises(RuntimeError, match="no CRF operator: switched off here"):
            Case(2, 3, 4).operator()
