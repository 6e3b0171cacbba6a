"""What the examples of a corpus are: labelled texts, or text in which entities are tagged.

A `Kind` says what the text of an example is, which labels are counted, and how messages call them.
Surveys and corpora know nothing else of the two.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from textlstm import spans
from textlstm.corpora.source import many

Target = str | tuple[str, ...]


class Kind(Protocol):
    """One kind of examples.

    Attributes:
        name: as tasks call it: "classify", "tag".
        label: what messages call a label.
        answer: what they call the whole target.
        column: what the column of the labels is called in settings.
        counted: what carries a label.
        outcome: what an answer counts as whose label training never saw.
        needed: what a training part must have.
        pieces: what a text is counted in beside characters, and
        row: what a text is called there.
        several: whether a label `a|b` may be two.
    """

    name: str
    label: str
    answer: str
    column: str
    counted: str
    outcome: str
    needed: str
    pieces: str
    row: str
    several: bool

    def text(self, raw: Any) -> str:
        """Return the text of an input: what hashes, splits and comparisons of parts see."""
        ...

    def size(self, raw: Any) -> int:
        """Return the length of an input in `pieces`, 0 where it is not cut yet."""
        ...

    def labels(self, target: Any) -> Iterable[Target]:
        """Return what is counted of a target."""
        ...

    def lack(self, part: str, labels: Mapping[Target, int], used: int) -> str:
        """Return what is wrong with a part of these labels, or an empty string."""
        ...

    def amount(self, used: int, tokens: int, labels: Mapping[Target, int]) -> str:
        """Return how much a part holds: "3 examples", "3 sentences, 41 tokens, 5 entities"."""
        ...


class Labelled:
    """Texts with a label, or several."""

    name = "classify"
    label = answer = column = "label"
    counted = "example"
    outcome = "wrong"
    needed = "at least two labels are needed"
    pieces = "words"
    row = "text"
    several = True

    def text(self, raw: str) -> str:
        """Return the text itself."""
        return raw

    def size(self, raw: str) -> int:
        """Return the number of words."""
        return len(raw.split())

    def labels(self, target: Target) -> Iterable[Target]:
        """Return the raw target alone."""
        return (target,)

    def lack(self, part: str, labels: Mapping[Target, int], used: int) -> str:
        """Return that there is only one label, if so."""
        if len(labels) != 1:
            return ""
        return f"the only label in {part} is {next(iter(labels))!r} ({many(used, 'row')})"

    def amount(self, used: int, tokens: int, labels: Mapping[Target, int]) -> str:
        """Return the number of examples."""
        del tokens, labels
        return many(used, "example")


class Tagged:
    """Sentences or texts with entities: (type, start, end) in characters of the text."""

    name = "tag"
    label = "type"
    answer = column = "tag"
    counted = "entity"
    outcome = "missed"
    needed = "at least one is needed"
    pieces = "tokens"
    row = "sentence"
    several = False

    def text(self, raw: str | tuple[str, ...]) -> str:
        """Return the text, of tokens the one they are joined to."""
        return spans.raw(raw)

    def size(self, raw: str | tuple[str, ...]) -> int:
        """Return the number of tokens, 0 for a text."""
        return 0 if isinstance(raw, str) else len(raw)

    def labels(self, target: Iterable[spans.Entity]) -> Iterable[Target]:
        """Return the type of each entity."""
        return [kind for kind, _, _ in target]

    def lack(self, part: str, labels: Mapping[Target, int], used: int) -> str:
        """Return that there is no entity, if so."""
        return "" if labels else f"there is no entity in {part} ({many(used, 'row')})"

    def amount(self, used: int, tokens: int, labels: Mapping[Target, int]) -> str:
        """Return the numbers of sentences, tokens and entities; of texts where nothing is cut."""
        entities = many(sum(labels.values()), "entity")
        if not tokens:
            return f"{many(used, 'text')}, {entities}"
        return f"{many(used, 'sentence')}, {many(tokens, 'token')}, {entities}"


LABELLED: Kind = Labelled()
TAGGED: Kind = Tagged()
KINDS: dict[str, Kind] = {kind.name: kind for kind in (LABELLED, TAGGED)}
