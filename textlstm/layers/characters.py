"""What the spelling of a word tells: a vector of its characters, set beside the word's own."""

from typing import Any

import keras
import numpy as np
from keras import ops

from textlstm.layers.checks import fraction, whole
from textlstm.layers.draws import generator
from textlstm.layers.fused import LSTM, Bidirectional


class _Characters(keras.layers.Layer):
    """One vector a word, (batch, time, features), of ids (batch, time, characters).

    Id 0 is padding, after a word's characters; a word without characters gives zeros. There is no
    mask: which words are padding the words' own ids say (`SideBySide`).
    """

    size: int
    dimensions: int
    features: int

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """Return None: the characters do not decide which words there are."""
        return None

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (batch, time, features)."""
        return (*input_shape[:2], self.features)

    def call(self, characters: Any, training: bool | None = False) -> Any:
        """Return the vectors of the words."""
        batch, time, length = ops.shape(characters)
        rows = ops.reshape(characters, (-1, length))  # a word each, (batch * time, characters)
        on = ops.not_equal(rows, 0)
        found = self.words(rows, on, training)
        found = ops.where(on[:, :1], found, ops.zeros_like(found))
        return ops.reshape(found, (batch, time, self.features))

    def words(self, rows: Any, on: Any, training: bool | None) -> Any:
        """Return (words, features) of ids (words, characters), `on` where they are not 0."""
        raise NotImplementedError

    def _table(self) -> Any:
        return self.add_weight(
            name="embeddings", shape=(self.size, self.dimensions), initializer="uniform"
        )


@keras.saving.register_keras_serializable(package="textlstm")
class CharacterCNN(_Characters):
    """The largest answer of each filter over a word's characters, (batch, time, filters).

    A convolution over the characters' vectors, zeros before and after the word, and the maximum
    over its characters (Ma & Hovy 2016, "End-to-end sequence labeling via bi-directional
    LSTM-CNNs-CRF", section 2.1).

    Args:
        size: number of characters, ids 0 .. size - 1.
        dimensions: numbers a character.
        filters: numbers a word.
        width: characters that a filter sees, its own in the middle (left of it if even).
        dropout: share of the numbers of characters' vectors dropped in training.
        seed: of the dropout; None takes one from Keras' global seed.
        **kwargs: `name` and the like, for keras.layers.Layer.

    Raises:
        SettingsError: for a value outside these ranges.
    """

    def __init__(
        self,
        size: int,
        dimensions: int = 30,
        filters: int = 50,
        width: int = 3,
        dropout: float = 0.0,
        *,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        """Take the sizes."""
        super().__init__(**kwargs)
        self.size, self.dimensions = whole("size", size), whole("dimensions", dimensions)
        self.features = self.filters = whole("filters", filters)
        self.width = whole("width", width)
        self.dropout = fraction("dropout", dropout)
        self.seed = seed
        self.draws = generator(self, seed)

    def build(self, input_shape: Any) -> None:
        """Make embeddings (size, dimensions), kernel (width, dimensions, filters) and bias."""
        self.embeddings = self._table()
        self.kernel = self.add_weight(
            name="kernel", shape=(self.width, self.dimensions, self.filters)
        )
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def words(self, rows: Any, on: Any, training: bool | None) -> Any:
        """Return (words, filters)."""
        drops = training and self.dropout
        found = self._convolved(rows, on) if drops else self._looked_up(rows)
        lowest = ops.cast(-65504.0 if found.dtype == "float16" else -3e38, found.dtype)
        return ops.max(ops.where(ops.expand_dims(on, -1), found + self.bias, lowest), axis=1)

    def _convolved(self, rows: Any, on: Any) -> Any:
        """Return the filters' answers, (words, characters, filters), some numbers dropped."""
        vectors = ops.take(self.embeddings, rows, axis=0)
        vectors = ops.where(ops.expand_dims(on, -1), vectors, ops.zeros_like(vectors))
        vectors = keras.random.dropout(vectors, self.dropout, seed=self.draws)
        return ops.conv(vectors, self.kernel, padding="same")

    def _looked_up(self, rows: Any) -> Any:
        """Return the same without dropout, from tables.

        There are few characters: what a filter makes of each in each of its places is worked out
        once, and a convolution is then a sum of `width` numbers that are looked up.
        """
        tables = self.tables()
        left = (self.width - 1) // 2
        ids = ops.pad(rows, ((0, 0), (left, self.width - 1 - left)))
        length = ops.shape(rows)[1]
        parts = [
            ops.take(tables[place], ids[:, place : place + length], axis=0)
            for place in range(self.width)
        ]
        return sum(parts[1:], parts[0])

    def tables(self) -> Any:
        """Return what each filter makes of a character in each place, (width, size, filters)."""
        characters = np.ones((self.size, 1), "float32")
        characters[0] = 0.0  # padding
        vectors = ops.convert_to_tensor(self.embeddings)
        return ops.matmul(vectors * ops.cast(characters, vectors.dtype), self.kernel)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        names = ("size", "dimensions", "filters", "width", "dropout", "seed")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


@keras.saving.register_keras_serializable(package="textlstm")
class CharacterLSTM(_Characters):
    """Last states of an LSTM that reads a word from either end, (batch, time, 2 * units).

    Lample et al. 2016, "Neural architectures for named entity recognition", section 4.1.

    Args:
        size: number of characters, ids 0 .. size - 1.
        dimensions: numbers a character.
        units: of each direction.
        **kwargs: `name` and the like, for keras.layers.Layer.

    Raises:
        SettingsError: for a value outside these ranges.
    """

    def __init__(self, size: int, dimensions: int = 30, units: int = 25, **kwargs: Any) -> None:
        """Take the sizes."""
        super().__init__(**kwargs)
        self.size, self.dimensions = whole("size", size), whole("dimensions", dimensions)
        self.units = whole("units", units)
        self.features = 2 * self.units
        policy = self.dtype_policy
        self.reader = Bidirectional(
            LSTM(self.units, name="lstm", dtype=policy), name="reader", dtype=policy
        )
        self.supports_jit: bool = self.reader.supports_jit

    def build(self, input_shape: Any) -> None:
        """Make embeddings (size, dimensions) and the two LSTMs."""
        self.embeddings = self._table()
        self.reader.build((None, None, self.dimensions))

    def words(self, rows: Any, on: Any, training: bool | None) -> Any:
        """Return (words, 2 * units)."""
        vectors = ops.take(self.embeddings, rows, axis=0)
        return self.reader(vectors, mask=on, training=training)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        own = {"size": self.size, "dimensions": self.dimensions, "units": self.units}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="textlstm")
class SideBySide(keras.layers.Concatenate):
    """Features of the same words in one vector, with the mask of the first: (batch, time, sum).

    Keras' Concatenate makes every step count as soon as one part has no mask.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Concatenate over the last axis."""
        super().__init__(axis=-1, **kwargs)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the mask of the first part."""
        return mask[0] if isinstance(mask, list | tuple) else mask

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        return {k: v for k, v in super().get_config().items() if k != "axis"}
