"""Chinese noun phrases: measure words, what stands before the noun."""

from textlstm.corpora.toy_translation_frames import KIN, MASS, PEOPLE
from textlstm.corpora.toy_translation_meaning import Phrase
from textlstm.corpora.toy_translation_zh_words import (
    ADJECTIVES,
    NAMES,
    NOUNS,
    OLD,
    OWNERS,
    PRONOUNS,
)


def phrase(p: Phrase, role: str) -> str:
    """Return a noun phrase.

    Args:
        p: what it says.
        role: "subject", "object", "ba" (behind 把, 给 or another word that makes it known),
            "topic" (first in the sentence) or "plain" ("a" is not said: what there is not).
    """
    if p.noun in PRONOUNS:
        return PRONOUNS[p.noun]
    if p.noun in NAMES:
        return NAMES[p.noun]
    word, measure = NOUNS[p.noun]
    name = named(p, word)
    if p.relative is not None:
        return f"{relative(p)}的{name}"
    if p.noun in KIN:
        return OWNERS[p.det] + name
    if p.noun in MASS:
        return name
    if p.det in OWNERS:
        of = "" if "的" in name else "的"
        return f"{OWNERS[p.det]}{of}{name}"
    if p.det == "the":
        return definite(p, role, name, measure)
    if p.det == "this":
        return f"这{'些' if p.many else measure}{name}"
    if p.det == "which":
        return f"哪{measure}{name}"
    if p.det == "a":
        return name if role == "plain" else f"一{measure}{name}"
    if p.det == "many":
        return f"很多{name}"
    return {"two": "两", "three": "三", "how many": "几"}[p.det] + measure + name


def named(p: Phrase, word: str) -> str:
    """Return the noun with its adjective."""
    if not p.adjective:
        return word
    if p.adjective == "old/person" and p.noun in OLD:
        return OLD[p.noun]
    return ADJECTIVES[p.adjective][0] + word


def definite(p: Phrase, role: str, name: str, measure: str) -> str:
    """Return "the": not said where the place in the sentence says it."""
    if p.many:
        return f"{name}们" if p.noun in PEOPLE and not p.adjective else f"那些{name}"
    if p.noun in ("man", "woman", "boy", "girl"):
        return f"那{measure}{name}"
    if p.noun in ("train", "bus"):  # 坐火车: whichever it is
        return name
    if not p.adjective and (role != "object" or p.noun in PEOPLE):
        return name
    return f"那{measure}{name}"


def relative(p: Phrase) -> str:
    """Return a relative clause; it stands before the noun."""
    from textlstm.corpora.toy_translation_zh import clause

    assert p.relative is not None
    return clause(p.relative)
