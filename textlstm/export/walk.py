"""The uses of layers in a functional network, in the order in which they can be computed.

The one place that reads Keras' private record of a network (`_keras_history`, `_inbound_nodes`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import keras


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


def output_names(outputs: Sequence[Any]) -> list[str]:
    """Return the names of the layers that symbolic tensors come from, a second one numbered."""
    names: list[str] = []
    for tensor in outputs:
        name = tensor._keras_history.operation.name
        again = sum(known == name or known.startswith(f"{name}:") for known in names)
        names.append(f"{name}:{again + 1}" if again else name)
    return names
