"""What the vocabulary of an encoder is learnt from, counted exactly, and its refusals."""

from collections import Counter

import pytest

from textlstm import cutting, vocabulary
from textlstm.errors import DataError, SettingsError
from textlstm.text import TextEncoder

KINDS = ["words", "characters", "bpe"]
CORPUS = [
    "A lovely film, but don't expect the plot to hold: 10/10!!!",
    "The film's plot isn't good.<br /><br />Not a <b>lovely</b> film at all :-(",
    "电影很好看，我喜欢！ 不好看。",
]


def test_vocabulary_is_by_frequency_then_code_point():
    encoder = TextEncoder.fit(["b é d a", "a c b b"])
    assert encoder.vocabulary == ["[padding]", "[unknown]", "b", "a", "c", "d", "é"]
    assert encoder.size == 7
    assert encoder.encode("b zzz d").tolist() == [2, 1, 5]


def test_vocabulary_size_and_minimum_count():
    texts = ["a a a b b c"]
    assert TextEncoder.fit(texts, vocabulary=4).vocabulary[2:] == ["a", "b"]
    assert TextEncoder.fit(texts, min_count=2).vocabulary[2:] == ["a", "b"]
    assert TextEncoder.fit(texts, min_count=3).vocabulary[2:] == ["a"]
    pairs = TextEncoder.fit(["abab " * 9 + "xyz"], tokens="bpe", min_count=5)
    assert "ab" in pairs.vocabulary
    assert "xy" not in pairs.vocabulary


def test_counts_are_the_same_however_the_counting_is_cut(monkeypatch):
    texts = [f"{c} w{i} w{i % 7}, <br /> w{i % 3}!" for i, c in enumerate(CORPUS * 6)]
    whole = TextEncoder.fit(texts)
    monkeypatch.setattr(vocabulary, "_DISTINCT_CHUNKS", 3)
    assert TextEncoder.fit(texts) == whole


def test_rare_words_are_given_up_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(vocabulary, "_DISTINCT_CHUNKS", 50)
    monkeypatch.setattr(vocabulary, "_DISTINCT_WORDS", 100)
    texts = [f"the film number{i}" for i in range(2000)]
    counts = vocabulary.count(cutting.pipeline("words", True), texts, "words")
    assert counts["the"] == counts["film"] == 2000
    assert len(counts) <= 100


@pytest.mark.parametrize(
    ("given_settings", "message"),
    [
        (
            {"tokens": "word"},
            "tokens='word': expected one of words, characters, bpe. Did you mean 'words'?",
        ),
        ({"vocabulary": 2}, "vocabulary=2: expected at least 3 for tokens='words'"),
        (
            {"vocabulary": 200, "tokens": "bpe"},
            "vocabulary=200: expected at least 258 for tokens='bpe'",
        ),
        ({"min_count": 0}, "min_count=0: expected at least 1"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used(given_settings, message):
    with pytest.raises(SettingsError) as refusal:
        TextEncoder.fit(["a"], **given_settings)
    assert str(refusal.value) == message


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_learn_from(kind):
    for texts in ([], ["", ""]):
        with pytest.raises(DataError, match="no token occurs in the texts"):
            TextEncoder.fit(texts, tokens=kind)


def test_nothing_frequent_enough():
    with pytest.raises(DataError, match="no token occurs 3 times"):
        TextEncoder.fit(["a b a"], min_count=3)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_of_the_reader_comes_through(kind):
    def texts():
        yield "fine"
        raise DataError("reviews.csv:812: not UTF-8")

    with pytest.raises(DataError, match="reviews.csv:812: not UTF-8"):
        TextEncoder.fit(texts(), tokens=kind)


def test_the_counter_is_exact():
    counts = vocabulary.count(cutting.pipeline("words", True), CORPUS, "words")
    encoder = TextEncoder.fit(CORPUS)
    expected = Counter(w for c in CORPUS for w in encoder.words(c))
    assert counts == expected
