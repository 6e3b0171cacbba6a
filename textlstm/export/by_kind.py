"""The graphs of a network, proven, for each kind of task."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from textlstm.export import (
    awkward,
    generation,
    generation_parity,
    onnx,
    parity,
    translation,
    translation_parity,
)

Rows = Sequence[Any]
Graphs = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Export:
    """How the networks of one kind of task are exported.

    Attributes:
        graphs: makes the ONNX graphs by name, or refuses a layer.
        awkward: encodes inputs that a task of this kind may choke on.
        compare: refuses graphs that do not answer as the network does on encoded rows.
    """

    graphs: Callable[[keras.Model], Graphs]
    awkward: Callable[[Any], Rows]
    compare: Callable[[keras.Model, Mapping[str, bytes], Rows, Any], object]


def _one(model: keras.Model) -> Graphs:
    return {"model": onnx.to_onnx(model)}


def _texts(task: Any) -> Rows:
    return list(task.encode(awkward.texts()))


def _answers(model: keras.Model, made: Mapping[str, bytes], rows: Rows, task: Any) -> object:
    return parity.compare(model, made["model"], rows, task.decode)


def _pasts(task: Any) -> Rows:
    return list(task.encode(awkward.pasts(task.history, len(task.columns))))


def _pairs(task: Any) -> Rows:
    """Return awkward texts with themselves as targets."""
    rows = _texts(task)
    targets = task.encode_targets(awkward.texts(), rows)
    return [{**row, **target} for row, target in zip(rows, targets, strict=True)]


def _translations(model: keras.Model, made: Mapping[str, bytes], rows: Rows, task: Any) -> object:
    del task
    return translation_parity.compare(model, made, rows)


def _continued(model: keras.Model) -> Graphs:
    return {"model": generation.to_onnx(model)}


def _scores(model: keras.Model, made: Mapping[str, bytes], rows: Rows, task: Any) -> object:
    ids = [row["tokens"] for row in rows]
    return generation_parity.compare(model, made["model"], ids, start=task.start)


EXPORTS: Mapping[str, Export] = {
    "classify": Export(_one, _texts, _answers),
    "tag": Export(_one, _texts, _answers),
    "forecast": Export(_one, _pasts, _answers),
    "translate": Export(translation.graphs, _pairs, _translations),
    "generate": Export(_continued, _texts, _scores),
}


def graphs(model: keras.Model, task: Any) -> Graphs:
    """Return the ONNX graphs of a network by name.

    Args:
        model: the network.
        task: whose kind tells which graphs there are.

    Raises:
        Refusal: a layer that cannot be exported.
    """
    return EXPORTS[task.kind].graphs(model)


def proven(model: keras.Model, task: Any, rows: Rows) -> Graphs:
    """Return the ONNX graphs of a network by name, which answer as the network does.

    Args:
        model: the trained network.
        task: encodes and decodes.
        rows: stored examples on which the two are compared, beside `awkward` ones.

    Raises:
        Refusal: a layer that cannot be exported, or an export that answers otherwise.
    """
    export = EXPORTS[task.kind]
    made = export.graphs(model)
    export.compare(model, made, [*rows, *export.awkward(task)], task)
    return made
