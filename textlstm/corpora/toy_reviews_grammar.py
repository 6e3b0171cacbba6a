"""Pairs of short reviews with nearly the same words and opposite labels.

A frame is a sentence with gaps. Its capital letters name roles, never polarities: `A` is the
statement the writer stands by and `B` the one that is conceded, denied or put into somebody else's
mouth. Filling a frame twice, with the praise as A and the blame as B and then the other way round,
gives two texts of exactly the same words whose labels differ: only their order decides.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property


def split(text: str) -> tuple[str, ...]:
    """Return the parts of a list that is written with commas."""
    return tuple(text.split(", ")) if text else ()


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

    @classmethod
    def of(
        cls, noun: str, good: str, bad: str, asides: str = "", *, plural: bool = False
    ) -> "Aspect":
        """Return an aspect from lists written with commas."""
        return cls(noun, split(good), split(bad), split(asides), plural)


@dataclass(frozen=True)
class Domain:
    """A kind of thing that is reviewed.

    Attributes:
        this: names of the thing reviewed ("this film").
        rivals: other things of its kind that it is compared with.
        aspects: what can be said about it.
        verdict: what the whole thing can be called ("a masterpiece", "a bore").
        words: further gaps of this domain: name to choices. "note" and "named" are neutral
            sentences, the latter open a review only.
        past: whether it is told in the past tense (English only).
    """

    this: tuple[str, ...]
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
    def decisive(self) -> tuple[str, str]:
        """The two choices whose combination decides the part (train, valid or test)."""
        if self.kind == "things":
            return "frame", "rival"
        if self.kind == "twins":
            return "frame", "worth" if "{worth}" in self.text else "group"
        return "good", "bad"


OPENED = 0.25  # share of texts that open with a neutral note
CLOSED = 0.4  # share of texts that close with one
ASIDES = 0.5  # share of clauses with an aside
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
        tidy: makes sentences of opening note, filled frame and closing note ("" for none).
    """

    code: str
    domains: tuple[Domain, ...]
    frames: Mapping[str, tuple[Frame, ...]]
    people: tuple[Mapping[str, str], ...]
    gaps: Callable[[Domain, Statement, Statement], dict[str, str]]
    tidy: Callable[[str, str, str], str]

    @cached_property
    def listed(self) -> tuple[tuple[str, Frame], ...]:
        """Every frame with its family, in order of writing."""
        return tuple((family, frame) for family, all_ in self.frames.items() for frame in all_)

    @cached_property
    def numbers(self) -> dict[tuple[str, str], int]:
        """Number of every choice of a kind, in order of writing: ("good", "superb") to 0."""
        choices = [("frame", frame.text) for _, frame in self.listed]
        for domain in self.domains:
            for subject in (*domain.aspects, domain.verdict):
                choices += [("good", word) for word in subject.good]
                choices += [("bad", word) for word in subject.bad]
            choices += [("rival", rival) for rival in domain.rivals]
            for kind in ("worth", "group"):
                choices += [(kind, choice) for choice in domain.words[kind]]
        taken: Counter[str] = Counter()
        numbers = {}
        for kind, choice in dict.fromkeys(choices):
            numbers[kind, choice] = taken[kind]
            taken[kind] += 1
        return numbers


@dataclass(frozen=True)
class Pair:
    """Two texts that differ in little but the order of their words.

    Attributes:
        family: the family of the frame.
        frame: the frame's text.
        key: numbers of the two choices whose combination decides the part.
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
    family, frame = rng.choice(language.listed)
    domain = rng.choice(language.domains)
    good, bad = _statements(frame.kind, domain, rng)
    chosen = {name: rng.choice(choices) for name, choices in domain.words.items()}
    chosen |= {"this": rng.choice(domain.this), "rival": rng.choice(domain.rivals)}
    chosen |= {"good": good.word, "bad": bad.word, "frame": frame.text}
    for name, person in zip("xy", rng.sample(language.people, 2), strict=True):
        chosen |= {name + form: text for form, text in person.items()}
    before = rng.choice(domain.words["named"] + domain.words["note"])
    after = rng.choice([note for note in domain.words["note"] if note != before])
    opener = before if rng.random() < OPENED else ""
    closer = after if rng.random() < CLOSED else ""

    def fill(text: str, positive: bool) -> str:
        gaps = chosen | language.gaps(domain, *((good, bad) if positive else (bad, good)))
        gaps["w"], gaps["l"] = chosen["this"], chosen["rival"]
        if not positive:
            gaps["w"], gaps["l"] = gaps["l"], gaps["w"]
        return language.tidy(opener, text.format_map(gaps), closer)

    first, second = (language.numbers[kind, chosen[kind]] for kind in frame.decisive)
    positive, negative = fill(frame.text, True), fill(frame.twin or frame.text, False)
    return Pair(family, frame.text, (first, second), positive, negative)


def _statements(kind: str, domain: Domain, rng: random.Random) -> tuple[Statement, Statement]:
    """Return praise and blame: of one aspect where a frame sets word against word, else of two."""
    first, second = rng.sample(domain.aspects, 2)
    if kind == "words":
        second = first
    elif kind == "verdicts":
        first = second = domain.verdict
    good = Statement(first, rng.choice(first.good), _aside(first, rng))
    aside = _aside(second, rng)  # the same phrase twice would sound like a machine
    bad = Statement(second, rng.choice(second.bad), aside if aside != good.aside else "")
    return good, bad


def _aside(aspect: Aspect, rng: random.Random) -> str:
    """Return a neutral phrase, or an empty one."""
    return rng.choice(aspect.asides) if aspect.asides and rng.random() < ASIDES else ""
