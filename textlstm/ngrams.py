"""Counts of word n-grams, exact and without a dictionary of strings: what linear models see.

An n-gram is the pair of the (n-1)-gram that ends one word earlier and its last word, so that a
table of n-grams is a sorted array of numbers, and no string is made of any. A word of Chinese,
Japanese or Thai is not marked by spaces: there a character stands for a word, and the n-grams are
character n-grams.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

# Han, Kana, Thai and Lao, Khmer, Myanmar: scripts written without spaces.
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNSPACED = _HAN + "\u3040-\u30ff\u0e00-\u0eff\u1780-\u17ff\u1000-\u109f"
_LETTERS = rf"[^\W{_UNSPACED}]+"
_WORD = re.compile(rf"[{_UNSPACED}]|{_LETTERS}(?:['\u2019]{_LETTERS})?|[^\w\s]")
_HAN_CHARACTER = re.compile(f"[{_HAN}]")

UNKNOWN = -1


def words(text: str) -> list[str]:
    """Return the words and marks of a text in lower case; `don't` is one word, `！` a mark."""
    return _WORD.findall(text.lower())


def han_share(texts: Iterable[str]) -> float:
    """Return which share of the characters, spaces left out, are Han characters."""
    han = others = 0
    for text in texts:
        found = len(_HAN_CHARACTER.findall(text))
        han += found
        others += len("".join(text.split())) - found
    return han / max(1, han + others)


class NGrams:
    """Columns of a count matrix: n-grams of 1 to `most` words met in the fitted texts."""

    def __init__(self, most: int, rare: int) -> None:
        """Count n-grams of up to `most` words; longer than one, in at least `rare` texts each."""
        self.most = most
        self.rare = rare
        self.vocabulary: dict[str, int] = {}
        self.tables: list[np.ndarray] = []  # sorted keys; the place is the column of its order

    @property
    def sizes(self) -> list[int]:
        """How many n-grams there are of each order."""
        return [len(self.vocabulary), *map(len, self.tables)]

    def fit(self, texts: Sequence[str]) -> Any:
        """Return the counts of the texts, a csr_array float32 (texts, n-grams), after learning."""
        places = self.vocabulary
        rows = [
            np.array([places.setdefault(w, len(places)) for w in words(text)], np.int64)
            for text in texts
        ]
        return self._counts(rows, learn=True)

    def transform(self, texts: Sequence[str]) -> Any:
        """Return the counts of other texts; what was not met in fitting has no column."""
        places = self.vocabulary
        rows = [np.array([places.get(w, UNKNOWN) for w in words(text)], np.int64) for text in texts]
        return self._counts(rows, learn=False)

    def _counts(self, rows: Sequence[np.ndarray], *, learn: bool) -> Any:
        from scipy.sparse import hstack

        empty = np.zeros(0, np.int64)
        text = np.repeat(np.arange(len(rows)), [len(row) for row in rows])  # of each word
        flat = np.concatenate([*rows, empty])
        known = flat != UNKNOWN
        ends, column = np.flatnonzero(known), flat[known]  # last word and column of each n-gram
        blocks = [_matrix(text[ends], column, (len(rows), len(self.vocabulary)))]
        for order in range(1, self.most):
            follows = ends + 1
            inside = follows < len(flat)
            inside[inside] = text[follows[inside]] == text[ends[inside]]
            inside[inside] = known[follows[inside]]
            ends = follows[inside]
            keys = column[inside] * len(self.vocabulary) + flat[ends]
            if learn:
                self.tables.append(_frequent(keys, text[ends], self.rare))
            table = self.tables[order - 1]
            column = np.searchsorted(table, keys)
            found = np.zeros(len(keys), bool)
            below = column < len(table)
            found[below] = table[column[below]] == keys[below]
            ends, column = ends[found], column[found]
            blocks.append(_matrix(text[ends], column, (len(rows), len(table))))
        return hstack(blocks, format="csr", dtype=np.float32)


def _frequent(keys: np.ndarray, text: np.ndarray, rare: int) -> np.ndarray:
    """Return the sorted keys that occur in at least `rare` texts."""
    if rare <= 1:
        return np.unique(keys)
    order = np.argsort(keys, kind="stable")  # a key's texts stay in their order
    keys, text = keys[order], text[order]
    first = np.append(True, (keys[1:] != keys[:-1]) | (text[1:] != text[:-1]))[: len(keys)]
    found, texts = np.unique(keys[first], return_counts=True)
    return np.asarray(found[texts >= rare])


def _matrix(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> Any:
    from scipy.sparse import coo_array

    ones = np.ones(len(rows), np.float32)
    return coo_array((ones, (rows.astype(np.int32), columns.astype(np.int32))), shape=shape).tocsr()
