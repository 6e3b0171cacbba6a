"""Translator: target texts from encoder.onnx and step.onnx, found by search or drawn."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from textlstm.batches import pad
from textlstm.bundle import Bundle
from textlstm.decoding import Decoding
from textlstm.errors import BundleError, SettingsError
from textlstm.runtime.engines import names, sessions
from textlstm.runtime.hypotheses import Array, Batch, Hypothesis, Stepped
from textlstm.runtime.hypotheses import Arrays as Named
from textlstm.runtime.sampled import sample
from textlstm.runtime.search import beam_search
from textlstm.tasks import Answer, Arrays

_STATE, _NEXT = "state_", "next_"
_GIVEN = ("log_probabilities", "attention")  # by step.onnx, beside the next states


class Asked(NamedTuple):
    """How the inputs of a call are to be translated.

    Attributes:
        decoding: how targets are found.
        attention: whether answers have their attention.
    """

    decoding: Decoding
    attention: bool


class Translator:
    """Translations by an encoder graph and a graph of one decoder step.

    encoder.onnx: `tokens` int32 `(batch, source)`, padded on the right with 0, to `state_1`, ...
    `(batch, units)` and arrays that stay as they are, such as `memory` `(batch, source, features)`.
    step.onnx: `previous` int32 `(batch, hypotheses)`, `state_1`, ... `(batch, hypotheses, units)`
    and those arrays, to `log_probabilities` `(batch, hypotheses, ids)`, `next_state_1`, ... and,
    where the network has it, `attention` `(batch, hypotheses, source)`.
    """

    rows = 64

    def __init__(self, model: Bundle) -> None:
        """Make the sessions.

        Raises:
            BundleError: other graphs than encoder.onnx and step.onnx, ONNX Runtime refuses one,
                or their inputs and outputs do not fit together.
        """
        self._encoder, self._stepper = sessions(model, "encoder", "step")
        task: Any = model.task  # of kind "translate": it has more than every task has
        self._task = task
        self._place = model.folder
        self._encoded = names(self._encoder.get_outputs())
        given, made = names(self._stepper.get_inputs()), names(self._stepper.get_outputs())
        self._states = sorted(name for name in given if name.startswith(_STATE))
        self._fixed = [name for name in given if name not in ("previous", *self._states)]
        self._attends = "attention" in made
        self._outputs = [_GIVEN[0], *(_NEXT + name for name in self._states)]
        self._outputs += _GIVEN[1:] if self._attends else ()
        for graph, wanted, there in (
            ("encoder.onnx has no input", ["tokens"], names(self._encoder.get_inputs())),
            ("encoder.onnx has no output", [*self._states, *self._fixed], self._encoded),
            ("step.onnx has no input", ["previous"], given),
            ("step.onnx has no output", self._outputs, made),
        ):
            for name in wanted:
                if name not in there:
                    raise BundleError(f"{self._place}/{graph} {name!r}: it has {', '.join(there)}")
        self._default = Asked(self._task.decoding, attention=False)
        self._check(self._default)

    def asked(self, options: Mapping[str, Any]) -> Asked:
        """Return how a call is to be translated: the model's own decoding, changed by options.

        Args:
            options: fields of `Decoding`, and `attention=True` for answers with attention.

        Raises:
            SettingsError: an option that there is not, or a value that cannot be.
        """
        fields = dict(options)
        attention = fields.pop("attention", False)
        if not isinstance(attention, bool):
            raise SettingsError(f"attention={attention!r}: expected true or false")
        asked = Asked(self._default.decoding.changed(fields), attention)
        self._check(asked)
        return asked

    def answers(self, rows: list[Arrays], given: list[Any], asked: Asked | None) -> list[Answer]:
        """Return `{"translation", "score"}` a row, with `nbest` and `attention` where asked for.

        `score` is the mean log-probability of a target token, the end included.

        Raises:
            BundleError: the network gives something that is not a number.
        """
        decoding, attention = asked or self._default
        sources = [row["tokens"] for row in rows]
        encoded = self._encoder.run(None, {"tokens": pad(sources)})
        arrays = dict(zip(self._encoded, encoded, strict=True))
        batch = Batch(
            step=self._step,
            states={name: arrays[name] for name in self._states},
            fixed={name: arrays[name] for name in self._fixed},
            lengths=[len(source) for source in sources],
            boundary=self._task.boundary,
            never=self._task.never,
        )
        try:
            if decoding.sample:
                keys = [source.astype("<i4").tobytes() for source in sources]
                found = sample(batch, decoding, keys, attention=attention)
            else:
                found = beam_search(batch, decoding, attention=attention)
        except FloatingPointError as problem:
            raise BundleError(f"{self._place}/step.onnx: {problem}") from None
        return [
            self._answer(one, text, decoding.nbest > 1, attention)
            for one, text in zip(found, given, strict=True)
        ]

    def scored(self, encoded: Mapping[str, Array], ids: Sequence[int]) -> Array:
        """Return the score of a given target for each of some sources, (batch,).

        Args:
            encoded: outputs of encoder.onnx by name, (batch, ...).
            ids: target tokens, without the end.

        Returns:
            The mean log-probability of a token, the end included.
        """
        fixed = {name: encoded[name] for name in self._fixed}
        states: Named = {name: encoded[name][:, None] for name in self._states}
        ends = [self._task.boundary]
        total = np.zeros(len(encoded[self._states[0]]))
        for before, after in zip([*ends, *ids], [*ids, *ends], strict=True):
            previous = np.full((len(total), 1), before, np.int32)
            scores, states, _ = self._step(previous, states, fixed)
            total += scores[:, 0, after]
        return total / (len(ids) + 1)

    def _answer(
        self, found: list[Hypothesis], given: Any, several: bool, attention: bool
    ) -> Answer:
        texts = [
            {"translation": self._task.text(list(one.ids)), "score": one.score}
            for one in (found if several else found[:1])
        ]
        answer: Answer = dict(texts[0])
        if several:
            answer["nbest"] = texts
        weights = found[0].attention
        if attention and weights is not None:
            source = self._task.source_pieces(self._task.raw(given))
            answer["attention"] = {
                "source": source,
                "target": self._task.pieces(list(found[0].ids)),
                "weights": weights[:-1, : len(source)].tolist(),  # the last row is the end's
            }
        return answer

    def _step(self, previous: Array, states: Named, fixed: Named) -> Stepped:
        fed = {"previous": np.ascontiguousarray(previous), **states, **fixed}
        scores, *rest = self._stepper.run(self._outputs, fed)
        attention = rest.pop() if self._attends else None
        return Stepped(scores, dict(zip(self._states, rest, strict=True)), attention)

    def _check(self, asked: Asked) -> None:
        if self._attends:
            return
        if asked.attention:
            raise SettingsError("attention=true: the model has no attention")
        if asked.decoding.coverage_penalty:
            raise SettingsError(
                f"coverage_penalty={asked.decoding.coverage_penalty:g}: needs attention, "
                "which the model does not have"
            )
