"""What every reader of raw examples shares: the options, what is said aloud, the Source."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Protocol

from textlstm.corpora.example import Bad, Example
from textlstm.errors import SettingsError
from textlstm.settings import PARTS as PARTS


def many(count: int, noun: str) -> str:
    """Return "1 row", "2,000 rows", "3 entities"."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("ity") else f"{count:,} {noun}s"


@dataclass(frozen=True, slots=True)
class Options:
    """How to read: the data settings that every recipe has, as they were given.

    Attributes:
        data: an embedded corpus, `tfds:NAME`, or one file or folder to split.
        train: a file or folder.
        valid: a file or folder.
        test: a file or folder.
        format: "auto" (from the name) or one of those in `formats`.
        text: the column of the text: a name or a number from 1; None to guess.
        label: the column of the label, likewise.
        token: the column of the tokens of tagged text, likewise.
        tag: the column of their tags, likewise.
        entities: the key of the entities of a text, likewise.
        source: the column of the sources of pairs, likewise; of parallel text, what ends the name
            of their file.
        target: the same for their targets.
        scheme: of the tags: "auto" or one of `spans.SCHEMES`.
        repair: "none" refuses sentences whose tags break the scheme, "conlleval" reads them.
        positions: "strip" removes the digit behind each character, "keep" does not.
        header: "auto", "yes" or "no".
        bad_rows: "stop" refuses the file after all its rows were looked at, "skip" goes on.
    """

    data: str | None = None
    train: str | None = None
    valid: str | None = None
    test: str | None = None
    format: str = "auto"
    text: str | None = None
    label: str | None = None
    token: str | None = None
    tag: str | None = None
    entities: str | None = None
    source: str | None = None
    target: str | None = None
    scheme: str = "auto"
    repair: str = "none"
    positions: str = "keep"
    header: str = "auto"
    bad_rows: str = "stop"

    @classmethod
    def of(cls, settings: Any) -> "Options":
        """Return the options among the attributes of `settings`; what it lacks is the default."""
        names = [f.name for f in fields(cls)]
        return cls(**{n: getattr(settings, n) for n in names if hasattr(settings, n)})


def unfit(options: Options, what: str, *names: str) -> None:
    """Refuse options that a format has no use for.

    Args:
        options: the options.
        what: is read here: "texts with spans".
        names: of the options.

    Raises:
        SettingsError: one of them was given.
    """
    default = Options()
    for name in names:
        value = getattr(options, name)
        if value != getattr(default, name):
            raise SettingsError(f"{name}={value} has no meaning for {what}.")


class Aloud:
    """Says each sentence once, and keeps it.

    Attributes:
        notes: what was said, in order.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        """Say things through `say`."""
        self._say = say
        self.notes: list[str] = []

    def __call__(self, sentence: str) -> None:
        """Say a sentence, unless it was said before."""
        if sentence not in self.notes:
            self.notes.append(sentence)
            self._say(sentence)


class Source(Protocol):
    """One file, folder or public split that gives examples as often as they are asked for."""

    @property
    def name(self) -> str:
        """How messages call it: "reviews.csv"."""
        ...

    @property
    def reading(self) -> str:
        """Every decision that changes what is read from the same bytes, as text."""
        ...

    def read(self) -> Iterator[Example | Bad]:
        """Yield every row, as an example or with the reason why it is none."""
        ...

    def files(self) -> Iterator[Path]:
        """Yield the files whose bytes determine the examples, in a fixed order."""
        ...
