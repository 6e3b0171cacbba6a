"""The tagger's task, without any network: its outputs are made up here."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from textlstm import tasks
from textlstm.corpora import Example
from textlstm.errors import DataError
from textlstm.tasks.tag import UNKNOWN_TAG, Tag

SETTINGS = SimpleNamespace(
    tags="auto", characters="auto", pairs=None, vocabulary=1000, min_count=1, lowercase=True,
    vectors=None, embedding=8, spelling=6,
)  # fmt: skip
TOKENS = (
    Example(("Anna", "met", "Bo", "Lee", "in", "Rome"),
            (("PER", 0, 4), ("PER", 9, 15), ("LOC", 19, 23)), "a:1"),
    Example(("Old", "town-hall", "."), (), "a:2"),
)  # fmt: skip
RAW = (
    Example("北京大学在北京", (("ORG", 0, 4), ("LOC", 5, 7)), "b:1"),
    Example("他去了上海", (("LOC", 3, 5),), "b:2"),
)


def fit(examples=TOKENS, **settings):
    return Tag.fit(examples, SimpleNamespace(**{**vars(SETTINGS), **settings}))


def outputs(task, sequences):
    """Return outputs in favour of some sequences of tags, padded to the longest."""
    size = len(task.tags)
    longest = max(map(len, sequences)) + 2
    emissions = np.zeros((len(sequences), longest, size), np.float32)
    for row, tags in enumerate(sequences):
        for step, tag in enumerate(tags):
            emissions[row, step, task.tags.index(tag)] = 10.0
    start, between, end = map(np.asarray, task.allowed)
    transitions = np.zeros((size + 2, size + 2), np.float32)
    transitions[:size, :size][~between] = -1e4
    transitions[size, :size][~start] = -1e4
    transitions[:size, size + 1][~end] = -1e4
    return {"emissions": emissions, "transitions": transitions}


def test_types_tags_and_counts_are_those_of_training():
    task = fit()
    assert task.types == ("LOC", "PER")
    assert task.scheme == "bioes"
    assert task.tags[:5] == ("O", "B-LOC", "I-LOC", "E-LOC", "S-LOC")
    counts = {tag: number for tag, number in task.counts.items() if number}
    assert counts == {"O": 5, "S-LOC": 1, "B-PER": 1, "E-PER": 1, "S-PER": 1}
    other = fit(tags="bio")
    assert other.tags == ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")
    counts = {tag: number for tag, number in other.counts.items() if number}
    assert counts == {"O": 5, "B-LOC": 1, "B-PER": 2, "I-PER": 1}


def test_very_many_types_do_without_tags_for_ends():
    many = [Example((f"w{k}",), ((f"T{k:02}", 0, len(f"w{k}")),), f"a:{k}") for k in range(21)]
    assert fit(many).scheme == "bio"
    assert fit(many[:20]).scheme == "bioes"


def test_latin_words_are_spelled_and_chinese_characters_are_paired():
    assert fit().features == ("tokens", "shapes", "characters")
    assert fit([*RAW] * 2).features == ("tokens", "shapes", "pairs")
    assert fit(characters="none").features == ("tokens", "shapes")
    assert fit([*RAW] * 2, characters="lstm", pairs=False).features == (
        "tokens", "shapes", "characters",
    )  # fmt: skip


def test_encoding_gives_every_token_its_arrays():
    task = fit()
    row = task.encode([("Anna", "zzz")])[0]
    assert row["tokens"].tolist() == [int(task.words.look_up(["anna"])[0]), 1]
    assert row["characters"].shape == (2, 6)
    assert row["shapes"].shape == (2,)
    assert row["offsets"].tolist() == [[0, 4], [5, 8]]


def test_an_empty_input_is_one_unknown_token():
    for given in ("", [], "  "):
        row = fit().encode([given])[0]
        assert row["tokens"].tolist() == [1]
        assert row["offsets"].tolist() == [[0, 0]]


def test_targets_are_tags_of_the_tokens():
    task = fit()
    rows = task.encode([example.input for example in TOKENS])
    found = task.encode_targets([example.target for example in TOKENS], rows)
    names = [[task.tags[number] for number in row["tags"]] for row in found]
    assert names == [["S-PER", "O", "B-PER", "E-PER", "O", "S-LOC"], ["O", "O", "O"]]


def test_what_training_never_saw_is_not_a_tag():
    task = fit()
    rows = task.encode([("Anna", "met", "Bo")] * 2)
    found = task.encode_targets(
        [(("ORG", 0, 4),), (("PER", 6, 8),)], rows
    )  # another type; half a word
    assert found[0]["tags"].tolist() == [UNKNOWN_TAG, 0, 0]
    assert found[1]["tags"].tolist() == [0, UNKNOWN_TAG, 0]
    batch = np.stack([row["tags"] for row in [*found, {"tags": np.array([0, 0, -1], np.int32)}]])
    assert task.known(batch) == 1


def test_answers_are_entities_with_places_in_the_raw_text():
    task = fit()
    given = ("Anna", "met", "Bo", "Lee")
    rows = task.encode([given, ("Rome",)])
    found = task.decode(outputs(task, [["S-PER", "O", "B-PER", "E-PER"], ["O"]]), rows)
    answer = task.complete(given, found[0])
    assert [list(entity) for entity in answer["entities"]] == [
        ["type", "text", "start", "end", "score"]
    ] * 2
    assert [(e["type"], e["text"], e["start"], e["end"]) for e in answer["entities"]] == [
        ("PER", "Anna", 0, 4), ("PER", "Bo Lee", 9, 15),
    ]  # fmt: skip
    assert all(0.99 < e["score"] <= 1.0 for e in answer["entities"])
    assert found[1] == {"entities": []}


def test_neighbouring_entities_stay_apart():
    for scheme, tags in (("bioes", ["S-PER", "S-PER", "B-PER", "E-PER"]),
                         ("bio", ["B-PER", "B-PER", "B-PER", "I-PER"])):  # fmt: skip
        task = fit(tags=scheme)
        rows = task.encode([("a", "b", "c", "d")])
        found = task.decode(outputs(task, [tags]), rows)[0]["entities"]
        assert [(e["start"], e["end"]) for e in found] == [(0, 1), (2, 3), (4, 7)]


def test_sequences_that_are_not_well_formed_cannot_be_answered():
    task = fit()
    rows = task.encode([("a", "b")])
    found = task.decode(outputs(task, [["E-PER", "B-LOC"]]), rows)[0]["entities"]
    for entity in found:  # whatever it is, it ends where a token ends
        assert (entity["start"], entity["end"]) in {(0, 1), (2, 3), (0, 3)}


def test_chinese_characters_are_joined_without_spaces():
    task = fit([Example(("北", "京", "好"), (("LOC", 0, 2),), "a:1")] * 3)
    assert task.raw(("北", "京", "好")) == "北京好"
    assert task.segmented("北京好")[0] == task.segmented(("北", "京", "好"))[0]


def test_the_score_that_stops_training_is_the_entity_f1():
    answers = [{"entities": [{"type": "PER", "start": 0, "end": 4},
                             {"type": "LOC", "start": 5, "end": 6}]}, {"entities": []}]  # fmt: skip
    targets = [(("PER", 0, 4),), (("PER", 1, 2),)]
    assert fit().quick_score(targets, answers) == ("entity_f1", pytest.approx(0.5))
    assert fit().quick_score([()], [{"entities": []}]) == ("entity_f1", 1.0)


def test_json_gives_the_task_again():
    for task in (fit(), fit([*RAW] * 2), fit(characters="none", tags="bio")):
        data = json.loads(json.dumps(task.to_json()))
        assert set(Tag.encoder_names(data)) == set(task.encoders)
        again = tasks.from_json(data, task.encoders)
        assert replace(again, notes=[]) == replace(task, notes=[])
        given = ["Anna 北京", ("Anna", "北京")]
        for a, b in zip(again.encode(given), task.encode(given), strict=True):
            assert a.keys() == b.keys()
            assert all(np.array_equal(a[name], b[name]) for name in a)


def test_notes_say_how_far_raw_text_is_cut_alike():
    assert "66.7 % the same" not in fit().notes[0]
    assert fit().notes == [
        "the data come as tokens, and scores are on these; words cut from raw text are 88.9% the "
        "same"
    ]
    assert fit().hyphens
    assert fit(RAW).notes == [
        "characters=none: nearly all tokens are Chinese characters, which have no spelling"
    ]


def test_few_chinese_sentences_can_be_learned():
    task = fit(RAW[1:])  # no pair of characters occurs twice
    assert task.features == ("tokens", "shapes")
    assert "pairs=true" not in " ".join(task.notes)
    assert (
        "pairs=true: no pair of Chinese characters occurs twice, so none is used"
        in fit(TOKENS, pairs=True).notes
    )


@pytest.mark.parametrize(
    ("given", "kind"),
    [(None, "NoneType"), (5, "int"), (b"ab", "bytes"), (["a", None], "list"), ({"a": 1}, "dict"),
     (np.array("a"), "ndarray")],
)  # fmt: skip
def test_what_is_neither_text_nor_tokens_is_refused(given, kind):
    with pytest.raises(TypeError, match=f"input 1 is a {kind}: expected a text or a list of tok"):
        fit().encode(["fine", given])


def test_an_empty_text_has_no_entity():
    task = fit()
    rows = task.encode([""])
    assert task.decode(outputs(task, [["S-PER"]]), rows) == [{"entities": []}]


def test_entities_that_cut_a_token_are_said():
    cut = Example(("Annabel", "left"), (("PER", 0, 4),), "a:3")
    assert fit([*TOKENS, cut]).notes[0] == (
        "1 training entities begin or end inside a token: their sentences are not learned from"
    )


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ([], "the training part holds no token"),
        ([Example(("a",), (), "a:1")], "the training part holds no entity"),
    ],
)
def test_nothing_to_learn_is_refused(examples, message):
    with pytest.raises(DataError, match=message):
        fit(examples)
