import json

import pytest

from textlstm.corpora.example import Bad, Example
from textlstm.corpora.jsonl import JsonLines
from textlstm.corpora.source import Aloud, Options
from textlstm.errors import DataError


def source(tmp_path, content, **options):
    path = tmp_path / "a.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    said = []
    return JsonLines(path, Options(**options), Aloud(said.append)), said


def row(**values):
    return json.dumps(values)


FIRST = '{"text": "fine", "label": "pos"}\n'


def second(tmp_path, line):
    """Return what the line below a good one gives."""
    found = list(source(tmp_path, FIRST + line + "\n" + FIRST)[0].read())
    assert len(found) == 3 and found[0].target == found[2].target == "pos"
    return found[1]


def reason(tmp_path, line):
    found = second(tmp_path, line)
    assert isinstance(found, Bad) and found.where == "a.jsonl:2"
    return found.reason


def test_rows(tmp_path):
    content = FIRST + "\n" + '{"label": "neg", "text": "a\\u2028b\\n", "id": 7}'
    found, said = source(tmp_path, content)
    want = [Example("fine", "pos", "a.jsonl:1"), Example("a\u2028b\n", "neg", "a.jsonl:3")]
    assert list(found.read()) == want == list(found.read())
    assert said == ["a.jsonl: text column: 'text' (guessed), label column: 'label' (guessed)"]


def test_keys_asked_for(tmp_path):
    line = row(a="one", b="two", c="three")
    found, _ = source(tmp_path, line, text="c", label="a")
    assert list(found.read()) == [Example("three", "one", "a.jsonl:1")]
    with pytest.raises(DataError) as error:
        source(tmp_path, line, text="words", label="a")
    assert str(error.value) == "a.jsonl:1: there is no column 'words' among 'a', 'b', 'c'."


def test_the_label_of_two_keys_is_the_one_that_repeats(tmp_path):
    lines = "\n".join(row(x=f"film {i}", z=i % 2) for i in range(6))
    found, said = source(tmp_path, lines)
    assert next(found.read()) == Example("film 0", "0", "a.jsonl:1")
    assert said == ["a.jsonl: text column: 'x' (guessed), label column: 'z' (guessed)"]


@pytest.mark.parametrize(
    ("label", "target"),
    [
        ('"pos"', "pos"),
        ("1", "1"),
        ("-1.50", "-1.50"),
        ("1e3", "1e3"),
        ("true", "true"),
        ('["a", "b"]', ("a", "b")),
        ("[1, true]", ("1", "true")),
        ("[]", ()),
        ('"a|b"', "a|b"),
    ],
)
def test_labels(tmp_path, label, target):
    found = second(tmp_path, f'{{"text": "x", "label": {label}}}')
    assert found == Example("x", target, "a.jsonl:2")
    assert type(found.target) in (str, tuple)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"text": "x", "label": null}', "'label' is null; a label was expected"),
        ('{"text": "x", "label": {}}', "'label' is an object; a label was expected"),
        ('{"text": "x", "label": " "}', "'label' is empty; a label was expected"),
        ('{"text": "x", "label": ["a", null]}', "an item of 'label' is null; a label was expected"),
        ('{"text": "x", "label": ["a", "a"]}', "a label occurs twice in 'label'"),
        ('{"text": 5, "label": "a"}', "'text' is a number; a string was expected"),
        ('{"text": null, "label": "a"}', "'text' is null; a string was expected"),
        ('{"text": "\\ud800", "label": "a"}', "'text' holds \\ud800, half a surrogate pair"),
        ('{"text": "a\\u0000", "label": "a"}', "'text' holds a NUL character"),
        ('{"text": "x"}', "there is no 'label' among 'text'"),
        ('{"text": "x", "text": "y"}', "the key 'text' occurs twice in one object"),
        ('["x", "a"]', "a list where an object was expected"),
        ("17", "a number where an object was expected"),
        ('{"text": NaN, "label": "a"}', "NaN is not JSON"),
        ("{'text': 'x'}", "not JSON: expecting property name enclosed in double quotes (column 2)"),
        ('{"text": "x", "label": "a"} x', "not JSON: extra data (column 29)"),
        ('{"text": "x', "not JSON: unterminated string starting at (column 10)"),
    ],
)
def test_lines_that_cannot_be_used(tmp_path, line, why):
    assert reason(tmp_path, line) == why


def test_nesting_too_deep(tmp_path):
    assert reason(tmp_path, "[" * 200_000) == "not usable JSON: nested too deeply"


def test_a_pair_of_surrogates_is_a_character(tmp_path):
    assert second(tmp_path, '{"text": "\\ud83d\\ude00", "label": "a"}').input == "\U0001f600"


def test_files_without_objects(tmp_path):
    for content in ("", "\n \n"):
        with pytest.raises(DataError) as error:
            source(tmp_path, content)
        assert str(error.value) == "a.jsonl: the file is empty."
    with pytest.raises(DataError) as error:
        source(tmp_path, '[{"text": "a", "label": "b"}]')
    assert str(error.value) == (
        "a.jsonl:1: a list where an object was expected. JSONL has one object a line."
    )


def test_bytes_that_are_not_utf8(tmp_path):
    found = list(source(tmp_path, FIRST.encode() + b'{"text": "\xff"}\n')[0].read())
    assert found[1].reason.startswith("byte 0xFF at offset 43 is not UTF-8")


def test_a_line_of_ten_megabytes(tmp_path):
    long = "x" * 10_000_000
    assert second(tmp_path, row(text=long, label="a")).input == long
