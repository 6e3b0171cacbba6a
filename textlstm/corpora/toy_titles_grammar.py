"""Texts with titles, drawn from events: what happens, to whom it can happen, where, how it ends."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        told: what the text says that {who} did, with {what} and {where}; one form each.
        title: what the title says.
        what: the things that it may be about, as the text says and as the title says.
        ends: how it ended: sentence of the text, and what the title adds.
    """

    told: tuple[str, ...]
    title: str
    what: tuple[tuple[str, str], ...]
    ends: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Language:
    """A grammar.

    Attributes:
        code: "en" or "zh".
        people: who: as the text says, and as the title says.
        places: where: as the text says, and as the title says.
        events: what may happen.
        openers: sentences about the day, {other} and {elsewhere} in them.
        asides: sentences about somebody else.
        settings: sentences that say where and when, {where} in them.
        told: sentences that say who, {who}, {other} and {deed} in them.
        join: makes a text of its sentences.
        tidy: makes a title of its words.
    """

    code: str
    people: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]
    openers: tuple[str, ...]
    asides: tuple[str, ...]
    settings: tuple[str, ...]
    told: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    join: Callable[[list[str]], str]
    tidy: Callable[[str], str]


def draw(language: Language, rng: random.Random) -> tuple[tuple[str, ...], str, str]:
    """Return the key (who, what, where), a text of three to five sentences, and its title."""
    who, other, third = rng.sample(language.people, 3)
    where, elsewhere = rng.sample(language.places, 2)
    event = rng.choice(language.events)
    what = rng.choice(event.what)
    end = rng.choice(event.ends)
    gaps = {
        "who": who[0], "other": other[0], "third": third[0], "where": where[0],
        "elsewhere": elsewhere[0], "what": what[0],
    }  # fmt: skip

    def choice(gap: re.Match[str]) -> str:
        return gaps[gap[1]] if gap[1] in gaps else rng.choice(language.words[gap[1]])

    def fill(text: str) -> str:
        while "{" in text:
            text = re.sub(r"\{(\w+)\}", choice, text)
        return text

    gaps["deed"] = fill(rng.choice(event.told))
    sentences = [rng.choice(language.settings), rng.choice(language.told), end[0]]
    if rng.random() < 0.55:
        sentences.insert(0, rng.choice(language.openers))
    if rng.random() < 0.55:
        sentences.insert(rng.choice((len(sentences) - 1, len(sentences))),
                         rng.choice(language.asides))  # fmt: skip
    text = language.join([fill(sentence) for sentence in sentences])
    gaps |= {"who": who[1], "where": where[1], "what": what[1], "end": end[1]}
    return (who[0], what[0], where[0]), text, language.tidy(fill(event.title))
