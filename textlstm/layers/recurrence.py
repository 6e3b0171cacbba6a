"""Stacked, one- or two-directional recurrent layers."""

from collections.abc import Sequence
from typing import Any

import keras

from textlstm.errors import SettingsError
from textlstm.layers.checks import fraction, one_of, whole
from textlstm.layers.draws import reseed
from textlstm.layers.fused import GRU, LSTM, Bidirectional

CELLS = {"rnn": keras.layers.SimpleRNN, "lstm": LSTM, "gru": GRU}


def recurrent(
    x: Any,
    cell: str = "lstm",
    units: Sequence[int] = (128,),
    bidirectional: bool = True,
    *,
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
    activation: str = "tanh",
    mask: Any = None,
    return_sequences: bool = True,
    seed: int | None = None,
    name: str = "recurrent",
) -> Any:
    """Return the hidden states of the last layer of a recurrent stack.

    Layer k reads the whole sequence of layer k-1; both dropouts draw one mask a sequence and
    keep it over time (Gal & Ghahramani 2016, "A theoretically grounded application of dropout
    in recurrent neural networks", equation 7). GRU is Keras' `reset_after` form, which is the
    one that ONNX and cuDNN compute (equations: Cho et al. 2014, Hochreiter & Schmidhuber 1997).
    LSTM and GRU run on fused kernels where these apply (`textlstm.layers.fused`).

    Args:
        x: symbolic input (batch, time, features).
        cell: "rnn", "lstm" or "gru".
        units: hidden units of each layer, from the input upwards.
        bidirectional: a second cell reads from the end; the two are concatenated.
        dropout: share of each layer's inputs that is dropped in training.
        recurrent_dropout: share of the hidden state that is dropped in training;
            the fused kernels do not have it, Keras' own loop runs then.
        activation: "tanh" or "relu", of the hidden state.
        mask: symbolic bool (batch, time), True at words; by default the one x carries.
        return_sequences: False gives the state after the last word of each direction.
        seed: of the dropout masks; None draws one from Keras' global seed.
        name: of the layers: `name`_1, `name`_2, ... from the input upwards. Weights are named
            `name_1/forward_lstm/lstm_cell/kernel`, or `name_1/lstm_cell/kernel` for one direction.

    Returns:
        (batch, time, units[-1]), or twice the units when bidirectional; without time where
        return_sequences is False.

    Raises:
        SettingsError: for a value outside the ranges above.
    """
    if isinstance(units, int) or not units:
        raise SettingsError(f"units={units!r}: expected one number a layer, such as (128,)")
    make = CELLS[one_of("cell", cell, tuple(CELLS))]
    shared = {
        "activation": one_of("activation", activation, ("tanh", "relu")),
        "dropout": fraction("dropout", dropout),
        "recurrent_dropout": fraction("recurrent_dropout", recurrent_dropout),
    }
    for k, size in enumerate(units, start=1):
        shared["units"] = whole("units", size)
        shared["return_sequences"] = return_sequences or k < len(units)
        if bidirectional:
            layer = Bidirectional(make(name=cell, **shared), name=f"{name}_{k}")
            ways = [layer.forward_layer, layer.backward_layer]
        else:
            layer = make(name=f"{name}_{k}", **shared)
            ways = [layer]
        if seed is not None:
            for way, one in enumerate(ways):
                reseed(one, seed, f"{k} {way}")
        x = layer(x) if mask is None else layer(x, mask=mask)
    return x
