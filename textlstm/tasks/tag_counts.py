"""What one pass over tagged training data counts, before there are any ids."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textlstm import spans
from textlstm.cutting import word_offsets
from textlstm.errors import DataError
from textlstm.tasks.segments import is_chinese, pairs, segments

if TYPE_CHECKING:
    from textlstm.corpora import Example

MOST_TYPES = 1000
HYPHENS = 0.5  # share of the words with an inner hyphen from which raw text keeps them whole


class TagCounts:
    """Counts of words, pairs of Chinese characters, and tags.

    Attributes:
        words: tokens as they are written.
        pairs: neighbouring Chinese characters.
        tags: tokens by (type, position): B, I, E, or S for an entity of one token.
        tokens: all of them.
        chinese: tokens of one Chinese character.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.words: Counter[str] = Counter()
        self.pairs: Counter[str] = Counter()
        self.tags: Counter[tuple[str, str]] = Counter()
        self.tokens = self.chinese = 0
        self._names: set[str] = set()
        self._given = self._alike = 0  # tokens that were given; that raw text is cut into, too
        self._cut = 0  # entities that begin or end inside a token
        self._whole = self._apart = 0  # words with an inner hyphen: one token, or three

    def add(self, example: "Example") -> None:
        """Count an example.

        Raises:
            DataError: more types of entities than anything could have.
        """
        words, places = segments(example.input)
        if not isinstance(example.input, str):
            self._compare(words, places)
        self.words.update(words)
        self.tokens += len(words)
        self.pairs.update(pair for pair in pairs(words) if pair)
        self.chinese += sum(map(is_chinese, words))
        starts = {start: k for k, (start, _) in enumerate(places)}
        ends = {end: k for k, (_, end) in enumerate(places)}
        for name, start, end in example.target:
            if start not in starts or end not in ends:
                self._cut += 1  # its sentence does not count in the loss
                continue
            inner = ends[end] - starts[start] - 1
            self._names.add(name)
            self.tags[name, "S" if inner < 0 else "B"] += 1
            if inner >= 0:
                self.tags[name, "E"] += 1
                self.tags[name, "I"] += inner
        if len(self._names) > MOST_TYPES:
            raise DataError(f"{example.where}: more than {MOST_TYPES:,} types of entities")

    def types(self) -> tuple[str, ...]:
        """Return the types of entities, sorted."""
        return tuple(sorted({name for name, _ in self.tags}))

    def by_tag(self, tags: Sequence[str]) -> dict[str, int]:
        """Return tokens by tag, in the order of `tags`: O, then those of one scheme."""
        found = dict.fromkeys(tags, 0)
        found["O"] = self.tokens
        for (name, position), number in self.tags.items():
            tag = f"{position}-{name}"
            if tag not in found:  # without tags for the end of an entity
                tag = f"{'B' if position == 'S' else 'I'}-{name}"
            found[tag] += number
            found["O"] -= number
        return found

    def letters(self) -> Counter[str]:
        """Return how often each character occurs."""
        found: Counter[str] = Counter()
        for word, times in self.words.items():
            for letter in word:
                found[letter] += times
        return found

    def keeps_hyphens(self) -> bool:
        """Return whether most words with an inner hyphen were given as one token."""
        both = self._whole + self._apart
        return bool(both) and self._whole / both >= HYPHENS

    def notes(self) -> list[str]:
        """Return how far raw text is cut as the given tokens are, and what cannot be learned."""
        found = []
        if self._cut:
            found.append(
                f"{self._cut:,} training entities begin or end inside a token: their sentences are "
                "not learned from"
            )
        if not self._given:
            return found
        share = f"{self._alike / self._given:.1%}"
        return [
            *found,
            "the data come as tokens, and scores are on these; "
            f"words cut from raw text are {share} the same",
        ]

    def _compare(self, words: Sequence[str], places: Sequence[tuple[int, int]]) -> None:
        self._given += len(words)
        again = set(word_offsets(spans.joined(words)[0]))
        self._alike += sum(place in again for place in places)
        self._whole += sum("-" in word[1:-1] for word in words)
        neighbours = zip(words, words[1:], words[2:], strict=False)
        self._apart += sum(
            middle == "-" and left[-1:].isalnum() and right[:1].isalnum()
            for left, middle, right in neighbours
        )
