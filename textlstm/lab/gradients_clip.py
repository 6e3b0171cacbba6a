"""An exploding RNN in training, with its gradients clipped and as they are."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm.lab.memory_tasks import adding
from textlstm.lab.saving import number
from textlstm.reference import RNN, RNNWeights, backward, draw, forward

LENGTH, UNITS, BATCH, STEPS = 50, 32, 32, 200
SCALE, RATE = 2.0, 0.05  # of U, and of plain gradient descent
DIVERGED = 1e6  # a loss that is taken for lost


@dataclass(frozen=True)
class Training:
    """One training.

    Attributes:
        clip: global norm that gradients were cut to; None: never.
        losses: MSE of each step's sequences before the step; ends where it diverges.
        norms: of the whole gradient, before it is cut.
    """

    clip: float | None
    losses: tuple[float, ...]
    norms: tuple[float, ...]

    @property
    def diverged(self) -> bool:
        """Whether the loss has left all bounds."""
        return not self.losses[-1] <= DIVERGED

    @property
    def end(self) -> float:
        """Mean loss of the last tenth of the steps."""
        return float(np.mean(self.losses[-STEPS // 10 :]))

    def to_json(self) -> dict[str, Any]:
        """Return all numbers."""
        return {
            "clip": self.clip,
            "diverged": self.diverged,
            "steps": len(self.losses),
            "losses": [number(v) for v in self.losses],
            "norms": [number(v) for v in self.norms],
        }


def trained(clip: float | None, seed: int) -> Training:
    """Return a training of a tanh RNN whose recurrent weights are twice too large.

    The adding problem over 50 steps, by gradient descent without momentum. Clipping: Pascanu,
    Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.

    Args:
        clip: global norm that gradients are cut to; None: never.
        seed: of weights and sequences, which are the same for every `clip`.
    """
    rng = np.random.default_rng(seed)
    drawn = draw("rnn", 2, UNITS, rng)
    assert isinstance(drawn, RNNWeights)
    cell = RNN(drawn._replace(U=drawn.U * SCALE))
    V, b_y = rng.normal(size=(UNITS, 1)) / math.sqrt(UNITS), np.zeros(1)
    losses: list[float] = []
    sizes: list[float] = []
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            x, y = adding(rng, BATCH, LENGTH)
            reading = forward(cell, x.astype(float))
            (h,) = reading.state
            error = h @ V + b_y - y
            losses.append(float(np.mean(error**2)))
            dy = 2 * error / BATCH
            back = backward(reading, dstate=(dy @ V.T,)).weights
            gradients = [*back, h.T @ dy, dy.sum(axis=0)]
            size = math.sqrt(sum(float((g**2).sum()) for g in gradients))
            sizes.append(size)
            if not losses[-1] <= DIVERGED:
                break
            cut = 1.0 if clip is None else min(1.0, clip / size)
            for weight, gradient in zip([*cell.weights, V, b_y], gradients, strict=True):
                weight -= RATE * cut * gradient
    return Training(clip, tuple(losses), tuple(sizes))
