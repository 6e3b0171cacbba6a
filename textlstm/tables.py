"""Tables of plain text: aligned by what a terminal shows, cut into blocks where it is narrow."""

import textwrap
import unicodedata
from collections.abc import Sequence

GAP = "  "


def columns_of(text: str) -> int:
    """Return how many terminal columns a text takes; an East Asian wide character takes two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def clip(text: str, columns: int) -> str:
    """Return one line of at most so many columns, with `...` where something is missing."""
    line = " ".join(text.split())
    if columns_of(line) <= columns:
        return line
    kept = ""
    for character in line:
        if columns_of(kept + character) > columns - 3:
            break
        kept += character
    return kept + "..."


def grid(header: Sequence[str], rows: Sequence[Sequence[str]], columns: int) -> list[str]:
    """Return lines of a table: first column to the left, the others to the right.

    A table wider than `columns` is cut into blocks, each with the first column again.
    """
    table = [list(header), *map(list, rows)]
    widths = [max(columns_of(row[place]) for row in table) for place in range(len(header))]
    lines: list[str] = []
    for block in _blocks(widths, columns):
        if lines:
            lines.append("")
        for number, row in enumerate(table):
            cells = [_left(row[0], widths[0]), *(_right(row[p], widths[p]) for p in block)]
            lines.append(GAP.join(cells).rstrip())
            if number == 0:
                lines.append(GAP.join("-" * widths[place] for place in (0, *block)))
    return lines


def paragraph(text: str, columns: int, bullet: str = "- ") -> list[str]:
    """Return a text wrapped behind a bullet."""
    return textwrap.wrap(
        text, max(20, columns), initial_indent=bullet, subsequent_indent=" " * len(bullet),
        break_on_hyphens=False,
    )  # fmt: skip


def _blocks(widths: Sequence[int], columns: int) -> list[list[int]]:
    blocks: list[list[int]] = [[]]
    used = widths[0]
    for place in range(1, len(widths)):
        more = len(GAP) + widths[place]
        if blocks[-1] and used + more > columns:
            blocks.append([])
            used = widths[0]
        blocks[-1].append(place)
        used += more
    return blocks


def _left(text: str, columns: int) -> str:
    return text + " " * (columns - columns_of(text))


def _right(text: str, columns: int) -> str:
    return " " * (columns - columns_of(text)) + text
