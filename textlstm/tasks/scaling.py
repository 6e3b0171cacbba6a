"""Numbers of a series as a network takes them, and back; what is scaled by is learned in training.

Also what a series is like: whether it repeats, and whether its root or logarithm is steadier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from textlstm.errors import DataError

Floats = npt.NDArray[np.float64]
POWERS = {"standard": 1.0, "sqrt": 0.5, "log": 0.0}  # of the scalings that are named
MOST_LOG = 700.0
LEAST_CORRELATION = 0.3  # of a series with itself a season later, from which it counts as seasonal


@dataclass(frozen=True)
class Scaling:
    """For each column: perhaps a root or the logarithm, then less a mean, divided by a spread.

    Attributes:
        power: to which a value is raised: 1 as it is, 0.5 its square root, 0 its logarithm.
        mean: what is taken away.
        spread: what is divided by.
    """

    power: tuple[float, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]

    @classmethod
    def fit(
        cls,
        values: Floats,
        how: str,
        names: Sequence[str],
        block: int,
        lowest: Mapping[int, float] | None = None,
    ) -> Self:
        """Return the scaling of training values (rows, columns).

        Args:
            values: of the training part alone.
            how: "auto", "none" or of POWERS.
            names: of the columns, for messages.
            block: rows in which "auto" measures the spread; the season, where there is one.
            lowest: by column, the lowest of the values to be scaled where `values` has not all.

        Raises:
            DataError: how="log", and a value is not above 0; how="sqrt", and one is below 0.
        """
        power, mean, spread = [], [], []
        for place, (column, name) in enumerate(zip(values.T, names, strict=True)):
            low = min(float(column.min()), (lowest or {}).get(place, np.inf))
            power.append(steadiest(column, block, low) if how == "auto" else POWERS.get(how, 1.0))
            if not _possible(low, power[-1]):
                wanted = "above 0" if power[-1] == 0 else "from 0"
                raise DataError(
                    f"scale={how} needs values {wanted}: {name!r} goes down to {low:g} in "
                    "train; scale=standard takes any."
                )
            scaled = _raised(column, power[-1])
            mean.append(0.0 if how == "none" else float(scaled.mean()))
            spread.append(1.0 if how == "none" else float(scaled.std()) or 1.0)
        return cls(tuple(power), tuple(mean), tuple(spread))

    def apply(self, values: Floats) -> Floats:
        """Return values (..., columns) scaled.

        Raises:
            DataError: a value that has no logarithm or square root where it is taken.
        """
        return np.stack(
            [self.column(values[..., column], column) for column in range(len(self.power))], axis=-1
        )

    def column(self, values: Floats, column: int) -> Floats:
        """Return values of one column scaled; see `apply`."""
        power = self.power[column]
        low = float(values.min()) if values.size else np.inf
        if not _possible(low, power):
            wanted, known = ("logarithm", "above") if power == 0 else ("square root", "from")
            raise DataError(
                f"the value {low:g} has no {wanted}: the model was trained on values {known} 0 and "
                f"takes their {wanted}s"
            )
        return (_raised(values, power) - self.mean[column]) / self.spread[column]

    def undo(self, scaled: Floats, column: int) -> Floats:
        """Return the values of one column that `apply` made these of."""
        values = scaled * self.spread[column] + self.mean[column]
        if self.power[column] == 0:
            # A logarithm beyond what a float holds would be infinite, which JSON cannot say.
            return np.exp(np.clip(values, -MOST_LOG, MOST_LOG))
        return np.maximum(values, 0.0) ** 2 if self.power[column] == 0.5 else values

    def expected(self, scaled: Floats, deviation: Floats, column: int) -> Floats:
        """Return the means of values of one column whose scaled ones spread normally.

        The mean of a square or an exponential is more than that of the mean: by the variance of a
        root, and by the factor exp(variance / 2) of a logarithm (of the log-normal distribution).

        Args:
            scaled: means of the scaled values.
            deviation: standard deviations of these.
            column: index of the column.
        """
        wide = deviation * self.spread[column]
        if self.power[column] == 0:
            return self.undo(scaled + wide**2 / 2 / self.spread[column], column)
        values = self.undo(scaled, column)
        return values + wide**2 if self.power[column] == 0.5 else values

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"power": list(self.power), "mean": list(self.mean), "spread": list(self.spread)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the scaling that `to_json` wrote."""
        return cls(
            tuple(map(float, data["power"])), tuple(map(float, data["mean"])),
            tuple(map(float, data["spread"])),
        )  # fmt: skip


def steadiest(values: Floats, block: int, low: float = np.inf) -> float:
    """Return the one of POWERS after which the spread of a series follows its level least.

    Guerrero 1993 ("Time-series analysis supported by power transformations", J. Forecasting 12):
    the power lambda is right for which spread / level ** (1 - lambda) varies least from block to
    block. Blocks that are all 0 tell nothing.

    Args:
        values: (rows,).
        block: rows of a block.
        low: the lowest value that the power must take too.
    """
    size = max(2, block)
    blocks = len(values) // size
    cut = values[len(values) - blocks * size :].reshape(blocks, size)
    spread, level = cut.std(axis=1), cut.mean(axis=1)
    powers = [power for power in POWERS.values() if _possible(min(low, values.min()), power)]
    if 0.5 in powers:
        spread, level = spread[level > 0], level[level > 0]
    if len(powers) == 1 or len(level) < 4:
        return 1.0
    return min(powers, key=lambda power: _variation(spread / level ** (1 - power)))


def _possible(low: float, power: float) -> bool:
    """Return whether values from `low` can be raised to a power; 0: have a logarithm."""
    return power == 1 or (low > 0 if power == 0 else low >= 0)


def _raised(values: Floats, power: float) -> Floats:
    if power == 0:
        return np.log(values)
    return np.sqrt(values) if power == 0.5 else values


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
