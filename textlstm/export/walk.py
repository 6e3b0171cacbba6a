"""The uses of layers in a functional network, in the order in which they can be computed.

The one place that reads Keras' private record of a network (`_keras_history`, `_inbound_nodes`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np

from textlstm.errors import Refusal


def node_of(tensor: Any) -> Any:
    """Return the use of a layer that a symbolic tensor comes from."""
    history = tensor._keras_history
    return history.operation._inbound_nodes[history.node_index]


def uses(outputs: Sequence[Any], known: set[int]) -> Iterator[Any]:
    """Yield each use that the outputs need, after the uses it needs itself.

    Args:
        outputs: symbolic tensors.
        known: `id` of the tensors that are given, behind which nobody looks.
    """
    done = set(known)
    stack = [(tensor, False) for tensor in reversed(outputs)]
    while stack:
        tensor, ready = stack.pop()
        if id(tensor) in done:
            continue
        node = node_of(tensor)
        if ready:
            done.update(id(made) for made in node.output_tensors)
            yield node
            continue
        stack.append((tensor, True))
        stack.extend((source, False) for source in reversed(node.input_tensors))


def arguments(node: Any) -> list[Any]:
    """Return positional and then named arguments of a use, lists laid flat."""
    flat = keras.tree.flatten(list(node.arguments.args))
    return [*flat, *keras.tree.flatten(dict(sorted(node.arguments.kwargs.items())))]


def constants(model: keras.Model) -> dict[str, np.ndarray]:
    """Return the arrays that the layers of a network hand out beside its outputs, by name.

    Layers that have any give them in a method `constants`; to read the outputs one needs them.

    Raises:
        Refusal: two layers give different arrays one name, or one that an output has.
    """
    found: dict[str, np.ndarray] = {}
    taken = set(output_names(model.outputs))
    for layer in model._flatten_layers(include_self=False):
        for name, array in getattr(layer, "constants", dict)().items():
            if name in taken or (name in found and not np.array_equal(found[name], array)):
                raise Refusal(f"layer {layer.name!r}: there is another output named {name!r}")
            found[name] = np.asarray(array, "float32")
    return found


def output_names(outputs: Sequence[Any]) -> list[str]:
    """Return the names of the layers that symbolic tensors come from, a second one numbered."""
    names: list[str] = []
    for tensor in outputs:
        name = tensor._keras_history.operation.name
        again = sum(known == name or known.startswith(f"{name}:") for known in names)
        names.append(f"{name}:{again + 1}" if again else name)
    return names
