import json

import pytest

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.json_tagged import is_tagged, open_tagged
from textlstm.corpora.source import Aloud, Options
from textlstm.errors import DataError, SettingsError


def write(tmp_path, *rows):
    path = tmp_path / "a.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def source(tmp_path, *rows, **options):
    said = []
    found = open_tagged(write(tmp_path, *rows), Options(**options), Aloud(said.append))
    return found, said


TOKENS = {"tokens": ["EU", "rejects", "lamb"], "ner_tags": ["B-ORG", "O", "O"]}
SPANS = {"text": "EU rejects lamb", "entities": [{"type": "ORG", "start": 0, "end": 2}]}


def second(tmp_path, first, row, **options):
    """Return why the second of two lines is none."""
    found = list(source(tmp_path, first, row, **options)[0].read())
    assert isinstance(found[0], Example) and isinstance(found[1], Bad) and len(found) == 2
    assert found[1].where == "a.jsonl:2"
    return found[1].reason


def test_tokens_and_tags(tmp_path):
    found, said = source(tmp_path, TOKENS, "", {**TOKENS, "tokens": ["我", "们", "x"]})
    assert list(found.read()) == [
        Example(("EU", "rejects", "lamb"), (("ORG", 0, 2),), "a.jsonl:1"),
        Example(("我", "们", "x"), (("ORG", 0, 1),), "a.jsonl:3"),
    ]
    assert said == [
        "a.jsonl: token column: 'tokens' (guessed), tag column: 'ner_tags' (guessed)",
        "a.jsonl: the tags are BIO (scheme=auto)",
    ]


def test_keys_of_tokens(tmp_path):
    row = {"text": "a b", "Words": ["a", "b"], "pos": ["X", "Y"], "labels": ["O", "S-P"]}
    found, said = source(tmp_path, row)
    assert next(found.read()) == Example(("a", "b"), (("P", 2, 3),), "a.jsonl:1")
    assert said[0] == "a.jsonl: token column: 'Words' (guessed), tag column: 'labels' (guessed)"
    found, said = source(tmp_path, row, token="Words", tag="pos")
    assert said[0] == "a.jsonl: token column: 'Words', tag column: 'pos'"
    with pytest.raises(DataError) as error:
        source(tmp_path, row, tag="label")
    assert str(error.value) == (
        "a.jsonl:1: there is no column 'label' among 'text', 'Words', 'pos', 'labels'."
        " Did you mean 'labels'?"
    )
    with pytest.raises(SettingsError, match="^tag= and text= are both given: "):
        source(tmp_path, row, tag="labels", text="text")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"tokens": ["a"], "ner_tags": ["O", "O"]}, "1 token, but 2 tags"),
        ({"tokens": [], "ner_tags": []}, "there are no tokens"),
        ({"tokens": ["a", ""], "ner_tags": ["O", "O"]}, "token 2 is empty"),
        ({"tokens": "a b", "ner_tags": ["O", "O"]}, "'tokens' is a string; a list was expected"),
        ({"tokens": ["a", 2], "ner_tags": ["O", "O"]},
         "item 2 of 'tokens' is a number; a string was expected"),
        ({"tokens": ["a"], "ner_tags": [None]},
         "item 1 of 'ner_tags' is null; a string was expected"),
        ({"tokens": ["a\0"], "ner_tags": ["O"]}, "item 1 of 'tokens' holds a NUL character"),
        ({"tokens": ["a"]}, "there is no 'ner_tags' among 'tokens'"),
        ({"tokens": ["a", "b"], "ner_tags": ["B-X", "I-Y"]},
         "tag 2: 'I-Y' after 'B-X': the type changes inside an entity"),
        ({"tokens": ["a", "b", "c"], "ner_tags": ["I-Y", "O", "I-Y"]},
         "tag 1: 'I-Y' at the start of a sentence: an entity starts with B "
         "(and 1 more in this sentence)"),
        ("[1]", "a list where an object was expected"),
    ],
)  # fmt: skip
def test_tokens_that_cannot_be_used(tmp_path, row, reason):
    assert second(tmp_path, TOKENS, row, scheme="bio") == reason


def test_tags_that_are_numbers(tmp_path):
    with pytest.raises(DataError) as error:
        source(tmp_path, {"tokens": ["a"], "ner_tags": [0]})
    assert str(error.value) == (
        "a.jsonl: 'ner_tags' holds numbers; tags were expected by name, such as O and B-PER."
    )


def test_text_and_spans(tmp_path):
    row = {
        "text": "Jo saw Al Bo",
        "entities": [[7, 12, "PER"], {"label": "PER", "start": 0, "end": 2, "text": "Jo"}],
    }
    found, said = source(tmp_path, SPANS, row, {"text": "", "entities": []})
    assert list(found.read()) == [
        Example("EU rejects lamb", (("ORG", 0, 2),), "a.jsonl:1"),
        Example("Jo saw Al Bo", (("PER", 0, 2), ("PER", 7, 12)), "a.jsonl:2"),
        Example("", (), "a.jsonl:3"),
    ]
    assert said == ["a.jsonl: text column: 'text' (guessed), entities column: 'entities' (guessed)"]


def test_keys_of_spans(tmp_path):
    row = {"id": 1, "text": "a b", "label": [[0, 1, "X"]]}
    found, said = source(tmp_path, row)
    assert next(found.read()).target == (("X", 0, 1),) and "column: 'label' (guessed)" in said[0]
    offsets = {"body": "a b", "named": [{"label": "Y", "start_offset": 2, "end_offset": 3}]}
    found, said = source(tmp_path, offsets, text="body", entities="named")
    assert next(found.read()).target == (("Y", 2, 3),)
    assert said == ["a.jsonl: text column: 'body', entities column: 'named'"]
    with pytest.raises(DataError) as error:
        source(tmp_path, offsets)
    assert str(error.value) == (
        "a.jsonl:1: which column is entities=? There are 'body', 'named'; tokens and their tags "
        "are token=NAME tag=NAME, texts and their spans text=NAME entities=NAME."
    )


def test_options_that_spans_have_no_use_for(tmp_path):
    for name, value in (("scheme", "bio"), ("repair", "conlleval"), ("positions", "strip")):
        with pytest.raises(SettingsError) as error:
            source(tmp_path, SPANS, **{name: value})
        assert str(error.value) == f"{name}={value} has no meaning for the spans of a.jsonl."


WHICH = "item 1 of 'entities'"


@pytest.mark.parametrize(
    ("entities", "reason"),
    [
        ([[0, 3, "A"], [2, 5, "B"]], "the entities A 0-3 and B 2-5 overlap"),
        ([[0, 3, "A"], [0, 3, "B"]], "the entities A 0-3 and B 0-3 overlap"),
        ([[4, 5, "B"], [0, 9, "A"]], "the entities A 0-9 and B 4-5 overlap"),
        ([[0, 3, "A"]], "the entity 'abc' (A 0-3) cuts the word 'abcdefghij' (0-10)"),
        ([[2, 10, "A"]], "the entity 'cdefghij' (A 2-10) cuts the word 'abcdefghij' (0-10)"),
        ([[0, 11, "A"]], f"{WHICH} (A 0-11) is not inside the text of 10 characters"),
        ([[2, 2, "A"]], f"{WHICH} is empty (A 2-2); the end is exclusive"),
        ([[3, 2, "A"]], f"{WHICH} (A 3-2) is not inside the text of 10 characters"),
        ([[8, 11, "A"]], f"{WHICH} (A 8-11) is not inside the text of 10 characters"),
        ([[-1, 2, "A"]], f"{WHICH} (A -1-2) is not inside the text of 10 characters"),
        ([[0, 1.5, "A"]], f"{WHICH} has no start and end in whole numbers"),
        ([[0, int("9" * 4000), "A"]], f"{WHICH} has no start and end in whole numbers"),
        ([["0", "1", "A"]], f"{WHICH} has no start and end in whole numbers"),
        ([[True, 1, "A"]], f"{WHICH} has no start and end in whole numbers"),
        ([{"start": 0, "end": 1}], f"{WHICH} has no type"),
        ([[0, 1, 2]], f"{WHICH} has no type"),
        ([[0, 1]], f"{WHICH} is a list; expected an object with type, start and end, or a list "
                   "[start, end, type]"),
        (["A"], f"{WHICH} is a string; expected an object with type, start and end, or a list "
                "[start, end, type]"),
        ({"A": 1}, "'entities' is an object; a list was expected"),
        ([{"type": "A", "start": 1, "end": 3, "text": "ab"}],
         f"{WHICH} (A 1-3) is 'bc' by its place, but 'ab' by its text"),
    ],
)  # fmt: skip
def test_spans_that_cannot_be(tmp_path, entities, reason):
    assert second(tmp_path, SPANS, {"text": "abcdefghij", "entities": entities}) == reason


def test_entities_may_touch(tmp_path):
    row = {"text": "北京上海", "entities": [[2, 4, "B"], [0, 2, "A"]]}
    assert next(source(tmp_path, row)[0].read()).target == (("A", 0, 2), ("B", 2, 4))


@pytest.mark.parametrize(
    ("row", "tagged"),
    [
        (TOKENS, True),
        (SPANS, True),
        ({"text": "a", "label": [[0, 1, "X"]]}, True),
        ({"text": "a", "spans": []}, True),
        ({"text": "a", "label": "x"}, False),
        ({"text": "a", "label": ["x", "y"]}, False),
        ({"text": "a", "labels": []}, False),
        ({"tokens": ["a"], "label": "x"}, False),
    ],
)
def test_what_a_file_looks_like(tmp_path, row, tagged):
    assert is_tagged(write(tmp_path, row)) == tagged


@pytest.mark.parametrize(
    ("place", "shown"), [([10, 16], "' Paris'"), ([11, 17], "'Paris '"), ([4, 5], "' '")]
)
def test_spans_with_white_space_at_an_end_are_refused(tmp_path, place, shown):
    row = {"text": "Anna left  Paris now", "entities": [[*place, "LOC"]]}
    assert second(tmp_path, SPANS, row) == (
        f"the entity {shown} (LOC {place[0]}-{place[1]}) begins or ends in white space"
    )
