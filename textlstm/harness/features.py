"""Features of tokens for a linear tagger, as hashed columns: what stands in a window around each.

A token's own features (its form, affixes and shape) are hashed once for each distinct word; every
place of the window then only mixes a number into them, so that a matrix of all tokens is made
without a string being touched twice.
"""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from textlstm.ngrams import han_share

AFFIX = 4  # characters of the longest prefix and suffix
WINDOW = (-2, -1, 0, 1, 2)
PAIRS = ((-2, -1), (-1, 0), (0, 1), (1, 2))
BITS = 22  # columns are hashed to so many bits
HAN = 0.5  # share of Han characters from which windows are of characters
LOWER, SHAPE = 0, 1  # places of two features in a word's row

Hashes = np.ndarray  # uint64

_GOLDEN = 0x9E3779B97F4A7C15


def shape(word: str) -> str:
    """Return the word's shape: X, x, d, h (Han) and marks as they are, runs cut to one.

    Example:
        >>> shape("McDonald's-24")
        "XxXx'x-d"
    """
    found = ""
    for character in word:
        kind = (
            "d" if character.isdigit()
            else "X" if character.isupper()
            else "x" if character.islower()
            else "h" if character.isalpha()
            else character
        )  # fmt: skip
        if not found.endswith(kind):
            found += kind
    return found


class Words:
    """Hashes of the features of words, each distinct word once."""

    def __init__(self, characters: bool) -> None:
        """Make the features of characters, or those of words (with affixes)."""
        self.characters = characters
        self.places: dict[str, int] = {}
        self.rows: list[list[int]] = []

    def __call__(self, sentences: Sequence[Sequence[str]]) -> Hashes:
        """Return uint64 (tokens, features) of the sentences' tokens in their order."""
        places = [self._place(word) for words in sentences for word in words]
        table = np.array(self.rows, np.uint64).reshape(len(self.rows), -1)
        return np.asarray(table[np.array(places, np.int64)])

    def _place(self, word: str) -> int:
        place = self.places.get(word)
        if place is None:
            place = self.places[word] = len(self.rows)
            self.rows.append([_hash(f"{n} {f}") for n, f in enumerate(self._features(word))])
        return place

    def _features(self, word: str) -> list[str]:
        lower = word.lower()
        own = [lower, shape(word)]
        if not self.characters:
            own.append(word)
            own += [lower[:n] for n in range(1, AFFIX + 1)]
            own += [lower[-n:] for n in range(1, AFFIX + 1)]
        return own


def window(own: Hashes, lengths: Sequence[int]) -> Hashes:
    """Return uint64 (tokens, columns) of the window around each token.

    Every feature of the token and of two neighbours each side, pairs of neighbouring words, and
    the shapes of three. What lies outside of the sentence has a number of its own.

    Args:
        own: of `Words`, sentence after sentence.
        lengths: tokens of each sentence.
    """
    place = np.concatenate([np.arange(n) for n in lengths] or [np.zeros(0, int)])
    left = np.repeat(np.asarray(lengths, int), lengths) - place - 1  # tokens that follow
    around = {}
    for offset in WINDOW:
        rows = np.arange(len(own)) + offset
        inside = (place + offset >= 0) & (offset <= left)
        around[offset] = np.where(inside[:, None], own[np.where(inside, rows, 0)], np.uint64(1))
    columns = [mixed(around[offset], 10 + offset) for offset in WINDOW]
    for first, second in PAIRS:
        both = mixed(around[first][:, LOWER], 20) + around[second][:, LOWER]
        columns.append(mixed(both, 30 + first)[:, None])
    shapes = mixed(mixed(around[-1][:, SHAPE], 21) + around[0][:, SHAPE], 22)
    columns.append(mixed(shapes + around[1][:, SHAPE], 40)[:, None])
    return np.concatenate(columns, axis=1)


def history(own: Hashes, before: np.ndarray, earlier: np.ndarray) -> Hashes:
    """Return uint64 (tokens, columns) of the two tags before each token.

    Args:
        own: of `Words`, of these tokens.
        before: number of the tag of the token before, -1 at the start.
        earlier: of the one before that.
    """
    one = (before + 2).astype(np.uint64)
    two = one * np.uint64(1000003) + (earlier + 2).astype(np.uint64)
    last = mixed(one, 50)
    columns = [mixed(one, 51), mixed(two, 52), mixed(last + own[:, LOWER], 53)]
    columns.append(mixed(last + own[:, SHAPE], 54))
    return np.stack(columns, axis=1)


def mixed(hashes: Hashes, salt: int) -> Hashes:
    """Return other numbers for the same ones under another salt (Steele et al. 2014, splitmix)."""
    found = hashes + np.uint64((salt * _GOLDEN) & (2**64 - 1))
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(found ^ (found >> np.uint64(31)))


def columns(hashes: Hashes) -> np.ndarray:
    """Return int64 columns below `2**BITS`."""
    return np.asarray((hashes >> np.uint64(64 - BITS)).astype(np.int64))


def by_characters(sentences: Sequence[Sequence[str]]) -> bool:
    """Tell whether tokens are Chinese characters rather than words."""
    return han_share(word for words in sentences for word in words) >= HAN


def _hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
