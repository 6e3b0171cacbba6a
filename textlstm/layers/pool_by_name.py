"""Pooling chosen by a setting's word."""

from typing import Any

from textlstm.errors import SettingsError
from textlstm.layers.attention import AttentionPooling
from textlstm.layers.checks import one_of
from textlstm.layers.pooling import LastPooling, MaxPooling, MeanPooling

_LAYERS = {"max": MaxPooling, "mean": MeanPooling, "attention": AttentionPooling}
KINDS = ("last", *_LAYERS)


def pool(
    x: Any,
    kind: str = "max",
    mask: Any = None,
    *,
    bidirectional: bool | None = None,
    name: str = "pooling",
) -> Any:
    """Return one vector a text, (batch, features), from x (batch, time, features).

    Args:
        x: symbolic sequence.
        kind: "last", "max", "mean" or "attention".
        mask: symbolic bool (batch, time); by default the one x carries.
        bidirectional: what the recurrent layer below was; needed by "last" alone, whose
            backward half ends at the first word.
        name: of the layer.

    Raises:
        SettingsError: for another kind, or "last" without `bidirectional`.
    """
    one_of("pooling", kind, KINDS)
    if kind == "last" and bidirectional is None:
        raise SettingsError("pooling='last' needs bidirectional=True or bidirectional=False")
    if kind == "last":
        layer: Any = LastPooling(bidirectional=bool(bidirectional), name=name)
    else:
        layer = _LAYERS[kind](name=name)
    return layer(x) if mask is None else layer(x, mask=mask)
