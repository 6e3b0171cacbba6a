"""Tasks that cannot be solved without remembering: adding, temporal order, copy.

Every sequence is drawn anew, so there is nothing to learn by heart.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

ORDER_SYMBOLS = 8  # X, Y, four distractors, start, trigger
COPY_SYMBOLS = 8
COPIED = 10  # symbols that are to be copied
SOLVED_ORDER = 0.01
SOLVED_COPY = 0.1  # of the baseline


@dataclass(frozen=True)
class MemoryTask:
    """One task at every length.

    Attributes:
        name: as `tasks=` has it.
        title: as a plot has it.
        measure: of errors, lower is better: "MSE", "share of wrong answers", "nats a step".
        output: "number" (batch, 1), "class" (batch,) or "classes" (batch, time).
        size: numbers the network gives, or classes.
        shortest: length below which it cannot be drawn.
        draw: (generator, batch, length) to inputs (batch, time, features) and targets.
        chance: length to the error of the best answer that remembers nothing.
        limit: length to the error up to which it counts as solved.
        source: where the task and its numbers come from.
    """

    name: str
    title: str
    measure: str
    output: Literal["number", "class", "classes"]
    size: int
    shortest: int
    draw: Callable[[np.random.Generator, int, int], tuple[Array, Array]]
    chance: Callable[[int], float]
    limit: Callable[[int], float]
    source: str

    def error(self, outputs: Array, targets: Array) -> float:
        """Return the mean error of a network's outputs (batch, [time,] size), logits of classes."""
        if self.output == "number":
            return float(np.mean((outputs - targets) ** 2, dtype=np.float64))
        if self.output == "class":
            return float(np.mean(outputs.argmax(axis=-1) != targets))
        logits = outputs.astype(np.float64)
        logits -= logits.max(axis=-1, keepdims=True)
        right = np.take_along_axis(logits, targets[..., None].astype(int), axis=-1)[..., 0]
        return float(np.mean(np.log(np.exp(logits).sum(axis=-1)) - right))


def adding(rng: np.random.Generator, batch: int, length: int) -> tuple[Array, Array]:
    """Return sequences of (number, mark) and the sum of the two numbers that are marked.

    Numbers are uniform in [0, 1]; one mark lies in the first half, one in the second.
    """
    numbers = rng.random((batch, length), dtype=np.float32)
    marks = np.zeros((batch, length), np.float32)
    rows = np.arange(batch)
    marks[rows, rng.integers(0, length // 2, batch)] = 1
    marks[rows, rng.integers(length // 2, length, batch)] = 1
    return np.stack([numbers, marks], axis=-1), (numbers * marks).sum(axis=1, keepdims=True)


def order(rng: np.random.Generator, batch: int, length: int) -> tuple[Array, Array]:
    """Return sequences of symbols and in which order X and Y came: XX, XY, YX or YY.

    The first of the two lies within 10 to 20 % of the length, the second within 50 to 60 %; the
    others are one of four symbols that mean nothing, between a start and a trigger.
    """
    symbols = rng.integers(2, 6, (batch, length))
    symbols[:, 0], symbols[:, -1] = 6, 7
    first, second = rng.integers(0, 2, (2, batch))
    rows = np.arange(batch)
    for found, start in ((first, 0.1), (second, 0.5)):
        low = max(1, round(start * length))
        high = max(low + 1, round((start + 0.1) * length))
        symbols[rows, rng.integers(low, high, batch)] = found
    return _one_hot(symbols, ORDER_SYMBOLS), (2 * first + second).astype(np.int32)


def copy(rng: np.random.Generator, batch: int, length: int) -> tuple[Array, Array]:
    """Return 10 symbols, `length` blanks the last of which is a signal, 10 blanks; and the copy.

    The target is blank (class 0) up to the signal, then the 10 symbols in their order; both are
    length + 20 steps long.
    """
    seen = rng.integers(1, COPY_SYMBOLS + 1, (batch, COPIED))
    inputs = np.zeros((batch, length + 2 * COPIED), np.int64)
    inputs[:, :COPIED] = seen
    inputs[:, COPIED + length - 1] = COPY_SYMBOLS + 1
    targets = np.zeros(inputs.shape, np.int32)
    targets[:, -COPIED:] = seen
    return _one_hot(inputs, COPY_SYMBOLS + 2), targets


def _one_hot(symbols: Array, size: int) -> Array:
    return np.asarray(np.eye(size, dtype=np.float32)[symbols])


def copy_chance(length: int) -> float:
    """Return the nats a step of an answer that knows when to speak, but guesses the symbols."""
    return COPIED * math.log(COPY_SYMBOLS) / (length + 2 * COPIED)


TASKS: Mapping[str, MemoryTask] = {
    task.name: task
    for task in (
        MemoryTask(
            "adding", "adding problem", "MSE", "number", 1, 2, adding,
            lambda length: 1 / 6, lambda length: 0.01,
            "Hochreiter & Schmidhuber 1997, experiment 4, as Arjovsky et al. 2016 draw it; "
            "always answering the mean gives an MSE of 1/6 = 0.167",
        ),
        MemoryTask(
            "order", "temporal order", "share of wrong answers", "class", 4, 10, order,
            lambda length: 0.75, lambda length: SOLVED_ORDER,
            "Hochreiter & Schmidhuber 1997, experiment 6a, places of X and Y in proportion to the "
            "length; solved at 1 % of wrong answers as in Pascanu et al. 2013",
        ),
        MemoryTask(
            "copy", "copy", "nats a step", "classes", COPY_SYMBOLS + 1, 1, copy,
            copy_chance, lambda length: SOLVED_COPY * copy_chance(length),
            "Arjovsky et al. 2016, whose baseline without memory is 10 log 8 / (T + 20); solved "
            "here: a tenth of it",
        ),
    )
}  # fmt: skip
