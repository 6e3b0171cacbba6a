"""The plain recurrent network: the hidden state is all it has."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from textlstm.reference.activations import Activation, Array, tanh


class RNNWeights(NamedTuple):
    """W (features, units), U (units, units), b (units,); or their gradients."""

    W: Array
    U: Array
    b: Array


class RNNStep(NamedTuple):
    """What one step has computed, each (batch, units) but x (batch, features)."""

    x: Array
    h_before: Array
    h: Array

    @property
    def state(self) -> tuple[Array, ...]:
        """What the next step starts from."""
        return (self.h,)


@dataclass(frozen=True)
class RNN:
    """h_t = tanh(x_t W + h_{t-1} U + b)  (Elman 1990, "Finding structure in time")."""

    weights: RNNWeights
    activation: Activation = tanh

    def start(self, batch: int) -> tuple[Array, ...]:
        """Return the state before the first step: h_0 = 0, (batch, units)."""
        return (np.zeros((batch, len(self.weights.b)), self.weights.U.dtype),)

    def step(self, x: Array, state: tuple[Array, ...]) -> RNNStep:
        """Return one step forward of x (batch, features)."""
        w, (h_before,) = self.weights, state
        h = self.activation(x @ w.W + h_before @ w.U + w.b)
        return RNNStep(x, h_before, h)

    def back(
        self, s: RNNStep, dstate: tuple[Array, ...]
    ) -> tuple[Array, tuple[Array, ...], RNNWeights]:
        """Return the step backward: of ∂loss/∂h_t those of x_t, h_{t-1} and the weights.

        `d` before a name is ∂loss/∂ of it; `a` is what the activation was taken of.
        """
        w, (dh,) = self.weights, dstate
        da = dh * self.activation.slope(s.h)
        dx = da @ w.W.T
        dh_before = da @ w.U.T  # again and again: the product of matrices that vanishes or explodes
        gradients = RNNWeights(W=s.x.T @ da, U=s.h_before.T @ da, b=da.sum(axis=0))
        return dx, (dh_before,), gradients
