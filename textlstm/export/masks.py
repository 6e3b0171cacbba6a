"""The operations by which Keras computes masks, on masks that are only described.

Keras puts a mask into the network as operations of its own: ids != 0, and for Concatenate the
union of the parts' masks, spread over the features and gathered again. In the graph a mask
costs nothing until a layer asks for it.
"""

from collections.abc import Callable

from textlstm.export.call import Call
from textlstm.export.graph import Mask


def _not_equal(call: Call) -> Mask:
    if len(call.inputs) != 1 or call.rest[:1] != (0,) or call.x.rank != 2:
        raise call.refuse("only ids (batch, time) != 0 can be exported")
    return Mask(ids=(call.x.name,))


def _union(call: Call) -> Mask:
    if call.inputs:
        raise call.refuse("on anything but masks it cannot be exported")
    joined = Mask()
    for mask in call.masks:
        joined |= mask
    return joined


# The operations' classes are not public; their names are those of keras.ops.
MASKS: dict[str, Callable[[Call], Mask]] = {
    "NotEqual": _not_equal,
    "LogicalOr": _union,
    "Concatenate": _union,
    "Any": _union,
    "ExpandDims": _union,
    "ZerosLike": lambda call: Mask(),
    "OnesLike": lambda call: Mask(everything=True),
}
