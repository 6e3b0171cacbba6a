"""Real pairs: every line is read, as a plain reading of the same bytes gives it."""

import os
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from textlstm.check import check
from textlstm.corpora import paired_texts, read_part

DATA = Path(os.environ.get("TEXTLSTM_TEST_DATA", "../shared/data"))


def path(*names):
    found = DATA.joinpath(*names)
    if not found.parent.is_dir():
        pytest.skip(f"no real data in {DATA} (TEXTLSTM_TEST_DATA)")
    return str(found)


def read(name, **settings):
    part = read_part(name, SimpleNamespace(**settings), lambda _: 0, "translate")
    return [(e.input, e.target) for e in part]


@pytest.mark.parametrize(("part", "rows"), [("train", 29_000), ("dev", 1_014)])
def test_multi30k(part, rows):
    prefix = path("multi30k", part)
    found = read(prefix, source="en", target="de")
    sides = [Path(f"{prefix}.{end}").read_bytes().decode().split("\n")[:-1] for end in ("en", "de")]
    assert found == list(zip(*sides, strict=True)) and len(found) == rows


@pytest.mark.parametrize(("part", "rows"), [("train", 19_047), ("dev", 1_030)])
def test_tatoeba(part, rows):
    name = path("tatoeba_en_zh", f"{part}.tsv")
    found = read(name)
    lines = Path(name).read_bytes().decode().split("\n")[:-1]
    assert found == [tuple(line.split("\t")) for line in lines] and len(found) == rows


def test_tatoeba_alone_is_cut_80_10_10():
    s = SimpleNamespace(data=path("tatoeba_en_zh", "train.tsv"))
    corpus = paired_texts(s, lambda _: None)
    sizes = Counter(part for part, _ in corpus)
    assert sum(sizes.values()) == 19_047
    # 5 standard deviations of a binomial share; equal sources go together
    assert all(abs(sizes[part] / 19_047 - 0.1) < 0.011 for part in ("valid", "test"))


def test_what_check_says():
    said = []
    files = path("multi30k", "train"), path("multi30k", "dev")
    assert check(files, SimpleNamespace(source="en", target="de"), said.append) == 0
    assert sum(line.startswith("  ⚠ ") for line in said) == 3
    said.clear()
    assert check([path("tatoeba_en_zh", "dev.tsv")], SimpleNamespace(), said.append) == 0
    assert any("taken for pairs" in line for line in said) and said[-1] == "  ✔ nothing wrong found"
