"""One use of a layer in a network, as the mappings see it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import keras

from textlstm.errors import Refusal
from textlstm.export.graph import Mask, Value


@dataclass(frozen=True, slots=True)
class Call:
    """A layer and what it was called with.

    Attributes:
        layer: the Keras layer or operation.
        inputs: tensors, in the order of the call.
        masks: masks, given or carried by the tensors.
        rest: the arguments that are no tensors.
    """

    layer: Any
    inputs: tuple[Value, ...]
    masks: tuple[Mask, ...] = ()
    rest: tuple[Any, ...] = ()

    @property
    def x(self) -> Value:
        """The first tensor."""
        return self.inputs[0]

    @property
    def mask(self) -> Mask:
        """The mask; without one every step counts."""
        return self.masks[0] if self.masks else Mask(everything=True)

    def refuse(self, what: str) -> Refusal:
        """Return the refusal of this call because of an argument."""
        return Refusal(f"layer {self.layer.name!r} ({type(self.layer).__name__}): {what}")

    def function(self, function: Any, known: Collection[str]) -> str:
        """Return the name of an activation function.

        Raises:
            Refusal: it is not one of Keras' own functions named in `known`.
        """
        name = getattr(function, "__name__", "?")
        if name not in known or function is not keras.activations.get(name):
            can = ", ".join(known)
            raise self.refuse(f"activation {name!r} cannot be exported, {can} can")
        return name
