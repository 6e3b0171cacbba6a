"""Points in time as they are written in tables, as numbers that order them."""

import re
from datetime import UTC, datetime

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|\+00:00)?)?)?",
    re.ASCII,
)
EXPECTED = "a number, or a date such as 1949-01, 1949-01-31 or 1949-01-31 12:00"


def number(cell: str) -> float | None:
    """Return the number that a cell is, or None; neither infinite nor "nan"."""
    text = cell.strip()
    value = float(text) if NUMBER.fullmatch(text) else None
    return value if value is not None and abs(value) < float("inf") else None


def moment(cell: str) -> float | None:
    """Return a point in time as a number, or None where the cell is none.

    A number counts as it is; a date as seconds since 1970, year first, UTC.
    """
    plain = number(cell)
    if plain is not None:
        return plain
    found = _DATE.fullmatch(cell.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = found.groups(default="")
    date, clock = (int(year), int(month), int(day or 1)), (int(hour or 0), int(minute or 0))
    try:
        made = datetime(*date, *clock, int(second or 0), tzinfo=UTC)
    except ValueError:  # there is no 31st of February
        return None
    return made.timestamp()


def is_date(cell: str) -> bool:
    """Return whether a cell is a date and no mere number."""
    return number(cell) is None and moment(cell) is not None
