"""Explainer: a text in, what the network does with it out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from textlstm.errors import Refusal
from textlstm.explaining import continuations, entities, translations
from textlstm.explaining.entities import Values
from textlstm.explaining.explanation import Explanation, Token, write
from textlstm.explaining.gates import Gates
from textlstm.explaining.nodes import Node, opened
from textlstm.explaining.occlusion import contributions, probabilities
from textlstm.reference import forward
from textlstm.runtime import Predictor
from textlstm.tasks import Decoded
from textlstm.text import TextEncoder

MOST_TOKENS = 1000
TOLERANCE = 1e-4  # between our hidden states and the node's own
_NEEDED = (
    "onnx is not installed, which explain needs: `pip install onnx` installs it, "
    "`pip install textlstm` too"
)


class Explainer:
    """Explains texts with one predictor; what it needs of the graph is read once."""

    def __init__(self, predictor: Predictor) -> None:
        """Read the graph's recurrent nodes.

        Raises:
            Refusal: the model has none of the recurrent nodes that can be explained, or onnx is
                not installed.
        """
        import onnxruntime

        graphs = predictor.bundle.graphs  # the predictor has seen to their names
        self.task = predictor.task
        self._predictor = predictor
        try:
            graph, self._nodes = opened(graphs.get("model") or graphs["encoder"])
        except ModuleNotFoundError:
            raise Refusal(_NEEDED) from None
        if not self._nodes:
            raise Refusal(f"{predictor.bundle.folder}: the network has no recurrent layer")
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )
        # A language model goes on from a state: here from that of the beginning of a text.
        generates = self.task.kind == "generate"
        self._states = continuations.begun(predictor.engine) if generates else {}
        given = [each.name for each in self._session.get_inputs()]
        self._inputs = [name for name in given if name not in self._states]
        known = {name for node in self._nodes for name in node.tensors}
        self._outputs = [o.name for o in self._session.get_outputs() if o.name not in known]

    def explain(self, text: str) -> Explanation:
        """Return what the network does with a text.

        Raises:
            TypeError: a list instead of one text.
            Refusal: a text that is too long or has no token, or gates computed here that do not
                lead to the network's own hidden states.
        """
        if not isinstance(text, str):
            raise TypeError("explain takes one text; for several: [explain(text) for text in ...]")
        if not self.task.encoders:
            raise Refusal(f"explain is for texts; this {self.task.kind} model reads numbers")
        (encoded,) = self.task.encode([text])
        arrays = self._arrays(encoded)
        time = len(next(iter(arrays.values())))
        if not time:
            raise Refusal("the text holds no token: nothing to explain")
        if time > MOST_TOKENS:
            raise Refusal(
                f"{time:,} tokens: explain leaves out one after the other, and takes at most "
                f"{MOST_TOKENS:,}; give it a part of the text"
            )
        tokens, notes = _tokens(self.task, text, encoded, time)
        layers = self._layers(arrays, time, notes)

        answer, values = self._answered(text, encoded, arrays)
        unsure = probabilities(answer) is None
        added = contributions(arrays, time, self._answer, values, moved=unsure)
        return Explanation(text, tokens, answer, tuple(layers), added, tuple(notes))

    def _answered(
        self, text: str, encoded: dict[str, np.ndarray], arrays: dict[str, np.ndarray]
    ) -> tuple[Any, Values]:
        """Return the answer, and a function from outputs to the numbers that tokens add to."""
        if self.task.kind == "translate":
            (answer,) = self._predictor.predict([text])
            engine: Any = self._predictor.engine
            return answer, translations.scores(self.task, engine, answer)

        if self.task.kind == "generate":
            return continuations.answered(self.task, self._answer(_batch(arrays)))

        task = cast(Decoded, self.task)

        def decode(outputs: Mapping[str, np.ndarray]) -> list[Any]:
            rows = len(outputs[self._outputs[0]])
            return task.decode(dict(outputs), [encoded] * rows)

        (answer,) = decode(self._answer(_batch(arrays)))
        whole = self.task.complete(text, answer)
        if probabilities(answer) is None:
            return whole, entities.scores(self.task, encoded, answer.get("entities", ()))
        return whole, lambda outputs: [dict(probabilities(a) or {}) for a in decode(outputs)]

    def _arrays(self, encoded: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return the network's input, without the batch axis."""
        missing = [name for name in self._inputs if name not in encoded]
        if missing:
            raise Refusal(
                f"the network reads {', '.join(missing)}, which a text alone does not give"
            )
        return {name: np.asarray(encoded[name]) for name in self._inputs}

    def _answer(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        found = self._session.run(self._outputs, self._fed(batch))
        return dict(zip(self._outputs, found, strict=True))

    def _fed(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return the graph's inputs: those of a batch, and the states that all begin with."""
        rows = len(next(iter(batch.values())))
        return {**batch, **{name: np.repeat(a, rows, 0) for name, a in self._states.items()}}

    def _layers(self, arrays: dict[str, np.ndarray], time: int, notes: list[str]) -> list[Gates]:
        """Return gates and states of every layer and direction; says which are left out."""
        names = list(dict.fromkeys(name for node in self._nodes for name in node.tensors))
        fed = self._fed(_batch(arrays))
        seen = dict(zip(names, self._session.run(names, fed), strict=True))
        layers: list[Gates] = []
        for node in self._nodes:
            if seen[node.x].shape[:2] != (time, 1):
                notes.append(f"{node.name} reads something else than the tokens: not shown")
                continue
            layers += _gates(node, seen)
        if not layers:
            raise Refusal(f"no recurrent layer reads the tokens: {'; '.join(notes)}")
        return layers


def explain(model: str | Path | Predictor, text: str) -> Explanation:
    """Return what a trained network does with a text: gates, states, contributions.

    For several texts, `Explainer(predictor).explain(text)` reads the graph only once.

    Args:
        model: run folder, bundle folder or predictor.
        text: raw text.

    Raises:
        BundleError: the folder is no bundle, incomplete or changed.
        Refusal: the network has a recurrent layer that the equations do not describe.
    """
    predictor = model if isinstance(model, Predictor) else Predictor.load(model)
    return Explainer(predictor).explain(text)


def command(
    folder: str | Path,
    text: str,
    *,
    save: Sequence[Path] = (),
    width: int = 80,
    colour: bool = False,
    matrix: bool = False,
    as_json: bool = False,
) -> str:
    """Return what `textlstm explain` prints: a heat map, or one JSON document.

    Args:
        folder: run folder or bundle folder.
        text: raw text.
        save: files to write besides: .png, .html or .json.
        width: columns of the terminal.
        colour: with ANSI colours, else with characters.
        matrix: what is left of each token at each later one, too.
        as_json: everything as JSON instead, the matrix among it.

    Raises:
        Refusal: as `explain` and `Explanation.save` do; nothing is written then.
    """
    import json

    for path in save:
        Explanation.writer(path)  # a wrong name is refused before any work
    found = explain(folder, text)
    made = [(path, Explanation.writer(path)(found)) for path in save]
    for path, data in made:
        write(path, data)
    if as_json:
        return json.dumps(found.to_json(), ensure_ascii=False)
    return found.table(width, colour=colour, matrix=matrix)


def _batch(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return a batch of the one text."""
    return {name: array[None] for name, array in arrays.items()}


def _gates(node: Node, seen: dict[str, np.ndarray]) -> list[Gates]:
    """Return the gates of a node's directions from its input, checked against its output."""
    x = seen[node.x].astype("float64").transpose(1, 0, 2)
    found = []
    for k, (direction, cell) in enumerate(node.cells.items()):
        # An LSTM that is given h alone starts from c = 0.
        start = [seen[name][k].astype("float64") for name in node.start]
        state = tuple([*start, *cell.start(1)[len(start) :]])
        reading = forward(cell, x, state=state, reverse=direction == "backward")
        gap = float(np.abs(reading.outputs[0] - seen[node.y][:, k, 0]).max())
        if not gap <= TOLERANCE:  # also for a gap that is not a number
            raise Refusal(
                f"layer {node.name!r} {direction}: the hidden states of the equations and of "
                f"ONNX Runtime are {gap:.2g} apart, expected at most {TOLERANCE:g}"
            )
        found.append(Gates.of(node.name, direction, node.kind, reading))
    return found


def _tokens(
    task: Any, text: str, encoded: dict[str, np.ndarray], time: int
) -> tuple[tuple[Token, ...], list[str]]:
    """Return the tokens of a text as the network reads them; and notes."""
    notes: list[str] = []
    ids, offsets = encoded["tokens"], encoded.get("offsets")
    if offsets is None:  # the task has one encoder, which knows the places
        ids, offsets = next(iter(task.encoders.values())).spans(text)
        if len(ids) > time:
            notes.append(f"cut to its first {time} of {len(ids)} tokens")
    each = zip(ids[:time].tolist(), offsets[:time].tolist(), strict=True)
    found = tuple(Token(text[a:b], a, b, i == TextEncoder.UNKNOWN) for i, (a, b) in each)
    if new := sorted({token.shown for token in found if token.unknown}):
        notes.append(f"unknown to the vocabulary: {' '.join(new)}")
    return found, notes
