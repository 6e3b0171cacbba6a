"""The translation task: what it learns, encodes and gives back."""

from dataclasses import dataclass

import numpy as np
import pytest

from textlstm import tasks
from textlstm.corpora import Example
from textlstm.decoding import Decoding
from textlstm.errors import DataError
from textlstm.settings import TranslateSettings
from textlstm.tasks.translate import Translate, tokenizer_of


@dataclass(frozen=True, kw_only=True)
class Small(TranslateSettings):
    vocabulary: int = 400
    min_count: int = 1


PAIRS = [
    ("The cat “sleeps”.", "Die Katze schläft, ﬁne."),
    ("I like you", "我喜欢你，真的。"),
    ("two  spaces\tand a tab", " zwei  Leer\tzeichen "),
]
TRAIN = [Example(source, target, f"a:{k}") for k, (source, target) in enumerate(PAIRS)]


def fitted(**settings):
    return Translate.fit(TRAIN, Small(**settings))


@pytest.mark.parametrize("tokens", ["bpe", "characters"])
@pytest.mark.parametrize("joint", [False, True])
def test_targets_are_given_back_as_they_were(tokens, joint):
    task = fitted(tokens=tokens, joint=joint)
    texts = [target for _, target in PAIRS]
    for row, text in zip(task.encode_targets(texts, []), texts, strict=True):
        assert row["previous"][0] == row["next"][-1] == task.boundary == task.target.size
        np.testing.assert_array_equal(row["previous"][1:], row["next"][:-1])
        assert task.text(row["next"]) == text  # full-width comma, ligature, spaces and all
        assert "".join(task.pieces(row["next"])).replace("\ufffd", "") in text or tokens == "bpe"


def test_lower_case_is_folded_where_it_is_asked_for():
    task = fitted(lowercase=True)
    (row,) = task.encode_targets(["Die Katze"], [])
    assert task.text(row["next"]) == "die katze"


def test_an_empty_target_is_an_end_and_an_empty_source_is_unknown():
    task = fitted()
    (row,) = task.encode_targets([""], [])
    assert row["previous"].tolist() == row["next"].tolist() == [task.boundary]
    assert task.encode([""])[0]["tokens"].tolist() == [1]


def test_long_pairs_are_cut_and_it_is_said():
    task = fitted(max_tokens=5)
    assert len(task.notes) == 1
    assert task.notes[0].startswith("max_tokens=5: 2 of 3 training pairs are longer and are cut: ")
    rows = task.encode([PAIRS[0][0]])
    assert len(rows[0]["tokens"]) == 5
    (target,) = task.encode_targets([PAIRS[0][1]], rows)
    assert len(target["next"]) == 5  # and no end
    assert task.boundary not in target["next"]
    assert fitted(max_tokens=None).notes == []


def test_what_the_score_is_told_of_the_language():
    assert tokenizer_of(["Die Katze", "schläft"]) == "13a"
    assert tokenizer_of(["我喜欢你。", "ok 你好"]) == "zh"
    assert tokenizer_of(["わたしは猫が好きです。"]) == "char"
    assert tokenizer_of([""]) == "13a"


def test_it_is_written_and_read_again():
    for joint in (False, True):
        task = fitted(joint=joint, beam=3, length_penalty=0.5)
        data = task.to_json()
        assert tasks.encoder_names(data) == tuple(task.encoders)
        again = tasks.from_json(data, task.encoders)
        assert again.to_json() == data
        assert again.decoding == Decoding(beam=3, length_penalty=0.5)
        assert again.boundary == task.boundary


def test_inputs_must_be_texts_and_pairs_must_be_there():
    with pytest.raises(TypeError, match="input 1 is a list: expected a text"):
        fitted().encode(["a", ["b"]])
    with pytest.raises(DataError, match="nothing to learn from"):
        Translate.fit([], Small())


def test_known_counts_tokens():
    assert fitted().known(np.array([[3, 4, -1], [2, -1, -1]])) == 3
