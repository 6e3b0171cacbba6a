"""The past of a series as a caller gives it: numbers, rows of numbers, or a line of text."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm.errors import DataError

SHOWN = 4  # last values of a past that a person is shown
NO_NUMBERS = (str, bytes, bytearray, bool, np.bool_)  # though float() takes them


def past_of(given: Any, history: int, columns: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the last `history` rows of a past, (history, columns).

    Args:
        given: numbers, rows of numbers, an array, or text.
        history: rows that are needed; of more the last are taken.
        columns: names of the columns.

    Raises:
        TypeError: something else, also in place of a number.
        DataError: too few rows, rows of another width, or what is no finite number.
    """
    rows = parsed(given) if isinstance(given, str) else given
    if isinstance(rows, (bytes, dict)) or not hasattr(rows, "__len__"):
        raise TypeError(f"the past is a {type(given).__name__}: expected numbers, or rows of them")
    wide = len(columns)
    found = [_row(row) for row in rows]
    for number, row in enumerate(found, 1):
        if len(row) != wide:
            raise DataError(
                f"row {number} of the past has {len(row)} numbers: expected {wide}, "
                f"of {', '.join(columns)}"
            )
        for name, value in zip(columns, row, strict=True):
            if not math.isfinite(value):
                raise DataError(f"row {number} of the past: {name!r} is {value}: a gap?")
    if len(found) < history:
        raise DataError(f"the past has {len(found)} rows: expected {history} or more, oldest first")
    return np.array(found[-history:], np.float64)


def parsed(text: str) -> list[list[float]]:
    """Return the rows of numbers in a line: `;` between rows, spaces or commas between numbers.

    Without `;` each number is a row.

    Raises:
        DataError: something that is no number.
    """
    rows = text.split(";") if ";" in text else text.replace(",", " ").split()
    found = []
    for row in rows:
        numbers = row.replace(",", " ").split()
        try:
            found.append([float(number) for number in numbers])
        except ValueError:
            wrong = next(n for n in numbers if not _is_number(n))
            raise DataError(
                f"{wrong[:40]!r} is no number: a past is numbers between spaces, oldest first"
            ) from None
    return found


def shown(given: Any) -> str:
    """Return the last rows of a past on one line."""
    rows = [_row(row) for row in list(given)[-SHOWN:]]
    last = "; ".join(" ".join(f"{value:g}" for value in row) for row in rows)
    if all(len(row) == 1 for row in rows):
        last = last.replace(";", "")
    return f"... {last}" if len(given) > SHOWN else last


def _row(row: Any) -> list[float]:
    single = getattr(row, "shape", None) == () or not hasattr(row, "__len__")
    if single or isinstance(row, (str, bytes, dict, set)):
        return [_number(row)]
    return [_number(value) for value in row]


def _number(value: Any) -> float:
    try:
        if getattr(value, "shape", ()) == () and not isinstance(value, NO_NUMBERS):
            return float(value)
    except OverflowError:
        raise DataError("the past holds a number too large for a float") from None
    except (TypeError, ValueError):
        pass
    raise TypeError(f"the past holds a {type(value).__name__}: expected numbers, or rows of them")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
