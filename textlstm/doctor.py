"""Doctor: what is installed, and what recurrent layers and the CRF run on."""

import importlib.util
import os
import platform
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import textlstm
from textlstm import discover, kernels, store
from textlstm.processors import processors

TRAINING = (
    "tensorflow",
    "keras",
    "tensorflow-datasets",
    "array_record",
    "scikit-learn",
    "onnx",
    "rich",
)
PREDICTION = ("numpy", "tokenizers", "onnxruntime", "safetensors", "click")


def lines() -> Iterator[str]:
    """Yield the lines that `textlstm doctor` prints; nothing heavy is imported."""
    yield f"textlstm {textlstm.__version__} in {Path(textlstm.__file__).parent}"
    yield f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, " + (
        f"{processors()} processors"
    )
    yield f"recipes: {', '.join(discover.names())}"
    yield f"cache: {store.cache_folder()}"
    for title, names in (("prediction", PREDICTION), ("training", TRAINING)):
        yield f"{title}:"
        for name in names:
            found = version(name)
            yield f"  {'✔' if found else '✗'} {name} {found or 'is not installed'}"
    yield f"recurrent layers: {recurrence()}"
    if _on_tensorflow():
        yield f"CRF: {kernels.crf_said()}; Keras operators elsewhere"


def version(name: str) -> str | None:
    """Return the installed version of a distribution; none if it is not there."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def versions() -> dict[str, str]:
    """Return the versions that go into a report."""
    found = {name: version(name) for name in (*PREDICTION, *TRAINING)}
    known = {name: number for name, number in found.items() if number}
    return {"textlstm": textlstm.__version__, "python": platform.python_version(), **known}


def _on_tensorflow() -> bool:
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    return importlib.util.find_spec("keras") is not None and backend == "tensorflow"


def recurrence() -> str:
    """Return which recurrent layers training uses, and why."""
    if importlib.util.find_spec("keras") is None:
        return "none, keras is not installed (prediction works without it)"
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        return f"Keras' own on {backend}"
    return f"{kernels.said()}; Keras' own elsewhere (cuDNN where TensorFlow finds a GPU)"
