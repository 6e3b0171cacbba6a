"""Word vectors from the training texts alone: positive PMI of neighbours, cut down by an SVD.

Levy, Goldberg & Dagan (2015), "Improving Distributional Similarity with Lessons Learned from Word
Embeddings", section 2.1: window with linear weights, context distribution smoothed by 0.75, and the
square root of the singular values. An embedding that starts from them begins with words of like use
close together, which a small training part cannot teach it by labels.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

WINDOW = 5  # neighbours to each side; the k-th counts 1/k
SMOOTHING = 0.75  # power of the context distribution
SPREAD = 0.3  # standard deviation of the values that come out
MOST_TOKENS = 20_000_000  # that are counted, from the start of the training part
CHUNK = 2_000_000  # tokens counted at once
ROUNDS = 2  # power iterations of the randomised SVD
RESERVED = 2  # padding and unknown have no neighbours


def word_vectors(
    texts: Iterable[np.ndarray], size: int, dimensions: int, *, seed: int
) -> np.ndarray:
    """Return a vector a token, float32 (size, dimensions), the same whatever the thread count.

    Tokens without neighbours, and dimensions beyond the number of tokens, are zero.

    Args:
        texts: ids of each training text, int (n,).
        size: number of tokens, the reserved ones included.
        dimensions: of a vector.
        seed: of the randomised SVD (Halko, Martinsson & Tropp 2011).
    """
    from sklearn.utils.extmath import randomized_svd
    from threadpoolctl import threadpool_limits

    vectors = np.zeros((size, dimensions), np.float32)
    matrix = positive_pmi(counted(texts, size))
    rank = min(dimensions, size - 1)
    if matrix.nnz == 0 or rank < 1:
        return vectors
    with threadpool_limits(1):  # the order of a sum must not depend on the number of threads
        left, values, _ = randomized_svd(matrix, rank, n_iter=ROUNDS, random_state=seed)
    found = left * np.sqrt(values)
    vectors[:, :rank] = found * (SPREAD / max(float(found[RESERVED:].std()), 1e-9))
    return vectors


def counted(texts: Iterable[np.ndarray], size: int) -> Any:
    """Return how often tokens stand near each other, weighted by 1/distance; sparse, symmetric."""
    from scipy import sparse

    total = sparse.csr_matrix((size, size), dtype=np.float32)
    for line in _lines(texts):
        for distance in range(1, WINDOW + 1):
            one, other = line[:-distance], line[distance:]
            there = (one >= RESERVED) & (other >= RESERVED)
            pairs, number = np.unique(one[there] * size + other[there], return_counts=True)
            weights = (number / distance).astype(np.float32)
            total = total + sparse.csr_matrix(
                (weights, (pairs // size, pairs % size)), (size, size)
            )
    return total + total.T


def positive_pmi(counts: Any) -> Any:
    """Return max(0, log P(word, context) / (P(word) P(context)^0.75)) of a symmetric matrix."""
    from scipy import sparse

    found = counts.tocoo()
    words = np.asarray(counts.sum(axis=1), np.float64).ravel()
    contexts = words**SMOOTHING
    contexts /= max(contexts.sum(), 1e-9)
    values = np.log(found.data / words[found.row] / contexts[found.col])
    kept = values > 0
    return sparse.csr_matrix(
        (values[kept].astype(np.float32), (found.row[kept], found.col[kept])), counts.shape
    )


def _lines(texts: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield many texts as one row of ids, int64, with padding between them."""
    gap = np.zeros(WINDOW, np.int64)
    waiting: list[np.ndarray] = []
    tokens, all_tokens = 0, 0
    for ids in texts:
        waiting += [ids.astype(np.int64), gap]
        tokens += len(ids)
        all_tokens += len(ids)
        if tokens >= CHUNK:
            yield np.concatenate(waiting)
            waiting, tokens = [], 0
        if all_tokens >= MOST_TOKENS:
            break
    if waiting:
        yield np.concatenate(waiting)
