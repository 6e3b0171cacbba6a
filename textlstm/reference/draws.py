"""First values of a cell's weights, as Keras draws them."""

from typing import Any

import numpy as np

from textlstm.reference.activations import Array
from textlstm.reference.gru import GRUWeights
from textlstm.reference.layouts import Weights
from textlstm.reference.lstm import LSTMWeights
from textlstm.reference.rnn import RNNWeights

_CLASSES: dict[str, Any] = {"rnn": RNNWeights, "lstm": LSTMWeights, "gru": GRUWeights}
_GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def draw(
    kind: str, features: int, units: int, rng: np.random.Generator, *, forget_bias: float = 1.0
) -> Weights:
    """Return weights to start training from, float64.

    W is uniform (Glorot & Bengio 2010, equation 16), U orthogonal (Saxe et al. 2014), b zero but
    for the forget gate's (Jozefowicz et al. 2015). As in Keras, the gates' matrices are drawn as
    one, side by side.

    Args:
        kind: "rnn", "lstm" or "gru".
        features: of an input.
        units: of the state.
        rng: where the numbers come from.
        forget_bias: b_f of an LSTM.
    """
    gates = _GATES[kind]
    limit = np.sqrt(6 / (features + gates * units))
    W = np.split(rng.uniform(-limit, limit, (features, gates * units)), gates, axis=1)
    U = np.split(_orthogonal(units, gates * units, rng), gates, axis=1)
    drawn: dict[str, Array] = {}
    for name in _CLASSES[kind]._fields:
        if name.startswith("b"):
            drawn[name] = np.full(units, forget_bias if name == "b_f" else 0.0)
        else:
            drawn[name] = (W if name.startswith("W") else U).pop()
    weights: Weights = _CLASSES[kind](**drawn)
    return weights


def _orthogonal(rows: int, columns: int, rng: np.random.Generator) -> Array:
    """Return a matrix (rows, columns >= rows) whose rows are orthogonal and of length 1."""
    q, r = np.linalg.qr(rng.normal(size=(columns, rows)))
    return np.asarray((q * np.sign(np.diag(r))).T)  # signs made unique, so that it is uniform
