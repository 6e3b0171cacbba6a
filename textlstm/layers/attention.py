"""Attention pooling: a mean over time whose weights are learned."""

from typing import Any

import keras
from keras import ops

from textlstm.layers.checks import whole
from textlstm.layers.pooling import Pooling


@keras.saving.register_keras_serializable(package="textlstm")
class AttentionPooling(Pooling):
    """A weighted mean over time, (batch, features), the weights depending on each step.

    score_t = v . tanh(x_t W + b), weights = softmax over the words, output = sum of weights x_t
    (Yang et al. 2016, "Hierarchical attention networks for document classification",
    equations 5 to 7).

    Args:
        units: size of the scoring layer; None takes the number of features.
        **kwargs: `name` and the like, for keras.layers.Layer.

    Raises:
        SettingsError: for units below 1.
    """

    def __init__(self, units: int | None = None, **kwargs: Any) -> None:
        """Take the size of the scoring layer."""
        super().__init__(**kwargs)
        self.units = None if units is None else whole("units", units)

    def build(self, input_shape: Any) -> None:
        """Make W (features, units), b (units,) and v (units, 1)."""
        features = input_shape[-1]
        units = self.units or features
        self.kernel = self.add_weight(shape=(features, units), name="kernel")
        self.bias = self.add_weight(shape=(units,), initializer="zeros", name="bias")
        self.context = self.add_weight(shape=(units, 1), name="context")

    def call(self, x: Any, mask: Any = None) -> Any:
        """Return the mean of x weighted over the steps where `mask` (batch, time) is True."""
        scores = ops.matmul(ops.tanh(ops.matmul(x, self.kernel) + self.bias), self.context)
        scores = ops.cast(scores, "float32")  # (batch, time, 1)
        if mask is None:
            weights = ops.softmax(scores, axis=1)
            return ops.sum(x * ops.cast(weights, x.dtype), axis=1)
        steps = ops.expand_dims(mask, -1)
        # -1e9 and not -inf: the weights of a row without words would be NaN.
        weights = ops.softmax(ops.where(steps, scores, -1e9), axis=1)
        words = ops.where(steps, x, ops.zeros_like(x))
        return ops.sum(words * ops.cast(weights, x.dtype), axis=1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        return {**super().get_config(), "units": self.units}
