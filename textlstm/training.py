"""Fit a network: batches in a seeded order, a validation score an epoch, the best weights kept.

Everything random is a function of `seed=`: first weights, order, dropout. A run that is killed
goes on from its last finished epoch and ends with the same weights, bit for bit.
"""

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import keras
import numpy as np
import tensorflow as tf

from textlstm import checkpoint, feeding, mixing
from textlstm.batches import ByLength, Prefetch
from textlstm.checkpoint import State
from textlstm.errors import DataError, Refusal
from textlstm.export import constants
from textlstm.export.walk import output_names
from textlstm.interrupt import Interrupt
from textlstm.optimizer import Adam
from textlstm.progress import Quiet
from textlstm.settings import TrainSettings
from textlstm.store import Part
from textlstm.tasks import Arrays, Task, judged

PREFETCH = 4  # batches made ahead
MANY_TEXTS = 16_000
# Small parts need many epochs, large ones see enough in a few; early stopping does the rest.
TOKENS = 16_000_000
FEWEST_EPOCHS = 3
LOG_STEPS = 50  # steps a line of log.jsonl


def prepare(seed: int) -> None:
    """Seed every random state and make TensorFlow's operators deterministic."""
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


@keras.saving.register_keras_serializable("textlstm")
class WarmupDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Rise linearly for `warmup` steps, then stay, or fall to zero at `total` steps."""

    def __init__(self, peak: float, total: int, warmup: int, shape: str) -> None:
        """Take the highest rate, steps in all, steps of the rise, and the shape of the fall."""
        self.peak, self.total, self.warmup, self.shape = peak, total, warmup, shape

    def __call__(self, step: Any) -> Any:
        """Return the learning rate at a step."""
        step = keras.ops.cast(step, "float32")
        rise = (step + 1.0) / max(1, self.warmup)
        part = (step - self.warmup) / max(1, self.total - self.warmup)
        part = keras.ops.clip(part, 0.0, 1.0)
        fall = {
            "constant": keras.ops.ones_like(part),
            "linear": 1.0 - part,
            "cosine": 0.5 * (1.0 + keras.ops.cos(math.pi * part)),
        }[self.shape]
        return self.peak * keras.ops.minimum(rise, fall)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"peak": self.peak, "total": self.total, "warmup": self.warmup, "shape": self.shape}


def averaging(decay: float, steps: int) -> float:
    """Return the decay a step of the moving average: at most half an epoch is looked back on."""
    return min(decay, max(0.0, 1.0 - 2.0 / steps))


class Enough(Protocol):
    """What a kind of task says of how long to train."""

    steps: ClassVar[int]
    most_epochs: ClassVar[int]


def planned_rows(texts: int) -> int:
    """Return how many texts make a batch where `batch_rows=` is not given.

    Small batches give a small part enough steps; larger ones are quicker a text.
    """
    return 32 if texts < MANY_TEXTS else 64


def planned_epochs(steps: int, tokens: int, task: Enough) -> int:
    """Return how many epochs are run at most where `epochs=` is not given.

    Args:
        steps: batches of an epoch.
        tokens: of the training part.
        task: says how many steps are enough, and how many epochs.
    """
    wanted = min(math.ceil(task.steps / steps), math.ceil(TOKENS / tokens))
    return min(task.most_epochs, max(FEWEST_EPOCHS, wanted))


@dataclass
class Job:
    """What is trained on what: network, task, stored parts, settings, run folder, progress."""

    model: keras.Model
    task: Task
    train: Part
    valid: Part
    valid_targets: list[Any]
    settings: TrainSettings
    folder: Path
    progress: Quiet


class Trainer:
    """Runs a job epoch by epoch; `run` may be called on a folder that was trained before."""

    def __init__(self, job: Job) -> None:
        """Compile the network with the job's optimizer."""
        self.job = job
        s = job.settings
        self._lengths = job.train.lengths(job.task.size_name)
        self.tokens = int(self._lengths.sum())
        self.plan = self._planned()
        batches = len(self.plan.plan(0))
        self.epochs = s.epochs or planned_epochs(batches, self.tokens, job.task)
        steps = sum(len(self.plan.plan(epoch)) for epoch in range(self.epochs))
        schedule = WarmupDecay(s.learning_rate, steps, round(steps * s.warmup), s.schedule)
        optimizer = Adam(
            schedule,
            global_clipnorm=s.clip_norm,
            use_ema=s.average > 0,
            ema_momentum=averaging(s.average, batches),
        )
        job.model.compile(optimizer=optimizer, loss=job.model.loss)
        optimizer.build(job.model.trainable_variables)
        self._compile()

    def _planned(self) -> Any:
        """Return what plans the batches of each epoch."""
        s = self.job.settings
        rows = s.batch_rows or planned_rows(len(self.job.train))
        return ByLength(self._lengths, tokens=s.batch_tokens, rows=rows, seed=s.seed)

    def _compile(self) -> None:
        """Make the functions that run in a graph."""
        job = self.job
        self._infer = tf.function(
            lambda x: job.model(x, training=False),
            input_signature=[feeding.signature(job.task, job.train)], autograph=False,
        )  # fmt: skip
        # In a graph: called eagerly, the loss of a CRF would loop over time in Python.
        self._loss = tf.function(job.model.loss, autograph=False, reduce_retracing=True)

    def batch_tokens(self, batch: Any) -> int:
        """Return how many tokens a batch of the plan has."""
        return int(self._lengths[batch].sum())

    @property
    def _last(self) -> Path:
        return self.job.folder / "checkpoints" / "last.safetensors"

    @property
    def _best(self) -> Path:
        return self.job.folder / "checkpoints" / "best.safetensors"

    def run(self, interrupt: Interrupt) -> State:
        """Train to the end, or until asked to stop; the network then holds the best weights.

        Raises:
            Refusal: the loss is not a number in the first epoch.
        """
        self._last.parent.mkdir(parents=True, exist_ok=True)
        state = State()
        if self._last.exists():
            state = checkpoint.load(self._last, self.job.model)
            self.job.progress.say(f"going on after epoch {state.epoch}")
        while not state.done and not interrupt.asked:
            self._epoch(state, interrupt)
        if state.best_epoch:
            checkpoint.load(self._best, self.job.model, optimizer=False)
        else:  # interrupted in the first epoch: what there is
            self._average()
        return state

    def _epoch(self, state: State, interrupt: Interrupt) -> None:
        job, epoch = self.job, state.epoch
        plan = self.plan.plan(epoch)
        start = time.monotonic()
        watch = _Watch(self, epoch, plan, interrupt)
        trained, waited = self._fit(epoch, plan, watch)
        if watch.broken:
            self._give_up(state, watch)
            return
        if interrupt.asked and watch.steps < len(plan):
            return  # a half epoch leaves no trace, so that going on ends the same
        raw = self._average()
        loss, name, score = self._validate()
        better = (score, -loss) > (state.best_score, -state.best_loss)
        if better:
            state.best_epoch, state.best_score, state.best_loss = epoch + 1, score, loss
        seconds = time.monotonic() - start
        row = {
            "epoch": epoch + 1, "loss": trained, "valid_loss": loss,
            **({} if job.task.by_loss else {"valid_score": score, "score_name": name}),
            "best": better, "seconds": seconds,
            "tokens_per_second": self.tokens / seconds, "waited": waited,
            "padding": self.plan.padding(epoch),
        }  # fmt: skip
        state.history.append(row)
        late = epoch + 1 - state.best_epoch >= job.settings.patience
        state.done = late or epoch + 1 >= self.epochs
        if better:  # before the other: a kill between the two repeats this epoch, with equal ends
            checkpoint.save(self._best, job.model, state, optimizer=False)
        for variable, value in raw:
            variable.assign(value)
        checkpoint.save(self._last, job.model, state)
        self.log({"kind": "epoch", **row})
        job.progress.epoch(row)

    def _fit(self, epoch: int, plan: list[Any], watch: "_Watch") -> tuple[float, float]:
        """Train on an epoch's batches; return the mean loss and the seconds waited for data."""
        job = self.job
        prefetch = Prefetch(lambda: feeding.batches(job.task, job.train, plan), PREFETCH)
        try:
            fitted = job.model.fit(
                feeding.dataset(prefetch, job.task, job.train, len(plan)), epochs=epoch + 1,
                initial_epoch=epoch, verbose=0, shuffle=False, callbacks=[watch],
            )  # fmt: skip
        finally:
            prefetch.close()
        return float(fitted.history["loss"][-1]), prefetch.waited

    def _average(self) -> list[tuple[Any, np.ndarray]]:
        """Put the moving averages in the network; return what was there."""
        if not self.job.settings.average:
            return []
        variables = self.job.model.trainable_variables
        raw = [(variable, np.array(np.asarray(variable))) for variable in variables]
        self.job.model.optimizer.finalize_variable_values(variables)
        return raw

    def _give_up(self, state: State, watch: "_Watch") -> None:
        where = f"epoch {state.epoch + 1}, batch {watch.steps}"
        if not state.best_epoch:
            raise Refusal(
                f"the loss is not a number in {where}, before any epoch was finished: "
                "try a lower learning_rate= or clip_norm=1"
            )
        self.job.progress.say(
            f"⚠ the loss is not a number in {where}: training ends, "
            f"the weights of epoch {state.best_epoch} are kept"
        )
        state.done = True

    def _validate(self) -> tuple[float, str, float]:
        """Return the mean loss, and name and value of what is maximised, on the valid part."""
        job = self.job
        judge = judged(job.task)
        losses, weights = [], []
        answers: list[Any] = [None] * len(job.valid)
        for places, targets, outputs in self._outputs(job.valid):
            known = job.task.known(targets)
            if known:
                losses.append(float(self._loss(targets, next(iter(outputs.values())))))
                weights.append(known)
            if judge is not None:
                self._decode(job.valid, places, outputs, answers)
        if not weights:
            raise DataError("no validation text has only labels that training has seen")
        loss = float(np.average(losses, weights=weights))
        if judge is None:
            return loss, "loss", -loss
        return loss, *judge.quick_score(job.valid_targets, answers)

    def answers(self, part: Part) -> list[Any]:
        """Return the network's answers on a part, in its order, of a task that they judge."""
        found: list[Any] = [None] * len(part)
        for places, _, outputs in self._outputs(part):
            self._decode(part, places, outputs, found)
        return found

    def logits(self, part: Part) -> np.ndarray:
        """Return the network's logits on a part, (texts, labels) in its order."""
        rows: list[Any] = [None] * len(part)
        for places, _, outputs in self._outputs(part):
            for place, row in zip(places, outputs["logits"], strict=True):
                rows[place] = row
        return np.stack(rows)

    def _decode(self, part: Part, places: np.ndarray, outputs: Arrays, answers: list[Any]) -> None:
        """Put the answers of a batch in their places."""
        judge = judged(self.job.task)
        assert judge is not None
        found = judge.decode(outputs, feeding.rows_of(part, places))
        for place, answer in zip(places, found, strict=True):
            answers[place] = answer

    def mix(self) -> None:
        """Let the linear model of n-grams answer too, as far as the validation part gains by it."""
        job, layer = self.job, mixing.layer_of(self.job.model)
        if layer is None:
            return
        before = self._validate()
        found = mixing.fit(
            layer, job.train, job.valid, self.logits(job.valid), job.model.loss,
            balanced=getattr(job.settings, "balance", "none") == "balanced", seed=job.settings.seed,
        )  # fmt: skip
        after = self._validate()
        job.progress.say(
            f"n-grams: {found.network:.2f} network + {found.linear:.2f} linear model; "
            f"valid loss {before[0]:.4f} -> {after[0]:.4f}, "
            f"valid {after[1]} {before[2]:.4f} -> {after[2]:.4f}"
        )

    def _outputs(self, part: Part) -> Iterator[tuple[np.ndarray, np.ndarray, Arrays]]:
        """Yield places, targets and named outputs of the batches of a part."""
        job, model = self.job, self.job.model
        lengths = part.lengths(job.task.size_name)
        plan = ByLength(lengths, tokens=job.settings.batch_tokens, rows=256, seed=0).plan(None)
        names = output_names(model.outputs)
        fixed = constants(model)
        batches = feeding.batches(job.task, part, plan)
        for places, (inputs, targets) in zip(plan, batches, strict=True):
            made = keras.tree.flatten(self._infer(keras.tree.map_structure(tf.constant, inputs)))
            arrays = map(np.asarray, made)
            yield places, targets, {**dict(zip(names, arrays, strict=True)), **fixed}

    def log(self, row: dict[str, Any]) -> None:
        """Append a line to log.jsonl."""
        with (self.job.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def trainer(job: Job) -> Trainer:
    """Return what trains a job: running text needs its state carried from batch to batch."""
    if getattr(job.task, "carried", False):
        from textlstm.continued import ContinuedTrainer

        return ContinuedTrainer(job)
    return Trainer(job)


class _Watch(keras.callbacks.Callback):
    """Reports steps, sees Ctrl-C and a loss that is not a number."""

    def __init__(self, trainer: Trainer, epoch: int, plan: list[Any], interrupt: Interrupt) -> None:
        super().__init__()
        self.trainer, self.plan, self.interrupt = trainer, plan, interrupt
        self.epoch, self.steps, self.broken = epoch, 0, False
        self._start = time.monotonic()
        self._tokens = np.cumsum([trainer.batch_tokens(batch) for batch in plan])

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Look at the running loss."""
        self.steps += 1
        loss = float((logs or {}).get("loss", math.nan))
        self.broken = not math.isfinite(loss)
        if self.broken or self.interrupt.asked:
            self.model.stop_training = True
        epochs = self.trainer.epochs
        tokens = int(self._tokens[self.steps - 1])
        speed = tokens / max(1e-9, time.monotonic() - self._start)
        left = (int(self._tokens[-1]) * (epochs - self.epoch) - tokens) / speed
        row = {
            "epoch": self.epoch + 1, "epochs": epochs, "done": self.steps / len(self.plan),
            "loss": loss, "tokens_per_second": speed, "left": left,
        }  # fmt: skip
        self.trainer.job.progress.step(row)
        if self.steps % LOG_STEPS == 0:
            self.trainer.log({"kind": "steps", "step": self.steps, **row})
