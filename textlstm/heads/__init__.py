"""The Keras half of each task: inputs, output layer, loss.

Names resolve on first use, so that importing this package does not import keras.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "ClassifyHead": "classify",
    "ForecastHead": "forecast",
    "GenerateHead": "generate",
    "TagHead": "tag",
    "TranslateHead": "translate",
}
__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
