"""Pooling over time: one vector a text, whatever the padding.

These layers mask for themselves. Keras' GlobalMaxPooling1D ignores masks, GlobalAveragePooling1D
divides by zero on a row without words, and a one-directional Keras LSTM repeats its last output
on padding where ONNX gives zero.
"""

from typing import Any

import keras
from keras import ops


class Pooling(keras.layers.Layer):
    """One vector a row, (batch, features), of a masked sequence (batch, time, features).

    Without a mask every step counts. A row without words gives zeros. Each subclass is one way.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Let masks in."""
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """Return None: time is gone, and the mask with it."""
        return None

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (batch, features)."""
        return (input_shape[0], input_shape[-1])


@keras.saving.register_keras_serializable(package="textlstm")
class MaxPooling(Pooling):
    """The largest value over time of each feature, (batch, features)."""

    def call(self, x: Any, mask: Any = None) -> Any:
        """Return the largest value among the steps where `mask` (batch, time) is True."""
        if mask is None:
            return ops.max(x, axis=1)
        steps = ops.expand_dims(mask, -1)  # (batch, time, 1)
        # The most negative float16, float32 or bfloat16 there is, so no value is below it.
        lowest = ops.cast(-65504.0 if x.dtype == "float16" else -3e38, x.dtype)
        largest = ops.max(ops.where(steps, x, lowest), axis=1)
        return ops.where(ops.any(steps, axis=1), largest, ops.zeros_like(largest))


@keras.saving.register_keras_serializable(package="textlstm")
class MeanPooling(Pooling):
    """The mean over time of each feature, (batch, features)."""

    def call(self, x: Any, mask: Any = None) -> Any:
        """Return the mean over the steps where `mask` (batch, time) is True."""
        if mask is None:
            return ops.mean(x, axis=1)
        steps = ops.cast(ops.expand_dims(mask, -1), x.dtype)
        # where, not a product: an infinity on padding times 0 would be NaN
        total = ops.sum(ops.where(ops.expand_dims(mask, -1), x, ops.zeros_like(x)), axis=1)
        return total / ops.maximum(ops.sum(steps, axis=1), 1)


@keras.saving.register_keras_serializable(package="textlstm")
class LastPooling(Pooling):
    """The output after the whole text was read, (batch, features).

    That is the last word's step. For a bidirectional layer the second half of the features
    comes from the cell that reads from the end, so its last step is the first word's.

    Args:
        bidirectional: whether x is forward and backward outputs side by side.
        **kwargs: `name` and the like, for keras.layers.Layer.
    """

    def __init__(self, bidirectional: bool = False, **kwargs: Any) -> None:
        """Take whether the features are two directions."""
        super().__init__(**kwargs)
        self.bidirectional = bidirectional

    def call(self, x: Any, mask: Any = None) -> Any:
        """Return the last step where `mask` (batch, time; words first, then padding) is True."""
        if mask is None:
            last = x[:, -1]
        else:
            lengths = ops.sum(ops.cast(mask, "int32"), axis=1)  # (batch,)
            place = ops.reshape(ops.maximum(lengths - 1, 0), (-1, 1, 1))
            last = ops.squeeze(ops.take_along_axis(x, place, axis=1), 1)
        if self.bidirectional:
            half = x.shape[-1] // 2
            last = ops.concatenate([last[:, :half], x[:, 0, half:]], axis=-1)
        if mask is None:
            return last
        return ops.where(ops.expand_dims(lengths > 0, -1), last, ops.zeros_like(last))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        return {**super().get_config(), "bidirectional": self.bidirectional}
