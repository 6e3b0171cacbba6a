"""textlstm: small recurrent networks for text, from a labelled file to a deployable model.

Public names are resolved on first use, so that `import textlstm` stays light.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "Predictor": "textlstm.runtime",
    "Report": "textlstm.report",
    "compare": "textlstm.comparison",
    "evaluate": "textlstm.rescoring",
    "explain": "textlstm.explaining",
    "load_recipe": "textlstm.run",
    "shootout": "textlstm.lab.shootout",
    "train": "textlstm.run",
}

__all__ = [
    "Predictor", "Report", "compare", "evaluate", "explain", "load_recipe", "shootout", "train",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'textlstm' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
