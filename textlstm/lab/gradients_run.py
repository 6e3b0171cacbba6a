"""Gradients through the recurrent layers of a trained model, on real texts."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from textlstm.errors import DataError, Refusal
from textlstm.explaining.continuations import begun
from textlstm.explaining.nodes import Node, opened
from textlstm.lab.gradients_flow import Array, Curve, kept, norms
from textlstm.lab.gradients_settings import TrainedSettings
from textlstm.runtime import Predictor

PREDICTIONS = "predictions.jsonl"


def trained_curves(folder: Path, s: TrainedSettings) -> tuple[list[Curve], list[str]]:
    """Return a curve of each recurrent layer and direction, a row a text; and notes.

    The inputs of a layer come from the ONNX graph, as `textlstm explain` takes them. Rows end with
    the last step that the layer reads, which for the backward direction is the first token.

    Raises:
        BundleError: the folder is no bundle, incomplete or changed.
        DataError: no texts, or a file that cannot be read.
        Refusal: the network has no recurrent layer that reads the tokens.
    """
    predictor = Predictor.load(folder)
    texts, notes = _texts(folder, s)
    inputs, nodes = _inputs(predictor, texts)
    if left := len(texts) - len(inputs):
        notes.append(f"{left:,} of them have no token: left out")
    curves: list[Curve] = []
    for node in nodes:
        seen = [each[node.name] for each in inputs if node.name in each]
        if not seen:
            notes.append(f"{node.name} reads something else than the tokens: not shown")
            continue
        curves += _curves(node, seen, s.seed)
    if not curves:
        raise Refusal(f"{folder}: no recurrent layer reads the tokens")
    return curves, notes


def _curves(node: Node, seen: Sequence[tuple[Array, list[Array]]], seed: int) -> list[Curve]:
    """Return the curves of a node's directions from what it reads of each text."""
    found = []
    for k, (direction, cell) in enumerate(node.cells.items()):
        rng = np.random.default_rng(seed)
        rows, readings = [], []
        for x, start in seen:
            given = [part[k].astype("float64") for part in start]
            state = tuple([*given, *cell.start(1)[len(given) :]])
            turned = x[:, ::-1] if direction == "backward" else x
            row, reading = norms(cell, turned, rng, state)
            rows.append(row[0])
            readings.append(reading)
        aligned = np.full((len(rows), max(map(len, rows))), np.nan)
        for place, row in enumerate(rows):
            aligned[place, -len(row) :] = row
        name = f"{node.name} {direction} ({node.kind.upper()})"
        found.append(Curve(name, node.kind, aligned, kept(node.kind, readings)))
    return found


def _inputs(
    predictor: Predictor, texts: Sequence[Any]
) -> tuple[list[dict[str, tuple[Array, list[Array]]]], list[Node]]:
    """Return what each node that reads the tokens is given: x (1, time, features), and states."""
    import onnxruntime

    folder, graphs = predictor.bundle.folder, predictor.bundle.graphs
    try:
        graph, nodes = opened(graphs.get("model") or graphs["encoder"])
    except ModuleNotFoundError:
        raise Refusal(
            "onnx is not installed, which gradients of a run needs: `pip install onnx` installs it"
        ) from None
    if not nodes:
        raise Refusal(f"{folder}: the network has no recurrent layer")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    states = begun(predictor.engine) if predictor.task.kind == "generate" else {}
    wanted = [each.name for each in session.get_inputs() if each.name not in states]
    names = list(dict.fromkeys(name for node in nodes for name in (node.x, *node.start)))
    found = []
    for encoded in predictor.task.encode(texts):
        missing = [name for name in wanted if name not in encoded]
        if missing:
            raise Refusal(f"the network reads {', '.join(missing)}, which a text does not give")
        arrays = {name: np.asarray(encoded[name])[None] for name in wanted}
        time = next(iter(arrays.values())).shape[1]
        if time:  # a text for a language model may have no token
            seen = session.run(names, {**arrays, **states})
            found.append(_seen(nodes, dict(zip(names, seen, strict=True)), time))
    return found, nodes


def _seen(
    nodes: Sequence[Node], tensors: Mapping[str, Array], time: int
) -> dict[str, tuple[Array, list[Array]]]:
    return {
        node.name: (
            tensors[node.x].astype("float64").transpose(1, 0, 2),
            [tensors[name] for name in node.start],
        )
        for node in nodes
        if tensors[node.x].shape[:2] == (time, 1)
    }


def _texts(folder: Path, s: TrainedSettings) -> tuple[list[Any], list[str]]:
    """Return the texts of `texts=`, or of the run's own test part; and notes."""
    if s.texts is not None:
        path = Path(s.texts)
        found = _lines(path)
    else:
        path = folder / PREDICTIONS
        if not path.is_file():
            raise DataError(
                f"{folder}: no {PREDICTIONS} of a run: give texts=FILE, a file with a text a line"
            )
        try:
            found = [json.loads(line)["input"] for line in _lines(path)]
        except (ValueError, TypeError, KeyError):
            raise DataError(f"{path}: not the predictions of a run") from None
    if found in ([], [""]):
        raise DataError(f"{path}: no texts")
    step = -(-len(found) // s.most)
    chosen = found[::step]
    notes = [f"{len(chosen):,} texts of {path}"]
    if step > 1:
        notes = [f"{len(chosen):,} of the {len(found):,} texts of {path}, evenly spaced (most=)"]
    return chosen, notes


def _lines(path: Path) -> list[str]:
    try:
        # Not splitlines, which also cuts at U+0085, U+2028 and others inside a text.
        return path.read_text(encoding="utf-8-sig").removesuffix("\n").split("\n")
    except UnicodeDecodeError as problem:
        raise DataError(f"{path}: not UTF-8 at byte {problem.start + 1}") from None
    except OSError as problem:
        raise DataError(f"{path}: {problem.strerror}") from None
