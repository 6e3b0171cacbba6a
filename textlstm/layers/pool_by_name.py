"""Pooling chosen by a setting's word."""

from typing import Any

from textlstm.errors import SettingsError
from textlstm.layers.attention import AttentionPooling
from textlstm.layers.checks import one_of
from textlstm.layers.pooling import LastPooling, MaxPooling, MeanPooling

KINDS = ("last", "max", "mean", "attention")


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
    layer = {
        "last": lambda: LastPooling(bidirectional=bool(bidirectional), name=name),
        "max": lambda: MaxPooling(name=name),
        "mean": lambda: MeanPooling(name=name),
        "attention": lambda: AttentionPooling(name=name),
    }[kind]()
    return layer(x) if mask is None else layer(x, mask=mask)
