"""The toy entities: sentences in English and Chinese with names that only their context tells.

Four types: people (PER), places (LOC), organisations (ORG), products and brands (PROD). Many names
can be of any type, and what decides is at the other end of the sentence: a noun, a verb, a word of
order. Six tenths of the names that valid and test draw from the pools never occur in training; they
are formed in the same ways, so characters and context tell what they are. Other words only look
like names: at the start of a sentence, or as part of a Chinese word.
"""

import functools
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from textlstm.corpora.example import Example
from textlstm.corpora.toy_entities_en import ENGLISH
from textlstm.corpora.toy_entities_grammar import TYPES, Drawn, Language, draw
from textlstm.corpora.toy_entities_zh import CHINESE
from textlstm.corpora.toy_merge import merged

LANGUAGES = {language.code: language for language in (ENGLISH, CHINESE)}
SIZES = {"train": 4800, "valid": 600, "test": 720}  # of sentences, per language
SEED = 4


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the corpus.

    Attributes:
        text: the sentence.
        entities: (type, start, end) by character offsets, end exclusive, sorted, not overlapping.
        language: "en" or "zh".
        family: of the frame it was made from.
    """

    text: str
    entities: tuple[tuple[str, int, int], ...]
    language: str
    family: str


@functools.cache
def sentences(config: str) -> dict[str, tuple[Sentence, ...]]:
    """Return the sentences of each part in a fixed, shuffled order.

    Args:
        config: "en", "zh", or "all" for both.
    """
    codes = list(LANGUAGES) if config == "all" else [config]
    drawn = [_drawn(LANGUAGES[code]) for code in codes]
    return merged(drawn, SIZES, SEED)


def _drawn(language: Language) -> dict[str, list[Sentence]]:
    """Return sentences drawn until every part is full, none of them twice."""
    seen: set[str] = set()
    parts: dict[str, list[Sentence]] = {}
    for part, wanted in SIZES.items():
        rng = random.Random(f"{SEED} {language.code} {part}")
        found: list[Sentence] = []
        while len(found) < wanted:
            made = draw(language, part, rng)
            if made.text not in seen and not _repeats(made):
                seen.add(made.text)
                found.append(Sentence(made.text, made.entities, language.code, made.family))
        parts[part] = found
    return parts


def _repeats(made: Drawn) -> bool:
    """Return whether a name occurs twice, which no one would write ("from Bath to Bath")."""
    names = [made.text[start:end] for _, start, end in made.entities]
    return len(set(names)) < len(names)


# What the embedded corpora ask of the module of a corpus.

CONFIGS = {
    "all": "English and Chinese.",
    "en": "English.",
    "zh": "Chinese, simplified characters.",
}


def rows(config: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each part as they are stored."""
    return {
        part: [
            {
                "text": one.text,
                "entities": [
                    {"type": kind, "start": start, "end": end} for kind, start, end in one.entities
                ],
                "language": one.language,
            }
            for one in found
        ]
        for part, found in sentences(config).items()
    }


def features(tfds: Any) -> dict[str, Any]:
    """Return the features of a row, made of the module `tensorflow_datasets`."""
    number = tfds.features.Scalar(np.int32)
    entity = {"type": tfds.features.ClassLabel(names=list(TYPES)), "start": number, "end": number}
    return {
        "text": tfds.features.Text(),
        "entities": tfds.features.Sequence(entity),
        "language": tfds.features.ClassLabel(names=list(LANGUAGES)),
    }


def example(row: Mapping[str, Any], where: str) -> Example:
    """Return what a stored row holds: the text and its entities."""
    stored = row["entities"]
    columns = (stored["type"], stored["start"], stored["end"])
    entities = tuple(
        (TYPES[int(kind)], int(start), int(end)) for kind, start, end in zip(*columns, strict=True)
    )
    return Example(row["text"].decode("utf-8"), entities, where)
