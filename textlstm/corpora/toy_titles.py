"""The toy titles: short texts, in English and Chinese, each with its title.

A title says who did what, and where or with what end. Each part stands elsewhere in the text, some
of it in other words, beside persons, places and deeds that do not matter: the one that is meant is
told by its role ("the winner", "it was the cook, not the driver, who"). Combinations of who, what
and where are in one part of the corpus only.
"""

import functools
import random

from textlstm.corpora.toy_merge import merged
from textlstm.corpora.toy_pairs import Pair, example, features, share, stored
from textlstm.corpora.toy_titles_en import ENGLISH
from textlstm.corpora.toy_titles_grammar import Language, draw
from textlstm.corpora.toy_titles_zh import CHINESE

__all__ = ["CONFIGS", "example", "features", "pairs", "rows"]

CONFIGS = {"all": "English and Chinese."}
SIZES = {"train": 2500, "valid": 150, "test": 150}  # of pairs, per language
SEED = 8
_TEST, _VALID = 0.06, 0.12


def part_of(key: tuple[str, ...]) -> str:
    """Return "train", "valid" or "test" for who, what and where."""
    number = share(key)
    return "test" if number < _TEST else "valid" if number < _VALID else "train"


def _drawn(language: Language) -> dict[str, list[Pair]]:
    """Return pairs drawn until every part is full, no text twice."""
    rng = random.Random(f"{SEED} {language.code}")
    parts: dict[str, list[Pair]] = {part: [] for part in SIZES}
    seen: set[str] = set()
    while any(len(parts[part]) < wanted for part, wanted in SIZES.items()):
        key, text, title = draw(language, rng)
        part = part_of(key)
        if text not in seen and len(parts[part]) < SIZES[part]:
            seen.add(text)
            parts[part].append(Pair(text, title))
    return parts


@functools.cache
def pairs(config: str) -> dict[str, tuple[Pair, ...]]:
    """Return the pairs of each part in a fixed, shuffled order; the only config is "all"."""
    assert config in CONFIGS
    return merged([_drawn(ENGLISH), _drawn(CHINESE)], SIZES, SEED)


def rows(config: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each part as they are stored."""
    return stored(pairs(config))
