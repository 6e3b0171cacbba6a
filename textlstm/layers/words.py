"""Word dropout: the network learns to read texts in which some words are unknown."""

from typing import Any

import keras
from keras import ops

from textlstm.layers.checks import fraction, whole
from textlstm.layers.draws import generator


@keras.saving.register_keras_serializable(package="textlstm")
class WordDropout(keras.layers.Layer):
    """Ids in which, in training only, a share of the words is replaced by the unknown word.

    Every position is drawn for itself (Iyyer et al. 2015, "Deep unordered composition rivals
    syntactic methods", section 3.2; here with an unknown word in the place of the dropped one,
    so that order and length stay). Padding (id 0) is never touched, hence neither is a mask
    computed from the result. `(batch, time)` int in, the same shape and dtype out.

    Args:
        rate: share of the words, 0 <= rate < 1.
        unknown: id that takes their place, at least 1.
        seed: of the draws; None takes one from Keras' global seed.
        **kwargs: `name` and the like, for keras.layers.Layer.

    Raises:
        SettingsError: for a value outside these ranges.
    """

    def __init__(
        self, rate: float, unknown: int = 1, seed: int | None = None, **kwargs: Any
    ) -> None:
        """Take the share, the unknown word's id and the seed."""
        super().__init__(**kwargs)
        self.rate = fraction("rate", rate)
        self.unknown = whole("unknown", unknown)
        self.seed = seed
        self.draws = generator(self, seed)
        self.supports_masking = True
        self.built = True

    def call(self, tokens: Any, training: bool = False) -> Any:
        """Return the ids, some of them replaced where `training`."""
        if not training or self.rate == 0.0:
            return tokens
        drawn = keras.random.uniform(ops.shape(tokens), seed=self.draws)
        hit = ops.logical_and(drawn < self.rate, ops.not_equal(tokens, 0))
        return ops.where(hit, ops.cast(self.unknown, tokens.dtype), tokens)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the input."""
        return input_shape

    def compute_output_spec(self, tokens: Any, training: bool = False) -> Any:
        """Return shape and dtype of the input: ids stay whole numbers."""
        return keras.KerasTensor(tokens.shape, dtype=tokens.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        own = {"rate": self.rate, "unknown": self.unknown, "seed": self.seed}
        return {**super().get_config(), **own}
