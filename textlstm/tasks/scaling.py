"""Numbers of a series as a network takes them, and back; what is scaled by is learned in training.

Also what a series is like: whether it repeats, and whether its logarithm is steadier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from textlstm.errors import DataError

Floats = npt.NDArray[np.float64]
LEAST_CORRELATION = 0.3  # of a series with itself a season later, from which it counts as seasonal


@dataclass(frozen=True)
class Scaling:
    """For each column: perhaps the logarithm, then less a mean, then divided by a spread.

    Attributes:
        log: whether the logarithm is taken.
        mean: what is taken away.
        spread: what is divided by.
    """

    log: tuple[bool, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]

    @classmethod
    def fit(cls, values: Floats, how: str, names: Sequence[str], block: int) -> Self:
        """Return the scaling of training values (rows, columns).

        Args:
            values: of the training part alone.
            how: "auto", "standard", "log" or "none".
            names: of the columns, for messages.
            block: rows in which "auto" measures the spread; the season, where there is one.

        Raises:
            DataError: how="log", and a value is not above 0.
        """
        log, mean, spread = [], [], []
        for column, name in zip(values.T, names, strict=True):
            positive = bool((column > 0).all())
            if how == "log" and not positive:
                raise DataError(
                    f"scale=log needs values above 0: {name!r} goes down to {column.min():g} in "
                    "train; scale=standard takes any."
                )
            log.append(how == "log" or (how == "auto" and positive and steadier(column, block)))
            scaled = np.log(column) if log[-1] else column
            mean.append(0.0 if how == "none" else float(scaled.mean()))
            spread.append(1.0 if how == "none" else float(scaled.std()) or 1.0)
        return cls(tuple(log), tuple(mean), tuple(spread))

    def apply(self, values: Floats) -> Floats:
        """Return values (..., columns) scaled.

        Raises:
            DataError: a value that is not above 0 where the logarithm is taken.
        """
        return np.stack(
            [self.column(values[..., column], column) for column in range(len(self.log))], axis=-1
        )

    def column(self, values: Floats, column: int) -> Floats:
        """Return values of one column scaled; see `apply`."""
        if self.log[column]:
            if values.size and values.min() <= 0:
                raise DataError(
                    f"the value {values.min():g} has no logarithm: the model was trained on values "
                    "above 0 with scale=log"
                )
            values = np.log(values)
        return (values - self.mean[column]) / self.spread[column]

    def undo(self, scaled: Floats, column: int) -> Floats:
        """Return the values of one column that `apply` made these of."""
        values = scaled * self.spread[column] + self.mean[column]
        # A logarithm beyond what a float holds would be infinite, which JSON cannot say.
        return np.exp(np.clip(values, -700, 700)) if self.log[column] else values

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"log": list(self.log), "mean": list(self.mean), "spread": list(self.spread)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the scaling that `to_json` wrote."""
        return cls(
            tuple(map(bool, data["log"])), tuple(map(float, data["mean"])),
            tuple(map(float, data["spread"])),
        )  # fmt: skip


def steadier(values: Floats, block: int) -> bool:
    """Return whether the spread of a positive series follows its level.

    Guerrero 1993 ("Time-series analysis supported by power transformations", J. Forecasting 12):
    the power lambda is right for which spread / level ** (1 - lambda) varies least from block to
    block; here lambda is 0, the logarithm, or 1.
    """
    size = max(2, block)
    blocks = len(values) // size
    if blocks < 4:
        return False
    cut = values[len(values) - blocks * size :].reshape(blocks, size)
    spread, level = cut.std(axis=1), cut.mean(axis=1)
    return _variation(spread / level) < _variation(spread)


def season_of(values: Floats, longest: int) -> int:
    """Return after how many rows a series repeats, 1 where it does not.

    That is the lag from 2 to `longest` at which the autocorrelation of the differences has its
    largest peak, where it is LEAST_CORRELATION at least and beyond chance (2 / sqrt(n)).
    """
    steps = np.diff(values) - np.diff(values).mean()
    total = float((steps**2).sum())
    longest = min(longest, len(steps) // 2)
    if longest < 2 or total == 0:
        return 1
    found = np.array(
        [float((steps[lag:] * steps[: len(steps) - lag]).sum()) / total
         for lag in range(longest + 2) if lag < len(steps)]
    )  # fmt: skip
    least = max(LEAST_CORRELATION, 2 / np.sqrt(len(steps)))
    peaks = [
        lag
        for lag in range(2, min(longest, len(found) - 2) + 1)
        if found[lag] >= least and found[lag] > found[lag - 1] and found[lag] >= found[lag + 1]
    ]
    return max(peaks, key=lambda lag: found[lag], default=1)


def _variation(values: Floats) -> float:
    mean = float(values.mean())
    return float(values.std()) / mean if mean else float("inf")
