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
from textlstm.corpora.toy_pairs import filled
from textlstm.corpora.toy_stories_en import tell as tell_english
from textlstm.corpora.toy_stories_zh import tell as tell_chinese

__all__ = ["CONFIGS", "example", "features", "rows"]

CONFIGS = {"all": "English and Chinese.", "en": "English.", "zh": "Chinese."}
SIZES = {"train": 1000, "valid": 80, "test": 80}  # of stories, per language
SEED = 5
_HELD = {"test": 0.08, "valid": 0.16}
_TELLERS = {"en": tell_english, "zh": tell_chinese}


@functools.cache
def stories(language: str) -> dict[str, tuple[str, ...]]:
    """Return the stories of each part in one language, no story twice."""
    rng = random.Random(f"{SEED} {language}")

    def draw() -> tuple[tuple[str, ...], str, str]:
        facts, story = _TELLERS[language](rng)
        return facts, story, story

    return {part: tuple(found) for part, found in filled(draw, SIZES, _HELD).items()}


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
