"""Report: JSON with exactly its keys, a table for narrow and wide terminals, a notebook's view."""

import json
import math

import numpy as np
import pytest

from textlstm import tables
from textlstm.errors import DataError
from textlstm.report import KEYS, MOST_COLUMNS, Report, Score, number, p_value, plain


@pytest.fixture
def report():
    return Report(
        recipe="sentiment", corpus="toy-reviews", split="test", examples=1200,
        scores={
            "accuracy": Score(0.91234, low=0.9, high=0.92),
            "macro_f1": Score(0.9, low=0.88, high=0.91),
            "roc_auc": Score(math.nan),
            "ece": Score(0.03, higher_is_better=False, low=0.01, high=math.inf),
        },
        per_label={"好评": {"precision": 0.9, "recall": 0.8, "f1": 0.847, "support": 700.0},
                   "<b>": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0.0}},
        baselines={
            "nb-svm": {"scores": {"accuracy": Score(0.7, low=0.68, high=0.72)},
                       "mcnemar_p": 1e-9, "better": False},
        },
        settings={"units": (128, 64), "seed": np.int64(3), "dropout": np.float32(0.5)},
        versions={"keras": "3.15.1"},
        seconds={"train": 12.5},
        notes=["the model is better than every baseline"],
        details={"curve": np.array([1.0, math.nan])},
    )  # fmt: skip


def test_keys_come_in_their_order(report):
    data = report.to_json()
    assert tuple(data) == (*KEYS, "notes", "details")
    assert tuple(data["scores"]["accuracy"]) == (
        "value", "unit", "higher_is_better", "low", "high",
    )  # fmt: skip


def test_what_is_not_finite_is_null(report):
    data = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert data["scores"]["roc_auc"]["value"] is None
    assert data["scores"]["ece"]["high"] is None
    assert data["details"]["curve"] == [1.0, None]
    assert data["settings"] == {"units": [128, 64], "seed": 3, "dropout": 0.5}


def test_round_trip(report, tmp_path):
    report.save(tmp_path / "report.json")
    again = Report.load(tmp_path / "report.json")
    assert again.to_json() == report.to_json()
    assert again.scores["accuracy"] == report.scores["accuracy"]
    assert math.isnan(again.scores["roc_auc"].value)
    assert again.baselines["nb-svm"]["scores"]["accuracy"].low == 0.68
    assert "好评" in (tmp_path / "report.json").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not a report"),
        ("{}", "it has no 'recipe'"),
        ("[]", "it has no 'recipe'"),
        ('{"recipe": 1}', "it has no 'corpus'"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path, content, message):
    path = tmp_path / "report.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        Report.load(path)
    assert str(caught.value).startswith(str(path))
    with pytest.raises(DataError, match=r"no run folder \(it has no absent.json\)"):
        Report.load(tmp_path / "absent.json")


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_table_fits(report, width):
    table = report.table(width)
    assert max(map(tables.columns_of, table.splitlines())) <= width
    for word in ("this model", "nb-svm", "0.912", "0.700", "< 0.001", "好评", "toy-reviews"):
        assert word in table
    assert "\x1b" not in table


def test_intervals_stand_beside_the_value_or_below(report):
    wide = report.table(200).splitlines()
    model = next(line for line in wide if line.startswith("this model"))
    assert "0.912 [0.900, 0.920]" in model
    narrow = report.table(60).splitlines()
    place = next(n for n, line in enumerate(narrow) if line.startswith("this model"))
    assert "[" not in narrow[place]
    assert narrow[place + 1].split()[0] == "0.900-0.920"
    assert any(line.startswith("ece: lower is better") for line in wide)


def test_columns_are_aligned_where_names_are_wide(report):
    lines = report.table(80).splitlines()
    header = next(n for n, line in enumerate(lines) if line.startswith("label"))
    assert len({tables.columns_of(line) for line in lines[header : header + 4]}) == 1
    assert lines[header + 3].split() == ["<b>", "-", "-", "-", "0"]


def test_many_labels_are_not_all_printed(report):
    row = {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1.0}
    report.per_label = {f"label {place}": dict(row) for place in range(50)}
    table = report.table(80)
    assert "label 19" in table and "label 20" not in table
    assert "and 30 more labels in report.json" in table


def test_a_notebook_shows_it_escaped(report):
    report.notes.append("the label <script>alert(1)</script>")
    shown = report._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown
    assert "0.912 [0.900, 0.920]" in shown and "nb-svm" in shown


def test_a_p_value_is_never_zero():
    assert [p_value(p) for p in (None, 0.0, 0.0009, 0.001, 0.5)] == [
        "", "< 0.001", "< 0.001", "0.001", "0.500",
    ]  # fmt: skip


def test_plain_refuses_what_json_cannot_hold():
    assert plain({"a": {3, 1}}) == {"a": [1, 3]}
    with pytest.raises(TypeError, match="object cannot be written as JSON"):
        plain(object())


def test_clip_and_grid_count_columns():
    assert tables.clip("好好好好好", 7) == "好好..."
    assert tables.clip("two\nlines", 20) == "two lines"
    lines = tables.grid(["", "aaaa", "bbbb"], [["x", "1", "2"]], 8)
    assert lines == ["   aaaa", "-  ----", "x     1", "", "   bbbb", "-  ----", "x     2"]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (38.2049, "points", "38.2"), (0.0, "points", "0.0"), (100.0, "points", "100.0"),
        (0.9666, "ratio", "0.967"), (0.9666, "fraction", "0.967"), (1234.5, "bits", "1234"),
        (math.nan, "points", "-"), (None, "points", "-"),
    ],
)  # fmt: skip
def test_figures_are_shown_by_their_unit(value, unit, shown):
    assert number(value, unit) == shown


def test_a_table_shows_few_scores_and_says_where_the_others_are():
    scores = {f"score_{n}": Score(n / 10) for n in range(9)}
    report = Report("r", "c", "test", 3, scores)
    table = report.table(200)
    header = next(line for line in table.splitlines() if "score_0" in line)
    assert header.split() == [f"score_{n}" for n in range(MOST_COLUMNS)]
    assert "score_6, score_7, score_8: in report.json" in table
    assert len(report.to_json()["scores"]) == 9


def test_the_columns_are_those_of_the_kind_of_task():
    scores = {"bleu": Score(38.24, "points"), "bleu_lowercase": Score(39.0, "points"),
              "length_ratio": Score(0.97, "ratio")}  # fmt: skip
    report = Report("r", "c", "test", 3, scores, details={"kind": "translate"})
    lines = report.table(80).splitlines()
    assert lines[2].split() == ["bleu"] and lines[4].split()[2:] == ["38.2"]
    assert "bleu_lowercase, length_ratio: in report.json" in lines[5]
    report.details["kind"] = "tag"  # of whose scores there is none
    assert report.table(80).splitlines()[2].split() == list(scores)
