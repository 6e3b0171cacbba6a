import re

import pytest

from textlstm.corpora.toy_titles import CONFIGS, SIZES, _drawn, pairs
from textlstm.corpora.toy_titles_en import ENGLISH
from textlstm.corpora.toy_titles_zh import CHINESE

PARTS = ("train", "valid", "test")


def everything():
    return [pair for part in PARTS for pair in pairs("all")[part]]


def chinese(text):
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def test_sizes_halves_and_no_text_twice():
    assert list(CONFIGS) == ["all"]
    for part, wanted in SIZES.items():
        found = pairs("all")[part]
        assert len(found) == 2 * wanted
        assert sum(chinese(pair.source) for pair in found) == wanted
    assert len({pair.source for pair in everything()}) == 5600


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_texts_are_the_same_each_time_they_are_drawn(language):
    again = _drawn(language)
    for part in PARTS:
        own = {p for p in pairs("all")[part] if chinese(p.source) == (language is CHINESE)}
        assert set(again[part]) == own


def test_who_does_what_where_of_test_never_occurs_in_training():
    def combined(part):
        """Titles without their ends."""
        return {re.split("，| and | but | with | for ", p.target)[0] for p in pairs("all")[part]}

    assert not combined("train") & (combined("valid") | combined("test"))
    assert len(combined("test")) > 60


def test_titles_are_composed_of_what_occurs_in_training():
    def units(part):
        text = " ".join(pair.target for pair in pairs("all")[part])
        return set(re.findall(r"[\u4e00-\u9fff]|\w+", text))

    assert units("test") | units("valid") <= units("train")


def test_texts_have_three_to_five_sentences_and_titles_are_short():
    for pair in everything():
        count = len(re.findall(r"[.。？！](?=”?说?)", pair.source.replace("！”", "”")))
        assert 3 <= count <= 5, pair
        if chinese(pair.source):
            assert re.fullmatch(r"[\u4e00-\u9fff，]{6,24}", pair.target), pair
        else:
            assert re.fullmatch(r"[A-Z][\w é]+", pair.target), pair
            assert 4 <= len(pair.target.split()) <= 14
            assert not re.search(r"[.] [a-z]|  |[{}]| [,.]", pair.source), pair
        assert pair.target not in pair.source


def test_the_title_names_who_did_it_and_not_who_else_is_named():
    seen = 0
    for pair in everything():
        found = re.search(r"It was not (.+?) but (.+)", pair.source)
        if found:
            title = pair.target.lower()
            names = {text: name for text, name in ENGLISH.people}
            right = max((t for t in names if found[2].startswith(t)), key=len)
            assert title.startswith(names[right]), pair
            seen += 1
    assert seen > 500


@pytest.mark.parametrize(
    ("who", "does"), [("Sisters", "find"), ("Students", "save"), ("Nurse", "finds")]
)
def test_english_titles_agree(who, does):
    assert any(pair.target.startswith(f"{who} {does} ") for pair in everything())
    other = does.removesuffix("s") if does.endswith("s") else f"{does}s"
    assert not any(pair.target.startswith(f"{who} {other} ") for pair in everything())
