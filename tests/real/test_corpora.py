"""Real files: every row is read, as a plain reading of the same bytes gives it."""

import csv
import lzma
import os
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from textlstm import spans
from textlstm.corpora import labelled_texts, read_part, tagged_texts
from textlstm.corpora.source import PARTS

DATA = Path(os.environ.get("TEXTLSTM_TEST_DATA", "../shared/data"))


def path(*names):
    found = DATA.joinpath(*names)
    if not found.parent.is_dir():
        pytest.skip(f"no real data in {DATA} (TEXTLSTM_TEST_DATA)")
    return str(found)


def read(name, **settings):
    return [(e.input, e.target) for e in read_part(name, SimpleNamespace(**settings), lambda _: 0)]


# text column, label column, rows by the README of the data
TSV = {
    ("sst2", "train"): (0, 1, 67_349),
    ("sst2", "dev"): (0, 1, 872),
    ("sst5", "train"): (0, 1, 8_544),
    ("sst5", "dev"): (0, 1, 1_101),
    ("chnsenticorp", "train"): (1, 0, 9_600),
    ("chnsenticorp", "dev"): (1, 0, 1_200),
}


@pytest.mark.parametrize(("folder", "part"), TSV)
def test_tsv(folder, part):
    text, label, rows = TSV[folder, part]
    name = path(folder, f"{part}.tsv")
    found = read(name)
    lines = Path(name).read_bytes().decode().split("\n")[1:-1]
    assert found == [(line.split("\t")[text], line.split("\t")[label]) for line in lines]
    assert len(found) == rows
    assert {target for _, target in found} == set("01234" if folder == "sst5" else "01")


def test_imdb():
    name = path("imdb", "train.csv.xz")
    with lzma.open(name, "rt", encoding="utf-8", newline="") as file:
        expected = [tuple(row) for row in csv.reader(file)][1:]
    found = read(name)
    assert found == expected
    assert Counter(target for _, target in found) == {"pos": 12_500, "neg": 12_500}


def test_atis():
    train = read(path("atis", "train"), format="atis")
    dev = read(path("atis", "dev"))
    assert (len(train), len(dev)) == (4_478, 500)
    assert (
        dev[0][0].startswith("i want to fly from boston at 838 am") and dev[0][1] == "atis_flight"
    )
    assert "atis_flight#atis_airfare" in {target for _, target in train}


def test_imdb_alone_is_cut_80_10_10():
    corpus = labelled_texts(SimpleNamespace(data=path("imdb", "train.csv.xz")), lambda _: None)
    sizes = Counter(part for part, _ in corpus)
    assert sum(sizes.values()) == 25_000
    # 4 standard deviations of a binomial share
    assert all(abs(sizes[part] / 25_000 - 0.1) < 0.0076 for part in ("valid", "test"))
    for part in PARTS:
        labels = corpus.labels(part)
        assert abs(labels["pos"] / sum(labels.values()) - 0.5) < 0.04


def test_duplicates_across_parts_are_said():
    said = []
    train, dev = path("chnsenticorp", "train.tsv"), path("chnsenticorp", "dev.tsv")
    corpus = labelled_texts(SimpleNamespace(train=train, valid=dev), said.append)
    assert sum(1 for _ in corpus) == 10_800
    assert any("valid examples have a text that train has too" in line for line in said)
    assert any("with different labels" in line for line in said)


def test_stray_quotes_stay():
    found = read(path("chnsenticorp", "train.tsv"))
    name = path("chnsenticorp", "train.tsv")
    assert sum(text.count('"') for text, _ in found) == Path(name).read_bytes().count(b'"') > 100


def test_plain_text_is_no_labelled_text():
    name = path("tinyshakespeare", "input.txt")
    with pytest.raises(ValueError, match="the name does not tell the format"):
        read(name)


def tagged(name, **settings):
    said = []
    part = read_part(name, SimpleNamespace(**settings), said.append, "tag")
    return list(part), said


def plain_columns(name):
    """Return the sentences of a file of columns: [[(first cell, last cell), ...], ...]."""
    blocks = Path(name).read_bytes().decode().split("\n\n")
    rows = [[line.split() for line in block.split("\n") if line] for block in blocks]
    return [
        [(row[0], row[-1]) for row in block]
        for block in rows
        if block and block[0][0] != "-DOCSTART-"
    ]


# sentences by the README of the data; tokens and tags that begin an entity, counted with awk
CONLL = {"train": (14_041, 203_621, 23_499), "dev": (3_250, 51_362, 5_942)}


@pytest.mark.parametrize("part", CONLL)
def test_conll2003(part):
    name = path("conll2003", f"{part}.txt")
    found, said = tagged(name, format="conll")
    expected = plain_columns(name)
    assert [e.input for e in found] == [tuple(word for word, _ in row) for row in expected]
    assert f"{part}.txt: the tags are BIO (scheme=auto)" in said
    types = Counter(kind for e in found for kind, _, _ in e.target)
    assert types == Counter(t[2:] for row in expected for _, t in row if t.startswith("B-"))
    tokens = sum(len(e.input) for e in found)
    assert (len(found), tokens, sum(types.values())) == CONLL[part]
    for example in found:
        text, offsets = spans.joined(example.input)
        starts, ends = zip(*offsets, strict=True)
        for _, start, end in example.target:
            first, last = starts.index(start), ends.index(end)
            assert text[start:end] == " ".join(example.input[first : last + 1])


def test_weibo_ner():
    name = path("weibo_ner", "train.conll")
    with pytest.raises(ValueError, match="train.conll:1266: 'I-PER.NOM' after 'I-PER.NAM'"):
        tagged(name)
    found, said = tagged(name, repair="conlleval")
    assert len(found) == 1_350 and any("positions=strip removes it" in line for line in said)
    bare, said = tagged(name, repair="conlleval", positions="strip")
    assert [len(e.input) for e in bare] == [len(e.input) for e in found]
    assert said[-2].endswith("removed the position behind 73,778 of 73,778 tokens")
    assert bare[0].input[:4] == tuple("科技全方")


def test_atis_slots():
    train, said = tagged(path("atis", "train"))
    dev, _ = tagged(path("atis", "dev"), format="atis")
    assert (len(train), len(dev)) == (4_478, 500)
    assert dev[0].target[0][0] == "fromloc.city_name" and "BIO" in said[1]


def test_parts_of_tagged_text():
    said = []
    train, dev = path("weibo_ner", "train.conll"), path("weibo_ner", "dev.conll")
    s = SimpleNamespace(train=train, valid=dev, bad_rows="skip")
    corpus = tagged_texts(s, said.append)
    assert sum(1 for _ in corpus) == 1_612
    assert corpus.counts["train"]["refused"] == 8
    assert any("valid examples have a text that train has too" in line for line in said)
    assert any("with different tags" in line for line in said)
