"""The gated recurrent unit: two gates and no cell state."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from textlstm.reference.activations import Activation, Array, sigmoid, tanh


class GRUWeights(NamedTuple):
    """W_k (features, units), U_k (units, units), b_k (units,) of each gate k; or gradients.

    The candidate has a bias of its own on the side of the state, b_Un.
    """

    W_z: Array
    U_z: Array
    b_z: Array
    W_r: Array
    U_r: Array
    b_r: Array
    W_n: Array
    U_n: Array
    b_n: Array
    b_Un: Array


class GRUStep(NamedTuple):
    """What one step has computed, each (batch, units) but x (batch, features)."""

    x: Array
    h_before: Array
    z: Array
    r: Array
    m: Array
    n: Array
    h: Array

    @property
    def state(self) -> tuple[Array, ...]:
        """What the next step starts from."""
        return (self.h,)


@dataclass(frozen=True)
class GRU:
    """The GRU whose reset gate acts after the product with U_n (Keras' `reset_after`).

    Cho et al. 2014, "Learning phrase representations using RNN encoder-decoder"; this form is the
    one of version 1 of the paper, which cuDNN and ONNX compute.
    """

    weights: GRUWeights
    activation: Activation = tanh
    gate: Activation = sigmoid

    def start(self, batch: int) -> tuple[Array, ...]:
        """Return the state before the first step: h_0 = 0, (batch, units)."""
        return (np.zeros((batch, len(self.weights.b_z)), self.weights.U_z.dtype),)

    def step(self, x: Array, state: tuple[Array, ...]) -> GRUStep:
        """Return one step forward of x (batch, features)."""
        w, (h_before,) = self.weights, state
        z = self.gate(x @ w.W_z + h_before @ w.U_z + w.b_z)  # what of the state is kept
        r = self.gate(x @ w.W_r + h_before @ w.U_r + w.b_r)  # how much of it the candidate sees
        m = h_before @ w.U_n + w.b_Un
        n = self.activation(x @ w.W_n + r * m + w.b_n)
        h = z * h_before + (1 - z) * n
        return GRUStep(x, h_before, z, r, m, n, h)

    def back(
        self, s: GRUStep, dstate: tuple[Array, ...]
    ) -> tuple[Array, tuple[Array, ...], GRUWeights]:
        """Return the step backward: of ∂loss/∂h_t those of x_t, h_{t-1} and the weights.

        `d` before a name is ∂loss/∂ of it; `a_k` is what the activation of gate k was taken of.
        """
        w, (dh,) = self.weights, dstate
        dz = dh * (s.h_before - s.n)
        dn = dh * (1 - s.z)
        da_n = dn * self.activation.slope(s.n)
        dr = da_n * s.m
        dm = da_n * s.r

        da_z = dz * self.gate.slope(s.z)
        da_r = dr * self.gate.slope(s.r)
        dx = da_z @ w.W_z.T + da_r @ w.W_r.T + da_n @ w.W_n.T
        direct = dh * s.z  # past all matrices: the product of the z_t
        dh_before = direct + da_z @ w.U_z.T + da_r @ w.U_r.T + dm @ w.U_n.T
        x, h = s.x.T, s.h_before.T
        gradients = GRUWeights(
            W_z=x @ da_z, U_z=h @ da_z, b_z=da_z.sum(axis=0),
            W_r=x @ da_r, U_r=h @ da_r, b_r=da_r.sum(axis=0),
            W_n=x @ da_n, U_n=h @ dm, b_n=da_n.sum(axis=0), b_Un=dm.sum(axis=0),
        )  # fmt: skip
        return dx, (dh_before,), gradients
