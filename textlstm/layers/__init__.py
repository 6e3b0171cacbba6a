"""Keras layers for text: recurrent stacks, pooling over time, embeddings, tag sequences.

Names resolve on first use, so that importing this package does not import keras.
"""

from importlib import import_module
from typing import Any

# A module is never named like a function in it: importing the submodule would set the
# package's attribute to the module and hide the function.
_HOME = {
    "EmbeddingDropout": "embeddings",
    "embedding": "embeddings",
    "WordDropout": "words",
    "LinearNGrams": "ngrams",
    "LinearWindow": "windows",
    "recurrent": "recurrence",
    "LSTM": "fused",
    "GRU": "fused",
    "Bidirectional": "fused",
    "Pooling": "pooling",
    "MaxPooling": "pooling",
    "MeanPooling": "pooling",
    "LastPooling": "pooling",
    "AttentionPooling": "attention",
    "AttentionDecoder": "decoder",
    "pool": "pool_by_name",
    "CharacterCNN": "characters",
    "CharacterLSTM": "characters",
    "SideBySide": "characters",
    "AdaptiveSoftmax": "adaptive",
    "WeightDropLSTM": "weight_dropout",
    "WeightDropGRU": "weight_dropout",
    "WeightDropRNN": "weight_dropout",
    "carried": "carried_stack",
    "state_sizes": "carried_stack",
    "CRF": "crf",
    "ConstrainedSoftmax": "crf",
}
__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
