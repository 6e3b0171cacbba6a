"""Baselines: good linear models, bounded in memory, whatever the labels are."""

import random
import warnings

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from textlstm import baselines, linear, ngrams, sampling
from textlstm.corpora.example import Example
from textlstm.errors import DataError

NAMES = ["majority", "tfidf-logistic", "nb-svm"]


def examples(rows):
    return [Example(text, target, f"a.csv:{n + 2}") for n, (text, target) in enumerate(rows)]


def reviews(number, seed, negated=0.3):
    """Reviews in which a pair of words (`not good`) decides, among words that say nothing."""
    draw = random.Random(seed)
    rows = []
    for _ in range(number):
        good, flip = draw.random() < 0.5, draw.random() < negated
        word = draw.choice(["good", "fine"] if good != flip else ["bad", "dull"])
        filler = [f"w{draw.randrange(50)}" for _ in range(6)]
        place = draw.randrange(6)
        filler[place:place] = ["not", word] if flip else [word]
        rows.append((" ".join(filler), "pos" if good else "neg"))
    return rows


def accuracy(baseline, targets):
    return np.mean([a["label"] == t for a, t in zip(baseline.answers, targets, strict=True)])


@pytest.fixture(scope="module")
def answered():
    train, test = reviews(600, 1), reviews(200, 2)
    found = baselines.classify(
        iter(examples(train)), [text for text, _ in test], ["neg", "pos"], False, seed=0
    )
    return found, [target for _, target in test]


def test_linear_models_learn_pairs_of_words(answered):
    found, targets = answered
    assert list(found) == NAMES
    assert accuracy(found["tfidf-logistic"], targets) > 0.97
    assert accuracy(found["nb-svm"], targets) > 0.97
    assert 0.35 < accuracy(found["majority"], targets) < 0.65
    assert "word 1-2-grams" in found["tfidf-logistic"].note
    assert "word 1-3-grams" in found["nb-svm"].note
    assert found["nb-svm"].note.endswith("trained on 600 examples")


def test_answers_have_the_form_of_a_model(answered):
    found, _ = answered
    for baseline in found.values():
        assert len(baseline.answers) == 200 and baseline.seconds > 0
        for answer in baseline.answers:
            assert list(answer) == ["label", "probabilities"]
            values = answer["probabilities"]
            assert list(values) == ["neg", "pos"]
            assert sum(values.values()) == pytest.approx(1.0)
            assert all(type(value) is float for value in values.values())
            assert values[answer["label"]] == max(values.values())


def test_the_same_seed_gives_the_same_answers(answered):
    test = [text for text, _ in reviews(200, 2)]
    again = baselines.classify(examples(reviews(600, 1)), test, ["neg", "pos"], False, seed=0)
    for name in NAMES:
        assert again[name].answers == answered[0][name].answers


def test_chinese_is_seen_as_characters():
    draw = random.Random(0)
    rows = []
    for _ in range(200):
        good = draw.random() < 0.5
        filler = "".join(draw.choice("的一是了我有和人这中") for _ in range(6))
        rows.append((filler + ("好看" if good else "难看") + filler[::-1], "正" if good else "负"))
    test = [("这部影片好看极了", "正"), ("实在难看，不推荐", "负")] * 5
    found = baselines.classify(examples(rows), [t for t, _ in test], ["正", "负"], False)
    for name in NAMES[1:]:
        assert accuracy(found[name], [target for _, target in test]) == 1.0
        assert found[name].note.startswith("character 1-3-grams")


def test_more_than_two_labels_one_of_them_never_in_training():
    rows = [(f"{word} w{n % 7}", word) for n in range(150) for word in ("red", "green", "blue")]
    labels = ["blue", "green", "red", "unmet"]
    found = baselines.classify(examples(rows), ["a red w1", "blue", "w3 green"], labels, False)
    for name in NAMES[1:]:
        assert [a["label"] for a in found[name].answers] == ["red", "blue", "green"]
        for answer in found[name].answers:
            assert answer["probabilities"]["unmet"] == 0.0
            assert sum(answer["probabilities"].values()) == pytest.approx(1.0)


def test_several_labels_a_text():
    draw = random.Random(5)
    words = {"food": "soup", "staff": "waiter", "price": "bill"}
    rows = []
    for _ in range(400):
        names = tuple(name for name in words if draw.random() < 0.4)
        rows.append((" ".join([words[n] for n in names] + ["the", "a"]), names))
    test = ["the soup", "waiter and bill", "the a"]
    found = baselines.classify(examples(rows), test, list(words), True)
    for name in NAMES[1:]:
        said = [a["label"] for a in found[name].answers]
        assert said == [["food"], ["staff", "price"], []]
        assert "threshold" in found[name].note
    common = found["majority"].answers[0]
    assert isinstance(common["label"], list)
    assert common["probabilities"]["food"] == pytest.approx(0.4, abs=0.08)


def test_one_label_only_is_answered_always():
    found = baselines.classify(examples([("x", "a"), ("y", "a")]), ["z"], ["a", "b"], False)
    assert list(found) == NAMES
    for baseline in found.values():
        assert baseline.answers == [{"label": "a", "probabilities": {"a": 1.0, "b": 0.0}}]
    assert found["nb-svm"].note == "one label only: as majority"


@pytest.mark.parametrize("texts", [["", "  "], ["a", ""]])
def test_empty_texts_and_very_few_of_them(texts):
    rows = [(text, label) for text, label in zip(texts, "ab", strict=True)]
    found = baselines.classify(examples(rows), ["", "unmet", "\x00"], ["a", "b"], False)
    for name in NAMES:
        assert len(found[name].answers) == 3
        for answer in found[name].answers:
            assert sum(answer["probabilities"].values()) == pytest.approx(1.0)


def test_no_usable_example_is_refused():
    with pytest.raises(DataError, match="the training part holds no labelled example"):
        baselines.classify([], ["x"], ["a", "b"], False)
    with pytest.raises(DataError, match="there are no baselines"):
        baselines.classify(examples([("x", "other")]), ["x"], ["a", "b"], False)


def test_the_sample_is_bounded_uniform_and_said():
    rows = examples([(f"text {n} {'good' if n % 2 else 'bad'}", "ab"[n % 2]) for n in range(5000)])
    found = baselines.classify(iter(rows), ["good"], ["a", "b"], False, limit=1000)
    assert found["nb-svm"].note.endswith("trained on a sample of 1,000 of 5,000 examples")
    kept, read, skipped = sampling.uniform(iter(rows), {"a", "b"}, limit=1000, seed=3)
    assert (len(kept), read, skipped) == (1000, 5000, 0)
    places = [int(example.where.split(":")[1]) for example in kept]
    assert places == sorted(places)
    assert 220 < sum(place < 1252 for place in places) < 280  # a quarter of them
    again, _, _ = sampling.uniform(iter(rows), {"a", "b"}, limit=1000, seed=3)
    other, _, _ = sampling.uniform(iter(rows), {"a", "b"}, limit=1000, seed=4)
    assert again == kept != other


def test_the_sample_is_bounded_in_bytes(monkeypatch):
    monkeypatch.setattr(sampling, "BYTES", 30_000)
    rows = examples([("好" * 100, "a")] * 400)  # 300 bytes each
    kept, read, _ = sampling.uniform(rows, {"a"}, limit=1000, seed=0)
    assert (len(kept), read) == (100, 400)
    huge, _, _ = sampling.uniform(examples([("x" * 50_000, "a")]), {"a"}, limit=1000, seed=0)
    assert len(huge) == 1


def test_labels_that_the_model_does_not_know_are_left_out_and_said():
    rows = [("good", "a"), ("bad", "b")] * 10 + [("odd", "c")] * 3
    found = baselines.classify(examples(rows), ["good"], ["a", "b"], False)
    assert found["nb-svm"].note.endswith(
        "trained on 20 examples (3 without a label of the model left out)"
    )


def test_slow_convergence_is_a_note_not_a_warning(monkeypatch):
    monkeypatch.setattr(linear, "ITERATIONS", 1)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = baselines.classify(examples(reviews(300, 1)), ["good"], ["neg", "pos"], False)
    assert said == []
    assert found["tfidf-logistic"].note.endswith("it had not quite converged")


def test_log_count_ratio_by_hand():
    from scipy.sparse import csr_array

    present = csr_array(np.array([[1, 0], [1, 1], [0, 1]], np.float32))
    ratio = linear.log_count_ratio(present, np.array([True, True, False]))
    # p = 1 + (2, 1), q = 1 + (0, 1); normed: (3/5, 2/5) and (1/3, 2/3)
    assert ratio.tolist() == pytest.approx([np.log(1.8), np.log(0.6)])


@pytest.mark.parametrize("rare", [1, 2])
def test_ngrams_are_those_of_scikit_learn(rare):
    draw = random.Random(2)
    train = [
        " ".join(draw.choice("abcdefg") for _ in range(draw.randrange(0, 12))) for _ in range(60)
    ]
    test = ["a b c z a b", "", "g f e d c", "z z"]
    grams = ngrams.NGrams(3, rare)
    counts, others = grams.fit(train), grams.transform(test)
    peer = CountVectorizer(ngram_range=(1, 3), tokenizer=str.split, token_pattern=None)
    expected, expected_others = peer.fit_transform(train), peer.transform(test)
    orders = np.array([len(name.split()) for name in peer.get_feature_names_out()])
    keep = (orders == 1) | (np.asarray((expected > 0).sum(axis=0)).ravel() >= rare)
    assert grams.sizes == [int((orders[keep] == order).sum()) for order in (1, 2, 3)]

    def columns(matrix):
        """Columns in an order that does not depend on their numbers."""
        return sorted(map(tuple, matrix.toarray().T.astype(int).tolist()))

    assert columns(counts) == columns(expected[:, keep])
    assert others.sum() == expected_others[:, keep].sum()
    assert others.toarray()[3].sum() == 0


def test_words_of_mixed_scripts():
    assert ngrams.words("Don't watch 这部电影!!") == [
        "don't", "watch", "这", "部", "电", "影", "!", "!",
    ]  # fmt: skip
    assert ngrams.words("ひらがな สวย") == list("ひらがなสวย")
    assert ngrams.han_share(["这部 film"]) == pytest.approx(2 / 6)
    assert ngrams.han_share([""]) == 0.0
