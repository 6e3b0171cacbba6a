"""Two files whose lines belong together."""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from textlstm.corpora.example import Bad
from textlstm.corpora.opening import COMPRESSED, existing, lines, path_of
from textlstm.errors import DataError


def of_prefix(name: str) -> Path:
    """Return the file of this name, or of this name and the suffix of a compression.

    Raises:
        DataError: there is none.
    """
    for end in ("", *COMPRESSED):
        path = path_of(name + end)
        if path.is_file():
            return path
    return existing(name)


class LinePairs:
    """The pairs of lines of two files.

    Attributes:
        texts: the first file.
        others: the second one.
        name: of the first, as messages call both.
    """

    def __init__(self, texts: Path, others: Path) -> None:
        """Compare the numbers of lines of two files.

        Raises:
            DataError: they are empty or have different numbers of lines.
        """
        self.texts = texts
        self.others = others
        self.name = texts.name
        counts = [sum(1 for _ in lines(path)) for path in (texts, others)]
        if counts[0] != counts[1]:
            raise DataError(
                f"{texts.name} has {counts[0]:,} lines, but {others.name} has "
                f"{counts[1]:,}; line by line they must belong together."
            )
        if not counts[0]:
            raise DataError(f"{self.name}: the file is empty.")

    def files(self) -> Iterator[Path]:
        """Yield both files."""
        yield self.texts
        yield self.others

    def pairs(self) -> Iterator[tuple[str, str, str, str] | Bad]:
        """Yield (text, where, other, where) of each pair of lines, blank ones too."""
        for text, other in zip_longest(lines(self.texts), lines(self.others)):
            if text is None or other is None:
                raise DataError(f"{self.name}: the file changed while it was read.")
            where, beside = f"{self.name}:{text.number}", f"{self.others.name}:{other.number}"
            if text.problem:
                yield Bad(where, text.problem)
            elif other.problem:
                yield Bad(beside, other.problem)
            else:
                yield text.text, where, other.text, beside
