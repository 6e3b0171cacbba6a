"""The last layer of sequence tagging: scores of whole tag sequences, some of them not allowed."""

from typing import Any

import keras
import numpy as np
from keras import ops

from textlstm import kernels
from textlstm.errors import SettingsError

NOT_ALLOWED = -1e4  # score of a transition that may not be
LEAST = -350.0  # of a score in the sums: the product of two exp of it is a float64
LOWEST = -1e300


class TagTransitions(keras.layers.Layer):
    """Emissions (batch, time, tags) unchanged, with what is known of the order of tags.

    Args:
        start: which tags may come first, bool (tags,).
        between: which tag (column) may follow which (row), bool (tags, tags).
        end: which tags may come last, bool (tags,).
        **kwargs: `name` and the like, for keras.layers.Layer.

    Raises:
        SettingsError: for shapes that do not fit each other.
    """

    def __init__(self, start: Any, between: Any, end: Any, **kwargs: Any) -> None:
        """Take what is allowed."""
        super().__init__(**kwargs)
        self.supports_masking = True
        self.start, self.between, self.end = (np.asarray(a, bool) for a in (start, between, end))
        self.tags = len(np.atleast_1d(self.start))
        shapes = [a.shape for a in (self.start, self.between, self.end)]
        if shapes != [(self.tags,), (self.tags, self.tags), (self.tags,)]:
            shown = ", ".join(map(str, shapes))
            raise SettingsError(
                f"start, between and end of shapes {shown}: expected (n,), (n, n) and (n,)"
            )

    def call(self, emissions: Any) -> Any:
        """Return the emissions."""
        return emissions

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the emissions."""
        return input_shape

    def scores(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return float32 scores of start (tags,), transitions (tags, tags) and end (tags,)."""
        return tuple(np.zeros(a.shape, "float32") for a in (self.start, self.between, self.end))  # type: ignore[return-value]

    def constants(self) -> dict[str, np.ndarray]:
        """Return `{"transitions": float32 (tags + 2, tags + 2)}`, scores from row to column.

        Row `tags` is the start, column `tags` + 1 the end; what is not allowed is -1e4.
        """
        start, between, end = self.scores()
        n = self.tags
        table = np.full((n + 2, n + 2), NOT_ALLOWED, "float32")
        table[:n, :n][self.between] = between[self.between]
        table[n, :n][self.start] = start[self.start]
        table[:n, n + 1][self.end] = end[self.end]
        return {"transitions": table}

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        own = {name: getattr(self, name).tolist() for name in ("start", "between", "end")}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="textlstm")
class ConstrainedSoftmax(TagTransitions):
    """Emissions (batch, time, tags) unchanged; every allowed sequence of tags is scored alike.

    Without weights: each tag is learned for itself, and only the search for the best sequence
    keeps to the allowed transitions.
    """


@keras.saving.register_keras_serializable(package="textlstm")
class CRF(TagTransitions):
    """Linear-chain conditional random field (Lafferty, McCallum & Pereira 2001).

    Emissions (batch, time, tags) pass unchanged. The score of a sequence y is

        s(y) = start[y_1] + sum_t emission_t[y_t] + sum_t transitions[y_t, y_t+1] + end[y_n]

    and its probability exp s(y) over the sum for all sequences (Lample et al. 2016, "Neural
    architectures for named entity recognition", section 2.2). What is not allowed scores -1e4,
    whatever its weight, which then has no gradient.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what is allowed, as TagTransitions."""
        super().__init__(*args, **kwargs)
        self.supports_jit = keras.backend.backend() != "tensorflow"  # XLA has not the operator

    def build(self, input_shape: Any) -> None:
        """Make the weights start (tags,), transitions (tags, tags) and end (tags,)."""
        if input_shape[-1] != self.tags:
            raise SettingsError(f"emissions of {input_shape[-1]} tags: expected {self.tags}")

        def zeros(name: str, *shape: int) -> Any:
            return self.add_weight(name=name, shape=shape, initializer="zeros")

        self.start_weights = zeros("start", self.tags)
        self.between_weights = zeros("transitions", self.tags, self.tags)
        self.end_weights = zeros("end", self.tags)

    def scores(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the weights."""
        weights = (self.start_weights, self.between_weights, self.end_weights)
        return tuple(np.asarray(w, "float32") for w in weights)  # type: ignore[return-value]

    def log_likelihood(self, emissions: Any, tags: Any, mask: Any) -> Any:
        """Return the log probability of each row's tags, (batch,) float32, in nats.

        The gradient is the textbook's, gold counts less expected counts (Lafferty et al. 2001,
        section 3); the operator or loop that counts is not differentiated itself. A row without
        steps gives 0; a row whose tags are not allowed about -1e4.

        Args:
            emissions: float (batch, time, tags).
            tags: int (batch, time), anything where the mask is off.
            mask: bool (batch, time), True at the first steps of each row, padding after them.

        Raises:
            tf.errors.InvalidArgumentError: the mask is on behind padding, where the operator is
                used.
        """
        on = ops.expand_dims(ops.cast(mask, "bool"), -1)  # (batch, time, 1)
        steps = ops.cast(on, "float32")
        last = steps - ops.pad(steps, ((0, 0), (0, 1), (0, 0)))[:, 1:]  # 1 at each row's last step
        emissions = ops.cast(emissions, "float32")
        emissions = ops.where(on, emissions, ops.zeros_like(emissions))
        start, between, end = (
            ops.where(allowed, ops.cast(weight, "float32"), NOT_ALLOWED)
            for weight, allowed in (
                (self.start_weights, self.start),
                (self.between_weights, self.between),
                (self.end_weights, self.end),
            )
        )

        def score(tokens: Any, first: Any, pairs: Any, final: Any) -> Any:  # (batch,)
            along = ops.sum(tokens * emissions, axis=(1, 2)) + ops.sum(pairs * between, axis=(1, 2))
            return along + ops.sum(first * start + final * end, axis=1)

        gold = ops.one_hot(ops.cast(tags, "int32"), self.tags, dtype="float32") * steps
        pairs = ops.matmul(ops.transpose(gold[:, :-1], (0, 2, 1)), gold[:, 1:])
        known = (gold, gold[:, 0], pairs, ops.sum(gold * last, axis=1))
        scores = (ops.stop_gradient(x) for x in (emissions, start, between, end))
        log_z, tokens, between_counts = (
            ops.stop_gradient(ops.cast(x, "float32")) for x in _expected(on, *scores)
        )
        expected = (tokens, tokens[:, 0], between_counts, ops.sum(tokens * last, axis=1))
        slope = score(*(a - b for a, b in zip(known, expected, strict=True)))
        found = ops.stop_gradient(score(*known) - log_z - slope) + slope
        return ops.where(on[:, 0, 0], found, ops.zeros_like(found))


def _expected(on: Any, emissions: Any, start: Any, between: Any, end: Any) -> tuple[Any, Any, Any]:
    """Return the log partition (batch,) and the expected tags (batch, time, tags) and pairs.

    Pairs are (batch, tags, tags). The operator and the loop agree but for rounding.
    """
    if _applies():
        return kernels.crf_expected(emissions, ops.squeeze(on, -1), start, between, end)
    return _expected_by_loop(on, emissions, start, between, end)


def _applies() -> bool:
    """Return whether there is an operator for the sums, here and now."""
    if keras.backend.backend() != "tensorflow" or not kernels.kernel():
        return False
    import tensorflow as tf

    return kernels.knows_crf() and not tf.config.get_visible_devices("GPU")


def _expected_by_loop(
    on: Any, emissions: Any, start: Any, between: Any, end: Any
) -> tuple[Any, Any, Any]:
    """Return what `_expected` does.

    Forward and backward variables (Rabiner 1989, equations 20 and 25, scaled as in 91), both with
    the emission of their own step, in one loop: forward from the left, backward from the right.
    A further tag stands for being outside the row, before its first step or after its last.
    Numbers are float64: tags and transitions 350 nats below the best one still count.
    """
    tags = emissions.shape[-1]
    start, between, end = (ops.cast(x, "float64") for x in (start, between, end))
    emissions = ops.transpose(ops.cast(emissions, "float64"), (1, 0, 2))  # (time, batch, tags)
    inside = ops.cast(ops.transpose(on, (1, 0, 2)), "float64")  # (time, batch, 1)
    best = _largest(emissions)
    emissions = ops.maximum(emissions, best + LEAST)
    weights = ops.exp(emissions - best) * inside
    emitted = ops.concatenate([weights, 1.0 - inside], axis=-1)
    both = ops.stack([emitted, ops.flip(emitted, axis=0)], axis=1)  # (time, 2, batch, tags + 1)
    come = ops.stack([_moves(start, between), _moves(end, ops.transpose(between))])
    begin = ops.zeros_like(both[0]) + np.eye(tags + 1)[tags]

    def step(state: Any, emission: Any) -> Any:
        return ops.matmul(state / ops.sum(state, axis=-1, keepdims=True), come) * emission

    states = _scan(step, begin, both)
    scale = ops.log(ops.sum(states, axis=-1, keepdims=True))  # taken out by the next step
    bests = ops.stack([best, ops.flip(best, axis=0)], axis=1)
    logs = ops.log(states) + ops.cumsum(scale + bests, axis=0) - scale
    forward = logs[:, 0, :, :tags]
    backward = ops.flip(logs[:, 1, :, :tags], axis=0)
    log_z = ops.logsumexp(ops.maximum(start, LEAST) + backward[0], axis=-1)
    log_z = ops.maximum(log_z, LOWEST)  # of a row without steps
    after = backward - ops.expand_dims(log_z, -1)
    tokens = ops.transpose(ops.exp(forward - emissions + after), (1, 0, 2))
    largest = _largest(forward[:-1])
    pairs = come[0, :tags, :tags] * ops.matmul(
        ops.transpose(ops.exp(forward[:-1] - largest), (1, 2, 0)),
        ops.transpose(ops.exp(after[1:] + largest), (1, 0, 2)),
    )
    return log_z, tokens, pairs


def _moves(bound: Any, between: Any) -> Any:
    """Return exp of the scores from row to column; the last row and column are the outside."""
    rows = ops.concatenate([between, ops.expand_dims(bound, 0)], axis=0)
    column = np.full((rows.shape[0], 1), LEAST)
    column[-1] = 0.0
    scores = ops.concatenate([rows, ops.convert_to_tensor(column)], axis=1)
    # never 0, so that something is left of a tag without a successor
    return ops.exp(ops.maximum(scores, LEAST))


def _largest(x: Any) -> Any:
    """Return the largest over the last axis, which stays; also where there is no step."""
    return ops.max(x, axis=-1, keepdims=True, initial=LOWEST)


def _scan(step: Any, state: Any, xs: Any) -> Any:
    """Return the states after each step of a loop, stacked."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf  # Keras' own needs to know the number of steps beforehand

        return tf.scan(step, xs, initializer=state, parallel_iterations=1)

    def both(state: Any, x: Any) -> tuple[Any, Any]:
        state = step(state, x)
        return state, state

    return ops.scan(both, state, xs)[1]
