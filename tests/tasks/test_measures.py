"""Measures against scikit-learn on asymmetric data, and what the intervals must do."""

import math

import numpy as np
import pytest
from sklearn import metrics

from textlstm.errors import DataError
from textlstm.tasks import measures, resampling

LABELS = ("bad", "fair", "good")


def answer(label, **probabilities):
    return {"label": label, "probabilities": probabilities}


@pytest.fixture(scope="module")
def three():
    """300 answers of a classifier that prefers `good` and hardly knows `fair`."""
    draw = np.random.default_rng(3)
    truth = draw.choice(3, 300, p=[0.2, 0.3, 0.5])
    scores = draw.normal(size=(300, 3)) + np.array([0.0, -0.6, 0.7])
    scores[np.arange(300), truth] += 1.1
    table = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    answers = [
        answer(LABELS[int(row.argmax())], **dict(zip(LABELS, row.tolist(), strict=True)))
        for row in table
    ]
    return [LABELS[place] for place in truth], answers, table


@pytest.fixture(scope="module")
def several():
    draw = np.random.default_rng(4)
    truth = draw.random((200, 3)) < np.array([0.15, 0.4, 0.7])
    table = np.clip(truth * 0.35 + draw.random((200, 3)) * 0.6, 0.001, 0.999)
    chosen = table >= np.array([0.5, 0.4, 0.55])
    targets = [tuple(np.array(LABELS)[row]) for row in truth]
    answers = [
        answer(np.array(LABELS)[said].tolist(), **dict(zip(LABELS, row.tolist(), strict=True)))
        for said, row in zip(chosen, table, strict=True)
    ]
    return targets, answers, truth, chosen, table


def values(found):
    return {name: score.value for name, score in found.scores.items()}


def test_values_are_those_of_scikit_learn(three):
    targets, answers, table = three
    found = measures.classification(targets, answers, LABELS, False, bootstrap=0)
    said = [a["label"] for a in answers]
    assert values(found)["accuracy"] == pytest.approx(metrics.accuracy_score(targets, said))
    assert values(found)["macro_f1"] == pytest.approx(
        metrics.f1_score(targets, said, average="macro")
    )
    assert values(found)["roc_auc"] == pytest.approx(
        metrics.roc_auc_score(targets, table, multi_class="ovr", labels=list(LABELS))
    )
    columns = metrics.precision_recall_fscore_support(targets, said, labels=list(LABELS))
    for place, label in enumerate(LABELS):
        row = found.per_label[label]
        assert list(row) == ["precision", "recall", "f1", "support"]
        assert list(row.values()) == pytest.approx([column[place] for column in columns])
        assert row["precision"] != pytest.approx(row["recall"])
    matrix = metrics.confusion_matrix(targets, said, labels=list(LABELS))
    assert found.confusion["counts"] == matrix.tolist()
    assert (matrix != matrix.T).any()
    first = found.confusion["pairs"][0]
    assert first[2] == matrix[LABELS.index(first[0]), LABELS.index(first[1])]
    assert found.correct.tolist() == [t == s for t, s in zip(targets, said, strict=True)]


def test_multi_label_values_are_those_of_scikit_learn(several):
    targets, answers, truth, chosen, table = several
    found = measures.classification(targets, answers, LABELS, True, bootstrap=0)
    assert values(found)["accuracy"] == pytest.approx(metrics.accuracy_score(truth, chosen))
    for average in ("macro", "micro"):
        expected = metrics.f1_score(truth, chosen, average=average)
        assert values(found)[f"{average}_f1"] == pytest.approx(expected)
    assert values(found)["roc_auc"] == pytest.approx(metrics.roc_auc_score(truth, table))
    columns = metrics.precision_recall_fscore_support(truth, chosen)
    for place, label in enumerate(LABELS):
        expected = [column[place] for column in columns]
        assert list(found.per_label[label].values()) == pytest.approx(expected)


def test_calibration_error_by_hand():
    # 0.9 twice, one right: |0.5 - 0.9| for 2 of 4; 0.6 right and 0.62 right: 0.39 for 2 of 4.
    rows = [("a", 0.9, "a"), ("b", 0.9, "a"), ("a", 0.62, "a"), ("b", 0.615, "b")]
    answers = [
        answer(s, a=p if s == "a" else 1 - p, b=1 - p if s == "a" else p) for _, p, s in rows
    ]
    found = measures.classification([t for t, _, _ in rows], answers, "ab", False, bootstrap=0)
    assert values(found)["ece"] == pytest.approx(0.5 * 0.4 + 0.5 * (1 - 0.6175))
    assert not found.scores["ece"].higher_is_better
    filled = [row for row in found.calibration if row["count"]]
    assert [row["count"] for row in filled] == [2, 2]
    assert [row["accuracy"] for row in filled] == [1.0, 0.5]
    assert filled[1]["confidence"] == pytest.approx(0.9)
    assert len(found.calibration) == 15
    assert found.confidence.tolist() == pytest.approx([0.9, 0.9, 0.62, 0.615])


@pytest.mark.parametrize("multi", [False, True])
def test_a_perfect_answer_scores_the_maximum_and_a_wrong_one_the_minimum(multi):
    wrap = (lambda label: [label]) if multi else (lambda label: label)
    names = ["a", "a", "a", "b", "b"]
    other = {"a": "b", "b": "a"}
    targets = [(name,) if multi else name for name in names]
    perfect = [answer(wrap(n), **{n: 1.0, other[n]: 0.0}) for n in names]
    wrong = [answer(wrap(other[n]), **{n: 0.0, other[n]: 1.0}) for n in names]
    best = values(measures.classification(targets, perfect, ("a", "b"), multi))
    worst = values(measures.classification(targets, wrong, ("a", "b"), multi))
    assert (
        set(best)
        == set(worst)
        == {"accuracy", "macro_f1", "roc_auc", "ece"} | ({"micro_f1"} if multi else set())
    )
    assert {name: v for name, v in best.items() if name != "ece"} == dict.fromkeys(
        set(best) - {"ece"}, 1.0
    )
    assert best["ece"] == 0.0
    assert {name: v for name, v in worst.items() if name != "ece"} == dict.fromkeys(
        set(worst) - {"ece"}, 0.0
    )
    assert worst["ece"] == 1.0
    if multi:
        nothing = [answer([], a=0.1, b=0.1) for _ in names]
        empty = values(measures.classification(targets, nothing, ("a", "b"), True))
        assert empty["accuracy"] == empty["macro_f1"] == empty["micro_f1"] == 0.0


def test_a_perfect_score_has_an_interval_that_is_not_a_point():
    targets = ["a", "b"] * 20
    answers = [answer(t, a=float(t == "a"), b=float(t == "b")) for t in targets]
    score = measures.classification(targets, answers, ("a", "b"), False).scores["accuracy"]
    assert score.value == score.high == 1.0
    assert score.low == pytest.approx(0.9124, abs=1e-4)  # Wilson: n / (n + z * z)


def test_a_label_that_training_never_saw_counts_as_wrong():
    targets = ["a", "b", "strange", "a", "strange", "odd"]
    answers = [answer(n, a=float(n == "a"), b=float(n == "b")) for n in "abaabb"]
    found = measures.classification(targets, answers, ("a", "b"), False)
    assert found.correct.tolist() == [True, True, False, True, False, False]
    assert values(found)["accuracy"] == 0.5
    assert found.per_label["strange"] == {"precision": 0, "recall": 0, "f1": 0, "support": 2}
    assert found.per_label["a"]["precision"] == pytest.approx(2 / 3)
    assert found.confusion["labels"] == ["a", "b", "odd", "strange"]
    assert found.confusion["counts"] == [[2, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0]]
    assert found.notes == [
        "3 of 6 examples carry a label that training never saw ('strange' 2, 'odd' 1); "
        "they count as answered wrongly"
    ]
    said = [a["label"] for a in answers]
    assert values(found)["macro_f1"] == pytest.approx(
        metrics.f1_score(targets, said, average="macro", zero_division=0)
    )


def test_an_unseen_label_of_several_makes_the_text_wrong():
    targets = [("a", "new"), ("a",), ()]
    answers = [answer(["a"], a=0.9, b=0.1), answer(["a"], a=0.9, b=0.1), answer([], a=0.1, b=0.1)]
    found = measures.classification(targets, answers, ("a", "b"), True)
    assert found.correct.tolist() == [False, True, True]
    assert found.per_label["new"]["support"] == 1
    assert values(found)["micro_f1"] == pytest.approx(2 * 2 / 5)


def test_one_class_only_has_no_ranking():
    answers = [answer("a", a=0.8, b=0.2), answer("b", a=0.3, b=0.7)]
    found = measures.classification(["a", "a"], answers, ("a", "b"), False)
    assert set(found.scores) == {"accuracy", "macro_f1", "ece"}
    assert values(found)["macro_f1"] == pytest.approx(1 / 3)  # (2/3 + 0) / 2: b was answered


def test_ties_count_half():
    answers = [answer("a", a=0.6, b=0.4)] * 4
    found = measures.classification(["a", "b", "b", "b"], answers, ("a", "b"), False)
    assert values(found)["roc_auc"] == 0.5


def test_an_empty_part_is_refused():
    with pytest.raises(DataError, match="^no example to score: the part is empty$"):
        measures.classification([], [], LABELS, False)


def test_targets_and_answers_must_be_as_many():
    with pytest.raises(ValueError, match="2 targets, but 1 answers"):
        measures.classification(["a", "b"], [answer("a", a=1.0)], ("a", "b"), False)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_probabilities_that_are_no_numbers_leave_their_scores_out(value):
    answers = [answer("a", a=value, b=0.2), answer("b", a=0.3, b=0.7)]
    found = measures.classification(["a", "b"], answers, ("a", "b"), False)
    assert set(found.scores) == {"accuracy", "macro_f1"}
    assert found.notes == [
        "roc_auc and ece are left out: not every answer has finite probabilities"
    ]
    assert np.isnan(found.confidence).all()


def test_intervals_are_seeded_and_hold_the_value(three):
    targets, answers, _ = three
    first = measures.classification(targets, answers, LABELS, False, seed=1).scores
    again = measures.classification(targets, answers, LABELS, False, seed=1).scores
    other = measures.classification(targets, answers, LABELS, False, seed=2).scores
    assert first == again != other
    for name in ("accuracy", "macro_f1", "roc_auc"):
        assert first[name].low < first[name].value < first[name].high
    assert first["ece"].low < first["ece"].value <= first["ece"].high


def test_intervals_agree_with_a_plain_bootstrap(three):
    """Draw examples one resample at a time and let scikit-learn score each."""
    targets, answers, _ = three
    found = measures.classification(targets, answers, LABELS, False).scores
    truth, said = np.array(targets), np.array([a["label"] for a in answers])
    draw = np.random.default_rng(9)
    plain = {"accuracy": [], "macro_f1": []}
    for _ in range(500):
        rows = draw.integers(0, len(truth), len(truth))
        plain["accuracy"].append((truth[rows] == said[rows]).mean())
        plain["macro_f1"].append(metrics.f1_score(truth[rows], said[rows], average="macro"))
    for name, drawn in plain.items():
        ends = np.percentile(drawn, [2.5, 97.5])
        assert (found[name].low, found[name].high) == pytest.approx(ends, abs=0.012)


def test_rankings_on_weights_are_those_of_scikit_learn():
    draw = np.random.default_rng(1)
    truth, probability = draw.random(80) < 0.3, draw.integers(0, 9, 80) / 9  # many ties
    counts = np.stack(list(resampling.weights(80, 4, seed=5))[0])
    assert counts.sum(axis=1).tolist() == [80] * 4
    areas = resampling.Ranking(truth, probability).areas(counts)
    expected = [metrics.roc_auc_score(truth, probability, sample_weight=row) for row in counts]
    assert areas.tolist() == pytest.approx(expected)
    alone = resampling.Ranking(np.ones(80, bool), probability).areas(counts)
    assert np.isnan(alone).all()


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [(0, 0, 1.0), (1, 3, 0.625), (3, 1, 0.625), (0, 6, 0.03125), (5, 5, 1.0), (2, 8, 0.109375)],
)
def test_mcnemar(first, second, p):
    assert resampling.mcnemar(first, second) == pytest.approx(p, abs=1e-5)


def test_mcnemar_is_the_binomial_test_and_takes_many():
    from scipy.stats import binomtest

    for first, second in ((12, 31), (200, 260), (4000, 4200)):
        expected = binomtest(first, first + second).pvalue
        assert resampling.mcnemar(first, second) == pytest.approx(expected, rel=1e-9)


def test_paired_difference():
    first = np.array([True] * 70 + [False] * 30)
    second = np.array([True] * 50 + [False] * 20 + [True] * 5 + [False] * 25)
    found = resampling.paired(first, second)
    assert (found["only_first"], found["only_second"]) == (20, 5)
    assert found["difference"] == pytest.approx(0.15)
    assert 0.04 < found["low"] < 0.08 and 0.22 < found["high"] < 0.26
    assert found["mcnemar_p"] == resampling.mcnemar(20, 5)


def test_proportion_is_wilsons():
    assert resampling.proportion(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert resampling.proportion(0, 5) == pytest.approx((0.0, 0.4345), abs=1e-4)
    assert resampling.proportion(0, 5)[0] == 0.0
    assert resampling.proportion(5, 5)[1] == 1.0


def test_calibration_interval_of_a_calibrated_model_reaches_zero():
    draw = np.random.default_rng(0)
    sure = draw.uniform(0.5, 1.0, 400)
    targets = ["a" if hit else "b" for hit in draw.random(400) < sure]
    answers = [answer("a", a=p, b=1 - p) for p in sure.tolist()]
    score = measures.classification(targets, answers, ("a", "b"), False).scores["ece"]
    assert score.low == 0.0 < score.value <= score.high
