"""Training on running text: the states go on from batch to batch (truncated backpropagation).

Each epoch begins with states of zero, so a checkpoint between two epochs needs no state.
"""

from typing import Any

import tensorflow as tf

from textlstm.batches import Prefetch
from textlstm.contiguous import Contiguous, Piece
from textlstm.errors import DataError
from textlstm.training import PREFETCH, Trainer, _Watch

ROWS, FEW_ROWS = 32, 8  # streams, where batch_rows= is not given
MANY_TOKENS = 200_000


class ContinuedTrainer(Trainer):
    """Trains a network that reads "tokens", "next" and "state_1", ... and hands states on.

    Its outputs are the costs (batch, time) and the states after the last step, in their order.
    """

    def _planned(self) -> Contiguous:
        s = self.job.settings
        if not len(self.job.valid.flat(self.job.task.size_name)):
            raise DataError("the validation part holds no token")
        rows = s.batch_rows or (ROWS if self.tokens >= MANY_TOKENS else FEW_ROWS)
        plan = self._streams(self.job.train, rows)
        for name, used in (("batch_rows", plan.rows), ("steps", plan.steps)):
            given = getattr(s, name)
            if given and used < given:
                self.job.progress.say(
                    f"{name}={given} is lowered to {used}: there are {self.tokens:,} tokens, and "
                    f"batch_tokens={s.batch_tokens}"
                )
        return plan

    def _streams(self, part: Any, rows: int) -> Contiguous:
        s: Any = self.job.settings  # of the recipe: it has the tokens of a piece
        task: Any = self.job.task
        text = part.flat(task.size_name)
        rows = max(1, min(rows, len(text) // s.steps, s.batch_tokens))
        steps = max(1, min(s.steps, s.batch_tokens // rows))
        return Contiguous(text, rows=rows, steps=steps, start=task.start, seed=s.seed)

    def _compile(self) -> None:
        model = self.job.model
        variables, optimizer = model.trainable_variables, model.optimizer
        ids = tf.TensorSpec((None, None), tf.int32)
        self._states = [tensor for tensor in model.inputs if tensor.name.startswith("state_")]
        states = [tf.TensorSpec((None, t.shape[-1]), tf.float32) for t in self._states]

        def named(tokens: Any, targets: Any, states: Any) -> dict[str, Any]:
            carried = {t.name: state for t, state in zip(self._states, states, strict=True)}
            return {"tokens": tokens, "next": targets, **carried}

        def learn(tokens: Any, targets: Any, states: Any) -> tuple[Any, Any]:
            with tf.GradientTape() as tape:
                costs, *after = model(named(tokens, targets, states), training=True)
                loss = model.loss(targets, costs)
            optimizer.apply(tape.gradient(loss, variables), variables)
            return loss, after

        def judge(tokens: Any, targets: Any, states: Any) -> tuple[Any, Any]:
            costs, *after = model(named(tokens, targets, states), training=False)
            return tf.reduce_sum(costs), after

        signature = [ids, ids, states]
        self._learn = tf.function(learn, input_signature=signature, autograph=False)
        self._judge = tf.function(judge, input_signature=signature, autograph=False)

    def batch_tokens(self, batch: Any) -> int:
        """Return how many tokens a piece of the plan has."""
        return self.plan.tokens(*batch)

    def _fit(self, epoch: int, plan: list[Any], watch: _Watch) -> tuple[float, float]:
        del epoch
        sums, weights = 0.0, 0
        states = self._zeros(self.plan.rows)
        watch.set_model(self.job.model)
        self.job.model.stop_training = False
        with Prefetch(lambda: self.plan.pieces(plan), PREFETCH) as pieces:
            for number, (batch, piece) in enumerate(zip(plan, pieces, strict=True)):
                tokens = self.batch_tokens(batch)
                loss, states = self._learn(*map(tf.constant, piece), states)
                sums, weights = sums + float(loss) * tokens, weights + tokens
                watch.on_train_batch_end(number, {"loss": sums / weights})
                if self.job.model.stop_training:
                    break
        return sums / weights, pieces.waited

    def _validate(self) -> tuple[float, str, float]:
        plan = self._streams(self.job.valid, self.plan.rows)
        states, total, count = self._zeros(plan.rows), 0.0, 0
        piece: Piece
        for piece in plan.pieces(plan.plan(None)):
            cost, states = self._judge(*map(tf.constant, piece), states)
            total, count = total + float(cost), count + self.job.task.known(piece.targets)
        loss = total / count
        return loss, "loss", -loss

    def _zeros(self, rows: int) -> list[Any]:
        return [tf.zeros((rows, tensor.shape[-1])) for tensor in self._states]
