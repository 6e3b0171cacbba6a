"""Draws meanings: which clauses, with which words, in which order."""

import random
from collections.abc import Sequence
from dataclasses import replace

from textlstm.corpora import toy_translation_frames as frames
from textlstm.corpora.toy_translation_meaning import NAMES, Clause, Phrase
from textlstm.corpora.toy_translation_rules import (
    LASTING,
    LIKED,
    MIDDLE,
    NEVER_CONTINUOUS,
    NEVER_YET,
    NUMBERS,
    ONCE,
    OWNERLESS,
    PREDICATES,
    SINGLE,
    TRADE,
    fitting_adjectives,
    sober,
)


class Drawer:
    """Draws meanings from one stream of random numbers."""

    def __init__(self, rng: random.Random) -> None:
        """Take the stream."""
        self.rng = rng

    def one(self, words: Sequence[str]) -> str:
        """Return one of the words."""
        return self.rng.choice(words)

    def maybe(self, chance: float) -> bool:
        """Return True with this probability."""
        return self.rng.random() < chance

    def adjective(self, noun: str) -> str:
        """Return an adjective for a noun, or "" where there is none."""
        fitting = fitting_adjectives(noun)
        return self.one(fitting) if fitting else ""

    def thing(self, noun: str, relative: bool = False, adjective: float = 0.5) -> Phrase:
        """Return an object or a person that is not a pronoun."""
        if noun in frames.KIN:
            return Phrase(noun, self.one(("my", "his", "her", "your")))
        word = self.adjective(noun) if self.maybe(adjective) else ""
        if noun in frames.MASS:
            return Phrase(noun, adjective=word)
        many = self.maybe(0.2) and noun not in SINGLE
        dets = ("the", "the", "these", "two", "three", "many", "my") if many else (
            "the", "the", "the", "a", "a", "this", "my", "his", "her", "your")  # fmt: skip
        det = self.one(dets)
        if noun in ("answer", "question", "train", "bus", "station") and det != "the":
            many, det = False, "the"
        det = "this" if det == "these" else det
        if noun in OWNERLESS and det in ("my", "his", "her", "your"):
            det = "the"
        if relative and det == "the" and self.maybe(0.6):
            return Phrase(noun, det, many, word, self.relative(noun, many))
        return Phrase(noun, det, many, word)

    def surface(self, noun: str) -> str:
        """Return what a thing is put on, or into."""
        return self.one(frames.FLAT if noun in frames.LARGE else frames.SURFACES)

    def relative(self, noun: str, many: bool) -> Clause:
        """Return a relative clause about a noun."""
        gap = Phrase(noun, "that", many)
        if noun in frames.PEOPLE:
            verb = self.one(("live", "work", "buy", "sell", "have", "know/person", "help"))
            if verb in ("know/person", "help"):
                who = Phrase(self.one(("I", "we", "you")))
                return Clause(subject=who, verb=verb, object=gap,
                              tense="past" if verb == "help" else "present")  # fmt: skip
            clause = self.plain(gap, verb, adjective=0.3)
            return replace(clause, tense="past" if verb in ("buy", "sell") else "present")
        verbs = [v for v in ("buy", "find", "sell", "lose", "repair", "read", "wash", "bring")
                 if noun in frames.OBJECTS[v]]  # fmt: skip
        verb = self.one(verbs or ["see"])
        subject = self.subject(relative=False, simple=True)
        time = self.one(frames.TIMES["past"]) if self.maybe(0.6) or verb == "read" else ""
        return Clause(subject=subject, verb=verb, object=gap, tense="past", time=time)

    def subject(self, relative: bool = True, simple: bool = False) -> Phrase:
        """Return who does something."""
        chance = self.rng.random()
        if chance < (0.55 if simple else 0.42):
            return Phrase(self.one(("I", "you", "he", "she", "we", "they")))
        if chance < 0.60:
            return Phrase(self.one(NAMES))
        if chance < 0.75:
            return Phrase(self.one(frames.KIN), self.one(("my", "his", "her", "your")))
        noun = self.one(frames.PEOPLE)
        word = self.adjective(noun) if self.maybe(0.35) else ""
        det = self.one(("the", "the", "the", "the", "this", "my"))
        det = "the" if noun in OWNERLESS and det == "my" else det
        many = self.maybe(0.25)
        if det != "the" or simple:
            many = many and det == "the"
        who = Phrase(noun, det, many, word)
        if relative and det == "the" and self.maybe(0.3):
            return replace(who, relative=self.relative(noun, many))
        return who

    def verb(self) -> str:
        """Return a verb."""
        chance = self.rng.random()
        if chance < 0.58:
            return self.one(list(frames.OBJECTS))
        if chance < 0.68:
            return self.one(list(frames.GIFTS))
        if chance < 0.77:
            return self.one(("put/lie", "put/stand", "bring/place", "bring/person"))
        return self.one(frames.ALONE)

    def plain(self, subject: Phrase, verb: str, relative: bool = False,
              adjective: float = 0.5) -> Clause:  # fmt: skip
        """Return a clause in the present tense with what belongs to the verb, not more."""
        c = Clause(subject=subject, verb=verb)
        if verb in frames.OBJECTS:
            noun = self.one(frames.OBJECTS[verb])
            c = replace(c, object=self.thing(noun, relative, adjective))
        elif verb in frames.GIFTS:
            noun = self.one((*frames.KIN, "child", "girl", "boy", "friend", "teacher", "neighbour",
                             "guest", "doctor"))  # fmt: skip
            to = self.thing(noun, adjective=0.2)
            if noun not in frames.KIN and (to.indefinite or to.det in NUMBERS):
                to = replace(to, det="the")
            gift = self.thing(self.one(frames.GIFTS[verb]), False, adjective)
            c = replace(c, receiver=to, object=gift)
        elif verb in frames.PUT:
            thing = self.thing(self.one(frames.PUT[verb]), relative, adjective)
            if thing.indefinite or thing.det in ("two", "three", "many"):
                thing = replace(thing, det="the", many=False)
            surface = self.surface(thing.noun)
            return replace(c, object=replace(thing, relative=None), goal=f"on/{surface}")
        elif verb == "bring/place":
            thing = self.thing(self.one(("suitcase", "bag", "bicycle", "book", "letter")),
                               relative, adjective)  # fmt: skip
            thing = replace(thing, det="the", many=False, relative=None)
            return replace(c, object=thing, goal=f"to/{self.one(frames.GOALS)}")
        elif verb == "bring/person":
            noun = self.one((*frames.KIN, "child", "guest", "friend", "student"))
            thing = self.thing(noun, adjective=0.2)
            if noun not in frames.KIN:
                thing = replace(thing, det="the", many=False)
            return replace(c, object=thing, goal=f"to/{self.one(frames.GOALS)}")
        elif verb == "go":
            return replace(c, goal=f"to/{self.one(frames.GOALS)}")
        elif verb == "go/ride":
            ride = self.one(frames.RIDES)
            return replace(c, verb=f"go/{ride}", goal=f"to/{self.one(frames.GOALS)}")
        if verb in ("live", "arrive", "stay", "sit") or (
            verb in frames.PLACES and self.maybe(0.35)
        ):
            c = replace(c, place=self.one(frames.PLACES[verb]))
        if c.object is not None and c.object.relative is not None:
            c = replace(c, place="")  # "the book that I bought in the park": who was there?
        return c

    def clause(self, subject: Phrase | None = None, relative: bool = True) -> Clause:
        """Return a clause with tense, modal verb, negation and time."""
        who = subject or self.subject(relative)
        chance = self.rng.random()
        if chance < 0.12:
            return self.state(who)
        verb = self.verb()
        c = self.plain(who, verb, relative and who.relative is None)
        kind = self.rng.choices(
            ("past", "present", "progressive", "future", "modal", "already", "never", "like"),
            (36, 14, 9, 9, 18, 5, 4, 5),
        )[0]
        c = self.placed(c, kind)
        if c.object is not None and c.object.relative is not None and not c.front:
            c = replace(c, time=c.time if c.time in MIDDLE or not c.time else "")
        return c

    def placed(self, c: Clause, kind: str) -> Clause:
        """Return a clause in a tense or with a modal verb that goes with its verb."""
        if c.verb in ("know/person", "know/fact", "love", "miss/person", "have"):
            kind = kind if kind == "past" and c.verb == "have" else "present"
            time = ""
            if c.verb == "have" and c.object and c.object.noun in (*frames.KIN, "friend"):
                kind = "present"
            neg = self.maybe(0.25)
            return replace(c, tense=kind, time=time, negated=sober(c, neg))
        if kind == "progressive" and c.verb in NEVER_CONTINUOUS:
            kind = "past"
        if kind == "present" and (
            c.verb in ONCE
            or c.verb in TRADE
            and c.object is not None
            and not c.object.indefinite
            and not c.object.many
        ):
            kind = "past"
        if kind == "like" and (c.verb not in LIKED or (c.object and not c.object.indefinite)):
            kind = "modal"
        if kind == "already" and c.verb in (
            "stay",
            "live",
            "work",
            "sit",
            "sleep",
            "wait for",
            "look for",
            "laugh",
            "dance",
            "sing",
            "swim",
        ):
            kind = "past"  # fmt: skip
        if kind == "never" and (
            c.verb not in NEVER_YET or (c.object and c.object.det in ("two", "three", "many"))
        ):
            kind = "future"  # fmt: skip
        if c.verb in ("steal", "lose") and kind in ("modal", "future"):
            kind = "past"
        negated = sober(c, self.maybe(0.28))
        if kind == "modal":
            return self.modal(c, negated)
        if kind in ("already", "never"):
            return replace(c, tense=kind)
        if kind == "progressive":
            time = "now" if self.maybe(0.4) else ""
            return replace(c, tense=kind, time=time)
        if kind == "like":
            return replace(c, modal="like", place="")
        time = self.one(frames.TIMES[kind]) if self.maybe(0.6) else ""
        if kind == "present" and c.verb not in LASTING:
            time = time or "often"
            negated = False
        elif kind == "present":
            time = ""
        if c.verb in ("get up", "fall asleep") and time in ("last week", "last year", "next week"):
            time = "yesterday" if kind == "past" else "tomorrow"
        front = ""
        if time and time not in ("often", "always", "sometimes") and self.maybe(0.4):
            front = "time"
        elif c.object and c.object.det == "this" and not c.object.relative and self.maybe(0.25):
            front = "object"
        return replace(c, tense=kind, time=time, negated=negated, front=front)

    def modal(self, c: Clause, negated: bool) -> Clause:
        """Return a clause with a modal verb."""
        word = self.one(("can", "must", "may", "want", "should", "can", "want", "must"))
        if c.verb in ("sleep", "laugh", "fall asleep", "arrive", "get up", "miss/late", "live"):
            word = "must" if c.verb in ("get up", "live") else "want"
            if c.verb in ("arrive", "miss/late", "fall asleep"):
                return replace(c, tense="past", time=self.one(frames.TIMES["past"]))
        if c.verb in ("see", "find"):
            word = "can"
        tense = "past" if word == "want" and self.maybe(0.4) else "present"
        if word == "must" and not negated and self.maybe(0.35):
            tense = "past"
        time = ""
        if c.verb not in LASTING and self.maybe(0.4):
            time = self.one(frames.TIMES["past" if tense == "past" else "future"])
        front = "time" if time and self.maybe(0.35) else ""
        return replace(c, modal=word, tense=tense, negated=negated, time=time, front=front)

    def state(self, who: Phrase) -> Clause:
        """Return what someone or something is like, where it is, or that there is something."""
        chance = self.rng.random()
        tense = "past" if self.maybe(0.5) else "present"
        negated = self.maybe(0.25)
        degree = "" if negated else self.one(("", "", "very", "too"))
        if chance < 0.35:
            word = self.one(frames.STATES)
            degree = degree if word != "ill" else ""
            return Clause(subject=who, verb="be", adjective=word, tense=tense, negated=negated,
                          degree="" if word == "happy" and degree == "too" else degree)  # fmt: skip
        if chance < 0.70:
            noun = self.one([n for a in PREDICATES for n in frames.ADJECTIVES[a]])
            word = self.one([a for a in PREDICATES if noun in frames.ADJECTIVES[a]])
            thing = replace(self.thing(noun, adjective=0.0), relative=None)
            if thing.noun in frames.MASS or thing.indefinite or thing.det in NUMBERS:
                thing = Phrase(noun, "the")
            return Clause(subject=thing, verb="be", adjective=word, tense=tense, negated=negated,
                          degree=degree)  # fmt: skip
        if chance < 0.85:
            verb = self.one(("lie", "stand"))
            noun = self.one(frames.PUT[f"put/{verb}"])
            thing = self.thing(noun, adjective=0.4)
            if thing.indefinite or thing.det in NUMBERS:
                thing = replace(thing, det="the")
            surface = self.surface(noun)
            return Clause(subject=thing, verb=f"lie/{verb}", place=f"on/{surface}",
                          tense=tense, negated=negated)  # fmt: skip
        noun = self.one(("table", "chair", "bird", "cat", "dog", "lamp", "picture", "horse"))
        thing = self.thing(noun, adjective=0.7)
        thing = replace(thing, det=thing.det if thing.many and thing.det in NUMBERS else "a",
                        many=thing.many and thing.det in NUMBERS, relative=None)  # fmt: skip
        return Clause(subject=thing, verb="exist", place=self.one(frames.PLACES["exist"]),
                      tense=tense)  # fmt: skip
