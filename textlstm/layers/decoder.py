"""The decoder of a sequence-to-sequence network: recurrent layers that look back at a source."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from textlstm.errors import SettingsError
from textlstm.layers.checks import fraction, one_of, whole
from textlstm.layers.draws import generator
from textlstm.layers.recurrence import CELLS

ATTENTION = ("multiplicative", "additive", "none")
NOWHERE = -1e9  # score of a place that is padding: its weight is 0 in float32


@keras.saving.register_keras_serializable(package="textlstm")
class AttentionDecoder(keras.layers.Layer):
    """States of a target after a look at the source, (batch, time, readout).

    The first recurrent layer reads the target's vectors. From each of its states h_t attention
    looks at the memory m_s of the source; further layers read its output beside the context:

        score_s = h_t W m_s                   multiplicative, Luong et al. 2015, "general"
        score_s = v . tanh(h_t W_q + m_s W)   additive, Bahdanau et al. 2015, equation in 3.1
        context = sum over s of softmax(score)_s m_s
        output  = tanh([h_t, context] W_o + b_o)      Luong et al. 2015, equation 5

    As no state depends on an output before it, the whole target is one pass over the time axis.
    With `input_feeding` (Luong et al. 2015, section 3.3) the output before is part of the first
    layer's input, and the steps are taken one by one, which is several times slower.

    Called with a list: vectors of the target (batch, time, dim), memory (batch, source, features),
    summary of the source (batch, n) for the first states, tanh(summary W + b) in each layer, and
    bool (batch, source), True at the source's words.

    Args:
        cell: "rnn", "lstm" or "gru".
        units: of each recurrent layer, the one that attention looks from first.
        readout: numbers of an output.
        attention: how a place of the source is scored; "none": only the first states know the
            source.
        input_feeding: whether a step reads the output of the step before.
        dropout: share of each layer's outputs, and of the readout, that training drops; the same
            at every step of a target.
        seed: of the draws; None takes one from Keras' global seed.
        **kwargs: `name` and the like, for keras.layers.Layer.

    Raises:
        SettingsError: for a value outside these ranges.
    """

    def __init__(
        self,
        cell: str = "lstm",
        units: Sequence[int] = (256,),
        readout: int = 256,
        attention: str = "multiplicative",
        input_feeding: bool = False,
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        """Make the layers."""
        super().__init__(**kwargs)
        self.cell = one_of("cell", cell, tuple(CELLS))
        if isinstance(units, int) or not units:
            raise SettingsError(f"units={units!r}: expected one number a layer, such as (256,)")
        self.units = tuple(whole("units", size) for size in units)
        self.readout = whole("readout", readout)
        self.attention = one_of("attention", attention, ATTENTION)
        self.input_feeding = bool(input_feeding)
        self.dropout = fraction("dropout", dropout)
        self.seed = seed
        self.draws = generator(self, seed)
        self.recurrent = [
            CELLS[cell](size, return_sequences=True, return_state=True, name=f"{cell}_{k}")
            for k, size in enumerate(self.units, start=1)
        ]
        dense = keras.layers.Dense
        self.bridge = dense(sum(self.state_sizes), activation="tanh", name="bridge")
        self.output_layer = dense(self.readout, activation="tanh", name="readout")
        if self.attention != "none":
            self.keys = dense(self.units[0], use_bias=False, name="keys")
        if self.attention == "additive":
            self.query = dense(self.units[0], name="query")

    @property
    def state_sizes(self) -> list[int]:
        """Sizes of the states that a step hands to the next, without the output that is fed."""
        each = 2 if self.cell == "lstm" else 1
        return [size for size in self.units for _ in range(each)]

    def build(self, input_shape: Any) -> None:
        """Build the layers for (batch, time, dim), (batch, source, features), (batch, n)."""
        target, memory, summary, _ = input_shape
        self.bridge.build(summary)
        context = 0
        if self.attention != "none":
            self.keys.build(memory)
            context = memory[-1]
        size = target[-1] + (self.readout if self.input_feeding else 0)
        for layer, units in zip(self.recurrent, self.units, strict=True):
            layer.build((None, None, size))
            size = units + context
        if self.attention == "additive":
            self.query.build((None, None, self.units[0]))
            self.context = self.add_weight(shape=(self.units[0],), name="context")
        self.output_layer.build((None, None, size))
        super().build(input_shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (batch, time, readout)."""
        return (*input_shape[0][:2], self.readout)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """Return None: the loss knows where targets end."""
        return None

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        """Return the outputs of all steps."""
        target, memory, summary, words = inputs
        source = self._source(memory, words)
        states = self.first_states(summary)
        drops = self._drops(ops.shape(target)[0], training)
        if self.input_feeding:
            return self._step_by_step(target, source, states, drops)
        x = target
        context = None
        for k, layer in enumerate(self.recurrent):
            own = self._own(states, k)
            x = layer(x, initial_state=own)[0]
            x = self._dropped(x, drops, k)
            if k == 0:
                context = self._look(x, source)
            x = self._beside(x, context)
        return self._dropped(self.output_layer(x), drops, -1)

    def first_states(self, summary: Any) -> list[Any]:
        """Return the states before the first step, each (batch, units)."""
        made = self.bridge(summary)
        ends = [sum(self.state_sizes[: k + 1]) for k in range(len(self.state_sizes))]
        return [made[:, end - size : end] for end, size in zip(ends, self.state_sizes, strict=True)]

    def _own(self, states: list[Any], k: int) -> list[Any]:
        each = len(states) // len(self.units)
        return states[k * each : (k + 1) * each]

    def _source(self, memory: Any, words: Any) -> tuple[Any, Any, Any] | None:
        """Return memory, keys (batch, source, units) and score offsets (batch, 1, source)."""
        if self.attention == "none":
            return None
        off = ops.where(words, 0.0, NOWHERE)
        return memory, self.keys(memory), ops.expand_dims(ops.cast(off, memory.dtype), 1)

    def _look(self, states: Any, source: tuple[Any, Any, Any] | None) -> Any:
        """Return contexts (batch, time, features) of states (batch, time, units)."""
        if source is None:
            return None
        memory, keys, off = source
        if self.attention == "multiplicative":
            scores = ops.matmul(states, ops.transpose(keys, (0, 2, 1)))
        else:
            both = ops.expand_dims(self.query(states), 2) + ops.expand_dims(keys, 1)
            scores = ops.sum(ops.tanh(both) * self.context, axis=-1)
        scores = scores + off
        # not ops.softmax, which warns of a source of one token
        weights = ops.exp(scores - ops.logsumexp(scores, axis=-1, keepdims=True))
        return ops.matmul(weights, memory)

    def _beside(self, x: Any, context: Any) -> Any:
        return x if context is None else ops.concatenate([x, context], axis=-1)

    def _step_by_step(
        self, target: Any, source: Any, states: list[Any], drops: list[Any] | None
    ) -> Any:
        def one(x: Any, states: list[Any]) -> tuple[Any, list[Any]]:
            """Return the output (batch, readout) and the states after a step."""
            context: Any = None
            after: list[Any] = []
            for k, layer in enumerate(self.recurrent):
                x, own = layer.cell(x, self._own(states, k))
                after += own
                x = self._dropped(ops.expand_dims(x, 1), drops, k)
                if k == 0:
                    context = self._look(x, source)
                x = ops.squeeze(self._beside(x, context), 1)
            output = self._dropped(ops.expand_dims(self.output_layer(x), 1), drops, -1)
            return ops.squeeze(output, 1), after

        def step(carried: Any, vector: Any) -> Any:
            *states, fed = carried
            output, after = one(ops.concatenate([vector, fed], axis=-1), states)
            made = [*after, output]
            return made, made  # Keras' scan on TensorFlow stacks only what has the carried shapes

        nothing = ops.zeros((ops.shape(target)[0], self.readout), target.dtype)
        _, outputs = ops.scan(step, [*states, nothing], ops.transpose(target, (1, 0, 2)))
        return ops.transpose(outputs[-1], (1, 0, 2))

    def _drops(self, batch: Any, training: bool | None) -> list[Any] | None:
        """Return factors (batch, 1, size) for each layer and the readout; None: all are kept."""
        if not training or self.dropout == 0.0:
            return None
        made = []
        for size in (*self.units, self.readout):
            drawn = keras.random.uniform((batch, 1, size), seed=self.draws)
            made.append(ops.where(drawn < self.dropout, 0.0, 1.0 / (1.0 - self.dropout)))
        return made

    def _dropped(self, x: Any, drops: list[Any] | None, k: int) -> Any:
        return x if drops is None else x * ops.cast(drops[k], x.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        own = {
            "cell": self.cell, "units": self.units, "readout": self.readout,
            "attention": self.attention, "input_feeding": self.input_feeding,
            "dropout": self.dropout, "seed": self.seed,
        }  # fmt: skip
        return {**super().get_config(), **own}
