"""Noise: a pure function, nested over shares; a tagger's tokens stay where they are."""

import math
from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textlstm.cutting import word_offsets
from textlstm.errors import SettingsError
from textlstm.lab import noise
from textlstm.tasks.scaling import Scaling
from textlstm.tasks.segments import segments

ENGLISH = "The film was not good at all, but the actors played their parts with conviction."
CHINESE = "这部电影的演员演得很好，可是故事一点也不有趣。"
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from([*ENGLISH.split(), *CHINESE, "3.5", "🙂", "naïve"]), max_size=12).map(
        " ".join
    ),
)
TOKENS = st.lists(
    st.one_of(st.text(min_size=1, max_size=6), st.sampled_from([*ENGLISH.split(), *CHINESE])),
    max_size=10,
)


def same_words(text):
    return [text[a:b] for a, b in word_offsets(text)]


def test_no_noise_is_no_change_and_all_noise_changes_every_word():
    assert noise.dropped_or_misspelt(ENGLISH, 0.0, 1) == ENGLISH
    changed = noise.dropped_or_misspelt(ENGLISH, 1.0, 1)
    left = Counter(same_words(changed)) & Counter(w for w in same_words(ENGLISH) if w.isalpha())
    assert sum(left.values()) <= 1  # the last word of a text is not dropped
    assert "," in changed and changed.endswith(".")


def test_about_the_share_is_changed_half_of_it_dropped():
    text = " ".join(["conviction"] * 2000)
    words = noise.dropped_or_misspelt(text, 0.2, 3).split(" ")
    dropped = 2000 - len(words)
    wrong = [word for word in words if word != "conviction"]
    assert 160 < dropped < 240 and 160 < len(wrong) < 240
    swapped = [word for word in wrong if len(word) == 10]
    assert all(sorted(word) == sorted("conviction") for word in swapped)
    assert {len(word) for word in wrong} == {9, 10}


def test_chinese_characters_are_dropped_or_replaced_by_others_of_the_text():
    changed = noise.dropped_or_misspelt(CHINESE, 0.5, 2)
    assert changed != CHINESE and set(changed) <= set(CHINESE)
    assert 5 < len(changed) < len(CHINESE)
    assert "，" in changed and changed.endswith("。")


@given(TEXTS, st.floats(0, 1), st.integers(0, 5))
@settings(max_examples=150)
def test_it_is_a_function_of_share_seed_and_text(text, share, seed):
    one = noise.dropped_or_misspelt(text, share, seed)
    assert one == noise.dropped_or_misspelt(text, share, seed)
    assert bool(one.strip()) == bool(text.strip())  # a text never loses everything
    assert len(one) <= len(text)


@given(st.integers(0, 50))
@settings(max_examples=30)
def test_seeds_differ_and_a_larger_share_changes_the_same_words_too(seed):
    words = [f"{a}{b}cd" for a in "qwrtzpsfgh" for b in "aeiou"]
    kept = [
        Counter(noise.dropped_or_misspelt(" ".join(words), share, seed).split()) & Counter(words)
        for share in (0.1, 0.3, 0.6)
    ]
    assert kept[0] >= kept[1] >= kept[2]
    assert noise.dropped_or_misspelt(ENGLISH * 3, 0.5, seed) != noise.dropped_or_misspelt(
        ENGLISH * 3, 0.5, seed + 1
    )


@given(TOKENS, st.floats(0, 1), st.integers(0, 5))
@settings(max_examples=150)
def test_tokens_keep_their_number_and_places(tokens, share, seed):
    made = noise.misspelt(tokens, share, seed, segments)
    assert len(made) == len(tokens)
    assert segments(made)[1] == segments(tokens)[1]
    assert made == noise.misspelt(tokens, share, seed, segments)


@given(TEXTS, st.floats(0, 1))
@settings(max_examples=150)
def test_a_taggers_text_keeps_the_places_of_its_words(text, share):
    made = noise.misspelt(text, share, 1, segments)
    assert isinstance(made, str) and segments(made)[1] == segments(text)[1]


def test_a_taggers_words_are_misspelt():
    tokens = ["Ada", "Lovelace", "wrote", "in", "London", "1843", "a", "伦", "敦"]
    made = noise.misspelt(tokens, 1.0, 1, segments)
    assert made[5:7] == ["1843", "a"]  # nothing in them to swap
    assert {made[7], made[8]} == {"伦", "敦"} and made[7] == "敦"
    changed = [(a, b) for a, b in zip(tokens[:5], made[:5], strict=True)]
    assert all(a != b and sorted(a) == sorted(b) for a, b in changed)
    text = noise.misspelt("Ada Lovelace wrote", 1.0, 1, segments)
    assert text != "Ada Lovelace wrote" and sorted(text) == sorted("Ada Lovelace wrote")


def test_each_kind_has_its_own_and_others_refuse_it():
    tagger = SimpleNamespace(kind="tag", segmented=segments)
    assert len(noise.noised(tagger, ["Ada", "wrote"], 1.0, 1)) == 2
    classifier = SimpleNamespace(kind="classify")
    assert noise.noised(classifier, ENGLISH, 0.5, 1) == noise.dropped_or_misspelt(ENGLISH, 0.5, 1)
    noise.check("tag")
    with pytest.raises(SettingsError) as caught:
        noise.check("translate")
    assert str(caught.value) == (
        "noise= is for tasks of kind classify and tag and forecast: this one's is 'translate'"
    )


def test_outliers_are_the_same_in_every_past():
    scaling = Scaling((1.0, 0.0), (0.0, 0.0), (2.0, 0.5))
    task = SimpleNamespace(kind="forecast", scaling=scaling)
    rows = [(float(n), 1.0 + n) for n in range(400)]
    made = noise.noised(task, rows, 0.2, 7)
    assert noise.noised(task, rows[50:], 0.2, 7) == made[50:]
    changed = [k for k, (a, b) in enumerate(zip(rows, made, strict=True)) if a[0] != b[0]]
    assert 50 < len(changed) < 110
    assert {round(abs(made[k][0] - rows[k][0]), 9) for k in changed} == {6.0}  # three spreads
    ratios = {round(b[1] / a[1], 9) for a, b in zip(rows, made, strict=True)}
    assert ratios == {1.0, round(math.exp(1.5), 9), round(math.exp(-1.5), 9)}
    more = noise.noised(task, rows, 0.5, 7)
    assert all(more[k][0] == made[k][0] for k in changed)
    assert noise.noised(task, [1.0, 2.0], 0.0, 7) == (1.0, 2.0)
