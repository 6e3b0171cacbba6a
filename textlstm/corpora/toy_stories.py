"""The toy stories: short stories of one plot, with things that a story must remember.

Somebody wants something at a place, does without it, meets a helper who asks for something in
return, and comes home again. Names, things and numbers come back later in the story and must be
the same then, so a model that carries a state has something to carry. A story belongs to train,
valid or test by a hash of its hero, wish, place and helper: test stories were never told.
"""

import functools
import random
from typing import Any

from textlstm.corpora.example import Example
from textlstm.corpora.toy_pairs import share
from textlstm.corpora.toy_stories_en import tell as tell_english
from textlstm.corpora.toy_stories_zh import tell as tell_chinese

__all__ = ["CONFIGS", "example", "features", "rows"]

CONFIGS = {"all": "English and Chinese.", "en": "English.", "zh": "Chinese."}
SIZES = {"train": 1000, "valid": 80, "test": 80}  # of stories, per language
SEED = 5
_TEST, _VALID = 0.08, 0.16
_TELLERS = {"en": tell_english, "zh": tell_chinese}


def part_of(facts: tuple[str, ...]) -> str:
    """Return "train", "valid" or "test" for what a story is about."""
    number = share(facts)
    return "test" if number < _TEST else "valid" if number < _VALID else "train"


@functools.cache
def stories(language: str) -> dict[str, tuple[str, ...]]:
    """Return the stories of each part in one language, no story twice."""
    rng = random.Random(f"{SEED} {language}")
    parts: dict[str, list[str]] = {part: [] for part in SIZES}
    seen: set[str] = set()
    while any(len(parts[part]) < wanted for part, wanted in SIZES.items()):
        facts, story = _TELLERS[language](rng)
        part = part_of(facts)
        if story not in seen and len(parts[part]) < SIZES[part]:
            seen.add(story)
            parts[part].append(story)
    return {part: tuple(found) for part, found in parts.items()}


def rows(config: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each part as they are stored: a story and the blank line after it."""
    languages = ["en", "zh"] if config == "all" else [config]
    told = [stories(language) for language in languages]
    return {
        part: [{"text": f"{story}\n\n"} for each in zip(*(t[part] for t in told), strict=True)
               for story in each]
        for part in SIZES
    }  # fmt: skip


def features(tfds: Any) -> dict[str, Any]:
    """Return the features of a row, made of the module `tensorflow_datasets`."""
    return {"text": tfds.features.Text()}


def example(row: dict[str, Any], where: str) -> Example:
    """Return what a stored row holds: a story, which is its own target."""
    text = row["text"].decode("utf-8")
    return Example(text, text, where)
