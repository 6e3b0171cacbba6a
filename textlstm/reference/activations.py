"""Activations with their slopes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Activation:
    """A function of one number, applied to each.

    Attributes:
        name: as Keras calls it.
        value: y = f(a).
        slope: dy/da, written in y: backward needs nothing but what forward has kept.
    """

    name: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]

    def __call__(self, a: Array) -> Array:
        """Return f(a), of the shape of `a`."""
        return self.value(a)


# sigma(a) = 1 / (1 + exp(-a)), in a form in which no exponential overflows
sigmoid = Activation("sigmoid", lambda a: 0.5 * (1 + np.tanh(0.5 * a)), lambda y: y * (1 - y))
tanh = Activation("tanh", np.tanh, lambda y: 1 - y**2)
relu = Activation("relu", lambda a: np.maximum(a, 0), lambda y: (y > 0).astype(y.dtype))

ACTIVATIONS = {each.name: each for each in (tanh, relu, sigmoid)}
