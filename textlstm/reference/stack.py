"""Layers above each other, in one direction or two, with states that may be carried on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from textlstm.reference.activations import Array
from textlstm.reference.sequence import Cell, Gradients, Reading, State, backward, forward


@dataclass(frozen=True)
class Layer:
    """One layer of a stack.

    Attributes:
        cell: reads from the start.
        backward: a second cell that reads from the end; none: one direction.
    """

    cell: Cell
    backward: Cell | None = None


@dataclass(frozen=True)
class Pass:
    """A sequence as a stack has read it.

    Attributes:
        readings: of each layer from the input upwards: one, or one of each direction.
        outputs: h_t of the last layer (batch, time, units), both directions side by side.
        states: of each layer after the last step, to start the next piece from; one direction.
    """

    readings: tuple[tuple[Reading, ...], ...]
    outputs: Array
    states: tuple[State, ...]

    @property
    def last(self) -> Array:
        """State h of the last layer after all it has read, both directions side by side."""
        return np.concatenate([reading.state[0] for reading in self.readings[-1]], axis=-1)


def read(
    layers: Sequence[Layer],
    x: Array,
    mask: Array | None = None,
    states: Sequence[State] | None = None,
) -> Pass:
    """Return a sequence (batch, time, features) as a stack reads it.

    Layer k reads the whole sequence h_1 ... h_T of layer k-1; each starts from zeros or, where
    a long sequence comes in pieces, from the `states` of the piece before.

    Args:
        layers: from the input upwards.
        x: inputs (batch, time, features).
        mask: bool (batch, time), True at the steps that count.
        states: of the piece before; none: zeros.

    Raises:
        ValueError: states are given to two directions: the second one begins at an end that the
            piece before has not seen.
    """
    if states is not None and any(layer.backward for layer in layers):
        raise ValueError("states are carried on in one direction only")
    readings: list[tuple[Reading, ...]] = []
    for k, layer in enumerate(layers):
        found = [forward(layer.cell, x, mask, None if states is None else states[k])]
        if layer.backward is not None:
            found.append(forward(layer.backward, x, mask, reverse=True))
        x = np.concatenate([reading.outputs for reading in found], axis=-1)
        readings.append(tuple(found))
    return Pass(tuple(readings), x, tuple(found[0].state for found in readings))


def read_back(
    done: Pass, doutputs: Array | None = None, dlast: Array | None = None
) -> tuple[Array, list[tuple[Gradients, ...]]]:
    """Return ∂loss/∂x (batch, time, features), and the gradients of each layer and direction.

    Args:
        done: what `read` returned.
        doutputs: ∂loss/∂outputs of the last layer (batch, time, units).
        dlast: ∂loss/∂`last` (batch, units), both directions side by side.
    """
    gradients: list[tuple[Gradients, ...]] = []
    for readings in reversed(done.readings):
        ways = len(readings)
        cuts = np.cumsum([reading.outputs.shape[-1] for reading in readings])[:-1]
        sides = [None] * ways if doutputs is None else np.split(doutputs, cuts, axis=-1)
        ends = [None] * ways if dlast is None else np.split(dlast, cuts, axis=-1)
        found = tuple(
            backward(reading, side, None if end is None else _state_gradient(reading, end))
            for reading, side, end in zip(readings, sides, ends, strict=True)
        )
        gradients.insert(0, found)
        doutputs, dlast = np.sum([each.x for each in found], axis=0), None
    assert doutputs is not None
    return doutputs, gradients


def _state_gradient(reading: Reading, dh: Array) -> State:
    """Return ∂loss/∂ of the last state where the loss sees its h alone."""
    return (dh, *(np.zeros_like(part) for part in reading.state[1:]))
