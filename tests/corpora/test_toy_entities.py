import importlib.util
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from textlstm.corpora.toy_entities import LANGUAGES, SIZES, _drawn, sentences
from textlstm.corpora.toy_entities_grammar import TYPES, product, unmarked

CODES = ("en", "zh")
CONFIGS = ("all", *CODES)
PARTS = ("train", "valid", "test")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def benchmark():
    path = ROOT / "benchmarks" / "toy_entities.py"
    spec = importlib.util.spec_from_file_location("toy_entities_benchmark", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def everything(config):
    return [sentence for part in PARTS for sentence in sentences(config)[part]]


def names(part):
    """(type, text) of every entity."""
    return [(kind, s.text[start:end]) for s in part for kind, start, end in s.entities]


def test_sizes_and_no_sentence_twice():
    texts = [sentence.text for sentence in everything("all")]
    assert len(texts) == len(set(texts)) == 2 * sum(SIZES.values()) == 12240
    for code in CODES:
        assert {part: len(found) for part, found in sentences(code).items()} == SIZES


def test_both_languages_together_are_the_sentences_of_each():
    for part in PARTS:
        alone = {sentence for code in CODES for sentence in sentences(code)[part]}
        assert set(sentences("all")[part]) == alone


def test_sentences_are_the_same_each_time_they_are_drawn():
    for code, language in LANGUAGES.items():
        again = _drawn(language)
        for part in PARTS:
            assert set(again[part]) == set(sentences(code)[part])


def test_sentences_do_not_depend_on_the_order_of_hashes():
    code = (
        "import hashlib; from textlstm.corpora.toy_entities import sentences\n"
        "print(hashlib.sha256(repr(sentences('all')).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "12"
    }
    assert len(found) == 1


def test_entities_are_names_in_order_and_apart():
    for sentence in everything("all"):
        before = 0
        for kind, start, end in sentence.entities:
            assert kind in TYPES
            assert before <= start < end <= len(sentence.text)
            name = sentence.text[start:end]
            assert name == name.strip()
            assert re.fullmatch(r"[A-Z\u4e00-\u9fff][\w&. ]*", name), name
            before = end


def test_names_end_where_words_end():
    for sentence in everything("en"):
        for _, start, end in sentence.entities:
            assert not sentence.text[start - 1 : start].isalnum(), sentence
            assert not sentence.text[end : end + 1].isalnum(), sentence


def test_units_of_the_benchmark_lose_no_name(benchmark):
    for sentence in everything("all"):
        assert benchmark.entities(sentence.text, benchmark.bio(sentence)) == list(sentence.entities)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("part", PARTS)
def test_every_type_is_frequent_in_every_part(code, part):
    found = sentences(code)[part]
    counts = Counter(kind for kind, _ in names(found))
    assert set(counts) == set(TYPES)
    assert min(counts.values()) > 0.12 * counts.total()
    without = sum(not sentence.entities for sentence in found)
    assert 0.08 < without / len(found) < 0.16
    assert {sentence.family for sentence in found} == {"far", "two", "near", "none"}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("part", ["valid", "test"])
def test_about_half_of_the_names_never_occur_in_training(code, part):
    known = {name for _, name in names(sentences(code)["train"])}
    asked = [name for _, name in names(sentences(code)[part])]
    assert 0.45 < sum(name not in known for name in asked) / len(asked) < 0.70


@pytest.mark.parametrize("code", CODES)
def test_many_names_of_training_are_of_several_types(code):
    kinds = defaultdict(set)
    for kind, name in names(sentences(code)["train"]):
        kinds[name].add(kind)
    asked = [name for _, name in names(sentences(code)["train"])]
    several = [name for name in asked if len(kinds[name]) >= 2]
    assert len(several) > 0.33 * len(asked)
    assert max(map(len, kinds.values())) == len(TYPES)


@pytest.mark.parametrize("code", CODES)
def test_pools_are_divided_without_loss_and_without_repeats(code):
    language = LANGUAGES[code]
    for gap, pool in language.pools.items():
        parts = language.divided[gap]
        assert sum(map(len, parts.values())) == len(set(pool)) == len(pool)
        assert set().union(*parts.values()) == set(pool)
        assert len(parts["train"]) > len(parts["test"]) > len(parts["valid"]) > 10


@pytest.mark.parametrize("code", CODES)
def test_every_word_outside_names_occurs_in_training(code, benchmark):
    def outside(part):
        return {
            unit.lower()
            for sentence in sentences(code)[part]
            for (unit, _, _), tag in zip(
                benchmark.units(sentence.text), benchmark.bio(sentence), strict=True
            )
            if tag == "O"
        }

    assert outside("test") | outside("valid") <= outside("train")


@pytest.mark.parametrize("code", CODES)
def test_words_that_are_also_names_occur_as_both(code, benchmark):
    tags = defaultdict(set)
    for sentence in sentences(code)["train"]:
        for (unit, _, _), tag in zip(
            benchmark.units(sentence.text), benchmark.bio(sentence), strict=True
        ):
            tags[unit].add(tag[0])
    both = {
        "en": "Apple Orange Hope Grace Faith Rose Mark Bill Frank Will Jack Target Shell Turkey",
        "zh": "江 高 白 安 黄 方 平 东 常 时 成 向 大 学 公 司 银 行 长 市 苹 果 和",
    }[code]
    for unit in both.split():
        assert {"O", "B"} <= tags[unit] or {"O", "I"} <= tags[unit], unit


def marked(config):
    for sentence in everything(config):
        kinds = {sentence.text[start:end]: kind for kind, start, end in sentence.entities}
        yield sentence.text, kinds


def test_an_institution_is_one_name_and_a_place_in_a_phrase_another():
    seen = Counter()
    for text, kinds in marked("all"):
        for found in re.finditer(r"University of [A-Z]\w+|\w\w(?=的大学)|在北京大学", text):
            inner = found[0].removeprefix("在")
            holds = [name for name in kinds if inner in name or name in inner]
            assert holds, text
            kind = "ORG" if "University" in inner or inner == "北京大学" else "LOC"
            assert kind in {kinds[name] for name in holds}, text
            seen[kind] += 1
        for found in re.finditer(r"universities of (\w+)", text):
            if found[1] in kinds:
                assert kinds[found[1]] == "LOC"
                seen["universities"] += 1
        for found in re.finditer(r"(\w+)'s king", text):
            assert kinds[found[1]] == "LOC"
            seen["king"] += 1
    assert min(seen[what] for what in ("ORG", "LOC", "universities", "king")) > 20


@pytest.mark.parametrize(("code", "gap"), [("en", 1), ("zh", 0)])
def test_names_stand_next_to_each_other(code, gap):
    close = 0
    for sentence in everything(code):
        spans = sentence.entities
        for (_, _, end), (_, start, _) in zip(spans, spans[1:], strict=False):
            close += start - end <= gap
    assert close > 100


def test_a_bridge_and_a_mayor_are_told_apart_by_the_end_of_the_sentence():
    seen = Counter()
    for text, kinds in marked("zh"):
        if "市长江大桥" in text and "通车" in text:
            assert kinds["长江大桥"] == "LOC"
            seen["bridge"] += 1
        elif "市长江大桥" in text:
            assert kinds["江大桥"] == "PER"
            seen["mayor"] += 1
    assert min(seen["bridge"], seen["mayor"]) > 10


def test_english_is_written_properly():
    for sentence in everything("en"):
        text = sentence.text
        assert re.fullmatch(r"“?[A-Z].*[.?]", text), text
        assert not re.search(r"\s[,;:.?]|  |[{}|\[\]]|,,|\.\.|\bi\b", text), text
        assert not re.search(r"\b[Aa] [aeio]|\b[Aa]n [^aeiouAEIO]", text), text
        assert not re.search(r"\b(\w+) \1\b", text), text


def test_chinese_is_written_properly():
    for sentence in everything("zh"):
        text = sentence.text
        assert text.endswith(("。", "？")), text
        assert not re.search(r"[,.;:?{}|\[\]\s]|的的|，，|。。|，。", text), text
        assert text.count("“") == text.count("”")


def test_marks_become_offsets():
    assert unmarked("[PER|Ann] of [LOC|New Bath].") == (
        "Ann of New Bath.",
        (("PER", 0, 3), ("LOC", 7, 15)),
    )
    assert unmarked("none") == ("none", ())
    assert product("a, b", "b, c", "ac") == ("ab", "bc")


# What the corpus is for: a list of names must not be enough.


@pytest.mark.parametrize("config", CONFIGS)
def test_dictionaries_stay_below_the_bounds(config, benchmark):
    train, test = sentences(config)["train"], sentences(config)["test"]
    frequent, longest = benchmark.most_frequent(train), benchmark.longest_match(train)
    assert 0.1 < benchmark.f1(frequent, test) < 0.70
    assert 0.2 < benchmark.f1(longest, test) < 0.75
    # they have learnt what they were shown
    assert benchmark.f1(longest, train) > 0.45


def test_the_score_counts_span_and_type(benchmark):
    sentence = sentences("en")["test"][0]
    truth = sentence.entities
    assert truth
    assert benchmark.f1(lambda text: truth, [sentence]) == 1
    assert benchmark.f1(lambda text: [], [sentence]) == 0
    assert benchmark.f1(lambda text: [("X", *span) for _, *span in truth], [sentence]) == 0


@pytest.mark.slow
def test_a_window_is_not_enough_for_a_linear_tagger(benchmark):
    tagger = benchmark.linear(sentences("all")["train"])
    for code in CODES:
        test = sentences(code)["test"]
        assert benchmark.f1(tagger, test) < 0.93
        near = [sentence for sentence in test if sentence.family == "near"]
        assert benchmark.f1(tagger, near) > 0.80  # it has learnt what it can see
