"""Words from their characters: each word a row of its own, with its characters as the steps."""

import numpy as np
from onnx import TensorProto

from textlstm.export import recurrent
from textlstm.export.call import Call
from textlstm.export.graph import Graph, Mask, Value


def character_cnn(graph: Graph, call: Call) -> Value:
    """Map CharacterCNN: ids (time, batch, characters) to (time, batch, filters)."""
    layer = call.layer
    rows = _rows(graph, call)
    steps = graph.one("Unsqueeze", graph.one("Cast", rows, to=TensorProto.BOOL), graph.axes(2))
    # What the layer works out in each call is worked out here, once and for all.
    tables = np.array(layer.tables())
    tables[0] += np.asarray(layer.bias)
    left = (layer.width - 1) // 2
    margins = graph.axes(0, left, 0, layer.width - 1 - left)
    ids = graph.one("Pad", rows, margins)
    end = graph.axes(np.iinfo(np.int64).max)
    found = ""
    for place, table in enumerate(tables):
        # The characters that stand in this place of the filter, as many as there are in a word.
        last = place - layer.width + 1
        stop = graph.axes(last) if last else end
        shifted = graph.one("Slice", ids, graph.axes(place), stop, graph.axes(1))
        part = graph.one("Gather", graph.weight(f"{layer.name}/table_{place}", table), shifted)
        found = graph.one("Add", found, part) if found else part
    found = graph.one("Where", steps, found, graph.scalar(-3e38))
    largest = graph.one("ReduceMax", found, graph.axes(1), keepdims=0)
    return _words(graph, call, rows, largest)


def character_lstm(graph: Graph, call: Call) -> Value:
    """Map CharacterLSTM: ids (time, batch, characters) to (time, batch, 2 * units)."""
    rows = _rows(graph, call)
    steps = graph.one("Transpose", rows, perm=[1, 0])  # (characters, words)
    vectors = Value(_vectors(graph, call, steps), 3)
    # Named after the layer: two of them in one network are two nodes.
    read = Call(call.layer.reader, (vectors,), (Mask(ids=(steps,)),))
    found = recurrent.both_ways(graph, read, f"{call.layer.name}/reader")
    return _words(graph, call, rows, found.name)


def _rows(graph: Graph, call: Call) -> str:
    """Return the name of ids (words, characters)."""
    if call.x.rank != 3:
        raise call.refuse("only ids (batch, time, characters) can be exported")
    shape = graph.one("Shape", call.x.name, start=2, end=3)
    return graph.one("Reshape", call.x.name, graph.one("Concat", graph.axes(-1), shape, axis=0))


def _vectors(graph: Graph, call: Call, ids: str) -> str:
    table = np.asarray(call.layer.embeddings)
    return graph.one("Gather", graph.weight(f"{call.layer.name}/embeddings", table), ids)


def _words(graph: Graph, call: Call, rows: str, found: str) -> Value:
    """Return (words, features) as (time, batch, features), zeros for words without characters."""
    first = graph.one("Slice", rows, graph.axes(0), graph.axes(1), graph.axes(1))
    found = graph.one(
        "Where", graph.one("Cast", first, to=TensorProto.BOOL), found, graph.scalar(0.0)
    )
    shape = graph.one("Shape", call.x.name, start=0, end=2)
    whole = graph.one("Concat", shape, graph.axes(call.layer.features), axis=0)
    return Value(graph.one("Reshape", found, whole), 3)
