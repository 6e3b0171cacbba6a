"""What a network costs, counted from its layers: parameters by part, operations a token.

Floating-point operations are those of the matrix products: a multiplication and an addition, so
two, for each number of a weight matrix, each time it is used. Look-ups, biases, activations,
element-wise products, pooling, the loss and the decoding of tags are not counted. So for an input
of m numbers and n units a token costs, in each direction, RNN 2n(m + n), GRU 6n(m + n), LSTM
8n(m + n). Training is taken as three times the forward pass: the backward pass has two products,
for the input and for the weights, where the forward pass has one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from textlstm import layers
from textlstm.export.walk import uses
from textlstm.layers.crf import TagTransitions

TRAINING = 3  # times the forward pass
RECURRENT = (keras.layers.RNN, keras.layers.Bidirectional, layers.AttentionDecoder)
LOOKED_UP = (keras.layers.Embedding, layers.LinearNGrams, TagTransitions)
# Operations that multiply activations with each other, for which there are no weights to count.
UNCOUNTED = (
    "AttentionDecoder",
    "Matmul",
    "Einsum",
    "Dot",
    "Attention",
    "AdditiveAttention",
    "MultiHeadAttention",
)


@dataclass(frozen=True)
class Cost:
    """What a network costs.

    Attributes:
        parameters: "total" and its parts: "embedding", what comes before the first recurrent
            layer; "recurrent", kernels, recurrent kernels and biases of all recurrent layers and
            directions; "head", what comes after; "n-grams", the linear model beside the network.
        token: operations of each token, forward.
        text: operations of each text besides, forward.
        notes: what is not counted.
    """

    parameters: dict[str, int]
    token: int
    text: int
    notes: tuple[str, ...] = ()

    def a_token(self, length: float) -> float:
        """Return the operations a token of a text of so many tokens, forward."""
        return self.token + self.text / length


def of(model: keras.Model, spelling: int = 1) -> Cost:
    """Return the cost of a functional network.

    Args:
        model: of any recipe.
        spelling: characters a token, where its characters are read.
    """
    counted: dict[int, tuple[str, int]] = {}
    token = text = 0
    notes: dict[str, None] = {}
    for layer, part, rank in _layers(model.inputs, model.outputs, set()):
        name = type(layer).__name__
        if name in UNCOUNTED:
            notes[f"{layer.name} ({name}): products of activations are not counted"] = None
        if not isinstance(layer, keras.layers.Layer):
            continue
        counted.setdefault(id(layer), (part, int(layer.count_params())))
        operations = _operations(layer, spelling)
        if rank > 2:
            token += operations
        else:
            text += operations
    parameters = {"total": model.count_params(), "embedding": 0, "recurrent": 0, "head": 0}
    for part, number in counted.values():
        parameters[part] = parameters.get(part, 0) + number
    return Cost(parameters, token, text, tuple(notes))


def _layers(
    inputs: Sequence[Any], outputs: Sequence[Any], after: set[int]
) -> Iterator[tuple[Any, str, int]]:
    """Yield each use of a layer with its part and the axes of its first input.

    Args:
        inputs: symbolic tensors that are given.
        outputs: that are wanted.
        after: `id` of tensors behind a recurrent layer; grows.
    """
    for node in uses(outputs, {id(tensor) for tensor in inputs}):
        layer, given = node.operation, node.input_tensors
        behind = any(id(tensor) in after for tensor in given)
        if isinstance(layer, keras.Model) and getattr(layer, "inputs", None):
            pairs = zip(layer.inputs, given, strict=True)
            inner = {id(own) for own, tensor in pairs if id(tensor) in after}
            yield from _layers(layer.inputs, layer.outputs, inner)
            behind = behind or any(id(tensor) in inner for tensor in layer.outputs)
        else:
            yield layer, _part(layer, behind), len(given[0].shape) if given else 0
        if behind or isinstance(layer, RECURRENT):
            after.update(id(tensor) for tensor in node.output_tensors)


def _part(layer: Any, behind: bool) -> str:
    if isinstance(layer, RECURRENT):
        return "recurrent"
    if isinstance(layer, layers.LinearNGrams):
        return "n-grams"
    return "head" if behind else "embedding"


def _operations(layer: Any, spelling: int) -> int:
    """Return the operations of a layer each time it is used: of a token, or of a text."""
    if isinstance(layer, LOOKED_UP):
        return 0
    if isinstance(layer, layers.CharacterCNN):
        # What a filter makes of a character is looked up: what is left are additions.
        return spelling * layer.width * layer.filters
    if isinstance(layer, layers.CharacterLSTM):
        return spelling * _operations(layer.reader, spelling)
    # Keras' GRU and its attention have biases with two axes.
    matrices = (w for w in layer.weights if len(w.shape) > 1 and "bias" not in w.name)
    return 2 * sum(math.prod(w.shape) for w in matrices)
