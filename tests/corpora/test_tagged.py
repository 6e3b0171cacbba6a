"""Corpora of tagged text: from the settings to parts, what is said, and what is refused."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from textlstm.corpora import Example, in_memory, read_part, tagged_texts
from textlstm.corpora.source import PARTS
from textlstm.errors import DataError, Refusal, SettingsError


def sentences(*rows):
    """Return CoNLL text of "Jo/B-PER saw" sentences; a token without a tag is outside."""
    lines = ("\n".join(f"{w}\t{t or 'O'}" for w, _, t in (x.partition("/") for x in row.split()))
             for row in rows)  # fmt: skip
    return "\n\n".join(lines) + "\n"


def write(tmp_path, name, *rows):
    path = tmp_path / name
    path.write_text(sentences(*rows), encoding="utf-8")
    return str(path)


def corpus(**settings):
    said = []
    return tagged_texts(SimpleNamespace(**settings), said.append), said


def three(tmp_path, train, valid, test, **settings):
    files = {"train": train, "valid": valid, "test": test}
    given = {part: write(tmp_path, f"{part}.conll", *rows) for part, rows in files.items()}
    return corpus(**given, **settings)


def refusal(kind, found):
    with pytest.raises(Refusal) as error:
        list(found)
    assert type(error.value) is kind
    return str(error.value)


GOOD = (["Jo/B-PER Li/I-PER saw Rome/B-LOC"], ["Al/B-PER left"], ["in Oslo/B-LOC"])


def test_a_corpus_of_three_files(tmp_path):
    found, said = three(tmp_path, *GOOD)
    assert list(found) == [
        ("train", Example(("Jo", "Li", "saw", "Rome"), (("PER", 0, 5), ("LOC", 10, 14)),
                          "train.conll:1")),
        ("valid", Example(("Al", "left"), (("PER", 0, 2),), "valid.conll:1")),
        ("test", Example(("in", "Oslo"), (("LOC", 3, 7),), "test.conll:1")),
    ]  # fmt: skip
    assert found.summary() == [
        "train: 1 sentence, 4 tokens, 2 entities (PER: 1, LOC: 1)",
        "valid: 1 sentence, 2 tokens, 1 entity (PER: 1)",
        "test: 1 sentence, 2 tokens, 1 entity (LOC: 1)",
    ]
    assert found.labels("train") == {"PER": 1, "LOC": 1}
    assert found.name == "train.conll" and "train.conll: the tags are BIO (scheme=auto)" in said


def test_every_format_gives_the_same(tmp_path):
    rows = [f"w{i} Jo/B-PER Li/I-PER 科 技/B-LOC" for i in range(60)]
    columns = write(tmp_path, "a.txt", *rows)
    want = [(e.input, e.target) for _, e in corpus(data=columns, format="conll")[0]]
    assert want[0] == (("w0", "Jo", "Li", "科", "技"), (("PER", 3, 8), ("LOC", 10, 11)))
    tokens = [[x.partition("/")[::2] for x in row.split()] for row in rows]
    with (tmp_path / "a.jsonl").open("w", encoding="utf-8") as file:
        for row in tokens:
            tags = [tag or "O" for _, tag in row]
            file.write(json.dumps({"words": [word for word, _ in row], "tags": tags}) + "\n")
    (tmp_path / "a.seq.in").write_text("\n".join(" ".join(w for w, _ in row) for row in tokens))
    (tmp_path / "a.seq.out").write_text(
        "\n".join(" ".join(tag or "O" for _, tag in row) for row in tokens)
    )
    with (tmp_path / "s.jsonl").open("w", encoding="utf-8") as file:
        for i, (_, target) in enumerate(want):
            spans = [[start, end, kind] for kind, start, end in target]
            file.write(json.dumps({"text": f"w{i} Jo Li 科技", "entities": spans}) + "\n")
    for settings in (
        {"data": str(tmp_path / "a.jsonl")},
        {"train": str(tmp_path / "a"), "format": "atis"},
        {"train": str(tmp_path / "a")},
    ):
        assert [(e.input, e.target) for _, e in corpus(**settings)[0]] == want
    spans = [(e.input, e.target) for _, e in corpus(data=str(tmp_path / "s.jsonl"))[0]]
    assert spans == [("".join((x[0], " Jo Li 科技")), y) for x, y in want]
    one, other = corpus(data=columns, format="conll")[0], corpus(data=str(tmp_path / "s.jsonl"))[0]
    for name in PARTS:  # the text decides, however it came
        assert [e.target for e in one.parts[name]] == [e.target for e in other.parts[name]] != []
    assert other.summary()[0].startswith("train: ") and " texts, " in other.summary()[0]


def test_formats_that_are_none(tmp_path):
    path = write(tmp_path, "a.txt", "a/B-X")
    with pytest.raises(DataError, match="does not tell the format; say format=conll.jsonl.atis.$"):
        corpus(data=path)
    with pytest.raises(SettingsError) as error:
        corpus(data=path, format="csv")
    assert str(error.value) == "format='csv': expected auto or conll, jsonl, atis."
    with pytest.raises(DataError, match="this is a folder; a file was expected"):
        corpus(data=str(tmp_path))
    for name, value, message in (
        ("scheme", "boi", "scheme='boi': expected auto, iob1, bio, bioes, bmes. Did you mean "
         "'bio'?"),
        ("repair", "yes", "repair='yes': expected none, conlleval."),
        ("positions", "stip", "positions='stip': expected keep, strip. Did you mean 'strip'?"),
    ):  # fmt: skip
        with pytest.raises(SettingsError) as error:
            corpus(data=path, format="conll", **{name: value})
        assert str(error.value) == message
        with pytest.raises(SettingsError):
            read_part(path, SimpleNamespace(format="conll", **{name: value}), print, "tag")


@pytest.mark.parametrize(
    ("scheme", "row"),
    [
        ("iob1", "Jo/I-P Li/I-P Al/B-P saw Bo/I-P"),
        ("bio", "Jo/B-P Li/I-P Al/B-P saw Bo/B-P"),
        ("bioes", "Jo/B-P Li/E-P Al/S-P saw Bo/S-P"),
        ("bmes", "Jo/B-P Li/E-P Al/S-P a/B-P b/M-P c/E-P"),
    ],
)
def test_schemes_are_said_and_give_the_same(tmp_path, scheme, row):
    path = write(tmp_path, "a.iob", row)
    said = []
    part = read_part(path, SimpleNamespace(), said.append, "tag")
    assert next(iter(part)).target[:2] == (("P", 0, 5), ("P", 6, 8))
    assert said[1] == f"a.iob: the tags are {scheme.upper()} (scheme=auto)"
    said.clear()
    asked = read_part(path, SimpleNamespace(scheme=scheme), said.append, "tag")
    assert list(asked) == list(part) and len(said) == 1


BROKEN = ["Jo/B-PER Li/I-PER", "Al/I-PER saw", "a Bo/B-PER in/I-LOC Oslo/I-PER", "Al/B-LOC"]


def test_broken_tags_are_listed_and_refused(tmp_path):
    found, said = corpus(train=write(tmp_path, "a.conll", *BROKEN))
    assert refusal(DataError, found) == (
        "a.conll:4: 'I-PER' at the start of a sentence: an entity starts with B; "
        "a.conll:9: 'I-LOC' after 'B-PER': the type changes inside an entity "
        "(and 1 more in this sentence)\n"
        "a.conll: 2 of 4 rows cannot be used; bad_rows=skip goes on without them."
    )
    assert said[-1] == (
        "a.conll: the tags of 2 sentences break BIO; repair=conlleval reads them as conlleval does"
    )


def test_broken_tags_are_repaired_when_asked(tmp_path):
    said = []
    path = write(tmp_path, "a.conll", *BROKEN, "x/PER y/I-PER")
    s = SimpleNamespace(repair="conlleval", bad_rows="skip", scheme="bio")
    part = read_part(path, s, said.append, "tag")
    assert [e.target for e in part] == [
        (("PER", 0, 5),),
        (("PER", 0, 2),),
        (("PER", 2, 4), ("LOC", 5, 7), ("PER", 8, 12)),
        (("LOC", 0, 2),),
    ]
    assert said[-2] == (
        "a.conll: 3 tags in 2 sentences read as conlleval does (repair=conlleval; the first: "
        "a.conll:4)"
    )
    assert said[-1] == (  # what is no tag at all stays refused
        "a.conll:14: 'PER' is no tag of BIO: O, B-TYPE, I-TYPE were expected (and 1 more in this "
        "sentence)\na.conll: 1 of 5 rows skipped."
    )


def test_what_reading_decides_is_in_the_fingerprint(tmp_path):
    path = write(tmp_path, "a.conll", *BROKEN)
    prints = {
        corpus(train=path, **settings)[0].fingerprint
        for settings in ({}, {"scheme": "iob1"}, {"repair": "conlleval"}, {"positions": "strip"})
    }
    assert len(prints) == 4
    assert corpus(train=path)[0].fingerprint == corpus(data=path)[0].fingerprint


POSITIONS = ["科0/B-X 技1/I-X ，0 10", "很0 p10 2", "\ufffd\ufffd0 大0 123 iPhone4"]


def test_positions(tmp_path):
    path = write(tmp_path, "a.conll", *POSITIONS, *["中0 国1 人2 民3 共4 和5 国6"] * 4)
    part = read_part(path, SimpleNamespace(), (said := []).append, "tag")
    assert next(iter(part)).input[:2] == ("科0", "技1")
    advice = (
        "a.conll: nearly every token is a character and its position (a digit); positions=strip "
        "removes it"
    )
    assert said[-1] == advice
    part = read_part(path, SimpleNamespace(positions="strip"), (said := []).append, "tag")
    found = [e.input for e in part]
    assert found[:3] == [
        ("科", "技", "，", "1"), ("很", "p", "2"), ("\ufffd\ufffd", "大", "1", "iPhone4"),
    ]  # fmt: skip
    assert next(iter(part)).target == (("X", 0, 2),)
    assert said[-1] == "a.conll: positions=strip removed the position behind 37 of 39 tokens"
    assert advice not in said
    english = write(tmp_path, "b.conll", "in 10 of 20 F1 races 科0/B-X")
    read_part(english, SimpleNamespace(), (said := []).append, "tag")
    assert not any("positions" in line for line in said)


def test_what_parts_tell_together_is_said_once(tmp_path):
    found, said = three(
        tmp_path,
        ["Jo/B-PER left", "jo left", "Al/B-per x"],
        ["Jo/B-PER left", "Bo/B-PER x"],
        ["a b", "in Oslo/B-LOC", "Rome/B-LOC Oslo/B-LOC", "Jo/B-PERS y"],
    )
    del said[:]
    list(found)
    list(found)
    assert said == [
        "types that differ only in case or spaces are kept apart: 'PER' and 'per'",
        "1 text with different tags (3 examples; case and spaces do not count)",
        "1 of 2 valid examples have a text that train has too (50.0%): scores on valid flatter",
        "test.conll:4: the type 'LOC' (3 in test) is not in train; it counts as missed.",
        "test.conll:10: the type 'PERS' (1 in test) is not in train; it counts as missed."
        " Did you mean 'PER'?",
    ]


def test_one_type_is_fine_and_none_is_not(tmp_path):
    found, said = three(tmp_path, ["Jo/B-PER x"], ["a b"], ["Jo/B-PER"])
    assert len(list(found)) == 3
    assert "valid.conll: there is no entity in valid (1 row)" in said
    assert found.summary()[1] == "valid: 1 sentence, 2 tokens, 0 entities"
    found, _ = three(tmp_path, ["a b", "c d"], *GOOD[1:])
    assert refusal(DataError, found) == (
        "train.conll: there is no entity in train (2 rows); at least one is needed."
    )


def test_types_are_not_split_at_bars():
    parts = {
        "train": [Example("a b", (("A|B", 0, 1), ("C", 2, 3)), "x:1")],
        "test": [Example("d", (("A", 0, 1),), "y:1"), Example("e", (("B|C", 0, 1),), "y:2")],
    }
    found = in_memory("mine", parts, kind="tag")
    list(found)
    assert [note.split(";")[0] for note in found.notes] == [
        "y:1: the type 'A' (1 in test) is not in train",
        "y:2: the type 'B|C' (1 in test) is not in train",
    ]


def test_in_memory():
    examples = [Example((f"w{i}", "Jo"), (("PER", len(f"w{i} "), len(f"w{i} Jo")),), f"{i}")
                for i in range(100)]  # fmt: skip
    found = in_memory("mine", {"train": examples}, cut=("valid",), kind="tag")
    assert len(list(found)) == 100 and 0 < len(list(found.valid)) < 40
    assert found.counts["train"]["used"] + found.counts["valid"]["used"] == 100
    assert found.summary()[0].endswith(f"entities (PER: {found.counts['train']['used']})")


def test_too_many_types(tmp_path, monkeypatch):
    monkeypatch.setattr("textlstm.corpora.survey.MOST_LABELS", 2)
    found, _ = corpus(train=write(tmp_path, "a.conll", "a/B-1 b/B-2 c/B-3"))
    assert refusal(DataError, found) == (
        "a.conll:1: 3 different types in 1 rows; is this column the tag? Say tag=NAME."
    )


def test_an_embedded_corpus_that_is_nearly_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("textlstm.corpora.reading._embedded", lambda kind: [f"toy-{kind.name}"])
    with pytest.raises(DataError) as error:
        corpus(data="toy-tags")
    assert str(error.value) == (
        "toy-tags: no such file, folder or embedded corpus. Did you mean 'toy-tag'?"
    )


def test_reading_tagged_files_imports_nothing_heavy(tmp_path):
    path = write(tmp_path, "a.conll", *[f"w{i} Jo/B-PER" for i in range(60)])
    code = (
        "import sys; from types import SimpleNamespace as N; from textlstm import corpora\n"
        f"c = corpora.tagged_texts(N(data={path!r}), print); print(len(list(c)))\n"
        "bad = {'tensorflow', 'keras', 'sklearn', 'tensorflow_datasets', 'matplotlib'}\n"
        "print(sorted(bad & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["60", "[]"]


def test_memory_does_not_grow_with_the_file(tmp_path):
    import tracemalloc

    path = tmp_path / "a.conll"
    with path.open("w", encoding="utf-8") as file:
        for i in range(4_000):
            file.write(f"w{i} O\n" + "words O\n" * 30 + "Jo B-PER\n\n")
    tracemalloc.start()
    found, _ = corpus(data=str(path))
    assert sum(1 for _ in found) == 4_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 1_000_000
    assert peak < 12_000_000
