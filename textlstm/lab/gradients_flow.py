"""How large the gradient of a loss at the last step still is at each step before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm.lab.saving import number
from textlstm.reference import ACTIVATIONS, GRU, LSTM, RNN, Cell, Reading, backward, draw, forward
from textlstm.reference.sequence import State

Array = npt.NDArray[Any]
CELLS: dict[str, Any] = {"rnn": RNN, "gru": GRU, "lstm": LSTM}
KEEPS = {"gru": "z", "lstm": "f"}  # the gate that multiplies what is kept
KEPT = 100.0  # a gradient has vanished or exploded if it changes by more than this factor
FEW = 5  # texts below which a median says nothing


@dataclass(frozen=True)
class Variant:
    """A cell before training.

    Attributes:
        cell: "rnn", "gru" or "lstm".
        activation: "tanh" or "relu", of the candidate and the hidden state; gates are sigmoids.
        scale: factor on the recurrent weights U of all gates.
        forget_bias: b_f of an LSTM; None for the others.
    """

    cell: str
    activation: str = "tanh"
    scale: float = 1.0
    forget_bias: float | None = None

    def drawn(self, features: int, units: int, seed: int) -> Cell:
        """Return the cell with first weights as Keras draws them, U times `scale`."""
        bias = {} if self.forget_bias is None else {"forget_bias": self.forget_bias}
        weights = draw(self.cell, features, units, np.random.default_rng(seed), **bias)
        scaled = {n: w * self.scale for n, w in weights._asdict().items() if n.startswith("U")}
        made: Cell = CELLS[self.cell](weights._replace(**scaled), ACTIVATIONS[self.activation])
        return made


@dataclass(frozen=True)
class Curve:
    """Norms of a gradient by step.

    Attributes:
        name: of the cell, with what sets it apart from the others.
        cell: "rnn", "gru" or "lstm".
        norms: (runs, time), of ∂loss/∂h_t relative to the last step's, of each seed (the median
            over its sequences) or of each text; NaN where a text has no such step.
        keep: mean value of the gate that keeps; None: the cell has none.
        variant: how the cell was drawn; None: it is trained.
    """

    name: str
    cell: str
    norms: Array
    keep: float | None
    variant: Variant | None = None

    @property
    def length(self) -> int:
        """Steps."""
        return int(self.norms.shape[1])

    def known(self, steps: int) -> bool:
        """Return whether enough runs have so many steps, counted from the last."""
        if steps > self.length:
            return False
        return int(self.counts()[-steps]) >= min(FEW, len(self.norms))

    def counts(self) -> Array:
        """Return how many runs have each step: (time,)."""
        return np.asarray((~np.isnan(self.norms)).sum(axis=0))

    def middle(self) -> Array:
        """Return the median over the runs: (time,)."""
        return np.asarray(np.nanmedian(self.norms, axis=0))

    def spread(self) -> tuple[Array, Array]:
        """Return what half of the runs lie between, the quartiles: (time,) each."""
        low, high = np.nanquantile(self.norms, [0.25, 0.75], axis=0, method="nearest")
        return low, high

    @property
    def ratio(self) -> float:
        """First step's norm by the last step's, median."""
        return float(self.middle()[0])

    @property
    def factor(self) -> float:
        """What a step back multiplies by, in the geometric mean."""
        return float(self.ratio ** (1 / max(1, self.length - 1)))

    @property
    def fate(self) -> str:
        """What becomes of it: "vanishes", "explodes" or "is kept"."""
        return fate(self.ratio)

    def to_json(self) -> dict[str, Any]:
        """Return all numbers; null is one too large for a float."""
        low, high = self.spread()
        return {
            "name": self.name,
            "cell": self.cell,
            **({} if self.variant is None else vars(self.variant)),
            "length": self.length,
            "runs": len(self.norms),
            "ratio": number(self.ratio),
            "ratio_low": number(low[0]),
            "ratio_high": number(high[0]),
            "factor": number(self.factor),
            "fate": self.fate,
            "keep": self.keep,
            "norms": [number(v) for v in self.middle()],
            "low": [number(v) for v in low],
            "high": [number(v) for v in high],
        }


def fate(ratio: float) -> str:
    """Return what a gradient does of which a share `ratio` arrives at the first step."""
    if ratio < 1 / KEPT:
        return "vanishes"
    return "is kept" if ratio <= KEPT else "explodes"


def norms(
    cell: Cell, x: Array, rng: np.random.Generator, state: State | None = None
) -> tuple[Array, Reading]:
    """Return ‖∂loss/∂h_t‖ (batch, time) in the order of the steps, and the reading.

    The loss is a linear read-out of the last state h_T in a direction drawn at random, of length
    1; so the norm at the last step is 1, and the others are relative to it. For an LSTM, what goes
    back along the cell state arrives in h_t by way of the gates.

    Args:
        cell: its weights are used as they are.
        x: inputs (batch, time, features), read from the start.
        rng: of the directions.
        state: to start from; none: zeros.
    """
    with np.errstate(all="ignore"):  # what explodes may leave the numbers of a float
        reading = forward(cell, x, state=state)
        last = rng.normal(size=reading.state[0].shape)
        last /= np.linalg.norm(last, axis=1, keepdims=True)
        dstate = (last, *(np.zeros_like(part) for part in reading.state[1:]))
        found = np.linalg.norm(backward(reading, dstate=dstate).h, axis=-1)
    # States that overflow have no slope any more; what would have passed them has exploded.
    lost = ~np.isfinite(reading.outputs).all(axis=(1, 2))
    found[lost, :-1] = np.inf
    return np.where(np.isnan(found), np.inf, found), reading


def drawn_curve(variant: Variant, name: str, length: int, how: Any) -> Curve:
    """Return the norms of a cell with first weights on random inputs, a run a seed.

    Args:
        variant: the cell.
        name: what it is called.
        length: steps.
        how: `units`, `features`, `batch`, `seeds` and `seed` of `GradientSettings`.
    """
    found, keeps = [], []
    for seed in range(how.seed, how.seed + how.seeds):
        rng = np.random.default_rng([seed, 1])  # inputs do not depend on the cell
        # A longer sequence ends like a shorter one: the same inputs before the loss.
        x = rng.normal(size=(length, how.batch, how.features))[::-1].transpose(1, 0, 2)
        cell = variant.drawn(how.features, how.units, seed)
        each, reading = norms(cell, x, np.random.default_rng([seed, 2]))
        found.append(np.median(each, axis=0))
        keeps.append(kept(variant.cell, [reading]))
    middle = [keep for keep in keeps if keep is not None]
    mean = float(np.mean(middle)) if middle else None
    return Curve(name, variant.cell, np.array(found), mean, variant)


def kept(cell: str, readings: Sequence[Reading]) -> float | None:
    """Return the mean of the gate that keeps, over readings, steps and units.

    None: the cell has no such gate, or its numbers have overflowed.
    """
    if cell not in KEEPS:
        return None
    mean = float(np.mean([reading.values(KEEPS[cell]).mean() for reading in readings]))
    return mean if np.isfinite(mean) else None
