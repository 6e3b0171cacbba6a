"""Predictor: raw inputs in, answers out."""

import importlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from textlstm import bundle
from textlstm.batches import pad
from textlstm.errors import BundleError
from textlstm.tasks import Answer, Arrays, Task

BATCH_TOKENS = 8192  # with padding; keeps a batch's states in the processor's caches
BATCH_ROWS = 64
CHUNK = 8192  # inputs encoded at once


class Predictor:
    """Answers of a bundle: the same encoder, the exported graph, the task's own decoding.

    Calls are independent of each other and may come from several threads.
    """

    def __init__(self, model: bundle.Bundle) -> None:
        """Make the sessions of a verified bundle.

        Raises:
            BundleError: ONNX Runtime refuses the graph.
        """
        self.bundle = model
        self.task: Task = model.task
        self._session = _session(model)
        self._features = self.task.features
        self._outputs = [output.name for output in self._session.get_outputs()]

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

    def predict(self, inputs: Sequence[Any]) -> list[Answer]:
        """Return an answer an input, in the order of the inputs.

        An answer does not depend on the inputs beside it. An empty text is one unknown token.

        Args:
            inputs: raw texts; a tagger also takes lists of tokens.

        Raises:
            TypeError: one text instead of a list of texts, or something else than texts in it.
        """
        if isinstance(inputs, str):
            raise TypeError("predict takes a list of texts; for one text: predict([text])[0]")
        given = list(inputs)
        answers: list[Answer] = []
        for start in range(0, len(given), CHUNK):
            answers += self._some(given[start : start + CHUNK])
        return answers

    def _some(self, given: list[Any]) -> list[Answer]:
        """Return the answers of inputs that are few enough to be encoded at once."""
        rows = self.task.encode(given)
        batches = list(_batches([len(row[self._features[0]]) for row in rows]))
        answers: list[Answer] = [{}] * len(rows)
        for places, found in zip(batches, self._answered(rows, batches), strict=True):
            for place, answer in zip(places, found, strict=True):
                answers[place] = self.task.complete(given[place], answer)
        return answers

    def _answered(self, rows: list[Arrays], batches: list[list[int]]) -> Iterator[list[Answer]]:
        """Yield the answers of each batch; several batches share the processors."""

        def answer(places: list[int]) -> list[Answer]:
            batch = [rows[place] for place in places]
            fed = {name: pad([row[name] for row in batch]) for name in self._features}
            found = self._session.run(None, fed)
            return self.task.decode(dict(zip(self._outputs, found, strict=True)), batch)

        if len(batches) < 2:
            yield from map(answer, batches)
            return
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield from pool.map(answer, batches)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield places of rows of like length, few enough to be quick in memory."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        tokens = lengths[place] * (len(batch) + 1)
        if batch and (tokens > BATCH_TOKENS or len(batch) == BATCH_ROWS):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _session(model: bundle.Bundle) -> Any:
    import onnxruntime

    if set(model.graphs) != {"model"}:
        raise BundleError(f"{model.folder}: graphs {sorted(model.graphs)}, expected model.onnx")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1  # one text gains nothing from a second; batches run in threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(
            model.graphs["model"], options, providers=["CPUExecutionProvider"]
        )
    except Exception as problem:  # ONNX Runtime's exceptions share no narrower class
        raise BundleError(f"{model.folder}/model.onnx: {problem}") from None
