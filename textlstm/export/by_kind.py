"""The graphs of a network, proven, for each kind of task."""

from collections.abc import Sequence
from typing import Any

import keras

from textlstm.export import awkward, onnx, parity, translation, translation_parity


def proven(model: keras.Model, task: Any, rows: Sequence[Any]) -> dict[str, bytes]:
    """Return the ONNX graphs of a network by name, which answer as the network does.

    Args:
        model: the trained network.
        task: encodes and decodes.
        rows: stored examples on which the two are compared, beside `awkward` ones.

    Raises:
        Refusal: a layer that cannot be exported, or an export that answers otherwise.
    """
    texts = awkward.texts()
    strange = task.encode(texts)
    if task.kind == "translate":
        graphs = translation.graphs(model)
        targets = task.encode_targets(texts, strange)
        strange = [{**row, **target} for row, target in zip(strange, targets, strict=True)]
        translation_parity.compare(model, graphs, [*rows, *strange])
        return graphs
    graph = onnx.to_onnx(model)
    parity.compare(model, graph, [*rows, *strange], task.decode)
    return {"model": graph}
