"""How a tagger cuts what it is given: raw text into words, or tokens as they are."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from textlstm import spans
from textlstm.cutting import word_offsets
from textlstm.words import is_unspaced

Given = str | Sequence[str]  # a raw text, or its tokens


def is_given(given: object) -> bool:
    """Return whether this is a raw text, or a list, tuple or array of tokens."""
    if isinstance(given, str):
        return True
    if not isinstance(given, list | tuple | np.ndarray) or getattr(given, "ndim", 1) != 1:
        return False
    return all(isinstance(token, str) for token in given)


def segments(given: Given, hyphens: bool = False) -> tuple[tuple[str, ...], list[tuple[int, int]]]:
    """Return tokens and their places in the raw text; one empty token where there is none.

    Args:
        given: a raw text, which is cut into words, or tokens, which are taken as they are.
        hyphens: whether words of a raw text that a hyphen joins stay whole.
    """
    if not isinstance(given, str):
        return (tuple(given), spans.joined(given)[1]) if len(given) else (("",), [(0, 0)])
    places = word_offsets(given) or [(0, 0)]
    if hyphens:
        places = _with_hyphens(given, places)
    return tuple(given[start:end] for start, end in places), places


def is_chinese(word: str) -> bool:
    """Return whether a token is one character of a script without spaces."""
    return len(word) == 1 and is_unspaced(word)


def pairs(words: Sequence[str]) -> list[str]:
    """Return each Chinese character with the one behind it, (words,); "" where that is none."""
    single = [is_chinese(word) for word in words]
    both = zip(pairwise(words), pairwise(single), strict=True)
    return [*(a + b if i and j else "" for (a, b), (i, j) in both), *([""] if words else [])]


def _with_hyphens(text: str, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the places of words, those joined by a hyphen as one."""
    found: list[tuple[int, int]] = []
    hanging = False  # whether the word before ends in a hyphen that joins
    for start, end in places:
        touches = bool(found) and found[-1][1] == start
        if touches and hanging and text[start].isalnum():
            found[-1] = (found[-1][0], end)
            hanging = False
        elif touches and text[start:end] == "-" and _joins(text, start, end):
            found[-1] = (found[-1][0], end)
            hanging = True
        else:
            found.append((start, end))
            hanging = False
    return found


def _joins(text: str, start: int, end: int) -> bool:
    """Return whether letters or digits stand on both sides of a place."""
    return text[start - 1].isalnum() and text[end : end + 1].isalnum()
