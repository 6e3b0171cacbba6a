"""Naive Bayes' log-count ratio and the logistic model on it (Wang and Manning 2012, section 2)."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

ITERATIONS = 500
TOLERANCE = 1e-3
SURE = 20.0  # logit of a label that every text carries, or none


@dataclass(frozen=True, slots=True)
class Linear:
    """One label's model: logit = presence @ weights + bias.

    Attributes:
        weights: float64 (n-grams,).
        bias: of the logit.
        converged: whether the fit had come to its end.
    """

    weights: np.ndarray
    bias: float
    converged: bool


def log_count_ratio(present: Any, carried: np.ndarray) -> np.ndarray:
    """Return r = log((p / |p|) / (q / |q|)), p = 1 + texts of the label with the n-gram, q without.

    Wang and Manning 2012, section 2.1, on presence.
    """
    p = 1.0 + present.T @ carried.astype(np.float32)
    q = 1.0 + present.T @ (~carried).astype(np.float32)
    return np.asarray(np.log((p / p.sum()) / (q / q.sum())), np.float32)


def logistic(x: Any, carried: np.ndarray, c: float, seed: int, *, balanced: bool = False) -> Linear:
    """Return the L2-regularised logistic model of one label.

    Args:
        x: csr_array (texts, n-grams).
        carried: bool (texts,), whether a text carries the label.
        c: inverse regularisation.
        seed: of the order in which liblinear visits the texts.
        balanced: whether texts with the label and those without count alike in sum.
    """
    if carried.all() or not carried.any() or not x.shape[1]:
        share = float(carried.mean())
        bias = float(np.clip(np.log(max(share, 1e-300) / max(1 - share, 1e-300)), -SURE, SURE))
        return Linear(np.zeros(x.shape[1]), bias, True)
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(
        C=c, solver="liblinear", dual=True, tol=TOLERANCE, max_iter=ITERATIONS, random_state=seed,
        class_weight="balanced" if balanced else None,
    )  # fmt: skip
    converged = True
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        fit.fit(x, carried)
    for warning in said:
        if issubclass(warning.category, ConvergenceWarning):
            converged = False
        else:
            warnings.warn(warning.message, warning.category, stacklevel=2)
    return Linear(fit.coef_[0], float(fit.intercept_[0]), converged)


def nb_logistic(
    present: Any, carried: np.ndarray, c: float, seed: int, *, balanced: bool = False
) -> Linear:
    """Return the logistic model of one label on presence scaled by the log-count ratio.

    Args:
        present: csr_array (texts, n-grams) of ones.
        carried: bool (texts,), whether a text carries the label.
        c: inverse regularisation.
        seed: as in `logistic`.
        balanced: as in `logistic`.
    """
    ratio = log_count_ratio(present, carried)
    scaled = with_data(present, ratio[present.indices])
    found = logistic(scaled, carried, c, seed, balanced=balanced)
    return Linear(found.weights * ratio, found.bias, found.converged)


def with_data(matrix: Any, data: np.ndarray) -> Any:
    """Return a matrix with other values at the same places, which it shares."""
    from scipy.sparse import csr_array

    return csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)
