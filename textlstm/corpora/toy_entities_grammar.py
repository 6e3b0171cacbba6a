"""Sentences with marked names, drawn from frames with gaps.

A frame is a sentence with gaps in braces; what fills a gap may have gaps of its own. A name is
marked where it is written: "[LOC|{town}]". In frames of two families the type of a name is open:
`{X}` and `{Y}` are names that could be of any type, `{noun}`, `{vp}` and `{he}` what is said of X,
`{noun2}`, `{vp2}` and `{he2}` what is said of Y. The types are drawn, and what is said decides.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

TYPES = ("PER", "LOC", "ORG", "PROD")
PARTS = ("train", "valid", "test")
OWN = 0.62  # share of names of a pool that valid and test draw from what training never sees

_GAP = re.compile(r"\{(\w+)\}")
_MARKED = re.compile(r"\[([A-Z]+)\|([^\]|\[]+)\]")


def split(text: str) -> tuple[str, ...]:
    """Return the parts of a list that is written with commas."""
    return tuple(text.split(", "))


def product(first: str, second: str, without: str = "") -> tuple[str, ...]:
    """Return every joined pair of two lists written with commas; none that is in `without`."""
    left_out = split(without)
    return tuple(
        one + other
        for one in split(first)
        for other in split(second)
        if one + other not in left_out and one.lower() != other
    )


@dataclass(frozen=True)
class Language:
    """A grammar.

    Attributes:
        code: "en" or "zh".
        families: family name to its share in percent and its frames.
        words: gap to its choices, in every part the same.
        pools: gap to names that are divided among the parts.
        said: type to what can be said of a name of the type: noun, vp, he and others to choices.
            The name itself fills the gap `name_PER`, `name_LOC`, ...
        tidy: makes a sentence of a filled frame, marks still in it.
    """

    code: str
    families: Mapping[str, tuple[int, tuple[str, ...]]]
    words: Mapping[str, tuple[str, ...]]
    pools: Mapping[str, tuple[str, ...]]
    said: Mapping[str, Mapping[str, tuple[str, ...]]]
    tidy: Callable[[str], str]

    @cached_property
    def divided(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Names of each pool by part: 60 % for training, 15 % for valid, 25 % for test."""
        found = {}
        for gap, names in self.pools.items():
            order = list(dict.fromkeys(names))
            random.Random(f"{self.code} {gap}").shuffle(order)
            one, two = len(order) * 60 // 100, len(order) * 75 // 100
            cuts = (order[:one], order[one:two], order[two:])
            found[gap] = dict(zip(PARTS, map(tuple, cuts), strict=True))
        return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """One sentence.

    Attributes:
        family: of its frame.
        text: the sentence.
        entities: (type, start, end) in characters of the text, sorted.
    """

    family: str
    text: str
    entities: tuple[tuple[str, int, int], ...]


def draw(language: Language, part: str, rng: random.Random) -> Drawn:
    """Return a sentence for a part, all choices taken from `rng`."""
    shares = [share for share, _ in language.families.values()]
    (family,) = rng.choices(list(language.families), shares)
    frame = rng.choice(language.families[family][1])
    gaps = _said(language, rng)

    def fill(found: re.Match[str]) -> str:
        gap = found[1]
        if gap in language.pools:
            names = language.divided[gap]
            own = part != "train" and rng.random() < OWN
            return rng.choice(names[part] if own else names["train"])
        return rng.choice(gaps.get(gap) or language.words[gap])

    while _GAP.search(frame):
        frame = _GAP.sub(fill, frame)
    return Drawn(family, *unmarked(language.tidy(frame)))


def _said(language: Language, rng: random.Random) -> dict[str, tuple[str, ...]]:
    """Return the gaps of X and Y for two types, never the same."""
    first, second = rng.sample(TYPES, 2)
    gaps: dict[str, tuple[str, ...]] = {
        "X": (f"[{first}|{{name_{first}}}]",),
        "Y": (f"[{second}|{{name_{second}}}]",),
    }
    gaps |= language.said[first]
    gaps |= {f"{gap}2": choices for gap, choices in language.said[second].items()}
    # a person is "he" or "she" throughout
    return {gap: (rng.choice(c),) if gap.startswith("he") else c for gap, c in gaps.items()}


def unmarked(text: str) -> tuple[str, tuple[tuple[str, int, int], ...]]:
    """Return the text without its marks, and the entities that were marked."""
    plain, entities, at = "", [], 0
    for found in _MARKED.finditer(text):
        plain += text[at : found.start()]
        entities.append((found[1], len(plain), len(plain) + len(found[2])))
        plain += found[2]
        at = found.end()
    return plain + text[at:], tuple(entities)
