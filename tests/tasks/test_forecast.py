"""The forecast task: scaling, season, autoregression, what it takes, what it scores."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

from textlstm import tasks
from textlstm.corpora.example import Example
from textlstm.errors import DataError, SettingsError
from textlstm.settings import ForecastSettings
from textlstm.tasks import autoregression, forecasts
from textlstm.tasks.forecast import PARTS, Forecast, quantiles
from textlstm.tasks.scaling import Scaling, season_of, steadiest

RANDOM = np.random.default_rng(3)


def windows(values, history, horizon):
    rows = [tuple(row) if np.ndim(row) else float(row) for row in np.asarray(values).tolist()]
    last = [row[-1] if isinstance(row, tuple) else row for row in rows]
    return [
        Example(tuple(rows[n - history : n]), tuple(last[n : n + horizon]), f"a:{n}")
        for n in range(history, len(rows) - horizon + 1)
    ]


def fitted(values, history=12, horizon=2, **more):
    s = ForecastSettings.from_mapping({"history": history, "horizon": horizon, **more})
    return Forecast.fit(windows(values, history, horizon), s)


def airlike(n=96):
    level = 100 * 1.01 ** np.arange(n)
    return level * (1 + 0.3 * np.sin(2 * np.pi * np.arange(n) / 12)) * RANDOM.normal(1, 0.02, n)


@given(
    st.lists(st.floats(0.01, 1e5), min_size=3, max_size=30),
    st.sampled_from(["log", "sqrt", "standard"]),
)
def test_scaling_is_undone(values, how):
    column = np.array(values)
    scaling = Scaling.fit(column[:, None], how, ["x"], 12)
    back = scaling.undo(scaling.apply(column[:, None])[:, 0], 0)
    assert back == pytest.approx(column, rel=1e-9, abs=1e-9)


def test_scaling_is_of_training_alone():
    values = RANDOM.normal(10, 2, 80)
    task = fitted(values)
    assert task.scaling.mean[0] == pytest.approx(values[:78].mean())
    assert task.scaling.spread[0] == pytest.approx(values[:78].std())
    plain = fitted(values, scale="none")
    assert (plain.scaling.mean, plain.scaling.spread) == ((0.0,), (1.0,))


def rootlike(n=400):
    """Return roots that spread evenly, squared: nought at times, as counts are."""
    return np.maximum(5 + 4 * np.sin(np.arange(n) / 25) + RANDOM.normal(0, 0.6, n), 0) ** 2


def test_a_root_or_logarithm_is_taken_where_it_is_steadiest():
    assert steadiest(airlike(), 12) == 0.0
    assert steadiest(rootlike(), 12) == 0.5
    assert steadiest(np.append(rootlike(), np.zeros(24)), 12) == 0.5  # blocks of 0 tell nothing
    assert steadiest(100 + RANDOM.normal(0, 3, 200) + np.arange(200), 12) == 1.0
    assert steadiest(np.zeros(100), 12) == 1.0
    assert steadiest(airlike()[:40], 12) == 1.0  # too few blocks
    assert fitted(airlike()).scaling.power == (0.0,)
    assert fitted(airlike() - 90).scaling.power == (1.0,)  # not all above 0
    assert fitted(rootlike()).notes[0] == "scale: square root, mean and spread of train"


def test_what_has_no_root_or_logarithm_is_refused():
    with pytest.raises(DataError, match="scale=log needs values above 0: '1' goes down to -"):
        fitted(np.sin(np.arange(60.0)), scale="log")
    with pytest.raises(DataError, match="scale=sqrt needs values from 0: '1' goes down to -"):
        fitted(np.sin(np.arange(60.0)), scale="sqrt")
    with pytest.raises(DataError, match="the value -1 has no logarithm"):
        fitted(airlike()).encode([[-1.0] * 12])
    with pytest.raises(DataError) as caught:
        fitted(rootlike()).encode([[-1.0] * 12])
    assert str(caught.value) == (
        "the value -1 has no square root: the model was trained on values from 0 and takes their "
        "square roots"
    )


def test_the_last_target_has_a_say_in_the_scale():
    values = airlike()
    assert fitted(values).scaling.power == (0.0,)
    values[-1] = -1.0  # no input of train, but to be learned
    assert fitted(values).scaling.power == (1.0,)
    with pytest.raises(DataError, match="scale=log needs values above 0: '1' goes down to -1 in"):
        fitted(values, scale="log")


@pytest.mark.parametrize("how", ["standard", "sqrt", "log"])
def test_a_forecast_is_the_mean_on_every_scale(how):
    values = airlike()
    scaling = Scaling.fit(values[:, None], how, ["x"], 12)
    drawn = 0.7 + 0.4 * RANDOM.normal(size=200_000)
    mean = scaling.undo(drawn, 0).mean()
    assert scaling.expected(np.array(0.7), np.array(0.4), 0) == pytest.approx(mean, rel=3e-3)


def test_seasons_are_found():
    assert season_of(airlike(), 24) == 12
    assert season_of(np.sin(2 * np.pi * np.arange(200) / 7.3) + 0.01 * np.arange(200), 12) == 7
    assert season_of(np.cumsum(RANDOM.normal(size=400)), 24) == 1
    assert season_of(np.arange(50.0), 24) == 1
    assert season_of(airlike(), 8) == 1
    assert fitted(airlike(), season=6).season == 6
    with pytest.raises(SettingsError) as caught:
        ForecastSettings.from_mapping({"season": 30})
    assert str(caught.value) == (
        "season=30 needs history=30 or more, not 24: a forecast looks back no further"
    )


def test_an_autoregression_finds_its_own_coefficients():
    values = np.zeros(4000)
    noise = RANDOM.normal(size=4000)
    for n in range(2, 4000):
        values[n] = 1 + 0.5 * values[n - 1] - 0.3 * values[n - 2] + noise[n]
    found = autoregression.fit(values, 10)
    assert found.order >= 2
    assert found.coefficients[:2] == pytest.approx([0.5, -0.3], abs=0.06)
    assert autoregression.fit(np.sin(np.arange(300.0)), 10).order == 2


def test_it_is_unrolled_step_by_step():
    found = autoregression.Autoregression(np.array([0.6, -0.2, 0.1]), 2.0)
    past = RANDOM.normal(size=7)
    weights, constants = found.unrolled(7, 5)
    known = past.tolist()
    for _ in range(5):
        known.append(2.0 + 0.6 * known[-1] - 0.2 * known[-2] + 0.1 * known[-3])
    assert past @ weights + constants == pytest.approx(known[7:])


def test_pasts_are_taken_in_every_form():
    task = fitted(RANDOM.normal(size=60), history=3)
    wanted = task.encode([[1.0, 2.0, 3.5]])[0]["past"]
    assert (wanted.shape, wanted.dtype) == ((3, 1), np.float32)
    for form in (
        "1 2 3.5",
        "9 9 1, 2, 3.5",
        np.array([0, 1, 2, 3.5]),
        [[1], [2], [3.5]],
        (1, 2, 3.5),
    ):
        assert task.encode([form])[0]["past"] == pytest.approx(wanted)
    two = fitted(RANDOM.normal(size=(60, 2)), history=2)
    rows = two.encode([[(1, 2), (3, 4)]])[0]["past"]
    assert two.encode(["1 2; 3,4"])[0]["past"] == pytest.approx(rows)
    assert two.raw([(1, 2), (3, 4)]) == "1 2; 3 4"
    assert task.raw(tuple(range(9))) == "... 5 6 7 8"


@pytest.mark.parametrize(
    ("past", "said"),
    [
        ([1, 2], "the past has 2 rows: expected 3 or more, oldest first"),
        ("", "the past has 0 rows: expected 3 or more, oldest first"),
        ("1 two 3", "'two' is no number: a past is numbers between spaces, oldest first"),
        ([1, float("nan"), 3], "row 2 of the past: '1' is nan: a gap?"),
        ([1, 2, (3, 4)], "row 3 of the past has 2 numbers: expected 1, of 1"),
        ([1, 2, 10**400], "the past holds a number too large for a float"),
    ],
)
def test_a_wrong_past_is_refused(past, said):
    with pytest.raises(DataError) as caught:
        fitted(RANDOM.normal(size=60), history=3).encode([past])
    assert str(caught.value) == said


@pytest.mark.parametrize(
    "past",
    [
        5, None, ["1", "2", "3"], {"a": 1}, [True, 1, 2], [np.True_, 1, 2], [b"1", 2, 3],
        [[1], ["a"], [2]], [[1], [None], [2]], [["1"], [2], [3]], [[True], [2], [3]], [{1}, {2}],
        [[[1]], [[2]], [[3]]], np.zeros((3, 1, 1)), [[np.array([1.0])]] * 3,
    ],
)  # fmt: skip
def test_a_past_of_another_type_is_refused(past):
    with pytest.raises(TypeError, match="expected numbers, or rows of them"):
        fitted(RANDOM.normal(size=60), history=3).encode([past])


def test_quantiles_are_ordered_whatever_the_network_gives():
    raw = RANDOM.normal(0, 30, (50, 4, PARTS))
    found = quantiles(raw)
    ordered = np.concatenate([found[..., 1:3], found[..., :1], found[..., 3:]], axis=-1)
    assert (np.diff(ordered, axis=-1) >= 0).all()
    task = fitted(airlike(), horizon=4)
    for answer in task.decode({"forecast": raw.reshape(50, -1)}, [{}] * 50):
        lines = [answer["low"], answer["quantiles"]["0.1"], answer["forecast"],
                 answer["quantiles"]["0.9"], answer["high"]]  # fmt: skip
        assert (np.diff(np.array(lines), axis=0) >= 0).all()


def test_json_makes_the_same_task():
    task = fitted(airlike(), horizon=3)
    again = tasks.from_json(json.loads(json.dumps(task.to_json())), {})
    raw = RANDOM.normal(size=(2, 3 * PARTS))
    assert again.decode({"forecast": raw}, [{}] * 2) == task.decode({"forecast": raw}, [{}] * 2)
    assert again.to_json() == task.to_json()
    assert tasks.encoder_names(task.to_json()) == ()


def answers(made, wide=1.0):
    return [
        {"forecast": list(row), "low": [v - wide for v in row], "high": [v + wide for v in row]}
        for row in made
    ]


def test_scores_are_those_of_others():
    truth, made = RANDOM.normal(size=(40, 3)), RANDOM.normal(size=(40, 3))
    found = forecasts.measure(truth.tolist(), answers(made.tolist()), 2.0)
    value = {name: score.value for name, score in found.scores.items()}
    assert value["rmse"] == pytest.approx(root_mean_squared_error(truth.ravel(), made.ravel()))
    assert value["mae"] == pytest.approx(mean_absolute_error(truth.ravel(), made.ravel()))
    assert value["mase"] == pytest.approx(value["mae"] / 2)
    by_hand = [200 * abs(f - y) / (abs(f) + abs(y)) for f, y in zip(made.flat, truth.flat)]  # noqa: B905
    assert value["smape"] == pytest.approx(np.mean(by_hand))
    assert value["coverage"] == pytest.approx(np.mean(np.abs(truth - made) <= 1))
    for score in found.scores.values():
        assert score.low <= score.value <= score.high


def test_a_perfect_forecast_scores_the_best():
    truth = RANDOM.normal(size=(20, 2)).tolist()
    task = fitted(airlike())
    scores = task.score(truth, answers(truth, 0.0))
    assert [scores[name].value for name in ("rmse", "mae", "mase", "smape", "coverage")] == [
        0, 0, 0, 0, 1,
    ]  # fmt: skip
    off = task.score(truth, answers([[9.0, 9.0]] * 20, 0.0))
    assert off["rmse"].value > 5 and off["coverage"].value == 0
    assert not off["rmse"].higher_is_better


def test_mase_of_the_naive_forecast_in_training_is_one():
    values = airlike()
    task = fitted(values, history=24, horizon=1)
    naive = np.abs(values[12:] - values[:-12]).mean()
    assert (task.season, task.naive_error) == (12, pytest.approx(naive))


def test_blocks_keep_neighbours_together():
    slow = np.repeat(RANDOM.normal(size=40), 10)[:, None]  # ten equal neighbours each
    alone = forecasts.resampled(slow, 1, 0).std()
    together = forecasts.resampled(slow, 20, 0).std()
    assert forecasts.block_length(400, 1) == 7
    assert forecasts.block_length(400, 20) == 20
    assert together > 1.2 * slow.std() / np.sqrt(400)
    assert together > alone
    assert forecasts.resampled(np.ones((7, 1)), 3, 0) == pytest.approx(np.ones((1000, 1)))


def test_errors_by_step_ahead():
    errors = np.array([[1.0, -2.0], [1.0, 4.0]])
    assert forecasts.by_step(errors) == [
        {"step": 1, "rmse": 1.0, "bias": 1.0},
        {"step": 2, "rmse": pytest.approx(np.sqrt(10)), "bias": 1.0},
    ]


def test_no_window_is_refused():
    with pytest.raises(DataError, match="the training part holds no window"):
        Forecast.fit([], ForecastSettings())
