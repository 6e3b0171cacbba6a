"""The CRF's forward-backward as a TensorFlow operator."""

from typing import Any

import tensorflow as tf

from textlstm import kernels
from textlstm.kernels import operators


def knows_crf() -> bool:
    """Return whether `crf_expected` can be used here and now: a kernel, and a library with it.

    A library built before there was this operator does not have it.
    """
    return bool(kernels.kernel()) and hasattr(operators.loaded(), "textlstm_crf_expected")


def crf_expected(
    emissions: Any, mask: Any, start: Any, transitions: Any, end: Any
) -> tuple[Any, Any, Any]:
    """Return log partition (batch,), expected tags and expected pairs of tags of a linear chain.

    Tags are (batch, time, tags), 0 where the mask is off, pairs (batch, tags, tags), summed over
    the steps; all is float32, computed in float64. A row without steps gives zeros. In the sums a
    score counts as -350 where it is less, that of an emission as 350 nats less than the best of
    its step. Forward-backward: Rabiner 1989, equations 20, 25 and 91. The result does not depend
    on the number of threads, nor does that of a row on the other rows. There is no gradient.

    Args:
        emissions: float32 (batch, time, tags), in nats as all scores, anything where the mask is
            off.
        mask: bool (batch, time), True at the first steps of each row, padding after them.
        start: float32 (tags,).
        transitions: float32 (tags, tags), from row to column.
        end: float32 (tags,).

    Raises:
        tf.errors.InvalidArgumentError: a shape does not fit, or the mask is on behind padding.
        RuntimeError: there is no kernel on this machine, or its library is older.
    """
    chosen = kernels.kernel()
    if not knows_crf():
        why = chosen.why if not chosen else f"{kernels.library()} is older: build it again"
        raise RuntimeError(f"no CRF operator: {why}")
    found = operators.loaded().textlstm_crf_expected(
        emissions=emissions, mask=mask, start=start, transitions=transitions, end=end,
        threads=operators.threads(), lanes=chosen.lanes,
    )  # fmt: skip
    if not tf.executing_eagerly():  # shapes that the graph can know
        batch, _, tags = emissions.shape
        found.log_z.set_shape((batch,))
        found.tokens.set_shape(emissions.shape)
        found.pairs.set_shape((batch, tags, tags))
    return found.log_z, found.tokens, found.pairs
