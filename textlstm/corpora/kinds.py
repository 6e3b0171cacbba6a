"""What the examples of a corpus are: labelled, tagged or paired texts, or running text.

A `Kind` says what the text of an example is, which labels are counted, and how messages call them.
Surveys and corpora know nothing else of them.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from textlstm import spans
from textlstm.corpora.example import Example
from textlstm.corpora.source import many

Target = str | tuple[str, ...]
# scripts that write words without spaces between them: Thai, Lao, Khmer, kana, Han
_NO_SPACES = re.compile(
    "[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)


class Kind(Protocol):
    """One kind of examples.

    Attributes:
        name: as tasks call it: "classify", "tag", "translate", "generate".
        input: what messages call the text that a model is given.
        label: what messages call a label.
        answer: what they call the whole target.
        column: what the column of the labels is called in settings.
        counted: what carries a label.
        outcome: what an answer counts as whose label training never saw.
        needed: what a training part must have.
        measures: what `lengths` gives, each with what has it: "words a text".
        several: whether a label `a|b` may be two.
        one_answer: whether a text that occurs with different targets is worth a warning.
    """

    name: str
    input: str
    label: str
    answer: str
    column: str
    counted: str
    outcome: str
    needed: str
    measures: tuple[str, ...]
    several: bool
    one_answer: bool

    def text(self, raw: Any) -> str:
        """Return the text of an input: what hashes, splits and comparisons of parts see."""
        ...

    def lengths(self, example: Example) -> tuple[int, ...]:
        """Return the lengths of an example by `measures`, 0 for what is not cut into these."""
        ...

    def sides(self, example: Example) -> tuple[int, int] | None:
        """Return the characters of source and target where their ratio tells something."""
        ...

    def labels(self, target: Any) -> Iterable[Target]:
        """Return what is counted of a target."""
        ...

    def lack(self, part: str, labels: Mapping[Target, int], used: int) -> str:
        """Return what is wrong with a part of these labels, or an empty string."""
        ...

    def useless(self, labels: Mapping[Target, int]) -> str:
        """Return why nothing is to learn from these labels, or an empty string."""
        ...

    def amount(self, used: int, tokens: int, labels: Mapping[Target, int]) -> str:
        """Return how much a part holds: "3 examples", "3 sentences, 41 tokens, 5 entities"."""
        ...


class Texts:
    """What kinds are unless they say otherwise: texts whose targets are no labels."""

    input = "text"
    outcome = "wrong"
    needed = "at least one is needed"
    several = False
    one_answer = False
    counted: str

    def text(self, raw: Any) -> str:
        """Return the text itself."""
        return str(raw)

    def lengths(self, example: Example) -> tuple[int, ...]:
        """Return the numbers of characters and of words."""
        return len(example.input), _words(example.input)

    def sides(self, example: Example) -> tuple[int, int] | None:
        """Return nothing: the target has no length of its own."""
        del example
        return None

    def labels(self, target: Any) -> Iterable[Target]:
        """Return nothing: targets are texts."""
        del target
        return ()

    def lack(self, part: str, labels: Mapping[Target, int], used: int) -> str:
        """Return an empty string: any text is one to learn from."""
        del part, labels, used
        return ""

    def useless(self, labels: Mapping[Target, int]) -> str:
        """Return an empty string, as `lack`."""
        del labels
        return ""

    def amount(self, used: int, tokens: int, labels: Mapping[Target, int]) -> str:
        """Return the number of examples."""
        del tokens, labels
        return many(used, self.counted)


class Labelled(Texts):
    """Texts with a label, or several."""

    name = "classify"
    label = answer = column = "label"
    counted = "example"
    needed = "at least two labels are needed"
    measures: tuple[str, ...] = ("characters a text", "words a text")
    several = True
    one_answer = True

    def labels(self, target: Target) -> Iterable[Target]:
        """Return the raw target alone."""
        return (target,)

    def lack(self, part: str, labels: Mapping[Target, int], used: int) -> str:
        """Return that there is only one label, if so."""
        if len(labels) != 1:
            return ""
        return f"the only label in {part} is {next(iter(labels))!r} ({many(used, 'row')})"

    def useless(self, labels: Mapping[Target, int]) -> str:
        """Return that there is only one label, if so."""
        return f"all examples have the label {next(iter(labels))!r}" if len(labels) == 1 else ""


class Tagged(Texts):
    """Sentences or texts with entities: (type, start, end) in characters of the text."""

    name = "tag"
    label = "type"
    answer = column = "tag"
    counted = "entity"
    outcome = "missed"
    measures: tuple[str, ...] = ("characters a sentence", "tokens a sentence")
    one_answer = True

    def text(self, raw: str | tuple[str, ...]) -> str:
        """Return the text, of tokens the one they are joined to."""
        return spans.raw(raw)

    def lengths(self, example: Example) -> tuple[int, ...]:
        """Return the numbers of characters and of tokens, 0 tokens for a text."""
        raw = example.input
        return len(self.text(raw)), 0 if isinstance(raw, str) else len(raw)

    def labels(self, target: Iterable[spans.Entity]) -> Iterable[Target]:
        """Return the type of each entity."""
        return [kind for kind, _, _ in target]

    def lack(self, part: str, labels: Mapping[Target, int], used: int) -> str:
        """Return that there is no entity, if so."""
        return "" if labels else f"there is no entity in {part} ({many(used, 'row')})"

    def useless(self, labels: Mapping[Target, int]) -> str:
        """Return that there is no entity, if so."""
        return "" if labels else "there is no entity"

    def amount(self, used: int, tokens: int, labels: Mapping[Target, int]) -> str:
        """Return the numbers of sentences, tokens and entities; of texts where nothing is cut."""
        entities = many(sum(labels.values()), "entity")
        if not tokens:
            return f"{many(used, 'text')}, {entities}"
        return f"{many(used, 'sentence')}, {many(tokens, 'token')}, {entities}"


class Paired(Texts):
    """Pairs of texts: a source, and the target that is written for it."""

    name = "translate"
    input = "source"
    label = answer = column = "target"
    counted = "pair"
    measures: tuple[str, ...] = (
        "characters a source",
        "characters a target",
        "words a source",
        "words a target",
    )

    def lengths(self, example: Example) -> tuple[int, ...]:
        """Return the numbers of characters and of words of both sides."""
        both = (example.input, example.target)
        return (*map(len, both), *map(_words, both))

    def sides(self, example: Example) -> tuple[int, int] | None:
        """Return the characters of both sides without outer spaces, nothing if one is empty."""
        both = len(example.input.strip()), len(example.target.strip())
        return both if all(both) else None


class Running(Texts):
    """Running text in blocks that follow each other."""

    name = "generate"
    input = "block"
    label = answer = column = "text"
    counted = "block"
    measures: tuple[str, ...] = ("characters a block", "words a block")


def _words(text: str) -> int:
    """Return how many words spaces separate, 0 where the script does not separate words."""
    return 0 if _NO_SPACES.search(text) else len(text.split())


LABELLED: Kind = Labelled()
TAGGED: Kind = Tagged()
PAIRED: Kind = Paired()
RUNNING: Kind = Running()
KINDS: dict[str, Kind] = {kind.name: kind for kind in (LABELLED, TAGGED, PAIRED, RUNNING)}
