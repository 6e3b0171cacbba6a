"""From the stored arrays to what a network is given: padded batches and their signature."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from textlstm.batches import Prefetch, is_number, pad
from textlstm.store import Part
from textlstm.tasks import Arrays, Task


def batches(task: Task, part: Part, plan: Sequence[np.ndarray]) -> Iterator[tuple[Any, np.ndarray]]:
    """Yield the network's inputs, one array or arrays by name, and the targets of each batch.

    Args:
        task: names the arrays.
        part: of the store.
        plan: which rows form which batch.
    """
    for places in plan:
        rows = part.rows(task.target_name, places)
        targets = pad(rows, fill=-1) if task.per_step else np.stack(rows)
        yield _alone({name: pad(part.rows(name, places)) for name in task.features}), targets


def rows_of(part: Part, places: Sequence[int] | np.ndarray) -> list[Arrays]:
    """Return stored examples as `Task.encode` and `Task.encode_targets` made them."""
    columns = {name: part.rows(name, places) for name in part.columns}
    return [{name: rows[k] for name, rows in columns.items()} for k in range(len(places))]


def signature(task: Task, part: Part) -> Any:
    """Return the type of the inputs that `batches` yields, of unknown sizes; see `pad`."""
    return _alone({name: _spec(part.rows(name, [0])[0]) for name in task.features})


def dataset(source: Prefetch[Any], task: Task, part: Part, steps: int) -> tf.data.Dataset:
    """Return the batches of an epoch as Keras' fit takes them.

    Args:
        source: of what `batches` yields.
        task: as there.
        part: as there.
        steps: how many batches there are.
    """
    target = part.rows(task.target_name, [0])[0]
    known = tf.TensorSpec((None, *target.shape), _dtype(target))
    types = (signature(task, part), _spec(target) if task.per_step else known)
    # Tensors of unknown shape: one trace for all lengths. No second prefetch here, so that the
    # time Prefetch waits is the time the training step waits.
    found = tf.data.Dataset.from_generator(lambda: iter(source), output_signature=types)
    return found.apply(tf.data.experimental.assert_cardinality(steps))


def _spec(row: np.ndarray) -> tf.TensorSpec:
    """Return the type of padded rows like this one: numbers keep their columns, ids may not."""
    inner = row.shape[1:] if is_number(row) else (None,) * (row.ndim - 1)
    return tf.TensorSpec((None, None, *inner), _dtype(row))


def _dtype(row: np.ndarray) -> tf.DType:
    return tf.float32 if is_number(row) else tf.int32


def _alone(inputs: dict[str, Any]) -> Any:
    return next(iter(inputs.values())) if len(inputs) == 1 else inputs
