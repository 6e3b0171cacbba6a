"""n-grams with interpolated modified Kneser-Ney smoothing, counted and looked up with NumPy.

Chen & Goodman 1998, "An empirical study of smoothing techniques for language modeling", section 3:

    p(w | h) = max(c(hw) - D(c(hw)), 0) / c(h) + g(h) p(w | h'),   h' without its first token
    g(h) = (D1 N1(h) + D2 N2(h) + D3 N3+(h)) / c(h)

Counts c of the highest order are those of the text; below it c(hw) is the number of different
tokens that stand before hw. Nk(h) tokens follow h exactly k times. The last step is the uniform
distribution, so every id has a probability.

Example:
    In "a b a b a c" the token after "a" is "b" twice and "c" once:

    >>> import numpy as np
    >>> text = np.array([1, 2, 1, 2, 1, 3])
    >>> model = KneserNey(text, size=4, order=2, start=0)
    >>> bool(model.log_probabilities(np.array([2]), start=1) > model.log_probabilities(
    ...     np.array([3]), start=1))
    True
"""

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]

FALLBACK = (0.5, 1.0, 1.5)  # discounts where the counts of counts do not tell them


class _Order:
    """The n-grams of one length: by the number of their history and their last token."""

    def __init__(self, codes: npt.NDArray[np.int64], counts: Floats, histories: int, size: int):
        """Take sorted codes history * size + token, adjusted counts, and how many histories."""
        self.codes = codes
        self.discounts = discounts(counts)
        kind = np.minimum(counts, 3).astype(np.int64)
        taken = np.array([0.0, *self.discounts])[kind]
        history = codes // size
        self.total = np.bincount(history, weights=counts, minlength=histories)
        known = np.maximum(self.total, 1.0)
        self.left = np.bincount(history, weights=taken, minlength=histories) / known
        self.share = (counts - taken) / known[history]

    def find(self, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the numbers of n-grams by their codes, -1 for those that never occurred."""
        places = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(self.codes[places] == codes, places, -1)


class KneserNey:
    """Probabilities of each token of a text, given the `order` - 1 tokens before it."""

    def __init__(self, text: Ids, *, size: int, order: int, start: int, impossible: int = 1):
        """Count the n-grams of a text.

        Args:
            text: int (tokens,), one token or more.
            size: number of ids.
            order: tokens of the longest n-gram, from 1.
            start: id of the token before the first.
            impossible: so many ids from 0 on never occur and get no probability.
        """
        self.size, self.order, self.impossible = size, order, impossible
        row = np.concatenate([[start], np.asarray(text, np.int64)])
        grams = [row]  # by length less one: the number of the n-gram that ends at a place
        codes: list[npt.NDArray[np.int64]] = []
        raw: list[Floats] = [np.bincount(row[1:], minlength=size).astype(np.float64)]
        ends: list[npt.NDArray[np.int64]] = []  # numbers of each n-gram's last n - 1 tokens
        for length in range(2, order + 1):
            before = grams[-1]
            # a place of `before` is that of the text less length - 2, of the new one less one more
            code = before[:-1] * size + row[length - 1 :]
            found, first, numbers, times = np.unique(
                code, return_index=True, return_inverse=True, return_counts=True
            )
            codes.append(found)
            raw.append(times.astype(np.float64))
            ends.append(before[1:][first])
            grams.append(numbers.reshape(-1))
        counts = [
            np.bincount(end, minlength=len(below)).astype(np.float64)
            for end, below in zip(ends, raw, strict=False)
        ] + [raw[-1]]
        self.orders = [
            _Order(code, count, len(below), size)
            for code, count, below in zip(codes, counts[1:], raw, strict=False)
        ]
        self.unigrams = self._unigrams(counts[0])

    def _unigrams(self, counts: Floats) -> Floats:
        counts = counts.copy()
        counts[: self.impossible] = 0.0
        taken = np.array([0.0, *discounts(counts)])[np.minimum(counts, 3).astype(np.int64)]
        total = counts.sum()
        uniform = np.full(self.size, 1.0 / (self.size - self.impossible))
        uniform[: self.impossible] = 0.0
        if not total:
            return uniform
        return np.asarray((counts - taken) / total + taken.sum() / total * uniform)

    def log_probabilities(self, text: Ids, start: int | Ids) -> Floats:
        """Return the natural logarithm of each token's probability, float64 (tokens,).

        Args:
            text: int (tokens,).
            start: the token before the first, or several of them.
        """
        before = np.atleast_1d(np.asarray(start, np.int64))
        row = np.concatenate([before, np.asarray(text, np.int64)])
        told = self.unigrams[row]
        grams = row
        for order in self.orders:
            if not len(order.codes):  # the text is shorter than that
                break
            history = np.append(-1, grams[:-1])
            seen = (history >= 0) & (order.total[np.maximum(history, 0)] > 0)
            numbers = np.full(len(row), -1)
            inside = history >= 0
            numbers[inside] = order.find(history[inside] * self.size + row[inside])
            share = np.where(numbers >= 0, order.share[np.maximum(numbers, 0)], 0.0)
            told = np.where(seen, share + order.left[np.maximum(history, 0)] * told, told)
            grams = numbers
        with np.errstate(divide="ignore"):  # an impossible id
            return np.asarray(np.log(told[len(before) :]))


def discounts(counts: Floats) -> tuple[float, float, float]:
    """Return what is taken from counts of 1, 2 and 3 or more (Chen & Goodman 1998, equation 26).

    Where there are too few n-grams to tell, 0.5, 1 and 1.5.
    """
    n1, n2, n3, n4 = (int((counts == k).sum()) for k in (1, 2, 3, 4))
    if not (n1 and n2 and n3):
        return FALLBACK
    y = n1 / (n1 + 2 * n2)
    found = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    if not all(0 < d <= k for k, d in enumerate(found, start=1)):
        return FALLBACK
    return found
