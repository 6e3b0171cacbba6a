"""How the verbs of toy-translation may be used: what is a habit, a skill, a request."""

import functools

from textlstm.corpora import toy_translation_frames as frames
from textlstm.corpora.toy_translation_meaning import GENDERS, Clause, Phrase

NEVER_CONTINUOUS = {
    "know/person", "know/fact", "miss/late", "miss/person", "have", "love", "find", "lose", "see",
    "arrive", "fall asleep", "live", "steal", "come", "stay",
}  # fmt: skip
ONCE = {"find", "lose", "miss/late", "arrive", "steal", "know/fact", "come"}  # not as a habit
LASTING = {"know/person", "know/fact", "love", "miss/person", "live", "wear/body", "wear/head"}
PASSIVE = ("open", "close", "find", "repair", "sell", "eat", "steal", "wash")
NEVER_YET = ("read", "eat", "visit/place", "visit/person", "repair", "play/chess", "play/piano")
LIKED = ("read", "write", "dance", "sing", "swim", "drink", "play/football", "play/chess",
         "play/cards", "play/piano")  # fmt: skip
REQUESTS = ("read", "open", "close", "call", "pick up/person", "pick up/thing", "bring", "wash",
            "put", "give", "show", "help")  # fmt: skip
SINGLE = ("kitchen", "office", "museum", "school", "village", "train", "bus", "answer", "garden")
TRADE = ("buy", "sell", "give", "send", "repair", "steal", "write", "show", "open")
OWNERLESS = ("man", "woman", "boy", "girl")
SKILLS = ("swim", "dance", "sing", "play/chess", "play/piano")
MIDDLE = ("often", "always", "sometimes")
NUMBERS = ("two", "three", "many")
PREDICATES = (
    "new", "big", "small", "old/thing", "short/thing", "long", "heavy", "light/weight",
    "light/bright", "expensive", "cheap", "beautiful", "interesting", "hard/firm",
    "hard/difficult", "friendly", "clever", "hot", "fresh", "tall", "short/person", "young",
)  # fmt: skip


@functools.cache
def fitting_adjectives(noun: str) -> tuple[str, ...]:
    """Return the adjectives that may stand before a noun."""
    return tuple(word for word, nouns in frames.ADJECTIVES.items() if noun in nouns)


def sober(c: Clause, negated: bool) -> bool:
    """Return whether a clause is denied: not what is said of "two" or "many" things."""
    phrases = [p for p in (c.object, c.receiver) if p is not None]
    return negated and not any(p.det in ("two", "three", "many") for p in phrases) and not (
        c.receiver is not None and c.object is not None and c.object.indefinite
    )  # fmt: skip


def coreferent(who: Phrase) -> str:
    """Return the pronoun for someone, or "" where none is certain."""
    if who.pronoun:
        return who.noun
    if who.many:
        return ""
    return next((word for word, nouns in GENDERS.items() if who.noun in nouns), "")
