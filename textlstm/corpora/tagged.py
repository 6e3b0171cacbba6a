"""From tokens with tags to examples with entities, whatever format the tokens were read from."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from textlstm import spans
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.source import Aloud, Options, many

SAMPLE = 1000  # sentences that are looked at for position digits
NEARLY = 0.9  # of the tokens of several characters
TOKEN_NAMES = ("tokens", "words", "token", "word", "characters", "chars", "词", "字")
TAG_NAMES = ("tags", "ner_tags", "ner", "labels", "tag", "label", "slots", "bio", "标签")
# A character and its place in its word (科0 技1, p10); broken characters and emoji may be more than
# one code point.
_POSITION = re.compile("(.)[0-9]{1,2}|([^0-9A-Za-z]+)[0-9]{1,2}", re.DOTALL)
_HAN_POSITION = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][0-9]")


class Sentence(NamedTuple):
    """Tokens and their tags as they were read, equally many and at least one.

    Attributes:
        tokens: of the sentence.
        tags: of the tokens.
        where: file and line of its start.
        lines: of each token, or None where all are in one line.
    """

    tokens: Sequence[str]
    tags: Sequence[str]
    where: str
    lines: Sequence[int] | None = None


class Reader(Protocol):
    """What a format of tokens and tags must give; the rest is `TaggedTokens`."""

    @property
    def name(self) -> str:
        """How messages call it."""
        ...

    @property
    def reading(self) -> str:
        """Every decision that changes what is read from the same bytes, as text."""
        ...

    def sentences(self) -> Iterator[Sentence | Bad]:
        """Yield every sentence, or the reason why it is none."""
        ...

    def files(self) -> Iterator[Path]:
        """Yield the files whose bytes determine the examples, in a fixed order."""
        ...


class TaggedTokens:
    """Sentences of a reader as a `Source` of examples: (tokens, entities)."""

    def __init__(self, reader: Reader, options: Options, aloud: Aloud) -> None:
        """Find out the scheme of the tags, for which everything is read once.

        Args:
            reader: gives tokens and tags.
            options: `scheme`, `repair` and `positions` of it.
            aloud: told the scheme, and after reading what was repaired or stripped.

        Raises:
            DataError: a file cannot be read at all.
        """
        self.name = reader.name
        self._reader = reader
        self._aloud = aloud
        self._repair = options.repair == "conlleval"
        self._strip = options.positions == "strip"
        self.scheme = options.scheme
        if self.scheme == "auto":
            good = (row.tags for row in reader.sentences() if not isinstance(row, Bad))
            self.scheme = spans.detect(good)
            aloud(f"{self.name}: the tags are {self.scheme.upper()} (scheme=auto)")
        if not self._strip and self._has_positions():
            aloud(
                f"{self.name}: nearly every token is a character and its position (a digit); "
                "positions=strip removes it"
            )

    def _has_positions(self) -> bool:
        rows = islice(self._reader.sentences(), SAMPLE)
        tokens = [t for row in rows if not isinstance(row, Bad) for t in row.tokens if len(t) > 1]
        digits = sum(_POSITION.fullmatch(token) is not None for token in tokens)
        han = sum(_HAN_POSITION.fullmatch(token) is not None for token in tokens)
        return han > 0.5 * len(tokens) and digits >= NEARLY * len(tokens)

    @property
    def reading(self) -> str:
        """What the reader decided, and what becomes of the tags and tokens."""
        return repr((self._reader.reading, self.scheme, self._repair, self._strip))

    def files(self) -> Iterator[Path]:
        """Yield the files of the reader."""
        return self._reader.files()

    def read(self) -> Iterator[Example | Bad]:
        """Yield every sentence, as an example or with the reason why it is none."""
        tags = repaired = broken = stripped = tokens = 0
        first = ""
        for row in self._reader.sentences():
            if isinstance(row, Bad):
                yield row
                continue
            wrong = spans.violations(row.tags, self.scheme)
            if wrong:
                if not self._repair or not all(spans.is_tag(t, self.scheme) for t in row.tags):
                    broken += all(spans.is_tag(t, self.scheme) for t in row.tags)
                    yield self._bad(row, wrong)
                    continue
                tags += len(wrong)
                repaired += 1
                first = first or self._where(row, wrong[0][0])
            if self._strip:
                bare = [_bare(token) for token in row.tokens]
                tokens += len(bare)
                stripped += sum(len(a) != len(b) for a, b in zip(bare, row.tokens, strict=True))
                row = row._replace(tokens=bare)
            yield self._example(row)
        if broken and not self._repair:
            self._aloud(
                f"{self.name}: the tags of {many(broken, 'sentence')} break {self.scheme.upper()}; "
                "repair=conlleval reads them as conlleval does"
            )
        if repaired:
            self._aloud(
                f"{self.name}: {many(tags, 'tag')} in {many(repaired, 'sentence')} read as "
                f"conlleval does (repair=conlleval; the first: {first})"
            )
        if self._strip:
            self._aloud(
                f"{self.name}: positions=strip removed the position behind {stripped:,} of "
                f"{many(tokens, 'token')}"
            )

    def _example(self, row: Sentence) -> Example:
        found = spans.entities_of(row.tags, self.scheme)
        target: tuple[spans.Entity, ...] = ()
        if found:
            offsets = spans.joined(row.tokens)[1]
            target = tuple((kind, offsets[a][0], offsets[b - 1][1]) for kind, a, b in found)
        return Example(tuple(row.tokens), target, row.where)

    def _bad(self, row: Sentence, wrong: list[tuple[int, str]]) -> Bad:
        place, reason = wrong[0]
        if row.lines is None:
            reason = f"tag {place + 1}: {reason}"
        if len(wrong) > 1:
            reason += f" (and {len(wrong) - 1:,} more in this sentence)"
        return Bad(self._where(row, place), reason)

    def _where(self, row: Sentence, place: int) -> str:
        return row.where if row.lines is None else f"{self.name}:{row.lines[place]}"


def _bare(token: str) -> str:
    """Return a token without its position; a token that has none as it is."""
    found = _POSITION.fullmatch(token)
    return token if found is None else found[1] or found[2]


def sentence(
    tokens: Sequence[str], tags: Sequence[str], where: str, tags_where: str = ""
) -> Sentence | Bad:
    """Return a sentence that is in one line, or why it is none.

    Args:
        tokens: of the line.
        tags: of the tokens.
        where: file and line.
        tags_where: file and line of the tags, if these are elsewhere.
    """
    if len(tokens) != len(tags):
        other = f"{tags_where} has " if tags_where else ""
        return Bad(where, f"{many(len(tokens), 'token')}, but {other}{many(len(tags), 'tag')}")
    if not tokens:
        return Bad(where, "there are no tokens")
    if "" in tokens:
        return Bad(where, f"token {list(tokens).index('') + 1} is empty")
    return Sentence(tokens, tags, where)
