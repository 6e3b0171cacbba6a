"""Series: what is read and what is refused, how they are split and cut."""

import numpy as np
import pytest

from textlstm import corpora
from textlstm.corpora import moments
from textlstm.corpora.example import Example
from textlstm.corpora.series import stretch_of
from textlstm.corpora.series_table import Asked, read_series
from textlstm.corpora.sine_wave import value
from textlstm.errors import DataError, SettingsError
from textlstm.settings import SeriesDataSettings

GAP = "No row of a series is left out or filled in: what follows would shift without notice."


def written(tmp_path, lines, name="air.csv"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def months(number, start=0):
    return [f"{1950 + n // 12}-{n % 12 + 1:02},{100 + n * n % 17}" for n in range(start, number)]


def read(path, said=None, **asked):
    return read_series(path, Asked(**asked), (said if said is not None else []).append)


def settings(**values):
    return SeriesDataSettings.from_mapping({"history": 3, "horizon": 2, **values})


def refusal(path, **asked):
    with pytest.raises(DataError) as caught:
        read(path, **asked)
    return str(caught.value)


def test_columns_are_guessed_and_said(tmp_path):
    said = []
    found = read(written(tmp_path, ["Month,Passengers", *months(5)]), said)
    assert found.names == ("Passengers",)
    assert found.values[:, 0].tolist() == [100, 101, 104, 109, 116]
    assert found.times[0] == "1950-01"
    assert found.places[-1] == "air.csv:6"
    assert said == [
        "air.csv: the first row is the header; time column: 'Month' (guessed); "
        "values: 'Passengers' (guessed)"
    ]


def test_without_header_and_times(tmp_path):
    said = []
    found = read(written(tmp_path, ["1.5", "2", "-3e2"]), said)
    assert found.values[:, 0].tolist() == [1.5, 2, -300]
    assert (found.times, found.order) == ([], [])
    assert said[0].startswith("air.csv: there is no header; no time column: rows in order;")


def test_columns_are_as_asked(tmp_path):
    lines = ["date,open,close,note", "2020-01-01,1,2,a", "2020-01-02,3,4,b", "2020-01-03,5,6,c"]
    path = written(tmp_path, lines)
    found = read(path, value=("close", "open"), target="close")
    assert (found.names, found.target) == (("close", "open"), 0)
    assert found.values.tolist() == [[2, 1], [4, 3], [6, 5]]
    assert read(path, target="open").names == ("open",)
    assert read(path, value=("2", "3")).target == 1
    with pytest.raises(SettingsError, match=r"target=note: expected one of value=open,close"):
        read(path, value=("open", "close"), target="note")
    with pytest.raises(SettingsError, match="value= and time= name a column twice"):
        read(path, value=("open", "open"))
    assert refusal(path, value=("clsoe",)) == (
        "air.csv:1: there is no column 'clsoe' among 'date', 'open', 'close', 'note'. "
        "Did you mean 'close'?"
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1950-04,", "'Passengers' is missing ('')"),
        ("1950-04,NA", "'Passengers' is missing ('NA')"),
        ("1950-04,nan", "'Passengers' is missing ('nan')"),
        ("1950-04,many", "'Passengers' is 'many': expected a number"),
        ("1950-04,inf", "'Passengers' is 'inf': expected a number"),
        (
            '1950-04,"1,5"',
            "'Passengers' is '1,5': expected a number; write the decimals behind a point",
        ),
        ("1950-04,1,2", "3 cells, but the header has 2"),
        ("1950-03,5", "1950-03 comes after 1950-03 (air.csv:4): the same time again"),
        ("1950-01,5", "1950-01 comes after 1950-03 (air.csv:4): not sorted by time"),
        (
            "1950-13,5",
            "the time is '1950-13': expected a date such as 1949-01, 1949-01-31 or 1949-01-31 "
            "12:00",
        ),
        (
            "1950,5",
            "the time is '1950': expected a date such as 1949-01, 1949-01-31 or 1949-01-31 12:00",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_refused(tmp_path, row, problem):
    path = written(tmp_path, ["Month,Passengers", *months(3), row, *months(8, 4)])
    assert refusal(path) == f"air.csv:5: {problem}\n{GAP}"


def test_a_time_is_held_against_that_of_a_row_that_is_refused(tmp_path):
    path = written(tmp_path, ["date,time,x", "2020-01-01,00:00,1", "2020-01-01,01:00,5"])
    assert refusal(path).splitlines() == [
        "air.csv:2: 'time' is '00:00': expected a number",
        "air.csv:3: 'time' is '01:00': expected a number",
        "air.csv:3: 2020-01-01 comes after 2020-01-01 (air.csv:2): the same time again",
        GAP,
    ]


def test_many_refusals_are_counted(tmp_path):
    path = written(tmp_path, ["t,x", *(f"{n}," for n in range(6)), "7,1"])
    found = refusal(path, header="yes").splitlines()
    assert found[:4] == [
        "air.csv:2: 'x' is missing ('')",
        "air.csv:3: 'x' is missing ('')",
        "air.csv:4: 'x' is missing ('')",
        "... and 3 more problems",
    ]


def test_other_files_are_refused(tmp_path):
    assert refusal(written(tmp_path, [""])) == "air.csv: the file is empty."
    assert refusal(written(tmp_path, ["t,x"])) == "air.csv: there is a header and no row below it."
    path = written(tmp_path, ["1"], "air.txt")
    assert refusal(path) == f"{path}: the name does not tell the format; say format=csv|tsv."
    assert read(path, format="csv").values.tolist() == [[1.0]]


def test_a_longer_step_in_time_is_said(tmp_path):
    said = []
    lines = ["d,x", "2020-01-01,1", "2020-01-02,2", "2020-01-03,3", "2020-01-06,4"]
    read(written(tmp_path, lines), said)
    assert said[1] == (
        "air.csv: 1 step in time of 3 longer than the usual one (the first: 2020-01-03 to "
        "2020-01-06, air.csv:5): each row counts as one step"
    )


def test_moments():
    assert moments.number("12.5") == 12.5
    assert moments.date("1970-01-02") == 86400
    assert moments.date("1970-01-01 00:01:05") == 65
    assert moments.date("1970-01-01 00:00:00.25Z") == 0.25
    assert moments.date("1970-01-01T01:00Z") == 3600
    assert moments.date("2021/3/4") == moments.date("2021-03-04")
    wrong = ("", "31.12.2020", "2020-02-30", "nan", "x")
    assert not any(map(moments.is_moment, wrong))


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["2020.09", "2020.10", "2020.11"], [0, 30, 61]),  # days
        (["2020.50", "2020.75"], None),  # parts of a year
        (["2020.01", "2020.13"], None),
        (["1", "2", "2020-01-03"], None),
    ],
)
def test_a_column_of_times_has_one_unit(cells, order):
    read = moments.read_by(cells)
    assert read is (moments.number if order is None else moments.date)
    if order is not None:
        first = read(cells[0])
        assert [(read(cell) - first) / 86400 for cell in cells] == order


def test_fractions_of_a_second_are_points_in_time(tmp_path):
    rows = [f"2020-01-01 00:00:00.{n},{n}" for n in range(1, 5)]
    found = read(written(tmp_path, ["t,x", *rows]))
    assert np.diff(found.order) == pytest.approx([0.1] * 3, abs=1e-5)


def test_a_first_row_that_may_be_either_is_asked_for(tmp_path):
    path = written(tmp_path, ["2020-01-01,1O", "2020-01-02,5", "2020-01-03,6"])
    assert refusal(path) == (
        "air.csv:1: '2020-01-01' could be a value, '1O' a name: is the first row a header or an "
        "example? Say header=yes or header=no."
    )
    assert refusal(path, header="no").startswith("air.csv:1: '2' is '1O': expected a number")
    assert read(path, header="yes").names == ("1O",)


def test_an_empty_name_is_no_value(tmp_path):
    path = written(tmp_path, [",sales", "2020-01-01,4", "2020-01-02,5"])
    assert read(path).names == ("sales",)
    path = written(tmp_path, ["2020-01-01,NA", "2020-01-02,5", "2020-01-03,6"])
    assert refusal(path).startswith("air.csv:1: '2' is missing ('NA')")


def test_windows_follow_each_other_and_no_target_is_in_two_parts(tmp_path):
    path = written(tmp_path, ["t,x", *(f"{n},{n}" for n in range(20))])
    corpus = corpora.series_windows(settings(data=path, split=(0.5, 0.2, 0.3)))
    parts = {part: list(windows) for part, windows in corpus.parts.items()}
    assert parts["train"][0] == Example((0.0, 1.0, 2.0), (3.0, 4.0), "air.csv:5")
    assert parts["train"][-1].target == (8.0, 9.0)
    assert parts["valid"] == [
        Example((7.0, 8.0, 9.0), (10.0, 11.0), "air.csv:12"),
        Example((8.0, 9.0, 10.0), (11.0, 12.0), "air.csv:13"),
        Example((9.0, 10.0, 11.0), (12.0, 13.0), "air.csv:14"),
    ]
    assert parts["test"][0].input == (11.0, 12.0, 13.0)  # the past is of the part before
    assert [e.target for e in parts["test"]] == [(14 + n, 15 + n) for n in range(5)]
    assert {len(corpus.parts[part]) == len(found) for part, found in parts.items()} == {True}
    assert corpus.summary() == [
        "train: 10 rows (0 to 9), 6 forecasts",
        "valid: 4 rows (10 to 13), 3 forecasts",
        "test: 6 rows (14 to 19), 5 forecasts",
    ]
    again = stretch_of(corpus.train)
    assert again.values.tolist() == list(range(10))
    assert again.rows[:, 0].tolist() == list(range(8))
    assert stretch_of(parts["train"]).values.tolist() == list(range(10))


def test_several_columns_are_rows_of_the_input(tmp_path):
    path = written(tmp_path, ["a,b", *(f"{n},{n * n}" for n in range(20))])
    corpus = corpora.series_windows(settings(data=path, target="a", value=("b", "a")))
    first = next(iter(corpus.train))
    assert first == Example(((0.0, 0.0), (1.0, 1.0), (4.0, 2.0)), (3.0, 4.0), "air.csv:5")
    known = stretch_of(corpus.train)
    assert (known.columns, known.target) == (("b", "a"), 1)
    assert known.values.tolist() == list(range(16))


def test_parts_in_files_must_follow_each_other(tmp_path):
    train = written(tmp_path, ["Month,Passengers", *months(24)], "train.csv")
    test = written(tmp_path, ["Month,Passengers", *months(40, 24)], "test.csv")
    corpus = corpora.series_windows(settings(train=train, test=test))
    assert "no valid: it is the last 2 rows of train" in corpus.notes
    assert [e.where for e in corpus.test][0] == "test.csv:2"
    assert next(iter(corpus.test)).input == tuple(100 + n * n % 17 for n in (21, 22, 23))
    shares = corpora.series_windows(settings(train=train, split=(0.5, 0.25, 0.25)))
    assert [row.split(" (")[0] for row in shares.summary()] == [
        "train: 12 rows", "valid: 6 rows", "test: 6 rows"
    ]  # fmt: skip
    with pytest.raises(SettingsError, match="split= has no meaning where all three parts are fil"):
        corpora.series_windows(
            settings(train=train, valid=test, test=test, split=(0.5, 0.25, 0.25))
        )
    with pytest.raises(DataError) as caught:
        corpora.series_windows(settings(train=test, test=train))
    assert str(caught.value) == (
        "train.csv:2: 1950-01 is not after 1953-04 (test.csv:17): test must follow in time."
    )


def test_the_fingerprint_hangs_on_values_and_windows(tmp_path):
    rows = ["x", *(str(n % 7) for n in range(40))]
    path = written(tmp_path, rows)
    first = corpora.series_windows(settings(data=path)).fingerprint
    assert corpora.series_windows(settings(data=path)).fingerprint == first
    assert corpora.series_windows(settings(data=path, history=4)).fingerprint != first
    written(tmp_path, [*rows[:-1], "9"])
    assert corpora.series_windows(settings(data=path)).fingerprint != first


def test_too_short_and_constant_series_are_refused(tmp_path):
    path = written(tmp_path, ["x", *map(str, range(7))])
    with pytest.raises(DataError) as caught:
        corpora.series_windows(settings(data=path))
    assert str(caught.value) == (
        "air.csv:2-6: 5 rows in train, but history=3 and horizon=2 need 6 or more; "
        "a smaller history= needs fewer."
    )
    path = written(tmp_path, ["x,y", *(f"5,{n}" for n in range(50))])
    with pytest.raises(DataError) as caught:
        corpora.series_windows(settings(data=path))
    assert str(caught.value) == (
        "air.csv:2-41: 'x' is 5 in all 40 rows of train: there is nothing to learn; "
        "leave it out with value=."
    )
    path = written(tmp_path, ["x", *map(str, range(12))])
    with pytest.raises(DataError) as caught:
        corpora.series_windows(settings(data=path))
    assert str(caught.value) == (
        "air.csv:12-12: 1 row in valid, but horizon=2 needs 2 or more; say valid=FILE, "
        "or give valid a larger share with split=."
    )


@pytest.mark.parametrize("split", [(0.5, 0.5), (0.9, 0.0, 0.1), (0.5, 0.2, 0.2)])
def test_shares_must_be_three_that_make_a_whole(split):
    shown = ",".join(f"{share:g}" for share in split)
    with pytest.raises(SettingsError) as caught:
        settings(split=split)
    assert str(caught.value) == (
        f"split={shown}: expected three shares above 0 that add up to 1, of train, valid and "
        "test, such as 0.8,0.1,0.1"
    )


def test_one_file_is_its_own_past(tmp_path):
    path = written(tmp_path, ["x", *map(str, range(8))])
    said = []
    found = list(corpora.read_series_part(path, settings(), said.append))
    assert [e.where for e in found] == ["air.csv:5", "air.csv:6", "air.csv:7", "air.csv:8"]
    assert said[-1] == "air.csv: the first 3 rows are only read as the past of those after them"
    with pytest.raises(DataError, match=r"air.csv:2-9: 8 rows, but history=9"):
        corpora.read_series_part(path, settings(history=9), said.append)


def test_the_embedded_wave_is_exact():
    corpus = corpora.series_windows(settings(), default="sine-wave")
    read = np.concatenate([corpus.test.series.values[:, 0]])
    assert read.tolist() == [value(step) for step in range(1000)]
    assert (len(corpus.train), len(corpus.valid), len(corpus.test)) == (796, 99, 99)
    with pytest.raises(SettingsError, match="split= has no meaning for the embedded corpus"):
        corpora.series_windows(settings(data="sine-wave", split=(0.6, 0.2, 0.2)))
    with pytest.raises(
        DataError, match="no such file or embedded corpus. Did you mean 'sine-wave'"
    ):
        corpora.series_windows(settings(data="sine-wav"))
