"""Engines: what a bundle's graphs make of encoded inputs, one class a kind of graphs."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

from textlstm.batches import pad
from textlstm.bundle import Bundle
from textlstm.errors import BundleError, SettingsError
from textlstm.tasks import Answer, Arrays, Decoded

# Kinds of tasks whose answers are not one run of one graph.
_ENGINES = {
    "translate": ("textlstm.runtime.translator", "Translator"),
    "generate": ("textlstm.runtime.generator", "Generator"),
}


class Engine(Protocol):
    """What the predictor asks of the graphs of a bundle. Calls may come from several threads."""

    rows: int  # inputs of a batch at most

    def asked(self, options: Mapping[str, Any]) -> Any:
        """Return what `answers` is told of a call's options, checked.

        Raises:
            SettingsError: an option that this kind of model does not have, or a wrong value.
        """

    def answers(self, rows: list[Arrays], given: list[Any], asked: Any) -> list[Answer]:
        """Return an answer a row of a batch, not yet completed.

        Args:
            rows: what the task's `encode` returned, of like length.
            given: the raw inputs.
            asked: of `asked`; None: no options.
        """


class OneGraph:
    """Answers that one run of one graph gives, decoded by the task: all but those above."""

    rows = 64

    def __init__(self, model: Bundle) -> None:
        """Make the session.

        Raises:
            BundleError: other graphs than model.onnx, or ONNX Runtime refuses it.
        """
        (self._session,) = sessions(model, "model")
        self._task = cast(Decoded, model.task)
        self._features = model.task.features
        self._outputs = [output.name for output in self._session.get_outputs()]

    def asked(self, options: Mapping[str, Any]) -> Any:
        """Return nothing: there are no options.

        Raises:
            SettingsError: naming an option that was given.
        """
        for name in options:
            raise SettingsError(f"a model of kind {self._task.kind!r} has no option {name!r}")

    def answers(self, rows: list[Arrays], given: list[Any], asked: Any) -> list[Answer]:
        """Return what the task makes of the graph's outputs."""
        fed = {name: pad([row[name] for row in rows]) for name in self._features}
        found = self._session.run(None, fed)
        return self._task.decode(dict(zip(self._outputs, found, strict=True)), rows)


def of(model: Bundle) -> Engine:
    """Return the engine of a bundle.

    Raises:
        BundleError: its graphs are not those of its kind, or ONNX Runtime refuses one.
    """
    if model.task.kind not in _ENGINES:
        return OneGraph(model)
    module, name = _ENGINES[model.task.kind]
    return cast(Engine, getattr(importlib.import_module(module), name)(model))


def sessions(model: Bundle, *names: str, threads: int = 1) -> list[Any]:
    """Return an ONNX Runtime session for each of the graphs that the bundle must have, no others.

    Args:
        model: the bundle.
        names: of the graphs.
        threads: of one run. Batches run in threads of their own, and one text gains nothing from
            a second, unless its steps are many: several threads wait for the next one awake.

    Raises:
        BundleError: missing graphs, other graphs, or one that ONNX Runtime refuses.
    """
    import onnxruntime

    if set(model.graphs) != set(names):
        wanted = " and ".join(f"{name}.onnx" for name in names)
        raise BundleError(f"{model.folder}: graphs {sorted(model.graphs)}, expected {wanted}")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(threads > 1)))
    made = []
    for name in names:
        try:
            made.append(
                onnxruntime.InferenceSession(
                    model.graphs[name], options, providers=["CPUExecutionProvider"]
                )
            )
        except Exception as problem:  # ONNX Runtime's exceptions share no narrower class
            raise BundleError(f"{model.folder}/{name}.onnx: {problem}") from None
    return made


def names(nodes: Sequence[Any]) -> list[str]:
    """Return the names of a session's inputs or outputs."""
    return [str(node.name) for node in nodes]
