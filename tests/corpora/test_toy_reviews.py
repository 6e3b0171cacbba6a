import importlib.util
import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from textlstm.corpora.toy_reviews import LABELS, LANGUAGES, PAIRS, _drawn, part_of, reviews
from textlstm.corpora.toy_reviews_grammar import Frame, draw

CODES = ("en", "zh")
PARTS = ("train", "valid", "test")
CLAUSE = re.compile(r"[,;.?!:，；。？！：]")


def everything(code):
    return [review for part in PARTS for review in reviews(code)[part]]


def words(text, code):
    return re.findall(r"[\w'-]+", text.lower()) if code == "en" else list(text)


def test_six_thousand_distinct_texts_and_none_of_them_twice():
    texts = [review.text for review in everything("all")]
    assert len(texts) == len(set(texts)) == 2 * 2 * sum(PAIRS.values()) >= 6000


@pytest.mark.parametrize("code", CODES)
def test_labels_are_balanced_in_each_part(code):
    for part in PARTS:
        counts = Counter(review.label for review in reviews(code)[part])
        assert counts == dict.fromkeys(LABELS, PAIRS[part])


def test_both_languages_together_are_the_texts_of_each():
    for part in PARTS:
        alone = {review.text for code in CODES for review in reviews(code)[part]}
        assert {review.text for review in reviews("all")[part]} == alone


def test_texts_are_the_same_each_time_they_are_drawn():
    for code, language in LANGUAGES.items():
        again = _drawn(language)
        for part in PARTS:
            assert {r.text for r in again[part]} == {r.text for r in reviews(code)[part]}


@pytest.mark.parametrize("code", CODES)
def test_a_pair_differs_in_label_and_stays_in_one_part(code):
    pairs = defaultdict(list)
    for part in PARTS:
        for review in reviews(code)[part]:
            assert part_of(review.made.key) == part
            pairs[review.pair].append((part, review))
    for (part, one), (other_part, other) in pairs.values():
        assert part == other_part
        assert {one.label, other.label} == set(LABELS)


@pytest.mark.parametrize("code", CODES)
def test_most_pairs_have_the_same_words_and_all_nearly_so(code):
    same = 0
    pairs = {review.pair: review.made for review in everything(code)}
    for made in pairs.values():
        one, other = Counter(words(made.positive, code)), Counter(words(made.negative, code))
        differ = sum(((one - other) + (other - one)).values())
        assert differ <= 2, made
        same += differ == 0
    assert same > 0.85 * len(pairs)


@pytest.mark.parametrize("code", CODES)
def test_combinations_of_test_and_valid_never_occur_in_training(code):
    parts = {part: {(r.made.key, r.made.frame) for r in reviews(code)[part]} for part in PARTS}
    assert not parts["train"] & parts["test"]
    assert not parts["train"] & parts["valid"]
    assert not parts["valid"] & parts["test"]
    opposed = defaultdict(set)  # word of praise and word of blame in one text
    for part in PARTS:
        for review in reviews(code)[part]:
            if "{A" in review.made.frame or "{a}" in review.made.frame:
                opposed[part].add(review.made.key)
    assert len(opposed["test"]) > 60
    assert not opposed["train"] & (opposed["test"] | opposed["valid"])


@pytest.mark.parametrize("code", CODES)
def test_every_word_and_every_frame_occurs_in_training(code):
    train = reviews(code)["train"]
    known = {word for review in train for word in words(review.text, code)}
    frames = {review.made.frame for review in train}
    for part in ("valid", "test"):
        for review in reviews(code)[part]:
            assert set(words(review.text, code)) <= known, review.text
            assert review.made.frame in frames
    assert frames == {frame.text for _, frame in LANGUAGES[code].listed}


@pytest.mark.parametrize("code", CODES)
def test_every_word_is_as_frequent_in_one_label_as_in_the_other(code):
    counts = defaultdict(Counter)
    for review in everything(code):
        counts[review.label].update(words(review.text, code))
    for subject in (
        aspect for domain in LANGUAGES[code].domains for aspect in (*domain.aspects, domain.verdict)
    ):
        for phrase in (*subject.good, *subject.bad):
            for word in words(phrase, code):
                assert counts["negative"][word] == counts["positive"][word] > 0, word


def test_english_is_written_properly():
    for review in everything("en"):
        text = review.text
        assert re.fullmatch(r"“?[A-Z].*[.?]", text), text
        assert not re.search(r"[.?]”? “?[a-z]|\s[,;.?]|  |\{|\}|,,|\bi\b", text), text
        assert not re.search(r"\b[Aa] [aeio]|\b[Aa]n [^aeiou]", text), text
        assert not re.search(r"\b(\w+) \1\b", text), text


def test_chinese_is_written_properly():
    for review in everything("zh"):
        text = review.text
        assert text.endswith("。"), text
        assert not re.search(r"[a-zA-Z,.;?{}\s]|很很|的的|，，|。。|，。|相当很", text), text
        assert text.count("“") == text.count("”") and text.count("《") == text.count("》")


@pytest.mark.parametrize("code", CODES)
def test_every_family_is_drawn_often(code):
    language = LANGUAGES[code]
    rng = random.Random(0)
    families = Counter(draw(language, rng).family for _ in range(1000))
    assert set(families) == set(language.frames)
    assert min(families.values()) > 50


def test_a_frame_without_a_role_is_an_error_of_the_grammar():
    with pytest.raises(ValueError, match="without a role"):
        _ = Frame("it rained").kind


# What the corpus is for: counts of words must not tell the label.


def full(text, code):
    return text


def last_clause(text, code):
    return [clause for clause in CLAUSE.split(text) if clause.strip(" ”")][-1]


def first_clause(text, code):
    return [clause for clause in CLAUSE.split(text) if clause.strip(" “")][0]


def last_five(text, code):
    return " ".join(words(text, code)[-5:]) if code == "en" else text[-6:]


@pytest.mark.parametrize(
    ("view", "bound"),
    [(full, 0.75), (last_clause, 0.70), (first_clause, 0.70), (last_five, 0.70)],
)
@pytest.mark.parametrize("code", CODES)
def test_linear_models_stay_below_the_bounds(code, view, bound):
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    train, test = reviews(code)["train"], reviews(code)["test"]
    texts, unseen = ([view(r.text, code) for r in part] for part in (train, test))
    labels, truth = (np.array([r.label == "positive" for r in part]) for part in (train, test))
    units = {"token_pattern": r"(?u)\b\w+\b"} if code == "en" else {"analyzer": "char"}

    tfidf = TfidfVectorizer(ngram_range=(1, 3), **units)
    seen = tfidf.fit_transform(texts)
    model = LogisticRegression(C=10, max_iter=1000, tol=1e-5).fit(seen, labels)
    assert model.score(seen, labels) > 0.6  # it has learnt what it was shown
    assert model.score(tfidf.transform(unseen), truth) < bound

    binary = CountVectorizer(ngram_range=(1, 3), binary=True, **units)
    seen = binary.fit_transform(texts)
    ratio = np.log(
        (1 + np.asarray(seen[labels].sum(0)).ravel())
        / (1 + np.asarray(seen[~labels].sum(0)).ravel())
    )
    model = LogisticRegression(C=1, max_iter=1000, tol=1e-5).fit(
        seen.multiply(ratio).tocsr(), labels
    )
    assert model.score(binary.transform(unseen).multiply(ratio).tocsr(), truth) < bound


@pytest.mark.slow
def test_order_is_needed_and_enough_for_a_network():
    path = Path(__file__).parents[2] / "benchmarks" / "toy_reviews.py"
    spec = importlib.util.spec_from_file_location("toy_reviews_benchmark", path)
    benchmark = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = benchmark  # dataclasses look their module up
    spec.loader.exec_module(benchmark)

    data = benchmark.encode("all")
    averaged, _ = benchmark.network(data, False, epochs=20, seed=0)
    recurrent, _ = benchmark.network(data, True, epochs=10, seed=0)
    for code in CODES:
        assert averaged[data.languages == code].mean() < 0.80
        assert recurrent[data.languages == code].mean() > 0.97
