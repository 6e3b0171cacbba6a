"""A cell through time, forward and backward."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from textlstm.reference.activations import Array

State = tuple[Array, ...]  # h, or h and c; each (batch, units)


class Cell(Protocol):
    """What the loop over time asks of a cell."""

    @property
    def weights(self) -> Any:
        """The weights, a named tuple of arrays."""

    def start(self, batch: int) -> State:
        """Return the state before the first step."""

    def step(self, x: Array, state: State) -> Any:
        """Return what one step computes, with its new `state`."""

    def back(self, s: Any, dstate: State) -> tuple[Array, State, Any]:
        """Return ∂loss/∂ of the step's input, of the state before it, and of the weights."""


@dataclass(frozen=True)
class Reading:
    """A sequence as a cell has read it: all that the way back needs.

    Attributes:
        cell: which has read it.
        steps: what each step has computed, in the order of time, whatever the order of reading.
        mask: bool (batch, time), True at the steps that count.
        outputs: h_t (batch, time, units), 0 where the mask is off.
        state: after the last step read, to start the next piece from.
        reverse: whether it was read from the end.
    """

    cell: Cell
    steps: tuple[Any, ...]
    mask: Array
    outputs: Array
    state: State
    reverse: bool

    def values(self, name: str) -> Array:
        """Return one quantity of all steps, such as "f" or "c": (batch, time, units)."""
        return np.stack([getattr(step, name) for step in self.steps], axis=1)

    def order(self) -> list[int]:
        """Return the places of the steps as they were read."""
        return _order(len(self.steps), self.reverse)


class Gradients(NamedTuple):
    """What a loss changes by.

    Attributes:
        x: ∂loss/∂x_t (batch, time, features).
        state: ∂loss/∂ of the state before the first step read.
        weights: ∂loss/∂ of the weights, named as they are.
        h: ∂loss/∂h_t (batch, time, units), all that comes back to it from later steps included.
    """

    x: Array
    state: State
    weights: Any
    h: Array


def forward(
    cell: Cell,
    x: Array,
    mask: Array | None = None,
    state: State | None = None,
    *,
    reverse: bool = False,
) -> Reading:
    """Return a sequence (batch, time, features) as a cell reads it.

    Where the mask is off, the state goes on as it was and the output is 0 (in Keras:
    `zero_output_for_mask`).

    Args:
        cell: `RNN`, `LSTM` or `GRU`.
        x: inputs (batch, time, features).
        mask: bool (batch, time); none: every step counts.
        state: to start from, the `state` of the piece before; none: zeros.
        reverse: read from the end.
    """
    batch, time = x.shape[:2]
    mask = np.ones((batch, time), bool) if mask is None else np.asarray(mask, bool)
    state = cell.start(batch) if state is None else state
    steps: list[Any] = [None] * time
    outputs = np.zeros((batch, time, state[0].shape[1]), state[0].dtype)
    for t in _order(time, reverse):
        counts = mask[:, t, None]
        steps[t] = cell.step(x[:, t], state)
        state = tuple(
            np.where(counts, new, old) for new, old in zip(steps[t].state, state, strict=True)
        )
        outputs[:, t] = np.where(counts, steps[t].h, 0)
    return Reading(cell, tuple(steps), mask, outputs, state, reverse)


def backward(
    reading: Reading, doutputs: Array | None = None, dstate: State | None = None
) -> Gradients:
    """Return the gradients of a loss: backpropagation through time (Werbos 1990).

    Every step used the same weights, so their gradient is the sum over the steps.

    Args:
        reading: what `forward` returned.
        doutputs: ∂loss/∂outputs (batch, time, units); none: the loss does not see them.
        dstate: ∂loss/∂ of the state after the last step; none: the loss does not see it.
    """
    cell, mask = reading.cell, reading.mask
    if doutputs is None:
        doutputs = np.zeros_like(reading.outputs)
    if dstate is None:
        dstate = tuple(np.zeros_like(part) for part in reading.state)
    dx: list[Array] = [np.empty(0)] * len(reading.steps)
    dh_all = np.zeros_like(doutputs)
    total: list[Array] = [np.zeros_like(weight) for weight in cell.weights]
    for t in reversed(reading.order()):
        counts = mask[:, t, None]
        dh, *rest = dstate
        into = tuple(np.where(counts, part, 0) for part in (dh + doutputs[:, t], *rest))
        past = tuple(np.where(counts, 0, part) for part in dstate)  # of steps that do not count
        dx[t], before, gradients = cell.back(reading.steps[t], into)
        dstate = tuple(a + b for a, b in zip(before, past, strict=True))
        total = [a + b for a, b in zip(total, gradients, strict=True)]
        dh_all[:, t] = into[0]
    return Gradients(np.stack(dx, axis=1), dstate, type(cell.weights)(*total), dh_all)


def _order(time: int, reverse: bool) -> list[int]:
    return list(range(time))[::-1] if reverse else list(range(time))
