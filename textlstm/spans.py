"""Tags of tokens and spans of entities: schemes, what breaks them, and tokens as one text.

A tag is `O` or a letter and a type: `B-PER`. The schemes, by what an entity of one, of two and of
three tokens is, and of an entity right behind one of its own type:

    iob1   I       I I     I I I     B where it follows its own type (Ramshaw and Marcus 1995)
    bio    B       B I     B I I     B, as everywhere (also called IOB2)
    bioes  S       B E     B I E     S or B (also called IOBES; BILOU's L and U are read as E and S)
    bmes   S       B E     B M E     S or B
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

Entity = tuple[str, int, int]
SCHEMES = ("iob1", "bio", "bioes", "bmes")
NO_TYPE = "_"  # the type of a bare letter, as conlleval and seqeval call it

_LETTERS = {"iob1": "BI", "bio": "BI", "bioes": "BIESLU", "bmes": "BMES"}
_TAG = {name: re.compile(f"O|[{of}](-.+)?", re.DOTALL) for name, of in _LETTERS.items()}
_ROLES = {"L": "E", "U": "S", "M": "I"}  # other letters for the same
_PREFERENCE = ("bio", "iob1", "bioes", "bmes")  # of schemes that are broken equally often
_UNSPACED = re.compile(
    "[\u2e80-\u2fdf\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\ufe30-\ufe4f\uff01-\uff9f\uffe0-\uffee\U00020000-\U0003ffff]"
)
Tag = str | None  # None: beyond the first or the last token


def joined(tokens: Iterable[str]) -> tuple[str, list[tuple[int, int]]]:
    """Return the raw text of tokens, and the character offsets (start, end) of each in it.

    Between two tokens stands one space; none where the last character of the left and the first
    of the right one are both Han, kana, CJK punctuation or full-width forms.
    """
    given = list(tokens)
    text = " ".join(given)
    offsets: list[tuple[int, int]] = []
    at = 0
    if text.isascii():  # the usual case: no character has to be looked at
        for token in given:
            offsets.append((at, at + len(token)))
            at += len(token) + 1
        return text, offsets
    pieces: list[str] = []
    tight = True  # nothing is left of the first token
    for token in given:
        if pieces and not (tight and _is_unspaced(token[:1])):
            pieces.append(" ")
            at += 1
        pieces.append(token)
        offsets.append((at, at + len(token)))
        at += len(token)
        tight = _is_unspaced(token[-1:])
    return "".join(pieces), offsets


def raw(given: str | Iterable[str]) -> str:
    """Return a raw text itself, or its tokens joined."""
    return given if isinstance(given, str) else joined(given)[0]


@lru_cache(maxsize=1 << 14)
def _is_unspaced(character: str) -> bool:
    return _UNSPACED.match(character) is not None


def entities_of(tags: Sequence[str], scheme: str) -> list[Entity]:
    """Return the entities (type, first token, last token + 1), read as conlleval reads them.

    Sequences that break the scheme are read too: an entity goes on where `B` or `I` is followed
    by `I` or `E` of the same type, and ends everywhere else.

    Raises:
        ValueError: a tag is none of the scheme.
    """
    found: list[Entity] = []
    open_type, start, goes_on = "", 0, False
    for place, tag in enumerate(tags):
        if tag == "O":
            if open_type:
                found.append((open_type, start, place))
                open_type = ""
            continue
        role, kind = _parsed(tag, scheme)
        if not (goes_on and open_type == kind and role in "IE"):
            if open_type:
                found.append((open_type, start, place))
            open_type, start = kind, place
        goes_on = role in "BI"
    if open_type:
        found.append((open_type, start, len(tags)))
    return found


def tags_of(entities: Iterable[Entity], length: int, scheme: str) -> list[str]:
    """Return the tags of `length` tokens: the inverse of `entities_of`.

    Args:
        entities: (type, first token, last token + 1), in any order.
        length: number of tokens.
        scheme: one of `SCHEMES`.

    Raises:
        ValueError: entities overlap, are empty or lie outside the tokens.
    """
    inner = "M" if scheme == "bmes" else "I"
    tags = ["O"] * length
    before, end_before = "", 0
    for kind, start, end in sorted(entities, key=lambda entity: entity[1:]):
        if not end_before <= start < end <= length:
            raise ValueError(f"{kind} {start}-{end}: overlaps, is empty or outside of {length}")
        first, last = "B", inner
        if scheme in ("bioes", "bmes"):
            first, last = ("S", "S") if end - start == 1 else ("B", "E")
        elif scheme == "iob1" and not (kind == before and start == end_before):
            first = "I"
        tags[start:end] = [f"{inner}-{kind}"] * (end - start)
        tags[end - 1] = f"{last}-{kind}"
        tags[start] = f"{first}-{kind}"
        before, end_before = kind, end
    return tags


def detect(sequences: Iterable[Sequence[str]]) -> str:
    """Return the scheme that sequences of tags break least often; of equal ones BIO is preferred.

    Only pairs of neighbouring tags are counted, so any number of sequences can be read.
    """
    pairs: Counter[tuple[Tag, Tag]] = Counter()
    for tags in sequences:
        if tags:
            pairs.update(pairwise(tags))
            pairs[None, tags[0]] += 1
            pairs[tags[-1], None] += 1
    broken = {
        scheme: sum(n for pair, n in pairs.items() if _wrong(*pair, scheme) is not None)
        for scheme in _PREFERENCE
    }
    return min(_PREFERENCE, key=broken.__getitem__)


def violations(tags: Sequence[str], scheme: str) -> list[tuple[int, str]]:
    """Return where tags break the scheme, and why: (place of the token, reason)."""
    found = []
    for place, pair in enumerate(pairwise((None, *tags, None))):
        wrong = _wrong(*pair, scheme)
        if wrong is not None:
            at_right, reason = wrong
            found.append((place if at_right else place - 1, reason))
    return found


def allowed(tags: Sequence[str], scheme: str) -> tuple[list[bool], list[list[bool]], list[bool]]:
    """Return which tags may come first (L,), which may follow which (L, L), which come last (L,).

    `between[i][j]` tells whether tag j may follow tag i.
    """
    start = [_wrong(None, tag, scheme) is None for tag in tags]
    between = [[_wrong(left, tag, scheme) is None for tag in tags] for left in tags]
    end = [_wrong(tag, None, scheme) is None for tag in tags]
    return start, between, end


def is_tag(tag: str, scheme: str) -> bool:
    """Return whether a word is `O`, or a letter of the scheme and a type (or none: `B`)."""
    return _TAG[scheme].fullmatch(tag) is not None


@lru_cache(maxsize=1 << 16)
def _parsed(tag: str, scheme: str) -> tuple[str, str]:
    """Return the role (B, I, E, S) and the type of a tag other than `O`."""
    if not is_tag(tag, scheme):
        raise ValueError(_no_tag(tag, scheme))
    return _ROLES.get(tag[0], tag[0]), tag[2:] or NO_TYPE


def _no_tag(tag: str, scheme: str) -> str:
    letters = ", ".join(f"{letter}-TYPE" for letter in _LETTERS[scheme] if letter not in "LU")
    return f"{tag!r} is no tag of {scheme.upper()}: O, {letters} were expected"


@lru_cache(maxsize=1 << 16)
def _wrong(left: Tag, right: Tag, scheme: str) -> tuple[bool, str] | None:
    """Return whether two neighbours break the scheme: at the right one, or at the left, and why."""
    if right is not None and not is_tag(right, scheme):
        return True, _no_tag(right, scheme)
    # a left one that is no tag was found before, as the right one
    before, kind_before = _read(left, scheme)
    role, kind = _read(right, scheme)
    place = "at the start of a sentence" if left is None else f"after {left!r}"
    changed = before in "BI" and kind != kind_before
    if scheme == "iob1":
        if role == "B" and not (before in "BI" and not changed):
            return True, f"{right!r} {place}: in IOB1 B- only parts neighbours of the same type"
    elif role in "IE" and (before not in "BI" or changed):
        if changed:
            return True, f"{right!r} {place}: the type changes inside an entity"
        single = "B" if scheme == "bio" else "S or B"
        return True, f"{right!r} {place}: an entity starts with {single}"
    elif scheme in ("bioes", "bmes") and before in "BI" and role not in "IE":
        then = "the end" if right is None else repr(right)
        return False, f"{left!r} before {then}: the entity does not end with E"
    return None


def _read(tag: Tag, scheme: str) -> tuple[str, str]:
    """Return role and type; "O" and no type for `O`, for no token and for what is no tag."""
    return ("O", "") if tag in (None, "O") or not is_tag(tag, scheme) else _parsed(tag, scheme)
