"""From the data settings to the windows of a series."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np

from textlstm.corpora.series import Series, SeriesCorpus, Windows, split_by_time
from textlstm.corpora.series_table import Asked, read_series
from textlstm.corpora.source import PARTS, Aloud, many
from textlstm.errors import DataError, SettingsError, nearest
from textlstm.settings import SeriesDataSettings, agreed_parts

SPLIT = SeriesDataSettings().split  # what is not asked for


def series_windows(
    s: SeriesDataSettings,
    say: Callable[[str], None] = lambda _: None,
    *,
    default: str | None = None,
) -> SeriesCorpus:
    """Return the windows of the series that the data settings ask for.

    Args:
        s: which file, which columns, how it is split and cut.
        say: told every decision that was not asked for; it is in the corpus' `notes` too.
        default: what `data=` is where neither it nor a file is given.

    Raises:
        SettingsError: the settings contradict each other.
        DataError: a file is not there or no series, see `series_table.read_series`; a part is too
            short, or never changes.
    """
    aloud = Aloud(say)
    given = agreed_parts(s)
    if given:
        pieces = _of_files(s, given, aloud)
        return SeriesCorpus(pieces["train"].name, pieces, s.history, s.horizon, aloud)
    data = s.data if s.data is not None else default
    if data is None:
        raise SettingsError("nothing to learn from: say data=FILE to split a file, or train=FILE.")
    if data in _embedded():
        pieces = _of_embedded(data, s)
        return SeriesCorpus(data, pieces, s.history, s.horizon, aloud)
    try:
        series = read_series(data, _asked(s), aloud)
    except DataError as error:
        near = nearest(data, _embedded())
        if near and "no such file" in str(error):
            raise DataError(f"{data}: no such file or embedded corpus.{near}") from error
        raise
    pieces = split_by_time(series, s.split)
    shown = ", ".join(f"{part} {len(pieces[part]):,}" for part in PARTS)
    aloud(f"{series.name}: {many(len(series), 'row')} split by time: {shown}")
    return SeriesCorpus(series.name, pieces, s.history, s.horizon, aloud)


def read_series_part(
    path: str, s: SeriesDataSettings, say: Callable[[str], None], kind: str = "forecast"
) -> Windows:
    """Return the windows of one file: its first `history` rows are only read as past.

    Args:
        path: the file.
        s: which columns, and how windows are cut; its files are ignored.
        say: told what is decided.
        kind: of the task, which is no other.

    Raises:
        SettingsError: as `series_windows`.
        DataError: as `series_windows`.
    """
    assert kind == "forecast"
    series = read_series(path, _asked(s), Aloud(say))
    if len(series) < s.history + s.horizon:
        raise DataError(
            f"{series.range()}: {many(len(series), 'row')}, but history={s.history} and "
            f"horizon={s.horizon} need {s.history + s.horizon} or more."
        )
    say(f"{series.name}: the first {s.history} rows are only read as the past of those after them")
    return Windows(series, 0, s.history, s.horizon)


def _asked(s: Any) -> Asked:
    return Asked(**{field.name: getattr(s, field.name) for field in fields(Asked)})


def _of_files(s: Any, given: list[str], aloud: Aloud) -> dict[str, Series]:
    """Return the parts of given files; what is missing is the end of train."""
    if len(given) == len(PARTS) and s.split != SPLIT:
        raise SettingsError("split= has no meaning where all three parts are files.")
    found = {part: read_series(getattr(s, part), _asked(s), aloud) for part in given}
    whole = len(found["train"])
    for part in reversed(PARTS[1:]):
        if part in found:
            continue
        train = found["train"]
        rows = round(whole * s.split[PARTS.index(part)])
        found[part] = train.cut(len(train) - rows, len(train))
        found["train"] = train.cut(0, len(train) - rows)
        aloud(f"no {part}: it is the last {many(rows, 'row')} of train")
    for part, before in (("valid", "train"), ("test", "valid")):
        if part in given and not found[part].order:
            aloud(f"{found[part].name} is taken to follow {found[before].name} row on row")
    return {part: found[part] for part in PARTS}


def _of_embedded(name: str, s: Any) -> dict[str, Series]:
    from textlstm.corpora import embedded

    for key, value in (("format", "auto"), ("header", "auto"), ("time", None), ("value", None),
                       ("target", None), ("split", SPLIT)):  # fmt: skip
        if getattr(s, key) != value:
            raise SettingsError(f"{key}= has no meaning for the embedded corpus {name}.")
    pieces = {}
    for part, source in embedded.load(name).items():
        read = list(source)
        values = np.array([row.input for row in read], np.float64)
        pieces[part] = Series(name, ("value",), 0, values, [row.where for row in read])
    return pieces


def _embedded() -> list[str]:
    from textlstm.corpora import embedded

    return embedded.names("forecast")
