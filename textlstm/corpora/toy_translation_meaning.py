"""What a sentence of toy-translation means, before any language says it.

A noun, verb, adjective, place or time is named by an English word; a second word after "/" parts
meanings that English does not ("know/fact": German wissen, "know/person": kennen).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# pronoun: person, number
PRONOUNS = {
    "I": (1, 1), "you": (2, 1), "he": (3, 1), "she": (3, 1), "it": (3, 1),
    "we": (1, 2), "they": (3, 2),
}  # fmt: skip
NAMES = ("Anna", "Maria", "Peter", "Paul")
GENDERS = {
    "he": ("Peter", "Paul", "man", "boy", "brother"),
    "she": ("Anna", "Maria", "woman", "sister", "grandmother"),
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase.

    Attributes:
        noun: a noun, a name or a pronoun; "who" and "what" are asked for.
        det: "the", "a", "this", "my", "his", "her", "your", "two", "three", "many", "how many",
            "which", or "" for none.
        many: whether it is a plural.
        adjective: before the noun, or "".
        relative: what is said of it; the place of the noun in it is a `Phrase` of this noun with
            the determiner "that".
    """

    noun: str
    det: str = ""
    many: bool = False
    adjective: str = ""
    relative: Clause | None = None

    @property
    def person(self) -> tuple[int, int]:
        """Person 1 to 3, and number: 1 or 2 for many."""
        return PRONOUNS.get(self.noun, (3, 2 if self.many else 1))

    @property
    def pronoun(self) -> bool:
        """Whether it is a personal pronoun."""
        return self.noun in PRONOUNS

    @property
    def indefinite(self) -> bool:
        """Whether it has no determiner or the article "a"."""
        return self.det in ("a", "") and not self.pronoun and self.noun not in NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A verb and what belongs to it.

    Attributes:
        subject: who does it; "it" with the verb "rain", and with "be/weather".
        verb: a verb; "be" has an adjective; "exist" is "there is".
        object: whom or what; a fixed object ("the piano") is part of the verb's name.
        receiver: to whom.
        agent: by whom, in the passive.
        place: where.
        goal: where to.
        time: when or how often.
        tense: "present", "past", "future", "progressive", "already", "never" (both perfect).
        modal: "can", "must", "may", "want", "should", "like", or "".
        negated: whether it is denied.
        adjective: the predicate of "be".
        degree: "very" or "too" before it, or "".
        passive: whether the subject is what it is done to.
        front: "time", "place" or "object": what stands first.
        asks: "yes", or what is asked for: "who", "what", "where", "when", "why", "phrase" (an
            object with "which" or "how many"); "do" is a request, "" a statement.
    """

    subject: Phrase
    verb: str
    object: Phrase | None = None
    receiver: Phrase | None = None
    agent: Phrase | None = None
    place: str = ""
    goal: str = ""
    time: str = ""
    tense: str = "present"
    modal: str = ""
    negated: bool = False
    adjective: str = ""
    degree: str = ""
    passive: bool = False
    front: str = ""
    asks: str = ""

    def phrases(self) -> Iterator[Phrase]:
        """Yield the noun phrases, those of relative clauses included."""
        for phrase in (self.subject, self.object, self.receiver, self.agent):
            if phrase is not None:
                yield phrase
                if phrase.relative is not None:
                    yield from phrase.relative.phrases()


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sentence: a main clause and perhaps a subordinate one.

    Attributes:
        main: the main clause.
        link: "because", "if", "although", "when", "that" or "".
        sub: the subordinate clause.
        first: whether the subordinate clause comes first.
    """

    main: Clause
    link: str = ""
    sub: Clause | None = None
    first: bool = False

    def clauses(self) -> Iterator[Clause]:
        """Yield all clauses, relative ones included."""
        for clause in (self.main, self.sub):
            if clause is not None:
                yield clause
                yield from (p.relative for p in clause.phrases() if p.relative is not None)
