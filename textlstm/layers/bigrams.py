"""Pairs of neighbouring tokens as ids of their own."""

from typing import Any

import keras
from keras import ops

from textlstm.layers.checks import whole

PRIME = 1_000_003  # spreads the first token of a pair over the buckets


@keras.saving.register_keras_serializable(package="textlstm")
class Bigrams(keras.layers.Layer):
    """Ids of each token with the one before it: (batch, time) int in, (batch, time) int32 out.

    The pair (a, b) gets the id 1 + (a * 1,000,003 + b) mod (buckets - 1) (hashing trick, Weinberger
    et al. 2009); the first token is paired with 0, and padding stays 0. An embedding of these ids
    beside that of the tokens tells a recurrent layer of short phrases; for Chinese, read character
    by character, it is the usual way to words (Chen et al. 2015).

    Args:
        buckets: number of ids with the 0 of padding, at least 2; pairs may share one.
        **kwargs: `name` and the like, for keras.layers.Layer.

    Raises:
        SettingsError: for fewer buckets.
    """

    def __init__(self, buckets: int, **kwargs: Any) -> None:
        """Take the number of buckets."""
        super().__init__(**kwargs)
        self.buckets = whole("buckets", buckets, 2)
        self.supports_masking = True
        self.built = True

    def call(self, tokens: Any) -> Any:
        """Return the ids of the pairs."""
        wide = ops.cast(tokens, "int64")
        before = ops.pad(wide, ((0, 0), (1, 0)))[:, :-1]
        pairs = 1 + ops.mod(before * PRIME + wide, self.buckets - 1)
        return ops.cast(ops.where(ops.equal(wide, 0), 0, pairs), "int32")

    def compute_output_spec(self, tokens: Any) -> Any:
        """Return the shape of the tokens, as int32."""
        return keras.KerasTensor(tokens.shape, dtype="int32")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        return {**super().get_config(), "buckets": self.buckets}
