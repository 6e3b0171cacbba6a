"""Runs beside each other on the same examples, or a refusal that says how many differ."""

import json

import pytest

from textlstm import comparison
from textlstm.errors import DataError, SettingsError
from textlstm.report import Report, Score
from textlstm.tasks.resampling import mcnemar


def run(folder, said, targets=None, *, where=None, value=None):
    """Write a run folder whose answers are `said`."""
    targets = targets or ["a"] * 60 + ["b"] * 40
    folder.mkdir()
    places = where or [f"test.csv:{n}" for n in range(len(said))]
    rows = [
        {"input": f"text {place}", "target": target, "where": place,
         "answer": {"label": label, "probabilities": {}}}
        for place, target, label in zip(places, targets, said, strict=True)
    ]  # fmt: skip
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "predictions.jsonl").write_text(text, encoding="utf-8")
    scores = {"accuracy": Score(value or 0.5, low=0.4, high=0.6)}
    Report("sentiment", "reviews", "test", len(said), scores).save(folder / "report.json")
    return folder


FIRST = ["a"] * 60 + ["b"] * 30 + ["a"] * 10  # 90 right
SECOND = ["b"] * 25 + ["a"] * 35 + ["b"] * 35 + ["a"] * 5  # 70 right


def test_two_runs(tmp_path):
    one, two = run(tmp_path / "one", FIRST), run(tmp_path / "two", SECOND)
    found = comparison.compare(one, str(two))
    assert found.examples == 100
    (pair,) = found.pairs
    assert (pair["only_first"], pair["only_second"]) == (25, 5)
    assert pair["difference"] == pytest.approx(0.2)
    assert pair["low"] < 0.2 < pair["high"]
    assert pair["mcnemar_p"] == mcnemar(25, 5)
    assert list(found.to_json()) == ["corpus", "examples", "runs", "pairs", "notes"]
    json.dumps(found.to_json(), allow_nan=False)
    table = found.table(200)
    assert "0.500 [0.400, 0.600]" in table and "+0.200 [+" in table and "25 : 5" in table
    assert "< 0.001" in table
    assert pair["score"] == "accuracy"
    header = next(line for line in table.splitlines() if line.startswith("accuracy"))
    assert header.split() == ["accuracy", "difference", "right", "alone", "McNemar", "p"]
    assert "&#x27;" not in found._repr_html_() and "<pre>" in found._repr_html_()


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    one, two = run(tmp_path / "one", FIRST), run(tmp_path / "two", FIRST)
    path = two / "predictions.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(reversed(lines)) + "\n", encoding="utf-8")
    (pair,) = comparison.compare(one, two).pairs
    assert (pair["only_first"], pair["only_second"], pair["mcnemar_p"]) == (0, 0, 1.0)


def test_three_runs_are_three_pairs_and_it_is_said(tmp_path):
    found = comparison.compare(*(run(tmp_path / name, FIRST) for name in "abc"))
    assert len(found.pairs) == 3
    assert found.notes == ["3 pairs are tested; no p is corrected for that"]


def test_other_examples_are_refused_with_their_number(tmp_path):
    one = run(tmp_path / "one", FIRST)
    places = [f"test.csv:{n}" for n in range(2, 100)]
    two = run(tmp_path / "two", FIRST[:98], (["a"] * 60 + ["b"] * 40)[:98], where=places)
    with pytest.raises(DataError) as caught:
        comparison.compare(one, two)
    assert str(caught.value) == (
        f"{one} and {two} were not tested on the same examples: "
        "2 of 100 are only in the first, 0 of 98 only in the second"
    )


def test_other_targets_are_refused_with_their_number(tmp_path):
    one = run(tmp_path / "one", FIRST)
    two = run(tmp_path / "two", FIRST, ["a"] * 57 + ["b"] * 43)
    with pytest.raises(DataError, match="the target of 3 examples differs$"):
        comparison.compare(one, two)


def test_an_example_that_occurs_twice_is_compared_twice(tmp_path):
    places = ["x:1", "x:1", "x:2"]
    one = run(tmp_path / "one", ["a", "a", "a"], ["a", "a", "a"], where=places)
    two = run(tmp_path / "two", ["a", "b", "a"], ["a", "a", "a"], where=places)
    assert comparison.compare(one, two).pairs[0]["only_first"] == 1


def test_forecasts_are_of_the_same_place_whatever_their_past_is(tmp_path):
    def forecasts(folder, history, first=100.0):
        run(folder, ["a"], ["a"])
        answer = {"forecast": [1.0], "low": [0.0], "high": [2.0]}
        rows = [
            {"input": [0.5] * history, "target": [first + n], "where": f"a.csv:{n}",
             "answer": answer} for n in range(20)
        ]  # fmt: skip
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / "predictions.jsonl").write_text(text, encoding="utf-8")
        return folder

    one = forecasts(tmp_path / "one", 12)
    assert comparison.compare(one, forecasts(tmp_path / "two", 24)).examples == 20
    with pytest.raises(DataError, match="20 of 20 are only in the first"):
        comparison.compare(one, forecasts(tmp_path / "other", 12, 0.0))


def test_several_labels_in_any_order(tmp_path):
    targets = [["a", "b"], "b|a", []]
    one = run(tmp_path / "one", [["b", "a"], ["a", "b"], []], targets)
    two = run(tmp_path / "two", [["b"], ["a", "b"], ["a"]], targets)
    (pair,) = comparison.compare(one, two).pairs
    assert (pair["only_first"], pair["only_second"]) == (2, 0)


def test_what_cannot_be_compared_is_refused(tmp_path):
    one, two = run(tmp_path / "one", FIRST), run(tmp_path / "two", FIRST)
    with pytest.raises(SettingsError, match="two run folders or more"):
        comparison.compare(one)
    with pytest.raises(SettingsError, match="named twice"):
        comparison.compare(one, one)
    with pytest.raises(DataError, match="absent: no such folder$"):
        comparison.compare(one, tmp_path / "absent")
    (one / "bundle").mkdir()
    with pytest.raises(DataError, match=r"bundle: no run folder \(it has no report.json\)$"):
        comparison.compare(one, one / "bundle")
    path = two / "predictions.jsonl"
    path.write_text('{"input": "x"}\n', encoding="utf-8")
    with pytest.raises(DataError, match="predictions.jsonl:1: not a prediction"):
        comparison.compare(one, two)
    path.write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="empty, nothing to compare"):
        comparison.compare(one, two)
    path.unlink()
    with pytest.raises(DataError, match="no predictions.jsonl"):
        comparison.compare(one, two)
