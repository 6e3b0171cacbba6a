"""The head of forecasts: its linear path, its loss, its export, its intervals."""

import keras
import numpy as np
import pytest

from textlstm import heads, layers
from textlstm.corpora.example import Example
from textlstm.export import by_kind
from textlstm.settings import ForecastSettings
from textlstm.tasks.forecast import PARTS, QUANTILES, Forecast, quantiles

RANDOM = np.random.default_rng(5)


def task(values, history=6, horizon=3, **more):
    s = ForecastSettings.from_mapping({"history": history, "horizon": horizon, **more})
    values = np.asarray(values)
    rows = list(map(tuple, values.tolist())) if values.ndim > 1 else values.tolist()
    last = (values[:, -1] if values.ndim > 1 else values).tolist()
    cut = range(history, len(rows) - horizon + 1)
    examples = [
        Example(tuple(rows[n - history : n]), tuple(last[n : n + horizon]), "") for n in cut
    ]
    return Forecast.fit(examples, s), examples


def network(made, cell="lstm"):
    keras.utils.set_random_seed(1)
    head = heads.ForecastHead(made)
    past = head.inputs()
    x = layers.recurrent(past, cell, (5,), False, return_sequences=False, seed=1)
    return keras.Model(past, head(x, past)), head


def test_it_starts_as_the_linear_autoregression():
    made, examples = task(RANDOM.normal(size=(80, 2)).cumsum(axis=0))
    model, _ = network(made)
    past = np.stack([row["past"] for row in made.encode([e.input for e in examples])])
    raw = np.asarray(model(past)).reshape(-1, 3, PARTS)
    known = [made.scaling.column(np.array(e.input)[:, 1], 1).tolist() for e in examples]
    for _ in range(3):
        for values in known:
            lags = values[: -made.linear.order - 1 : -1]
            values.append(made.linear.constant + made.linear.coefficients @ lags)
    wanted = np.array(known)[:, -3:] / made.noise
    assert raw[..., 0] == pytest.approx(wanted, abs=0.1)  # of the noise: the network is small yet
    spread = quantiles(raw) - raw[..., :1]
    assert spread[..., 1:].mean(axis=(0, 1)) == pytest.approx([-1.96, -1.28, 1.28, 1.96], abs=0.1)


def test_the_linear_path_is_not_trained():
    made, _ = task(RANDOM.normal(size=60))
    model, _ = network(made)
    assert [w.path for w in model.non_trainable_weights] == ["forecast/kernel", "forecast/bias"]
    alone, _ = network(task(RANDOM.normal(size=60), linear=False)[0])
    assert alone.non_trainable_weights == []
    assert alone.layers[-1].name == "forecast"


def test_the_loss_is_squared_error_and_quantile_losses():
    made, _ = task(RANDOM.normal(size=60))
    raw, target = RANDOM.normal(size=(7, 3, PARTS)), RANDOM.normal(size=(7, 3))
    ends, truth = quantiles(raw), target / made.noise
    wanted = ((truth - raw[..., 0]) ** 2).mean()
    for k, q in enumerate(QUANTILES):
        off = truth - ends[..., 1 + k]
        wanted += np.where(off > 0, q * off, (q - 1) * off).mean()
    head = heads.ForecastHead(made)
    found = head.loss(target.astype("float32"), raw.reshape(7, -1).astype("float32"))
    assert float(found) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize(("cell", "linear"), [("lstm", True), ("gru", True), ("rnn", False)])
def test_onnx_answers_as_keras(cell, linear):
    made, examples = task(np.exp(RANDOM.normal(size=(50, 2))), linear=linear)
    model, _ = network(made, cell)
    rows = made.encode([e.input for e in examples[:9]])
    graphs = by_kind.proven(model, made, rows)  # refuses what differs
    assert list(graphs) == ["model"]


def test_intervals_are_calibrated_where_the_noise_is_known():
    """The spread of the noise hangs on the last value, which a linear path alone cannot tell."""
    random = np.random.default_rng(5)  # its own: as many were drawn before as tests were chosen
    values = [0.0]
    for _ in range(6000):
        spread = 0.3 if values[-1] < 0 else 1.5
        values.append(0.3 * values[-1] + spread * random.normal())
    made, examples = task(values, history=2, horizon=1)
    model, head = network(made)
    past = np.stack([row["past"] for row in made.encode([e.input for e in examples])])
    targets = [e.target for e in examples]
    future = np.stack([row["future"] for row in made.encode_targets(targets, [])])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=head.loss)
    model.fit(past[:4000], future[:4000], epochs=12, batch_size=64, verbose=0)
    outputs = {"forecast": model.predict(past[4000:], verbose=0)}
    answers = made.decode(outputs, [{}] * len(past[4000:]))
    low, high, true = (
        np.array([a["low"][0] for a in answers]), np.array([a["high"][0] for a in answers]),
        np.array(targets[4000:])[:, 0],
    )  # fmt: skip
    calm = np.array([e.input[-1] < 0 for e in examples[4000:]])
    inside = (low <= true) & (true <= high)
    # of 1000 each, so 0.007 is chance; sums of another processor train another network
    assert inside[calm].mean() == pytest.approx(0.95, abs=0.05)
    assert inside[~calm].mean() == pytest.approx(0.95, abs=0.05)
    assert (high - low)[~calm].mean() > 2.5 * (high - low)[calm].mean()
