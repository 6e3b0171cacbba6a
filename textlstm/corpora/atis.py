"""Examples from ATIS-style files: PREFIX.seq.in has the texts, line by line.

PREFIX.label has a label a text, PREFIX.seq.out a tag a word.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.line_pairs import LinePairs, of_prefix
from textlstm.corpora.opening import COMPRESSED, path_of
from textlstm.corpora.source import Aloud, Options, unfit
from textlstm.corpora.tagged import Sentence, sentence

TEXTS, LABELS, TAGS = ".seq.in", ".label", ".seq.out"


def is_prefix(name: str, suffix: str = TEXTS) -> bool:
    """Return whether NAME.seq.in, or NAME with another suffix, is a file."""
    return any(path_of(name + suffix + end).is_file() for end in ("", *COMPRESSED))


def _files(prefix: str, suffix: str) -> tuple[Path, Path]:
    """Return the file of the texts and the other one of a prefix, or of one of its files."""
    for known in (TEXTS, LABELS, TAGS):
        prefix = prefix.removesuffix(known)
    return of_prefix(prefix + TEXTS), of_prefix(prefix + suffix)


class Atis(LinePairs):
    """Texts and labels of a prefix as a `Source`; a line is an utterance, blank ones too."""

    def __init__(self, prefix: str, options: Options, aloud: Aloud) -> None:
        """Find the files, and compare their numbers of lines.

        Raises:
            DataError: one is missing or empty, or they have different numbers of lines.
            SettingsError: a column or a header was asked for.
        """
        unfit(options, "ATIS-style files", "text", "label", "header")
        super().__init__(*_files(prefix, LABELS))
        aloud(f"{self.name}: labels from {self.others.name}")

    @property
    def reading(self) -> str:
        """The format's name; nothing else decides."""
        return "atis"

    def read(self) -> Iterator[Example | Bad]:
        """Yield every pair of lines, as an example or with the reason why it is none."""
        for pair in self.pairs():
            if isinstance(pair, Bad):
                yield pair
                continue
            text, where, label, beside = pair
            yield (
                Example(text, label, where) if label.strip() else Bad(beside, "the label is empty")
            )


class AtisTags(LinePairs):
    """Words and tags of a prefix as a `tagged.Reader`; words are what spaces separate."""

    def __init__(self, prefix: str, options: Options, aloud: Aloud) -> None:
        """Find the files, and compare their numbers of lines.

        Raises:
            DataError: one is missing or empty, or they have different numbers of lines.
            SettingsError: a column was asked for.
        """
        unfit(options, "ATIS-style files", "token", "tag", "text", "entities")
        super().__init__(*_files(prefix, TAGS))
        aloud(f"{self.name}: tags from {self.others.name}")

    @property
    def reading(self) -> str:
        """The format's name; nothing else decides."""
        return "atis tags"

    def sentences(self) -> Iterator[Sentence | Bad]:
        """Yield every pair of lines; a different number of words and tags makes it bad."""
        for pair in self.pairs():
            if isinstance(pair, Bad):
                yield pair
            else:
                text, where, tags, beside = pair
                yield sentence(_words(text), _words(tags), where, beside)


def _words(text: str) -> list[str]:
    return re.findall("[^ \t]+", text)
