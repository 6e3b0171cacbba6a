"""Softmax over a large vocabulary: rare tokens are scored only where they are asked for."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from keras import ops

from textlstm.errors import SettingsError
from textlstm.layers.checks import whole
from textlstm.layers.softmax_costs import softmax_costs

SHRINK = 4  # a tail of its own table has so many times fewer dimensions than the one before it


@keras.saving.register_keras_serializable(package="textlstm")
class AdaptiveSoftmax(keras.layers.Layer):
    """Costs of the right tokens in nats, (batch, time), by a softmax in two steps.

    Ids below the first cutoff and one entry for each further cluster share a first softmax; the
    ids of a cluster have a softmax of their own (Grave et al. 2017, "Efficient softmax
    approximation for GPUs", section 4):

        p(id) = p_head(id)                            id < cutoffs[0]
        p(id) = p_head(cluster) p_cluster(id)         else

    Ids should be sorted by frequency. Nothing is approximated: probabilities add to 1. Where the
    only cutoff is the number of ids this is the full softmax.

    Called as `layer([x, targets])`: float (batch, time, features) and int (batch, time), -1 for
    places that do not count, whose cost is 0. `log_probabilities(x)` gives those of all ids.

    Args:
        cutoffs: where clusters end, rising; the last is the number of ids.
        embedding: a built layer whose `embeddings` (ids, features) score the ids too (Press & Wolf
            2017, "Using the output embedding to improve language models"); None: tables of the
            layer's own, those of the clusters with fewer dimensions.
        **kwargs: `name` and the like, for keras.layers.Layer.

    Raises:
        SettingsError: cutoffs that do not rise from 1.
    """

    def __init__(
        self, cutoffs: Sequence[int], embedding: keras.layers.Layer | None = None, **kwargs: Any
    ) -> None:
        """Take the cutoffs, and the embedding if it is tied."""
        super().__init__(**kwargs)
        self.cutoffs = tuple(whole("cutoffs", size) for size in cutoffs)
        if not self.cutoffs or list(self.cutoffs) != sorted(set(self.cutoffs)):
            raise SettingsError(f"cutoffs={self.cutoffs}: expected rising numbers")
        self.embedding = embedding
        self.supports_masking = True

    @property
    def clusters(self) -> list[tuple[int, int]]:
        """First and last id, exclusive, of each cluster behind the head."""
        return list(zip(self.cutoffs, self.cutoffs[1:], strict=False))

    def build(self, input_shape: Any) -> None:
        """Make the weights for inputs (batch, time, features)."""
        size = input_shape[0][-1] if isinstance(input_shape[0], (list, tuple)) else input_shape[-1]
        head, count = self.cutoffs[0], len(self.clusters)
        if self.embedding is not None:
            if not self.embedding.built:
                self.embedding.build()
            ids, width = map(int, self.embedding.embeddings.shape)
            if width != size:
                raise SettingsError(
                    f"inputs of {size} numbers cannot be scored by vectors of {width}"
                )
            if ids != self.cutoffs[-1]:
                raise SettingsError(f"{self.cutoffs[-1]} ids cannot be scored by {ids} vectors")
        else:
            self.head = self.add_weight(shape=(head, size), name="head")
        if count:
            self.doors = self.add_weight(shape=(count, size), name="clusters")
        self.bias = self.add_weight(shape=(self.cutoffs[-1] + count,), initializer="zeros",
                                    name="bias")  # fmt: skip
        self.down, self.tails = [], []
        if self.embedding is None:
            for k, (first, last) in enumerate(self.clusters, start=1):
                narrow = max(8, size // SHRINK**k)
                self.down.append(self.add_weight(shape=(size, narrow), name=f"down_{k}"))
                self.tails.append(self.add_weight(shape=(last - first, narrow), name=f"tail_{k}"))
        super().build(input_shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (batch, time)."""
        return tuple(input_shape[1])

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """Return None: targets tell what counts."""
        return None

    def tables(self) -> list[tuple[Any, Any]]:
        """Return the vectors (entries, features) and biases (entries,) of each softmax.

        The first is that of the ids before the first cutoff and then of the clusters.
        """
        total = self.cutoffs[-1]
        if self.embedding is None:
            vectors = [ops.convert_to_tensor(table) for table in (self.head, *self.tails)]
        else:
            vectors = _pieces(self.embedding.embeddings, self.cutoffs)
        biases = _pieces(self.bias[:total], self.cutoffs)
        if self.clusters:
            vectors[0] = ops.concatenate([vectors[0], self.doors], axis=0)
            biases[0] = ops.concatenate([biases[0], self.bias[total:]], axis=0)
        return list(zip(vectors, biases, strict=True))

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Return the costs of the targets."""
        x, targets = inputs
        shape = ops.shape(targets)
        rows = ops.reshape(x, (-1, x.shape[-1]))
        ids = ops.reshape(ops.cast(targets, "int32"), (-1,))
        known = ops.maximum(ids, 0)
        (table, bias), *tails = self.tables()
        entry = known  # in the first softmax: the id itself, or the cluster's
        for k, (first, last) in enumerate(self.clusters):
            inside = ops.logical_and(known >= first, known < last)
            entry = ops.where(inside, self.cutoffs[0] + k, entry)
        costs = softmax_costs(_scores(rows, table, bias), entry)
        for k, ((first, last), (table, bias)) in enumerate(zip(self.clusters, tails, strict=True)):
            inside = ops.logical_and(ids >= first, ids < last)
            places = ops.cast(ops.nonzero(inside)[0], "int32")
            some = ops.take(rows, places, axis=0)
            if self.down:
                some = ops.matmul(some, self.down[k])
            inner = ops.take(ids, places, axis=0) - first
            more = softmax_costs(_scores(some, table, bias), inner)
            costs += ops.scatter(ops.expand_dims(places, 1), more, ops.shape(costs))
        costs = ops.where(ids >= 0, costs, 0.0)
        return ops.reshape(costs, shape)

    def log_probabilities(self, x: Any) -> Any:
        """Return the log-probabilities of all ids, (batch, time, ids)."""
        (table, bias), *tails = self.tables()
        head = _log_softmax(_scores(x, table, bias))
        first = self.cutoffs[0]
        parts = [head[..., :first]]
        for k, (table, bias) in enumerate(tails):
            some = ops.matmul(x, self.down[k]) if self.down else x
            tail = _log_softmax(_scores(some, table, bias))
            parts.append(head[..., first + k : first + k + 1] + tail)
        return ops.concatenate(parts, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again, but for a tied embedding."""
        return {**super().get_config(), "cutoffs": self.cutoffs}


def _pieces(table: Any, cutoffs: Sequence[int]) -> list[Any]:
    """Return the rows up to each cutoff, in one operator: its gradient is one pass over all."""
    whole_table = ops.convert_to_tensor(table)
    return list(ops.split(whole_table, cutoffs[:-1], axis=0)) if cutoffs[1:] else [whole_table]


def _scores(x: Any, table: Any, bias: Any) -> Any:
    # TensorFlow's, not Keras': the gradient of the table would be transposed, a pass over all
    return tf.linalg.matmul(x, table, transpose_b=True) + bias


def _log_softmax(scores: Any) -> Any:
    return scores - ops.logsumexp(scores, axis=-1, keepdims=True)
