"""The toy titles: short texts, in English and Chinese, each with its title.

A title says who did what, and where or with what end. Each part stands elsewhere in the text, some
of it in other words, beside persons, places and deeds that do not matter: the one that is meant is
told by its role ("the winner", "it was the cook, not the driver, who"). Combinations of who, what
and where are in one part of the corpus only.
"""

import functools
import random

from textlstm.corpora.toy_merge import merged
from textlstm.corpora.toy_pairs import Pair, example, features, filled, stored
from textlstm.corpora.toy_titles_en import ENGLISH
from textlstm.corpora.toy_titles_grammar import Language, draw
from textlstm.corpora.toy_titles_zh import CHINESE

__all__ = ["CONFIGS", "example", "features", "pairs", "rows"]

CONFIGS = {"all": "English and Chinese."}
SIZES = {"train": 2500, "valid": 150, "test": 150}  # of pairs, per language
SEED = 8
_HELD = {"test": 0.06, "valid": 0.12}


def _drawn(language: Language) -> dict[str, list[Pair]]:
    """Return pairs drawn until every part is full, no text twice."""
    rng = random.Random(f"{SEED} {language.code}")

    def draw_pair() -> tuple[tuple[str, ...], str, Pair]:
        key, text, title = draw(language, rng)
        return key, text, Pair(text, title)

    return filled(draw_pair, SIZES, _HELD)


@functools.cache
def pairs(config: str) -> dict[str, tuple[Pair, ...]]:
    """Return the pairs of each part in a fixed, shuffled order; the only config is "all"."""
    assert config in CONFIGS
    return merged([_drawn(ENGLISH), _drawn(CHINESE)], SIZES, SEED)


def rows(config: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each part as they are stored."""
    return stored(pairs(config))
