"""One row of a plan, measured in a process of its own: `python -m textlstm.lab.measuring JOB OUT`.

A process a row, so that the peak of memory is the row's own and no row is quicker for what another
one has left in memory. It trains as `run` does: same optimizer, same kernels, same allocator.
"""

import dataclasses
import json
import pickle
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from textlstm import discover, store
from textlstm.allocator import keep_freed_memory
from textlstm.batches import ByLength
from textlstm.errors import Refusal
from textlstm.progress import Quiet
from textlstm.quiet import quietly
from textlstm.tasks import Arrays, Task

ENOUGH = 1.0  # seconds that something is measured for, and
FEWEST, MOST = 3, 30  # how often at least, and at most
MB = 1 << 20


@dataclass
class Job:
    """What is measured.

    Attributes:
        settings: of the recipe.
        task: made of the training part.
        rows: encoded examples with their targets, of any length.
        length: tokens of each text; None: the mean of an epoch's batches with padding.
        lengths: of all training texts, (texts,); none: the data are not known.
        valid: of all validation texts.
        epochs: at most; filled in where the data are known.
    """

    settings: Any
    task: Task
    rows: list[Arrays]
    length: int | None
    lengths: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    valid: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))


def stretched(rows: Sequence[Arrays], task: Task, length: int, number: int) -> list[Arrays]:
    """Return so many encoded examples of so many tokens: rows repeated, or cut, along time.

    The features have a time axis, and a target of a task that has one value a token; of the rest
    what is as long as the tokens, such as their places in the text.

    Args:
        rows: from `Task.encode` and `Task.encode_targets`.
        task: names the arrays.
        length: tokens.
        number: of examples; the rows are taken in turn.
    """
    found = []
    for k in range(number):
        row = rows[k % len(rows)]
        tokens = len(row[task.features[0]])
        made = {}
        for name, array in row.items():
            if name == task.target_name:
                over_time = task.per_step
            else:
                over_time = name in task.features or (array.ndim > 0 and len(array) == tokens)
            made[name] = array[np.arange(length) % len(array)] if over_time else array
        found.append(made)
    return found


def measure(recipe: Any, job: Job) -> dict[str, Any]:
    """Return one row of a plan: parameters, operations, times, memory.

    Raises:
        Refusal: what `Recipe.network` or the export refuses.
    """
    seconds: dict[str, float] = {}
    start = time.perf_counter()
    with quietly():
        import keras
        import tensorflow as tf

        from textlstm import training
        from textlstm.lab import cost
    seconds["import"] = time.perf_counter() - start
    s, task = job.settings, job.task
    rows = s.batch_rows or training.planned_rows(len(job.lengths))
    length, epoch = job.length, _epoch(job, rows)
    if length is None:
        length = max(1, round(float(np.mean([job.lengths[b].max() for b in epoch]))))
    with tempfile.TemporaryDirectory() as place:
        training.prepare(s.seed)
        part = _part(Path(place) / "store", stretched(job.rows, task, length, rows), task)
        tf.linalg.matmul(tf.ones((64, 64)), tf.ones((64, 64)))  # starts TensorFlow's threads
        before = _resident_before()
        start = time.perf_counter()
        model = recipe.network(s, task)
        trainer = training.Trainer(
            training.Job(model, task, part, part, [], dataclasses.replace(s, batch_rows=rows),
                         Path(place), Quiet())
        )  # fmt: skip
        inputs, targets = _batch(task, part, trainer)
        model.train_on_batch(inputs, targets)
        seconds["trace"] = time.perf_counter() - start
        step = _median(lambda: model.train_on_batch(inputs, targets))
        peak = _peak() - before
        forward = _median(lambda: model.predict_on_batch(inputs))
    shape = next(iter(inputs.values())).shape if isinstance(inputs, dict) else inputs.shape
    found = cost.of(model, _spelling(inputs))
    row = {
        "length": length,
        "rows": int(shape[0]),
        "parameters": found.parameters,
        "operations": {
            "forward": found.a_token(length), "training": cost.TRAINING * found.a_token(length),
        },
        "step_ms": step,
        "text_ms": _one_text(model, task, part),
        "memory_mb": peak / MB,
        "notes": list(found.notes),
    }  # fmt: skip
    if len(job.lengths):
        row["estimate"] = _estimate(job, row, len(epoch), forward, seconds)
    keras.backend.clear_session()
    return row


def _estimate(
    job: Job, row: dict[str, Any], batches: int, forward: float, seconds: dict[str, float]
) -> dict[str, Any]:
    """Return steps and seconds of a whole training, as long as it can become."""
    from textlstm import training

    tokens = int(job.lengths.sum())
    epochs = job.settings.epochs or training.planned_epochs(batches, tokens, job.task)
    steps = batches * epochs
    valid = len(job.valid) / row["rows"] * forward * epochs / 1000
    train = steps * row["step_ms"] / 1000
    return {
        "texts": len(job.lengths), "tokens": tokens, "epochs": epochs, "steps": steps,
        "train_seconds": train, "valid_seconds": valid,
        "start_seconds": seconds["import"] + seconds["trace"],
    }  # fmt: skip


def _epoch(job: Job, rows: int) -> list[np.ndarray]:
    if not len(job.lengths):
        return []
    s = job.settings
    plan = ByLength(job.lengths, tokens=s.batch_tokens, rows=rows, seed=s.seed)
    return plan.plan(0)


def _part(folder: Path, rows: Sequence[Arrays], task: Task) -> store.Part:
    with store.Writer(folder) as writer:
        for row in rows:
            writer.add("train", row)
        return writer.finish({}).parts["train"]


def _batch(task: Task, part: store.Part, trainer: Any) -> tuple[Any, Any]:
    """Return the largest batch of the part as tensors."""
    import keras
    import tensorflow as tf

    from textlstm import feeding

    largest = max(trainer.plan.plan(0), key=len)
    inputs, targets = next(feeding.batches(task, part, [largest]))
    return keras.tree.map_structure(tf.constant, inputs), tf.constant(targets)


def _spelling(inputs: Any) -> int:
    """Return the characters a token of a batch, 1 where characters are not read."""
    arrays = inputs.values() if isinstance(inputs, dict) else [inputs]
    return max((int(a.shape[2]) for a in arrays if len(a.shape) > 2), default=1)


def _one_text(model: Any, task: Task, part: store.Part) -> float:
    """Return the milliseconds of one text, answered as the predictor does."""
    from textlstm import feeding
    from textlstm.bundle import Bundle
    from textlstm.export import by_kind
    from textlstm.runtime import engines

    engine = engines.of(Bundle(Path(), {}, task, {}, by_kind.graphs(model, task)))
    rows = feeding.rows_of(part, [0])

    def answer() -> None:
        engine.answers(rows, [""], None)

    answer()
    return _median(answer)


def _median(action: Callable[[], Any]) -> float:
    """Return the median milliseconds of an action."""
    times: list[float] = []
    while len(times) < FEWEST or (sum(times) < ENOUGH and len(times) < MOST):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def _resident_before() -> int:
    """Return the bytes that are resident, and let the peak begin anew.

    The peak that `getrusage` gives begins with that of the process which started this one, so
    Linux' own of this process is taken, which can be set back; elsewhere what there is.
    """
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        return _status("VmRSS")
    except OSError:
        return _peak()


def _peak() -> int:
    """Return the highest number of bytes that were resident."""
    try:
        return _status("VmHWM")
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/self/status has no {name}")


def main(recipe: str, job: str, out: str) -> None:
    """Measure the pickled `Job` of a recipe, and write the row, or the refusal, as JSON."""
    keep_freed_memory()
    found = discover.load(recipe)  # before the job: a user's recipe may hold its task's class
    try:
        with Path(job).open("rb") as file:
            row = measure(found, pickle.load(file))
    except Refusal as refusal:
        row = {"refusal": str(refusal), "code": refusal.exit_code}
    Path(out).write_text(json.dumps(row), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
