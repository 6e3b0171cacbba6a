"""Measures of entities: as conlleval and seqeval count, defined where nothing is to be found."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textlstm.errors import DataError
from textlstm.tasks import entities, resampling
from textlstm.tasks.spotted import sentence, tags

TYPES = ("LOC", "ORG", "PER")


def made(targets, answers, words=8, scores=True):
    """A sentence of `words` words `w0 w1 ...` whose entities are given by words."""
    text = " ".join(f"w{n}" for n in range(words))
    offsets, place = [], 0
    for word in text.split():
        offsets.append((place, place + len(word)))
        place += len(word) + 1

    def spans(rows):
        return [(kind, offsets[a][0], offsets[b - 1][1]) for kind, a, b in rows]

    said = [
        {"type": kind, "text": text[a:b], "start": a, "end": b, "score": 0.8 if scores else None}
        for kind, a, b in spans(answers)
    ]  # fmt: skip
    return sentence(text, offsets, spans(targets), {"entities": said})


def drawn(seed, sentences=40):
    """Sentences with entities that are right, shifted, of another type, missed and spurious."""
    draw = random.Random(seed)
    found = []
    for _ in range(sentences):
        sides = []
        for _ in range(2):
            rows, place = [], 0
            while place < 8:
                length = draw.randint(1, 3)
                if draw.random() < 0.4 and place + length <= 8:
                    rows.append((draw.choice(TYPES), place, place + length))
                place += length
            sides.append(rows)
        found.append(sides if draw.random() < 0.6 else [sides[0], sides[0]])
    return [made(*sides) for sides in found]


MIXED = [
    made([("PER", 0, 2), ("LOC", 4, 5)], [("PER", 0, 2), ("ORG", 4, 5)]),
    made([("ORG", 1, 4)], [("ORG", 1, 3), ("LOC", 6, 7)]),
    made([("PER", 0, 1)], []),
    made([], []),
]


def test_by_hand():
    found = entities.measure(MIXED, TYPES, bootstrap=200)
    value = {name: score.value for name, score in found.scores.items()}
    assert value["entity_precision"] == 1 / 4 and value["entity_recall"] == 1 / 4
    assert value["entity_f1"] == 1 / 4
    # PER: one of one answered, of two targets; LOC, ORG: none
    assert found.per_label["PER"] == {
        "precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3), "support": 2.0,
    }  # fmt: skip
    assert value["macro_f1"] == pytest.approx(2 / 9)
    assert value["token_accuracy"] == 1 - 4 / 32
    assert value["ece"] == pytest.approx(0.8 - 0.25)
    assert not found.scores["ece"].higher_is_better
    assert found.correct.tolist() == [False, False, False, True]
    assert found.counts.tolist() == [[1, 2, 2], [0, 2, 1], [0, 0, 1], [0, 0, 0]]
    assert found.notes == []


def test_precision_and_recall_are_not_swapped():
    found = entities.measure([made([("PER", 0, 1)], [("PER", 0, 1), ("LOC", 2, 3)])], TYPES)
    assert found.scores["entity_precision"].value == 0.5
    assert found.scores["entity_recall"].value == 1.0


@pytest.mark.parametrize("seed", range(5))
def test_as_seqeval_counts(seed):
    metrics = pytest.importorskip("seqeval.metrics")
    sentences = drawn(seed)
    truth = [tags(s.targets, s.tokens) for s in sentences]
    said = [tags(s.answers, s.tokens) for s in sentences]
    found = {k: v.value for k, v in entities.measure(sentences, TYPES, bootstrap=0).scores.items()}
    assert found["entity_f1"] == pytest.approx(metrics.f1_score(truth, said))
    assert found["entity_precision"] == pytest.approx(metrics.precision_score(truth, said))
    assert found["entity_recall"] == pytest.approx(metrics.recall_score(truth, said))
    assert found["macro_f1"] == pytest.approx(metrics.f1_score(truth, said, average="macro"))
    assert found["token_accuracy"] == pytest.approx(metrics.accuracy_score(truth, said))


@pytest.mark.parametrize("seed", range(3))
def test_as_scikit_learn_counts_decisions(seed):
    from sklearn.metrics import f1_score

    sentences = drawn(seed)
    keys = sorted({(n, *e) for n, s in enumerate(sentences) for e in (*s.targets, *s.answers)})
    truth = [key[1:] in sentences[key[0]].targets for key in keys]
    said = [key[1:] in sentences[key[0]].answers for key in keys]
    found = entities.measure(sentences, TYPES, bootstrap=0).scores
    assert found["entity_f1"].value == pytest.approx(f1_score(truth, said))
    assert found["entity_f1"].low is None


def test_intervals_hold_the_value_and_are_the_same_again():
    one, two = (entities.measure(drawn(1), TYPES, seed=7).scores for _ in range(2))
    assert one == two
    assert entities.measure(drawn(1), TYPES, seed=8).scores != one
    for score in one.values():
        assert score.low < score.value < score.high


def test_precision_and_recall_have_their_own_intervals():
    few = [
        made([("PER", 0, 1), ("LOC", 2, 3)], [("PER", 0, 1)] if n % 2 else []) for n in range(60)
    ]
    few += [made([], [("ORG", 0, 1)])] * 6
    scores = entities.measure(few, TYPES).scores
    for name, value in (("entity_precision", 30 / 36), ("entity_recall", 30 / 120)):
        score = scores[name]
        assert score.value == pytest.approx(value)
        assert score.low < value < score.high


def test_a_perfect_answer_is_the_maximum_an_empty_one_the_minimum():
    targets = [[("PER", 0, 2)], [("LOC", 1, 2), ("ORG", 2, 4)], []]
    best = entities.measure([made(t, t) for t in targets], TYPES).scores
    worst = entities.measure([made(t, []) for t in targets], TYPES).scores
    for name in ("entity_f1", "entity_precision", "entity_recall", "macro_f1"):
        assert best[name].value == 1.0 and worst[name].value == 0.0
    assert best["token_accuracy"].value == 1.0
    assert best["entity_recall"].low == pytest.approx(resampling.proportion(3, 3)[0])
    assert best["entity_f1"].low < 0.9 and best["entity_f1"].high == 1.0
    assert worst["entity_f1"].low == 0.0 < worst["entity_f1"].high
    assert "ece" not in worst


def test_no_entity_to_be_found_is_defined_and_said():
    right = entities.measure([made([], [])] * 3, TYPES)
    wrong = entities.measure([made([], [("PER", 0, 1)])] * 3, TYPES)
    assert [right.scores[n].value for n in ("entity_f1", "macro_f1")] == [1.0, 1.0]
    assert [wrong.scores[n].value for n in ("entity_f1", "macro_f1")] == [0.0, 0.0]
    assert (
        right.notes
        == wrong.notes
        == [
            "the targets hold no entity: recall has nothing to find, and entity_f1 is 1 only "
            "where nothing is answered"
        ]
    )
    with pytest.raises(DataError, match="no sentence to score"):
        entities.measure([], TYPES)


def test_types_training_never_saw_are_missed_and_said():
    found = entities.measure([made([("ART", 0, 1), ("PER", 2, 3)], [("PER", 2, 3)])], TYPES)
    assert found.scores["entity_recall"].value == 0.5
    assert found.per_label["ART"]["recall"] == 0.0
    assert found.notes == [
        "1 of 2 target entities have a type that training never saw ('ART' 1); they count as missed"
    ]


def test_an_entity_that_cuts_a_token_is_said():
    s = sentence("ab cd", [(0, 2), (3, 5)], [("PER", 0, 1)], {"entities": []})
    assert tags(s.targets, s.tokens) == ["B-PER", "O"]
    assert entities.measure([s], TYPES).notes == [
        "1 of 1 target entities begin or end inside a token: no answer by tokens can equal them"
    ]


def test_without_scores_there_is_no_calibration():
    found = entities.measure([made([("PER", 0, 1)], [("PER", 0, 1)], scores=False)], TYPES)
    assert "ece" not in found.scores and found.calibration == []


@given(st.lists(st.tuples(st.sampled_from(TYPES), st.integers(1, 3), st.booleans()), max_size=4))
@settings(max_examples=50)
def test_tags_and_entities_say_the_same(pieces):
    rows, place = [], 0
    for kind, length, used in pieces:
        if used:
            rows.append((kind, place, place + length))
        place += length
    s = made(rows, rows, words=12)
    found = tags(s.targets, s.tokens)
    assert sum(tag.startswith("B-") for tag in found) == len(rows)
    assert sum(tag != "O" for tag in found) == sum(b - a for _, a, b in rows)
    for kind, a, b in rows:
        assert found[a:b] == [f"B-{kind}"] + [f"I-{kind}"] * (b - a - 1)


def test_paired_bootstrap():
    draw = np.random.default_rng(0)
    first = np.stack([np.ones(200), np.ones(200), np.ones(200)], axis=1).astype(int)
    second = first.copy()
    second[:, 0] = draw.random(200) < 0.8
    found = resampling.paired_f1(first, second)
    assert found["difference"] == pytest.approx(1 - second[:, 0].mean())
    assert found["low"] < found["difference"] < found["high"]
    assert found["bootstrap_p"] == 1 / 1001
    assert (found["only_first"], found["only_second"]) == (int((second[:, 0] == 0).sum()), 0)
    back = resampling.paired_f1(second, first)
    assert back["difference"] == -found["difference"]
    assert resampling.paired_f1(first, first)["bootstrap_p"] == 1.0
    close = first.copy()
    close[0, 0] = 0
    assert resampling.paired_f1(first, close)["bootstrap_p"] > 0.2


def test_the_bootstrap_is_fair():
    """Of two systems with equal chances p is below 0.05 about once in twenty."""
    draw = np.random.default_rng(1)
    low = 0
    for seed in range(60):
        both = [
            np.stack([draw.random(150) < 0.7, np.ones(150), np.ones(150)], axis=1).astype(int)
            for _ in range(2)
        ]
        low += resampling.paired_f1(*both, seed)["bootstrap_p"] < 0.05
    assert 0 < low <= 10  # more than 10 of 60 happen once in two thousand


def test_nothing_but_nan_never_leaves():
    for s in ([made([], [])], [made([("PER", 0, 1)], [])]):
        for score in entities.measure(s, TYPES).scores.values():
            assert math.isfinite(score.value)


def test_without_tokens_all_but_token_accuracy():
    answers = [
        {"entities": [{"type": k, "start": a, "end": b, "score": 0.8} for k, a, b in s.answers]}
        for s in MIXED
    ]
    whole = entities.measure(MIXED, TYPES).scores
    found = entities.measured([sorted(s.targets) for s in MIXED], answers, TYPES)
    assert found.scores == {k: v for k, v in whole.items() if k != "token_accuracy"}
    assert found.notes == []
    with pytest.raises(ValueError, match="shorter"):
        entities.measured([()], [], TYPES)
