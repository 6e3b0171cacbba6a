"""Examples from ATIS-style files: PREFIX.seq.in has the texts, line by line.

PREFIX.label has a label a text, PREFIX.seq.out a tag a word.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.opening import COMPRESSED, existing, lines
from textlstm.corpora.source import Aloud, Options
from textlstm.corpora.tagged import Sentence, sentence, unfit
from textlstm.errors import DataError

TEXTS, LABELS, TAGS = ".seq.in", ".label", ".seq.out"


def _file(prefix: str, suffix: str) -> Path:
    for end in ("", *COMPRESSED):
        path = Path(prefix + suffix + end).expanduser()
        if path.is_file():
            return path
    return existing(prefix + suffix)


def is_prefix(name: str, suffix: str = TEXTS) -> bool:
    """Return whether NAME.seq.in, or NAME with another suffix, is a file."""
    return any(Path(name + suffix + end).expanduser().is_file() for end in ("", *COMPRESSED))


class _Pair:
    """Two files of a prefix whose lines belong together."""

    def __init__(self, prefix: str, suffix: str) -> None:
        for known in (TEXTS, LABELS, TAGS):
            prefix = prefix.removesuffix(known)
        self._texts = _file(prefix, TEXTS)
        self._others = _file(prefix, suffix)
        self.name = self._texts.name
        counts = [sum(1 for _ in lines(path)) for path in (self._texts, self._others)]
        if counts[0] != counts[1]:
            raise DataError(
                f"{self._texts.name} has {counts[0]:,} lines, but {self._others.name} has "
                f"{counts[1]:,}; line by line they must belong together."
            )
        if not counts[0]:
            raise DataError(f"{self.name}: the file is empty.")

    def files(self) -> Iterator[Path]:
        """Yield both files."""
        yield self._texts
        yield self._others

    def _pairs(self) -> Iterator[tuple[str, str, str, str] | Bad]:
        """Yield (text, where, other, where) of each pair of lines, blank ones too."""
        for text, other in zip_longest(lines(self._texts), lines(self._others)):
            if text is None or other is None:
                raise DataError(f"{self.name}: the file changed while it was read.")
            where, beside = f"{self.name}:{text.number}", f"{self._others.name}:{other.number}"
            if text.problem:
                yield Bad(where, text.problem)
            elif other.problem:
                yield Bad(beside, other.problem)
            else:
                yield text.text, where, other.text, beside


class Atis(_Pair):
    """Texts and labels of a prefix as a `Source`; a line is an utterance, blank ones too."""

    def __init__(self, prefix: str, options: Options, aloud: Aloud) -> None:
        """Find the files, and compare their numbers of lines.

        Raises:
            DataError: one is missing or empty, or they have different numbers of lines.
        """
        del options  # nothing is to choose
        super().__init__(prefix, LABELS)
        aloud(f"{self.name}: labels from {self._others.name}")

    @property
    def reading(self) -> str:
        """The format's name; nothing else decides."""
        return "atis"

    def read(self) -> Iterator[Example | Bad]:
        """Yield every pair of lines, as an example or with the reason why it is none."""
        for pair in self._pairs():
            if isinstance(pair, Bad):
                yield pair
                continue
            text, where, label, beside = pair
            yield (
                Example(text, label, where) if label.strip() else Bad(beside, "the label is empty")
            )


class AtisTags(_Pair):
    """Words and tags of a prefix as a `tagged.Reader`; words are what spaces separate."""

    def __init__(self, prefix: str, options: Options, aloud: Aloud) -> None:
        """Find the files, and compare their numbers of lines.

        Raises:
            DataError: one is missing or empty, or they have different numbers of lines.
            SettingsError: a column was asked for.
        """
        unfit(options, "ATIS-style files", "token", "tag", "text", "entities")
        super().__init__(prefix, TAGS)
        aloud(f"{self.name}: tags from {self._others.name}")

    @property
    def reading(self) -> str:
        """The format's name; nothing else decides."""
        return "atis tags"

    def sentences(self) -> Iterator[Sentence | Bad]:
        """Yield every pair of lines; a different number of words and tags makes it bad."""
        for pair in self._pairs():
            if isinstance(pair, Bad):
                yield pair
            else:
                text, where, tags, beside = pair
                yield sentence(_words(text), _words(tags), where, beside)


def _words(text: str) -> list[str]:
    return re.findall("[^ \t]+", text)
