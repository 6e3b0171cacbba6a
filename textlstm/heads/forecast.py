"""The Keras half of forecasting: a window in, forecasts and distances of quantiles out."""

from typing import Any, Protocol

import keras
import numpy as np
from keras import ops

from textlstm.layers.windows import LinearWindow
from textlstm.tasks.forecast import PARTS, QUANTILES

# Of a standard normal distribution at QUANTILES: what the intervals start as.
NORMAL = (-1.959964, -1.281552, 1.281552, 1.959964)
SMALL = 0.01  # spread of the first weights: the network starts as its linear path


class Forecasting(Protocol):
    """What the head reads of a forecasting task."""

    columns: tuple[str, ...]
    history: int
    horizon: int
    inside: bool
    noise: np.ndarray

    def path(self) -> tuple[np.ndarray, np.ndarray]:
        """Return weights (history, columns, horizon) and constants (horizon,), linear."""


class ForecastHead:
    """Input, output layer and loss of a forecasting task.

    Args:
        task: its sizes, and the linear autoregression beside the network where it is `inside`.
    """

    def __init__(self, task: Forecasting) -> None:
        """Take the task."""
        self.task = task

    def inputs(self) -> Any:
        """Return the symbolic input "past", float32 (batch, history, columns), scaled."""
        shape = (self.task.history, len(self.task.columns))
        return keras.Input(shape, dtype="float32", name="past")

    def __call__(self, features: Any, past: Any) -> Any:
        """Return (batch, horizon * PARTS), from a layer named "forecast".

        Of each step, in units of the task's `noise`: the forecast, and the distances between it
        and the quantiles before softplus, see `tasks.forecast.quantiles`.

        Args:
            features: of the window (batch, n).
            past: the window itself.
        """
        horizon, inside = self.task.horizon, self.task.inside
        first = np.tile([0.0, *_distances()], horizon)
        made = keras.layers.Dense(
            horizon * PARTS, name="correction" if inside else "forecast",
            kernel_initializer=keras.initializers.RandomNormal(0.0, SMALL, seed=1),
            bias_initializer=lambda shape, dtype=None: ops.convert_to_tensor(first, dtype),
        )(features)  # fmt: skip
        if not inside:
            return made
        weights, constants = self.task.path()
        kernel = np.zeros((*weights.shape[:2], horizon, PARTS))
        kernel[..., 0] = weights
        bias = np.zeros((horizon, PARTS))
        bias[:, 0] = constants
        linear = LinearWindow(name="forecast")
        found = linear([made, past])
        linear.set_linear(kernel.reshape(*weights.shape[:2], -1), bias.ravel())
        return found

    def loss(self, y_true: Any, made: Any) -> Any:
        """Return the mean loss of a step, a scalar.

        The squared error of the forecast, so that it is a mean, plus the quantile losses (Koenker
        & Bassett 1978) of the four quantiles, which do not move the forecast; all in units of the
        task's noise.

        Args:
            y_true: float (batch, horizon), scaled.
            made: float (batch, horizon * PARTS).
        """
        raw = ops.reshape(ops.cast(made, "float32"), (-1, self.task.horizon, PARTS))
        noise = ops.convert_to_tensor(np.asarray(self.task.noise, "float32"))
        target = ops.cast(ops.reshape(y_true, (-1, self.task.horizon)), "float32") / noise
        middle = raw[..., 0]
        steps = ops.softplus(raw[..., 1:])
        fixed = ops.stop_gradient(middle)
        inner, outer, above, beyond = (steps[..., k] for k in range(PARTS - 1))
        ends = (fixed - inner - outer, fixed - inner, fixed + above, fixed + above + beyond)
        total = ops.mean(ops.square(target - middle))
        for q, end in zip(QUANTILES, ends, strict=True):
            off = target - end
            total += ops.mean(ops.maximum(q * off, (q - 1.0) * off))
        return total


def _distances() -> list[float]:
    """Return what softplus makes the distances between the quantiles of a normal distribution."""
    wide, near = NORMAL[3], NORMAL[2]
    return [float(np.log(np.expm1(gap))) for gap in (near, wide - near, near, wide - near)]
