"""Small networks to explain."""

from pathlib import Path

import keras
import numpy as np

from textlstm import bundle, layers
from textlstm.export import to_onnx
from textlstm.runtime import Predictor
from textlstm.tasks.classify import Classify

TEXTS = ["not a good film, but a lovely song", "the meal was bad", "这部电影不好看，音乐很美。"] * 3
TEXT = "the film was not a good film, 不好看。"
KINDS = [
    (cell, both, units)
    for cell in ("lstm", "gru", "rnn")
    for both in (False, True)
    for units in ((5,), (4, 6))
]
NAMES = {"lstm": ("input", "forget", "output"), "gru": ("update", "reset"), "rnn": ()}


def network(cell, both, units, encoder, outputs=2, activation="tanh", last=False):
    """A small network whose weights, biases too, are all different."""
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    x = layers.embedding(tokens, encoder.size, 7, None)
    x = layers.recurrent(x, cell, units, both, activation=activation, return_sequences=not last)
    if not last:
        x = layers.pool(x, "max", bidirectional=both, name="pooled")
    model = keras.Model(tokens, keras.layers.Dense(outputs, name="logits")(x))
    rng = np.random.default_rng(3)
    for weight in model.weights:
        weight.assign(rng.normal(scale=0.5, size=weight.shape))
    return model


def predictor_of(model, encoder, *, multi=False, max_tokens=None):
    """A predictor of a network without files."""
    labels = tuple("abcdefgh"[: model.output_shape[-1]])
    thresholds = (0.0,) * len(labels) if multi else ()
    task = Classify(labels, multi, encoder, dict.fromkeys(labels, 1), max_tokens, thresholds)
    return Predictor(bundle.Bundle(Path("m"), {}, task, {}, {"model": to_onnx(model)}))
