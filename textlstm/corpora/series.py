"""A series of numbers in time: its rows, and the windows of it that are examples.

An example is a place in the series: its input are the `history` rows before it, its target the
`horizon` values of one column from it on. Parts follow each other in time, and the rows before a
part are its past: the test part is forecast from rows of the training part too (walk-forward,
Tashman 2000, "Out-of-sample tests of forecasting accuracy"). No target lies in two parts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from textlstm.cache import key
from textlstm.corpora.example import Example
from textlstm.corpora.source import PARTS, Aloud, many
from textlstm.errors import DataError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """Rows in time order.

    Attributes:
        name: of where they are from, "air.csv".
        names: of the columns.
        target: index of the column that is forecast.
        values: (rows, columns).
        places: how each row is found again, such as "air.csv:7".
        times: as written, "1949-01"; empty where there is no column of times.
        order: the times as numbers, rising; empty likewise.
    """

    name: str
    names: tuple[str, ...]
    target: int
    values: Floats
    places: Sequence[str]
    times: Sequence[str] = ()
    order: Sequence[float] = ()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.values)

    def cut(self, start: int, end: int) -> "Series":
        """Return the rows from `start` to before `end`."""
        return Series(
            self.name, self.names, self.target, self.values[start:end], self.places[start:end],
            self.times[start:end], self.order[start:end],
        )  # fmt: skip

    def range(self) -> str:
        """Return where the rows are: "air.csv:2-97"."""
        last = self.places[-1].rpartition(":")[2]
        return f"{self.places[0]}-{last}"


class Windows:
    """The examples of a stretch of a series; iterating makes them again.

    Attributes:
        series: the stretch, and what is before it.
        gap: rows between its end and the test part.
    """

    def __init__(
        self, series: Series, start: int, history: int, horizon: int, gap: int = 0
    ) -> None:
        """Take the rows from `start` on as targets, the rows before them as their past."""
        self.gap = gap
        self.series = series
        self._first, self._history, self._horizon = max(start, history), history, horizon

    def __len__(self) -> int:
        """Return the number of examples."""
        return max(0, len(self.series) - self._horizon + 1 - self._first)

    def __iter__(self) -> Iterator[Example]:
        """Yield the examples in time order; `where` is that of the first row of the target."""
        series = self.series
        target = series.values[:, series.target].tolist()
        wide = series.values.shape[1] > 1
        rows: list[Any] = list(map(tuple, series.values.tolist())) if wide else target
        for place in range(self._first, self._first + len(self)):
            yield Example(
                tuple(rows[place - self._history : place]),
                tuple(target[place : place + self._horizon]),
                series.places[place],
            )


class SeriesCorpus:
    """Windows of a series that is split by time: train, then valid, then test.

    Attributes:
        name: "air.csv", "sine-wave".
        fingerprint: a hash of all values, of the columns and of how windows are cut.
        parts: {"train": Windows, "valid": ..., "test": ...}.
    """

    def __init__(
        self, name: str, pieces: Mapping[str, Series], history: int, horizon: int, aloud: Aloud
    ) -> None:
        """Join the parts, and see that there is something to learn and to score.

        Args:
            name: how it is called in reports.
            pieces: the rows of "train", "valid" and "test".
            history: rows of an input.
            horizon: rows of a target.
            aloud: told what is found.

        Raises:
            DataError: a part is too short, has other columns or is not after the one before it, or
                a column of the training part never changes.
        """
        self.name = name
        self._aloud = aloud
        self._pieces = pieces
        _check_train(pieces["train"], history, horizon)
        for part, before in (("valid", "train"), ("test", "valid")):
            _check_next(part, pieces[part], pieces[before], horizon)
        whole, start = pieces["train"], 0
        self.parts: dict[str, Windows] = {}
        for part in PARTS:
            whole = whole if part == "train" else joined(whole, pieces[part])
            gap = len(pieces["valid"]) if part == "train" else 0
            self.parts[part] = Windows(whole, start, history, horizon, gap)
            start = len(whole)
        about = repr((whole.names, whole.target, history, horizon, [len(p) for p in self._all]))
        self.fingerprint = key("series 1", about, whole.values.tobytes().hex())

    @property
    def _all(self) -> list[Series]:
        return [self._pieces[part] for part in PARTS]

    @property
    def train(self) -> Windows:
        """The examples to learn from."""
        return self.parts["train"]

    @property
    def valid(self) -> Windows:
        """The examples that decide when to stop."""
        return self.parts["valid"]

    @property
    def test(self) -> Windows:
        """The examples that are only scored."""
        return self.parts["test"]

    @property
    def notes(self) -> list[str]:
        """What was said so far."""
        return self._aloud.notes

    def __iter__(self) -> Iterator[tuple[str, Example]]:
        """Yield (part, example) over everything in time order."""
        for part, windows in self.parts.items():
            for example in windows:
                yield part, example

    def summary(self) -> list[str]:
        """Return a line a part: rows, from when to when, and places that are forecast."""
        found = []
        for part, piece in self._pieces.items():
            when = f" ({piece.times[0]} to {piece.times[-1]})" if piece.times else ""
            examples = many(len(self.parts[part]), "forecast")
            found.append(f"{part}: {many(len(piece), 'row')}{when}, {examples}")
        return found


def split_by_time(series: Series, shares: Sequence[float]) -> dict[str, Series]:
    """Return train, valid and test: shares of the rows, rounded, in time; train has the rest."""
    rows = len(series)
    valid, test = (round(rows * share / sum(shares)) for share in shares[1:])
    ends = {"train": (0, rows - valid - test), "valid": (rows - valid - test, rows - test)}
    return {
        part: series.cut(*(ends[part] if part in ends else (rows - test, rows))) for part in PARTS
    }


def joined(first: Series, second: Series) -> Series:
    """Return the rows of both."""
    return Series(
        first.name, first.names, first.target, np.concatenate([first.values, second.values]),
        [*first.places, *second.places], [*first.times, *second.times],
        [*first.order, *second.order],
    )  # fmt: skip


@dataclass(frozen=True)
class Stretch:
    """The series that windows were cut from.

    Attributes:
        rows: (n, columns), without those of the last target.
        values: of the column that is forecast, with the last target, (n + horizon,).
        columns: names.
        target: index of the column that is forecast.
        history: rows of an input.
        horizon: rows of a target.
    """

    rows: Floats
    values: Floats
    columns: tuple[str, ...]
    target: int
    history: int
    horizon: int


def stretch_of(examples: Iterable[Example]) -> Stretch:
    """Return the series that windows were cut from, which follow each other row by row.

    Columns are named by the series where the examples are its `Windows`; else they are numbered,
    and the last one is forecast.

    Raises:
        DataError: there is no example.
    """
    rows: list[Any] = []
    example = None
    for example in examples:
        rows += example.input if not rows else example.input[-1:]
    if example is None:
        raise DataError("the training part holds no window: there is nothing to learn from")
    made = np.asarray(rows, np.float64).reshape(len(rows), -1)
    width = made.shape[1]
    columns, target = tuple(str(number + 1) for number in range(width)), width - 1
    if isinstance(examples, Windows):
        columns, target = examples.series.names, examples.series.target
    values = np.concatenate([made[:, target], np.asarray(example.target, np.float64)])
    sizes = len(example.input), len(example.target)
    return Stretch(made, values, columns, target, *sizes)


def _check_train(train: Series, history: int, horizon: int) -> None:
    needed = history + horizon + 1
    if len(train) < needed:
        where = train.range() if len(train) else train.name
        raise DataError(
            f"{where}: {many(len(train), 'row')} in train, but history={history} and "
            f"horizon={horizon} need {needed} or more; a smaller history= needs fewer."
        )
    for column, name in enumerate(train.names):
        if np.ptp(train.values[:, column]) == 0:
            raise DataError(
                f"{train.range()}: {name!r} is {train.values[0, column]:g} in all "
                f"{len(train):,} rows of train: there is nothing to learn"
                + ("." if column == train.target else "; leave it out with value=.")
            )


def _check_next(part: str, piece: Series, before: Series, horizon: int) -> None:
    if len(piece) < horizon:
        where = piece.range() if len(piece) else piece.name
        raise DataError(
            f"{where}: {many(len(piece), 'row')} in {part}, but horizon={horizon} needs "
            f"{horizon} or more; say {part}=FILE, or give {part} a larger share with split=."
        )
    if piece.names != before.names:
        raise DataError(
            f"{piece.name}: its columns are {', '.join(piece.names)}, "
            f"those of {before.name} {', '.join(before.names)}."
        )
    if piece.order and before.order and piece.order[0] <= before.order[-1]:
        raise DataError(
            f"{piece.places[0]}: {piece.times[0]} is not after {before.times[-1]} "
            f"({before.places[-1]}): {part} must follow in time."
        )
