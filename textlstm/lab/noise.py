"""Noise in inputs: words dropped or misspelt, outliers, a pure function of (share, seed, input).

Each word draws its own numbers, whatever the share is: the words that 0.1 changes, 0.2 changes in
the same way, and others besides.
"""

import hashlib
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from textlstm.cutting import word_offsets
from textlstm.errors import SettingsError
from textlstm.words import is_unspaced

Places = Sequence[tuple[int, int]]
Given = str | Sequence[Any]

OUTLIER = 3.0  # spreads of the training part by which an outlier is off

# What each kind of task is said to be given.
SAID = {
    "classify": (
        "a word (a Chinese character) is dropped or misspelt with this chance: two neighbouring "
        "letters swapped, or one missing; a character replaced by another one of the text"
    ),
    "tag": (
        "a word (a Chinese character) is misspelt with this chance, none is dropped: two "
        "neighbouring letters swapped, where it has two different ones; a character replaced by "
        "another one of the text"
    ),
    "forecast": (
        f"a value of the past is an outlier with this chance: {OUTLIER:g} times the spread of the "
        "training part above or below what it was; an equal value is one in every past"
    ),
}


def check(kind: str) -> None:
    """Refuse a kind of task that has no noise.

    Raises:
        SettingsError: naming the kinds that have.
    """
    if kind not in SAID:
        raise SettingsError(
            f"noise= is for tasks of kind {' and '.join(SAID)}: this one's is {kind!r}"
        )


def noised(task: Any, given: Given, share: float, seed: int) -> Given:
    """Return an input of a task with noise; the targets stay right.

    Args:
        task: of a kind in `SAID`; of kind "tag" also `segmented(input)`.
        given: raw text, or tokens where the task takes them.
        share: of the words that are changed, a chance from 0 to 1.
        seed: with the text decides which, and how.
    """
    if task.kind == "forecast":
        return outliers(given, share, seed, task.scaling)
    if task.kind == "tag":
        return misspelt(given, share, seed, task.segmented)
    assert isinstance(given, str)
    return dropped_or_misspelt(given, share, seed)


def dropped_or_misspelt(text: str, share: float, seed: int) -> str:
    """Return a text in which words are missing or misspelt; at least one word is left.

    A word that is changed is dropped with chance 1/2, with the white space before it; else two
    neighbouring letters are swapped, or one letter is missing. A Chinese character is dropped, or
    replaced by another one of the text.

    Args:
        text: raw text.
        share: chance of each word with a letter to be changed.
        seed: with the text decides which, and how.
    """
    places = [(a, b) for a, b in word_offsets(text) if any(map(str.isalpha, text[a:b]))]
    draw = _random(seed, text)
    ideographs = [c for c in text if is_unspaced(c)]
    out, at, left = [], 0, len(places)
    for start, end in places:
        hit, how, where = draw.random() < share, draw.random(), draw.random()
        if not hit:
            continue
        word = text[start:end]
        if is_unspaced(word[0]):
            instead = "" if how < 0.5 else _other(word[0], ideographs, where) + word[1:]
        else:
            instead = "" if how < 0.5 else _misspelt(word, how, where)
        if not instead:
            if left == 1:
                continue
            left -= 1
        before = text[at:start]
        out.append(before if instead else before[: len(before.rstrip())])
        out.append(instead)
        at = end
    return "".join([*out, text[at:]])


def misspelt(
    given: Given, share: float, seed: int, segmented: Callable[[Any], tuple[Any, Places]]
) -> Given:
    """Return a text, or tokens, with other spellings, and every token in its place.

    Two neighbouring letters of a word are swapped; a Chinese character is replaced by another one
    of the text. What has no two different letters stays. An input stays as it is where its tokens
    would be others.

    Args:
        given: raw text or tokens.
        share: chance of each token to be changed.
        seed: with the text decides which, and how.
        segmented: the task's tokens of an input and their places in the raw text.
    """
    if not len(given):
        return given
    words, places = segmented(given)
    draw = _random(seed, "\0".join(words))
    ideographs = [c for word in words for c in word if is_unspaced(c)]
    changed = []
    for word in words:
        hit, where = draw.random() < share, draw.random()
        changed.append(_same_length(word, ideographs, where) if hit else word)
    made: Given = changed
    if isinstance(given, str):
        text = list(given)
        for (start, end), word in zip(places, changed, strict=True):
            text[start:end] = word
        made = "".join(text)
    return made if list(segmented(made)[1]) == list(places) else given


def outliers(given: Given, share: float, seed: int, scaling: Any) -> Given:
    """Return the past of a series in which single values are far off.

    Args:
        given: numbers, or rows of them.
        share: chance of each value to be changed.
        seed: with column and value decides which, and to which side.
        scaling: `tasks.scaling.Scaling` of the task.
    """

    def changed(value: float, column: int) -> float:
        draw = _random(seed, f"{column} {value!r}")
        hit, side = draw.random() < share, draw.random() < 0.5
        if not hit:
            return value
        scaled = scaling.column(np.array(value), column) + (OUTLIER if side else -OUTLIER)
        return float(scaling.undo(scaled, column))

    return tuple(
        tuple(changed(value, column) for column, value in enumerate(row))
        if isinstance(row, (tuple, list))
        else changed(float(row), 0)
        for row in given
    )


def _same_length(word: str, ideographs: Sequence[str], where: float) -> str:
    own = [k for k, c in enumerate(word) if is_unspaced(c)]
    if own:
        place = own[int(where * len(own))]
        return word[:place] + _other(word[place], ideographs, where) + word[place + 1 :]
    return _swapped(word, where) or word


def _misspelt(word: str, how: float, where: float) -> str:
    """Return a word with two letters swapped, or where it has none to swap, or else one missing."""
    swapped = _swapped(word, where) if how < 0.75 else ""
    if swapped:
        return swapped
    letters = [k for k, c in enumerate(word) if c.isalpha()]
    place = letters[int(where * len(letters))]
    return word[:place] + word[place + 1 :]


def _swapped(word: str, where: float) -> str:
    """Return a word with two different neighbouring letters swapped; "" where there are none."""
    pairs = [
        k
        for k in range(len(word) - 1)
        if word[k] != word[k + 1] and word[k].isalpha() and word[k + 1].isalpha()
    ]
    if not pairs:
        return ""
    k = pairs[int(where * len(pairs))]
    return word[:k] + word[k + 1] + word[k] + word[k + 2 :]


def _other(character: str, all_of_them: Sequence[str], where: float) -> str:
    """Return a different one of the characters; the same where there is none."""
    others = [c for c in all_of_them if c != character]
    return others[int(where * len(others))] if others else character


def _random(seed: int, text: str) -> random.Random:
    """Return draws that are the same on every computer."""
    data = f"{seed}\0{text}".encode("utf-8", "surrogatepass")
    return random.Random(int.from_bytes(hashlib.sha256(data).digest()[:8], "big"))
