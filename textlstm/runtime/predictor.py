"""Predictor: raw inputs in, answers out."""

import importlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from textlstm import bundle
from textlstm.errors import SettingsError
from textlstm.processors import processors
from textlstm.runtime import engines
from textlstm.runtime.carried_state import CarriedState
from textlstm.tasks import Answer, Arrays, Task

if TYPE_CHECKING:  # other kinds of models do not load it
    import numpy as np
    import numpy.typing as npt

    from textlstm.runtime.generator import Generator, Stream

BATCH_TOKENS = 8192  # with padding; keeps a batch's states in the processor's caches
CHUNK = 8192  # inputs encoded at once


class Predictor:
    """Answers of a bundle: the same encoder, the exported graphs, the task's own decoding.

    Calls are independent of each other and may come from several threads.
    """

    def __init__(self, model: bundle.Bundle) -> None:
        """Make the sessions of a verified bundle.

        Raises:
            BundleError: other graphs than its kind has, or ONNX Runtime refuses one.
        """
        self.bundle = model
        self.task: Task = model.task
        self.engine = engines.of(model)
        self._tokens = self.task.features[0]

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Return the predictor of a run folder or bundle folder.

        Raises:
            BundleError: the folder is no bundle, incomplete or changed.
        """
        with ThreadPoolExecutor(1) as pool:
            # Hashing the files lets go of the interpreter lock: the library is loaded meanwhile.
            pool.submit(importlib.import_module, "onnxruntime")
            model = bundle.load(folder)
        return cls(model)

    def predict(self, inputs: Sequence[Any], **options: Any) -> list[Answer]:
        """Return an answer an input, in the order of the inputs.

        An answer does not depend on the inputs beside it. An empty text is one unknown token, to a
        language model none.

        Args:
            inputs: raw texts; a tagger also takes lists of tokens.
            options: of a translation model, the fields of `textlstm.decoding.Decoding` instead
                of its own, and `attention=True`; of a generation model, the fields of
                `textlstm.drawing.Drawing`; other kinds have none.

        Raises:
            TypeError: one text instead of a list of texts, or something else than texts in it.
            SettingsError: an option that this kind of model does not have, or a wrong value.
        """
        if isinstance(inputs, str):
            raise TypeError("predict takes a list of texts; for one text: predict([text])[0]")
        asked = self.engine.asked(options) if options else None
        given = list(inputs)
        answers: list[Answer] = []
        for start in range(0, len(given), CHUNK):
            answers += self._some(given[start : start + CHUNK], asked)
        return answers

    def stream(
        self, prefix: str = "", *, state: CarriedState | None = None, **options: Any
    ) -> "Stream":
        """Return an iterator over the continuation of a text, a piece of text at each step.

        Its `state` can be kept, saved, and given here again to go on; text that is then given as
        `prefix` is read in between. `"".join(stream(text))` is what `predict([text])` answers.

        Args:
            prefix: text that is read first.
            state: where reading stands before it; None: at the beginning of a text.
            options: fields of `textlstm.drawing.Drawing` instead of the model's own.

        Raises:
            SettingsError: no language model, a wrong option, or a state of another model.
        """
        return self._language_model().stream(prefix, state, options)

    def score(
        self, texts: Sequence[str], state: CarriedState | None = None
    ) -> "tuple[list[npt.NDArray[np.float64]], CarriedState]":
        """Return the log-probability of each token of texts that follow each other, and the state.

        Args:
            texts: stretches of one text; the state goes on from each to the next.
            state: where reading stands before the first; None: at the beginning of a text.

        Returns:
            float64 (tokens,) a text, in nats, and the state after the last one.

        Raises:
            SettingsError: no language model, or a state of another model.
        """
        if isinstance(texts, str):
            raise TypeError("score takes a list of texts; for one text: score([text])")
        return self._language_model().score(texts, state)

    def _language_model(self) -> "Generator":
        if self.task.kind != "generate":
            raise SettingsError(
                f"a model of kind {self.task.kind!r} continues no text; generation models do"
            )
        return cast("Generator", self.engine)

    def _some(self, given: list[Any], asked: Any) -> list[Answer]:
        """Return the answers of inputs that are few enough to be encoded at once."""
        rows = self.task.encode(given)
        batches = list(_batches([len(row[self._tokens]) for row in rows], self.engine.rows))
        answers: list[Answer] = [{}] * len(rows)
        answered = self._answered(rows, given, batches, asked)
        for places, found in zip(batches, answered, strict=True):
            for place, answer in zip(places, found, strict=True):
                answers[place] = self.task.complete(given[place], answer)
        return answers

    def _answered(
        self, rows: list[Arrays], given: list[Any], batches: list[list[int]], asked: Any
    ) -> Iterator[list[Answer]]:
        """Yield the answers of each batch; several batches share the processors."""

        def answer(places: list[int]) -> list[Answer]:
            batch = [rows[place] for place in places]
            return self.engine.answers(batch, [given[place] for place in places], asked)

        if len(batches) < 2:
            yield from map(answer, batches)
            return
        with ThreadPoolExecutor(processors()) as pool:
            yield from pool.map(answer, batches)


def _batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Yield places of rows of like length, at most `most`, few enough to be quick in memory."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        tokens = lengths[place] * (len(batch) + 1)
        if batch and (tokens > BATCH_TOKENS or len(batch) == most):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
