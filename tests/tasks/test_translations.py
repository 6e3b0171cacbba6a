"""Scores of translations against sacreBLEU, brute force and small cases by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.significance import PairedTest

from textlstm.errors import DataError
from textlstm.tasks import resampling
from textlstm.tasks import translations as t

WORDS = ["the", "The", "cat", "sat", "on", "a", "mat", ",", "it", "Slept", "all", "day", "and", "."]
HAN = list("他跑得快我很喜歡這本書的故事。")


def pair(number, seed, names=WORDS, gap=" "):
    """References, and answers that lose words, so that swapping both changes every score."""
    draw = np.random.default_rng(seed)
    targets, answers = [], []
    for _ in range(number):
        target = [str(w) for w in draw.choice(names, int(draw.integers(5, 20)))]
        answer = [w if draw.random() < 0.8 else w.lower() for w in target if draw.random() < 0.85]
        targets.append(gap.join(target))
        answers.append(gap.join(answer))
    return targets, answers


@pytest.mark.parametrize(
    ("tokenize", "names", "gap"), [("13a", WORDS, " "), ("zh", HAN, ""), ("char", HAN, "")]
)
def test_scores_are_sacrebleus(tokenize, names, gap):
    targets, answers = pair(60, 1, names, gap)
    targets[3], answers[4], answers[5] = "", "", targets[5]
    found = t.measure(targets, answers, tokenize, bootstrap=0)
    for name, metric in (
        ("bleu", BLEU(tokenize=tokenize)),
        ("bleu_lowercase", BLEU(tokenize=tokenize, lowercase=True)),
        ("chrf", CHRF()),
    ):
        right = metric.corpus_score(answers, [targets])
        assert found.scores[name].value == pytest.approx(right.score, rel=1e-12), name
        swapped = metric.corpus_score(targets, [answers]).score
        assert abs(swapped - right.score) > 0.01
        assert found.signatures[name] == str(metric.get_signature())
    bleu = BLEU(tokenize=tokenize).corpus_score(answers, [targets])
    assert found.scores["length_ratio"].value == pytest.approx(bleu.sys_len / bleu.ref_len)
    assert bleu.sys_len < bleu.ref_len
    each = [CHRF().sentence_score(a, [r]).score for r, a in zip(targets, answers, strict=True)]
    assert found.chrf == pytest.approx(each)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.text("abA 好.", max_size=9), st.text("abA 好.", max_size=9)), min_size=1)
)
def test_chrf_is_sacrebleus_on_any_text(rows):
    targets, answers = zip(*rows, strict=True)
    found = float(t.chrf_of(t.chrf_counts(targets, answers).sum(axis=0)))
    assert found == pytest.approx(CHRF().corpus_score(answers, [targets]).score)


@pytest.mark.parametrize(
    ("tokenize", "names", "gap"), [("13a", WORDS, " "), ("zh", HAN, "")], ids=["words", "han"]
)
def test_perfect_answers_have_the_most_and_empty_ones_the_least(tokenize, names, gap):
    targets, _ = pair(20, 2, names, gap)
    best = t.measure(targets, targets, tokenize)
    worst = t.measure(targets, [""] * 20, tokenize)
    for name, most in (("bleu", 100), ("bleu_lowercase", 100), ("chrf", 100), ("rouge_l", 100),
                       ("exact_match", 1), ("length_ratio", 1)):  # fmt: skip
        assert best.scores[name].value == pytest.approx(most, abs=1e-9) and (
            best.scores[name].value <= most
        )
        assert worst.scores[name].value == 0.0
    assert best.correct.all() and not worst.correct.any()
    assert best.scores["exact_match"].low < 0.9  # twenty right ones are not surely all
    assert "20 of 20 translations are empty" in worst.notes


def test_units_and_order_of_the_scores():
    found = t.measure(*pair(20, 3), "13a").scores
    assert [(name, score.unit) for name, score in found.items()] == [
        ("bleu", "points"), ("bleu_lowercase", "points"), ("chrf", "points"),
        ("rouge_l", "points"), ("exact_match", "fraction"), ("length_ratio", "ratio"),
    ]  # fmt: skip
    for name, score in found.items():
        assert score.low <= score.value <= score.high, name
        assert score.higher_is_better


def test_short_references_do_not_make_a_perfect_answer_zero():
    targets = ["a cat", "my dog ran", ""]
    found = t.measure(targets, targets, "13a")
    assert not found.whole and found.scores["bleu"].value == pytest.approx(100)
    assert "|eff:yes|" in found.signatures["bleu"]
    assert found.scores["bleu"].value == pytest.approx(
        BLEU(effective_order=True).corpus_score(targets, [targets]).score
    )
    assert any(note.startswith("no reference has four tokens") for note in found.notes)
    assert "1 of 3 references are empty" in found.notes
    nothing = t.measure([""], [""], "zh")
    assert nothing.scores["bleu"].value == 0.0 and math.isnan(nothing.scores["length_ratio"].value)


def test_intervals_are_those_of_resampled_sentences():
    targets, answers = pair(40, 4)
    found = t.measure(targets, answers, "13a", bootstrap=200, seed=7)
    drawn = {"bleu": [], "chrf": []}
    for block in resampling.weights(40, 200, 7):
        for row in block.astype(int):
            places = np.repeat(np.arange(40), row)
            some = [answers[n] for n in places], [[targets[n] for n in places]]
            drawn["bleu"].append(BLEU().corpus_score(*some).score)
            drawn["chrf"].append(CHRF().corpus_score(*some).score)
    for name, values in drawn.items():
        low, high = np.percentile(values, [2.5, 97.5])
        assert (found.scores[name].low, found.scores[name].high) == pytest.approx((low, high))
    again = t.measure(targets, answers, "13a", bootstrap=200, seed=7)
    assert again.scores == found.scores


def test_the_paired_test_by_brute_force():
    targets, first = pair(30, 5)
    second = [answer.replace("sat", "lay") for answer in first]
    counts = [t.bleu_counts(targets, answers, "13a") for answers in (first, second)]
    found = t.paired(*counts, True, seed=3)
    whole = [BLEU().corpus_score(answers, [targets]).score for answers in (first, second)]
    difference = whole[0] - whole[1]
    assert found["difference"] == pytest.approx(difference) and difference > 0
    drawn = []
    for block in resampling.weights(30, 1000, 3):
        for row in block:
            one, other = (BLEU.compute_bleu(list(s[:4]), list(s[4:8]), int(s[8]), int(s[9]),
                                            smooth_method="exp").score
                          for s in ((row @ c).tolist() for c in counts))  # fmt: skip
            drawn.append(one - other)
    extreme = sum(abs(d - difference) >= abs(difference) for d in drawn)
    assert found["bootstrap_p"] == (1 + extreme) / 1001
    assert (found["low"], found["high"]) == pytest.approx(tuple(np.percentile(drawn, [2.5, 97.5])))
    back = t.paired(counts[1], counts[0], True, seed=3)
    assert back["difference"] == -found["difference"]
    assert back["bootstrap_p"] == found["bootstrap_p"]


def test_the_paired_test_of_chrf_by_brute_force(monkeypatch):
    monkeypatch.setattr(t, "RESAMPLES", 60)  # sacreBLEU takes its time
    targets, first = pair(25, 8)
    second = [answer.replace("sat", "lay") for answer in first]
    counts = [t.chrf_counts(targets, answers) for answers in (first, second)]
    found = t.paired_chrf(*counts, seed=3)
    drawn = []
    for row in [np.ones(25), *np.concatenate(list(resampling.weights(25, 60, 3)))]:
        rows = np.repeat(np.arange(25), row.astype(int))
        meant = [[targets[k] for k in rows]]
        one, other = (
            CHRF().corpus_score([a[k] for k in rows], meant).score for a in (first, second)
        )
        drawn.append(one - other)
    difference = drawn.pop(0)
    assert found["difference"] == pytest.approx(difference) and difference > 0
    assert (found["low"], found["high"]) == pytest.approx(tuple(np.percentile(drawn, [2.5, 97.5])))
    extreme = sum(abs(d - difference) >= abs(difference) for d in drawn)
    assert found["bootstrap_p"] == (1 + extreme) / 61
    assert t.paired_chrf(*counts[::-1], seed=3)["difference"] == -found["difference"]
    assert t.paired_chrf(counts[0], counts[0])["bootstrap_p"] == 1.0


@pytest.mark.parametrize(("every", "significant"), [(1, True), (35, False)])
def test_the_paired_test_agrees_with_sacrebleus(every, significant, monkeypatch):
    monkeypatch.setenv("SACREBLEU_SEED", "1")
    targets, first = pair(80, 6)
    second = [a if n % every else a.replace("cat", "") for n, a in enumerate(first)]
    if not significant:  # and what the other way round is worse
        second = [a.replace("mat", "") if n % every == 1 else a for n, a in enumerate(second)]
        first = [a.replace("day", "") if n % every == 2 else a for n, a in enumerate(first)]
    counts = [t.bleu_counts(targets, answers, "13a") for answers in (first, second)]
    p = t.paired(*counts, True)["bootstrap_p"]
    test = PairedTest(
        [("one", first), ("two", second)], {"BLEU": BLEU(references=[targets])}, None, "bs", 1000
    )
    theirs = test()[1]["BLEU"][1].p_value
    assert (p < 0.05) == (theirs < 0.05) == significant
    # Theirs has one tail and counts around the resamples' mean.
    assert p == pytest.approx(theirs, abs=0.02) if significant else p > 0.05


def test_the_same_answers_do_not_differ():
    targets, answers = pair(20, 7)
    counts = t.bleu_counts(targets, answers, "13a")
    found = t.paired(counts, counts, True)
    assert found["difference"] == 0.0 and found["bootstrap_p"] == 1.0


def test_exact_match_is_but_for_white_space():
    assert t.exact(["a  b\n", "a b", "a b"], ["a b", "a B", "ab"]).tolist() == [True, False, False]


def test_tokenized_references_are_told_of():
    found = t.measure(["a cat sat ."] * 3, ["a cat ."] * 3, "13a", bootstrap=0)
    assert any("they look tokenized" in note for note in found.notes)
    plain = t.measure(["a cat sat."] * 3, ["a cat."] * 3, "13a", bootstrap=0)
    assert len(plain.notes) == 1 and plain.notes[0].startswith("BLEU is sacreBLEU's (nrefs:1, ")


def test_what_cannot_be_scored_is_refused():
    with pytest.raises(DataError, match="^no example to score: the part is empty$"):
        t.measure([], [], "13a")
    with pytest.raises(ValueError, match="^2 references, but 1 translations$"):
        t.measure(["a", "b"], ["a"], "13a")
