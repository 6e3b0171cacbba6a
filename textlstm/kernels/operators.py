"""The fused recurrence as TensorFlow operators, with its gradient."""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

import tensorflow as tf

from textlstm import kernels
from textlstm.processors import processors


@cache
def loaded() -> Any:
    """Return the library, loaded on first use, with the operators that it has."""
    return tf.load_op_library(str(kernels.library()))


@cache
def operators() -> Any:
    """Return the library with the operators of the recurrence.

    Raises:
        RuntimeError: TensorFlow cannot use the library.
    """
    library = loaded()
    if not hasattr(library, "textlstm_recurrence"):
        raise RuntimeError(
            f"TensorFlow {tf.__version__} does not have the C kernel interface that "
            f"{kernels.library()} needs; {kernels.VARIABLE}=off uses Keras' layers"
        )
    return library


def threads() -> int:
    """Return how many threads an operator may use: TensorFlow's intra-op setting."""
    set_to = tf.config.threading.get_intra_op_parallelism_threads()
    set_to = set_to or int(os.environ.get("TF_NUM_INTRAOP_THREADS", "0") or 0)
    return int(set_to) if set_to > 0 else processors()


def recurrence(
    inputs: Sequence[Any],
    kernel: Sequence[Any],
    recurrent_kernel: Sequence[Any],
    bias: Sequence[Any],
    h: Sequence[Any],
    c: Sequence[Any] = (),
    *,
    mask: Any = None,
    reverse: bool = False,
    keep: bool = True,
) -> tuple[Any, list[Any], list[Any]]:
    """Return outputs, last h and last c of an LSTM, or of a GRU where there is no c.

    Every sequence has one tensor a direction, one or two, all float32. The second direction reads
    from the end, or the first if `reverse` is set (then the second reads from the start). A step
    that the mask leaves out keeps the state, is not computed, and its output is zero. The GRU is
    Keras' `reset_after` form. The result does not depend on the number of threads, nor does that
    of a row on the other rows.

    Args:
        inputs: (batch, time, features); in most cases the same tensor twice.
        kernel: (features, gates * units), gates in Keras' order.
        recurrent_kernel: (units, gates * units).
        bias: (4 * units,) of an LSTM, (2, 3 * units) of a GRU.
        h: first states (batch, units).
        c: first cell states (batch, units).
        mask: bool (batch, time), False where there is padding; None where there is none.
        reverse: the first direction reads from the end. Outputs stay at the time of their input.
        keep: what the gradient needs. Without it a gradient runs the call again.

    Returns:
        (batch, time, directions * units), and the states after the last step of each direction.

    Raises:
        tf.errors.InvalidArgumentError: a shape does not fit.
        RuntimeError: there is no kernel on this machine.
    """
    chosen = kernels.kernel()
    if not chosen:
        raise RuntimeError(f"no fused LSTM and GRU: {chosen.why}")
    found = operators().textlstm_recurrence(
        mask=_everything() if mask is None else mask,
        x=list(inputs), kernel=list(kernel), recurrent_kernel=list(recurrent_kernel),
        bias=list(bias), h=list(h), c=list(c), gru=not c, reverse=reverse,
        threads=threads(), lanes=chosen.lanes, keep=keep,
    )  # fmt: skip
    units = h[0].shape[-1]
    if not tf.executing_eagerly():  # shapes that the graph can know
        found.y.set_shape((*inputs[0].shape[:2], len(inputs) * units))
        for state in (*found.h_last, *found.c_last):
            state.set_shape((inputs[0].shape[0], units))
    return found.y, list(found.h_last), list(found.c_last)


def _everything() -> Any:
    return tf.zeros((0,), tf.bool)


@tf.RegisterGradient("TextlstmRecurrence")
def _gradient(op: Any, *grads: Any) -> list[Any]:
    """Return the gradients of the operator's inputs, given those of its outputs."""
    ways, cells = op.get_attr("D"), op.get_attr("C")
    mask, *inputs = op.inputs
    x, kernel, recurrent_kernel, bias, h, c = _split(inputs, ways, ways, ways, ways, ways, cells)
    outputs = op.outputs
    shared = {name: op.get_attr(name) for name in ("gru", "reverse", "threads", "lanes")}
    if not op.get_attr("keep"):
        outputs = tf.nest.flatten(
            operators().textlstm_recurrence(
                mask=mask, x=x, kernel=kernel, recurrent_kernel=recurrent_kernel, bias=bias,
                h=h, c=c, keep=True, **shared,
            )
        )  # fmt: skip
    (y,), _, _, gates, kept = _split(outputs, 1, ways, cells, ways, cells)
    (dy,), dh, dc = _split(grads, 1, ways, cells)
    found = operators().textlstm_recurrence_grad(
        mask=mask, x=x, kernel=kernel, recurrent_kernel=recurrent_kernel, h=h, c=c, y=y,
        gates=gates, cells=kept, dy=dy, dh=dh, dc=dc, **shared,
    )  # fmt: skip
    return [None, *tf.nest.flatten(found)]


def _split(tensors: Sequence[Any], *sizes: int) -> list[list[Any]]:
    """Return the first tensors as lists of the given sizes."""
    parts, at = [], 0
    for size in sizes:
        parts.append(list(tensors[at : at + size]))
        at += size
    return parts
