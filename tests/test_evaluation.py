"""The harness: what is scored is what the predictor answers, beside baselines on the same part."""

import json
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from textlstm import evaluation, harness, tasks
from textlstm.corpora.example import Example
from textlstm.errors import DataError
from textlstm.harness import classify
from textlstm.report import Report, Score

WORDS = {"pos": ["good", "fine", "lovely"], "neg": ["bad", "dull", "poor"]}


def part(number, seed):
    draw = np.random.default_rng(seed)
    found = []
    for n in range(number):
        label = ("neg", "pos")[int(draw.integers(2))]
        filler = [f"w{draw.integers(30)}" for _ in range(int(draw.integers(1, 20)))]
        text = " ".join([*filler, str(draw.choice(WORDS[label]))])
        found.append(Example(text, label, f"test.csv:{n + 2}"))
    return found


@dataclass
class Sometimes:
    """Answers rightly but for every `wrong`-th text."""

    truth: dict
    wrong: int
    calls: int = 0
    sizes: tuple = ()

    def predict(self, inputs):
        assert isinstance(inputs, list)
        self.sizes += (len(inputs),)
        answers = []
        for text in inputs:
            self.calls += 1
            label = self.truth[text]
            if self.calls % self.wrong == 0:
                label = "neg" if label == "pos" else "pos"
            sure = 0.7 if self.calls % 3 else 0.9
            other = "neg" if label == "pos" else "pos"
            answers.append({"label": label, "probabilities": {label: sure, other: 1 - sure}})
        return answers


TASK = SimpleNamespace(kind="classify", labels=("neg", "pos"), multi=False, target=lambda raw: raw)
ABOUT = evaluation.About(
    "sentiment", "reviews.csv", settings={"units": (8,)}, versions={"keras": "3"},
    seconds={"train": 1.5}, history=[{"epoch": 1, "loss": 0.5}], notes=["a first note"],
)  # fmt: skip


def predictor(examples, wrong):
    return Sometimes({e.input: e.target for e in examples}, wrong)


@pytest.fixture(scope="module")
def done():
    test = part(300, 1)
    said = []
    report, rows = evaluation.evaluate_part(
        predictor(test, 4), TASK, iter(test), ABOUT, train=part(400, 2), say=said.append
    )
    return report, rows, said


def test_the_report_holds_everything(done):
    report, rows, said = done
    assert (report.recipe, report.corpus, report.split) == ("sentiment", "reviews.csv", "test")
    assert report.examples == len(rows) == 300
    assert report.scores["accuracy"].value == pytest.approx(0.75)
    assert list(report.baselines) == ["majority", "tfidf-logistic", "nb-svm"]
    assert set(report.versions) == {"textlstm", "python", "keras"}
    assert list(report.seconds) == ["train", "predict", "score", "baselines"]
    assert all(value > 0 for value in report.seconds.values())
    assert set(report.details) == {
        "history", "confusion", "calibration", "by_length", "mistakes",
    }  # fmt: skip
    assert report.notes[0] == "a first note"
    assert len(said) == 2


def test_rows_keep_input_target_answer_and_place(done):
    _, rows, _ = done
    assert list(rows[0]) == ["input", "target", "answer", "where"]
    assert [row["where"] for row in rows] == [f"test.csv:{n + 2}" for n in range(300)]
    assert rows[3]["answer"]["label"] != rows[3]["target"]
    assert rows[0]["answer"]["label"] == rows[0]["target"]


def test_it_says_when_the_linear_model_is_better(done):
    report, _, _ = done
    row = report.baselines["nb-svm"]
    assert row["better"] is True
    assert row["only_baseline_right"] - row["only_model_right"] == round(
        300 * (row["scores"]["accuracy"].value - 0.75)
    )
    assert row["difference"].high < 0
    notes = [note for note in report.notes if "the linear model is better here" in note]
    assert len(notes) == 2
    assert notes[1].startswith("the linear model is better here (") and "against 0.750" in notes[1]
    assert all(note.endswith("McNemar p < 0.001)") for note in notes)
    assert report.baselines["majority"]["better"] is False


def test_a_model_without_mistakes_beats_the_majority_for_sure():
    test = part(80, 3)
    report, _ = evaluation.evaluate_part(
        predictor(test, 1000), TASK, test, ABOUT, train=part(300, 4)
    )
    row = report.baselines["majority"]
    assert row["only_baseline_right"] == 0 and row["mcnemar_p"] < 1e-6
    assert not any("is better here" in note for note in report.notes)
    assert report.details["mistakes"] == []


def verdict(model, **others):
    report = Report("r", "c", "test", 100, {"accuracy": Score(model)})
    for name, (value, p) in others.items():
        scores = {"accuracy": Score(value)}
        report.baselines[name] = {"scores": scores, "mcnemar_p": p, "better": value > model}
    return classify.verdict(report)


def test_verdicts_word_by_word():
    assert verdict(0.905, svm=(0.912, 0.031)) == [
        "the linear model is better here (svm 0.912 against 0.905, McNemar p = 0.031)"
    ]
    assert verdict(0.905, svm=(0.912, 0.3)) == [
        "the linear model is better here (svm 0.912 against 0.905, McNemar p = 0.300): "
        "the difference is within chance"
    ]
    assert verdict(0.92, svm=(0.912, 0.3), majority=(0.5, 0.0)) == [
        "the model is not clearly better than svm (svm 0.912 against 0.920, McNemar p = 0.300): "
        "the difference is within chance"
    ]
    assert verdict(0.97, svm=(0.912, 0.0), majority=(0.5, 0.0)) == [
        "the model is better than every baseline (the best: svm 0.912 against 0.970, "
        "McNemar p < 0.001)"
    ]
    assert verdict(0.4, majority=(0.5, 0.01)) == [
        "always giving the most frequent answer is better here (majority 0.500 against 0.400, "
        "McNemar p = 0.010)"
    ]
    assert verdict(0.4) == []


def test_predictions_are_asked_for_in_chunks(monkeypatch):
    monkeypatch.setattr(harness, "CHUNK", 64)
    test = part(150, 1)
    model = predictor(test, 1000)
    report, _ = evaluation.evaluate_part(model, TASK, test, ABOUT)
    assert model.sizes == (64, 64, 22)
    assert report.notes[-1] == "no baselines: the training part is not at hand"
    assert report.baselines == {}


def test_a_predictor_that_loses_an_answer_is_an_error():
    short = SimpleNamespace(predict=lambda inputs: [])
    with pytest.raises(ValueError, match="shorter"):
        evaluation.evaluate_part(short, TASK, part(3, 1), ABOUT)


def test_an_empty_part_and_a_missing_target_are_refused():
    with pytest.raises(DataError, match="^reviews.csv: the test part holds no example to score$"):
        evaluation.evaluate_part(predictor([], 2), TASK, [], ABOUT)
    with pytest.raises(DataError, match="^a.csv:7: no target"):
        evaluation.evaluate_part(predictor([], 2), TASK, [Example("x", None, "a.csv:7")], ABOUT)


def test_unseen_labels_count_as_wrong_and_targets_go_through_the_task():
    task = SimpleNamespace(
        kind="classify", labels=("neg", "pos"), multi=False, target=lambda raw: raw.lower()
    )
    rows = [Example("a", "POS", "f:1"), Example("b", "strange", "f:2")]
    model = SimpleNamespace(
        predict=lambda inputs: [
            {"label": "pos", "probabilities": {"pos": 0.8, "neg": 0.2}} for _ in inputs
        ]
    )
    train = [Example("good", "POS", "t:1"), Example("bad", "Neg", "t:2")] * 5
    report, found = evaluation.evaluate_part(model, task, rows, ABOUT, train=train)
    assert report.scores["accuracy"].value == 0.5
    assert any("training never saw ('strange' 1)" in note for note in report.notes)
    assert found[0]["target"] == "POS"
    assert report.baselines["nb-svm"]["note"].endswith("trained on 10 examples")


def test_every_kind_of_task_has_a_harness():
    assert sorted(harness.KINDS.values()) == sorted(tasks._KINDS)


def test_by_length_covers_every_text_once():
    texts = ["word " * n for n in range(1, 101)] + ["好" * 3] * 20
    correct = np.array([n <= 50 for n in range(1, 101)] + [True] * 20)
    rows = classify.by_length(texts, correct)
    assert sum(row["examples"] for row in rows) == 120
    assert rows[0]["from"] == 1 and rows[-1]["to"] == 100
    assert all(a["to"] + 1 == b["from"] for a, b in zip(rows, rows[1:], strict=False))
    assert [row["accuracy"] for row in (rows[0], rows[-1])] == [1.0, 0.0]
    assert all(row["low"] <= row["accuracy"] <= row["high"] for row in rows)
    same = classify.by_length(["a b"] * 9, np.array([True] * 9))
    assert [(row["from"], row["to"], row["examples"]) for row in same] == [(2, 2, 9)]


def test_the_surest_mistakes_come_first(done):
    report, rows, _ = done
    found = report.details["mistakes"]
    assert len(found) == classify.MISTAKES
    assert [row["confidence"] for row in found] == sorted(
        (row["confidence"] for row in found), reverse=True
    )
    assert sum(row["confidence"] == 0.9 for row in found) == 25  # every twelfth answer
    by_place = {row["where"]: row for row in rows}
    for row in found:
        assert row["answer"] != row["target"]
        assert by_place[row["where"]]["answer"]["label"] == row["answer"]


def test_what_is_written(done, tmp_path):
    report, rows, _ = done
    rows = [
        *rows,
        {
            "input": "lone \ud800",
            "target": "pos",
            "where": "x:1",
            "answer": {"label": "pos", "probabilities": {"pos": float("nan")}},
        },
    ]
    evaluation.write(tmp_path / "new", report, rows)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "predictions.jsonl", "report.html", "report.json",
    ]  # fmt: skip
    lines = (tmp_path / "new/predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 301
    assert json.loads(lines[0]) == json.loads(json.dumps(rows[0]))
    assert json.loads(lines[-1])["answer"]["probabilities"] == {"pos": None}
    assert json.loads(lines[-1])["input"] == "lone \ud800"
    assert Report.load(tmp_path / "new/report.json").to_json() == report.to_json()
