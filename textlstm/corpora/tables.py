"""Examples from CSV and TSV files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Protocol

from textlstm.corpora import columns
from textlstm.corpora.delimited import QUOTE, Row, quoting_of_tsv, rows
from textlstm.corpora.example import Bad, Example
from textlstm.corpora.opening import lines
from textlstm.corpora.source import Aloud, Options, many
from textlstm.errors import DataError

SAMPLE = 100  # rows that are looked at to tell a header and to guess columns


@dataclass(frozen=True, slots=True)
class Layout:
    """How the cells of a table are to be read.

    Attributes:
        delimiter: one character.
        quoted: whether quotes enclose cells.
        header: the cells of the first row, if it names the columns.
        width: the number of cells in every row.
        text: index of the column of the inputs, from 0.
        label: index of the column of the targets, from 0.
    """

    delimiter: str
    quoted: bool
    header: tuple[str, ...] | None
    width: int
    text: int
    label: int


class Columns(Protocol):
    """What columns of a table are for: `columns` of labelled texts, `pair_columns` of pairs."""

    def has_header(self, where: str, rows: Sequence[Sequence[str]], options: Options) -> bool:
        """Return whether the first row names the columns."""
        ...

    def choose(
        self,
        where: str,
        names: Sequence[str] | None,
        rows: Sequence[Sequence[str]],
        width: int,
        options: Options,
    ) -> tuple[int, int, str]:
        """Return the indices of inputs and targets, and a sentence that says so."""
        ...

    def example(self, text: str, target: str, where: str) -> Example | Bad:
        """Return the example of two cells, or why they are none."""
        ...


class Table:
    """A CSV or TSV file as a `Source`."""

    def __init__(
        self, path: Path, format: str, options: Options, aloud: Aloud, use: Columns = columns
    ) -> None:
        """Find out the layout from the first rows, and say it.

        Args:
            path: the file.
            format: "csv" (delimiter `,`, or `;` or a tab where the first row has these instead) or
                "tsv".
            options: see `Options`.
            aloud: told about header, columns and quoting.
            use: what the columns are for.

        Raises:
            DataError: there are no rows, the first is unusable, or a column is not there.
            SettingsError: the columns asked for contradict each other.
        """
        self.path = path
        self.name = path.name
        self._format = format
        self._options = options
        self._aloud = aloud
        self._use = use
        self.layout  # noqa: B018  refuses at once what cannot be read at all

    @cached_property
    def layout(self) -> Layout:
        """The layout, found out on first use."""
        delimiter, quoted = dialect(self.path, self._format, self._aloud)
        found = list(islice(rows(lines(self.path), delimiter, quoted), SAMPLE))
        if not found:
            raise DataError(f"{self.name}: the file is empty.")
        if found[0].problem:
            raise DataError(f"{self.name}:{found[0].line}: {found[0].problem}.")
        first = tuple(found[0].cells)
        sample = [row.cells for row in found if row.problem is None]
        header = first if self._use.has_header(self.name, sample, self._options) else None
        if header is not None and len(found) == 1:
            raise DataError(f"{self.name}: there is a header and no row below it.")
        if header is not None:
            sample = sample[1:]
        text, label, said = self._use.choose(self.name, header, sample, len(first), self._options)
        auto = " (header=auto)" if self._options.header == "auto" else ""
        row = "the first row is the header" if header is not None else "there is no header"
        self._aloud(f"{self.name}: {row}{auto}; {said}")
        return Layout(delimiter, quoted, header, len(first), text, label)

    @property
    def reading(self) -> str:
        """The layout as text."""
        return repr(self.layout)

    def files(self) -> Iterator[Path]:
        """Yield the one file."""
        yield self.path

    def read(self) -> Iterator[Example | Bad]:
        """Yield every row below the header, as an example or with the reason why it is none."""
        layout = self.layout
        every = rows(lines(self.path), layout.delimiter, layout.quoted)
        several = longest = longest_at = 0
        for row in islice(every, 0 if layout.header is None else 1, None):
            yield self._example(row)
            if row.last > row.line:
                several += 1
                if row.last - row.line >= longest:
                    longest, longest_at = row.last - row.line + 1, row.line
        if several:
            self._aloud(
                f"{self.name}: {many(several, 'row')} with line ends inside quotes; the longest, "
                f"{many(longest, 'line')}, starts at {self.name}:{longest_at}"
            )

    def _example(self, row: Row) -> Example | Bad:
        layout = self.layout
        where = f"{self.name}:{row.line}"
        if row.problem:
            return Bad(where, row.problem)
        cells = row.cells
        if len(cells) != layout.width:
            standard = "the header" if layout.header is not None else "the first row"
            return Bad(where, f"{many(len(cells), 'cell')}, but {standard} has {layout.width}")
        if layout.header is not None and tuple(cells) == layout.header:
            return Bad(where, "the header again: two files were joined here")
        return self._use.example(cells[layout.text], cells[layout.label], where)


def dialect(path: Path, format: str, aloud: Aloud) -> tuple[str, bool]:
    """Return what separates the cells of a table, and whether quotes enclose them.

    Args:
        path: the file.
        format: "csv" or "tsv".
        aloud: told what was not asked for.
    """
    if format == "tsv":
        quoted, line = quoting_of_tsv(lines(path))
        if quoted:
            aloud(f"{path.name}: quotes enclose cells here, as in CSV")
        elif line:
            aloud(f"{path.name}: quotes are characters of the text (see line {line})")
        return "\t", quoted
    first = next((line.text for line in lines(path) if line.text), "")
    outside = "".join(first.split(QUOTE)[::2])
    delimiter = max(",;\t", key=lambda c: (c in outside and c == ",", outside.count(c)))
    if delimiter not in outside:
        delimiter = ","
    if delimiter != ",":
        aloud(f"{path.name}: cells are separated by {delimiter!r}")
    return delimiter, True
