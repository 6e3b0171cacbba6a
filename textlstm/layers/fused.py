"""LSTM, GRU and Bidirectional as Keras has them, computed by the fused kernels where these apply.

Weights, names and layout are those of Keras' layers, so checkpoints and exports do not know the
difference. The kernels apply on a CPU under TensorFlow, to float32 with the default activations
and a bias, to GRU in its `reset_after` form, and without recurrent dropout in training. Everything
else, and a machine without the kernels, gets Keras' own computation.
"""

from typing import Any

import keras
from keras import ops

from textlstm import kernels


class _Fused:
    """What the fused layers add to Keras' classes; stands before them in the list of bases."""

    activity_regularizer: Any
    go_backwards: bool
    return_sequences: bool
    supports_jit: bool
    units: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of Keras' layer.

        Outputs where the mask is off are zero, as they are inside Bidirectional; Keras' layer
        repeats the output before unless `zero_output_for_mask` is set.
        """
        super().__init__(*args, **kwargs)
        if "zero_output_for_mask" not in kwargs:
            self.zero_output_for_mask = self.return_sequences
        self.supports_jit = False  # XLA does not know the operators

    def inner_loop(
        self, sequences: Any, initial_state: Any, mask: Any, training: bool | None = False
    ) -> tuple[Any, Any, list[Any]]:
        """Return last output, outputs and last states, the outputs in the order of the steps."""
        mask = _single(mask)
        if not _applies(self, mask, training):
            return super().inner_loop(sequences, initial_state, mask, training=training)  # type: ignore[misc]
        states = keras.tree.flatten(initial_state)
        outputs, h, c = _recurrence([self], sequences, [states], mask, training)
        if self.go_backwards:
            outputs = ops.flip(outputs, axis=1)
        return h[0], outputs, [*h, *c]


@keras.saving.register_keras_serializable("textlstm")
class LSTM(_Fused, keras.layers.LSTM):
    """Keras' LSTM, fused: (batch, time, features) to (batch, time, units) or (batch, units).

    Equations: Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000.
    """


@keras.saving.register_keras_serializable("textlstm")
class GRU(_Fused, keras.layers.GRU):
    """Keras' GRU, fused: (batch, time, features) to (batch, time, units) or (batch, units).

    Equations: Cho et al. 2014, in the form that applies the reset gate after the product.
    """


@keras.saving.register_keras_serializable("textlstm")
class Bidirectional(keras.layers.Bidirectional):
    """Keras' Bidirectional; two fused layers become one operator that runs them side by side.

    Outputs (batch, time, 2 * units), zero where the mask is off, or (batch, 2 * units).
    """

    def __init__(self, layer: Any, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of Keras' layer."""
        super().__init__(layer, *args, **kwargs)
        self.supports_jit: bool = layer.supports_jit

    def call(
        self,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = None,
    ) -> Any:
        """Return the two directions side by side, and the last states if asked for."""
        mask = _single(mask)
        if not self._fuses(mask, training):
            return super().call(sequences, initial_state, mask, training)
        ways = [self.forward_layer, self.backward_layer]
        if initial_state is None:
            states = [way.get_initial_state(ops.shape(sequences)[0]) for way in ways]
        else:
            half = len(initial_state) // 2
            states = [initial_state[:half], initial_state[half:]]
        for way, state in zip(ways, states, strict=True):  # as their own call would do
            way._maybe_config_dropout_masks(way.cell, sequences[:, 0, :], list(state))
        outputs, h, c = _recurrence(ways, sequences, states, mask, training)
        for way in ways:
            way._maybe_reset_dropout_masks(way.cell)
        if not self.return_sequences:
            outputs = ops.concatenate(h, axis=-1)
        if not self.return_state:
            return outputs
        last = [[*pair] for pair in zip(h, c, strict=True)] if c else [[one] for one in h]
        return (outputs, *last[0], *last[1])

    def _fuses(self, mask: Any, training: bool | None) -> bool:
        first, second = self.forward_layer, self.backward_layer
        return (
            isinstance(first, _Fused)
            and type(first) is type(second)
            and first.units == second.units
            and second.go_backwards
            and self.merge_mode == "concat"
            and not self.stateful
            and first.activity_regularizer is None
            and second.activity_regularizer is None
            and _applies(first, mask, training)
            and _applies(second, mask, training)
        )


def _single(mask: Any) -> Any:
    return keras.tree.flatten(mask)[0] if keras.tree.is_nested(mask) else mask


def _applies(layer: Any, mask: Any, training: bool | None) -> bool:
    """Return whether the kernel computes what Keras' layer would, here and now."""
    cell = layer.cell
    return (
        bool(kernels.kernel())
        and keras.backend.backend() == "tensorflow"
        and cell.compute_dtype == "float32"
        and cell.activation is keras.activations.tanh
        and cell.recurrent_activation is keras.activations.sigmoid
        and cell.use_bias
        and getattr(cell, "reset_after", True)
        and layer.use_cudnn is not True
        and not layer.unroll
        and not (training and _drops_inside(cell))
        and (mask is None or layer.zero_output_for_mask or not layer.return_sequences)
        and not _has_gpu()
    )


def _drops_inside(cell: Any) -> bool:
    """Return whether masks are applied inside the steps, and not once to the input."""
    masks_a_gate = cell.implementation == 1
    return bool(cell.recurrent_dropout or (cell.dropout and masks_a_gate))


def _has_gpu() -> bool:
    import tensorflow as tf

    return bool(tf.config.get_visible_devices("GPU"))


def _recurrence(
    ways: list[Any], sequences: Any, states: list[Any], mask: Any, training: bool | None
) -> tuple[Any, list[Any], list[Any]]:
    """Return outputs in the order of time, last h and last c of one or two layers."""
    cells = [way.cell for way in ways]
    inputs = [sequences] * len(ways)
    if training:
        drops = [cell.get_dropout_mask(sequences[:, 0, :]) for cell in cells]
        inputs = [sequences if d is None else sequences * d[:, None] for d in drops]
    h, *c = (
        [ops.convert_to_tensor(state[k], dtype="float32") for state in states]
        for k in range(len(states[0]))
    )
    return kernels.recurrence(
        inputs,
        [ops.convert_to_tensor(cell.kernel) for cell in cells],
        [ops.convert_to_tensor(cell.recurrent_kernel) for cell in cells],
        [ops.convert_to_tensor(cell.bias) for cell in cells],
        h,
        c[0] if c else (),
        mask=None if mask is None else ops.cast(mask, "bool"),
        reverse=ways[0].go_backwards,
        keep=bool(training),
    )
