"""A fixed linear forecast of a window beside what a network makes of it."""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="textlstm")
class LinearWindow(keras.layers.Layer):
    """A weighted sum of all numbers of a window is added to an output, (batch, n).

    Called as `layer([output, window])`: (batch, n) and (batch, time, features) in, (batch, n)
    out. The weights are no matter of training, which would only make them worse than the least
    squares they come from: see `set_linear`. Until they are set, the output passes as it is.

    Args:
        **kwargs: `name` and the like, for keras.layers.Layer.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Take `name` and the like."""
        super().__init__(**kwargs)

    def build(self, shapes: Any) -> None:
        """Make the weights, which training leaves alone."""
        (_, n), (_, time, features) = shapes
        self.kernel = self.add_weight(
            name="kernel", shape=(time * features, n), initializer="zeros", trainable=False
        )
        self.bias = self.add_weight(name="bias", shape=(n,), initializer="zeros", trainable=False)

    def call(self, inputs: Any) -> Any:
        """Return the sum; of [output (batch, n), window (batch, time, features)]."""
        output, window = inputs
        flat = ops.reshape(window, (-1, self.kernel.shape[0]))
        return output + ops.matmul(flat, self.kernel) + self.bias

    def set_linear(self, kernel: Any, bias: Any) -> None:
        """Set the weights.

        Args:
            kernel: (time, features, n).
            bias: (n,).
        """
        kernel = np.asarray(kernel)
        self.kernel.assign(kernel.reshape(-1, kernel.shape[-1]))
        self.bias.assign(bias)

    def compute_output_shape(self, shapes: Any) -> Any:
        """Return the shape of the output."""
        return shapes[0]
