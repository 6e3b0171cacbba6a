"""How forecasts are scored: RMSE beside four baselines; Diebold-Mariano test over origins."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm.baselines import Baseline
from textlstm.corpora.example import Example
from textlstm.harness import forecast_baselines, verdicts
from textlstm.report import Report
from textlstm.tasks import forecasts
from textlstm.tasks.pasts import past_of
from textlstm.tasks.resampling import percentile

MAIN = "rmse"
TEST = "diebold_mariano_p"
# What a table of 80 columns has room for; all of them are in the report's JSON.
COLUMNS = {
    "rmse": "rmse",
    "mae": "mae",
    "mase": "mase",
    "smape": "smape",
    "coverage": "cover",
    "Diebold-Mariano p": "p",
}
TESTED = verdicts.Test(
    MAIN,
    TEST,
    "Diebold-Mariano p",
    {
        "last-value": "repeating the last value",
        "seasonal-last": "repeating the last season",
        "drift": "the drift",
        "autoregression": "the linear autoregression",
    },
)
TRAIN_LEAST = 240  # values of the training part that the page draws; more beside a long test
TRAIN_MOST = 2000  # of them that are forecast
FORECASTS_DRAWN = 400  # origins of the tested part that it draws

Row = Mapping[str, Any]


def learn(
    task: Any, train: Iterable[Example] | None, seed: int
) -> forecast_baselines.Learned | None:
    """Return the training part."""
    return None if train is None else forecast_baselines.learn(train)


def measure(task: Any, rows: Sequence[Row], learned: Any, seed: int) -> forecasts.Measured:
    """Return `forecasts.measure` of the rows."""
    return forecasts.measure(
        [row["target"] for row in rows], [row["answer"] for row in rows], task.naive_error, seed
    )


def details(task: Any, rows: Sequence[Row], found: forecasts.Measured) -> dict[str, Any]:
    """Return what the page draws: the series with its forecasts, and errors by step ahead."""
    past = past_of(rows[0]["input"], task.history, task.columns)[:, task.target]
    step = max(1, math.ceil(len(rows) / FORECASTS_DRAWN))
    shown = rows[::step]
    return {
        "kind": "forecast",
        "column": task.columns[task.target],
        "horizon": task.horizon,
        "season": task.season,
        "block": forecasts.block_length(len(rows), task.horizon),
        "past": past.tolist(),
        "truth": [float(row["target"][0]) for row in rows],
        "shown": [
            {"at": place * step, **{key: row["answer"][key] for key in ("forecast", "low", "high")}}
            for place, row in enumerate(shown)
        ],
        "last_target": [float(value) for value in rows[-1]["target"]],
        "by_step": forecasts.by_step(found.errors),
        "residuals": found.errors[:, 0][::step].tolist(),
    }


def looked_into(
    predictor: Any, task: Any, rows: Sequence[Row], learned: Any = None
) -> dict[str, Any]:
    """Return the end of the training part and the forecasts of it, one step ahead.

    Returns:
        `{"train": {"gap", "later", "values", "forecast", "low", "high"}}`: rows up to the test
        part, the last values, and the forecasts of those that end `later` rows before the last
        one; empty without a training part.
    """
    if learned is None:
        return {}
    most = max(TRAIN_LEAST, 2 * len(rows))
    values = learned.values[-most:]
    ends = range(max(task.history, len(learned.values) - most), len(learned.rows) + 1)
    pasts = [learned.rows[end - task.history : end] for end in list(ends)[-TRAIN_MOST:]]
    answers = predictor.predict(pasts)
    later = len(learned.values) - len(learned.rows) - 1  # values that only a longer forecast knows
    made = {key: [answer[key][0] for answer in answers] for key in ("forecast", "low", "high")}
    return {"train": {"gap": learned.gap, "later": later, "values": values.tolist(), **made}}


def baselines(
    task: Any, learned: forecast_baselines.Learned, inputs: Sequence[Any], seed: int
) -> dict[str, Baseline]:
    """Return `forecast_baselines.baselines`, learned and answered."""
    return forecast_baselines.baselines(task, learned, inputs)


def versus(first: forecasts.Measured, second: forecasts.Measured, seed: int) -> dict[str, Any]:
    """Return the Diebold-Mariano test of two systems, and how far their RMSE are apart."""
    return _test(first.sums, second.sums, first.horizon, seed)


def verdict(report: Report) -> list[str]:
    """Return who is ahead by RMSE, and whether that can be chance, as sentences."""
    return verdicts.verdict(report, TESTED)


def outcome(row: Row) -> tuple[list[float], dict[str, Any]]:
    """Return truth and answer of a row; KeyError, TypeError, ValueError: it has them not."""
    answer = {key: [float(v) for v in row["answer"][key]] for key in ("forecast", "low", "high")}
    return [float(value) for value in row["target"]], answer


def target(row: Row) -> list[float]:
    """Return the values that were to be forecast."""
    return [float(value) for value in row["target"]]


def paired(
    first: Sequence[tuple[list[float], dict[str, Any]]],
    second: Sequence[tuple[list[float], dict[str, Any]]],
    reports: tuple[Report, Report],
) -> dict[str, Any]:
    """Return the Diebold-Mariano test of two systems' forecasts."""
    one, other = (
        forecasts.measure([t for t, _ in rows], [a for _, a in rows], 1.0)
        for rows in (first, second)
    )
    return _test(one.sums, other.sums, one.horizon, 0)


def diebold_mariano(difference: npt.NDArray[np.float64], horizon: int) -> float:
    """Return the two-sided p of equal accuracy.

    Diebold & Mariano 1995, "Comparing predictive accuracy", with the correction for few origins
    and Student's t of Harvey, Leybourne & Newbold 1997, "Testing the equality of prediction mean
    squared errors". Where the variance that the autocovariances add up to is not above 0, it is
    estimated with Bartlett's weights (Newey & West 1987), which are never negative.

    Args:
        difference: loss of the first less loss of the second, an origin each, in time order.
        horizon: steps of a forecast: neighbours up to one less share values.
    """
    from scipy.stats import t

    n = len(difference)
    horizon = min(horizon, n)
    off = difference - difference.mean()
    if n < 2 or float(np.abs(off).max()) <= 1e-12 * float(np.abs(difference).max()):
        return 0.0 if float(np.abs(difference).max(initial=0.0)) > 0 and n > 1 else 1.0
    products = [float(off[lag:] @ off[: n - lag]) / n for lag in range(horizon)]
    variance = products[0] + 2 * sum(products[1:])
    if variance <= 0:
        weights = (1 - lag / horizon for lag in range(1, horizon))
        variance = products[0] + 2 * sum(w * p for w, p in zip(weights, products[1:], strict=True))
    if variance <= 0:
        return 1.0
    statistic = float(difference.mean()) / math.sqrt(variance / n)
    small = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n
    return float(2 * t.sf(abs(statistic) * math.sqrt(max(small, 0.0)), n - 1))


def _test(
    one: npt.NDArray[np.float64], other: npt.NDArray[np.float64], horizon: int, seed: int
) -> dict[str, Any]:
    """Return the test of two systems' squared errors, a row an origin; RMSE is to be low."""
    column = forecasts.SQUARED
    both = np.stack([one[:, column], other[:, column]], axis=1)
    drawn = np.sqrt(forecasts.resampled(both, horizon, seed))
    ends = percentile(drawn[:, 0] - drawn[:, 1])
    value = np.sqrt(both.mean(axis=0))
    return {
        "difference": float(value[0] - value[1]),
        "low": ends[0],
        "high": ends[1],
        "only_first": int((both[:, 0] < both[:, 1]).sum()),
        "only_second": int((both[:, 0] > both[:, 1]).sum()),
        TEST: diebold_mariano(both[:, 0] - both[:, 1], horizon),
    }
