"""What is known of a word by its letters: its id, the ids of its characters, the kind of its case.

A word comes many times, so everything about it is found once and kept in tables.
"""

import threading
from collections.abc import Sequence

import numpy as np

from textlstm.text import TextEncoder
from textlstm.words import is_unspaced

MOST_WORDS = 200_000  # kept; more are forgotten all at once
SHAPES = 12  # classes of `shape`, 0 being padding

# Case and kind of characters, as Collobert et al. 2011 ("Natural language processing (almost)
# from scratch", section 3.3.2) use them, with digits and scripts without case told apart.
(
    _OTHER, _LOWER, _CAPITAL, _ONE_CAPITAL, _ALL_CAPITALS, _MIXED, _DIGITS, _NUMBER, _WITH_DIGIT,
    _MARK, _UNSPACED,
) = range(1, SHAPES)  # fmt: skip


def shape(word: str) -> int:
    """Return the kind of a word, from 1 to SHAPES - 1: by case, digits, marks and script."""
    if not any(map(str.isalnum, word)):
        return _MARK
    if word.isdigit():
        return _DIGITS
    letters = [c for c in word if c.isalpha()]
    if not letters:
        return _NUMBER
    if len(letters) < len(word) and any(map(str.isdigit, word)):
        return _WITH_DIGIT
    if is_unspaced(letters[0]):
        return _UNSPACED
    upper = [c.isupper() for c in letters]
    if not any(upper):
        return _LOWER if any(c.islower() for c in letters) else _OTHER
    if all(upper):
        return _ALL_CAPITALS if len(letters) > 1 else _ONE_CAPITAL
    return _CAPITAL if upper[0] and sum(upper) == 1 else _MIXED


class Spellings:
    """Tables of the words met so far, a row a word; calls may come from several threads.

    Attributes:
        tokens: int32 (words,), ids.
        characters: int32 (words, width), ids of the characters, padded with 0; width 0: none.
        shapes: int32 (words,).
    """

    def __init__(self, words: TextEncoder, characters: TextEncoder | None, width: int) -> None:
        """Begin with no word.

        Args:
            words: ids of words.
            characters: ids of characters; None: they are not asked for.
            width: characters kept of a word; of longer ones the first and the last half.
        """
        self._words, self._characters = words, characters
        self.width = width if characters is not None else 0
        self._lock = threading.Lock()
        self._forget()

    def rows(self, words: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return tokens (words,), characters (words, width) and shapes (words,) of some words."""
        with self._lock:
            memo = self._memo
            missing = [word for word in dict.fromkeys(words) if word not in memo]
            if missing:
                if len(memo) + len(missing) > MOST_WORDS:
                    self._forget()
                    memo, missing = self._memo, list(dict.fromkeys(words))
                self._learn(missing)
            places = np.fromiter(map(memo.__getitem__, words), np.int64, len(words))
            return self._tokens[places], self._letters[places], self._shapes[places]

    def _forget(self) -> None:
        self._memo: dict[str, int] = {}
        self._tokens = np.zeros(0, np.int32)
        self._letters = np.zeros((0, self.width), np.int32)
        self._shapes = np.zeros(0, np.int32)

    def _learn(self, words: Sequence[str]) -> None:
        first = len(self._memo)
        # Kept as they are where they fit; else twice the room, so that copying stays rare.
        room = len(self._shapes)
        if first + len(words) > room:
            more = max(first + len(words), 2 * room) - room
            self._tokens = np.pad(self._tokens, (0, more))
            self._letters = np.pad(self._letters, ((0, more), (0, 0)))
            self._shapes = np.pad(self._shapes, (0, more))
        here = slice(first, first + len(words))
        self._tokens[here] = self._words.look_up(words)
        self._shapes[here] = [shape(word) for word in words]
        if self._characters is not None:
            for row, ids in zip(
                self._letters[here], self._characters.encode_batch(list(words)), strict=True
            ):
                kept = ids
                if len(ids) > self.width:
                    start = (self.width + 1) // 2
                    kept = np.concatenate([ids[:start], ids[len(ids) - (self.width - start) :]])
                row[: len(kept)] = kept
        # Last: an interruption before leaves nothing behind but room.
        self._memo.update((word, first + k) for k, word in enumerate(words))
