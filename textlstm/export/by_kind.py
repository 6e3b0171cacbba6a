"""The graphs of a network, proven, for each kind of task."""

from collections.abc import Sequence
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


def graphs(model: keras.Model, task: Any) -> dict[str, bytes]:
    """Return the ONNX graphs of a network by name.

    Args:
        model: the network.
        task: whose kind tells which graphs there are.

    Raises:
        Refusal: a layer that cannot be exported.
    """
    if task.kind == "translate":
        return translation.graphs(model)
    if task.kind == "generate":
        return {"model": generation.to_onnx(model)}
    return {"model": onnx.to_onnx(model)}


def proven(model: keras.Model, task: Any, rows: Sequence[Any]) -> dict[str, bytes]:
    """Return the ONNX graphs of a network by name, which answer as the network does.

    Args:
        model: the trained network.
        task: encodes and decodes.
        rows: stored examples on which the two are compared, beside `awkward` ones.

    Raises:
        Refusal: a layer that cannot be exported, or an export that answers otherwise.
    """
    made = graphs(model, task)
    if task.kind == "forecast":
        strange = task.encode(awkward.pasts(task.history, len(task.columns)))
        parity.compare(model, made["model"], [*rows, *strange], task.decode)
        return made
    texts = awkward.texts()
    strange = task.encode(texts)
    if task.kind == "translate":
        targets = task.encode_targets(texts, strange)
        strange = [{**row, **target} for row, target in zip(strange, targets, strict=True)]
        translation_parity.compare(model, made, [*rows, *strange])
    elif task.kind == "generate":
        ids = [row["tokens"] for row in (*rows, *strange)]
        generation_parity.compare(model, made["model"], ids, start=task.start)
    else:
        parity.compare(model, made["model"], [*rows, *strange], task.decode)
    return made
