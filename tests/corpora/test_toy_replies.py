import random
import re
from collections import Counter

import pytest

from textlstm.corpora.toy_replies import SCENES, SIZES, _drawn, pairs
from textlstm.corpora.toy_replies_en import ENGLISH
from textlstm.corpora.toy_replies_en import clock as english_clock
from textlstm.corpora.toy_replies_en import number as english_number
from textlstm.corpora.toy_replies_world import HOURS, TRAINS, next_train
from textlstm.corpora.toy_replies_zh import CHINESE
from textlstm.corpora.toy_replies_zh import clock as chinese_clock
from textlstm.corpora.toy_replies_zh import number as chinese_number

PARTS = ("train", "valid", "test")


def everything():
    return [pair for part in PARTS for pair in pairs("all")[part]]


def chinese(text):
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def test_sizes_halves_and_no_utterance_twice():
    for part, wanted in SIZES.items():
        found = pairs("all")[part]
        assert len(found) == 2 * wanted
        assert sum(chinese(pair.source) for pair in found) == wanted
    assert len({pair.source for pair in everything()}) == 5600


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_utterances_are_the_same_each_time_they_are_drawn(language):
    again = _drawn(language)
    for part in PARTS:
        own = {p for p in pairs("all")[part] if chinese(p.source) == (language is CHINESE)}
        assert set(again[part]) == own


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_an_utterance_has_one_reply(language):
    assert set(language.scenes) == set(SCENES)
    found, rng = {}, random.Random(2)
    for _ in range(20000):
        scene = rng.choice(list(SCENES))
        said, answer = language.scenes[scene](SCENES[scene](rng), rng)
        assert found.setdefault(said, answer) == answer


def test_no_reply_is_frequent():
    counts = Counter(pair.target for pair in everything())
    assert counts.most_common(1)[0][1] < 150
    assert len(counts) > 1500


def test_words_of_valid_and_test_occur_in_training():
    def units(part):
        text = " ".join(p.source + " " + p.target for p in pairs("all")[part])
        return set(re.findall(r"[\u4e00-\u9fff]|\w+", text.lower()))

    assert units("test") | units("valid") <= units("train")


FACTS = [
    ("price", {"item": "apple", "number": 1, "money": 0}, "An apple costs one euro.",
     "一个苹果一块钱。"),
    ("price", {"item": "book", "number": 2, "money": 0}, "Two books cost eighteen euros.",
     "两本书十八块钱。"),
    ("train", {"city": "Rome", "hour": 9},
     "The next train to Rome leaves at ten in the morning from platform one.",
     "下一趟去罗马的火车上午十点从一号站台出发。"),
    ("table", {"number": 4, "day": 1, "hour": 7, "wish": "none"},
     "I am sorry, we are closed on Tuesday.", "对不起，我们星期二休息。"),
    ("table", {"number": 2, "day": 4, "hour": 7, "wish": "window"},
     "With pleasure: a table for two by the window, on Friday at seven.",
     "好的，星期五晚上七点，两个人，一张靠窗的桌子。"),
    ("opening", {"place": "museum", "day": 3, "hour": 9},
     "No, on Thursday the museum opens at ten in the morning.",
     "不行，博物馆星期四上午十点才开门。"),
    ("opening", {"place": "bank", "day": 0, "hour": 14},
     "Yes, you can stay at the bank until four in the afternoon.",
     "可以，在银行您可以待到下午四点。"),
    ("weather", {"city": "Paris", "weather": "rain", "cold": True, "other": "Rome",
                 "there": "sun"},
     "In Paris you should take an umbrella and wear a warm coat.",
     "去巴黎应该带上雨伞，再穿一件厚大衣。"),
]  # fmt: skip


@pytest.mark.parametrize(("scene", "facts", "english", "in_chinese"), FACTS)
def test_replies_by_hand(scene, facts, english, in_chinese):
    for seed in range(8):  # in whichever words it is asked
        assert ENGLISH.scenes[scene](facts, random.Random(seed))[1] == english
        assert CHINESE.scenes[scene](facts, random.Random(seed))[1] == in_chinese


def test_ends_are_computed():
    facts = {"show": "film", "hour": 11 - 2, "hours": 3, "late": 30}
    answers = {ENGLISH.scenes["ending"](facts, random.Random(seed))[1] for seed in range(9)}
    assert all("half past twelve" in answer for answer in answers)
    assert len(answers) == 3


def test_trains_leave_after_the_hour_that_is_named():
    for city, (first, step, _) in TRAINS.items():
        for hour in range(6, 20):
            found = next_train({"city": city, "hour": hour})
            assert hour < found < 24
            assert (found - first) % step == 0
    assert all(first < last for first, last, _ in HOURS.values())


@pytest.mark.parametrize(
    ("value", "english", "in_chinese"),
    [
        (2, "two", "两"), (10, "ten", "十"), (12, "twelve", "十二"), (20, "twenty", "二十"),
        (45, "forty-five", "四十五"), (90, "ninety", "九十"), (100, "a hundred", "一百"),
        (108, "a hundred and eight", "一百零八"), (120, "a hundred and twenty", "一百二十"),
    ],
)  # fmt: skip
def test_numbers(value, english, in_chinese):
    assert english_number(value) == english
    assert chinese_number(value) == in_chinese


def test_clocks():
    assert [english_clock(hour) for hour in (9, 12, 14, 19)] == [
        "nine in the morning", "noon", "two in the afternoon", "seven in the evening",
    ]  # fmt: skip
    assert [chinese_clock(hour) for hour in (8, 10, 12, 14, 19)] == [
        "早上八点", "上午十点", "中午十二点", "下午两点", "晚上七点",
    ]  # fmt: skip


def test_both_languages_are_written_properly():
    for pair in everything():
        for text in (pair.source, pair.target):
            if chinese(text):
                assert re.fullmatch(r"[\u4e00-\u9fff，。？]+[。？]", text), text
                assert not re.search(r"的的|，，|，。|(?<!十)二[个本顶件把盏张瓶块点]", text), text
            else:
                assert re.fullmatch(r"[A-Z].*[.?]", text), text
                assert not re.search(r"  | [,.?]|[{}]|[.?] [a-z]|\ba [aeiou]", text), text
