"""Points in time as they are written in tables, as numbers that order them."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?(?:Z|\+00:00)?)?)?",
    re.ASCII,
)
_MONTH = re.compile(r"\d{4}\.(0[1-9]|1[0-2])", re.ASCII)  # or a number, but for its column


def number(cell: str) -> float | None:
    """Return the number that a cell is, or None; neither infinite nor "nan"."""
    text = cell.strip()
    value = float(text) if NUMBER.fullmatch(text) else None
    return value if value is not None and abs(value) < float("inf") else None


def date(cell: str) -> float | None:
    """Return the seconds since 1970 of a date, year first, UTC; None where the cell is none."""
    found = _DATE.fullmatch(cell.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, rest = found.groups(default="")
    begin, clock = (int(year), int(month), int(day or 1)), (int(hour or 0), int(minute or 0))
    try:
        made = datetime(*begin, *clock, int(second or 0), tzinfo=UTC)
    except ValueError:  # there is no 31st of February
        return None
    return made.timestamp() + float(rest or 0)


EXPECTED: dict[Callable[[str], float | None], str] = {
    number: "a number",
    date: "a date such as 1949-01, 1949-01-31 or 1949-01-31 12:00",
}


def is_moment(cell: str) -> bool:
    """Return whether a cell is a number or a date."""
    return number(cell) is not None or date(cell) is not None


def is_date(cell: str) -> bool:
    """Return whether a cell is a date and no mere number."""
    return number(cell) is None and date(cell) is not None


def read_by(cells: Iterable[str]) -> Callable[[str], float | None]:
    """Return what reads a column of times, `number` or `date`: most cells tell.

    A column has one unit: a year among dates is no date. Numbers that are all a year and a month,
    2020.09 and 2020.10, are dates.
    """
    texts = [cell.strip() for cell in cells]
    numbers = [text for text in texts if number(text) is not None]
    if all(map(_MONTH.fullmatch, numbers)):
        return date
    return date if 2 * len(numbers) < len(texts) and any(map(is_date, texts)) else number
