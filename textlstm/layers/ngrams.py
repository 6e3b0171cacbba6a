"""A linear model of n-grams beside a network."""

from typing import Any

import keras
from keras import ops

from textlstm.errors import SettingsError
from textlstm.layers.checks import whole

PRIME = 1_000_003  # spreads the earlier tokens of an n-gram over the buckets
LONGEST = 3  # of ids below 2 ** 21, whose keys fit 63 bits


@keras.saving.register_keras_serializable(package="textlstm")
class LinearNGrams(keras.layers.Layer):
    """Logits of a network with those of a linear model added: two inputs, (batch, labels) out.

    The linear model sees which n-grams of 1 to `most` tokens a text has, each once, as numbers
    of buckets that some share (hashing trick, Weinberger et al. 2009): an n-gram ending in token
    t has the key k(n, t) = k(n-1, t-1) * 1,000,003 + id(t) and the bucket
    1 + key mod (buckets - 1); 0 is padding. The answer is

        scale * logits + sum over the text's buckets of table[bucket] + bias

    with scale 1 and the rest 0 until `set_linear` is called. Gradients do not reach any of the
    three, and in training the logits pass unchanged: the network learns as it would alone.

    Args:
        buckets: rows of the table, with the one of padding; at least 2.
        most: tokens of the longest n-gram, 1 to 3.
        **kwargs: `name` and the like, for keras.layers.Layer.

    Raises:
        SettingsError: for values outside these ranges.
    """

    def __init__(self, buckets: int, most: int = 2, **kwargs: Any) -> None:
        """Take the size of the table."""
        super().__init__(**kwargs)
        self.buckets = whole("buckets", buckets, 2)
        self.most = whole("most", most)
        if most > LONGEST:
            raise SettingsError(f"most={most}: expected 1 to {LONGEST}")

    def build(self, shapes: Any) -> None:
        """Make the weights, which training leaves alone."""
        labels = shapes[0][-1]

        def zeros(name: str, *shape: int) -> Any:
            return self.add_weight(name=name, shape=shape, initializer="zeros", trainable=False)

        self.table = zeros("table", self.buckets, labels)
        self.bias = zeros("bias", labels)
        self.scale = self.add_weight(name="scale", shape=(1,), initializer="ones", trainable=False)

    def ids(self, tokens: Any) -> Any:
        """Return the buckets of the n-grams, (batch, most * time) int32, each once, 0 elsewhere."""
        wide = ops.cast(tokens, "int64")
        keys, found = wide, []
        for n in range(self.most):
            if n:  # what starts before the text has the key of a shorter n-gram, and counts once
                keys = ops.pad(keys, ((0, 0), (1, 0)))[:, :-1] * PRIME + wide
            bucket = 1 + ops.mod(keys, self.buckets - 1)
            found.append(ops.where(ops.equal(wide, 0), 0, bucket))
        ordered = ops.sort(ops.cast(ops.concatenate(found, axis=1), "int32"), axis=1)
        before = ops.pad(ordered, ((0, 0), (1, 0)))[:, :-1]
        return ops.where(ops.equal(ordered, before), 0, ordered)

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        """Return the sum of both logits; of [logits (batch, labels), tokens (batch, time)]."""
        logits, tokens = inputs
        if training:
            return logits
        rows = ops.take(self.table, self.ids(tokens), axis=0)
        return self.scale * logits + ops.sum(rows, axis=1) + self.bias

    def set_linear(self, table: Any, bias: Any, scale: float) -> None:
        """Set the three weights; the row of padding must be 0.

        Args:
            table: (buckets, labels).
            bias: (labels,).
            scale: of the network's logits.
        """
        for variable, value in ((self.table, table), (self.bias, bias), (self.scale, [scale])):
            variable.assign(value)

    def compute_output_spec(self, inputs: Any, training: bool | None = False) -> Any:
        """Return the shape of the logits."""
        return keras.KerasTensor(inputs[0].shape, dtype="float32")

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Return no mask: time is gone."""

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        return {**super().get_config(), "buckets": self.buckets, "most": self.most}
