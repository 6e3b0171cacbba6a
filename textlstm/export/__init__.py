"""From a Keras network to an ONNX graph, and the proof that both answer alike.

Names resolve on first use, so that importing this package does not import keras.
"""

from importlib import import_module
from typing import Any

_HOME = {"to_onnx": "onnx", "compare": "parity", "ParityReport": "parity", "constants": "walk"}
__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
