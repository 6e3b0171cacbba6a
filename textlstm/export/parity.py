"""The proof that the exported graph answers as the network does, text by text."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from textlstm.errors import Refusal
from textlstm.export.walk import constants, output_names

TOLERANCE = 1e-4
EXTRA = 7  # steps of padding beyond the longest text of a batch
WIDER = 2  # characters of padding beyond a batch's longest word
ROWS, TOKENS = 32, 16_384  # of a batch, padding included
ALONE_STEPS = 6_000  # time steps that Keras may spend on texts one by one

Arrays = Mapping[str, np.ndarray]
Decode = Callable[[dict[str, np.ndarray], Sequence[Any]], Sequence[Any]]
NUMBERS = ("probabilities", "score")  # parts of an answer that are compared to the tolerance


@dataclass(frozen=True, slots=True)
class ParityReport:
    """How far apart the two are.

    Attributes:
        texts: texts compared, each through ONNX alone and in a padded batch, and through Keras
            in a padded batch.
        alone: those of them that Keras also read alone; the shortest come first.
        largest: largest difference of a probability or score or, relative to the largest one of
            its text, of a logit or emission.
        ties: texts with another answer although every number agrees to the tolerance: theirs lie
            that close to a threshold or to each other.
    """

    texts: int
    alone: int
    largest: float
    ties: int


def compare(
    model: keras.Model,
    onnx_bytes: bytes,
    rows: Sequence[Arrays],
    decode: Decode,
    *,
    texts: Sequence[str] | None = None,
    tolerance: float = TOLERANCE,
) -> ParityReport:
    """Return how far the answers of a network and of its ONNX graph are apart.

    Compared are Keras in padded batches, Keras alone (the shortest texts, within `ALONE_STEPS`
    time steps), ONNX alone and ONNX in padded batches; all with each other, in logits or emissions,
    probabilities, scores and answers.

    Args:
        model: network with outputs (batch, n) or (batch, time, n).
        onnx_bytes: what `to_onnx` made of it.
        rows: arrays of each text: the network's inputs by name, such as "tokens" int32 (time,) or
            "characters" int32 (time, characters), and what else `decode` reads.
        decode: `{output name: (batch, ...)}`, with the network's constants, and the rows, to an
            answer a row. "probabilities", label to number, and every "score" in an answer are
            compared as numbers, the rest of it as it is.
        texts: the texts themselves, to quote the one that differs.
        tolerance: largest difference allowed.

    Raises:
        Refusal: naming the first text whose difference is larger, or not a number.
    """
    feeds = _Feeds(model, rows)
    lengths = feeds.lengths
    batches = list(_batches(lengths))
    network = _Keras(model)
    session = _Onnx(onnx_bytes, set(network.constants), feeds([0], False))
    _same_constants(network.constants, session.constants, tolerance)
    reference = _collect(network, feeds, batches, True)
    ways = {
        "ONNX alone": _collect(session, feeds, [[place] for place in range(len(rows))], False),
        "ONNX in a batch": _collect(session, feeds, batches, True),
    }
    alone = _affordable(lengths)
    ways["Keras alone"] = _collect(network, feeds, list(_equal_lengths(lengths, alone)), False)

    def answer_of(place: int, outputs: dict[str, np.ndarray], held: Arrays) -> Any:
        batch = {name: output[None] for name, output in outputs.items()}
        return decode({**batch, **held}, [rows[place]])[0]

    expected = {place: answer_of(place, row, network.constants) for place, row in reference.items()}
    largest, ties = 0.0, set()
    for way, found in ways.items():
        held = session.constants if way.startswith("ONNX") else network.constants
        for place in sorted(found):
            answer = answer_of(place, found[place], held)
            gap, what = _gap(reference[place], found[place], expected[place], answer)
            if not gap <= tolerance:  # also for a gap that is not a number
                raise Refusal(_disagreement(way, what, place, lengths[place], texts))
            largest = max(largest, gap)
            if _said(answer) != _said(expected[place]):
                ties.add(place)
    return ParityReport(texts=len(rows), alone=len(alone), largest=largest, ties=len(ties))


class _Feeds:
    """The network's inputs of chosen texts, padded.

    Attributes:
        lengths: steps of each text.
    """

    def __init__(self, model: keras.Model, rows: Sequence[Arrays]) -> None:
        self._inputs = {tensor.name: tensor for tensor in model.inputs}
        self._rows = rows
        first = "tokens" if "tokens" in self._inputs else next(iter(self._inputs))
        self.lengths = [len(row[first]) for row in rows]

    def __call__(self, places: list[int], padded: bool) -> dict[str, np.ndarray]:
        """Return the inputs by name; `padded` beyond what the texts need, or not."""
        return {
            name: self._stacked(tensor, [np.asarray(self._rows[p][name]) for p in places], padded)
            for name, tensor in self._inputs.items()
        }

    def _stacked(self, tensor: Any, arrays: list[np.ndarray], padded: bool) -> np.ndarray:
        sizes = np.max([array.shape for array in arrays], axis=0)
        for axis, given in enumerate(tensor.shape[1:]):
            if given is None:
                sizes[axis] += padded * (WIDER if axis else EXTRA)
        stacked = np.zeros((len(arrays), *sizes), tensor.dtype)
        for k, array in enumerate(arrays):
            corner: tuple[Any, ...] = tuple(map(slice, array.shape))
            stacked[k][corner] = array
        return stacked


class _Keras:
    """Runs the network on padded inputs."""

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self.names = output_names(model.outputs)
        self.constants = constants(model)

    def __call__(self, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        # predict_on_batch and not model(): eager recurrent loops run in Python, step by step,
        # and from its third shape on it is one trace for all.
        given = keras.tree.map_structure(lambda tensor: feeds[tensor.name], self._model.input)
        found = keras.tree.flatten(self._model.predict_on_batch(given))
        return {name: np.asarray(f) for name, f in zip(self.names, found, strict=True)}


class _Onnx:
    """Runs the graph on padded inputs."""

    def __init__(self, data: bytes, constant: set[str], probe: dict[str, np.ndarray]) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            data, options, providers=["CPUExecutionProvider"]
        )
        names = [output.name for output in self._session.get_outputs()]
        self.names = [name for name in names if name not in constant]
        self._inputs = [given.name for given in self._session.get_inputs()]
        held = [name for name in names if name in constant]
        found = self._session.run(held, probe) if held else []
        self.constants = dict(zip(held, map(np.asarray, found), strict=True))

    def __call__(self, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        found = self._session.run(self.names, {name: feeds[name] for name in self._inputs})
        return {name: np.asarray(f) for name, f in zip(self.names, found, strict=True)}


def _collect(
    run: _Keras | _Onnx, feeds: _Feeds, batches: Iterable[list[int]], padded: bool
) -> dict[int, dict[str, np.ndarray]]:
    """Return the outputs of each text, sequences cut to its length."""
    found: dict[int, dict[str, np.ndarray]] = {}
    for batch in batches:
        outputs = run(feeds(batch, padded))
        for k, place in enumerate(batch):
            found[place] = {
                name: output[k, : feeds.lengths[place]] if output.ndim == 3 else output[k]
                for name, output in outputs.items()
            }
    return found


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Yield places of texts of like length, a batch each; `EXTRA` steps pad even the longest."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: lengths[place]):
        if batch and (len(batch) == ROWS or (lengths[place] + EXTRA) * (len(batch) + 1) > TOKENS):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _affordable(lengths: list[int]) -> list[int]:
    """Return the places of the shortest texts, equal lengths counted once, within ALONE_STEPS."""
    chosen: list[int] = []
    steps, last = 0, 0
    for place in sorted(range(len(lengths)), key=lambda place: lengths[place]):
        if lengths[place] != last:
            last = lengths[place]
            steps += last
        if steps > ALONE_STEPS and chosen:
            break
        chosen.append(place)
    return chosen


def _equal_lengths(lengths: list[int], places: list[int]) -> Iterator[list[int]]:
    """Yield places of texts of one length: without padding, each is as good as alone."""
    groups: dict[int, list[int]] = {}
    for place in places:
        groups.setdefault(lengths[place], []).append(place)
    yield from groups.values()


def _said(answer: Any) -> Any:
    """Return an answer without its numbers."""
    if isinstance(answer, dict):
        return {name: _said(part) for name, part in answer.items() if name not in NUMBERS}
    return [_said(part) for part in answer] if isinstance(answer, list) else answer


def _scores(answer: Any) -> Iterator[float]:
    """Yield the scores in an answer, in its order."""
    if isinstance(answer, dict):
        for name, part in answer.items():
            if name == "score":
                yield part
            else:
                yield from _scores(part)
    elif isinstance(answer, list):
        for part in answer:
            yield from _scores(part)


def _same_constants(a: Arrays, b: Arrays, tolerance: float) -> None:
    """Refuse constants of the graph that are not the network's."""
    for name in a:
        if name not in b or b[name].shape != a[name].shape:
            raise Refusal(f"the exported graph has not the network's {name!r} {a[name].shape}")
        far = float(np.max(np.abs(a[name] - b[name]), initial=0.0))
        if not far <= tolerance:
            raise Refusal(f"the exported graph's {name!r} is {far:g} off the network's")


def _gap(
    a: dict[str, np.ndarray], b: dict[str, np.ndarray], said_a: Any, said_b: Any
) -> tuple[float, str]:
    """Return the largest difference and what it is a difference of; NaN is the largest."""
    gaps: list[tuple[float, str]] = []
    for name in a:
        # Against the text's largest number: after hundreds of steps rounding shows in the small
        # ones, which decide nothing beside the large ones.
        far = np.abs(a[name] - b[name]) / max(1.0, float(np.max(np.abs(a[name]), initial=0.0)))
        at = np.unravel_index(int(np.argmax(far)), far.shape)
        gaps.append((float(far[at]), f"{name} {a[name][at]:.6g} and {b[name][at]:.6g}"))
    if isinstance(said_a, dict) and "probabilities" in said_a:
        for label, p in said_a["probabilities"].items():
            q = said_b["probabilities"][label]
            gaps.append((abs(p - q), f"probability of {label!r} {p:.6g} and {q:.6g}"))
    if _said(said_a) == _said(said_b):  # else they are scores of different things
        # A score is of a sum over steps, each of which may be as far off as a logit.
        steps = max((len(array) for array in a.values() if array.ndim == 2), default=1)
        for p, q in zip(_scores(said_a), _scores(said_b), strict=True):
            gaps.append((abs(p - q) / steps, f"score {p:.6g} and {q:.6g}"))
    return max(gaps, key=lambda gap: (np.isnan(gap[0]), gap[0]))


def _disagreement(way: str, what: str, place: int, length: int, texts: Sequence[str] | None) -> str:
    text = ""
    if texts is not None:
        start = texts[place][:60]
        text = f" {start + '…' if len(texts[place]) > 60 else start!r}"
    return (
        f"the exported graph does not answer as the network: text {place}"
        f" ({length} tokens){text}\n"
        f"Keras in a batch and {way}: {what}"
    )
