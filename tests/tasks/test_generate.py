"""The task of running text: ids that give the text back, a start, a writer, perfect scores."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlstm import tasks
from textlstm.corpora import Example, toy_stories
from textlstm.errors import DataError
from textlstm.recipe import Settings
from textlstm.settings import GenerateSettings
from textlstm.tasks.generate import Generate, Writer
from textlstm.text import TextEncoder

TEXT = (
    "It was “late” , said <unk> \n\n The U.S. @-@ made clock 's bell rang ½ past .\n"
    " 中文也有 😀 .\n"
) * 20


def made(tokens, **settings):
    s = GenerateSettings(tokens=tokens, **settings)
    return Generate.fit([Example(TEXT, TEXT, "t:1")], s)


@pytest.fixture(scope="module", params=["words", "characters", "bpe"])
def task(request):
    return made(request.param)


def test_words_are_what_white_space_separates_as_it_is_written():
    task = made("words")
    (row,) = task.encode([TEXT])
    assert len(row["tokens"]) == len(TEXT.split()) + TEXT.count("\n")
    assert (row["tokens"] != TextEncoder.UNKNOWN).all()
    assert {"<unk>", "@-@", "“late”", "½", "'s", "U.S.", "\n"} <= set(task.text.vocabulary)
    assert task.text.vocabulary[2] == "\n"  # sorted by frequency, as an adaptive softmax wants it


@pytest.mark.parametrize("tokens", ["characters", "bpe"])
def test_byte_pairs_and_characters_give_the_text_back(tokens):
    task = made(tokens)
    (row,) = task.encode([TEXT])
    assert task.text.decode(row["tokens"]) == TEXT


@given(st.text(st.sampled_from("ab \n.中é"), max_size=40))
def test_words_give_back_all_but_white_space(text):
    task = WORDS
    (row,) = task.encode([text])
    back = task.text.decode(row["tokens"])
    if TextEncoder.UNKNOWN not in row["tokens"]:
        assert back.split() == text.split()
    assert len(row["tokens"]) == len(text.split()) + text.count("\n")


WORDS = made("words")


def test_specials_in_the_text_are_unknown_and_not_themselves():
    task = Generate.fit(
        [Example("[padding] a [unknown] b\n" * 80, "", "t:1")], GenerateSettings(tokens="words")
    )
    (row,) = task.encode(["[padding] a [unknown]"])
    assert row["tokens"].tolist() == [1, row["tokens"][1], 1]
    assert row["tokens"][1] > 1


def test_a_text_begins_after_a_line_end(task):
    assert task.text.decode([task.start]) == "\n"


def test_the_writer_tells_what_decode_does(task):
    (row,) = task.encode([TEXT[:150]])
    writer = Writer(task, None)
    told = "".join(writer.write(int(i)) for i in row["tokens"]) + writer.rest()
    assert told == task.text.decode(row["tokens"])


def test_the_writer_waits_for_whole_characters():
    task = made("bpe", vocabulary=258)  # bytes alone
    (row,) = task.encode(["é中😀x"])
    writer = Writer(task, None)
    pieces = [writer.write(int(i)) for i in row["tokens"]]
    assert "\ufffd" not in "".join(pieces)
    assert [piece for piece in pieces if piece] == list("é中😀x")
    half = Writer(task, None)
    assert half.write(int(row["tokens"][0])) == ""
    assert half.held == [int(row["tokens"][0])]
    assert half.rest() == "\ufffd"


def test_whole_characters_come_of_tokens_that_end_inside_one():
    stories = [Example(row["text"], row["text"], "") for row in toy_stories.rows("zh")["train"]]
    task = Generate.fit(stories, GenerateSettings(vocabulary=400))
    for row in toy_stories.rows("zh")["test"]:
        ids = task.encode([row["text"]])[0]["tokens"].tolist()
        pieces, held = [], ()
        for before, token in zip([None, *ids], ids, strict=False):
            writer = Writer(task, before, held)  # anew each time, as from a saved state
            pieces.append(writer.write(token))
            held = tuple(writer.held)
        assert "".join(pieces) + writer.rest() == task.text.decode(ids) == row["text"]
        assert not any("\ufffd" in piece for piece in pieces)


def test_bytes_that_are_no_character_are_not_waited_for():
    task = made("bpe", vocabulary=258)  # bytes alone
    (first, second, third) = task.encode(["中"])[0]["tokens"].tolist()
    writer = Writer(task, None)
    assert [writer.write(i) for i in (first, first, first)] == ["", "", ""]
    assert writer.write(first) == "\ufffd" * 4 and writer.held == []
    assert [writer.write(i) for i in (first, second, third)] == ["", "", "中"]


def test_words_are_written_with_spaces_but_after_line_ends():
    ids = {word: place for place, word in enumerate(WORDS.text.vocabulary)}
    writer = Writer(WORDS, ids["It"])
    assert [writer.write(ids[word]) for word in ("was", "\n", "The", ".")] == [
        " was", "\n", "The", " .",
    ]  # fmt: skip


def test_json_keeps_it(task):
    again = tasks.from_json(task.to_json(), {"text": TextEncoder.from_json(task.text.to_json())})
    assert again.to_json() == task.to_json()
    assert again.encode([TEXT])[0]["tokens"].tolist() == task.encode([TEXT])[0]["tokens"].tolist()
    assert tasks.encoder_names(task.to_json()) == ("text",)


def test_no_token_and_no_text(task):
    blank = " \t\x85\u3000" if task.text.tokens == "words" else ""
    found = task.encode(["", blank, "\n", "é"])
    assert [len(row["tokens"]) for row in found[:3]] == [0, 0, 1]
    assert len(found[3]["tokens"]) >= 1
    with pytest.raises(TypeError, match="input 0 is a int: expected a text"):
        task.encode([3])


def test_a_short_text_is_refused():
    with pytest.raises(DataError, match="has 8 tokens, 200 are needed: too short a text"):
        Generate.fit([Example("too few words in here , alas\n", "", "a:1")],
                     GenerateSettings(tokens="words"))  # fmt: skip


def test_the_vocabulary_follows_the_text():
    assert made("bpe").size <= 512
    assert made("bpe", vocabulary=300).size == 300
    assert isinstance(GenerateSettings(), Settings)
    assert SimpleNamespace(**made("words").drawing.to_json()).top_p == 0.95
