"""The fused operators against stock Keras: outputs, states and every gradient."""

from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from textlstm import kernels

pytestmark = pytest.mark.skipif(not kernels.kernel(), reason=kernels.kernel().why)
TOLERANCE = 1e-5  # of the largest value


class Case:
    """Random weights, inputs and gradients of one or two directions."""

    def __init__(
        self, cell, batch, time, features, units, ways=2, mask=None, seed=0, reverse=False
    ):
        rng = np.random.default_rng(seed)
        gates = 4 if cell == "lstm" else 3
        self.cell, self.ways, self.mask, self.reverse = cell, ways, mask, reverse

        def some(*shape, scale=1.0):
            return tf.constant(rng.normal(size=shape, scale=scale), tf.float32)

        scale = 0.5 / np.sqrt(1 + max(features, units) / 16)
        bias = (4 * units,) if cell == "lstm" else (2, 3 * units)
        pick = range(ways)
        self.x = some(batch, time, features)
        self.kernel = [some(features, gates * units, scale=scale) for _ in pick]
        self.recurrent = [some(units, gates * units, scale=scale) for _ in pick]
        self.bias = [some(*bias) for _ in pick]
        self.h = [some(batch, units, scale=0.5) for _ in pick]
        self.c = [some(batch, units) for _ in pick] if cell == "lstm" else []
        self.dy = some(batch, time, ways * units)
        self.dstates = [some(batch, units) for _ in (*self.h, *self.c)]
        if mask is not None:
            self.mask = tf.constant(mask)
            self.dy *= tf.cast(self.mask, tf.float32)[..., None]

    @property
    def leaves(self):
        return [self.x, *self.kernel, *self.recurrent, *self.bias, *self.h, *self.c]

    def fused(self, **options):
        return kernels.recurrence(
            [self.x] * self.ways, self.kernel, self.recurrent, self.bias, self.h, self.c,
            mask=self.mask, reverse=self.reverse, **options,
        )  # fmt: skip

    def stock(self):
        """The same from Keras' layers, one a direction."""
        kind = keras.layers.LSTM if self.cell == "lstm" else keras.layers.GRU
        outputs, h, c = [], [], []
        for way in range(self.ways):
            back = (way == 1) != self.reverse
            layer = kind(
                self.h[0].shape[-1], return_sequences=True, return_state=True, go_backwards=back,
                zero_output_for_mask=True,
            )  # fmt: skip
            layer.build(self.x.shape)
            for name, value in (
                ("kernel", self.kernel), ("recurrent_kernel", self.recurrent), ("bias", self.bias),
            ):  # fmt: skip
                object.__setattr__(layer.cell, name, value[way])
            state = [self.h[way], *(s[way] for s in (self.c,) if s)]
            y, *last = layer(self.x, mask=self.mask, initial_state=state)
            outputs.append(tf.reverse(y, [1]) if back else y)
            h.append(last[0])
            c += last[1:]
        return tf.concat(outputs, -1), h, c

    def gradients(self, compute):
        with tf.GradientTape() as tape:
            tape.watch(self.leaves)
            y, h, c = compute()
            loss = tf.reduce_sum(y * self.dy)
            for state, weight in zip((*h, *c), self.dstates, strict=True):
                loss += tf.reduce_sum(state * weight)
        return [y, *h, *c], tape.gradient(loss, self.leaves)


def agree(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.shape == other.shape
        one, other = np.asarray(one), np.asarray(other)
        if other.size:
            assert np.abs(one - other).max() <= TOLERANCE * max(np.abs(other).max(), 1e-3)


def check(case):
    outputs, gradients = case.gradients(case.stock)
    found, found_gradients = case.gradients(case.fused)
    agree(found, outputs)
    agree(found_gradients, gradients)
    agree([t for part in case.fused(keep=False) for t in tf.nest.flatten(part)], outputs)


SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 40), st.integers(1, 40))


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@settings(max_examples=20)
@given(size=SIZES, ways=st.integers(1, 2), kind=st.sampled_from(["none", "right", "any"]),
       reverse=st.booleans(), seed=st.integers(0, 2**16))  # fmt: skip
def test_any_shape_and_mask(cell, size, ways, kind, reverse, seed):
    batch, time = size[:2]
    rng = np.random.default_rng(seed)
    mask = {
        "none": None,
        "right": np.arange(time) < rng.integers(0, time + 1, (batch, 1)),
        "any": rng.random((batch, time)) < 0.6,
    }[kind]
    check(Case(cell, *size, ways=ways, mask=mask, seed=seed, reverse=reverse))


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize(
    "size",
    [(1, 1, 1, 1), (3, 1, 5, 8), (1, 12, 7, 16), (150, 3, 9, 5), (4, 5, 300, 17), (5, 6, 33, 150),
     (13, 21, 64, 128)],
)  # fmt: skip
def test_sizes_at_the_edges_of_tiles_blocks_and_chunks(cell, size):
    lengths = np.random.default_rng(1).integers(0, size[1] + 1, (size[0], 1))
    check(Case(cell, *size, mask=np.arange(size[1]) < lengths))


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_without_a_step_the_states_stay_and_no_weight_has_a_gradient(cell):
    case = Case(cell, 4, 3, 5, 6, mask=np.zeros((4, 3), bool))
    (y, *states), gradients = case.gradients(case.fused)
    assert not np.any(y)
    for state, first in zip(states, (*case.h, *case.c), strict=True):
        np.testing.assert_array_equal(state, first)
    for gradient in gradients[:7]:
        assert not np.any(gradient)
    for gradient, weight in zip(gradients[7:], case.dstates, strict=True):
        np.testing.assert_array_equal(gradient, weight)


@pytest.mark.parametrize("shape", [(0, 3), (2, 0)])
def test_an_empty_batch_and_no_time(shape):
    case = Case("lstm", *shape, 5, 6)
    (y, *states), gradients = case.gradients(case.fused)
    assert y.shape == (*shape, 12) and len(states) == 4
    assert not any(np.any(g) for g in gradients[:7])


def test_the_gradient_without_what_was_kept_is_the_same():
    case = Case("lstm", 3, 4, 5, 6)
    kept = case.gradients(case.fused)[1]
    again = case.gradients(lambda: case.fused(keep=False))[1]
    for one, other in zip(kept, again, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("ways", [1, 2])
def test_the_number_of_threads_changes_no_bit(cell, ways, monkeypatch):
    lengths = np.random.default_rng(2).integers(0, 31, (37, 1))
    case = Case(cell, 37, 30, 40, 36, ways=ways, mask=np.arange(30) < lengths)
    results = []
    for count in (1, 2, 3, 8):
        monkeypatch.setattr("textlstm.kernels.operators.threads", lambda n=count: n)
        results.append([*sum(case.gradients(case.fused), []), *case.fused(keep=False)[1]])
    for other in results[1:]:
        for one, same in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, same)


def test_a_row_does_not_depend_on_the_rows_beside_it():
    case = Case("gru", 11, 9, 20, 20)
    whole = case.fused()[0]
    case.x, case.h = case.x[4:5], [h[4:5] for h in case.h]
    np.testing.assert_array_equal(case.fused()[0][0], whole[4])


def test_calls_at_the_same_time():
    cases = [Case(cell, 9, 40, 30, 30, seed=seed) for seed, cell in enumerate(("lstm", "gru") * 3)]
    alone = [case.gradients(case.fused) for case in cases]
    with ThreadPoolExecutor(6) as pool:
        for _ in range(5):
            together = pool.map(lambda case: case.gradients(case.fused), cases)
            for one, other in zip(alone, together, strict=True):
                for a, b in zip(sum(one, []), sum(other, []), strict=True):
                    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38, 1e-42])
def test_odd_numbers_stay_in_their_row(value):
    case = Case("lstm", 5, 6, 4, 7)
    clean = case.fused()[0]
    x = case.x.numpy()
    x[2, 3, 1] = value
    case.x = tf.constant(x)
    (y, *_), gradients = case.gradients(case.fused)
    np.testing.assert_array_equal(np.delete(y, 2, 0), np.delete(clean, 2, 0))
    assert np.isnan(y[2, 3:, :7]).all() == np.isnan(value)
    assert all(np.isfinite(g).all() for g in gradients) or abs(value) > 1e38 or np.isnan(value)


def wrong(**changes):
    case = Case("lstm", 2, 3, 4, 5)
    for name, value in changes.items():
        setattr(case, name, value)
    return case


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": tf.zeros((2, 3))}, r"x has shape \(2, 3\), expected \(batch, time, features\)"),
        ({"x": tf.zeros((2, 3, 6))}, r"kernel has shape \(4, 20\), expected \(6, 4 \* units\)"),
        ({"kernel": [tf.zeros((4, 21))] * 2}, r"expected \(4, 4 \* units\)"),
        ({"kernel": [tf.zeros((4, 20)), tf.zeros((4, 24))]}, "kernel has shape"),
        ({"recurrent": [tf.zeros((4, 20))] * 2},
         r"recurrent_kernel has shape \(4, 20\), expected \(5, 20\)"),
        ({"bias": [tf.zeros((19,))] * 2}, r"bias has shape \(19\), expected \(20\)"),
        ({"h": [tf.zeros((3, 5))] * 2}, r"h has shape \(3, 5\), expected \(2, 5\)"),
        ({"c": [tf.zeros((2, 6))] * 2}, r"c has shape \(2, 6\), expected \(2, 5\)"),
        ({"mask": tf.ones((2, 4), tf.bool)}, r"mask has shape \(2, 4\), expected \(2, 3\) or"),
        ({"x": tf.zeros((2, 3, 0)), "kernel": [tf.zeros((0, 20))] * 2}, "at least one feature"),
    ],
)  # fmt: skip
def test_wrong_shapes_are_refused(changes, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        wrong(**changes).fused()


def test_too_large_is_refused_before_anything_is_allocated():
    case = Case("lstm", 1, 1, 1, 1)
    case.x = tf.zeros((1 << 31, 0, 1))
    with pytest.raises(tf.errors.InvalidArgumentError, match="too large"):
        case.fused()


def test_unknown_shapes_in_a_function():
    case = Case("lstm", 4, 5, 6, 7, ways=1)
    spec = tf.TensorSpec((None, None, 6), tf.float32)

    @tf.function(input_signature=[spec])
    def gradient(x):
        zeros = tf.zeros((tf.shape(x)[0], 7))
        y, *_ = kernels.recurrence([x], case.kernel, case.recurrent, case.bias, [zeros], [zeros])
        assert y.shape.as_list() == [None, None, 7]
        return tf.gradients(y, x)[0]

    assert gradient(tf.ones((2, 9, 6))).shape == (2, 9, 6)
    assert gradient(tf.ones((5, 1, 6))).shape == (5, 1, 6)
