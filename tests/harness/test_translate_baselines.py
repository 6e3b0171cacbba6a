"""Baselines of translation on tiny data: the dictionary, the nearest sentence, the copy."""

from types import SimpleNamespace

import pytest

from textlstm.corpora.example import Example
from textlstm.errors import DataError
from textlstm.harness import lexicon
from textlstm.harness import translate_baselines as b

TASK = SimpleNamespace(raw=str)
PAIRS = [
    ("The house is big.", "Das Haus ist groß."),
    ("The house is old.", "Das Haus ist alt."),
    ("The dog is old.", "Der Hund ist alt."),
    ("A dog sleeps.", "Ein Hund schläft."),
    ("A cat sleeps.", "Eine Katze schläft."),
]
CHINESE = [("I read.", "我读。"), ("I read books.", "我读书。"), ("You read.", "你读。"),
           ("You sing.", "你唱。"), ("I sing.", "我唱。")]  # fmt: skip


def learned(pairs, **more):
    examples = [Example(source, target, f"t:{n}") for n, (source, target) in enumerate(pairs)]
    return b.learn(TASK, examples, **more)


def answered(pairs, inputs, name):
    baseline = b.baselines(TASK, learned(pairs), inputs)[name]
    assert all(answer["score"] == 0.0 for answer in baseline.answers) and baseline.seconds >= 0
    assert all(list(answer) == ["translation", "score"] for answer in baseline.answers)
    return [answer["translation"] for answer in baseline.answers], baseline.note


def brute_force(sources, targets, iterations):
    """IBM Model 1 with dictionaries: probabilities, and the share of a target a source makes."""
    words = {t for row in targets for t in row}
    chance = {(s, t): 1.0 for row in sources for s in ["", *row] for t in words}
    for _ in range(iterations):
        counts = dict.fromkeys(chance, 0.0)
        for source, target in zip(sources, targets, strict=True):
            for t in target:
                total = sum(chance[s, t] for s in ["", *source])
                for s in ["", *source]:
                    counts[s, t] += chance[s, t] / total
        for s, t in chance:
            chance[s, t] = counts[s, t] / sum(counts[s, other] for other in words)
    made = {t: sum(count for (_, other), count in counts.items() if other == t) for t in words}
    return chance, {(s, t): counts[s, t] / made[t] for s, t in chance}


def test_the_dictionary_is_that_of_model_one():
    sources = [s.lower().split() for s, _ in PAIRS]
    targets = [t.split() for _, t in PAIRS]
    found = lexicon.learn(sources, targets, 7)
    right, share = brute_force(sources, targets, 7)
    words = {t for row in targets for t in row}
    assert set(found) == {word for row in sources for word in row}
    for word, (translation, chance) in found.items():
        assert chance == pytest.approx(right[word, translation]), word
        best = max(right[word, t] * share[word, t] ** 0.5 for t in words)
        assert chance * share[word, translation] ** 0.5 == pytest.approx(best)
    assert found["dog"][0] == "Hund" and found["cat"][0] in ("Eine", "Katze")
    assert found["sleeps."][0] == "schläft."


def test_the_dictionary_of_nothing_is_empty():
    assert lexicon.learn([], []) == {}
    assert lexicon.learn([["a"]], [[]]) == {}
    assert lexicon.learn([[]], [["x"]]) == {}


def test_word_by_word():
    said, note = answered(PAIRS, ["The dog sleeps.", "the ZEBRA is big", ""], "word-by-word")
    assert said[0].split()[1:] == ["Hund", "schläft."]  # no space before the mark
    assert said[1].split()[1:3] == ["ZEBRA", "ist"]  # unknown words as they are spelt
    assert said[0][0].isupper() and said[2] == ""
    assert "IBM Model 1" in note and note.endswith("learned from 5 pairs")


def test_chinese_is_written_without_spaces():
    said, _ = answered(CHINESE, ["You read.", "I sing."], "word-by-word")
    assert said == ["你读。", "我唱。"]
    back, _ = answered([(t, s) for s, t in CHINESE], ["你读。"], "word-by-word")
    assert back == ["You read."]


def test_the_nearest_sentence():
    said, note = answered(PAIRS, ["Old dog", "sleeps a cat"], "nearest-sentence")
    assert said == ["Der Hund ist alt.", "Eine Katze schläft."]
    assert note.endswith("out of 5 pairs")
    said, _ = answered([(t, s) for s, t in CHINESE], ["他读书"], "nearest-sentence")
    assert said == ["I read books."]
    said, _ = answered([("", "x"), ("", "y")], ["a", ""], "nearest-sentence")
    assert said == ["x", "x"]


def test_nearest_sentences_are_the_same_in_blocks(monkeypatch):
    inputs = [source for source, _ in PAIRS] * 2
    whole, _ = answered(PAIRS, inputs, "nearest-sentence")
    assert whole == [target for _, target in PAIRS] * 2
    monkeypatch.setattr(b, "COMPARED", 15)
    assert answered(PAIRS, inputs, "nearest-sentence")[0] == whole


def test_the_copy():
    assert answered(PAIRS, ["A  dog", ""], "copy-source")[0] == ["A  dog", ""]


def test_the_sample_is_bounded_seeded_and_said(monkeypatch):
    pairs = [(f"word{n} a", f"Wort{n} ein") for n in range(50)]
    few = learned(pairs, limit=10, seed=1)
    assert len(few.pairs) == 10 and few.read == 50
    assert few.pairs == sorted(few.pairs, key=pairs.index)
    assert few == learned(pairs, limit=10, seed=1) != learned(pairs, limit=10, seed=2)
    assert len(learned(pairs, most=60).pairs) < 5
    note = b.baselines(TASK, few, ["x"])["nearest-sentence"].note
    assert note.endswith("out of a sample of 10 of 50 pairs")
    monkeypatch.setattr(b, "LINKS", 60)  # of 6 each
    note = b.baselines(TASK, learned(pairs), ["x"])["word-by-word"].note
    assert note.endswith("learned from a sample of 10 of 50 pairs")
    with pytest.raises(DataError, match="^the training part holds no translation"):
        b.learn(TASK, [Example("x", None, "t:1")])


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["Hello", ",", "world", "!"], "Hello, world!"),
        (["a", "(", "big", ")", "dog"], "a (big) dog"),
        (["我", "读", "，", "书", "。"], "我读，书。"),
        (["我", "read", "书"], "我 read 书"),
        (["Bob", "'s", "dog", "is", "n't"], "Bob's dog isn't"),
        (["„", "Ja", "”"], "„Ja”"),
        ([], ""),
    ],
)
def test_joined(words, text):
    assert b.joined(words) == text
