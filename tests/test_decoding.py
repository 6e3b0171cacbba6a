"""Decoding: which values and which combinations it takes."""

import json

import pytest

from textlstm.decoding import Decoding
from textlstm.errors import SettingsError

SEARCH = "has no effect with sample, which does not search"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"beam": 0}, "beam=0: expected a whole number from 1"),
        ({"beam": 2.0}, "beam=2.0: expected a whole number from 1"),
        ({"beam": True}, "beam=True: expected a whole number from 1"),
        ({"beam": "5"}, "beam='5': expected a whole number from 1"),
        ({"nbest": 0}, "nbest=0: expected a whole number from 1"),
        ({"nbest": 6}, "nbest=6: more than beam=5"),
        ({"beam": 1, "nbest": 2}, "nbest=2: more than beam=1"),
        ({"length_penalty": -1}, "length_penalty=-1.0: expected a number from 0 to 10"),
        ({"coverage_penalty": float("nan")}, "coverage_penalty=nan: expected a number from 0"),
        ({"min_length": -1}, "min_length=-1: expected a whole number from 0"),
        ({"max_length": 0}, "max_length=0: expected a whole number from 1"),
        ({"min_length": 4, "max_length": 3}, "min_length=4: more than max_length=3"),
        ({"sample": 1}, "sample=1: expected true or false"),
        ({"max_length": 10**12}, f"max_length={10**12}: expected a whole number from 1 to 1,000,"),
        ({"min_length": 10**12}, f"min_length={10**12}: expected a whole number from 0 to 1,000,"),
        ({"beam": 10**30}, f"beam={10**30}: expected a whole number from 1 to 10,000"),
        ({"nbest": 10_001}, "nbest=10001: expected a whole number from 1 to 10,000"),
        ({"sample": True, "temperature": 0}, "temperature=0.0: expected a number from 1e-12"),
        ({"sample": True, "temperature": 1e-46}, "temperature=1e-46: expected a number from 1e-12"),
        ({"sample": True, "temperature": 1e39}, "temperature=1e+39: expected a number from 1e-12"),
        ({"sample": True, "top_k": 0}, "top_k=0: expected a whole number from 1"),
        ({"sample": True, "top_p": 0}, "top_p=0.0: expected a number above 0, at most 1"),
        ({"sample": True, "top_p": 1.1}, "top_p=1.1: expected a number above 0, at most 1"),
        ({"sample": True, "seed": -1}, "seed=-1: expected a whole number from 0"),
        ({"temperature": 0.5}, "temperature=0.5 has no effect without sample"),
        ({"top_k": 5}, "top_k=5 has no effect without sample"),
        ({"top_p": 0.5, "beam": 1}, "top_p=0.5 has no effect without sample"),
        ({"seed": 2}, "seed=2 has no effect without sample"),
        ({"sample": True, "beam": 4}, f"beam=4 {SEARCH}"),
        ({"sample": True, "length_penalty": 0}, f"length_penalty=0.0 {SEARCH}"),
        (
            {"beam": 1, "length_penalty": 0.5},
            "length_penalty=0.5 has no effect with beam=1",
        ),
        ({"seed": None}, "seed=None: expected a whole number from 0"),
    ],
)
def test_what_cannot_be_is_refused(values, message):
    with pytest.raises(SettingsError) as refusal:
        Decoding(**values)
    assert str(refusal.value).startswith(message)
    with pytest.raises(SettingsError) as refusal:
        Decoding().changed(values)
    assert str(refusal.value).startswith(message)


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(SettingsError, match=r"no option 'beams'. Did you mean 'beam'\?"):
        Decoding().changed({"beams": 3})
    with pytest.raises(SettingsError, match="no option 'x'. There are beam, nbest"):
        Decoding.from_json({"x": 3})


def test_changing_the_way_forgets_what_only_the_old_one_used():
    own = Decoding(beam=8, length_penalty=0.6, coverage_penalty=0.2, max_length=50)
    assert own.changed({"sample": True, "top_k": 4}) == Decoding(
        sample=True, top_k=4, max_length=50
    )
    assert own.changed({"beam": 1}) == Decoding(beam=1, max_length=50)
    assert own.changed({"nbest": 8}).nbest == 8
    drawing = Decoding(sample=True, temperature=0.7, seed=9)
    assert drawing.changed({"sample": False}) == Decoding()
    with pytest.raises(SettingsError, match="beam=4 has no effect with sample"):
        own.changed({"sample": True, "beam": 4})


def test_json_keeps_every_value():
    for one in (
        Decoding(),
        Decoding(beam=4, nbest=2, length_penalty=0, min_length=1, max_length=9),
        Decoding(sample=True, nbest=9, temperature=2, top_k=3, top_p=0.5, seed=0),
    ):
        assert Decoding.from_json(json.loads(json.dumps(one.to_json()))) == one
    assert isinstance(Decoding(length_penalty=1).length_penalty, float)


def test_the_longest_target():
    assert Decoding().longest(7) == 24
    assert Decoding(max_length=5).longest(7) == 5
    assert Decoding(min_length=30).longest(7) == 30
