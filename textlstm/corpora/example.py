"""One raw example, or one row that cannot be one."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Example:
    """A raw input with its raw target, and where they were read.

    Attributes:
        input: what a model is given: a text, or a tuple of tokens where the data come as tokens.
        target: what it shall answer: a label, a tuple of labels, or None. Never mapped, never
            split: `a|b` stays one string until a task splits it. Of tagged text, a tuple of
            entities (type, start, end): characters of the text, `spans.joined` of tokens, end
            exclusive, sorted, never overlapping. Of a pair, the text that is written for the input.
        where: file and line as a person finds them again, such as "reviews.csv:812".
    """

    input: Any
    target: Any
    where: str


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that was read but cannot be used, and why.

    Attributes:
        where: file and line, as in `Example.where`.
        reason: one clause saying what was read and what was expected.
    """

    where: str
    reason: str
