"""Pairs of texts in every format: how sides are told, what is refused, what is counted."""

import bz2
import gzip
import json
import lzma
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textlstm.corpora import in_memory, paired_texts, read_part
from textlstm.corpora.example import Example
from textlstm.corpora.languages import is_language
from textlstm.corpora.ratios import Ratios, odd
from textlstm.errors import DataError, Refusal, SettingsError

ROWS = [(f"sentence number {i}.", f"Satz Nummer {i}.") for i in range(200)]


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def lines(side, rows=ROWS):
    return "".join(f"{row[side]}\n" for row in rows)


def parallel(folder, prefix="train", rows=ROWS, ends=("en", "de")):
    for side, end in enumerate(ends):
        write(folder, f"{prefix}.{end}", lines(side, rows))
    return str(folder / prefix)


def corpus(**settings):
    said = []
    return paired_texts(SimpleNamespace(**settings), said.append), said


def read(path, **settings):
    said = []
    part = read_part(path, SimpleNamespace(**settings), said.append, "translate")
    return [(e.input, e.target) for e in part], said


def refusal(kind, path, **settings):
    with pytest.raises(Refusal) as error:
        read(path, **settings)
    assert type(error.value) is kind
    return str(error.value)


def test_parallel_files(tmp_path):
    prefix = parallel(tmp_path)
    found, said = read(prefix, source="en", target="de")
    assert found == ROWS
    assert said == ["train.en: targets from train.de"]
    found, said = read(prefix, source="de", target="en")
    assert found == [(target, source) for source, target in ROWS]
    assert said == ["train.de: targets from train.en"]
    assert read(prefix, source="en", target="de", format="parallel")[0] == ROWS
    # where a folder has the name of the prefix, and where one of the files is named
    (tmp_path / "train").mkdir()
    for name in ("train", "train.en", "train.de"):
        assert read(str(tmp_path / name), source="en", target="de")[0] == ROWS


def test_places_of_parallel_files(tmp_path):
    part = read_part(
        parallel(tmp_path), SimpleNamespace(source="en", target="de"), print, "translate"
    )
    assert list(part)[11] == Example("sentence number 11.", "Satz Nummer 11.", "train.en:12")


@pytest.mark.parametrize(
    ("end", "compress"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
)
def test_compressed_parallel_files(tmp_path, end, compress):
    write(tmp_path, f"train.en.{end}", compress(lines(0).encode()))
    write(tmp_path, "train.de", lines(1))
    assert read(str(tmp_path / "train"), source="en", target="de")[0] == ROWS
    assert read(str(tmp_path / "train"), source="en")[0] == ROWS
    assert read(str(tmp_path / f"train.en.{end}"), target="de")[0] == ROWS


def test_the_sides_of_parallel_files_are_asked_for(tmp_path):
    prefix = parallel(tmp_path)
    assert refusal(DataError, prefix) == (
        f"{prefix}: which is the source, of {prefix}.de, {prefix}.en? "
        "Say source=de target=en, or source=en target=de."
    )
    found, said = read(prefix, target="en")
    assert found[0] == (ROWS[0][1], ROWS[0][0])
    assert said == ["train.de: targets from train.en (source=de: guessed)"]
    assert refusal(SettingsError, prefix, source="en", target="en") == (
        "source=en and target=en: these are one file."
    )
    assert refusal(DataError, prefix, source="en", target="fr") == (
        f"{prefix}.fr: no such file or folder. Did you mean 'train.en'?"
    )
    assert refusal(SettingsError, prefix, source="en", target="de", header="no") == (
        "header=no has no meaning for parallel text."
    )
    write(tmp_path, "train.fr", lines(1))
    assert refusal(DataError, prefix, source="en") == (
        f"{prefix}: which files are the source and the target? There is {prefix}.de, {prefix}.en, "
        f"{prefix}.fr; say source=en target=de to read {prefix}.en and {prefix}.de."
    )


def test_usual_ends_of_names_tell_the_sides(tmp_path):
    prefix = parallel(tmp_path, "dev", ROWS[:5], ("src", "tgt"))
    found, said = read(prefix)
    assert found == ROWS[:5]
    assert said == ["dev.src: targets from dev.tgt (source=src target=tgt: guessed)"]
    prefix = parallel(tmp_path, "news", ROWS[:5], ("document", "summary"))
    assert read(prefix)[1] == [
        "news.document: targets from news.summary (source=document target=summary: guessed)"
    ]


def test_a_different_number_of_lines_is_refused(tmp_path):
    write(tmp_path, "train.en", "a\n" * 1200)
    write(tmp_path, "train.de", "b\n" * 1201)
    assert refusal(DataError, str(tmp_path / "train"), source="en", target="de") == (
        "train.en has 1,200 lines, but train.de has 1,201; line by line they must belong together."
    )


def test_only_line_feeds_end_lines(tmp_path):
    write(tmp_path, "a.en", "one\u2028still one\r\ntwo\x0bstill\r\n")
    write(tmp_path, "a.de", "eins\x85noch eins\nzwei")
    assert read(str(tmp_path / "a"), source="en", target="de")[0] == [
        ("one\u2028still one", "eins\x85noch eins"),
        ("two\x0bstill", "zwei"),
    ]


def test_empty_sides_are_refused_by_line(tmp_path):
    write(tmp_path, "a.en", "one\n\n\u3000\nfour\n")
    write(tmp_path, "a.de", "eins\nzwei\n\n \n")
    prefix = str(tmp_path / "a")
    assert refusal(DataError, prefix, source="en", target="de") == (
        "a.en:2: the source is empty; a.en:3: both sides are empty; a.de:4: the target is empty\n"
        "a.en: 3 of 4 rows cannot be used; bad_rows=skip goes on without them."
    )
    found, said = read(prefix, source="en", target="de", bad_rows="skip")
    assert found == [("one", "eins")]
    assert said[-1].endswith("\na.en: 3 of 4 rows skipped.")
    write(tmp_path, "a.en", b"one\nc\xe9\nthree\nfour\n")
    message = refusal(DataError, prefix, source="en", target="de")
    assert message.startswith("a.en:2: byte 0xE9 at offset 5 is not UTF-8;")
    assert "a.de:3: the target is empty" in message


TATOEBA = "Hi.\t嗨。\nHi.\t你好。\nRun.\t你用跑的。\n"


def test_a_table_without_a_header(tmp_path):
    path = write(tmp_path, "a.tsv", TATOEBA)
    found, said = read(path)
    assert found == [("Hi.", "嗨。"), ("Hi.", "你好。"), ("Run.", "你用跑的。")]
    assert said == [
        "a.tsv: there is no header (header=auto); "
        "source column: 1 (guessed), target column: 2 (guessed)",
        "1 source with different targets (2 examples; case and spaces do not count)",
    ]
    assert read(path, source="2", header="no") == (
        [("嗨。", "Hi."), ("你好。", "Hi."), ("你用跑的。", "Run.")],
        ["a.tsv: there is no header; source column: 2, target column: 1 (guessed)"],
    )
    assert refusal(SettingsError, path, source="en", header="no") == (
        "a.tsv: source='en', but without a header columns have only numbers, from 1 to 2."
    )
    wide = write(tmp_path, "b.tsv", "12\tHi.\t17\t嗨。\n")
    assert refusal(DataError, wide, header="no") == (
        "b.tsv:1: which column is the source? There are 4, without names; say source=NUMBER."
    )
    assert read(wide, header="no", source="2", target="4")[0] == [("Hi.", "嗨。")]
    plain = write(tmp_path, "c.tsv", "hello\thallo\nyes\tja\n")
    assert refusal(DataError, plain) == (
        "c.tsv:1: is the first row a header or an example? Say header=yes or header=no."
    )
    assert len(read(plain, header="no")[0]) == 2
    assert read(plain, header="yes")[1] == [
        "c.tsv: the first row is the header; "
        "source column: 'hello' (guessed), target column: 'hallo' (guessed)"
    ]


@pytest.mark.parametrize(
    ("header", "source", "target"),
    [
        ("source,target", "source", "target"),
        ("Target,Source", "Source", "Target"),
        ("de,en", "de", "en"),
        ("id,zh-CN,en", "zh-CN", "en"),
        ("English,German", "English", "German"),
        ("title,text,id", "text", "title"),
        ("id,question,answer", "question", "answer"),
        ("原文,译文", "原文", "译文"),
    ],
)
def test_names_of_columns(tmp_path, header, source, target):
    names = header.split(",")
    row = ",".join(f"cell of {name}" for name in names)
    path = write(tmp_path, "a.csv", f"{header}\n{row}\n")
    found, said = read(path)
    assert found == [(f"cell of {source}", f"cell of {target}")]
    assert said == [
        "a.csv: the first row is the header (header=auto); "
        f"source column: {source!r} (guessed), target column: {target!r} (guessed)"
    ]
    turned, said = read(path, source=target, target=source)
    assert turned == [(found[0][1], found[0][0])]
    assert "guessed" not in said[0]
    objects = write(tmp_path, "a.jsonl", json.dumps({n: f"cell of {n}" for n in names}))
    guessed = f"a.jsonl: source column: {source!r} (guessed), target column: {target!r} (guessed)"
    assert read(objects) == (found, [guessed])


def test_one_side_asked_for(tmp_path):
    path = write(tmp_path, "a.csv", "en,de,fr\nyes,ja,oui\n")
    assert refusal(DataError, path) == (
        "a.csv:1: which column is the source? There are 'en', 'de', 'fr'; say source=NAME."
    )
    assert refusal(DataError, path, source="en") == (
        "a.csv:1: which column is the target? There are 'en', 'de', 'fr'; say target=NAME."
    )
    assert read(path, source="de", target="fr")[0] == [("ja", "oui")]
    two = write(tmp_path, "b.csv", "en,de\nyes,ja\n")
    assert read(two, source="de")[0] == [("ja", "yes")]
    assert read(two, target="en")[0] == [("ja", "yes")]
    assert refusal(SettingsError, two, source="de", target="2") == (
        "b.csv: one column cannot be both the source and the target."
    )
    three = write(tmp_path, "c.csv", "n,en,de\n1,yes,ja\n")
    assert read(three, target="en", header="yes")[0] == [("ja", "yes")]
    twice = write(tmp_path, "d.csv", "source,source,target\na,b,c\n")
    assert refusal(DataError, twice) == (
        "d.csv:1: 2 columns are called 'source' (columns 1 and 2); "
        "say source=1 for the first of them."
    )


def test_rows_of_tables_that_are_no_pairs(tmp_path):
    path = write(tmp_path, "a.tsv", "en\tde\na\tb\n\tb\na\t \na\nx\ty\n")
    assert refusal(DataError, path) == (
        "a.tsv:3: the source is empty; a.tsv:4: the target is empty; "
        "a.tsv:5: 1 cell, but the header has 2\n"
        "a.tsv: 3 of 5 rows cannot be used; bad_rows=skip goes on without them."
    )


def test_objects(tmp_path):
    rows = [{"id": i, "translation": {"en": s, "de": t}} for i, (s, t) in enumerate(ROWS[:3])]
    rows += [{"translation": "no"}, {"id": 4}, {"translation": {"en": "a", "de": 3}}]
    path = write(tmp_path, "a.jsonl", "\n".join(map(json.dumps, rows)))
    found, said = read(path, bad_rows="skip", source="en")
    assert found == ROWS[:3]
    assert (
        said[0] == "a.jsonl: source column: 'en', target column: 'de' (guessed), in 'translation'"
    )
    assert said[1].splitlines() == [
        "a.jsonl:4: 'translation' is a string; an object was expected; "
        "a.jsonl:5: there is no 'translation' among 'id'; "
        "a.jsonl:6: 'de' is a number; a string was expected",
        "a.jsonl: 3 of 6 rows skipped.",
    ]
    assert refusal(DataError, write(tmp_path, "b.jsonl", '{"a": "x", "b": "y", "c": "z"}')) == (
        "b.jsonl:1: which column is the source? There are 'a', 'b', 'c'; say source=NAME."
    )
    assert refusal(SettingsError, path, header="yes") == "header=yes has no meaning for JSONL."
    empty = write(tmp_path, "c.jsonl", '{"src": "a", "tgt": ""}')
    assert refusal(DataError, empty).startswith("c.jsonl:1: the target is empty\n")


def test_one_file_is_split_by_the_source(tmp_path):
    prefix = parallel(tmp_path, rows=ROWS + [(s, t.upper()) for s, t in ROWS])
    found, said = corpus(data=prefix, source="en", target="de")
    parts = {}
    for part, example in found:
        parts.setdefault(example.input, set()).add(part)
    assert all(len(where) == 1 for where in parts.values())
    assert set().union(*parts.values()) == {"train", "valid", "test"}
    assert said[1] == "train.en: split 80/10/10 into train, valid and test by a hash of the source"
    assert (
        said[2] == "200 sources with different targets (400 examples; case and spaces do not count)"
    )
    assert len(said) == 3
    read = {part: count["read"] for part, count in found.counts.items()}
    assert found.summary() == [f"{part}: {count} pairs" for part, count in read.items()]
    assert sum(read.values()) == 400
    assert found.labels("train") == {}


def test_parts_of_their_own(tmp_path):
    train = parallel(tmp_path)
    dev = parallel(tmp_path, "dev", [*ROWS[:3], ("one more.", "Noch einer.")])
    found, said = corpus(train=train, valid=dev, source="en", target="de")
    assert len(list(found)) == 204
    assert said == [
        "train.en: targets from train.de",
        "dev.en: targets from dev.de",
        "no test: it is cut from train by a hash of the source (10 %)",
        "3 of 4 valid examples have a source that train has too (75.0%): scores on valid flatter",
    ]  # fmt: skip
    assert (
        found.fingerprint != corpus(train=train, valid=dev, source="de", target="en")[0].fingerprint
    )
    with pytest.raises(SettingsError, match="^valid= is given without train="):
        corpus(valid=dev)


def test_pairs_of_odd_lengths_are_pointed_out():
    usual = [("word " * (i % 7 + 1), "字" * (i % 7 + 1)) for i in range(60)]
    rows = [*usual, ("a sentence of some length", "@"), ("no", "字" * 40), ("word", "字字字字")]
    examples = [Example(s, t, f"a.en:{i}") for i, (s, t) in enumerate(rows, 1)]
    said = []
    found = in_memory("a", {part: examples for part in ("train", "valid", "test")},
                      say=said.append, kind="translate")  # fmt: skip
    assert len(list(found)) == 3 * len(rows)
    assert (
        "9 pairs of 189 with lengths more than 4 times off the usual ratio (0.21 characters of "
        "target to one of source), most of all a.en:62 (2 and 40 characters)"
    ) in said


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 300)), min_size=1, max_size=60))
def test_ratios_count_as_a_plain_reading_does(pairs):
    halves = Ratios(), Ratios()
    for number, (source, target) in enumerate(pairs):
        halves[number % 2].add(source, target, str(number))
    ratios = sorted(target / source for source, target in pairs)
    middle = len(ratios) // 2
    usual = ratios[middle]
    if len(ratios) % 2 == 0:
        usual = (ratios[middle - 1] * usual) ** 0.5
    off = [max(t / s / usual, usual * s / t) for s, t in pairs]
    said = odd(halves)
    clear = sum(x > 4.001 for x in off)
    assert clear <= (int(said.split()[0]) if said else 0) <= sum(x > 3.999 for x in off)
    if clear:
        place = int(said.rpartition("most of all ")[2].split()[0])
        assert off[place] == pytest.approx(max(off), rel=1e-4)


def test_pairs_in_memory_may_be_empty():
    said = []
    examples = [Example("a", "b", "1"), Example(" ", "c", "2"), Example("d", "", "3")]
    found = in_memory("a", {part: examples for part in ("train", "valid", "test")},
                      say=said.append, kind="translate")  # fmt: skip
    assert len(list(found)) == 9
    assert said[0] == "a (train): 1 empty source in train, used as given (the first: 2)"


def test_names_of_languages():
    for name in ("en", "zh-CN", "zh_Hans", "pt-br", " de ", "German", "eng", "中文"):
        assert is_language(name), name
    for name in ("text", "EN.", "qq", "label", "e", "csv", "txt", "english text", ""):
        assert not is_language(name), name


def test_no_embedded_corpus_of_another_kind():
    with pytest.raises(DataError) as error:
        corpus(data="toy-reviews")
    assert str(error.value).startswith("toy-reviews: no such file")
    with pytest.raises(SettingsError, match="^nothing to learn from: "):
        corpus()
