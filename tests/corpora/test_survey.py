import pytest

from textlstm.corpora.example import Example
from textlstm.corpora.split import text_hash
from textlstm.corpora.survey import (
    Survey,
    Unseen,
    alike,
    clashes,
    repeats,
    shared,
    single_labels,
    unseen,
)
from textlstm.errors import DataError


def survey(*pairs):
    found = Survey("a.csv")
    for line, (text, label) in enumerate(pairs, 1):
        found.use(Example(text, label, f"a.csv:{line}"), text, text_hash(text))
    return found


def test_counts():
    found = survey(("a", "x"), ("b", "y"), (" ", "x"), ("", ("x", "z")))
    assert (found.read, found.used, found.refused) == (4, 4, 0)
    assert found.labels == {"x": 2, "y": 1, ("x", "z"): 1}
    assert found.first == {"x": "a.csv:1", "y": "a.csv:2", ("x", "z"): "a.csv:4"}
    assert (found.empty, found.first_empty) == (2, "a.csv:3")
    assert single_labels(found.labels) == {"x": 3, "y": 1, "z": 1}


def test_clashes_count_texts_and_examples():
    one = survey(("same", "x"), ("Same ", "y"), ("same", "x"), ("b", "x"))
    two = survey(("B", "y"), ("c", "x"), ("c", "x"))
    assert clashes([one]) == (1, 3)
    assert clashes([one, two]) == (2, 5)
    assert clashes([two]) == (0, 0)
    assert clashes([Survey("")]) == (0, 0)


def test_repeats_and_shared():
    one = survey(("a", "x"), ("A", "x"), ("b", "x"))
    two = survey(("a", "x"), ("c", "x"), ("a ", "y"))
    assert (repeats(one), repeats(two)) == (1, 1)
    assert shared([two], [one]) == (2, 3)
    assert shared([one], [two]) == (2, 3)
    assert shared([one], [survey(("d", "x"))]) == (0, 3)


def test_unseen_labels():
    part = survey(("a", "pos"), ("b", "posi"), ("c", "mixed"), ("d", "posi"))
    assert unseen({"pos": 3, "neg": 2}, part) == [
        Unseen("posi", 2, "a.csv:2", " Did you mean 'pos'?"),
        Unseen("mixed", 1, "a.csv:3", ""),
    ]


def test_unseen_labels_of_several():
    known = {"a|b": 1, "c": 1, ("d", "e"): 1}
    part = survey(("1", "b|a"), ("2", ("c", "d")), ("3", "a|z"), ("4", ("q", "z")), ("5", "|"))
    found = [(u.label, u.count, u.where) for u in unseen(known, part)]
    assert found == [("z", 2, "a.csv:3"), ("q", 1, "a.csv:4"), ("|", 1, "a.csv:5")]


def test_alike():
    assert alike(["pos", "Pos", "neg", "pos "]) == [("Pos", "pos", "pos ")]
    assert alike(["a", "b"]) == []


def test_too_many_labels_are_no_labels(monkeypatch):
    monkeypatch.setattr("textlstm.corpora.survey.MOST_LABELS", 3)
    with pytest.raises(DataError) as error:
        survey(("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"))
    assert str(error.value) == (
        "a.csv:4: 4 different labels in 4 rows; is this column the label? Say label=NAME."
    )


def test_what_is_kept_of_an_example_is_freed():
    found = survey(("a", "x"), ("a", "y"))
    found.forget()
    assert len(found.hashes()) == 0 and found.labels == {"x": 1, "y": 1}
