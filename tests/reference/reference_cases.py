"""Shapes, masks and weights that hypothesis draws for the reference."""

import numpy as np
from hypothesis import strategies as st

from textlstm.reference import ACTIVATIONS, GRU, LSTM, RNN, draw

CELLS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
KINDS = tuple(CELLS)


@st.composite
def cases(draw_one, kinds=KINDS, activations=("tanh",)):
    """A cell in float64 with weights far from their first values, an input and a mask."""
    kind = draw_one(st.sampled_from(kinds))
    batch, time = draw_one(st.integers(1, 3)), draw_one(st.integers(1, 5))
    features, units = draw_one(st.integers(1, 4)), draw_one(st.integers(1, 4))
    rng = np.random.default_rng(draw_one(st.integers(0, 2**32 - 1)))
    scale = draw_one(st.sampled_from([0.3, 1.0, 2.0]))
    activation = ACTIVATIONS[draw_one(st.sampled_from(activations))]
    drawn = {
        "none": None,
        "right": np.arange(time) < rng.integers(0, time + 1, (batch, 1)),
        "any": rng.random((batch, time)) < 0.6,
    }[draw_one(st.sampled_from(["none", "right", "any"]))]
    x = rng.normal(size=(batch, time, features))
    return some_cell(kind, features, units, rng, scale, activation), x, drawn, rng


def some_cell(kind, features, units, rng, scale=1.0, activation=ACTIVATIONS["tanh"]):
    """A cell of normal weights, biases too."""
    first = draw(kind, features, units, rng)
    return CELLS[kind](
        type(first)(*(rng.normal(scale=scale, size=w.shape) for w in first)), activation
    )
