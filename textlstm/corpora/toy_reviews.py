"""The toy reviews: short reviews, in English and Chinese, whose labels word order decides.

Every text has a twin of the other label with the same words in another order (or with one function
word more or less), so counts of words say nothing. How a text belongs to train, valid or test:
each pair is made with two numbered choices, most often its word of praise and its word of blame.
The sum of the two numbers, modulo 20, decides (`part_of`). A combination of choices is therefore
in one part only, while each word and each frame is in all of them: what the test part asks is
whether known words in known frames are understood in combinations that were never seen.
"""

import functools
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from textlstm.corpora.example import Example
from textlstm.corpora.toy_merge import merged
from textlstm.corpora.toy_reviews_en import ENGLISH
from textlstm.corpora.toy_reviews_grammar import Language, Pair, draw
from textlstm.corpora.toy_reviews_zh import CHINESE

NAME = "toy-reviews"
LABELS = ("negative", "positive")
LANGUAGES = {language.code: language for language in (ENGLISH, CHINESE)}
PAIRS = {"train": 1800, "valid": 240, "test": 360}  # of texts, per language
SEED = 20

_MODULO = 20
_VALID = {3, 17}
_TEST = {0, 7, 13}


@dataclass(frozen=True, slots=True)
class Review:
    """One text of the corpus.

    Attributes:
        text: one to three sentences.
        label: "negative" or "positive".
        language: "en" or "zh".
        pair: number of the pair in its language; the two texts of a pair differ in label.
        made: how it was drawn: family, frame and the two numbers that decide the part.
    """

    text: str
    label: str
    language: str
    pair: int
    made: Pair


def part_of(key: tuple[int, int]) -> str:
    """Return "train", "valid" or "test" for two numbered choices."""
    remainder = sum(key) % _MODULO
    if remainder in _TEST:
        return "test"
    return "valid" if remainder in _VALID else "train"


@functools.cache
def reviews(config: str) -> dict[str, tuple[Review, ...]]:
    """Return the texts of each part in a fixed, shuffled order.

    Args:
        config: "en", "zh", or "all" for both.
    """
    codes = list(LANGUAGES) if config == "all" else [config]
    drawn = [_drawn(LANGUAGES[code]) for code in codes]
    return merged(drawn, PAIRS, SEED)


def _drawn(language: Language) -> dict[str, list[Review]]:
    """Return texts drawn until every part has its number of pairs, none of them twice."""
    rng = random.Random(f"{SEED} {language.code}")
    parts: dict[str, list[Review]] = {part: [] for part in PAIRS}
    seen: set[str] = set()
    number = 0
    while any(len(parts[part]) < 2 * wanted for part, wanted in PAIRS.items()):
        pair = draw(language, rng)
        part = part_of(pair.key)
        texts = {pair.negative, pair.positive}
        if len(parts[part]) == 2 * PAIRS[part] or texts & seen:
            continue
        seen |= texts
        for label, text in zip(LABELS, (pair.negative, pair.positive), strict=True):
            parts[part].append(Review(text, label, language.code, number, pair))
        number += 1
    return parts


# What the embedded corpora ask of the module of a corpus.

CONFIGS = {
    "all": "English and Chinese.",
    "en": "English.",
    "zh": "Chinese, simplified characters.",
}


def rows(config: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each part as they are stored."""
    return {
        part: [{"text": one.text, "label": one.label, "language": one.language} for one in found]
        for part, found in reviews(config).items()
    }


def features(tfds: Any) -> dict[str, Any]:
    """Return the features of a row, made of the module `tensorflow_datasets`."""
    return {
        "text": tfds.features.Text(),
        "label": tfds.features.ClassLabel(names=list(LABELS)),
        "language": tfds.features.ClassLabel(names=list(LANGUAGES)),
    }


def example(row: Mapping[str, Any], where: str) -> Example:
    """Return what a stored row holds: the text and its label."""
    return Example(row["text"].decode("utf-8"), LABELS[int(row["label"])], where)
