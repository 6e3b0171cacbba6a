"""A series of numbers from a CSV or TSV file; what would make forecasts wrong is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from textlstm.corpora import columns
from textlstm.corpora.delimited import Row, rows
from textlstm.corpora.moments import EXPECTED, is_date, is_moment, number, read_by
from textlstm.corpora.opening import bare_suffix, existing, lines
from textlstm.corpora.series import Series
from textlstm.corpora.source import Aloud, many
from textlstm.corpora.tables import dialect
from textlstm.errors import DataError, SettingsError

SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv"}
TIME_NAMES = frozenset((
    "date", "time", "datetime", "timestamp", "month", "year", "day", "week", "quarter", "ds", "t",
    "日期", "时间", "月份", "年份",
))  # fmt: skip
MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "?", "-", "."))
SAMPLE = 100  # rows that are looked at to tell a header and the columns
SHOWN = 3  # refusals in a message


@dataclass(frozen=True, slots=True)
class Asked:
    """Which columns were asked for: the settings of the same names.

    Attributes:
        format: "auto", "csv" or "tsv".
        header: "auto", "yes" or "no".
        time: name or number of the column of times; None to guess.
        value: those of the values; None for the target alone, or without one for all others.
        target: the one of them that is forecast; None for the last.
    """

    format: str = "auto"
    header: str = "auto"
    time: str | None = None
    value: tuple[str, ...] | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Which cells are what.

    Attributes:
        header: whether the first row names the columns.
        width: cells of a row.
        time: index of the column of times, or None.
        values: indices of the columns of values.
        target: place of the forecast one among these.
        names: of the columns of values.
    """

    header: bool
    width: int
    time: int | None
    values: tuple[int, ...]
    target: int
    names: tuple[str, ...]


def read_series(name: str, asked: Asked, aloud: Aloud) -> Series:
    """Return the series in a file.

    Args:
        name: of the file.
        asked: which columns.
        aloud: told what was guessed.

    Raises:
        DataError: the file is not there or has no rows; a column is not there; a value is missing
            or no number; times are not sorted, or one occurs twice.
        SettingsError: a column was asked for twice, or by name where there is no header.
    """
    path = existing(name)
    format = asked.format if asked.format != "auto" else SUFFIXES.get(bare_suffix(path), "")
    if not format:
        raise DataError(f"{name}: the name does not tell the format; say format=csv|tsv.")
    delimiter, quoted = dialect(path, format, aloud)
    found = list(rows(lines(path), delimiter, quoted))
    if not found:
        raise DataError(f"{path.name}: the file is empty.")
    layout = _layout(path.name, found[:SAMPLE], asked, aloud)
    body = found[1:] if layout.header else found
    if not body:
        raise DataError(f"{path.name}: there is a header and no row below it.")
    series = _read(path.name, body, layout)
    _say_steps(series, aloud)
    return series


def _read(name: str, body: Sequence[Row], layout: Layout) -> Series:
    bad: list[str] = []
    values: list[list[float]] = []
    places: list[str] = []
    times: list[str] = []
    order: list[float] = []
    moment = read_by(
        row.cells[layout.time] for row in body
        if layout.time is not None and row.problem is None and len(row.cells) == layout.width
    )  # fmt: skip
    last = ""  # where the last time stands, also where the rest of its row is wrong
    for row in body:
        where = f"{name}:{row.line}"
        problem = row.problem
        if problem is None and len(row.cells) != layout.width:
            standard = "the header" if layout.header else "the first row"
            problem = f"{many(len(row.cells), 'cell')}, but {standard} has {layout.width}"
        if problem is not None:
            bad.append(f"{where}: {problem}")
            continue
        cells = [row.cells[column] for column in layout.values]
        problems = list(_wrong(cells, layout.names))
        if layout.time is not None:
            cell = row.cells[layout.time].strip()
            when = moment(cell)
            if when is None:
                problems.append(f"the time is {_quoted(cell)}: expected {EXPECTED[moment]}")
            elif order and when <= order[-1]:
                again = "the same time again" if when == order[-1] else "not sorted by time"
                problems.append(f"{cell} comes after {times[-1]} ({last}): {again}")
            else:
                order.append(when)
                times.append(cell)
                last = where
        bad += [f"{where}: {problem}" for problem in problems]
        if not problems:
            values.append([float(cell) for cell in cells])
            places.append(where)
    if bad:
        more = f"\n... and {many(len(bad) - SHOWN, 'more problem')}" if len(bad) > SHOWN else ""
        raise DataError(
            "\n".join(bad[:SHOWN]) + more + "\nNo row of a series is left out or filled in: "
            "what follows would shift without notice."
        )
    made = np.array(values, np.float64)
    return Series(name, layout.names, layout.target, made, places, times, order)


def _wrong(cells: Iterable[str], names: Iterable[str]) -> Iterable[str]:
    """Yield what is wrong with the values of a row."""
    for cell, name in zip(cells, names, strict=True):
        if _is_missing(cell):
            yield f"{name!r} is missing ({cell!r})"
        elif number(cell) is None:
            comma = number(cell.replace(",", ".", 1)) is not None
            hint = "; write the decimals behind a point" if comma else ""
            yield f"{name!r} is {_quoted(cell)}: expected a number{hint}"


def _quoted(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else cell[:37] + "...")


def _layout(where: str, found: Sequence[Row], asked: Asked, aloud: Aloud) -> Layout:
    first = found[0]
    if first.problem:
        raise DataError(f"{where}:{first.line}: {first.problem}.")
    width = len(first.cells)
    cells = [row.cells for row in found if row.problem is None and len(row.cells) == width]
    header = _has_header(f"{where}:{first.line}", cells, asked)
    names = first.cells if header else None
    body = cells[1:] if header else cells
    called = list(names) if names else [str(number + 1) for number in range(width)]

    def place(key: str, name: str) -> int:
        return columns.position(where, key, name, names, width)

    time = place("time", asked.time) if asked.time is not None else _guess(names, body, width)
    if asked.value is not None:
        values = [place("value", name) for name in asked.value]
    elif asked.target is not None:
        values = [place("target", asked.target)]
    else:
        values = [column for column in range(width) if column != time]
    if not values:
        raise DataError(f"{where}:1: there is no column of values beside the time; say value=NAME.")
    if len(set(values)) < len(values) or time in values:
        raise SettingsError(f"{where}: value= and time= name a column twice.")
    target = place("target", asked.target) if asked.target is not None else values[-1]
    if target not in values:
        raise SettingsError(
            f"target={asked.target}: expected one of value={','.join(asked.value or ())}"
        )
    row = "the first row is the header" if header else "there is no header"
    order = (
        f"time column: {called[time]!r}" if time is not None else "no time column: rows in order"
    )
    order += " (guessed)" if asked.time is None and time is not None else ""
    read = ", ".join(repr(called[column]) for column in values)
    guessed = " (guessed)" if asked.value is None and asked.target is None else ""
    what = f"; forecast: {called[target]!r}" if len(values) > 1 else ""
    aloud(f"{where}: {row}; {order}; values: {read}{guessed}{what}")
    chosen = tuple(called[column] for column in values)
    return Layout(header, width, time, tuple(values), values.index(target), chosen)


def _has_header(where: str, cells: Sequence[Sequence[str]], asked: Asked) -> bool:
    """Return whether the first row names columns: numbers, or dates, stand below it alone.

    Raises:
        DataError: of the columns of numbers or dates, it fits one and not another.
    """
    if asked.header != "auto":
        return asked.header == "yes"
    names = (asked.time, *(asked.value or ()), asked.target)
    if any(name is not None and not columns.is_number(name) for name in names):
        return True
    first, rest = cells[0], cells[1:]
    alike: list[str] = []  # cells above numbers or dates that are such ones themselves
    other: list[str] = []
    for column, cell in enumerate(first):
        below = [row[column] for row in rest if not _is_missing(row[column])]
        if below and sum(map(is_moment, below)) > len(below) / 2 and not _is_missing(cell):
            (alike if is_moment(cell) else other).append(cell)
    if alike and other:
        raise DataError(
            f"{where}: {_quoted(alike[0])} could be a value, {_quoted(other[0])} a name: is the "
            "first row a header or an example? Say header=yes or header=no."
        )
    return bool(other) if alike or other else not any(map(is_moment, first))


def _is_missing(cell: str) -> bool:
    return cell.strip().lower() in MISSING


def _guess(names: Sequence[str] | None, body: Sequence[Sequence[str]], width: int) -> int | None:
    """Return the column of times: called so, or holding dates; None where there is none."""
    if width < 2:
        return None
    for column in range(width):
        if names is not None and columns.plain(names[column]) in TIME_NAMES:
            return column
    for column in range(width):
        if body and all(is_date(row[column]) for row in body):
            return column
    return None


def _say_steps(series: Series, aloud: Aloud) -> None:
    """Say that rows are not equally far apart in time, where they are not."""
    if len(series.order) < 3:
        return
    steps = np.diff(np.array(series.order))
    usual = float(np.median(steps))
    gaps = np.flatnonzero(steps > 1.5 * usual)
    if len(gaps):
        at = int(gaps[0])
        aloud(
            f"{series.name}: {many(len(gaps), 'step')} in time of {len(steps):,} longer than the "
            f"usual one (the first: {series.times[at]} to {series.times[at + 1]}, "
            f"{series.places[at + 1]}): each row counts as one step"
        )
