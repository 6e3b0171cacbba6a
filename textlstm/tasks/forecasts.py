"""How good forecasts are: RMSE, MAE, MASE, sMAPE and coverage, with block bootstrap intervals.

A forecast starts at an origin; origins follow each other in time, and the errors of neighbours
are alike. So the bootstrap draws blocks of neighbours with replacement, around the end to the
start (circular: Politis & Romano 1992, "A circular block-resampling procedure for stationary
data"), each as long as a forecast or the cube root of the number of origins, whichever is more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm.report import Score
from textlstm.tasks.resampling import percentile

Floats = npt.NDArray[np.float64]
RESAMPLES = 1000
# Columns of the sums that every score is made of, a row an origin.
SQUARED, ABSOLUTE, RELATIVE, INSIDE = range(4)


@dataclass(frozen=True)
class Measured:
    """Scores, and what they are made of.

    Attributes:
        scores: by name.
        sums: mean squared error, absolute error, relative error and share inside the interval of
            each origin (origins, 4).
        errors: forecast less truth (origins, horizon).
        horizon: steps of a forecast.
        notes: what a reader must know.
    """

    scores: dict[str, Score]
    sums: Floats
    errors: Floats
    horizon: int
    notes: list[str]

    @property
    def per_label(self) -> dict[str, dict[str, float]]:
        """Nothing: a forecast has no label."""
        return {}

    @property
    def correct(self) -> npt.NDArray[np.bool_]:
        """Whether all values of a forecast lie in their interval."""
        return np.asarray(self.sums[:, INSIDE] >= 1.0)


def measure(
    targets: Sequence[Any],
    answers: Sequence[Mapping[str, Any]],
    naive_error: float,
    seed: int = 0,
) -> Measured:
    """Return the scores of forecasts, each with a 95 % interval.

    RMSE and MAE are over all origins and steps. MASE is MAE divided by `naive_error` (Hyndman &
    Koehler 2006, "Another look at measures of forecast accuracy"); sMAPE is the mean of
    200 |f - y| / (|f| + |y|), 0 where both are 0 (Makridakis 1993), in percent; coverage is the
    share of values from `low` to `high`, of which 95 % is asked.

    Args:
        targets: (origins, horizon).
        answers: {"forecast", "low", "high"} an origin.
        naive_error: mean absolute error in training of the value a season before.
        seed: of the resamples.
    """
    truth = np.array(targets, np.float64).reshape(len(targets), -1)
    made, low, high = (
        np.array([answer[name] for answer in answers], np.float64).reshape(truth.shape)
        for name in ("forecast", "low", "high")
    )
    errors = made - truth
    size = np.abs(made) + np.abs(truth)
    relative = 200 * np.abs(errors) / np.where(size > 0, size, 1.0)
    # An end that a float32 network gives may be off by its rounding.
    slack = 1e-6 * np.abs(truth)
    inside = (low - slack <= truth) & (truth <= high + slack)
    sums = np.stack(
        [part.mean(axis=1) for part in (errors**2, np.abs(errors), relative, inside)], axis=1
    )
    horizon = truth.shape[1]
    drawn = resampled(sums, horizon, seed)
    whole = sums.mean(axis=0)

    def score(column: int, unit: str, how: Any, higher: bool = False) -> Score:
        value = float(how(whole[column]))
        low, high = percentile(np.asarray(how(drawn[:, column])))
        ends = (None, None) if low is None or high is None else (min(low, value), max(high, value))
        return Score(value, unit, higher, *ends)

    scores = {
        "rmse": score(SQUARED, "value", np.sqrt),
        "mae": score(ABSOLUTE, "value", lambda x: x),
        "mase": score(ABSOLUTE, "times", lambda x: x / naive_error if naive_error else x * np.nan),
        "smape": score(RELATIVE, "percent", lambda x: x),
        "coverage": score(INSIDE, "fraction", lambda x: x, True),
    }
    return Measured(scores, sums, errors, horizon, [])


def resampled(sums: Floats, horizon: int, seed: int) -> Floats:
    """Return the means of resampled origins (RESAMPLES, columns).

    Args:
        sums: a row an origin, in time order.
        horizon: steps of a forecast.
        seed: of the draws.
    """
    rows = len(sums)
    length = block_length(rows, horizon)
    around = np.concatenate([sums, sums[: length - 1]])
    totals = np.cumsum(np.concatenate([np.zeros((1, sums.shape[1])), around]), axis=0)
    blocks = -(-rows // length)
    starts = np.random.default_rng(seed).integers(0, rows, size=(RESAMPLES, blocks))
    ends = np.full(blocks, length)
    ends[-1] = rows - length * (blocks - 1)  # the last block is cut: all resamples are equally long
    # A cut block ends within `around`, as a whole one does.
    found = (totals[starts + ends] - totals[starts]).sum(axis=1)
    return np.asarray(found / rows)


def block_length(rows: int, horizon: int) -> int:
    """Return how many neighbouring origins are drawn together."""
    return max(1, min(rows, max(horizon, round(rows ** (1 / 3)))))


def by_step(errors: Floats) -> list[dict[str, float]]:
    """Return {"step", "rmse", "bias"} of each step ahead, from errors (origins, horizon)."""
    return [
        {"step": step + 1, "rmse": float(np.sqrt((column**2).mean())), "bias": float(column.mean())}
        for step, column in enumerate(errors.T)
    ]
