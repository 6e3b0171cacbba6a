"""Answers as a person reads them."""

import json
import re

from textlstm.runtime.shown import KINDS, printed, shown

TEXT = "Anna met Bo in 罗马."
ENTITIES = {
    "entities": [
        {"type": "PER", "text": "Anna", "start": 0, "end": 4, "score": 0.9},
        {"type": "PER", "text": "Bo", "start": 9, "end": 11, "score": 0.9},
        {"type": "LOC", "text": "罗马", "start": 15, "end": 17, "score": 0.9},
    ]
}


def test_entities_are_marked_in_their_text():
    assert shown("tag", TEXT, ENTITIES) == "[Anna PER] met [Bo PER] in [罗马 LOC]."
    assert shown("tag", TEXT, {"entities": []}) == TEXT


def test_colours_tell_types_apart_and_add_nothing_else():
    coloured = shown("tag", TEXT, ENTITIES, color=True)
    anna, bo, rome = re.findall(r"\x1b\[1;(\d+)m", coloured)
    assert anna == bo != rome
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown("tag", TEXT, ENTITIES)


def test_a_label_stands_before_its_text():
    answer = {"label": "pos", "probabilities": {"neg": 0.25, "pos": 0.75}}
    assert shown("classify", "fine", answer) == "pos  0.750  fine"
    several = {"label": ["a", "b"], "probabilities": {"a": 0.5, "b": 0.75, "c": 0.1}}
    assert shown("classify", "fine", several) == "a 0.500, b 0.750  fine"
    assert shown("classify", "fine", {**several, "label": []}) == "(no label)  fine"


TWO = {
    "translation": "ein\nHaus",
    "score": -0.25,
    "nbest": [
        {"translation": "ein\nHaus", "score": -0.25},
        {"translation": "das Haus", "score": -10.5},
    ],
}
ONE = {name: TWO[name] for name in ("translation", "score")}


def lines(kind, answer, *, as_json=False, terminal=False, color=False):
    how = {"as_json": as_json, "terminal": terminal, "color": color}
    return printed(kind, "a house", answer, **how).split("\n")


def test_a_translation_stands_behind_its_source_for_a_person():
    assert shown("translate", "a house", ONE) == "a house -> ein Haus"
    assert shown("translate", "a house", ONE, color=True) == "a house -> \x1b[1mein Haus\x1b[0m"
    assert lines("translate", ONE, terminal=True) == ["a house -> ein Haus"]


def test_a_pipe_gets_a_translation_a_line():
    assert lines("translate", ONE) == ["ein Haus"]
    assert lines("translate", {**ONE, "translation": ""}) == [""]


def test_nbest_translations_are_below_with_their_scores():
    below = ["      -0.250  ein Haus", "     -10.500  das Haus"]
    assert lines("translate", TWO) == ["ein Haus", *below]
    assert lines("translate", TWO, terminal=True) == ["a house -> ein Haus", *below]


def test_json_names_what_was_given():
    (line,) = lines("translate", TWO, as_json=True)
    assert json.loads(line) == {"source": "a house", **TWO}
    assert list(json.loads(line)) == ["source", "translation", "score", "nbest"]
    none = {"entities": []}
    assert [json.loads(line) for line in lines("tag", none)] == [{"text": "a house", **none}]
    assert lines("tag", none, terminal=True) == ["a house"]


def test_every_kind_of_task_can_be_shown():
    from textlstm import tasks

    assert set(KINDS) == set(tasks._KINDS)
