"""Weights as Keras and ONNX keep them, and as the equations name them.

The one place that knows the orders:

    LSTM  Keras i f g o (it writes c for g)   ONNX i o f g
    GRU   Keras z r n (it writes h for n)     ONNX z r n
    RNN   one matrix

Keras keeps gates side by side in columns, ONNX one below the other in rows. The GRU has two
biases: of the input, and of the state; only for n they are not simply added.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from textlstm.reference.activations import Array
from textlstm.reference.gru import GRUWeights
from textlstm.reference.lstm import LSTMWeights
from textlstm.reference.rnn import RNNWeights

_KERAS = {"lstm": "ifgo", "gru": "zrn"}
_ONNX = {"lstm": "iofg", "gru": "zrn"}
Weights = RNNWeights | LSTMWeights | GRUWeights


def from_keras(kind: str, weights: Sequence[Any]) -> Weights:
    """Return the named weights of `layer.get_weights()`.

    Args:
        kind: "rnn", "lstm" or "gru" (`reset_after`, as Keras' default is).
        weights: kernel (features, gates * units), recurrent kernel (units, gates * units), bias
            (gates * units,), for a GRU (2, gates * units). Without bias: zeros.

    Raises:
        ValueError: the shapes are those of another layer.
    """
    W, U = (np.asarray(weight) for weight in weights[:2])
    rows = 2 if kind == "gru" else 1
    b = np.asarray(weights[2]) if len(weights) > 2 else np.zeros((rows, W.shape[1]), W.dtype)
    gates = len(_KERAS.get(kind, "h"))
    units = U.shape[0]
    if W.shape[1] != gates * units or U.shape[1] != gates * units or b.size != rows * W.shape[1]:
        raise ValueError(
            f"{kind}: kernel {W.shape}, recurrent kernel {U.shape}, bias {b.shape}: expected "
            f"(features, {gates} * units), (units, {gates} * units), ({rows} * {gates} * units)"
        )
    b = b.reshape(rows, -1)
    zeros = np.zeros_like(b[0])
    return _named(kind, _KERAS.get(kind, "h"), W, U, b[0], b[1] if kind == "gru" else zeros)


def from_onnx(kind: str, W: Array, R: Array, B: Array) -> Weights:
    """Return the named weights of one direction of ONNX's RNN, LSTM or GRU.

    Args:
        kind: "rnn", "lstm" or "gru" (`linear_before_reset` = 1).
        W: (gates * units, features).
        R: (gates * units, units).
        B: (2 * gates * units,), of the input and of the state.
    """
    of_input, of_state = np.split(B, 2)
    return _named(kind, _ONNX.get(kind, "h"), W.T, R.T, of_input, of_state)


def gradients_as_in_keras(gradients: Weights) -> tuple[Array, Array, Array]:
    """Return gradients of named weights as those of kernel, recurrent kernel and bias in Keras."""
    d = gradients._asdict()
    if isinstance(gradients, RNNWeights):
        return d["W"], d["U"], d["b"]
    kind = "lstm" if isinstance(gradients, LSTMWeights) else "gru"
    W, U, b = (np.concatenate([d[f"{m}_{k}"] for k in _KERAS[kind]], axis=-1) for m in "WUb")
    if kind == "gru":  # z and r see the sum of both biases, so both have its gradient
        b = np.stack([b, np.concatenate([d["b_z"], d["b_r"], d["b_Un"]])])
    return W, U, b


def _named(kind: str, order: str, W: Array, U: Array, b: Array, b_U: Array) -> Weights:
    """Return weights whose gates stand side by side in columns under their names."""
    if kind == "rnn":
        return RNNWeights(W, U, b + b_U)
    size = len(order)
    each = zip(*(np.split(array, size, axis=-1) for array in (W, U, b, b_U)), strict=True)
    named: dict[str, Array] = {}
    for gate, (W_k, U_k, b_k, b_Uk) in zip(order, each, strict=True):
        named |= {f"W_{gate}": W_k, f"U_{gate}": U_k, f"b_{gate}": b_k + b_Uk}
        if gate == "n":  # inside the reset gate: not to be added
            named |= {"b_n": b_k, "b_Un": b_Uk}
    return LSTMWeights(**named) if kind == "lstm" else GRUWeights(**named)
