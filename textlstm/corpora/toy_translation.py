"""The toy translation: English sentences, each with its one translation into German or Chinese.

Both sides are said from one meaning, so the translation is a function of the English sentence. Word
by word it is not to be had: German moves verbs to the second place, to the end of subordinate
clauses and apart from their prefixes, and its articles and adjectives agree; Chinese puts times,
places and relative clauses before what they belong to, counts with measure words, and says reasons
first. Words of several meanings ("bank", "light", "know", "old") are decided by their neighbours.

How a sentence belongs to train, valid or test: by a hash of each triple of verb, noun and adjective
in it. A triple is in one part only, while each word is in all of them. A sentence without any goes
by a hash of its words. No source is in two parts, and none has two targets.
"""

import functools
import random
import re
from collections.abc import Callable, Iterator

from textlstm.corpora import (
    toy_translation_de,
    toy_translation_en,
    toy_translation_frames,
    toy_translation_kinds,
    toy_translation_zh,
)
from textlstm.corpora.toy_pairs import Pair, example, features, share, stored
from textlstm.corpora.toy_translation_meaning import Clause, Meaning

__all__ = ["CONFIGS", "example", "features", "pairs", "rows"]

CONFIGS = {"de": "English to German.", "zh": "English to Chinese, simplified characters."}
SIZES = {"train": 12000, "valid": 800, "test": 800}  # of pairs, per language
SEED = 5
SHORTEST, LONGEST = 4, 20  # words of a source
_SPEAKERS: dict[str, Callable[[Meaning], str]] = {
    "de": toy_translation_de.spoken,
    "zh": toy_translation_zh.spoken,
}
_TEST, _VALID = 0.05, 0.10


def triples(meaning: Meaning) -> Iterator[tuple[str, str, str]]:
    """Yield (verb, noun, adjective) of the adjectives before nouns."""
    for clause in meaning.clauses():
        for phrase in (clause.subject, clause.object, clause.receiver, clause.agent):
            if phrase is not None and phrase.adjective:
                yield clause.verb, phrase.noun, phrase.adjective


def part_of(meaning: Meaning, source: str) -> str:
    """Return "train", "valid", "test", or "" where triples of valid and test meet."""
    keys: list[tuple[str, ...]] = [*triples(meaning)] or [(source,)]
    parts = {_part(share(key)) for key in keys} - {"train"}
    return "" if len(parts) == 2 else parts.pop() if parts else "train"


def _part(number: float) -> str:
    return "test" if number < _TEST else "valid" if number < _VALID else "train"


def unclear(clause: Clause) -> bool:
    """Return whether English does not say which tense it is: "they read", "they put"."""
    return (
        clause.verb in ("read", "put/lie", "put/stand")
        and clause.tense == "past"
        and not clause.modal
        and not clause.passive
        and not clause.negated
        and clause.asks in ("", "who")
        and (clause.subject.person != (3, 1) or clause.subject.det == "that")
        and clause.time not in toy_translation_frames.TIMES["past"]
    )


def meanings(seed: int) -> Iterator[tuple[Meaning, str]]:
    """Yield meanings without end, with their English sentences; none twice."""
    rng = random.Random(seed)
    seen = set()
    while True:
        meaning = toy_translation_kinds.meaning(rng)
        source = toy_translation_en.spoken(meaning)
        if source in seen or not SHORTEST <= len(source.split()) <= LONGEST or repeats(meaning):
            continue
        if not any(map(unclear, meaning.clauses())):
            seen.add(source)
            yield meaning, source


def repeats(meaning: Meaning) -> bool:
    """Return whether a noun or a verb occurs twice, which no one would write."""
    phrases = [p for c in (meaning.main, meaning.sub) if c is not None for p in c.phrases()]
    nouns = [p.noun for p in phrases if not p.pronoun and p.det != "that"]
    nouns += [place.rpartition("/")[2] for c in meaning.clauses() for place in (c.place, c.goal)]
    nouns = [noun for noun in nouns if noun]
    verbs = [c.verb.partition("/")[0] for c in meaning.clauses()]
    inner = [p.relative.time for p in phrases if p.relative is not None]
    if meaning.main.time and any(inner):  # "last week he lost the key that I found an hour ago"
        return True
    return len(set(nouns)) < len(nouns) or len(set(verbs)) < len(verbs)


@functools.cache
def drawn() -> dict[str, tuple[tuple[Meaning, str], ...]]:
    """Return the meanings of each part with their English sentences, for all languages the same.

    What valid and test hold is said with words that training has too.
    """
    parts: dict[str, list[tuple[Meaning, str]]] = {part: [] for part in SIZES}
    for meaning, source in meanings(SEED):
        part = part_of(meaning, source)
        if part:
            parts[part].append((meaning, source))
        if all(len(parts[part]) >= 1.1 * wanted for part, wanted in SIZES.items()):
            break
    found = {"train": parts["train"][: SIZES["train"]]}
    known = {word for meaning, source in found["train"] for word in words(meaning, source)}
    for part in ("valid", "test"):
        said = [one for one in parts[part] if words(*one) <= known]
        found[part] = said[: SIZES[part]]
    return {part: tuple(ones) for part, ones in found.items()}


def words(meaning: Meaning, source: str) -> set[str]:
    """Return the words of a sentence and of its German translation, its Chinese characters."""
    texts = f"{source} {toy_translation_de.spoken(meaning)}"
    return {*re.findall(r"\w+", texts.lower()), *toy_translation_zh.spoken(meaning)}


@functools.cache
def pairs(config: str) -> dict[str, tuple[Pair, ...]]:
    """Return the pairs of each part in a fixed order.

    Args:
        config: "de" or "zh", the language of the targets.
    """
    speak = _SPEAKERS[config]
    return {
        part: tuple(Pair(source, speak(meaning)) for meaning, source in found)
        for part, found in drawn().items()
    }


def rows(config: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each part as they are stored."""
    return stored(pairs(config))
