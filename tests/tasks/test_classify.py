import json

import numpy as np
import pytest

from textlstm import tasks
from textlstm.corpora.example import Example
from textlstm.errors import BundleError, DataError
from textlstm.settings import ClassifySettings
from textlstm.tasks.classify import Classify, best_threshold, join_labels, split_labels


def examples(*pairs):
    return [Example(text, label, f"a.csv:{n}") for n, (text, label) in enumerate(pairs, 2)]


SINGLE = examples(("a good film", "pos"), ("a bad film", "neg"), ("good good", "pos"))
SEVERAL = examples(("red car", "red|car"), ("blue", "blue"), ("none", ""), ("x", ("car", "red")))


def fit(rows, **settings):
    return Classify.fit(rows, ClassifySettings.from_mapping({"min_count": 1, **settings}))


def test_labels_are_sorted_and_counted():
    task = fit(SINGLE)
    assert task.labels == ("neg", "pos")
    assert task.counts == {"neg": 1, "pos": 2}
    assert not task.multi
    assert task.notes == []


def test_targets_are_places_and_unseen_ones_minus_one():
    rows = fit(SINGLE).encode_targets(["pos", "neg", "Pos"])
    assert [int(row["label"]) for row in rows] == [1, 0, -1]
    assert rows[0]["label"].dtype == np.int32


def test_softmax_of_logits():
    answer = fit(SINGLE).decode({"logits": np.array([[0.0, np.log(3.0)]], np.float32)})[0]
    assert answer["label"] == "pos"
    assert answer["probabilities"] == pytest.approx({"neg": 0.25, "pos": 0.75})


def test_huge_logits_stay_probabilities():
    for multi in (False, True):
        task = Classify(("a", "b"), multi, fit(SINGLE).encoder, {}, thresholds=(0.5, 0.5))
        values = task.probabilities(np.array([[1e4, -1e4]], np.float32))
        assert values.tolist() == [[1.0, 0.0]]


def test_several_labels_are_seen_in_the_cells_and_said():
    task = fit(SEVERAL)
    assert task.multi
    assert task.labels == ("blue", "car", "red")
    assert task.counts == {"red": 2, "car": 2, "blue": 1}
    assert "'red|car'" in task.notes[0] and "multilabel=false" in task.notes[0]
    rows = task.encode_targets(["red|car", "", ("blue",), "green|red"])
    assert [row["label"].tolist() for row in rows] == [[0, 1, 1], [0, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_several_labels_read_as_one_when_asked():
    task = fit(SEVERAL, multilabel=False)
    assert "red|car" in task.labels
    assert not task.multi


def test_multi_label_answers_use_each_labels_threshold():
    task = Classify(("a", "b", "c"), True, fit(SINGLE).encoder, {}, thresholds=(0.3, 0.5, 0.9))
    logits = np.log([[0.4 / 0.6, 0.4 / 0.6, 0.8 / 0.2]])
    answer = task.decode({"logits": logits})[0]
    assert answer["label"] == ["a"]
    assert answer["probabilities"] == pytest.approx({"a": 0.4, "b": 0.4, "c": 0.8})


def test_long_texts_are_cut_only_when_asked():
    assert len(fit(SINGLE).encode(["a good film good"])[0]["tokens"]) == 4
    task = fit(SINGLE, max_tokens=2)
    assert len(task.encode(["a good film good"])[0]["tokens"]) == 2
    assert task.notes == ["max_tokens=2 cuts 2 of 3 training texts and 2 of 8 tokens (25.0%)"]


def test_one_label_only_is_refused():
    with pytest.raises(DataError, match="every training text has the same label 'pos'"):
        fit(examples(("a", "pos"), ("b", "pos")))


def test_no_text_is_refused():
    with pytest.raises(DataError, match="nothing to learn from"):
        fit([])


def test_a_text_column_as_label_is_refused():
    rows = (Example("x", f"label {n}", f"a.csv:{n}") for n in range(20_000))
    with pytest.raises(DataError, match=r"a.csv:10000: more than 10,000 different labels"):
        fit(rows)


@pytest.mark.parametrize("rows", [SINGLE, SEVERAL])
def test_json_round_trip(rows):
    task = fit(rows)
    data = json.loads(json.dumps(task.to_json()))
    again = tasks.from_json(data, task.encoders)
    assert again.to_json() == task.to_json()
    logits = {"logits": np.random.default_rng(0).normal(size=(4, len(task.labels)))}
    assert again.decode(logits) == task.decode(logits)


def test_broken_json_is_a_bundle_error():
    task = fit(SINGLE)
    with pytest.raises(BundleError, match="kind 'tag2'"):
        tasks.from_json({"kind": "tag2"}, {})
    data = task.to_json()
    del data["labels"]
    with pytest.raises(BundleError, match="labels"):
        tasks.from_json(data, task.encoders)


def perfect(task, targets):
    ones = []
    for target in targets:
        names = split_labels(target) if task.multi else (target,)
        values = {label: float(label in names) for label in task.labels}
        ones.append({"label": list(names) if task.multi else target, "probabilities": values})
    return ones


@pytest.mark.parametrize("rows", [SINGLE, SEVERAL])
def test_a_perfect_answer_scores_the_maximum_and_a_wrong_one_the_minimum(rows):
    task = fit(rows)
    targets = [row.target for row in rows]
    scores = task.score(targets, perfect(task, targets))
    assert scores["accuracy"].value == 1.0
    assert task.quick_score(targets, perfect(task, targets))[1] == 1.0
    flipped = ["neg" if t == "pos" else "pos" for t in targets]
    if task.multi:
        flipped = ["|".join(set(task.labels) - set(split_labels(t))) for t in targets]
    assert task.score(targets, perfect(task, flipped))["accuracy"].value == 0.0
    assert task.quick_score(targets, perfect(task, flipped))[1] == 0.0


def test_an_unseen_label_is_an_error_and_no_other_label():
    task = fit(SINGLE)
    answers = perfect(task, ["pos", "pos", "neg"])
    assert task.quick_score(["pos", "Pos", "neg"], answers) == ("accuracy", pytest.approx(2 / 3))
    assert task.score(["pos", "Pos", "neg"], answers)["accuracy"].value == pytest.approx(2 / 3)


def test_threshold_with_the_best_f1():
    values = np.array([0.9, 0.8, 0.3, 0.2])
    assert best_threshold(values, np.array([True, True, False, False])) == pytest.approx(0.55)
    assert best_threshold(values, np.array([True, False, True, False])) == pytest.approx(0.25)
    assert best_threshold(values, np.zeros(4, bool)) == 0.5
    assert best_threshold(np.full(4, 0.4), np.array([True, False, True, True])) == pytest.approx(
        0.2
    )


def test_thresholds_are_found_on_examples():
    task = fit(SEVERAL)
    answers = [
        {"probabilities": {"blue": 0.2, "car": 0.9, "red": 0.4}},
        {"probabilities": {"blue": 0.3, "car": 0.1, "red": 0.1}},
    ]
    again = task.with_thresholds(["car|red", "blue"], answers)
    assert again.thresholds == pytest.approx((0.25, 0.5, 0.25))
    single = fit(SINGLE)
    assert single.with_thresholds(["pos"], answers) is single


def test_labels_of_a_cell():
    assert split_labels(" a | b|a||") == ("a", "b")
    assert split_labels(("b", "a")) == ("b", "a")
    assert join_labels(("b", "a")) == "b|a"
    assert join_labels("b|a") == "b|a"
