"""The proof that the graph of a language model tells what the network tells."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from textlstm.errors import Refusal
from textlstm.export import generation
from textlstm.export.parity import TOLERANCE, ParityReport
from textlstm.export.walk import arguments

NUMBERS = 20_000_000  # log-probabilities that are compared, about
LONGEST = 64  # tokens of a text that are looked at
PIECES = (1, 2, 7)  # tokens the graph reads at once, over and over, states going on


def compare(
    model: keras.Model,
    graph: bytes,
    texts: Sequence[np.ndarray],
    *,
    start: int,
    tolerance: float = TOLERANCE,
) -> ParityReport:
    """Return how far log-probabilities of all ids, and last states, are apart.

    Keras reads the beginning of each text in one pass; the graph in one pass, and again in pieces
    of one, two and seven tokens, the states carried on.

    Args:
        model: as `generation.to_onnx` takes it.
        graph: what that made of it.
        texts: int32 (tokens,) each; those that are empty are left out.
        start: id that is read before the first token.
        tolerance: largest difference allowed, relative to the largest number of the text.

    Raises:
        Refusal: naming the first text whose difference is larger, or not a number.
    """
    session = _session(graph)
    names = generation.states(model)
    whole = _whole(model, names)
    sizes = {t.name: t.shape[-1] for t in model.inputs if t.name in names}
    ids = generation.output(model).operation.cutoffs[-1]
    most = max(2 * LONGEST, NUMBERS // ids)
    largest, seen, compared = 0.0, 0, 0
    for place, text in enumerate(texts):
        if not len(text) or seen > most:
            continue
        read = np.concatenate([[start], text])[:LONGEST].astype(np.int32)[None]
        first = {name: np.zeros((1, size), np.float32) for name, size in sizes.items()}
        expected = whole(read, first)
        for way, pieces in (("in one piece", [read]), ("in pieces", [*_cut(read)])):
            found = _onnx(session, pieces, first)
            for want, got in zip(expected, found, strict=True):
                scale = max(1.0, float(np.abs(want).max()))
                gap = float(np.abs(want - got).max()) / scale
                if not gap <= tolerance:  # also for a gap that is not a number
                    raise Refusal(
                        f"the exported graph does not tell what the network tells: text {place} "
                        f"({read.shape[1]} tokens) {way} is {gap:g} apart"
                    )
                largest = max(largest, gap)
        seen += read.shape[1]
        compared += 1
    return ParityReport(texts=compared, alone=compared, largest=largest, ties=0)


def _whole(model: keras.Model, names: Sequence[str]) -> Any:
    """Return a function of ids and states that gives Keras' log-probabilities and last states."""
    softmax = generation.output(model)
    inner = keras.Model(
        {t.name: t for t in model.inputs if t.name != "next"},
        [arguments(softmax)[0], *model.outputs[1:]],
    )

    def read(tokens: np.ndarray, states: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        hidden, *after = inner({"tokens": tokens, **{name: states[name] for name in names}})
        return [np.asarray(x) for x in (softmax.operation.log_probabilities(hidden), *after)]

    return read


def _onnx(
    session: Any, pieces: Sequence[np.ndarray], first: Mapping[str, np.ndarray]
) -> list[np.ndarray]:
    states, scores = dict(first), []
    wanted = ["log_probabilities", *(f"next_{name}" for name in first)]
    for piece in pieces:
        made, *after = session.run(wanted, {"tokens": piece, **states})
        states = dict(zip(first, after, strict=True))
        scores.append(made)
    return [np.concatenate(scores, axis=1), *states.values()]


def _cut(read: np.ndarray) -> Iterator[np.ndarray]:
    place, turn = 0, 0
    while place < read.shape[1]:
        size = PIECES[turn % len(PIECES)]
        yield read[:, place : place + size]
        place, turn = place + size, turn + 1


def _session(data: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
