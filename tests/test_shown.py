"""Answers as a person reads them."""

import re

from textlstm.runtime.shown import KINDS, shown

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


def test_every_kind_of_task_can_be_shown():
    from textlstm import tasks

    assert set(KINDS) == set(tasks._KINDS)
