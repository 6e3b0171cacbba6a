"""Sentences from CoNLL columns: a token and its tag in a line, an empty line between sentences."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from textlstm.corpora import columns
from textlstm.corpora.example import Bad
from textlstm.corpora.opening import Line, lines
from textlstm.corpora.source import Aloud, Options, many, unfit
from textlstm.corpora.tagged import Sentence
from textlstm.errors import DataError, SettingsError

SAMPLE = 100  # lines that are looked at to tell the columns
DOCUMENT = "-DOCSTART-"
BLANK = " \t"
_BLANKS = re.compile("[ \t]+")
_TAG = re.compile("O|[BIESMLU]-.+")


@dataclass(slots=True)
class _Open:
    """The sentence under construction; the first problem of one of its lines makes it bad."""

    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    bad: Bad | None = None


class Conll:
    """A file of columns as a `tagged.Reader`.

    Columns are separated by tabs, or else by any number of spaces and tabs. `-DOCSTART-` lines
    and, before the first token of a sentence, lines that start with `# ` are no tokens.
    """

    def __init__(self, path: Path, options: Options, aloud: Aloud) -> None:
        """Find out the columns from the first lines, and say them.

        Raises:
            DataError: there is no token, no second column, or a column is not there.
            SettingsError: columns are asked for by name, or one for both.
        """
        unfit(options, "columns of tokens and tags", "text", "entities")
        self.path = path
        self.name = path.name
        self._aloud = aloud
        self._by_tabs, self._width, first = self._layout()
        if self._width < 2:
            raise DataError(
                f"{self.name}:{first}: 1 column; a token and its tag were expected in a line, and "
                "an empty line between sentences."
            )
        self._token = self._column("token", options.token, 0)
        self._tag = self._column("tag", options.tag, self._width - 1)
        if self._token == self._tag:
            raise SettingsError(f"{self.name}: one column cannot be both the token and the tag.")
        said = ", ".join(
            f"{key} column: {at + 1}" + (" (guessed)" if asked is None else "")
            for key, at, asked in (
                ("token", self._token, options.token),
                ("tag", self._tag, options.tag),
            )
        )
        between = "tabs" if self._by_tabs else "spaces"
        aloud(f"{self.name}: {self._width} columns, separated by {between}; {said}")

    def _layout(self) -> tuple[bool, int, int]:
        """Return whether tabs separate, the number of columns, and the first line that has any."""
        used = (
            line for line in lines(self.path)
            if line.problem is None and line.text.strip(BLANK)
            and not line.text.startswith((DOCUMENT, "# "))
        )  # fmt: skip
        sample = list(islice(used, SAMPLE))
        if not sample:
            raise DataError(f"{self.name}: there are no tokens.")
        first = sample[0].number
        for by_tabs in (True, False):
            widths = Counter(len(_cells(line.text, by_tabs)) for line in sample)
            width, count = widths.most_common(1)[0]
            if width > 1 and 2 * count >= len(sample):
                return by_tabs, width, first
        return False, width, first

    def _column(self, key: str, asked: str | None, default: int) -> int:
        if asked is None:
            return default
        return columns.position(self.name, key, asked, None, self._width)

    @property
    def reading(self) -> str:
        """Separator and columns as text."""
        return repr((self._by_tabs, self._width, self._token, self._tag))

    def files(self) -> Iterator[Path]:
        """Yield the one file."""
        yield self.path

    def sentences(self) -> Iterator[Sentence | Bad]:
        """Yield every sentence; one with a line that cannot be used is bad as a whole."""
        documents = comments = first_comment = 0
        now = _Open()
        for line in lines(self.path):
            text = line.text
            if not text.strip(BLANK) and line.problem is None:
                yield from self._closed(now)
                now = _Open()
                continue
            cells = _cells(text, self._by_tabs)
            if text.startswith(DOCUMENT):
                documents += 1
                yield from self._closed(now)
                now = _Open()
            elif text.startswith("# ") and not now.lines and self._is_comment(cells):
                comments += 1
                first_comment = first_comment or line.number
            else:
                self._take(now, line, cells)
        yield from self._closed(now)
        if documents:
            self._aloud(f"{self.name}: {many(documents, f'{DOCUMENT} line')}, no tokens")
        if comments:
            self._aloud(
                f"{self.name}: {many(comments, 'comment line')} before sentences, no tokens "
                f"(the first: {self.name}:{first_comment})"
            )

    def _is_comment(self, cells: list[str]) -> bool:
        return len(cells) != self._width or _TAG.fullmatch(cells[self._tag]) is None

    def _take(self, now: _Open, line: Line, cells: list[str]) -> None:
        now.lines.append(line.number)
        if now.bad is not None:
            return
        if line.problem is None and len(cells) == self._width:
            token, tag = cells[self._token], cells[self._tag]
            if token and tag:
                now.tokens.append(token)
                now.tags.append(tag)
                return
            problem = f"the {'tag' if token else 'token'} is empty"
        else:
            problem = line.problem or (
                f"{many(len(cells), 'column')}, but the lines before have {self._width}"
            )
        now.bad = Bad(f"{self.name}:{line.number}", problem)

    def _closed(self, now: _Open) -> Iterator[Sentence | Bad]:
        if now.bad is not None:
            yield now.bad
        elif now.tokens:
            yield Sentence(now.tokens, now.tags, f"{self.name}:{now.lines[0]}", now.lines)


def _cells(text: str, by_tabs: bool) -> list[str]:
    if by_tabs:
        # a token may be a space
        return [cell.strip(" ") or cell for cell in text.rstrip(BLANK).split("\t")]
    return _BLANKS.split(text.strip(BLANK))
