"""What one direction of a recurrent layer does with a text: gates and states by their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm.reference import Reading

Array = npt.NDArray[np.float64]

# Names of the gates and states, with the symbol of the equations.
SYMBOLS: Mapping[str, Mapping[str, str]] = {
    "lstm": {
        "forget": "f", "input": "i", "candidate": "g", "cell": "c", "output": "o", "hidden": "h",
    },
    "gru": {"update": "z", "reset": "r", "candidate": "n", "hidden": "h"},
    "rnn": {"hidden": "h"},
}  # fmt: skip
# The gates proper: between 0 and 1, in the order in which they are shown.
GATES: Mapping[str, tuple[str, ...]] = {
    "lstm": ("forget", "input", "output"),
    "gru": ("update", "reset"),
    "rnn": (),
}


@dataclass(frozen=True, eq=False)
class Gates:
    """One direction of one layer, reading one text.

    Attributes:
        layer: its name in the network.
        direction: "forward" or "backward"; backward reads from the end.
        cell: "lstm", "gru" or "rnn".
        values: (tokens, units) each, in the order of the text, by name: "forget", "input",
            "candidate", "cell", "output" and "hidden" of an LSTM; "update", "reset", "candidate"
            and "hidden" of a GRU; "hidden" of an RNN.
    """

    layer: str
    direction: str
    cell: str
    values: Mapping[str, Array]

    @classmethod
    def of(cls, layer: str, direction: str, cell: str, reading: Reading) -> "Gates":
        """Return the gates of a reading of one text (batch of 1)."""
        names = SYMBOLS[cell].items()
        values = {name: reading.values(symbol)[0] for name, symbol in names}
        return cls(layer, direction, cell, values)

    @property
    def title(self) -> str:
        """Layer, direction and kind."""
        return f"{self.layer} {self.direction} ({self.cell.upper()})"

    @property
    def units(self) -> int:
        """Numbers in a state."""
        return int(self.values["hidden"].shape[1])

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the gates, those that lie between 0 and 1."""
        return GATES[self.cell]

    @property
    def keeps(self) -> str | None:
        """Name of the gate that keeps what was there: forget or update; an RNN has none."""
        return GATES[self.cell][0] if GATES[self.cell] else None

    @cached_property
    def left(self) -> Array | None:
        """What is left of each token at each later one: (tokens, tokens), [from, at].

        The product of the forget gates (GRU: update gates) of all tokens read since, mean over
        the units: 1 on the diagonal, 0 for tokens not read yet. It is the direct way along the
        cell state (GRU: the hidden state), and the factor of the gradient on it. None for an RNN,
        which keeps nothing but through its matrix.
        """
        if self.keeps is None:
            return None
        gate = self.values[self.keeps]
        if self.direction == "backward":
            gate = gate[::-1]
        time = len(gate)
        found = np.zeros((time, time))
        for start in range(time):
            found[start, start] = 1.0
            found[start, start + 1 :] = np.cumprod(gate[start + 1 :], axis=0).mean(axis=1)
        return found[::-1, ::-1] if self.direction == "backward" else found

    @property
    def left_at_end(self) -> Array | None:
        """What is left of each token when all are read: (tokens,)."""
        if self.left is None:
            return None
        return self.left[:, 0 if self.direction == "backward" else -1]

    def means(self) -> dict[str, Array]:
        """Return a number a token: gates' means, what is left at the end, size of the states.

        Keys: the gates' names, "left", then "|c|" (LSTM) and "|h|", the mean absolute values.
        """
        found = {name: self.values[name].mean(axis=1) for name in self.names}
        if self.left_at_end is not None:
            found["left"] = self.left_at_end
        if "cell" in self.values:
            found["|c|"] = np.abs(self.values["cell"]).mean(axis=1)
        found["|h|"] = np.abs(self.values["hidden"]).mean(axis=1)
        return found

    def to_json(self) -> dict[str, Any]:
        """Return all values, rounded to 6 places, as lists."""
        return {
            "layer": self.layer,
            "direction": self.direction,
            "cell": self.cell,
            "units": self.units,
            "values": {name: array.round(6).tolist() for name, array in self.values.items()},
            "left": None if self.left is None else self.left.round(6).tolist(),
        }
