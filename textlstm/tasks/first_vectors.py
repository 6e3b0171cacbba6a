"""First values of an embedding: from neighbours in the training texts, or from a file."""

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from textlstm.errors import DataError
from textlstm.text import TextEncoder

if TYPE_CHECKING:
    from textlstm.corpora import Example
    from textlstm.settings import ClassifySettings

CHUNK = 1000  # texts encoded at once


def own_vectors(
    train: "Iterable[Example]", encoder: TextEncoder, s: "ClassifySettings"
) -> np.ndarray:
    """Return the embedding's first values (size, dimensions) from the training texts' neighbours.

    The training part is read a second time, as far as neighbours are counted.
    """
    from textlstm.cooccurrence import word_vectors

    return word_vectors(encoded(train, encoder), encoder.size, s.embedding, seed=s.seed)


def read_first_vectors(path: str, encoder: TextEncoder) -> tuple[np.ndarray, str]:
    """Return the embedding's first values (size, dimensions) from a file, and its coverage.

    Tokens the file does not have get normal values as wide as those it has.

    Raises:
        DataError: the file cannot be read, or has none of the tokens.
    """
    from textlstm.vectors import read_vectors

    matrix, coverage, found = read_vectors(path, encoder.vocabulary)
    if not found.any():
        raise DataError(f"{path}: has a vector for none of the {encoder.size:,} tokens")
    rng = np.random.default_rng(0)
    matrix[~found] = rng.normal(0.0, matrix[found].std(), matrix[~found].shape)
    matrix[encoder.PAD] = 0.0
    return matrix, (
        f"vectors: {coverage:.1%} of {encoder.size:,} tokens are in {path}, "
        f"{matrix.shape[1]} dimensions"
    )


def encoded(train: "Iterable[Example]", encoder: TextEncoder) -> Iterator[np.ndarray]:
    """Yield the ids of each text (tokens,), few texts at a time."""
    texts = (example.input for example in train)
    while chunk := list(itertools.islice(texts, CHUNK)):
        yield from encoder.encode_batch(chunk)
