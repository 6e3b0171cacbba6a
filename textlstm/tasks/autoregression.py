"""Least-squares autoregression: the next value is a weighted sum of those before it.

Example:
    A sine wave follows exactly from its last two values:

    >>> found = fit(np.sin(np.arange(100.0)), 8)
    >>> found.order
    2
    >>> np.round(found.coefficients, 6).tolist()  # 2 cos(1) and -1
    [1.080605, -1.0]
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
ROUNDING = 1e-20  # share of the variance below which what is left is rounding


@dataclass(frozen=True)
class Autoregression:
    """`constant + sum of coefficients[k] * the value k + 1 steps before`.

    Attributes:
        coefficients: of the values before, the newest first (order,).
        constant: what is added.
    """

    coefficients: Floats
    constant: float

    @property
    def order(self) -> int:
        """How many values a forecast is made of."""
        return len(self.coefficients)

    def unrolled(self, history: int, horizon: int) -> tuple[Floats, Floats]:
        """Return weights (history, horizon), oldest value first, and constants (horizon,).

        Each forecast is put in where the next one needs a value that is not known yet; as all
        steps are linear, so is the forecast of each horizon in the known values.
        """
        weights = [np.eye(history)[:, place] for place in range(history)]
        constants = [0.0] * history
        for _ in range(horizon):
            last = range(1, self.order + 1)
            pairs = list(zip(self.coefficients, last, strict=True))
            weights.append(sum((c * weights[-k] for c, k in pairs), np.zeros(history)))
            constants.append(self.constant + sum(float(c) * constants[-k] for c, k in pairs))
        return np.stack(weights[history:], axis=1), np.array(constants[history:])


def fit(values: Floats, most: int) -> Autoregression:
    """Return the autoregression of a series, of the order up to `most` with the least AICc.

    AICc is Akaike's criterion corrected for few values (Hurvich & Tsai 1989, "Regression and time
    series model selection in small samples"); all orders are compared on the same values.

    Args:
        values: (n,), n >= 3.
        most: the highest order, from 1.
    """
    most = max(1, min(most, (len(values) - 3) // 2))
    design, wanted = _design(values, most)
    n = len(wanted)
    basis, _ = np.linalg.qr(design)
    rest = wanted.copy()
    floor = ROUNDING * max(float(((wanted - wanted.mean()) ** 2).sum()), 1e-300)
    best, order = np.inf, 1
    for column in range(most + 1):
        rest = rest - basis[:, column] * (basis[:, column] @ rest)
        used = column + 2  # coefficients, constant, variance
        if column == 0 or n - used - 1 <= 0:
            continue
        left = max(float(rest @ rest), floor)
        criterion = n * np.log(left / n) + 2 * used + 2 * used * (used + 1) / (n - used - 1)
        if criterion < best:
            best, order = criterion, column
    design, wanted = _design(values, order)
    solved = np.asarray(np.linalg.lstsq(design, wanted, rcond=None)[0], np.float64)
    return Autoregression(solved[1:], float(solved[0]))


def errors(linear: Autoregression, values: Floats, history: int, horizon: int) -> Floats:
    """Return the root mean squared error of each step ahead on a series, (horizon,)."""
    every = windows(values, history + horizon)
    weights, constants = linear.unrolled(history, horizon)
    off = every[:, :history] @ weights + constants - every[:, history:]
    return np.asarray(np.sqrt((off**2).mean(axis=0)))


def windows(values: Floats, size: int) -> Floats:
    """Return every stretch of `size` values, (n - size + 1, size), a view."""
    return np.lib.stride_tricks.sliding_window_view(values, size)


def _design(values: Floats, order: int) -> tuple[Floats, Floats]:
    """Return a column of ones and one a lag, the newest first, and the values that follow."""
    past = windows(values[:-1], order)[:, ::-1]
    return np.concatenate([np.ones((len(past), 1)), past], axis=1), values[order:]
