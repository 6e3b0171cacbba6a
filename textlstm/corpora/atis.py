"""Examples from ATIS-style files: PREFIX.seq.in has the texts, PREFIX.label their labels."""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.opening import COMPRESSED, existing, lines
from textlstm.corpora.source import Aloud, Options
from textlstm.errors import DataError


def _file(prefix: str, suffix: str) -> Path:
    for end in ("", *COMPRESSED):
        path = Path(prefix + suffix + end).expanduser()
        if path.is_file():
            return path
    return existing(prefix + suffix)


def is_prefix(name: str) -> bool:
    """Return whether NAME.seq.in is a file."""
    return any(Path(name + ".seq.in" + end).expanduser().is_file() for end in ("", *COMPRESSED))


class Atis:
    """The two files of a prefix as a `Source`; a line is an utterance, blank ones too."""

    def __init__(self, prefix: str, options: Options, aloud: Aloud) -> None:
        """Find the files, and compare their numbers of lines.

        Raises:
            DataError: one is missing or empty, or they have different numbers of lines.
        """
        for suffix in (".seq.in", ".label"):
            prefix = prefix.removesuffix(suffix)
        self._texts = _file(prefix, ".seq.in")
        self._labels = _file(prefix, ".label")
        self.name = self._texts.name
        counts = [sum(1 for _ in lines(path)) for path in (self._texts, self._labels)]
        if counts[0] != counts[1]:
            raise DataError(
                f"{self._texts.name} has {counts[0]:,} lines, but {self._labels.name} has "
                f"{counts[1]:,}; line by line they must belong together."
            )
        if not counts[0]:
            raise DataError(f"{self.name}: the file is empty.")
        aloud(f"{self.name}: labels from {self._labels.name}")

    @property
    def reading(self) -> str:
        """The format's name; nothing else decides."""
        return "atis"

    def files(self) -> Iterator[Path]:
        """Yield both files."""
        yield self._texts
        yield self._labels

    def read(self) -> Iterator[Example | Bad]:
        """Yield every pair of lines, as an example or with the reason why it is none."""
        for text, label in zip_longest(lines(self._texts), lines(self._labels)):
            if text is None or label is None:
                raise DataError(f"{self.name}: the file changed while it was read.")
            where = f"{self.name}:{text.number}"
            if text.problem:
                yield Bad(where, text.problem)
            elif label.problem:
                yield Bad(f"{self._labels.name}:{label.number}", label.problem)
            elif not label.text.strip():
                yield Bad(f"{self._labels.name}:{label.number}", "the label is empty")
            else:
                yield Example(text.text, label.text, where)
