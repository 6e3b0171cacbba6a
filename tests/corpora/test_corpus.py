from types import SimpleNamespace

import pytest

from textlstm.corpora import Corpus, Example, in_memory, labelled_texts, read_part
from textlstm.corpora.source import PARTS
from textlstm.corpora.split import part_of, text_hash
from textlstm.errors import DataError


def csv(tmp_path, name, rows):
    path = tmp_path / name
    path.write_text("text,label\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(path)


def many(count, word="film"):
    return [f"{word} number {i},{('neg', 'pos')[i % 2]}" for i in range(count)]


def corpus(**settings):
    said = []
    return labelled_texts(SimpleNamespace(**settings), said.append), said


def inputs(part):
    return [example.input for example in part]


def test_one_file_is_cut_in_one_pass(tmp_path):
    found, _ = corpus(data=csv(tmp_path, "a.csv", many(300)))
    every = list(found)
    assert [e.input for _, e in every] == [f"film number {i}" for i in range(300)]
    for part, example in every:
        assert part == part_of(text_hash(example.input), {"valid", "test"})
    for name in PARTS:
        assert inputs(found.parts[name]) == [e.input for part, e in every if part == name]
        assert inputs(getattr(found, name)) == inputs(found.parts[name]) != []
    sizes = {part: found.counts[part]["used"] for part in PARTS}
    assert sum(sizes.values()) == 300 and min(sizes.values()) > 10
    assert found.name == "a.csv"


def test_equal_texts_are_on_one_side(tmp_path):
    rows = [row for i in range(200) for row in (f"Film  {i},pos", f"film {i} ,neg")]
    found, _ = corpus(data=csv(tmp_path, "a.csv", rows))
    parts = [{" ".join(text.lower().split()) for text in inputs(found.parts[p])} for p in PARTS]
    assert not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]


def test_what_is_missing_is_cut_from_train(tmp_path):
    train, other = csv(tmp_path, "train.csv", many(300)), csv(tmp_path, "o.csv", many(9, "book"))
    whole, _ = corpus(data=train)
    found, said = corpus(train=train, test=other)
    assert inputs(found.test) == [f"book number {i}" for i in range(9)]
    assert inputs(found.valid) == inputs(whole.valid)
    assert len(inputs(found.train)) + len(inputs(found.valid)) == 300
    assert "no valid: it is cut from train by a hash of the text (10 %)" in said
    found, said = corpus(train=train, valid=other)
    assert inputs(found.test) == inputs(whole.test)
    assert "no test: it is cut from train by a hash of the text (10 %)" in said
    found, said = corpus(train=train)
    assert [inputs(found.parts[p]) for p in PARTS] == [inputs(whole.parts[p]) for p in PARTS]
    assert "no valid and no test: they are cut from train by a hash of the text (10 % each)" in said
    found, said = corpus(train=train, valid=other, test=other)
    assert len(inputs(found.train)) == 300 and not any("cut" in sentence for sentence in said)


BROKEN = ["fine,pos", "ragged", "bad,neg", "no label,", "a,b,c", '"open,pos', "last,pos"]


def test_rows_that_cannot_be_used_stop_after_the_last_row(tmp_path):
    train = csv(tmp_path, "a.csv", BROKEN + many(60))
    found, _ = corpus(data=train)
    seen = []
    with pytest.raises(DataError) as error:
        seen.extend(found)
    assert len(seen) == 63
    assert str(error.value) == (
        "a.csv:3: 1 cell, but the header has 2; a.csv:5: the label is empty; "
        "a.csv:6: 3 cells, but the header has 2\n"
        "a.csv: 4 of 67 rows cannot be used; bad_rows=skip goes on without them."
    )
    with pytest.raises(DataError, match="4 of 67 rows"):
        list(found.valid)


def test_rows_that_cannot_be_used_are_counted_when_skipped(tmp_path):
    found, said = corpus(data=csv(tmp_path, "a.csv", BROKEN + many(60)), bad_rows="skip")
    assert len(list(found)) == 63
    assert said[-1] == (
        "a.csv:3: 1 cell, but the header has 2; a.csv:5: the label is empty; "
        "a.csv:6: 3 cells, but the header has 2\na.csv: 4 of 67 rows skipped."
    )
    counts = found.counts
    assert sum(c["read"] for c in counts.values()) == 67
    assert sum(c["used"] for c in counts.values()) == 63
    assert counts["train"]["refused"] == 4
    assert all(c["used"] + c["refused"] == c["read"] for c in counts.values())


def test_nothing_usable(tmp_path):
    found, _ = corpus(data=csv(tmp_path, "a.csv", ["a,", "b,"]), bad_rows="skip")
    with pytest.raises(DataError) as error:
        list(found)
    assert str(error.value) == (
        "a.csv:2: the label is empty; a.csv:3: the label is empty\n"
        "a.csv: none of the 2 rows can be used."
    )


def test_labels_are_counted(tmp_path):
    found, _ = three(tmp_path, ["a,x", "b,y", "c,x"], ["d,x", "e,y"], ["f,y", "g,x"])
    list(found)
    assert found.labels("train") == {"x": 2, "y": 1}
    assert found.summary() == [
        "train: 3 examples (x: 2, y: 1)",
        "valid: 2 examples (x: 1, y: 1)",
        "test: 2 examples (y: 1, x: 1)",
    ]


def three(tmp_path, train, valid, test):
    files = {"train": train, "valid": valid, "test": test}
    return corpus(**{part: csv(tmp_path, f"{part}.csv", rows) for part, rows in files.items()})


def test_what_parts_tell_together_is_said_once(tmp_path):
    found, said = three(
        tmp_path,
        ["one,pos", "two,neg", "Two ,pos", "three,Pos", " ,pos"],
        ["ONE,pos", "new,neg", "newer,pos"],
        ["two,neg", "three,pos", "newest,posi", "last,posi"],
    )
    del said[:]
    list(found)
    list(found)
    list(found.train)
    assert said == [
        "train.csv: 1 empty text in train, used as given (the first: train.csv:6)",
        "labels that differ only in case or spaces are kept apart: 'Pos' and 'pos'",
        "2 texts with different labels (5 examples; case and spaces do not count)",
        "1 of 3 valid examples have a text that train has too (33.3%): scores on valid flatter",
        "2 of 4 test examples have a text that train has too (50.0%): scores on test flatter",
        "test.csv:4: the label 'posi' (2 in test) is not in train; it counts as wrong."
        " Did you mean 'pos'?",
    ]
    assert found.notes[-1] == said[-1]


def test_part_after_part_says_the_same_as_one_pass(tmp_path):
    found, said = three(tmp_path, ["a,x", "b,y"], ["c,x", "d,y"], ["a,x", "e,y"])
    del said[:]
    for part in ("test", "train", "valid"):
        list(found.parts[part])
    assert said == [
        "1 of 2 test examples have a text that train has too (50.0%): scores on test flatter"
    ]


def test_an_unseen_label_is_not_mapped(tmp_path):
    found, _ = three(tmp_path, ["a,x", "b,y"], ["c,x", "d,y"], ["e,z", "f,y"])
    assert [e.target for e in found.test] == ["z", "y"]


def test_many_unseen_labels_are_counted(tmp_path):
    found, said = three(
        tmp_path, ["a,x", "b,y"], ["c,x", "d,y"], [f"text {i},new{i}" for i in range(12)]
    )
    list(found)
    assert sum("is not in train" in sentence for sentence in said) == 5
    assert said[-1] == "... and 7 more labels of test"


def test_one_label_only(tmp_path):
    found, _ = three(tmp_path, ["a,x", "b,x"], ["c,x"], ["d,x"])
    with pytest.raises(DataError) as error:
        list(found.train)
    assert str(error.value) == (
        "train.csv: the only label in train is 'x' (2 rows); at least two labels are needed."
    )
    found, said = three(tmp_path, ["a,x", "b,y"], ["c,x"], ["d,x", "e,y"])
    list(found)
    assert "valid.csv: the only label in valid is 'x' (1 row)" in said


def test_too_few_to_cut(tmp_path):
    found, _ = corpus(data=csv(tmp_path, "a.csv", ["film number 1,x", "film number 2,y"]))
    with pytest.raises(DataError) as error:
        list(found)
    assert str(error.value) == (
        "a.csv: 2 examples: too few to cut a valid part from; say valid=FILE or give more."
    )


def test_reading_a_few_rows_is_no_pass(tmp_path):
    found, said = corpus(data=csv(tmp_path, "a.csv", many(300)))
    assert next(iter(found.train)).where == "a.csv:2"
    assert found.counts == {}
    assert len(list(found)) == 300 and found.counts["train"]["read"] > 200


def test_the_fingerprint_is_that_of_bytes_and_reading(tmp_path):
    path = csv(tmp_path, "a.csv", many(50))
    first = corpus(data=path)[0].fingerprint
    assert corpus(data=path)[0].fingerprint == first
    assert corpus(train=path)[0].fingerprint == first
    assert corpus(data=path, text="2", label="1")[0].fingerprint != first
    assert corpus(data=path, bad_rows="skip")[0].fingerprint != first
    assert corpus(train=path, test=path)[0].fingerprint != first
    csv(tmp_path, "a.csv", [*many(49), "film number 48,neg"])
    assert corpus(data=path)[0].fingerprint != first


def test_read_part(tmp_path):
    said = []
    part = read_part(csv(tmp_path, "a.csv", ["a,x", "b,y"]), SimpleNamespace(), said.append)
    want = [Example("a", "x", "a.csv:2"), Example("b", "y", "a.csv:3")]
    assert list(part) == want == list(part)
    assert said[0].startswith("a.csv: the first row is the header")
    broken = read_part(csv(tmp_path, "b.csv", ["a,x", "b"]), SimpleNamespace(), said.append)
    with pytest.raises(DataError, match="b.csv:3: 1 cell"):
        list(broken)


def test_in_memory():
    examples = [Example(f"text {i}", str(i % 2), f"row {i}") for i in range(200)]
    found = in_memory("mine", {"train": examples}, cut=("valid",))
    assert isinstance(found, Corpus) and found.name == "mine"
    assert len(inputs(found.train)) + len(inputs(found.valid)) == 200
    assert list(found.test) == []
    other = in_memory("mine", {"train": examples[1:]}, cut=("valid",))
    assert found.fingerprint != other.fingerprint
    assert found.fingerprint != in_memory("mine", {"train": examples}).fingerprint
