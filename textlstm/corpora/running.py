"""Running text: files cut into blocks that follow each other, and parts that are cut by place.

A language model reads on from one block to the next, so blocks keep their order and their line
ends, and a part that was not given is the end of the text, never lines drawn from all over it.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from textlstm.corpora.corpus import Feed
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.opening import lines
from textlstm.corpora.source import PARTS, Aloud, Options, Source, many, unfit
from textlstm.errors import DataError

BLOCK = 1000  # characters from which a block ends with its line
LONGEST = 4 * BLOCK  # characters of a block; a longer line is cut where a space begins
FEWEST = 10  # blocks of a text that parts can be cut from
SHARE = 10  # a part that is cut is one in so many blocks


class TextFile:
    """A text file as a `Source`: blocks of whole lines, which together are the file."""

    def __init__(self, path: Path, options: Options, aloud: Aloud) -> None:
        """Read `path`; nothing is to choose.

        Raises:
            SettingsError: an option that running text has no use for.
        """
        del aloud
        unfit(
            options, "running text", "header", "text", "label", "token", "tag", "entities",
            "source", "target", "scheme", "repair", "positions",
        )  # fmt: skip
        self.path = path
        self.name = path.name

    @property
    def reading(self) -> str:
        """How blocks are cut, as text."""
        return repr(("text", BLOCK, LONGEST))

    def files(self) -> Iterator[Path]:
        """Yield the one file."""
        yield self.path

    def read(self) -> Iterator[Example | Bad]:
        """Yield the blocks, and lines that are none with the reason."""
        rows = (
            (f"{self.name}:{line.number}", line.text + ("\n" if line.end else ""), line.problem)
            for line in lines(self.path)
        )
        return blocks(rows)


def blocks(rows: Iterable[tuple[str, str, str | None]]) -> Iterator[Example | Bad]:
    """Yield blocks of lines: an `Example` whose input and target are the text.

    Args:
        rows: (where, text with its line end, why it cannot be used or None) of each line.
    """
    held: list[str] = []
    size, first, last = 0, "", ""
    for where, text, problem in rows:
        if problem is not None:
            yield Bad(where, problem)
            continue
        for piece in _cut(text):
            if held and size + len(piece) > LONGEST:
                yield _block(held, first, last)
                held, size = [], 0
            first, last = first if held else where, where
            held.append(piece)
            size += len(piece)
            if size >= BLOCK:
                yield _block(held, first, last)
                held, size = [], 0
    if held:
        yield _block(held, first, last)


def _block(held: list[str], first: str, last: str) -> Example:
    text = "".join(held)
    where = first if first == last else f"{first}-{last.rpartition(':')[2]}"
    return Example(text, text, where)


def _cut(text: str) -> Iterator[str]:
    """Yield a line in pieces that are not too long; together they are the line."""
    start = 0
    while len(text) - start > LONGEST:
        end = text.rfind(" ", start + BLOCK, start + LONGEST)
        end = start + LONGEST if end < 0 else end
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


class Stretch:
    """The blocks of a source that belong to one part: the text's beginning or a piece of its end.

    Rows that cannot be used belong to the part that the file was given for, train.
    """

    def __init__(self, source: Source, part: str, missing: frozenset[str]) -> None:
        """Take the part of a source from which the `missing` parts are cut."""
        self.name = source.name
        self._source, self._part, self._missing = source, part, missing
        self._ends: dict[str, tuple[int, int]] | None = None

    @property
    def reading(self) -> str:
        """That of the source, and what is cut."""
        return repr((self._source.reading, self._part, sorted(self._missing)))

    def files(self) -> Iterator[Path]:
        """Yield the files of the source."""
        return self._source.files()

    def read(self) -> Iterator[Example | Bad]:
        """Yield the rows of the part.

        Raises:
            DataError: the text is too short for its parts.
        """
        first, last = self._places()[self._part]
        place = 0
        for row in self._source.read():
            if isinstance(row, Bad):
                if self._part == "train":
                    yield row
                continue
            if first <= place < last:
                yield row
            place += 1

    def _places(self) -> dict[str, tuple[int, int]]:
        if self._ends is None:
            count = sum(isinstance(row, Example) for row in self._source.read())
            if count < FEWEST:
                parts = " and ".join(part for part in PARTS if part in self._missing)
                raise DataError(
                    f"{self.name}: {many(count, 'block')} of {BLOCK:,} characters, {FEWEST} are "
                    f"needed: too short a text to cut {parts} from; give more, or "
                    + " ".join(f"{part}=FILE" for part in PARTS if part in self._missing)
                )
            tenth = round(count / SHARE)
            cut = [part for part in ("valid", "test") if part in self._missing]
            borders = [count - tenth * k for k in range(len(cut), -1, -1)]
            self._ends = {"train": (0, borders[0])}
            self._ends |= dict(zip(cut, pairwise(borders), strict=True))
        return self._ends


def feeds(sources: Mapping[str, Source], aloud: Aloud) -> list[Feed]:
    """Return the feeds of given parts; those that are missing are the end of train.

    Args:
        sources: by part, "train" among them.
        aloud: told what is cut.
    """
    missing = frozenset(part for part in PARTS if part not in sources)
    found = [Feed(sources[part], part) for part in PARTS if part in sources]
    if not missing:
        return found
    names = " and ".join(part for part in PARTS if part in missing)
    what = "last tenth" if len(missing) == 1 else "last two tenths, in this order,"
    verb = "is" if len(missing) == 1 else "are"
    aloud(f"{sources['train'].name}: {names} {verb} the {what} of the text")
    cut = [Feed(Stretch(sources["train"], part, missing), part)
           for part in PARTS if part == "train" or part in missing]  # fmt: skip
    return cut + [feed for feed in found if feed.part != "train"]
