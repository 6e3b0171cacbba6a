r"""Cells of CSV and TSV files, row by row, each with the line it starts in.

Python's csv module is not used: behind one unbalanced quote it swallows every row up to the next
quote, and its line numbers count from the end of a row.

CSV (RFC 4180): a cell that starts with `"` runs to its closing `"`, over line ends too; a quote
inside it is written twice. A quote elsewhere in a cell is an ordinary character. When a quote is
never closed, or text follows the closing one, the row is refused at the line where the quote
opened, and reading goes on in the line after that one: no other row is lost.

TSV: most are written without quoting (GLUE, ChnSentiCorp: a quote is a character, one line is one
row), some by spreadsheets and pandas with the quoting of CSV. `quoting_of_tsv` decides for a whole
file: cells are quoted only if every quote in it fits the rules of CSV and some cell needs them.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textlstm.corpora.opening import LONGEST, Line

QUOTE = '"'


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row.

    Attributes:
        line: number of the line it starts in; of a row refused for its quotes, the line in which
            the quote opens.
        cells: as written, without quotes that only enclose.
        last: number of the line it ends in.
        problem: why it cannot be used, or None.
    """

    line: int
    cells: list[str]
    last: int
    problem: str | None = None


class _TextAfterQuote(Exception):
    """A closing quote is followed by something else than a delimiter or the end of the line."""


class _Cells:
    """The row under construction: whole cells, and the open quoted one."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self.cells: list[str] = []
        self.open: list[str] | None = None  # pieces of the cell that is inside quotes
        self.opener = Line(0, "", "", None)  # the line in which the last quote opened,
        self.column = 0  # and its column, from 1
        self.quoted = 0  # cells that are enclosed in quotes
        self.needed = False  # one of them could not have been written without quotes
        self.bare = False  # a cell that is not enclosed holds a quote

    def feed(self, line: Line) -> None:
        """Take one physical line."""
        text, at = line.text, 0
        while True:
            if self.open is None:
                if not text.startswith(QUOTE, at):
                    stop = text.find(self.delimiter, at)
                    cell = text[at:] if stop < 0 else text[at:stop]
                    self.cells.append(cell)
                    self.bare = self.bare or QUOTE in cell
                    if stop < 0:
                        return
                    at = stop + 1
                    continue
                at += 1
                self.open, self.opener, self.column = [], line, at
            stop = text.find(QUOTE, at)
            if stop < 0:
                self.open += (text[at:], line.end)
                return
            self.open.append(text[at:stop])
            at = stop + 1
            if text.startswith(QUOTE, at):
                self.open.append(QUOTE)
                self.needed = True
                at += 1
                continue
            self._close()
            if at == len(text):
                return
            if not text.startswith(self.delimiter, at):
                raise _TextAfterQuote
            at += 1

    def _close(self) -> None:
        cell = "".join(self.open or ())
        self.open = None
        self.cells.append(cell)
        self.quoted += 1
        self.needed = self.needed or any(c in cell for c in (self.delimiter, "\n", "\r"))


def rows(source: Iterable[Line], delimiter: str, quoted: bool) -> Iterator[Row]:
    """Yield the rows of delimited text; blank lines are no rows.

    Args:
        source: physical lines, see `opening.lines`.
        delimiter: one character.
        quoted: whether quotes enclose cells; if not, they are characters and a line is a row.
    """
    pending: deque[Line] = deque()
    fresh = iter(source)
    while True:
        line = pending.popleft() if pending else next(fresh, None)
        if line is None:
            return
        if quoted and QUOTE in line.text:
            yield _quoted_row(line, pending, fresh, delimiter)
        elif line.text or line.problem:
            yield Row(line.number, line.text.split(delimiter), line.number, line.problem)


def _quoted_row(first: Line, pending: deque[Line], fresh: Iterator[Line], delimiter: str) -> Row:
    """Read on until the row that starts in `first` is whole; give back lines it cannot use."""
    row = _Cells(delimiter)
    line, taken, size = first, [first], len(first.text)
    while True:
        try:
            row.feed(line)
        except _TextAfterQuote:
            problem = _text_after(row.column, row.opener.number, line.number)
            break
        if row.open is None:
            found = next((part.problem for part in taken if part.problem), None)
            return Row(first.number, row.cells, line.number, found)
        following = pending.popleft() if pending else next(fresh, None)
        if following is None:
            problem = f"the quote that opens in column {row.column} is never closed"
            break
        line = following
        taken.append(line)
        size += len(line.text)
        if size > LONGEST:
            problem = (
                f"the quote that opens in column {row.column} is not closed "
                f"within {LONGEST:,} characters"
            )
            break
    opener = row.opener.number
    pending.extendleft(reversed(taken[opener - first.number + 1 :]))
    return Row(opener, row.cells, opener, problem)


def _text_after(column: int, opened: int, closed: int) -> str:
    place = "" if closed == opened else f" in line {closed}"
    return (
        f"text follows the closing quote{place} of the cell that opens in column {column}; "
        "inside quotes, a quote is written twice"
    )


def quoting_of_tsv(source: Iterable[Line]) -> tuple[bool, int]:
    """Return whether quotes enclose cells in this TSV file, and a line that shows they do not.

    Quotes enclose cells if each of them fits the rules of CSV, and one cell needs its quotes (a
    tab, a line end or a doubled quote is inside) or the whole first row is quoted. A stray quote
    anywhere therefore means: quotes are characters. So does a row of several lines that have the
    right number of cells each when read without quoting.

    Returns:
        (True, 0), or (False, line number), or (False, 0) where no quote tells.
    """
    row: _Cells | None = None
    widths: list[int] = []  # cells of each line of `row`, read without quoting
    size = width = 0  # characters of `row`; cells in the first row
    decided = False
    for line in source:
        if row is None:
            if QUOTE not in line.text:
                width = width or (line.text.count("\t") + 1 if line.text else 0)
                continue
            row, widths, size = _Cells("\t"), [], 0
        size += len(line.text)
        widths.append(line.text.count("\t") + 1)
        try:
            row.feed(line)
        except _TextAfterQuote:
            return False, row.opener.number
        if row.bare or size > LONGEST:
            return False, row.opener.number or line.number
        if row.open is None:
            if not width:
                width = len(row.cells)
                decided = row.quoted == width
            if len(widths) > 1 and set(widths) == {width}:
                return False, row.opener.number
            decided = decided or row.needed
            row = None
    if row is not None:
        return False, row.opener.number
    return decided, 0
