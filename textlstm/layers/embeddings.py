"""Word vectors, read from given ones where there are any, and dropout of whole word types."""

from typing import Any

import keras
import numpy as np
from keras import ops

from textlstm.errors import SettingsError
from textlstm.layers.checks import fraction, whole
from textlstm.layers.draws import generator


@keras.saving.register_keras_serializable(package="textlstm")
class EmbeddingDropout(keras.layers.Layer):
    """Word vectors with, in training only, a share of the word types set to zero.

    A dropped type is missing wherever it occurs (Gal & Ghahramani 2016, section 4.2); one draw
    serves the whole batch and the kept vectors are scaled by 1 / (1 - rate) (Merity, Keskar &
    Socher 2018, "Regularizing and optimizing LSTM language models", section 4.3). So the
    network cannot lean on single words, where WordDropout removes single occurrences.

    Called as `layer(vectors, tokens)`: (batch, time, dim) float and (batch, time) int in,
    (batch, time, dim) out; the mask of the vectors is kept.

    Args:
        rate: share of the word types, 0 <= rate < 1.
        size: number of word types, the embedding's first axis.
        seed: of the draws; None takes one from Keras' global seed.
        **kwargs: `name` and the like, for keras.layers.Layer.

    Raises:
        SettingsError: for a value outside these ranges.
    """

    def __init__(self, rate: float, size: int, seed: int | None = None, **kwargs: Any) -> None:
        """Take the share, the number of word types and the seed."""
        super().__init__(**kwargs)
        self.rate = fraction("rate", rate)
        self.size = whole("size", size)
        self.seed = seed
        self.draws = generator(self, seed)
        self.supports_masking = True
        self.built = True

    def call(self, vectors: Any, tokens: Any, training: bool = False) -> Any:
        """Return the vectors, those of the dropped types zero where `training`."""
        if not training or self.rate == 0.0:
            return vectors
        drawn = keras.random.uniform((self.size,), seed=self.draws)
        scale = ops.where(drawn < self.rate, 0.0, 1.0 / (1.0 - self.rate))
        kept = ops.expand_dims(ops.take(scale, tokens, axis=0), -1)  # (batch, time, 1)
        return vectors * ops.cast(kept, vectors.dtype)

    def compute_output_shape(self, vectors_shape: Any, tokens_shape: Any) -> Any:
        """Return the shape of the vectors."""
        return vectors_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        own = {"rate": self.rate, "size": self.size, "seed": self.seed}
        return {**super().get_config(), **own}


def embedding(
    tokens: Any,
    size: int,
    dim: int,
    matrix: np.ndarray | None = None,
    trainable: bool = True,
    *,
    dropout: float = 0.0,
    seed: int | None = None,
    name: str = "embedding",
) -> Any:
    """Return the vectors of the words, (batch, time, dim), with id 0 masked.

    Args:
        tokens: symbolic ids (batch, time).
        size: number of word types, ids 0 .. size - 1.
        dim: numbers a vector.
        matrix: vectors to begin with, (size, dim).
        trainable: False keeps the vectors as they begin.
        dropout: share of the word types dropped in training (`EmbeddingDropout`).
        seed: of the dropout.
        name: of the Keras layer; its weight is `name`/embeddings.

    Raises:
        SettingsError: for a value outside these ranges or a matrix of another shape.
    """
    size, dim = whole("size", size), whole("dim", dim)
    rate = fraction("dropout", dropout)
    if matrix is not None and np.shape(matrix) != (size, dim):
        raise SettingsError(
            f"matrix of shape {np.shape(matrix)}: expected (size, dim) = {(size, dim)}"
        )
    layer = keras.layers.Embedding(size, dim, mask_zero=True, trainable=trainable, name=name)
    vectors = layer(tokens)
    if matrix is not None:
        # Assigned, not given as an initializer: that would put the matrix into get_config().
        layer.embeddings.assign(matrix)
    if rate:
        vectors = EmbeddingDropout(rate, size, seed=seed, name=f"{name}_dropout")(vectors, tokens)
    return vectors
