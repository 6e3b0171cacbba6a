"""A recurrent stack whose states go in and come out, so that a text can be read in pieces."""

from collections.abc import Sequence
from typing import Any

from textlstm.errors import SettingsError
from textlstm.layers.checks import fraction, one_of, whole
from textlstm.layers.draws import reseed
from textlstm.layers.weight_dropout import WeightDropGRU, WeightDropLSTM, WeightDropRNN

CELLS: dict[str, Any] = {"rnn": WeightDropRNN, "lstm": WeightDropLSTM, "gru": WeightDropGRU}


def state_sizes(cell: str, units: Sequence[int]) -> list[int]:
    """Return the sizes of the states of a stack: h, and c of an LSTM, of each layer."""
    return [size for size in units for _ in range(2 if cell == "lstm" else 1)]


def carried(
    x: Any,
    states: Sequence[Any],
    cell: str = "lstm",
    units: Sequence[int] = (256,),
    *,
    dropout: float = 0.0,
    weight_dropout: float = 0.0,
    seed: int | None = None,
    name: str = "recurrent",
) -> tuple[Any, list[Any]]:
    """Return the outputs (batch, time, units[-1]) of a stack, and its states after the last step.

    Dropout is variational: one mask for all steps of a piece, of each layer's inputs (Gal &
    Ghahramani 2016, equation 7), here of its input alone.

    Args:
        x: symbolic input (batch, time, features).
        states: symbolic (batch, size), by `state_sizes`.
        cell: "rnn", "lstm" or "gru".
        units: hidden units of each layer, from the input upwards.
        dropout: share of each layer's inputs that is dropped in training.
        weight_dropout: share of the recurrent weights that is dropped in training.
        seed: of the masks; None draws one from Keras' global seed.
        name: of the layers: `name`_1, `name`_2, ... from the input upwards.

    Raises:
        SettingsError: for a value outside these ranges.
    """
    if isinstance(units, int) or not units:
        raise SettingsError(f"units={units!r}: expected one number a layer, such as (256,)")
    make = CELLS[one_of("cell", cell, tuple(CELLS))]
    left, after = list(states), []
    for k, size in enumerate(units, start=1):
        layer = make(
            whole("units", size), dropout=fraction("dropout", dropout),
            weight_dropout=weight_dropout, return_sequences=True, return_state=True,
            name=f"{name}_{k}",
        )  # fmt: skip
        if seed is not None:
            reseed(layer, seed, f"{k}")
            layer.weight_draws.state.assign([(seed * 1000 + k) % 2**31, 0])
        each = 2 if cell == "lstm" else 1
        own, left = left[:each], left[each:]
        x, *found = layer(x, initial_state=own)
        after += found
    return x, after
