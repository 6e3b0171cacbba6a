"""Fit the linear model of n-grams that answers beside a network, and how much each counts.

Linear models of n-grams are hard to beat on small parts of labelled text and fail where order
decides; recurrent networks are the other way round. `layers.LinearNGrams` adds the logits of both,

    a * network + b * linear,

with a, b >= 0 of the lowest loss on the validation part (stacking, Wolpert 1992; two numbers, so
that little can be overfitted). The linear model is NB-SVM's (Wang and Manning 2012, section 2):
presence of n-grams times naive Bayes' log-count ratio, logistic loss.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm import linear
from textlstm.batches import pad
from textlstm.layers.ngrams import LinearNGrams
from textlstm.store import Part

NAME = "logits"  # of the layer
REGULARISATION = (0.1, 0.3, 0.03, 1.0)  # inverse, as C of logistic regression, in order of trial
CHOSEN_ON = 20_000  # training texts on which it is chosen, and validation texts at most
LIMIT, TOKENS = 200_000, 10_000_000  # training texts and tokens, at most
CHUNK = 500_000  # tokens with padding whose n-grams are made at once
PRIOR = np.array([1.0, 0.0])  # a and b before any validation text was seen, worth one text

Loss = Callable[[np.ndarray, np.ndarray], Any]


@dataclass(frozen=True, slots=True)
class Mixed:
    """What was chosen.

    Attributes:
        network: a, the factor of the network's logits.
        linear: b, the factor of the linear model's.
        c: inverse regularisation of the linear model.
    """

    network: float
    linear: float
    c: float


def layer_of(model: Any) -> LinearNGrams | None:
    """Return the network's layer that mixes; None where it has none."""
    found = [layer for layer in model.layers if layer.name == NAME]
    return found[0] if found and isinstance(found[0], LinearNGrams) else None


def fit(
    layer: LinearNGrams,
    train: Part,
    valid: Part,
    logits: np.ndarray,
    loss: Loss,
    *,
    balanced: bool = False,
    seed: int = 0,
) -> Mixed:
    """Set the layer's weights and return what was chosen; the same for the same data and seed.

    Args:
        layer: of the network, built.
        train: columns "tokens" and "label"; a seeded sample of it where it is large.
        valid: the validation part, on which regularisation and factors are chosen.
        logits: the network's on the validation part, (texts, labels).
        loss: the network's: of labels and logits of some texts, their mean.
        balanced: whether labels count alike, however many texts carry them.
        seed: of the samples.
    """
    rng = np.random.default_rng(seed)
    labels = logits.shape[1]
    rows, held = _sample(train, LIMIT, rng), _sample(valid, CHOSEN_ON, rng)
    truth, wanted = np.stack(train.rows("label", rows)), np.stack(valid.rows("label", held))
    if truth.ndim == 1:  # a label a text
        truth = truth[:, None] == np.arange(labels)
        single = labels == 2
    else:
        truth, single = truth > 0, False
    seen, asked = _presence(layer, train, rows), _presence(layer, valid, held)

    def fitted(chosen: Any, c: float) -> tuple[np.ndarray, np.ndarray]:
        """Return table (buckets, labels) and bias (labels,), one model a label."""
        table, bias = np.zeros((layer.buckets, labels)), np.zeros(labels)
        # Of two labels that exclude each other one model tells both.
        for label in (1,) if single else range(labels):
            found = linear.nb_logistic(
                seen[chosen], truth[chosen, label], c, seed, balanced=balanced
            )
            table[:, label], bias[label] = found.weights, found.bias
        return table, bias

    def mixed(table: np.ndarray, bias: np.ndarray) -> tuple[np.ndarray, float]:
        return _factors(logits[held], asked @ table + bias, wanted, loss)

    few = rng.permutation(len(rows))[:CHOSEN_ON] if len(rows) > CHOSEN_ON else slice(None)
    tried = {c: fitted(few, c) for c in REGULARISATION}
    found = {c: mixed(*tried[c]) for c in REGULARISATION}
    best = min(REGULARISATION, key=lambda c: found[c][1])
    table, bias = tried[best]
    factors = found[best][0]
    if len(rows) > CHOSEN_ON:
        table, bias = fitted(slice(None), best)
        factors = mixed(table, bias)[0]
    table[0] = 0.0  # of padding
    network, share = map(float, factors)
    layer.set_linear(share * table, share * bias, network)
    return Mixed(network, share, best)


def _sample(part: Part, limit: int, rng: np.random.Generator) -> np.ndarray:
    """Return places in rising order, as many as the limits of texts and tokens allow."""
    drawn = rng.permutation(len(part))[:limit]
    total = np.cumsum(part.lengths("tokens")[drawn])
    return np.sort(drawn[: max(1, int(np.searchsorted(total, TOKENS, side="right")))])


def _presence(layer: LinearNGrams, part: Part, places: np.ndarray) -> Any:
    """Return which buckets each text has, csr float32 (texts, buckets)."""
    from scipy.sparse import csr_array

    lengths = part.lengths("tokens")[places]
    order = np.argsort(lengths, kind="stable")
    found: list[np.ndarray] = [np.zeros(0, np.int32)] * len(places)
    start = 0
    while start < len(order):  # texts of like length at once
        end = start + 1
        while end < len(order) and lengths[order[end]] * (end + 1 - start) <= CHUNK:
            end += 1
        ids = np.asarray(layer.ids(pad(part.rows("tokens", places[order[start:end]]))))
        for place, row in zip(order[start:end], ids, strict=True):
            found[place] = row[row > 0]
        start = end
    ends = np.concatenate([[0], np.cumsum([len(row) for row in found])])
    columns = np.concatenate(found)
    ones = np.ones(len(columns), np.float32)
    indices = columns.astype(np.int32), ends.astype(np.int32)  # what scikit-learn takes
    return csr_array((ones, *indices), shape=(len(places), layer.buckets))


def _factors(
    network: np.ndarray, other: np.ndarray, wanted: np.ndarray, loss: Loss
) -> tuple[np.ndarray, float]:
    """Return the two factors of the lowest loss, and that loss with the prior's share."""
    from scipy.optimize import minimize

    def cost(factors: np.ndarray) -> float:
        z = factors[0] * network + factors[1] * other
        apart = float(np.sum((factors - PRIOR) ** 2))
        return float(loss(wanted, z.astype(np.float32))) + 0.5 * apart / len(network)

    # Without gradients: the loss is a float32, too coarse for differences of two of them.
    found = minimize(
        cost, PRIOR, method="Nelder-Mead", bounds=[(0.0, None), (0.0, None)],
        options={"xatol": 1e-3, "fatol": 1e-6, "initial_simplex": [[1, 0], [0.7, 0], [0.7, 0.5]]},
    )  # fmt: skip
    return np.asarray(found.x), float(found.fun)
