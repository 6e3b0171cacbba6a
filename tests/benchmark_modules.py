"""The benchmarks, which are no part of the package, and what they write."""

import importlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TINY = ("epochs=1", "units=8", "embedding=16")


def module(name):
    """A module of `benchmarks`: found from the folder above it, on the path for the import only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT))
        return importlib.import_module(f"benchmarks.{name}")


def result(folder, name):
    """The figures that a benchmark has written."""
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
