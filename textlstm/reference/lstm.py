"""Long short-term memory: a cell state that is added to, and three gates."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from textlstm.reference.activations import Activation, Array, sigmoid, tanh


class LSTMWeights(NamedTuple):
    """W_k (features, units), U_k (units, units), b_k (units,) of each gate k; or gradients."""

    W_f: Array
    U_f: Array
    b_f: Array
    W_i: Array
    U_i: Array
    b_i: Array
    W_g: Array
    U_g: Array
    b_g: Array
    W_o: Array
    U_o: Array
    b_o: Array


class LSTMStep(NamedTuple):
    """What one step has computed, each (batch, units) but x (batch, features)."""

    x: Array
    h_before: Array
    c_before: Array
    f: Array
    i: Array
    g: Array
    c: Array
    o: Array
    h: Array

    @property
    def state(self) -> tuple[Array, ...]:
        """What the next step starts from."""
        return self.h, self.c


@dataclass(frozen=True)
class LSTM:
    """The LSTM with a forget gate.

    Hochreiter & Schmidhuber 1997, "Long short-term memory"; the forget gate is by Gers,
    Schmidhuber & Cummins 2000, "Learning to forget".
    """

    weights: LSTMWeights
    activation: Activation = tanh
    gate: Activation = sigmoid

    def start(self, batch: int) -> tuple[Array, ...]:
        """Return the state before the first step: h_0 = c_0 = 0, (batch, units)."""
        zero = np.zeros((batch, len(self.weights.b_f)), self.weights.U_f.dtype)
        return zero, zero

    def step(self, x: Array, state: tuple[Array, ...]) -> LSTMStep:
        """Return one step forward of x (batch, features)."""
        w, (h_before, c_before) = self.weights, state
        f = self.gate(x @ w.W_f + h_before @ w.U_f + w.b_f)  # what of the cell is kept
        i = self.gate(x @ w.W_i + h_before @ w.U_i + w.b_i)  # how much is written
        g = self.activation(x @ w.W_g + h_before @ w.U_g + w.b_g)  # what is written
        c = f * c_before + i * g  # an addition, not a product of matrices
        o = self.gate(x @ w.W_o + h_before @ w.U_o + w.b_o)  # how much is shown
        h = o * self.activation(c)
        return LSTMStep(x, h_before, c_before, f, i, g, c, o, h)

    def back(
        self, s: LSTMStep, dstate: tuple[Array, ...]
    ) -> tuple[Array, tuple[Array, ...], LSTMWeights]:
        """Return the step backward: of ∂loss/∂(h_t, c_t) those of x_t, h_{t-1}, c_{t-1}, weights.

        `d` before a name is ∂loss/∂ of it; `a_k` is what the activation of gate k was taken of.
        """
        w, (dh, dc_later) = self.weights, dstate
        shown = self.activation(s.c)
        do = dh * shown
        dc = dc_later + dh * s.o * self.activation.slope(shown)
        df = dc * s.c_before
        di = dc * s.g
        dg = dc * s.i
        dc_before = dc * s.f  # along the belt: the product of the f_t

        da_f = df * self.gate.slope(s.f)
        da_i = di * self.gate.slope(s.i)
        da_g = dg * self.activation.slope(s.g)
        da_o = do * self.gate.slope(s.o)
        dx = da_f @ w.W_f.T + da_i @ w.W_i.T + da_g @ w.W_g.T + da_o @ w.W_o.T
        dh_before = da_f @ w.U_f.T + da_i @ w.U_i.T + da_g @ w.U_g.T + da_o @ w.U_o.T
        x, h = s.x.T, s.h_before.T
        gradients = LSTMWeights(
            W_f=x @ da_f, U_f=h @ da_f, b_f=da_f.sum(axis=0),
            W_i=x @ da_i, U_i=h @ da_i, b_i=da_i.sum(axis=0),
            W_g=x @ da_g, U_g=h @ da_g, b_g=da_g.sum(axis=0),
            W_o=x @ da_o, U_o=h @ da_o, b_o=da_o.sum(axis=0),
        )  # fmt: skip
        return dx, (dh_before, dc_before), gradients
