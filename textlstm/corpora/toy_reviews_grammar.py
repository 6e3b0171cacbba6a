"""Pairs of short reviews with nearly the same words and opposite labels.

A frame is a sentence with gaps. Its capital letters name roles, never polarities: `A` is the
statement the writer stands by and `B` the one that is conceded, denied or put into somebody else's
mouth. Filling a frame twice, with the praise as A and the blame as B and then the other way round,
gives two texts of exactly the same words whose labels differ: only their order decides.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Aspect:
    """What a review can praise or blame, with the words that fit it.

    Attributes:
        noun: the aspect itself, without an article ("acting").
        good: words of praise that fit it.
        bad: words of blame that fit it.
        asides: neutral phrases that may follow either in a clause ("from start to finish").
        plural: whether the noun is plural (English only).
    """

    noun: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    asides: tuple[str, ...] = ()
    plural: bool = False


@dataclass(frozen=True)
class Domain:
    """A kind of thing that is reviewed.

    Attributes:
        this: how the thing reviewed is named ("this film").
        rivals: other things of its kind that it is compared with.
        aspects: what can be said about it.
        verdict: what the whole thing can be called ("a masterpiece", "a bore").
        words: further gaps of this domain: name to choices. `opener` and `closer` are neutral.
        past: whether it is told in the past tense (English only).
    """

    this: str
    rivals: tuple[str, ...]
    aspects: tuple[Aspect, ...]
    verdict: Aspect
    words: Mapping[str, tuple[str, ...]]
    past: bool = False


@dataclass(frozen=True)
class Frame:
    """A sentence with gaps, without its final full stop.

    Attributes:
        text: the sentence. Gaps: {A} {B} clauses, {An} {Bn} noun phrases, {a} {b} words for one and
            the same aspect, {va} {vb} verdicts, {w} {l} winner and loser of a comparison, others
            from the language or the domain.
        twin: the negative sentence, for frames without roles; `text` is then the positive one.
    """

    text: str
    twin: str = ""

    @cached_property
    def kind(self) -> str:
        """What has to be drawn: clauses, words, verdicts, things or (roles apart) twins."""
        if self.twin:
            return "twins"
        for kind, gap in GAPS.items():
            if "{" + gap + "}" in self.text:
                return kind
        raise ValueError(f"a frame without a role: {self.text!r}")

    @property
    def choice(self) -> str:
        """The gap whose filling, together with a frame of twins, decides the split."""
        return "worth" if "{worth}" in self.text else "group"


GAPS = {"clauses": "A", "phrases": "An", "words": "a", "verdicts": "va", "things": "w"}


@dataclass(frozen=True)
class Statement:
    """One word of praise or blame together with its aspect."""

    aspect: Aspect
    word: str
    aside: str


@dataclass(frozen=True)
class Language:
    """A grammar: words, frames, and how its parts are put together.

    Attributes:
        code: "en" or "zh".
        domains: the kinds of things reviewed.
        frames: family name (negation, contrast, ...) to its frames.
        people: whose opinions are reported.
        gaps: gaps of a pair of statements, the first one affirmed: (domain, A, B) -> gap to text.
        tidy: makes a sentence of opener, filled frame and closer.
        opened: share of texts with a neutral opening.
        closed: share of texts with a neutral close.
    """

    code: str
    domains: tuple[Domain, ...]
    frames: Mapping[str, tuple[Frame, ...]]
    people: tuple[Mapping[str, str], ...]
    gaps: Callable[[Domain, Statement, Statement], dict[str, str]]
    tidy: Callable[[str, str, str], str]
    opened: float = 0.25
    closed: float = 0.4
    numbers: dict[str, int] = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        """Number every word of praise, of blame, and every other choice, in order of writing."""
        for domain in self.domains:
            subjects = (*domain.aspects, domain.verdict)
            for kind in ("good", "bad"):
                words = [word for subject in subjects for word in getattr(subject, kind)]
                self._number(kind, words)
            self._number("rival", domain.rivals)
            for name in ("worth", "group"):
                self._number(name, domain.words[name])
        self._number("frame", [frame.text for frames in self.frames.values() for frame in frames])

    def _number(self, kind: str, words: list[str] | tuple[str, ...]) -> None:
        taken = sum(name.startswith(kind + ":") for name in self.numbers)
        for word in words:
            if f"{kind}:{word}" not in self.numbers:
                self.numbers[f"{kind}:{word}"] = taken
                taken += 1


@dataclass(frozen=True)
class Pair:
    """Two texts that differ in little but the order of their words.

    Attributes:
        family: the family of the frame.
        frame: the frame's text.
        key: numbers of the two choices whose combination decides the split.
        positive: the text with the label "positive".
        negative: the text with the label "negative".
    """

    family: str
    frame: str
    key: tuple[int, int]
    positive: str
    negative: str


def draw(language: Language, rng: random.Random) -> Pair:
    """Return one pair of texts, all choices taken from `rng`."""
    family, frame = rng.choice(
        [(family, frame) for family, frames in language.frames.items() for frame in frames]
    )
    domain = rng.choice(language.domains)
    good, bad = _statements(frame.kind, domain, rng)
    rival = rng.choice(domain.rivals)
    common = {name: rng.choice(choices) for name, choices in domain.words.items()}
    for name, person in zip("xyz", rng.sample(language.people, 3), strict=True):
        common |= {name + form: text for form, text in person.items()}
    common |= {"this": domain.this, "rival": rival, "good": good.word, "bad": bad.word}
    notes = rng.sample(domain.words["note"], 2)
    opener = notes[0] if rng.random() < language.opened else ""
    closer = notes[1] if rng.random() < language.closed else ""

    def fill(text: str, positive: bool) -> str:
        roles = (good, bad) if positive else (bad, good)
        gaps = common | language.gaps(domain, *roles)
        gaps["w"], gaps["l"] = (domain.this, rival) if positive else (rival, domain.this)
        return language.tidy(opener, text.format_map(gaps), closer)

    number = language.numbers
    if frame.kind == "things":
        key = (number["frame:" + frame.text], number["rival:" + rival])
    elif frame.kind == "twins":
        key = (number["frame:" + frame.text], number[frame.choice + ":" + common[frame.choice]])
    else:
        key = (number["good:" + good.word], number["bad:" + bad.word])
    positive, negative = fill(frame.text, True), fill(frame.twin or frame.text, False)
    return Pair(family, frame.text, key, positive, negative)


def _statements(kind: str, domain: Domain, rng: random.Random) -> tuple[Statement, Statement]:
    """Return praise and blame: of one aspect where a frame sets word against word, else of two."""
    first, second = rng.sample(domain.aspects, 2)
    if kind == "words":
        second = first
    elif kind == "verdicts":
        first = second = domain.verdict
    good = Statement(first, rng.choice(first.good), _aside(first, rng))
    bad = Statement(second, rng.choice(second.bad), _aside(second, rng))
    return good, bad


def _aside(aspect: Aspect, rng: random.Random) -> str:
    """Return a neutral phrase for half of the clauses."""
    return rng.choice(aspect.asides) if aspect.asides and rng.random() < 0.5 else ""
