"""What a forecast must beat: last value, last season's value, drift, least-squares autoregression.

Each sees the same past as the model. Its 95 % interval holds the errors that it makes in training,
step by step: from their 2.5 to their 97.5 percentile.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm.baselines import Baseline
from textlstm.corpora.example import Example
from textlstm.corpora.series import stretch_of
from textlstm.tasks import autoregression
from textlstm.tasks.pasts import past_of
from textlstm.tasks.resampling import HIGH, LOW

Floats = npt.NDArray[np.float64]
Forecaster = Callable[[Floats], Floats]  # pasts (rows, history) to forecasts (rows, horizon)


@dataclass(frozen=True)
class Learned:
    """What the baselines know of the training part.

    Attributes:
        rows: all columns, without those of the last target (n, columns).
        values: of the forecast column, in time order (n + horizon,).
        gap: rows between the training part and the test part.
    """

    rows: Floats
    values: Floats
    gap: int = 0


def learn(train: Iterable[Example]) -> Learned:
    """Return the training part."""
    found = stretch_of(train)
    return Learned(found.rows, found.values, getattr(train, "gap", 0))


def baselines(task: Any, learned: Learned, inputs: Sequence[Any]) -> dict[str, Baseline]:
    """Return each baseline's forecasts of some pasts.

    Args:
        task: `history`, `horizon`, `columns`, `target`, `season`, `scaling`.
        learned: of the training part.
        inputs: pasts, as the model is given them.
    """
    pasts = np.stack([past_of(given, task.history, task.columns) for given in inputs])
    past = pasts[..., task.target]
    found = {}
    for name, (make, note) in _forecasters(task, learned.values).items():
        started = time.perf_counter()
        answers = _answers(make, task, learned.values, past)
        found[name] = Baseline(answers, time.perf_counter() - started, note)
    return found


def _forecasters(task: Any, train: Floats) -> dict[str, tuple[Forecaster, str]]:
    ahead = np.arange(1, task.horizon + 1)
    slope = (train[-1] - train[0]) / (len(train) - 1)
    scaled = task.scaling.column(train, task.target)
    linear = autoregression.fit(scaled, task.history)
    weights, constants = linear.unrolled(task.history, task.horizon)
    deviation = autoregression.errors(linear, scaled, task.history, task.horizon)

    def last(past: Floats) -> Floats:
        return np.repeat(past[:, -1:], task.horizon, axis=1)

    def season(past: Floats) -> Floats:
        cycle = past[:, -task.season :]
        return cycle[:, (ahead - 1) % task.season]

    def drift(past: Floats) -> Floats:
        return last(past) + slope * ahead

    def autoregressive(past: Floats) -> Floats:
        made = task.scaling.column(past, task.target) @ weights + constants
        return np.asarray(task.scaling.expected(made, deviation, task.target))

    found: dict[str, tuple[Forecaster, str]] = {"last-value": (last, "the last value again")}
    if task.season > 1:
        note = f"the value of the same place in the last {task.season} rows"
        found["seasonal-last"] = (season, note)
    found["drift"] = (drift, f"the last value, then {slope:+.4g} a row as in training")
    note = f"least squares on training, order {linear.order} of {task.history} by AICc"
    note += {1.0: "", 0.5: ", of square roots", 0.0: ", of logarithms"}[
        task.scaling.power[task.target]
    ]
    found["autoregression"] = (autoregressive, note)
    return found


def _answers(make: Forecaster, task: Any, train: Floats, past: Floats) -> list[dict[str, Any]]:
    """Return forecasts with the interval that the errors in training make."""
    every = autoregression.windows(train, task.history + task.horizon)
    off = every[:, task.history :] - make(every[:, : task.history])
    below, above = np.percentile(off, [LOW, HIGH], axis=0)
    made = make(past)
    low, high = np.minimum(made + below, made), np.maximum(made + above, made)
    rows = zip(made.tolist(), low.tolist(), high.tolist(), strict=True)
    return [{"forecast": m, "low": a, "high": b} for m, a, b in rows]
