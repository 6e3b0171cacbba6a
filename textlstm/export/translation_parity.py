"""The proof that the encoder and step graphs score given targets as the network does."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from textlstm.batches import pad
from textlstm.errors import Refusal
from textlstm.export.parity import EXTRA, TOLERANCE, ParityReport

NUMBERS = 20_000_000  # log-probabilities of a batch that are held at once
ROWS = 32
ALONE_STEPS = 2_000  # steps of texts that are also scored for themselves, the shortest first

Arrays = Mapping[str, np.ndarray]


def compare(
    model: keras.Model,
    graphs: Mapping[str, bytes],
    rows: Sequence[Arrays],
    *,
    tolerance: float = TOLERANCE,
) -> ParityReport:
    """Return how far log-probabilities of given targets are apart.

    Compared are Keras in batches padded on both sides, which reads a target in one pass, and the
    graphs, which read it step by step: the texts in a batch, and the shortest each for itself.

    Args:
        model: inputs "tokens" and "previous", output logits (batch, time, ids).
        graphs: "encoder" and "step", as `translation.graphs` makes them.
        rows: of each pair "tokens" int32 (source,) and "previous" int32 (time,).
        tolerance: largest difference allowed, relative to the largest logarithm of the text.

    Raises:
        Refusal: naming the first text whose difference is larger, or not a number.
    """
    sessions = {name: _session(data) for name, data in graphs.items()}
    ways: dict[str, Any]
    largest, left, alone = 0.0, ALONE_STEPS, 0
    for places in _batches([len(row["previous"]) for row in rows], model.outputs[0].shape[-1]):
        batch = [rows[place] for place in places]
        expected = _keras(model, batch)
        ways = {"in a batch": _steps(sessions, batch)}
        if left > 0:
            ways["alone"] = [_steps(sessions, [row])[0] for row in batch]
            left -= sum(len(row["previous"]) for row in batch)
            alone += len(batch)
        for way, found in ways.items():
            for place, row, want, got in zip(places, batch, expected, found, strict=True):
                steps = len(row["previous"])
                scale = max(1.0, float(np.abs(want[:steps]).max()))
                gap = float(np.abs(want[:steps] - got[:steps]).max()) / scale
                if not gap <= tolerance:  # also for a gap that is not a number
                    raise Refusal(
                        f"the exported graphs do not score as the network: text {place} "
                        f"({len(row['tokens'])} and {steps} tokens), Keras in a batch and ONNX "
                        f"{way} are {gap:g} apart"
                    )
                largest = max(largest, gap)
    return ParityReport(texts=len(rows), alone=alone, largest=largest, ties=0)


def _batches(lengths: Sequence[int], ids: int) -> Iterator[list[int]]:
    """Yield places of targets of like length, few enough to be held."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: lengths[place]):
        full = (lengths[place] + EXTRA) * (len(batch) + 1) * ids > NUMBERS
        if batch and (full or len(batch) == ROWS):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _keras(model: keras.Model, batch: Sequence[Arrays]) -> np.ndarray:
    """Return log-probabilities (batch, time, ids) from inputs padded beyond what they need."""
    fed = {
        name: np.pad(pad([row[name] for row in batch]), ((0, 0), (0, EXTRA)))
        for name in ("tokens", "previous")
    }
    given = keras.tree.map_structure(lambda tensor: fed[tensor.name], model.input)
    logits = np.asarray(model.predict_on_batch(given))
    top = logits.max(axis=-1, keepdims=True)
    return np.asarray(logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True)))


def _steps(sessions: Mapping[str, Any], batch: Sequence[Arrays]) -> np.ndarray:
    """Return log-probabilities (batch, time, ids) of the graphs."""
    encoder, step = sessions["encoder"], sessions["step"]
    names = [output.name for output in encoder.get_outputs()]
    arrays = encoder.run(None, {"tokens": pad([row["tokens"] for row in batch])})
    source = dict(zip(names, arrays, strict=True))
    fixed = {name: array for name, array in source.items() if not name.startswith("state_")}
    held = {name: array[:, None] for name, array in source.items() if name not in fixed}
    states = list(held)
    previous = pad([row["previous"] for row in batch])
    found = []
    for time in range(previous.shape[1]):
        made = step.run(
            ["log_probabilities", *(f"next_{name}" for name in states)],
            {"previous": previous[:, time : time + 1], **held, **fixed},
        )
        held = dict(zip(states, made[1:], strict=True))
        found.append(made[0][:, 0])
    return np.stack(found, axis=1)


def _session(data: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
