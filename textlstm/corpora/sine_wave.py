"""A sine wave of amplitude 1, of which every value is known exactly.

One row a step. The period is no whole number of steps, so no window of the series occurs twice:
what is right on the test part was not learned by heart.
"""

import math
from collections.abc import Mapping
from typing import Any

from textlstm.corpora.example import Example

CONFIGS = {"all": "One wave."}
PERIOD = 10 * math.sqrt(6)  # steps, about 24.5
SIZES = {"train": 800, "valid": 100, "test": 100}  # of rows

__all__ = ["CONFIGS", "PERIOD", "SIZES", "example", "features", "rows", "value"]


def value(step: int) -> float:
    """Return the value at a step, from 0."""
    return math.sin(2 * math.pi * step / PERIOD)


def rows(config: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each part as they are stored; the only config is "all".

    Numbers are text: TFDS would store them as float32, and rounding would be noise in the wave.
    """
    assert config in CONFIGS
    found, start = {}, 0
    for part, size in SIZES.items():
        found[part] = [{"value": repr(value(start + number))} for number in range(size)]
        start += size
    return found


def features(tfds: Any) -> dict[str, Any]:
    """Return the features of a row, made of the module `tensorflow_datasets`."""
    return {"value": tfds.features.Text()}


def example(row: Mapping[str, Any], where: str) -> Example:
    """Return a stored row: its input are the values of the columns, it has no target."""
    return Example((float(row["value"]),), None, where)
