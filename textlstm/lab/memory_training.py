"""Training of one network on one task of memory: sequences drawn anew each step, until solved."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from textlstm import layers
from textlstm.lab.memory_tasks import Array, MemoryTask
from textlstm.optimizer import Adam

CHUNK = 250  # sequences answered at once
VALID, TEST = 500, 2000  # sequences: looked at while training, and once at the end


@dataclass(frozen=True)
class Training:
    """How a network is trained.

    Attributes:
        units: of the recurrent layer.
        batch: sequences a step.
        steps: budget.
        seconds: budget of time; None: none.
        every: steps between two looks at the error.
        learning_rate: of Adam, for gated cells.
        rnn_learning_rate: of Adam, for the RNN.
        clip_norm: global norm to which gradients are cut; None: never.
        forget_bias: of an LSTM, at the start; None: chrono, of a GRU's update gate too.
        seed: of weights and sequences.
    """

    units: int
    batch: int
    steps: int
    seconds: float | None
    every: int
    learning_rate: float
    rnn_learning_rate: float
    clip_norm: float | None
    forget_bias: float | None
    seed: int


@dataclass
class Course:
    """How a training went.

    Attributes:
        parameters: weights that are trained.
        history: step and error on sequences that are not trained on, from before the first step.
        steps: trained.
        seconds: taken, without the last test.
        error: on sequences of the test, which decide; NaN while training.
        solved: whether it is within the task's limit.
    """

    parameters: int
    history: list[tuple[int, float]] = field(default_factory=list)
    steps: int = 0
    seconds: float = 0.0
    error: float = float("nan")
    solved: bool = False


def network(task: MemoryTask, cell: str, length: int, how: Training) -> keras.Model:
    """Return an untrained network: one recurrent layer and a dense one."""
    features = task.draw(np.random.default_rng(0), 1, length)[0].shape[-1]
    inputs = keras.Input((None, features), dtype="float32")
    everywhere = task.output == "classes"
    hidden = layers.recurrent(
        inputs, cell, (how.units,), bidirectional=False, return_sequences=everywhere, seed=how.seed
    )
    model = keras.Model(inputs, keras.layers.Dense(task.size)(hidden))
    _remember(model.get_layer("recurrent_1").cell, cell, length, how)
    return model


def _remember(layer: Any, cell: str, length: int, how: Training) -> None:
    """Set the biases of the gates that keep: f of an LSTM, z of a GRU.

    Chrono (Tallec & Ollivier 2018, equation 16): b_f = log(u), u uniform from 1 to T-1, and
    b_i = -b_f, so that the units forget at all speeds that the length may ask for.
    """
    if cell == "rnn":
        return
    n = how.units
    values = layer.bias.numpy().copy()
    if how.forget_bias is None:
        rng = np.random.default_rng([how.seed, n])
        keeps = np.log(rng.uniform(1, max(2, length - 1), n))
        if cell == "lstm":  # Keras' order: i f g o
            values[:n], values[n : 2 * n] = -keeps, keeps
        else:  # z r n, of the input and of the state
            values[0, :n] = keeps
    elif cell == "lstm":
        values[n : 2 * n] = how.forget_bias
    layer.bias.assign(values)


def learn(
    task: MemoryTask,
    cell: str,
    length: int,
    how: Training,
    look: Callable[[Course], None],
    stop: Callable[[], bool],
) -> Course:
    """Return the course of one training, from seeded weights on seeded sequences.

    It ends when a test of 2,000 sequences is solved, and is taken when 500 others are.

    Args:
        task: what is learned.
        cell: "rnn", "lstm" or "gru".
        length: of the sequences.
        how: budgets and numbers.
        look: shown the course after each look at the error.
        stop: asked before each step whether to end.
    """
    keras.utils.clear_session()
    keras.utils.set_random_seed(how.seed)
    tf.config.experimental.enable_op_determinism()
    model = network(task, cell, length, how)
    rate = how.rnn_learning_rate if cell == "rnn" else how.learning_rate
    trained = _step(model, task, rate, how.clip_norm)
    answer = tf.function(lambda x: model(x, training=False), autograph=False)
    valid, test = (list(_drawn(task, length, how.seed, n)) for n in (VALID, TEST))
    course = Course(model.count_params())
    batches = _batches(task, length, how)
    start = time.monotonic()
    while True:
        error = _error(task, answer, valid)
        course.history.append((course.steps, error))
        course.seconds = time.monotonic() - start
        look(course)
        if error <= task.limit(length):
            course.error = _error(task, answer, test)
            course.solved = course.error <= task.limit(length)
        late = how.seconds is not None and course.seconds >= how.seconds
        if course.solved or late or stop() or course.steps >= how.steps or not np.isfinite(error):
            break
        for _ in range(min(how.every, how.steps - course.steps)):
            if stop():
                break
            trained(*next(batches))
            course.steps += 1
    if not course.solved:
        course.error = _error(task, answer, test)
    return course


def _step(model: keras.Model, task: MemoryTask, rate: float, clip_norm: float | None) -> Any:
    """Return a function that trains one step, compiled as a graph."""
    optimizer = Adam(rate, global_clipnorm=clip_norm)
    optimizer.build(model.trainable_variables)
    loss = (
        keras.losses.MeanSquaredError()
        if task.output == "number"
        else keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )

    @tf.function(autograph=False)
    def trained(x: Any, y: Any) -> None:
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)

    return trained


def _batches(task: MemoryTask, length: int, how: Training) -> Iterator[tuple[Any, Any]]:
    rng = np.random.default_rng([how.seed, 0])
    while True:
        x, y = task.draw(rng, how.batch, length)
        yield tf.constant(x), tf.constant(y)


def _drawn(task: MemoryTask, length: int, seed: int, number: int) -> Iterator[tuple[Array, Array]]:
    """Yield `number` sequences in chunks; each number has sequences of its own."""
    rng = np.random.default_rng([seed, number])
    for _ in range(0, number, CHUNK):
        yield task.draw(rng, CHUNK, length)


def _error(task: MemoryTask, answer: Any, chunks: list[tuple[Array, Array]]) -> float:
    return float(np.mean([task.error(answer(tf.constant(x)).numpy(), y) for x, y in chunks]))
