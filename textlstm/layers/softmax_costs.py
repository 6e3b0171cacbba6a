"""What the right entries of a softmax cost, with a gradient of few passes."""

from typing import Any

import tensorflow as tf


def softmax_costs(scores: Any, places: Any, smoothing: float = 0.0) -> Any:
    """Return the cross-entropy in nats of the softmax of each row, (n,).

        cost = -(1 - smoothing) log p(place) - smoothing mean over entries of log p(entry)

    The gradient of a score is p - (1 - smoothing) [it is the place's] - smoothing / entries. Where
    operators have to be deterministic, TensorFlow's own is put together of a dozen operators, each
    a pass over all scores, one of them in a single thread.

    Args:
        scores: float (n, entries).
        places: int (n,), the right entries.
        smoothing: share of the target given to all entries alike (Szegedy et al. 2016, section 7).
    """
    scores, places = tf.convert_to_tensor(scores), tf.convert_to_tensor(places)

    @tf.custom_gradient
    def costs(scores: Any) -> tuple[Any, Any]:
        at = tf.stack([tf.range(tf.shape(scores)[0]), tf.cast(places, "int32")], axis=1)
        logs = tf.nn.log_softmax(scores)
        found = (smoothing - 1.0) * tf.gather_nd(logs, at)
        if smoothing:
            found -= smoothing * tf.reduce_mean(logs, axis=1)

        def gradient(above: Any) -> Any:
            each = tf.exp(logs)
            if smoothing:
                each -= smoothing / tf.cast(tf.shape(scores)[1], scores.dtype)
            each *= above[:, None]
            # a place a row: none occurs twice, so the order of the sums does not matter
            return tf.tensor_scatter_nd_sub(each, at, (1.0 - smoothing) * above)

        return found, gradient

    return costs(scores)
