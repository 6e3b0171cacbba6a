"""The task of running text: ids that give the text back, a start, a writer, perfect scores."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlstm import tasks
from textlstm.corpora import Example
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
    assert [len(row["tokens"]) for row in task.encode(["", " " if task is WORDS else ""])] == [0, 0]
    with pytest.raises(TypeError, match="input 0 is a int: expected a text"):
        task.encode([3])


def test_a_short_text_is_refused():
    with pytest.raises(DataError, match="has 8 tokens, 200 are needed: too short a text"):
        Generate.fit([Example("too few words in here , alas\n", "", "a:1")],
                     GenerateSettings(tokens="words"))  # fmt: skip


def test_a_perfect_model_has_no_bits_and_a_uniform_one_all(task):
    (row,) = task.encode([TEXT])
    none = {"log_probabilities": [0.0] * len(row["tokens"])}
    assert task.score([TEXT], [none])["bits_per_character"].value == 0
    all_ = {"log_probabilities": [-math.log(task.size)] * len(row["tokens"])}
    bits = len(row["tokens"]) * math.log2(task.size) / len(TEXT)
    assert task.score([TEXT], [all_])["bits_per_character"].value == pytest.approx(bits)


def test_decode_picks_the_tokens_of_the_text(task):
    (row,) = task.encode([TEXT[:20]])
    scores = np.log(np.random.default_rng(0).random((1, len(row["tokens"]) + 2, task.size)))
    (answer,) = task.decode({"log_probabilities": scores}, [row])
    expected = [scores[0, n, i] for n, i in enumerate(row["tokens"])]
    assert answer["log_probabilities"] == pytest.approx(expected)


def test_the_vocabulary_follows_the_text():
    assert made("bpe").size <= 512
    assert made("bpe", vocabulary=300).size == 300
    assert isinstance(GenerateSettings(), Settings)
    assert SimpleNamespace(**made("words").drawing.to_json()).top_p == 0.95
