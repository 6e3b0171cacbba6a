"""What the right entries of a softmax cost, with a gradient of few passes."""

from typing import Any

import tensorflow as tf


def softmax_costs(rows: Any, table: Any, bias: Any, places: Any) -> Any:
    """Return -log softmax(rows table' + bias) at each row's place, in nats, (n,).

    The gradient of the scores is p - 1 at the place and p elsewhere. TensorFlow's own would, where
    operators have to be deterministic, be put together of a dozen operators, each a pass over all
    scores, and that of the table would be transposed.

    Args:
        rows: float (n, features).
        table: float (entries, features).
        bias: float (entries,).
        places: int (n,), entries of the softmax.
    """
    # as tensors: a custom gradient wants to know of variables
    return _costs(*map(tf.convert_to_tensor, (rows, table, bias, places)))


@tf.custom_gradient
def _costs(rows: Any, table: Any, bias: Any, places: Any) -> tuple[Any, Any]:
    scores = tf.linalg.matmul(rows, table, transpose_b=True) + bias
    at = tf.stack([tf.range(tf.shape(scores)[0]), tf.cast(places, "int32")], axis=1)
    logs = tf.nn.log_softmax(scores)
    costs = -tf.gather_nd(logs, at)

    def gradient(above: Any) -> tuple[Any, Any, Any, None]:
        above = tf.convert_to_tensor(above)
        slopes = tf.exp(logs) * above[:, None]
        slopes = tf.tensor_scatter_nd_sub(slopes, at, above)  # a place a row: none occurs twice
        return (
            tf.linalg.matmul(slopes, table),
            tf.linalg.matmul(slopes, rows, transpose_a=True),
            tf.reduce_sum(slopes, axis=0),
            None,
        )

    return costs, gradient
