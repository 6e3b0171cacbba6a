"""The CRF against all sequences, one by one."""

from itertools import product
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from textlstm import kernels, layers
from textlstm.errors import SettingsError
from textlstm.kernels import operators

RNG = np.random.default_rng(3)
TAGS, TIME = 3, 4
LENGTHS = [4, 2, 1, 0, 3]
START = np.array([True, True, False])
BETWEEN = np.array([[1, 1, 0], [1, 1, 1], [1, 0, 1]], bool)
END = np.array([True, False, True])
MASK = np.arange(TIME) < np.array(LENGTHS)[:, None]
EMISSIONS = RNG.normal(size=(5, TIME, TAGS), scale=2).astype("float32")
GOLD = np.array([[0, 1, 2, 2], [1, 2, -1, -1], [0, -1, -1, -1], [-1] * 4, [1, 1, 0, -1]], "int32")
needs_kernel = pytest.mark.skipif(not kernels.kernel(), reason=kernels.kernel().why)


def crf(start=START, between=BETWEEN, end=END, scale=1.0):
    layer = layers.CRF(start, between, end)
    layer.build((None, None, len(start)))
    for variable in layer.weights:
        variable.assign(np.random.default_rng(4).normal(size=variable.shape, scale=scale))
    return layer


@pytest.fixture(params=["operator", "loop"])
def way(request):
    """Run the test with the operator, where there is one, and with the loop."""
    if request.param == "operator":
        yield
    else:
        with kernels.off():
            yield


by_both_ways = pytest.mark.usefixtures("way")


def by_hand(table, emissions, gold):
    """Log probability of one row's tags (time,), and of each tag the probability (time, tags)."""
    tags = len(table) - 2

    def score(path):
        steps = [tags, *path, tags + 1]
        return sum(table[a, b] for a, b in zip(steps, steps[1:], strict=False)) + sum(
            emissions[t, tag] for t, tag in enumerate(path)
        )

    paths = list(product(range(tags), repeat=len(emissions)))
    scores = np.array([score(path) for path in paths], "float64")
    log_z = np.logaddexp.reduce(scores)
    expected = np.zeros((len(emissions), tags))
    for path, p in zip(paths, np.exp(scores - log_z), strict=True):
        expected[np.arange(len(path)), path] += p
    return score(gold) - log_z, expected


def rows_by_hand(layer, emissions=EMISSIONS, gold=GOLD):
    table = layer.constants()["transitions"].astype("float64")
    return np.array(
        [
            by_hand(table, e[:n].astype("float64"), y[:n])[0] if n else 0.0
            for e, y, n in zip(emissions, gold, LENGTHS, strict=True)
        ]
    )


def likelihood_and_gradients(layer, emissions=EMISSIONS, gold=GOLD, mask=MASK):
    weights = [w.value for w in layer.weights]
    emissions = tf.constant(emissions)
    with tf.GradientTape() as tape:
        tape.watch(emissions)
        found = layer.log_likelihood(emissions, gold, mask)
    return found.numpy(), [g.numpy() for g in tape.gradient(found, [emissions, *weights])]


@by_both_ways
@pytest.mark.parametrize("free", [False, True])
def test_the_likelihood_is_the_sum_over_all_sequences(free):
    layer = crf(*(np.ones_like(a) for a in (START, BETWEEN, END))) if free else crf()
    found, _ = likelihood_and_gradients(layer)
    np.testing.assert_allclose(found, rows_by_hand(layer), rtol=1e-5, atol=2e-6)
    assert found[3] == 0
    # all sequences of one row together have probability 1
    paths = np.array(list(product(range(TAGS), repeat=3)), "int32")
    same = np.repeat(EMISSIONS[:1, :3], len(paths), axis=0)
    logs = layer.log_likelihood(same, paths, np.ones(paths.shape, bool))
    assert np.exp(np.array(logs, "float64")).sum() == pytest.approx(1, abs=1e-5)


@by_both_ways
def test_the_gradient_is_the_difference_quotient():
    layer = crf()
    _, (by_emission, *by_weight) = likelihood_and_gradients(layer)
    step = 1e-3
    for place in np.ndindex(EMISSIONS.shape):
        a, b = EMISSIONS.astype("float64"), EMISSIONS.astype("float64")
        a[place] += step
        b[place] -= step
        slope = (rows_by_hand(layer, a).sum() - rows_by_hand(layer, b).sum()) / (2 * step)
        assert by_emission[place] == pytest.approx(slope, abs=2e-5), place
    for variable, found in zip(layer.weights, by_weight, strict=True):
        before = variable.numpy().copy()
        for place in np.ndindex(before.shape):
            ends = []
            for sign in (1, -1):
                moved = before.copy()
                moved[place] += sign * 2**-6
                variable.assign(moved)
                ends.append(rows_by_hand(layer).sum())
            variable.assign(before)
            slope = (ends[0] - ends[1]) * 2**5
            assert found[place] == pytest.approx(slope, abs=1e-3), place


@by_both_ways
def test_what_is_not_allowed_has_no_gradient_and_no_influence():
    layer = crf()
    before, (_, start, between, end) = likelihood_and_gradients(layer)
    assert not start[~START].any() and not between[~BETWEEN].any() and not end[~END].any()
    assert start[START].all() and between[BETWEEN].all() and end[END].all()
    for variable, allowed in zip(layer.weights, (START, BETWEEN, END), strict=True):
        variable.assign(np.where(allowed, variable.numpy(), 1e30))
    after, _ = likelihood_and_gradients(layer)
    np.testing.assert_array_equal(after, before)
    # even where the given tags take it
    forbidden = np.array([[0, 2, 2, 2]], "int32")
    found, (_, _, between, _) = likelihood_and_gradients(
        layer, EMISSIONS[:1], forbidden, np.ones((1, 4), bool)
    )
    assert found[0] == pytest.approx(-1e4, rel=0.01)
    assert not between[~BETWEEN].any() and np.isfinite(between).all()


@by_both_ways
@pytest.mark.parametrize("rubbish", [0.0, 1e30, np.nan, np.inf])
def test_padding_has_no_influence(rubbish):
    layer = crf()
    found, gradients = likelihood_and_gradients(layer)
    dirty = np.full((5, TIME + 3, TAGS), rubbish, "float32")
    dirty[:, :TIME] = np.where(MASK[..., None], EMISSIONS, rubbish)
    gold = np.full((5, TIME + 3), 2, "int32")
    gold[:, :TIME] = np.where(MASK, GOLD, 1)
    mask = np.pad(MASK, ((0, 0), (0, 3)))
    again, others = likelihood_and_gradients(layer, dirty, gold, mask)
    np.testing.assert_allclose(again, found, atol=1e-6)
    assert not others[0][~mask].any()
    np.testing.assert_allclose(others[0][:, :TIME], gradients[0], atol=1e-6)
    for a, b in zip(others[1:], gradients[1:], strict=True):
        np.testing.assert_allclose(a, b, atol=2e-6)
    for row, n in enumerate(LENGTHS):
        if n:
            alone = layer.log_likelihood(
                EMISSIONS[row : row + 1, :n], GOLD[row : row + 1, :n], np.ones((1, n), bool)
            )
            np.testing.assert_allclose(alone[0], found[row], atol=2e-6)


@by_both_ways
@pytest.mark.parametrize("scale", [100.0, 1e4])
def test_extreme_emissions_stay_finite(scale):
    layer = crf()
    extreme = (np.sign(EMISSIONS) * scale).astype("float32")
    found, gradients = likelihood_and_gradients(layer, extreme)
    assert np.isfinite(found).all()
    assert all(np.isfinite(g).all() for g in gradients)
    if scale == 100:  # far beyond what float32 can hold as a share
        np.testing.assert_allclose(found, rows_by_hand(layer, extreme), rtol=1e-5, atol=1e-4)


@by_both_ways
def test_a_tag_without_successor_stays_finite():
    between = np.array([[1, 1, 0], [0, 0, 0], [1, 0, 1]], bool)
    layer = crf(START, between, END)
    wrong = np.zeros((1, 4, 3), "float32")
    wrong[:, 1, 1] = 1e4
    found, gradients = likelihood_and_gradients(layer, wrong, GOLD[:1] * 0, np.ones((1, 4), bool))
    assert np.isfinite(found).all() and all(np.isfinite(g).all() for g in gradients)


@by_both_ways
def test_one_trace_serves_every_batch_and_time():
    layer = crf()
    specs = [
        tf.TensorSpec((None, None, TAGS)), tf.TensorSpec((None, None), tf.int32),
        tf.TensorSpec((None, None), tf.bool),
    ]  # fmt: skip

    @tf.function(input_signature=specs)
    def traced(emissions, gold, mask):
        with tf.GradientTape() as tape:
            tape.watch(emissions)
            found = layer.log_likelihood(emissions, gold, mask)
        return found, tape.gradient(found, emissions)

    found, gradients = likelihood_and_gradients(layer)
    for rows, time in ((5, 4), (3, 4), (2, 1), (1, 4)):
        mask = MASK[:rows, :time]
        logs, slopes = traced(EMISSIONS[:rows, :time], GOLD[:rows, :time], mask)
        if time < 4:
            eager = layer.log_likelihood(EMISSIONS[:rows, :1], GOLD[:rows, :1], mask)
            np.testing.assert_allclose(logs, eager, rtol=1e-6, atol=1e-6)
            continue
        np.testing.assert_allclose(logs, found[:rows], atol=1e-6)
        np.testing.assert_allclose(slopes, gradients[0][:rows], atol=1e-6)


def operators_in(trace):
    return {node.op for node in trace.graph.as_graph_def(add_shapes=False).node}


def trace_of(layer):
    gold, mask = np.maximum(GOLD, 0), tf.constant(MASK)
    return tf.function(lambda e: layer.log_likelihood(e, gold, mask)).get_concrete_function(
        tf.TensorSpec((None, TIME, TAGS))
    )


@needs_kernel
def test_the_operator_is_used_where_it_can_be(monkeypatch):
    assert "TextlstmCrfExpected" in operators_in(trace_of(crf()))
    with kernels.off():
        assert "TextlstmCrfExpected" not in operators_in(trace_of(crf()))
    monkeypatch.setattr(operators, "loaded", SimpleNamespace)  # a library built before
    assert "TextlstmCrfExpected" not in operators_in(trace_of(crf()))


@needs_kernel
def test_a_gpu_uses_the_loop(monkeypatch):
    monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind=None: [kind])
    assert "TextlstmCrfExpected" not in operators_in(trace_of(crf()))


@needs_kernel
@pytest.mark.parametrize("scale", [1.0, 100.0, 1e4])
def test_operator_and_loop_give_the_same_likelihood_and_gradients(scale):
    emissions = (EMISSIONS * scale).astype("float32")
    found, gradients = likelihood_and_gradients(crf(), emissions)
    with kernels.off():
        expected, others = likelihood_and_gradients(crf(), emissions)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6 * scale)
    for one, other in zip(gradients, others, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6)


@by_both_ways
def test_training_without_a_recurrent_layer():  # Keras would compile it with XLA if it could
    tokens = keras.Input((None,), dtype="int32")
    layer = layers.CRF(START, BETWEEN, END)
    assert not layer.supports_jit  # also where determinism keeps XLA away
    model = keras.Model(tokens, layer(keras.layers.Embedding(9, TAGS)(tokens)))

    def loss(gold, emissions):
        return -layer.log_likelihood(emissions, gold, tf.not_equal(gold, -1))

    model.compile("sgd", loss)
    rows = np.arange(20).reshape(5, 4) % 9
    history = model.fit(rows, GOLD, batch_size=2, epochs=3, verbose=0).history["loss"]
    assert history[-1] < history[0]


def test_emissions_and_their_mask_pass_unchanged():
    tokens = keras.Input((None,), dtype="int32")
    for layer in (layers.CRF(START, BETWEEN, END), layers.ConstrainedSoftmax(START, BETWEEN, END)):
        x = layers.embedding(tokens, 9, TAGS)
        y = layer(x)
        assert y._keras_mask is not None
        model = keras.Model(tokens, [x, y])
        a, b = model.predict_on_batch(np.array([[1, 2, 0]]))
        np.testing.assert_array_equal(a, b)


def test_constants():
    layer = crf()
    start, between, end = (w.numpy() for w in layer.weights)
    table = layer.constants()["transitions"]
    assert table.dtype == np.float32 and table.shape == (5, 5)
    np.testing.assert_array_equal(table[:3, :3], np.where(BETWEEN, between, -1e4).astype("f"))
    np.testing.assert_array_equal(table[3, :3], np.where(START, start, -1e4).astype("f"))
    np.testing.assert_array_equal(table[:3, 4], np.where(END, end, -1e4).astype("f"))
    assert (table[4] == -1e4).all() and (table[:, 3] == -1e4).all() and table[3, 4] == -1e4
    plain = layers.ConstrainedSoftmax(START, BETWEEN, END).constants()["transitions"]
    np.testing.assert_array_equal(plain, np.where(table == -1e4, np.float32(-1e4), 0))


def test_refused():
    with pytest.raises(SettingsError) as refusal:
        layers.CRF([True] * 3, BETWEEN[:2], END)
    assert str(refusal.value) == (
        "start, between and end of shapes (3,), (2, 3), (3,): expected (n,), (n, n) and (n,)"
    )
    with pytest.raises(SettingsError, match="emissions of 4 tags: expected 3"):
        layers.CRF(START, BETWEEN, END)(np.zeros((1, 2, 4), "float32"))
