"""The proof that the exported graph answers as the network does, text by text."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from textlstm.errors import Refusal

TOLERANCE = 1e-4
EXTRA = 7  # steps of padding beyond the longest text of a batch
ROWS, TOKENS = 32, 16_384  # of a batch, padding included
ALONE_STEPS = 6_000  # time steps that Keras may spend on texts one by one, about 3 s

Decode = Callable[[dict[str, np.ndarray]], Sequence[Any]]
Outputs = list[dict[str, np.ndarray]]  # a row each, without the batch axis


@dataclass(frozen=True, slots=True)
class ParityReport:
    """How far apart the two are.

    Attributes:
        texts: texts compared, each through ONNX alone and in a padded batch, and through Keras
            in a padded batch.
        alone: those of them that Keras also read alone; the shortest come first.
        largest: largest difference of a probability or, relative to max(1, |logit|), of a logit.
        ties: texts with another answer although every probability agrees to the tolerance: their
            probabilities lie that close to a threshold or to each other.
    """

    texts: int
    alone: int
    largest: float
    ties: int


def compare(
    model: keras.Model,
    onnx_bytes: bytes,
    encoded: Sequence[np.ndarray],
    decode: Decode,
    *,
    texts: Sequence[str] | None = None,
    tolerance: float = TOLERANCE,
) -> ParityReport:
    """Return how far the answers of a network and of its ONNX graph are apart.

    Compared are Keras in padded batches, Keras alone (for the shortest texts: it spends about
    half a millisecond a time step), ONNX alone and ONNX in padded batches; all with each other,
    in logits, probabilities and answers.

    Args:
        model: network with one id input and outputs (batch, n) or (batch, time, n).
        onnx_bytes: what `to_onnx` made of it.
        encoded: ids of each text, int32 (time,).
        decode: `{output name: (batch, ...)}` to an answer a row; "probabilities" in an answer
            that is a dict, label to number, are compared.
        texts: the texts themselves, to quote the one that differs.
        tolerance: largest difference allowed.

    Raises:
        Refusal: naming the first text whose difference is larger, or not a number.
    """
    rows = [np.asarray(row, "int32") for row in encoded]
    batches = list(_batches(rows))
    session = _Onnx(onnx_bytes)
    network = _Keras(model, session.names)
    reference = _collect(network, rows, batches, EXTRA)
    ways = {
        "ONNX alone": _collect(session, rows, [[place] for place in range(len(rows))], 0),
        "ONNX in a batch": _collect(session, rows, batches, EXTRA),
    }
    alone = _affordable(rows)
    ways["Keras alone"] = _collect(network, rows, list(_equal_lengths(rows, alone)), 0)
    expected = {place: _answer(decode, row) for place, row in reference.items()}
    largest, ties = 0.0, set()
    for way, found in ways.items():
        for place in sorted(found):
            answer = _answer(decode, found[place])
            gap, what = _gap(reference[place], found[place], expected[place], answer)
            if not gap <= tolerance:  # also for a gap that is not a number
                raise Refusal(_disagreement(way, what, place, rows, texts))
            largest = max(largest, gap)
            if _said(answer) != _said(expected[place]):
                ties.add(place)
    return ParityReport(texts=len(rows), alone=len(alone), largest=largest, ties=len(ties))


class _Keras:
    """Runs the network on padded ids."""

    def __init__(self, model: keras.Model, names: list[str]) -> None:
        self._model, self.names = model, names

    def __call__(self, tokens: np.ndarray) -> list[np.ndarray]:
        # predict_on_batch and not model(): eager recurrent loops run in Python, step by step,
        # and from its third shape on it is one trace for all.
        found = self._model.predict_on_batch(tokens)
        return [np.asarray(f) for f in (found if isinstance(found, list) else [found])]


class _Onnx:
    """Runs the graph on padded ids."""

    def __init__(self, data: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            data, options, providers=["CPUExecutionProvider"]
        )
        self.names = [output.name for output in self._session.get_outputs()]
        self._input = self._session.get_inputs()[0].name

    def __call__(self, tokens: np.ndarray) -> list[np.ndarray]:
        return [np.asarray(found) for found in self._session.run(None, {self._input: tokens})]


def _collect(
    run: _Keras | _Onnx, rows: list[np.ndarray], batches: Iterable[list[int]], extra: int
) -> dict[int, dict[str, np.ndarray]]:
    """Return the outputs of each text, sequences cut to its length."""
    found: dict[int, dict[str, np.ndarray]] = {}
    for batch in batches:
        time = max(len(rows[place]) for place in batch) + extra
        tokens = np.zeros((len(batch), time), "int32")
        for k, place in enumerate(batch):
            tokens[k, : len(rows[place])] = rows[place]
        outputs = run(tokens)
        for k, place in enumerate(batch):
            found[place] = {
                name: output[k, : len(rows[place])] if output.ndim == 3 else output[k]
                for name, output in zip(run.names, outputs, strict=True)
            }
    return found


def _batches(rows: list[np.ndarray]) -> Iterator[list[int]]:
    """Yield places of texts of like length, a batch each; `EXTRA` steps pad even the longest."""
    batch: list[int] = []
    for place in sorted(range(len(rows)), key=lambda place: len(rows[place])):
        if batch and (len(batch) == ROWS or (len(rows[place]) + EXTRA) * (len(batch) + 1) > TOKENS):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _affordable(rows: list[np.ndarray]) -> list[int]:
    """Return the places of the shortest texts, equal lengths counted once, within ALONE_STEPS."""
    chosen: list[int] = []
    steps, last = 0, 0
    for place in sorted(range(len(rows)), key=lambda place: len(rows[place])):
        if len(rows[place]) != last:
            last = len(rows[place])
            steps += last
        if steps > ALONE_STEPS and chosen:
            break
        chosen.append(place)
    return chosen


def _equal_lengths(rows: list[np.ndarray], places: list[int]) -> Iterator[list[int]]:
    """Yield places of texts of one length: without padding, each is as good as alone."""
    groups: dict[int, list[int]] = {}
    for place in places:
        groups.setdefault(len(rows[place]), []).append(place)
    yield from groups.values()


def _answer(decode: Decode, row: dict[str, np.ndarray]) -> Any:
    return decode({name: output[None] for name, output in row.items()})[0]


def _said(answer: Any) -> Any:
    """Return an answer without its numbers."""
    if not isinstance(answer, dict):
        return answer
    return {name: part for name, part in answer.items() if name != "probabilities"}


def _gap(
    a: dict[str, np.ndarray], b: dict[str, np.ndarray], said_a: Any, said_b: Any
) -> tuple[float, str]:
    """Return the largest difference and what it is a difference of; NaN is the largest."""
    gaps: list[tuple[float, str]] = []
    for name in a:
        far = np.abs(a[name] - b[name]) / np.maximum(1.0, np.abs(a[name]))
        at = np.unravel_index(int(np.argmax(far)), far.shape)
        gaps.append((float(far[at]), f"{name} {a[name][at]:.6g} and {b[name][at]:.6g}"))
    if isinstance(said_a, dict) and "probabilities" in said_a:
        for label, p in said_a["probabilities"].items():
            q = said_b["probabilities"][label]
            gaps.append((abs(p - q), f"probability of {label!r} {p:.6g} and {q:.6g}"))
    return max(gaps, key=lambda gap: (np.isnan(gap[0]), gap[0]))


def _disagreement(
    way: str, what: str, place: int, rows: list[np.ndarray], texts: Sequence[str] | None
) -> str:
    text = ""
    if texts is not None:
        start = texts[place][:60]
        text = f" {start + '…' if len(texts[place]) > 60 else start!r}"
    return (
        f"the exported graph does not answer as the network: text {place}"
        f" ({len(rows[place])} tokens){text}\n"
        f"Keras in a batch and {way}: {what}"
    )
