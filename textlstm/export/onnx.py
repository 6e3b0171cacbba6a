"""A Keras network as an ONNX graph that is its own account of the network.

Each layer class has one function here that writes it in ONNX operators; recurrent layers become
ONNX's LSTM, GRU and RNN, given the length of every row. A layer without a function is refused.
"""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from textlstm import layers
from textlstm.errors import Refusal, nearest
from textlstm.export import characters, dense, ngrams, pooling, recurrent, windows
from textlstm.export.call import Call
from textlstm.export.graph import Graph, Mask, Value
from textlstm.export.masks import MASKS
from textlstm.export.walk import arguments, constants, output_names, uses

# To add a layer: its class and a function (graph, call) -> Value. Sequences are time-major.
TABLE: dict[type, Callable[[Graph, Call], Value]] = {
    keras.layers.Embedding: dense.embedding,
    layers.CharacterCNN: characters.character_cnn,
    layers.CharacterLSTM: characters.character_lstm,
    layers.LinearNGrams: ngrams.linear_ngrams,
    layers.LinearWindow: windows.linear_window,
    keras.layers.LSTM: recurrent.one_way,
    keras.layers.GRU: recurrent.one_way,
    keras.layers.SimpleRNN: recurrent.one_way,
    keras.layers.Bidirectional: recurrent.both_ways,
    layers.MaxPooling: pooling.max_pooling,
    layers.MeanPooling: pooling.mean_pooling,
    layers.LastPooling: pooling.last_pooling,
    layers.AttentionPooling: pooling.attention_pooling,
    keras.layers.Dense: dense.dense,
    keras.layers.Activation: dense.activation,
    keras.layers.Add: dense.add,
    keras.layers.Concatenate: dense.concatenate,
    layers.SideBySide: dense.concatenate,
    keras.layers.LayerNormalization: dense.layer_normalization,
    keras.layers.Dropout: dense.identity,
    keras.layers.SpatialDropout1D: dense.identity,
    layers.WordDropout: dense.identity,
    layers.EmbeddingDropout: dense.identity,
    keras.layers.Identity: dense.identity,
    keras.layers.ReversibleEmbedding: dense.reversible_embedding,
    layers.CRF: dense.identity,
    layers.ConstrainedSoftmax: dense.identity,
}

_INPUTS = {("int32", 2), ("int32", 3), ("float32", 3), ("float32", 2)}
Known = dict[int, Value | Mask]


def to_onnx(model: keras.Model) -> bytes:
    """Return the network as an ONNX model: the same bytes for the same network and weights.

    Inputs keep their names: ids int32 [batch, time] or [batch, time, characters], padded on the
    right with 0, or float32 [batch, time, features]. Outputs are float32, named after their
    layers; after them come the `constants` of layers that have such. Past a row's end a sequence
    output means nothing.

    Args:
        model: a functional or sequential network of the layers in `TABLE`.

    Raises:
        Refusal: naming a layer that has no function in `TABLE`, or an argument of one that
            its function does not know.
    """
    if not getattr(model, "outputs", None):
        raise Refusal(f"network {model.name!r} is not functional: it cannot be exported")
    graph = Graph()
    known: Known = {}
    for tensor in model.inputs:
        if (tensor.dtype, len(tensor.shape)) not in _INPUTS:
            raise Refusal(
                f"input {tensor.name!r} is {tensor.dtype} with {len(tensor.shape)} axes: expected "
                "int32 (batch, time), int32 (batch, time, characters), "
                "float32 (batch, time, features) or float32 (batch, features)"
            )
        known[id(tensor)] = graph.input(tensor.name, tensor.dtype, tensor.shape)
    convert(graph, model.outputs, known)
    for name, tensor in zip(output_names(model.outputs), model.outputs, strict=True):
        value = known[id(tensor)]
        assert isinstance(value, Value)
        graph.output(name, value, tensor.shape[-1])
    for name, array in constants(model).items():
        graph.constant(name, array)
    return graph.model(model.name)


def convert(graph: Graph, outputs: Sequence[Any], known: Known) -> None:
    """Write everything that the outputs need.

    Args:
        graph: takes the nodes.
        outputs: symbolic tensors.
        known: by `id`, what tensors became; it grows by every tensor that is needed.

    Raises:
        Refusal: as `to_onnx`.
    """
    for node in uses(outputs, set(known)):
        made = _use(graph, node.operation, [known.get(id(a), a) for a in arguments(node)])
        known.update((id(t), m) for t, m in zip(node.output_tensors, made, strict=True))


def _use(graph: Graph, layer: Any, given: list[Any]) -> list[Value | Mask]:
    call = Call(
        layer,
        inputs=tuple(a for a in given if isinstance(a, Value)),
        masks=tuple(a for a in given if isinstance(a, Mask)),
        rest=tuple(a for a in given if not isinstance(a, Value | Mask)),
    )
    if isinstance(layer, keras.Model) and getattr(layer, "inputs", None):
        if call.masks:  # Keras hands it to the inner layers at run time, past its own record
            raise call.refuse("a masked sequence as input of an inner network cannot be exported")
        inner: Known = {
            id(tensor): value for tensor, value in zip(layer.inputs, call.inputs, strict=True)
        }
        convert(graph, layer.outputs, inner)
        return [inner[id(tensor)] for tensor in layer.outputs]
    if recurrent.kind(layer) in TABLE:
        return [TABLE[recurrent.kind(layer)](graph, call)]
    name = type(layer).__name__
    if not isinstance(layer, keras.layers.Layer) and name in MASKS:
        return [MASKS[name](call)]
    can = sorted(kind.__name__ for kind in TABLE)
    raise Refusal(
        f"layer {layer.name!r} ({name}) has no mapping to ONNX.{nearest(name, can)}\n"
        f"Layers that have one: {', '.join(can)}"
    )
